package store

import (
	"context"
	"encoding/binary"
	"io"
	"slices"
)

const (
	elementLen   = 16   // of a leaf or branch page: where a key and its value lie
	bucketFlag   = 0x01 // of a leaf element: its value is a bucket
	bucketHeader = 16   // root page (0: the page follows), sequence
)

// walkPages reads every page of a commit, from the file and not from memory
// mapped to it. It checks that each is in use once or free, and that what it
// says of places within it stays within it. An error of more ends it once all
// pages were read that name others.
func walkPages(ctx context.Context, f io.ReaderAt, t tableOfContents, more func() error) error {
	u := usage{t: t, seen: make([]bool, t.high)}
	u.seen[0], u.seen[1] = true, true
	free, err := t.header(f, t.free)
	if err != nil {
		return err
	}
	ids, err := t.freePages(f, free)
	if err != nil {
		return err
	}
	if err := u.use(free); err != nil {
		return err
	}
	for _, id := range ids {
		if err := u.use(pageHeader{id: id}); err != nil {
			return err
		}
	}
	if err := u.tree(ctx, f, more); err != nil {
		return err
	}
	if lost := slices.Index(u.seen, false); lost >= 0 {
		return damage("page %d is neither in use nor free", lost)
	}
	return nil
}

// usage tells the pages that something was found to use.
type usage struct {
	t    tableOfContents
	seen []bool
}

func (u usage) use(p pageHeader) error {
	for i := p.id; i <= p.id+p.overflow; i++ {
		if u.seen[i] {
			return damage("page %d is used twice", i)
		}
		u.seen[i] = true
	}
	return nil
}

// tree walks from the root down: first the pages that name pages, level by
// level, since most hangs on them and they are few; then, as long as more
// returns nil, those that hold keys.
func (u usage) tree(ctx context.Context, f io.ReaderAt, more func() error) error {
	var leaves []uint64
	for todo := []uint64{u.t.root}; len(todo) > 0; todo = todo[1:] {
		if err := ctx.Err(); err != nil {
			return err
		}
		p, below, err := u.page(f, todo[0])
		if err != nil {
			return err
		}
		last, err := u.overLeaves(f, p, below)
		if err != nil {
			return err
		}
		if last {
			leaves = append(leaves, below...)
		} else {
			todo = append(todo, below...)
		}
	}
	for ; len(leaves) > 0; leaves = leaves[1:] {
		if err := more(); err != nil {
			return err
		}
		_, below, err := u.page(f, leaves[0])
		if err != nil {
			return err
		}
		leaves = append(leaves, below...) // of one that was taken for a leaf
	}
	return nil
}

// overLeaves reports whether what a page names are leaves, as the first says:
// they are all alike.
func (u usage) overLeaves(f io.ReaderAt, p pageHeader, below []uint64) (bool, error) {
	if p.flags != branchPage {
		return false, nil
	}
	first, err := u.t.header(f, below[0])
	return first.flags == leafPage, err
}

// page reads and checks a page, and returns those that it names.
func (u usage) page(f io.ReaderAt, id uint64) (p pageHeader, below []uint64, err error) {
	if p, err = u.t.header(f, id); err != nil {
		return p, nil, err
	}
	if err := u.use(p); err != nil {
		return p, nil, err
	}
	b, err := u.t.body(f, p)
	if err != nil {
		return p, nil, err
	}
	below, err = p.children(b)
	return p, below, err
}

// children checks the elements of a page and returns the pages they name.
func (p pageHeader) children(b []byte) (below []uint64, err error) {
	ne, size := binary.NativeEndian, uint64(len(b))
	if uint64(p.count)*elementLen > size || (p.flags == branchPage && p.count == 0) {
		return nil, damage("page %d holds no %d elements", p.id, p.count)
	}
	for i := range uint64(p.count) {
		at := i * elementLen
		e := b[at:]
		switch p.flags {
		case branchPage:
			if at+uint64(ne.Uint32(e))+uint64(ne.Uint32(e[4:])) > size {
				return nil, damage("page %d, element %d is past its end", p.id, i)
			}
			below = append(below, ne.Uint64(e[8:]))
		case leafPage:
			flags, from := ne.Uint32(e), at+uint64(ne.Uint32(e[4:]))
			from += uint64(ne.Uint32(e[8:]))
			to := from + uint64(ne.Uint32(e[12:]))
			if to > size {
				return nil, damage("page %d, element %d is past its end", p.id, i)
			}
			if flags&bucketFlag == 0 {
				continue
			}
			root, err := p.bucketRoot(b[from:to])
			if err != nil {
				return nil, err
			}
			if root != 0 {
				below = append(below, root)
			}
		default:
			return nil, damage("page %d is of kind %#x", p.id, p.flags)
		}
	}
	return below, nil
}

// bucketRoot returns a bucket's root page. A small bucket has none: its only
// page lies in the value, and holds no buckets here.
func (p pageHeader) bucketRoot(v []byte) (uint64, error) {
	ne := binary.NativeEndian
	if len(v) < bucketHeader {
		return 0, damage("page %d has half a bucket", p.id)
	}
	if root := ne.Uint64(v); root != 0 {
		return root, nil
	}
	v = v[bucketHeader:]
	if len(v) < headerLen {
		return 0, damage("page %d has half a bucket", p.id)
	}
	inline := pageHeader{id: p.id, flags: ne.Uint16(v[8:]), count: ne.Uint16(v[10:])}
	if inline.flags != leafPage {
		return 0, damage("page %d has a bucket of kind %#x", p.id, inline.flags)
	}
	below, err := inline.children(v[headerLen:])
	if err == nil && len(below) > 0 {
		err = damage("page %d has a bucket in a small bucket", p.id)
	}
	return 0, err
}
