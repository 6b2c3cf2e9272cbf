// Package shelf keeps the content of files that go with answers: a directory
// with one file for each content, named by its SHA-256. What is there is whole:
// a file gets its name only once it is durable, and its content is never
// changed. A crash leaves at most a file without a name, which Drop takes away.
package shelf

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"vigie/inbox"
)

// Shelf is an inbox.Shelf in a directory.
type Shelf struct {
	dir   string
	clock inbox.Clock
	mu    sync.Mutex // a file gets its name, or loses it
}

// New is the shelf in dir, which is made when the first file comes.
func New(dir string, clock inbox.Clock) *Shelf { return &Shelf{dir: dir, clock: clock} }

// unnamed begins the names of files that are not whole.
const unnamed = ".new-"

// Put implements inbox.Shelf. The same content twice is one file, as young as
// the later.
func (s *Shelf) Put(ctx context.Context, r io.Reader, limit int64) (int64, string, error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return 0, "", fmt.Errorf("make the directory of files: %w", err)
	}
	f, err := os.CreateTemp(s.dir, unnamed) // 0600
	if err != nil {
		return 0, "", fmt.Errorf("keep a file: %w", err)
	}
	n, sum, err := fill(ctx, f, r, limit)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = s.name(f.Name(), sum)
	}
	if err != nil {
		return 0, "", errors.Join(fmt.Errorf("keep a file: %w", err), unlessGone(os.Remove(f.Name())))
	}
	return n, sum, nil
}

// fill copies at most limit bytes into f and makes them durable.
func fill(ctx context.Context, f *os.File, r io.Reader, limit int64) (int64, string, error) {
	if limit > 0 {
		r = io.LimitReader(r, limit+1)
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), &whileReader{ctx, r})
	switch {
	case err != nil:
		return 0, "", err
	case limit > 0 && n > limit:
		return 0, "", inbox.ErrTooLarge
	}
	return n, hex.EncodeToString(h.Sum(nil)), f.Sync()
}

// whileReader reads until its context ends.
type whileReader struct {
	ctx context.Context
	r   io.Reader
}

func (w *whileReader) Read(b []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.r.Read(b)
}

func (s *Shelf) name(temp, sum string) error {
	now := s.clock.Now()
	if err := os.Chtimes(temp, now, now); err != nil {
		return err
	}
	s.mu.Lock()
	err := os.Rename(temp, filepath.Join(s.dir, sum))
	s.mu.Unlock()
	if err != nil {
		return err
	}
	d, err := os.Open(s.dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// isSum reports whether a word can be the name of a file here: nothing else is
// ever made part of a path.
func isSum(sum string) bool {
	return len(sum) == hex.EncodedLen(sha256.Size) && strings.Trim(sum, "0123456789abcdef") == ""
}

// Open implements inbox.Shelf. The content is proved against its name while it
// is read: at its end an error comes instead of io.EOF when it is another.
func (s *Shelf) Open(sum string) (io.ReadCloser, error) {
	if !isSum(sum) {
		return nil, fmt.Errorf("a file of the name %.70q: %w", sum, inbox.ErrNotFound)
	}
	f, err := os.Open(filepath.Join(s.dir, sum))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the file %s: %w", sum, inbox.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("open a file: %w", err)
	}
	return &proved{f, sha256.New(), sum}, nil
}

// dropMost is how many files one Drop takes away.
const dropMost = 500

// Drop implements inbox.Shelf. Files that never got a name go with the others;
// at most 500 go at once, the rest the next time. A file that is put again
// meanwhile stays.
func (s *Shelf) Drop(ctx context.Context, before time.Time, keep func(sum string) bool) error {
	list, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	gone := 0
	for _, entry := range list {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if gone == dropMost {
			break
		}
		name := entry.Name()
		if !strings.HasPrefix(name, unnamed) && (!isSum(name) || keep(name)) {
			continue
		}
		dropped, rerr := s.dropOld(filepath.Join(s.dir, name), before)
		if dropped {
			gone++
		}
		err = errors.Join(err, rerr)
	}
	if err != nil {
		return fmt.Errorf("drop files: %w", err)
	}
	return nil
}

// dropOld takes a file away unless it is younger.
func (s *Shelf) dropOld(path string, before time.Time) (gone bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || !info.ModTime().Before(before) {
		return false, unlessGone(err)
	}
	err = os.Remove(path)
	return err == nil, unlessGone(err)
}

func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
