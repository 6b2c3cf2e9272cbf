package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"vigie/inbox"
)

// index is what the search asks of the lists: one consistent view of them.
// What it returns is only read. A list that is damaged is nil.
type index interface {
	// span is the documents covered without a hole; none when first > last.
	span() (first, last uint32)
	// last is the newest document there is.
	last() uint32
	word(class byte, token string) *roaring.Bitmap
	prefix(class byte, prefix string, keep func(string) bool) *roaring.Bitmap
	flag(name string) *roaring.Bitmap
	at(doc uint32) int64
	thread(doc uint32) uint32
	between(from, to time.Time, within *roaring.Bitmap) *roaring.Bitmap
	newestOf(docs *roaring.Bitmap, n int) []uint32
}

// bounds are what is known of a condition: all in must fulfil it, none outside
// may does. When they are one and the same it is decided.
type bounds struct{ must, may *roaring.Bitmap }

func exactly(b *roaring.Bitmap) bounds { return bounds{b, b} }

func (b bounds) exact() bool { return b.must == b.may }

// unknown are the bounds of which nothing is known.
func unknown(all *roaring.Bitmap) bounds { return bounds{roaring.New(), all} }

// both applies an operation that keeps order to both bounds.
func (b bounds) both(op func(*roaring.Bitmap) *roaring.Bitmap) bounds {
	if b.exact() {
		return exactly(op(b.may))
	}
	return bounds{op(b.must), op(b.may)}
}

// within keeps what lies in a set.
func (b bounds) within(set *roaring.Bitmap) bounds {
	return b.both(func(x *roaring.Bitmap) *roaring.Bitmap { return meet(x, set) })
}

// not are the bounds of the opposite, within a set that holds them.
func (b bounds) not(set *roaring.Bitmap) bounds {
	if b.exact() {
		return exactly(roaring.AndNot(set, b.may))
	}
	return bounds{roaring.AndNot(set, b.may), roaring.AndNot(set, b.must)}
}

func (b bounds) or(o bounds) bounds {
	if b.exact() && o.exact() {
		return exactly(roaring.Or(b.may, o.may))
	}
	return bounds{roaring.Or(b.must, o.must), roaring.Or(b.may, o.may)}
}

// then are the bounds of "and", the second found within the first's may.
func (b bounds) then(o bounds) bounds {
	if b.exact() {
		return o
	}
	return bounds{roaring.And(b.must, o.must), o.may}
}

// meet is what two sets share; one of them itself when the other is a whole
// range around it.
func meet(x, set *roaring.Bitmap) *roaring.Bitmap {
	switch {
	case x == set, x.IsEmpty():
		return x
	case !set.IsEmpty() && unbroken(set) && x.Minimum() >= set.Minimum() && x.Maximum() <= set.Maximum():
		return x
	}
	return roaring.And(x, set)
}

func unbroken(set *roaring.Bitmap) bool {
	return set.GetCardinality() == uint64(set.Maximum())-uint64(set.Minimum())+1
}

// domain is what a condition is evaluated over: documents or threads.
type domain interface {
	// leaf answers a term within a set.
	leaf(t *inbox.CondTerm, within *roaring.Bitmap) (bounds, error)
	// cost orders the terms of an "and": the least is asked first.
	cost(t *inbox.CondTerm) int
	// joined are the parts of an "and", those that are asked at once as one.
	joined(kids []inbox.Cond) []*inbox.Cond
}

// apart are the parts of an "and" one by one.
func apart(kids []inbox.Cond) []*inbox.Cond {
	out := make([]*inbox.Cond, len(kids))
	for i := range kids {
		out[i] = &kids[i]
	}
	return out
}

// find evaluates a condition within a set; the bounds lie within it.
func find(d domain, c *inbox.Cond, within *roaring.Bitmap) (bounds, error) {
	switch c.Op {
	case inbox.CondIs:
		return d.leaf(&c.Term, within)
	case inbox.CondNot:
		b, err := find(d, &c.Kids[0], within)
		if err != nil {
			return b, err
		}
		return b.not(within), nil
	case inbox.CondOr:
		out := exactly(roaring.New())
		for i := range c.Kids {
			b, err := find(d, &c.Kids[i], within)
			if err != nil {
				return b, err
			}
			out = out.or(b)
		}
		return out, nil
	}
	return findAll(d, c, within)
}

// findAll evaluates an "and": each part within what the parts before it leave.
func findAll(d domain, c *inbox.Cond, within *roaring.Bitmap) (bounds, error) {
	kids := d.joined(c.Kids)
	slices.SortStableFunc(kids, func(a, b *inbox.Cond) int { return cmp.Compare(costOf(d, a), costOf(d, b)) })
	out := exactly(within)
	for _, k := range kids {
		if out.may.IsEmpty() {
			break
		}
		b, err := find(d, k, out.may)
		if err != nil {
			return b, err
		}
		out = out.then(b)
	}
	return out, nil
}

// costNot is what "not" adds: what is excluded narrows little.
const costNot = 1

func costOf(d domain, c *inbox.Cond) int {
	if c.Op == inbox.CondIs {
		return d.cost(&c.Term)
	}
	n := 0
	for i := range c.Kids {
		n = max(n, costOf(d, &c.Kids[i]))
	}
	if c.Op == inbox.CondNot {
		n += costNot
	}
	return n
}

// rangeOf is the set of all numbers from first to last.
func rangeOf(first, last uint64) *roaring.Bitmap {
	b := roaring.New()
	if first <= last {
		b.AddRange(first, last+1)
	}
	return b
}

// picker collects numbers in ascending order.
type picker struct {
	set *roaring.Bitmap
	buf []uint32
}

func newPicker() *picker { return &picker{roaring.New(), make([]uint32, 0, 1024)} }

func (p *picker) add(n uint32) {
	if p.buf = append(p.buf, n); len(p.buf) == cap(p.buf) {
		p.set.AddMany(p.buf)
		p.buf = p.buf[:0]
	}
}

func (p *picker) done() *roaring.Bitmap {
	p.set.AddMany(p.buf)
	return p.set
}

// filter keeps the numbers of a set that a function wants.
func filter(set *roaring.Bitmap, keep func(uint32) bool) *roaring.Bitmap {
	p := newPicker()
	eachOf(set, func(n uint32) {
		if keep(n) {
			p.add(n)
		}
	})
	return p.done()
}

// eachOf calls fn for the numbers of a set in ascending order.
func eachOf(set *roaring.Bitmap, fn func(uint32)) {
	var buf [512]uint32
	it := set.ManyIterator()
	for n := it.NextMany(buf[:]); n > 0; n = it.NextMany(buf[:]) {
		for _, v := range buf[:n] {
			fn(v)
		}
	}
}
