package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"vigie/inbox"
)

// finder evaluates conditions in one transaction.
type finder struct {
	ctx     context.Context
	r       *rtx
	l       index
	docs    *roaring.Bitmap            // that the index knows
	loose   *roaring.Bitmap            // that it does not know: each must be read
	threads *roaring.Bitmap            // all
	said    map[*inbox.CondTerm]bounds // documents found for terms about messages
}

func newFinder(ctx context.Context, r *rtx, l index) *finder {
	f := &finder{ctx: ctx, r: r, l: l, said: map[*inbox.CondTerm]bounds{}, threads: rangeOf(1, r.bucket(bThreads).Sequence())}
	first, last := l.span()
	f.docs = rangeOf(max(1, uint64(first)), uint64(last))
	f.loose = roaring.AndNot(rangeOf(1, uint64(l.last())), f.docs)
	switch damaged := l.flag(flagDamaged); {
	case damaged == nil:
		f.docs, f.loose = roaring.New(), roaring.Or(f.docs, f.loose)
	case !damaged.IsEmpty():
		f.loose = roaring.Or(f.loose, roaring.And(damaged, f.docs))
		f.docs = roaring.AndNot(f.docs, damaged)
	}
	return f
}

// byDoc evaluates over the documents that the index knows.
type byDoc struct{ *finder }

// What terms cost, the least first: a list, a look at the columns of what is
// left, the lists of many tokens, what nobody knows.
const (
	costList = 10 * iota
	costPrefix
	costTime
	costFacet
	costOpen
)

func (f byDoc) cost(t *inbox.CondTerm) int {
	switch t.Field {
	case inbox.FieldText, inbox.FieldAuthor, inbox.FieldAny:
		if t.Prefix {
			return costPrefix
		}
		return costList
	case inbox.FieldMedia, inbox.FieldQuestion, inbox.FieldThread, inbox.FieldAccount:
		return costList
	case inbox.FieldTime:
		return costTime
	case inbox.FieldOther:
		return costOpen
	}
	return costFacet
}

func (f byDoc) leaf(t *inbox.CondTerm, within *roaring.Bitmap) (bounds, error) {
	if err := f.ctx.Err(); err != nil {
		return bounds{}, err
	}
	switch t.Field {
	case inbox.FieldText:
		return f.words(t, within, classText), nil
	case inbox.FieldAuthor:
		return f.words(t, within, classAuthor), nil
	case inbox.FieldAny:
		return f.words(t, within, classText).or(f.words(t, within, classAuthor)), nil
	case inbox.FieldMedia:
		return f.flagged(flagMedia, within), nil
	case inbox.FieldQuestion:
		return f.flagged(flagQuestion, within), nil
	case inbox.FieldTime:
		return f.during(t.From, t.To, within), nil
	case inbox.FieldAccount:
		return f.flagged(flagAccount(inbox.AccountID(t.Value)), within), nil
	case inbox.FieldOther:
		return unknown(within), nil
	}
	threads, err := byThread(f).facets(t)
	if err != nil || threads.exact() {
		var docs *roaring.Bitmap
		if err == nil {
			docs, err = f.docsOf(threads.may, within)
		}
		return exactly(docs), err
	}
	must, err := f.docsOf(threads.must, within)
	if err != nil {
		return bounds{}, err
	}
	may, err := f.docsOf(threads.may, within)
	return bounds{must, may}, err
}

// words finds the documents with all the words of a term in one section.
func (f byDoc) words(t *inbox.CondTerm, within *roaring.Bitmap, class byte) bounds {
	if len(t.Words) == 0 {
		return unknown(within)
	}
	whole, lists, sure := t.Words, make([]*roaring.Bitmap, 0, len(t.Words)), t.Exact
	if t.Prefix {
		whole = whole[:len(whole)-1]
	}
	for _, w := range whole {
		if l := f.l.word(class, w); l != nil {
			lists = append(lists, l)
		} else {
			sure = false
		}
	}
	slices.SortFunc(lists, func(a, b *roaring.Bitmap) int { return cmp.Compare(a.GetCardinality(), b.GetCardinality()) })
	left := within
	for _, l := range lists {
		left = meet(l, left)
	}
	if t.Prefix && !left.IsEmpty() {
		if l := f.l.prefix(class, t.Words[len(t.Words)-1], t.Keep); l != nil {
			left = meet(l, left)
		} else {
			sure = false
		}
	}
	if !sure {
		return unknown(left)
	}
	return exactly(left)
}

// flagged finds the documents with a flag.
func (f byDoc) flagged(name string, within *roaring.Bitmap) bounds {
	if l := f.l.flag(name); l != nil {
		return exactly(meet(l, within))
	}
	return unknown(within)
}

// during finds the documents of a time, except from those that lie beyond
// what a column can tell.
func (f byDoc) during(from, to time.Time, within *roaring.Bitmap) bounds {
	if vague(from, to) {
		return unknown(within)
	}
	return exactly(f.l.between(from, to, within))
}

// joined makes one span of all bounds of time that columns can tell.
func (f byDoc) joined(kids []inbox.Cond) []*inbox.Cond {
	out := make([]*inbox.Cond, 0, len(kids))
	var span *inbox.Cond
	for i := range kids {
		k := &kids[i]
		if k.Op != inbox.CondIs || k.Term.Field != inbox.FieldTime || vague(k.Term.From, k.Term.To) {
			out = append(out, k)
			continue
		}
		if span == nil {
			span = &inbox.Cond{Op: inbox.CondIs, Term: inbox.CondTerm{Field: inbox.FieldTime}}
			out = append(out, span)
		}
		if t := &span.Term; k.Term.From.After(t.From) || t.From.IsZero() {
			t.From = k.Term.From
		}
		if t := &span.Term; !k.Term.To.IsZero() && (t.To.IsZero() || k.Term.To.Before(t.To)) {
			t.To = k.Term.To
		}
	}
	return out
}

// vague reports whether a bound of time is one that stands for others too.
func vague(from, to time.Time) bool {
	return !from.IsZero() && beyond(nanos(from)) || !to.IsZero() && beyond(nanos(to))
}

// beyond reports whether a time of the columns stands for others too.
func beyond(at int64) bool { return at == math.MaxInt64 || at <= math.MinInt64+1 }

// lookupsPerThread is how many documents can be looked up in the columns in
// the time in which one thread's messages are listed.
const lookupsPerThread = 100

// docsOf finds the documents of threads.
func (f byDoc) docsOf(threads, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	switch {
	case threads.IsEmpty() || within.IsEmpty():
		return roaring.New(), nil
	case threads.GetCardinality() == f.threads.GetCardinality():
		return within, nil
	case threads.GetCardinality()*lookupsPerThread < within.GetCardinality():
		return f.listed(threads, within)
	}
	bits := threads.ToDense()
	return filter(within, func(doc uint32) bool {
		t := f.l.thread(doc)
		return int(t>>6) < len(bits) && bits[t>>6]&(1<<(t&63)) != 0
	}), f.ctx.Err()
}

// listed finds the documents of few threads in the timelines.
func (f byDoc) listed(threads, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	out, c := roaring.New(), f.r.bucket(bTimelines).Cursor()
	eachOf(threads, func(n uint32) {
		prefix := idKey(uint64(n))
		for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			if doc := uint32(keyID[uint64](k[idLen+timeLen:])); within.Contains(doc) {
				out.Add(doc)
			}
		}
	})
	return out, f.ctx.Err()
}

// threadOf reads in which thread a document is that the index does not know;
// 0 when it cannot be read.
func (r *rtx) threadOf(doc uint32) (uint32, error) {
	m, err := r.message(inbox.MessageID(doc))
	if errors.Is(err, inbox.ErrDamaged) || errors.Is(err, inbox.ErrNotFound) {
		return 0, nil
	}
	return uint32(m.Thread), err
}
