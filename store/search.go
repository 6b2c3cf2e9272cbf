package store

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"vigie/inbox"
)

// scanStep is how many records are read in one transaction: a long one would
// hold up a commit that must enlarge the file's mapping.
const scanStep = 4096

// Search implements inbox.Reader. It reads in steps, each a transaction of its
// own: messages that arrive meanwhile are not seen, one that changes meanwhile
// is judged as it was at some moment between.
func (db *DB) Search(ctx context.Context, req inbox.SearchRequest) (inbox.SearchPage, error) {
	db.warm(ctx)
	s := &search{req: &req}
	err := db.view(ctx, func(r *rtx) error { return s.begin(ctx, r, db.lists(r)) })
	for err == nil && !s.done() {
		if s.whole && len(s.todo) > 0 {
			err = s.count(ctx, db)
		} else {
			err = db.view(ctx, func(r *rtx) error { return s.look(ctx, r, scanStep) })
		}
	}
	if err != nil {
		return inbox.SearchPage{}, err
	}
	return s.result(), nil
}

// candidate is a message that may match; a sure one does.
type candidate struct {
	doc  uint32
	sure bool
}

// search is one search under way.
type search struct {
	req  *inbox.SearchRequest
	page inbox.SearchPage
	// todo are those to look at, the newest first as long as hits are wanted;
	// then those that the index does not know, whose times are not known.
	todo  []candidate
	loose []uint32
	looks int
	whole bool // the hits are: of those that the index knows
	// headless: heads need not be read to decide.
	headless bool
}

// begin asks the index and looks at the newest that it names.
func (s *search) begin(ctx context.Context, r *rtx, l index) error {
	f := newFinder(ctx, r, l)
	b, err := find(byDoc{f}, &s.req.Where, f.docs)
	if err != nil {
		return err
	}
	s.page.Total, s.headless = int(b.must.GetCardinality()), headless(&s.req.Where)
	s.loose = f.loose.ToArray()
	slices.Reverse(s.loose)
	rest := b
	if n := s.first(b); n > 0 {
		s.todo = candidates(b, l.newestOf(b.may, n))
		seen := roaring.New()
		for _, c := range s.todo {
			seen.Add(c.doc)
		}
		if _, err := s.known(ctx, &judge{search: s, rtx: r}, scanStep); err != nil {
			return err
		}
		if s.whole && b.exact() {
			return s.look(ctx, r, scanStep)
		}
		rest = b.both(func(x *roaring.Bitmap) *roaring.Bitmap { return roaring.AndNot(x, seen) })
	}
	if s.whole {
		s.todo = candidates(rest, roaring.AndNot(rest.may, rest.must).ToArray())
		return s.look(ctx, r, countStep)
	}
	s.todo = candidates(rest, l.newestOf(rest.may, int(rest.may.GetCardinality())))
	return s.look(ctx, r, scanStep)
}

// doubt is how many candidates are taken for each hit that is wanted, where
// they are to be read first.
const doubt = 4

// first is how many of the newest to look at before it is known whether more
// are needed; 0: all will be.
func (s *search) first(b bounds) int {
	n := s.req.Limit
	if !b.exact() {
		n *= doubt
	}
	if n > scanStep {
		return 0
	}
	return n
}

func candidates(b bounds, docs []uint32) []candidate {
	out := make([]candidate, len(docs))
	for i, doc := range docs {
		out[i] = candidate{doc, b.exact() || b.must.Contains(doc)}
	}
	return out
}

func (s *search) done() bool { return len(s.todo) == 0 && len(s.loose) == 0 }

// look goes on with what is to be looked at, for at most so many records.
func (s *search) look(ctx context.Context, r *rtx, records int) error {
	j := &judge{search: s, rtx: r}
	left, err := s.known(ctx, j, records)
	if err != nil || len(s.todo) > 0 {
		return err
	}
	for ; len(s.loose) > 0 && left > 0; left-- {
		if err := j.ask(ctx, candidate{doc: s.loose[0]}, true); err != nil {
			return err
		}
		s.loose = s.loose[1:]
		s.trim(scanStep)
	}
	return nil
}

// known looks at those that the index names, and returns how many records are
// left to read.
func (s *search) known(ctx context.Context, j *judge, records int) (int, error) {
	for ; len(s.todo) > 0 && records > 0; s.todo = s.todo[1:] {
		c := s.todo[0]
		switch {
		case s.whole && c.sure:
			continue
		case s.whole && s.spent():
			s.page.AtLeast, s.todo = true, nil
			return records, nil
		}
		records--
		if err := j.ask(ctx, c, !s.whole); err != nil {
			return 0, err
		}
		s.whole = s.whole || s.full()
	}
	return records, nil
}

// result is what was found, in order.
func (s *search) result() inbox.SearchPage {
	s.trim(0)
	return s.page
}

func (s *search) full() bool { return s.req.Limit > 0 && len(s.page.Hits) >= s.req.Limit }

func (s *search) spent() bool { return s.req.Looks > 0 && s.looks >= s.req.Looks }

// trim keeps the newest hits when there are so many more than wanted.
func (s *search) trim(more int) {
	if more > 0 && (s.req.Limit == 0 || len(s.page.Hits) < s.req.Limit+more) {
		return
	}
	slices.SortFunc(s.page.Hits, func(a, b inbox.Hit) int {
		return cmp.Or(b.Message.At.Compare(a.Message.At), cmp.Compare(b.Message.ID, a.Message.ID))
	})
	if s.req.Limit > 0 && len(s.page.Hits) > s.req.Limit {
		clear(s.page.Hits[s.req.Limit:])
		s.page.Hits = s.page.Hits[:s.req.Limit]
	}
}

// judge reads candidates in one transaction.
type judge struct {
	*search
	*rtx
	posts   posts
	threads map[inbox.ThreadID]inbox.Thread
}

// ask reads a candidate, and asks whether it matches unless it is sure. It
// becomes a hit if hits are wanted.
func (j *judge) ask(ctx context.Context, c candidate, wanted bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	hit, matches, err := j.decide(c, wanted)
	switch {
	case errors.Is(err, inbox.ErrDamaged):
		j.page.Damaged++
		if c.sure {
			j.page.Total--
		}
		return nil
	case err != nil || !matches:
		return err
	}
	if !c.sure {
		j.page.Total++
	}
	if wanted {
		j.posts.fill(j.rtx, &hit.Message)
		hit.Thread = ownThread(hit.Thread)
		j.page.Hits = append(j.page.Hits, hit)
	}
	return nil
}

// decide reads a candidate's message, and the head of its thread where it is
// asked for or wanted.
func (j *judge) decide(c candidate, wanted bool) (hit inbox.Hit, matches bool, err error) {
	if j.threads == nil {
		j.posts, j.threads = posts{}, map[inbox.ThreadID]inbox.Thread{}
	}
	if hit.Message, err = j.message(inbox.MessageID(c.doc)); err != nil {
		return hit, false, err
	}
	hit.Thread.ID = hit.Message.Thread
	if !j.headless && !c.sure {
		if err := j.head(&hit); err != nil {
			return hit, false, err
		}
	}
	if !c.sure {
		j.looks++
		if !j.matching(&hit) {
			return hit, false, nil
		}
	}
	if !wanted {
		return hit, true, nil
	}
	return hit, true, j.head(&hit)
}

// head reads the head of a hit's thread.
func (j *judge) head(hit *inbox.Hit) (err error) {
	t, ok := j.threads[hit.Message.Thread]
	if !ok {
		if t, err = j.thread(hit.Message.Thread); err != nil {
			return err
		}
		j.threads[t.ID] = t
	}
	hit.Thread = t
	return nil
}

// matching asks the exact function, or the condition when that is all there is.
func (j *judge) matching(hit *inbox.Hit) bool {
	if j.req.Match == nil {
		return holds(&j.req.Where, hit)
	}
	return j.matches(false, func() bool { return j.req.Match(hit.Thread, hit.Message) })
}

// headless reports whether a condition is about messages alone, so that heads
// need not be read to decide it.
func headless(c *inbox.Cond) bool {
	if c.Op != inbox.CondIs {
		return !slices.ContainsFunc(c.Kids, func(k inbox.Cond) bool { return !headless(&k) })
	}
	switch c.Term.Field {
	case inbox.FieldText, inbox.FieldAuthor, inbox.FieldAny, inbox.FieldTime, inbox.FieldMedia, inbox.FieldQuestion:
		return true
	}
	return false
}
