package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"vigie/inbox"
)

// Unsafe names the kind of file system at path when its locks and maps are not
// to be trusted: one of a network, or of a program. "" is a file system that
// is fine, or that nothing is known of. Of a path that is not there yet, the
// directory above it counts.
func Unsafe(path string) string {
	for {
		_, err := os.Stat(path)
		if up := filepath.Dir(path); errors.Is(err, fs.ErrNotExist) && up != path {
			path = up
			continue
		}
		return unsafeAt(path)
	}
}

// room is inbox.ErrFull when there are less than need bytes free for this user
// at dir. Where nobody tells, there is room.
func room(dir string, need int64) error {
	if free, ok := freeAt(dir); ok && free < uint64(need) {
		return fmt.Errorf("%d bytes free, %d needed: %w", free, need, inbox.ErrFull)
	}
	return nil
}
