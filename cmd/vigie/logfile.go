package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// logLimit is how long the log grows, in bytes; what was before it is kept once,
// as vigie.log.old.
const logLimit = 8 << 20

// logFile is a log that begins anew when it is full: at most two files of limit
// bytes, and a line. It is safe for concurrent use, and several processes may
// write to it.
type logFile struct {
	path  string
	limit int64

	mu   sync.Mutex
	f    *os.File
	size int64 // as far as this process knows
}

// openLogFile opens the log at a path, with its directory, for this user's eyes
// only.
func openLogFile(path string, limit int64) (*logFile, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the log directory: %w", err)
	}
	l := &logFile{path: path, limit: limit}
	if err := l.open(); err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	return l, nil
}

func (l *logFile) open() error {
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	l.f, l.size = f, info.Size()
	return nil
}

// Write implements io.Writer. A line is never cut in two.
func (l *logFile) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size > 0 && l.size+int64(len(line)) > l.limit {
		l.turn()
	}
	n, err := l.f.Write(line)
	l.size += int64(n)
	return n, err
}

// turn puts the full log aside and begins a new one. Where that fails, the old
// one goes on: it is tried again when as much was written once more.
func (l *logFile) turn() {
	full := l.f
	l.size = 0
	mine, err := full.Stat()
	if err != nil {
		return
	}
	there, err := os.Stat(l.path)
	if err == nil && os.SameFile(mine, there) { // nobody else did it meanwhile
		err = os.Rename(l.path, l.path+".old")
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return
	}
	if l.open() == nil {
		_ = full.Close() // what was written to it is there
	}
}

// Close ends it.
func (l *logFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.f.Close()
}
