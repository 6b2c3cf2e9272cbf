package store

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"vigie/inbox"
)

// noRoom are the operating system's words for a full disk: the disk, the
// owner's share of it, the longest file.
var noRoom = [...]syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG}

// full adds inbox.ErrFull to an error for lack of room.
func full(err error) error {
	if err == nil || errors.Is(err, inbox.ErrFull) {
		return err
	}
	for _, errno := range noRoom {
		if says(err, errno) {
			return fmt.Errorf("%w: %w", inbox.ErrFull, err)
		}
	}
	return err
}

// says reports whether an error is that of the operating system. bbolt keeps
// no more than its words when it enlarges the file.
func says(err error, errno syscall.Errno) bool {
	return errors.Is(err, errno) || strings.HasSuffix(err.Error(), errno.Error())
}

// unlessFull passes over the lack of room for a file that the store can do
// without: what is there is to be read on a full disk too.
func unlessFull(err error) error {
	if errors.Is(full(err), inbox.ErrFull) {
		return nil
	}
	return err
}
