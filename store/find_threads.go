package store

import (
	"errors"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"vigie/inbox"
	"vigie/inbox/words"
)

// byThread evaluates over threads. A term about messages asks whether the
// thread has one like that, one about time asks for its newest.
type byThread struct{ *finder }

func (f byThread) cost(t *inbox.CondTerm) int {
	switch t.Field {
	case inbox.FieldThread:
		return costList
	case inbox.FieldText, inbox.FieldAuthor, inbox.FieldAny, inbox.FieldTime, inbox.FieldMedia, inbox.FieldQuestion:
		return costFacet + byDoc(f).cost(t)
	case inbox.FieldOther:
		return 2 * costOpen
	}
	return costPrefix
}

func (f byThread) joined(kids []inbox.Cond) []*inbox.Cond { return apart(kids) }

func (f byThread) leaf(t *inbox.CondTerm, within *roaring.Bitmap) (b bounds, err error) {
	if err := f.ctx.Err(); err != nil {
		return bounds{}, err
	}
	switch t.Field {
	case inbox.FieldOther:
		return unknown(within), nil
	case inbox.FieldTime:
		b, err = f.during(t)
	case inbox.FieldText, inbox.FieldAuthor, inbox.FieldAny, inbox.FieldMedia, inbox.FieldQuestion:
		b, err = f.having(t)
	default:
		b, err = f.facets(t)
	}
	if err != nil {
		return b, err
	}
	return b.within(within), nil
}

// having finds the threads with a message that a term is about.
func (f byThread) having(t *inbox.CondTerm) (bounds, error) {
	docs, err := f.documents(t)
	if err != nil {
		return bounds{}, err
	}
	b := docs.both(f.threadsOf)
	loose, err := f.looseThreads()
	if err != nil || loose.IsEmpty() {
		return b, err
	}
	return bounds{b.must, roaring.Or(b.may, loose)}, nil
}

// documents finds the documents that a term is about, once.
func (f byThread) documents(t *inbox.CondTerm) (bounds, error) {
	if b, ok := f.said[t]; ok {
		return b, nil
	}
	b, err := byDoc(f).leaf(t, f.docs)
	if err == nil {
		f.said[t] = b
	}
	return b, err
}

// threadsOf are the threads of documents.
func (f byThread) threadsOf(docs *roaring.Bitmap) *roaring.Bitmap {
	n := f.r.bucket(bThreads).Sequence()
	if docs.GetCardinality() == f.docs.GetCardinality() && f.loose.IsEmpty() {
		return f.threads
	}
	bits := make([]uint64, n>>6+1)
	eachOf(docs, func(doc uint32) {
		if t := f.l.thread(doc); int(t>>6) < len(bits) {
			bits[t>>6] |= 1 << (t & 63)
		}
	})
	bits[0] &^= 1 // what has no thread
	return meet(roaring.FromDense(bits, false), f.threads)
}

// looseThreads are those with a message that the index does not know; all
// when it would take long to find out.
func (f byThread) looseThreads() (*roaring.Bitmap, error) {
	if f.loose.GetCardinality() > scanStep {
		return f.threads, nil
	}
	out, it := roaring.New(), f.loose.Iterator()
	for it.HasNext() {
		t, err := f.r.threadOf(it.Next())
		if err != nil {
			return nil, err
		}
		if t > 0 {
			out.Add(t)
		}
	}
	return out, f.ctx.Err()
}

// during is about a thread's newest message: a time from which on it has one,
// and one from which on it has none.
func (f byThread) during(t *inbox.CondTerm) (bounds, error) {
	out := exactly(f.threads)
	if !t.From.IsZero() {
		b, err := f.having(&inbox.CondTerm{Field: inbox.FieldTime, From: t.From})
		if err != nil {
			return b, err
		}
		out = b
	}
	if t.To.IsZero() {
		return out, nil
	}
	b, err := f.having(&inbox.CondTerm{Field: inbox.FieldTime, From: t.To})
	return out.then(b.not(f.threads).within(out.may)), err
}

// facets answers a term about threads.
func (f byThread) facets(t *inbox.CondTerm) (bounds, error) {
	switch t.Field {
	case inbox.FieldThread:
		if f.threads.Contains(uint32(t.Thread)) && uint64(t.Thread) == uint64(uint32(t.Thread)) {
			return exactly(roaring.BitmapOf(uint32(t.Thread))), nil
		}
		return exactly(roaring.New()), nil
	case inbox.FieldAccount:
		return f.folded(aboutAccount, t.Value)
	case inbox.FieldClient:
		return f.folded(aboutClient, t.Value)
	case inbox.FieldNetwork:
		return f.folded(aboutNetwork, t.Value)
	case inbox.FieldTag:
		return f.tag(t.Value)
	case inbox.FieldKind:
		return f.with(facet{aboutKind, t.Value})
	case inbox.FieldState:
		return f.with(facet{aboutState, t.State.String()})
	case inbox.FieldWatch:
		return f.with(facet{aboutWatch, marked})
	case inbox.FieldUnread:
		return f.with(facet{aboutUnread, marked})
	case inbox.FieldMine:
		return f.with(facet{aboutMine, marked})
	case inbox.FieldNoted:
		return f.with(facet{aboutNoted, marked})
	case inbox.FieldLang:
		return f.valued(aboutLang, t.Value, "")
	case inbox.FieldFeeling:
		return f.valued(aboutFeeling, t.Value, inbox.Unmarked.String())
	case inbox.FieldStatus:
		return f.matching(aboutStatus, "", func(v string) bool { return strings.Contains(v, ","+t.Value+",") })
	case inbox.FieldWindow:
		return f.with(facet{aboutWindow, marked})
	}
	return unknown(f.threads), nil
}

// with finds the threads of some facets. Of a damaged one nothing is known.
func (f byThread) with(sets ...facet) (bounds, error) {
	bits := make([]uint64, (f.r.bucket(bThreads).Sequence()>>facetBits+1)*facetWords)
	for _, s := range sets {
		if s != s.known() {
			return unknown(f.threads), nil
		}
		err := f.r.facetOf(s, bits)
		if errors.Is(err, inbox.ErrDamaged) {
			return unknown(f.threads), nil
		}
		if err != nil {
			return bounds{}, err
		}
	}
	return exactly(roaring.FromDense(bits, false)), nil
}

// matching finds the threads whose value is wanted. Those with odd values may
// be.
func (f byThread) matching(a about, prefix string, want func(string) bool) (bounds, error) {
	var sets, odds []facet
	for x := range f.r.facetsAbout(a, prefix) {
		if want(x.value) {
			sets = append(sets, x)
		}
	}
	for x := range f.r.facetsAbout(a, odd) {
		odds = append(odds, x)
	}
	b, err := f.with(sets...)
	if err != nil || len(odds) == 0 {
		return b, err
	}
	more, err := f.with(odds...)
	return bounds{b.must, roaring.Or(b.may, more.may)}, err
}

// valued finds the threads with a value; none is the one that has no set.
func (f byThread) valued(a about, value, none string) (bounds, error) {
	if value != none {
		return f.matching(a, value, func(v string) bool { return v == value })
	}
	some, err := f.matching(a, "", func(string) bool { return true })
	return some.not(f.threads), err
}

// folded finds the threads with a value, whatever its case.
func (f byThread) folded(a about, value string) (bounds, error) {
	return f.matching(a, "", func(v string) bool { return strings.ToLower(v) == value })
}

// tag finds the threads with a tag or one beneath it, whatever the accents.
func (f byThread) tag(tag string) (bounds, error) {
	return f.matching(aboutTag, "", func(v string) bool { return words.Tagged(v, tag) })
}

// lane finds the threads of a list.
func (f byThread) lane(q *inbox.ThreadQuery) (bounds, error) {
	var states []facet
	for _, s := range statesOf(q) {
		states = append(states, facet{aboutState, s.String()})
	}
	out, err := f.with(states...)
	if err != nil {
		return out, err
	}
	watch, err := f.with(facet{aboutWatch, marked})
	if err != nil {
		return watch, err
	}
	if q.Split == inbox.Inbox {
		watch = watch.not(f.threads)
	}
	out = out.then(watch.within(out.may))
	if q.Client == "" {
		return out, nil
	}
	client, err := f.with(facet{aboutClient, string(q.Client)})
	return out.then(client.within(out.may)), err
}
