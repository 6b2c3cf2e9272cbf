package store

import (
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// tailView is a segment as it was at a transaction, from a document on.
type tailView struct {
	tail     *tail
	seg      *segment
	first    uint32 // what is before is in the file
	last     uint32
	versions []version
	later    []version
	dead     map[uint32]bool   // slots that are not what the transaction has
	latest   map[uint32]uint32 // document → slot, of those that were changed
	slots    []uint32          // of the list being read
}

// view adds to the lists of a transaction what the tail holds behind them.
func (t *tail) view(l *lists, txn uint64) (out []tailView) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	limit := min(l.top, max(t.next, 1)-1)
	if t.expectedTxn <= txn {
		for _, doc := range t.expected {
			limit = min(limit, doc-1) // how it is now the tail does not know yet
		}
	}
	for _, s := range t.segs {
		if s.end() <= l.end+1 {
			continue
		}
		if s.first > l.end+1 || l.end >= limit {
			break
		}
		v := tailView{
			tail: t, seg: s, first: l.end + 1, last: min(limit, s.end()-1),
			versions: s.versions, later: s.later,
		}
		v.settle(txn)
		out = append(out, v)
		l.end = v.last
	}
	return out
}

// settle finds out which versions the transaction has.
func (v *tailView) settle(txn uint64) {
	if len(v.later) == 0 {
		return
	}
	v.dead, v.latest = map[uint32]bool{}, map[uint32]uint32{}
	for slot, died := range v.seg.died {
		v.dead[slot] = died <= txn
	}
	for i, x := range v.later {
		slot := slotLater + uint32(i)
		if x.born > txn {
			v.dead[slot] = true
		} else if !v.dead[slot] {
			v.latest[x.doc] = slot
		}
	}
}

func (v *tailView) end() uint32 { return v.last + 1 }

// doc is the document of a slot, if the view has that version of it.
func (v *tailView) doc(slot uint32) (doc uint32, ok bool) {
	if slot < slotLater {
		doc = v.seg.first + slot
	} else {
		if int(slot-slotLater) >= len(v.later) {
			return 0, false
		}
		doc = v.later[slot-slotLater].doc
	}
	return doc, v.first <= doc && doc <= v.last && !v.dead[slot]
}

func (v *tailView) fact(doc uint32) fact {
	if slot, ok := v.latest[doc]; ok {
		return v.later[slot-slotLater].fact
	}
	return v.versions[doc-v.seg.first].fact
}

// word adds to out the documents that have a token.
func (v *tailView) word(class byte, token string, out *roaring.Bitmap) {
	v.tail.mu.RLock()
	defer v.tail.mu.RUnlock()
	if l := v.seg.lists.get(class, []byte(token)); l != nil {
		v.add(l, out)
	}
}

// prefix adds to out the documents that have a token that begins so and that
// keep, if it is not nil, accepts.
func (v *tailView) prefix(class byte, prefix string, keep func(string) bool, out *roaring.Bitmap) {
	v.tail.mu.RLock()
	lists := v.seg.lists.beginning(class, prefix)
	v.tail.mu.RUnlock()
	if keep != nil {
		lists = slices.DeleteFunc(lists, func(l foundList) bool { return !keep(l.token) })
	}
	v.tail.mu.RLock()
	defer v.tail.mu.RUnlock()
	for _, l := range lists {
		v.add(l.tailList, out)
	}
}

// add adds to out the documents of a list.
func (v *tailView) add(l *tailList, out *roaring.Bitmap) {
	v.slots = v.seg.lists.slots(v.slots[:0], l)
	for _, slot := range v.slots {
		if doc, ok := v.doc(slot); ok {
			out.Add(doc)
		}
	}
}

// parts cuts the view into parts of a block each.
func (v *tailView) parts(out []part) []part {
	for first := v.first; first <= v.last; {
		p := part{first, min(first|(blockLen-1), v.last), extent{math.MaxInt64, math.MinInt64}, true}
		for doc := p.first; doc <= p.last; doc++ {
			f := v.fact(doc)
			if f.thread == 0 {
				p.whole = false
				continue
			}
			p.least, p.most = min(p.least, f.at), max(p.most, f.at)
		}
		out = append(out, p)
		first = p.last + 1
	}
	return out
}
