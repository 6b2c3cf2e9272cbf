package store

import (
	"bytes"
	"context"
	"slices"

	"go.etcd.io/bbolt"

	"vigie/inbox"
)

// glance decides about the first rows of a list one by one, by their heads and
// by which of their messages the lists have. Where many rows match that takes
// less than to find all threads that do.
type glance struct {
	byThread
	timelines *bbolt.Cursor
	hit       inbox.Hit // the row; of a message no more than the time of its newest
	docs      []uint32  // of the row, once they were needed
	listed    bool
}

// The rows that a glance goes on for: some, and more for each that matches. One
// of so many must be expected to match.
const (
	glanceRows = 64
	glanceMore = 8
)

// glance fills a window as long as that goes quickly; done tells that it is
// filled. What comes then begins where it ends.
func (w *window) glance(ctx context.Context, f byThread) (done bool, err error) {
	if w.q.Limit <= 0 || !asksMessages(&w.q.Where) {
		return false, nil
	}
	g := glance{byThread: f, timelines: f.r.bucket(bTimelines).Cursor()}
	n, err := g.expect(&w.q.Where)
	if err != nil || n*glanceMore < f.threads.GetCardinality() {
		return false, err
	}
	rows := w.rtx.walk(w.q)
	for seen := 0; ; seen++ {
		if w.full() && rows.first() != nil {
			return true, nil
		}
		if seen == glanceRows+glanceMore*len(w.page.Threads) {
			break
		}
		at, more := rows.take()
		if !more {
			w.page.More = false
			return true, nil
		}
		if err := ctx.Err(); err != nil {
			return false, err
		}
		w.page.Next = at
		t, err := w.read(at.ID)
		if err != nil {
			return false, err
		}
		if t != nil {
			w.add(t, g.ask(&w.q.Where, t))
		}
	}
	rest := *w.q
	rest.After, w.q = w.page.Next, &rest
	return false, nil
}

// asksMessages reports whether a condition has to do with what messages say or
// when.
func asksMessages(c *inbox.Cond) bool {
	if c.Op == inbox.CondIs {
		return c.Term.Field == inbox.FieldTime || ofMessages(c.Term.Field)
	}
	return slices.ContainsFunc(c.Kids, func(k inbox.Cond) bool { return asksMessages(&k) })
}

// expect is how many threads match at most.
func (g *glance) expect(c *inbox.Cond) (uint64, error) {
	all := g.threads.GetCardinality()
	if c.Op == inbox.CondIs {
		return g.expectTerm(&c.Term)
	}
	n := all
	if c.Op == inbox.CondOr {
		n = 0
	}
	for i := range c.Kids {
		k, err := g.expect(&c.Kids[i])
		if err != nil {
			return 0, err
		}
		switch c.Op {
		case inbox.CondAnd:
			n = min(n, k)
		case inbox.CondOr:
			n = min(all, n+k)
		}
	}
	return n, nil
}

func (g *glance) expectTerm(t *inbox.CondTerm) (uint64, error) {
	var b bounds
	var err error
	switch {
	case t.Field == inbox.FieldOther || t.Field == inbox.FieldTime:
		return g.threads.GetCardinality(), nil
	case ofMessages(t.Field):
		b, err = g.documents(t)
	default:
		b, err = g.facets(t)
	}
	if err != nil {
		return 0, err
	}
	return b.may.GetCardinality(), nil
}

// ask is what the index and the head say of a row.
func (g *glance) ask(c *inbox.Cond, t *inbox.Thread) truth {
	g.hit = inbox.Hit{Thread: *t, Message: inbox.Message{At: t.LastAt}}
	g.listed = false
	return g.find(c)
}

func (g *glance) find(c *inbox.Cond) truth {
	switch c.Op {
	case inbox.CondIs:
		return g.leaf(&c.Term)
	case inbox.CondNot:
		return -g.find(&c.Kids[0])
	case inbox.CondOr:
		out := no
		for i := 0; i < len(c.Kids) && out != yes; i++ {
			out = max(out, g.find(&c.Kids[i]))
		}
		return out
	}
	out := yes
	for i := 0; i < len(c.Kids) && out != no; i++ {
		out = min(out, g.find(&c.Kids[i]))
	}
	return out
}

func (g *glance) leaf(t *inbox.CondTerm) truth {
	if !ofMessages(t.Field) {
		o := one{hit: &g.hit}
		return o.leaf(t)
	}
	b := g.said[t]
	out := no
	for _, doc := range g.documentsOf() {
		switch {
		case b.must.Contains(doc):
			return yes
		case b.may.Contains(doc) || !g.byThread.docs.Contains(doc):
			out = perhaps
		}
	}
	return out
}

// documentsOf are the messages of the row.
func (g *glance) documentsOf() []uint32 {
	if g.listed {
		return g.docs
	}
	g.docs, g.listed = g.docs[:0], true
	prefix := idKey(g.hit.Thread.ID)
	for k, _ := g.timelines.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = g.timelines.Next() {
		g.docs = append(g.docs, uint32(keyID[uint64](k[idLen+timeLen:])))
	}
	return g.docs
}

// ofMessages reports whether a field is one that the index has of messages,
// but for their time.
func ofMessages(f inbox.CondField) bool {
	switch f {
	case inbox.FieldText, inbox.FieldAuthor, inbox.FieldAny, inbox.FieldMedia, inbox.FieldQuestion:
		return true
	}
	return false
}
