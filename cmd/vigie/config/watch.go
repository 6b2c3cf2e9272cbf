package config

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"vigie/connectors"
)

// settle is how long a file must be left alone before it is read: editors
// write in several steps.
const settle = 250 * time.Millisecond

// Watch reads the file again whenever it changes, and tells changed what Load
// gives, until ctx ends; then it returns ctx.Err(). A file that was there and
// is gone is a mistake. Watch watches the directory, since editors put a new
// file in the old one's place; a directory that is made later is not noticed.
func Watch(ctx context.Context, path string, r connectors.Registry, changed func(Config, []Mistake)) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch %s: %w", path, err)
	}
	defer w.Close() //nolint:errcheck // nothing was written
	for dir := range dirs(path) {
		if err := w.Add(dir); err != nil {
			return fmt.Errorf("watch %s: %w", dir, err)
		}
	}
	seen := stamp(path)
	quiet := time.NewTimer(settle)
	quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-w.Errors:
			return fmt.Errorf("watch %s: %w", path, err)
		case _, ok := <-w.Events:
			if !ok {
				return fmt.Errorf("watch %s: %w", path, fsnotify.ErrClosed)
			}
			// Others write in this directory too, the store without pause.
			if now := stamp(path); now != seen {
				seen = now
				quiet.Reset(settle)
			}
		case <-quiet.C:
			changed(load(path, r, []Mistake{{File: path, Key: "config.gone"}}))
		}
	}
}

// dirs are where the file stands, and where it really does when it is a link.
func dirs(path string) map[string]bool {
	all := map[string]bool{filepath.Dir(path): true}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		all[filepath.Dir(real)] = true
	}
	return all
}

// state tells one version of a file from another.
type state struct {
	size int64
	at   time.Time
	real string
}

func stamp(path string) state {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return state{}
	}
	info, err := os.Stat(real)
	if err != nil {
		return state{}
	}
	return state{size: info.Size(), at: info.ModTime(), real: real}
}
