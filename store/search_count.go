package store

import (
	"context"
	"runtime"
	"sync/atomic"

	"vigie/inbox"
)

// countStep is how many messages are read in one transaction where several
// read at the same time; fewer are read by one alone.
const countStep = 256

// counters are how many count at the same time at most.
const counters = 4

// count decides about all that is to be looked at once the hits are whole. Who
// counts reads a piece at a time, each in a transaction of its own.
func (s *search) count(ctx context.Context, db *DB) error {
	docs := make([]candidate, 0, len(s.todo))
	for _, c := range s.todo {
		if !c.sure {
			docs = append(docs, c)
		}
	}
	s.todo = nil
	if left := s.req.Looks - s.looks; s.req.Looks > 0 && len(docs) > left {
		s.page.AtLeast, docs = true, docs[:max(0, left)]
	}
	n := min(runtime.GOMAXPROCS(0), counters, (len(docs)+countStep-1)/countStep)
	var at atomic.Int64 // from where on nobody looks yet
	done := make(chan counted, n)
	for range n {
		go func() { done <- s.countSome(ctx, db, docs, &at) }()
	}
	var err error
	var thrown any
	for range n {
		c := <-done
		s.looks += c.looks
		s.page.Total += c.page.Total
		s.page.Damaged += c.page.Damaged
		if c.err != nil {
			err = c.err
		}
		if c.thrown != nil {
			thrown = c.thrown
		}
	}
	if thrown != nil {
		panic(thrown) // as if the caller's function had been called here
	}
	return err
}

// counted is what one of several found.
type counted struct {
	search
	err    error
	thrown any
}

// countSome counts pieces until there are no more.
func (s *search) countSome(ctx context.Context, db *DB, docs []candidate, at *atomic.Int64) (c counted) {
	c.search = search{req: s.req, headless: s.headless, whole: true, page: inbox.SearchPage{}}
	defer func() { c.thrown = recover() }()
	for {
		from := int(at.Add(countStep)) - countStep
		if from >= len(docs) {
			return c
		}
		piece := docs[from:min(from+countStep, len(docs))]
		c.err = db.view(ctx, func(r *rtx) error {
			j := &judge{search: &c.search, rtx: r}
			for _, doc := range piece {
				if err := j.ask(ctx, doc, false); err != nil {
					return err
				}
			}
			return nil
		})
		if c.err != nil {
			return c
		}
	}
}
