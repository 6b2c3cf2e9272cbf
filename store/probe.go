package store

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"os"

	"vigie/inbox"
)

// What bbolt 1.5 writes: a file of pages, of which the first two hold a
// table of contents ("meta") each, of the last and the last but one commit.
// Page header: id, flags, count, overflow (16 bytes). Meta: magic, version,
// page size, flags; root page, root sequence, free list page, high water
// page, transaction, FNV-64a of all that. Numbers are in the machine's order.
const (
	headerLen   = 16
	metaLen     = 64
	metaSumAt   = 56
	boltMagic   = 0xED0CDAED
	boltVersion = 2
	minPage     = 1 << 10
	maxPage     = 1 << 24

	branchPage = 0x01
	leafPage   = 0x02
	freePage   = 0x10
	noFreePage = ^uint64(0)
)

// tableOfContents is a meta page that is whole.
type tableOfContents struct {
	pageSize              int64
	root, free, high, txn uint64
}

func damage(format string, args ...any) error {
	return fmt.Errorf(format+": %w", append(args, inbox.ErrDamaged)...)
}

// probe looks over a file before bbolt maps it: a short or foreign file would
// end the process or be taken for a new store. It reads a few pages and
// changes nothing. It reports whether one of the metas is lost.
func probe(f *os.File) (rolledBack bool, err error) {
	fi, err := f.Stat()
	if err != nil {
		return false, err
	}
	size := fi.Size()
	if size == 0 {
		return false, fmt.Errorf("the file is empty: %w", ErrNotStore)
	}
	first, ok0 := readMeta(f, 0)
	second, ok1 := tableOfContents{}, false
	if ok0 {
		second, ok1 = readMeta(f, first.pageSize)
	} else {
		for page := int64(minPage); page <= maxPage && !ok1; page *= 2 {
			second, ok1 = readMeta(f, page)
			ok1 = ok1 && second.pageSize == page
		}
	}
	use := first
	switch {
	case !ok0 && !ok1:
		return false, fmt.Errorf("the file's first bytes are not a store's: %w", ErrNotStore)
	case !ok0, ok1 && second.txn > first.txn:
		use = second
	}
	return !ok0 || !ok1, use.plausible(f, size)
}

func readMeta(f io.ReaderAt, at int64) (t tableOfContents, ok bool) {
	var b [headerLen + metaLen]byte
	if _, err := f.ReadAt(b[:], at); err != nil {
		return t, false
	}
	m, ne := b[headerLen:], binary.NativeEndian
	sum := fnv.New64a()
	sum.Write(m[:metaSumAt])
	if ne.Uint32(m) != boltMagic || ne.Uint32(m[4:]) != boltVersion || ne.Uint64(m[metaSumAt:]) != sum.Sum64() {
		return t, false
	}
	t = tableOfContents{
		pageSize: int64(ne.Uint32(m[8:])),
		root:     ne.Uint64(m[16:]),
		free:     ne.Uint64(m[32:]),
		high:     ne.Uint64(m[40:]),
		txn:      ne.Uint64(m[48:]),
	}
	return t, t.pageSize >= minPage && t.pageSize <= maxPage && t.pageSize&(t.pageSize-1) == 0
}

// plausible checks that the pages a meta speaks of are there and are what
// they should be.
func (t tableOfContents) plausible(f io.ReaderAt, size int64) error {
	if t.high > uint64(size/t.pageSize) {
		return damage("the file is cut off: %d bytes of %d", size, t.high*uint64(t.pageSize))
	}
	if t.root >= t.high || (t.free != noFreePage && t.free >= t.high) {
		return damage("the table of contents points past the end")
	}
	flags, _, _, err := t.header(f, t.root)
	if err != nil || flags&^(branchPage|leafPage) != 0 {
		return damage("page %d is not the root", t.root)
	}
	if t.free == noFreePage {
		return nil
	}
	flags, count, room, err := t.header(f, t.free)
	if err != nil || flags != freePage || count > room {
		return damage("page %d is not the list of free pages", t.free)
	}
	return nil
}

// header reads a page's flags, its count and how many page numbers it has
// room for.
func (t tableOfContents) header(f io.ReaderAt, page uint64) (flags uint16, count, room uint64, err error) {
	var b [headerLen + 8]byte
	if _, err := f.ReadAt(b[:], int64(page)*t.pageSize); err != nil {
		return 0, 0, 0, err
	}
	ne := binary.NativeEndian
	overflow := uint64(ne.Uint32(b[12:]))
	if ne.Uint64(b[:]) != page || page+overflow >= t.high {
		return 0, 0, 0, inbox.ErrDamaged
	}
	room = ((overflow+1)*uint64(t.pageSize) - headerLen) / 8
	count = uint64(ne.Uint16(b[10:]))
	if count == 0xFFFF { // too many for 16 bits: the first entry tells
		count = ne.Uint64(b[headerLen:])
		room--
	}
	return ne.Uint16(b[8:]), count, room, nil
}
