package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// lockPoll is how often a lock that is taken is tried again.
const lockPoll = 25 * time.Millisecond

// HeldError says that another process has the store open, and which. PID is
// 0 when the holder did not say.
type HeldError struct {
	Path  string
	PID   int
	Since time.Time
	Host  string
	// Migrating: it brings the store to a newer schema, and is not ready yet.
	Migrating bool
}

func (e *HeldError) Error() string {
	if e.PID == 0 {
		return "the store is in use by another process"
	}
	return fmt.Sprintf("the store is in use by process %d on %s since %s", e.PID, e.Host, e.Since.Format(time.RFC3339))
}

// holder is what the process that has the store writes beside it. The lock
// itself is the operating system's: a holder file left by a crash says
// nothing as long as nobody has the lock.
type holder struct {
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
	Host  string    `json:"host"`

	Migrating bool `json:"migrating,omitempty"`
}

func holderPath(path string) string { return path + ".lock.json" }

func writeHolder(path string, migrating bool) error {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	b, err := json.Marshal(holder{PID: os.Getpid(), Since: time.Now().UTC().Truncate(time.Second), Host: host, Migrating: migrating})
	if err != nil {
		return fmt.Errorf("tell who holds the store: %w", err)
	}
	if err := os.WriteFile(holderPath(path), b, 0o600); err != nil {
		return fmt.Errorf("tell who holds the store: %w", err)
	}
	return nil
}

func removeHolder(path string) {
	// Best effort: a stale file is harmless.
	_ = os.Remove(holderPath(path))
}

func heldBy(path string) *HeldError {
	held := &HeldError{Path: path}
	b, err := os.ReadFile(holderPath(path))
	if err != nil {
		return held
	}
	var h holder
	if json.Unmarshal(b, &h) == nil {
		held.PID, held.Since, held.Host, held.Migrating = h.PID, h.Since, h.Host, h.Migrating
	}
	return held
}

// Held says which process has the store at path open for changing; nil: none
// has, or there is no store.
func Held(path string) *HeldError {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close() // nothing was written to it
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); !errors.Is(err, syscall.EWOULDBLOCK) {
		return nil
	}
	return heldBy(path)
}

// ownerOnly takes a store away from everybody but its owner.
func ownerOnly(f *os.File) error {
	fi, err := f.Stat()
	if err != nil || fi.Mode().Perm()&0o077 == 0 {
		return err
	}
	return f.Chmod(0o600)
}

// lockFile opens an existing file and takes its lock, for one writer (O_RDWR)
// or several readers.
func lockFile(ctx context.Context, path string, flag int, wait time.Duration) (*os.File, error) {
	deadline, how := time.Now().Add(wait), syscall.LOCK_SH
	if flag&os.O_RDWR != 0 {
		how = syscall.LOCK_EX
	}
	for {
		fi, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !fi.Mode().IsRegular() {
			return nil, fmt.Errorf("not a regular file: %w", ErrNotStore)
		}
		f, err := os.OpenFile(path, flag, 0)
		if err != nil {
			return nil, err
		}
		if err := waitLock(ctx, f, how, path, deadline); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		// A restore may have put another file in its place meanwhile.
		mine, err1 := f.Stat()
		there, err2 := os.Stat(path)
		if err := errors.Join(err1, err2); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		if os.SameFile(mine, there) {
			return f, nil
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
}

func waitLock(ctx context.Context, f *os.File, how int, path string, deadline time.Time) error {
	tick := time.NewTicker(lockPoll)
	defer tick.Stop()
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if err == nil {
			return nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return fmt.Errorf("lock: %w", err)
		}
		if !time.Now().Before(deadline) {
			return heldBy(path)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
