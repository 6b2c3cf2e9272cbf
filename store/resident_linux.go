package store

import (
	"context"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Release tells the system that the pages of the file that were read so far
// need not count as this process's memory. They stay in the system's cache,
// and come back when they are read again. For whoever goes through much of
// the file, from time to time.
func (db *DB) Release(ctx context.Context) error {
	return db.view(ctx, func(r *rtx) error {
		// The mapping is at least as long as the file was when the transaction
		// began, and stays where it is until the transaction ends.
		at := r.tx.DB().Info().Data
		pages := unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&at))), r.tx.Size())
		if err := unix.Madvise(pages, unix.MADV_DONTNEED); err != nil {
			return fmt.Errorf("release the file's pages: %w", err)
		}
		return nil
	})
}
