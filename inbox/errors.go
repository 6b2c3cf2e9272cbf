package inbox

import "errors"

// Errors of a Repo.
var (
	ErrNotFound = errors.New("not found")
	// ErrConflict: somebody changed it meanwhile.
	ErrConflict = errors.New("changed meanwhile")
	// ErrDamaged: a record's checksum does not match; the rest works.
	ErrDamaged = errors.New("damaged record")
	// ErrNewer: the store was written by a newer vigie.
	ErrNewer = errors.New("written by a newer vigie")
	// ErrBusy: somebody else wants to change the store; try again later.
	ErrBusy = errors.New("busy")
	// ErrFull: the disk has no room; nothing was written, reading works.
	ErrFull = errors.New("no room left on the disk")
)

// ErrTooLarge: content has more bytes than were allowed.
var ErrTooLarge = errors.New("larger than it may be")
