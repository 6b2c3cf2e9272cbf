package store

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// ranked is a document in the order of searches.
type ranked struct {
	at  int64
	doc uint32
}

// byRank orders by time, then by number, the newest first.
func byRank(a, b ranked) int {
	return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(b.doc, a.doc))
}

// newestOf returns the n newest documents of a set within span, by time and
// then by number, the newest first. It looks only into blocks that may have
// one of them.
func (l *lists) newestOf(docs *roaring.Bitmap, n int) []uint32 {
	var top []ranked
	if n <= 0 {
		return nil
	}
	if docs.GetCardinality() <= uint64(n) {
		for it := docs.Iterator(); it.HasNext(); {
			doc := it.Next()
			top = append(top, ranked{l.at(doc), doc})
		}
		slices.SortFunc(top, byRank)
		return numbers(top)
	}
	parts := l.parts()
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(b.latest(), a.latest()), cmp.Compare(b.last, a.last))
	})
	for _, p := range parts {
		if len(top) == n && p.latest() < top[n-1].at {
			break
		}
		it := docs.Iterator()
		for it.AdvanceIfNeeded(p.first); it.HasNext() && it.PeekNext() <= p.last; {
			doc := it.Next()
			x := ranked{l.at(doc), doc}
			if len(top) == n {
				if byRank(top[n-1], x) < 0 {
					continue
				}
				top = top[:n-1]
			}
			i, _ := slices.BinarySearchFunc(top, x, byRank)
			top = slices.Insert(top, i, x)
		}
	}
	return numbers(top)
}

func numbers(list []ranked) []uint32 {
	out := make([]uint32, len(list))
	for i, x := range list {
		out[i] = x.doc
	}
	return out
}

// latest is the latest time that one of a part's documents may have: those
// that cannot be read count as of 1970.
func (p part) latest() int64 {
	if p.whole {
		return p.most
	}
	return max(p.most, 0)
}
