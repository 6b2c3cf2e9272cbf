package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"vigie/inbox"
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

// byRank is the order of two documents of the store, also where the columns do
// not tell their times apart.
func (l *lists) byRank(a, b ranked) int {
	if a.at != b.at || !beyond(a.at) {
		return byRank(a, b)
	}
	return cmp.Or(l.moment(b.doc).Compare(l.moment(a.doc)), cmp.Compare(b.doc, a.doc))
}

// moment is a document's time as its message has it; zero when that cannot be
// read.
func (l *lists) moment(doc uint32) time.Time {
	m, err := l.r.message(inbox.MessageID(doc))
	if err != nil {
		return time.Time{}
	}
	return m.At
}

// newestOf returns the n newest documents of a set within span, by time and
// then by number, the newest first. It looks only into blocks that may have
// one of them.
func (l *lists) newestOf(docs *roaring.Bitmap, n int) []uint32 {
	if n <= 0 {
		return nil
	}
	if count := docs.GetCardinality(); count <= uint64(n) {
		top := make([]ranked, 0, count)
		eachOf(docs, func(doc uint32) { top = append(top, ranked{l.at(doc), doc}) })
		slices.SortFunc(top, l.byRank)
		return numbers(top)
	}
	some := docs.Iterator()
	parts := slices.DeleteFunc(l.parts(), func(p part) bool {
		some.AdvanceIfNeeded(p.first)
		return !some.HasNext() || some.PeekNext() > p.last
	})
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(b.latest(), a.latest()), cmp.Compare(b.last, a.last))
	})
	top := make([]ranked, 0, n+1)
	for _, p := range parts {
		if len(top) == n && p.latest() < top[n-1].at {
			break
		}
		it := docs.Iterator()
		for it.AdvanceIfNeeded(p.first); it.HasNext() && it.PeekNext() <= p.last; {
			doc := it.Next()
			x := ranked{l.at(doc), doc}
			if len(top) == n {
				if l.byRank(top[n-1], x) < 0 {
					continue
				}
				top = top[:n-1]
			}
			i, _ := slices.BinarySearchFunc(top, x, l.byRank)
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
