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
// changes nothing. It returns the metas that are whole, the newest first, and
// the file's size.
func probe(f *os.File) (metas []tableOfContents, size int64, err error) {
	fi, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	if fi.Size() == 0 {
		return nil, 0, fmt.Errorf("the file is empty: %w", ErrNotStore)
	}
	metas = readMetas(f)
	if len(metas) == 0 {
		return nil, 0, fmt.Errorf("the file does not begin as a store does: %w", ErrNotStore)
	}
	return metas, fi.Size(), metas[0].plausible(f, fi.Size())
}

// readMetas returns the metas that are whole, the newest first.
func readMetas(f io.ReaderAt) (metas []tableOfContents) {
	first, ok := readMeta(f, 0)
	if ok {
		metas = append(metas, first)
	}
	for page := int64(minPage); page <= maxPage; page *= 2 {
		second, whole := readMeta(f, page)
		if whole && second.pageSize == page && (!ok || first.pageSize == page) {
			metas = append(metas, second)
			break
		}
	}
	if len(metas) == 2 && metas[1].txn > metas[0].txn {
		metas[0], metas[1] = metas[1], metas[0]
	}
	return metas
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
// they should be. A wrong list of free pages would let bbolt write over pages
// in use.
func (t tableOfContents) plausible(f io.ReaderAt, size int64) error {
	if t.high > uint64(size/t.pageSize) {
		return damage("the file is cut off: %d bytes of %d", size, t.high*uint64(t.pageSize))
	}
	if t.root >= t.high || t.free >= t.high {
		return damage("the table of contents points past the end")
	}
	root, err := t.header(f, t.root)
	if err != nil || (root.flags != branchPage && root.flags != leafPage) {
		return damage("page %d is not the root", t.root)
	}
	free, err := t.header(f, t.free)
	if err != nil || free.flags != freePage {
		return damage("page %d is not the list of free pages", t.free)
	}
	_, err = t.freePages(f, free)
	return err
}

// freePages reads the list of free pages, which must grow.
func (t tableOfContents) freePages(f io.ReaderAt, p pageHeader) ([]uint64, error) {
	b, err := t.body(f, p)
	if err != nil {
		return nil, err
	}
	ne, count := binary.NativeEndian, uint64(p.count)
	if p.count == 0xFFFF { // too many for 16 bits: the first entry tells
		count, b = ne.Uint64(b), b[8:]
	}
	if count > uint64(len(b)/8) {
		return nil, damage("the list of free pages is cut off")
	}
	ids, last := make([]uint64, count), uint64(1)
	for i := range ids {
		id := ne.Uint64(b[8*i:])
		if id <= last || id >= t.high || id == t.root || id == t.free {
			return nil, damage("the list of free pages names page %d", id)
		}
		ids[i], last = id, id
	}
	return ids, nil
}

// pageHeader is what a page says of itself.
type pageHeader struct {
	id       uint64
	flags    uint16
	count    uint16
	overflow uint64 // pages that belong to it behind it
}

// header reads a page's header and checks that it is where it says and ends
// before the file does.
func (t tableOfContents) header(f io.ReaderAt, id uint64) (p pageHeader, err error) {
	var b [headerLen]byte
	if id >= t.high {
		return p, damage("page %d is past the end", id)
	}
	if _, err := f.ReadAt(b[:], int64(id)*t.pageSize); err != nil {
		return p, err
	}
	ne := binary.NativeEndian
	p = pageHeader{ne.Uint64(b[:]), ne.Uint16(b[8:]), ne.Uint16(b[10:]), uint64(ne.Uint32(b[12:]))}
	if p.id != id || id+p.overflow >= t.high {
		return p, damage("page %d is not one", id)
	}
	return p, nil
}

// body reads what follows a page's header.
func (t tableOfContents) body(f io.ReaderAt, p pageHeader) ([]byte, error) {
	b := make([]byte, int64(p.overflow+1)*t.pageSize-headerLen)
	_, err := f.ReadAt(b, int64(p.id)*t.pageSize+headerLen)
	return b, err
}
