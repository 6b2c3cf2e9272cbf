package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"go.etcd.io/bbolt"

	"vigie/inbox"
)

// run is the walk through the list of one state.
type run struct {
	cursor *bbolt.Cursor
	prefix []byte
	key    []byte // where it is; nil: at its end
}

func (n *run) keep(key []byte) {
	n.key = nil
	if bytes.HasPrefix(key, n.prefix) {
		n.key = key
	}
}

func (n *run) next() {
	k, _ := n.cursor.Next()
	n.keep(k)
}

// row is the part of the key by which lists are ordered.
func (n *run) row() []byte { return n.key[len(n.prefix):] }

// walk is the walk through the lists of several states as if they were one.
type walk []*run

// statesOf are the states that a query asks for, each once.
func statesOf(q *inbox.ThreadQuery) []inbox.State {
	if len(q.States) == 0 {
		return []inbox.State{inbox.Ours, inbox.Theirs, inbox.Snoozed, inbox.Escalated}
	}
	states := slices.Clone(q.States)
	slices.Sort(states)
	return slices.Compact(states)
}

func (r *rtx) walk(q *inbox.ThreadQuery) walk {
	var after []byte
	if !q.After.Zero() {
		after = appendID(appendRank(nil, q.After.Rank), q.After.ID)
	}
	var w walk
	for _, s := range statesOf(q) {
		n := &run{cursor: r.bucket(bLists).Cursor(), prefix: lane(q.Client, q.Split, s)}
		from := append(slices.Clone(n.prefix), after...)
		k, _ := n.cursor.Seek(from)
		if after != nil && bytes.Equal(k, from) {
			k, _ = n.cursor.Next()
		}
		n.keep(k)
		w = append(w, n)
	}
	return w
}

// first returns the run whose row comes first; nil at the end of all.
func (w walk) first() *run {
	var best *run
	for _, n := range w {
		if n.key != nil && (best == nil || bytes.Compare(n.row(), best.row()) < 0) {
			best = n
		}
	}
	return best
}

// take is the place of the first row, which it passes; false at the end.
func (w walk) take() (inbox.ListCursor, bool) {
	n := w.first()
	if n == nil {
		return inbox.ListCursor{}, false
	}
	row := n.row()
	at := inbox.ListCursor{Rank: keyRank(row), ID: keyID[inbox.ThreadID](row[min(rankLen, len(row)):])}
	n.next()
	return at, true
}

// Threads implements inbox.Reader. A Limit of 0 means all. A thread whose
// record is damaged is left out, and counted. Match runs inside the transaction and must
// not call the store.
func (db *DB) Threads(ctx context.Context, q inbox.ThreadQuery) (page inbox.ThreadPage, err error) {
	if !always(&q.Where) {
		db.warm(ctx)
	}
	err = db.view(ctx, func(r *rtx) error {
		page, err = r.window(ctx, &q, func() index { return db.lists(r) })
		return err
	})
	return page, err
}

// window narrows a list by the index where the query does.
func (r *rtx) window(ctx context.Context, q *inbox.ThreadQuery, lists func() index) (inbox.ThreadPage, error) {
	page := inbox.ThreadPage{Next: q.After}
	if q.Limit > 0 {
		page.Threads = make([]inbox.Thread, 0, min(q.Limit, 256))
	}
	win := window{rtx: r, q: q, page: &page}
	if always(&q.Where) {
		return page, win.walk(ctx)
	}
	f := byThread{newFinder(ctx, r, lists())}
	if done, err := win.glance(ctx, f); err != nil || done {
		return page, err
	}
	found, err := find(f, &q.Where, f.threads)
	if err != nil {
		return page, err
	}
	win.found = &found
	lane, err := f.lane(win.q)
	if err != nil {
		return page, err
	}
	few := found.within(lane.may)
	if win.fewer(few.may.GetCardinality(), lane.may.GetCardinality()) {
		return page, win.pick(ctx, few.may)
	}
	return page, win.walk(ctx)
}

// window is a window of a list being filled.
type window struct {
	*rtx
	q      *inbox.ThreadQuery
	page   *inbox.ThreadPage
	found  *bounds // nil: all
	looked int     // heads
}

// rowsPerHead is how many rows of a list are passed over in the time in which
// one head is read.
const rowsPerHead = 30

// fewer reports whether it costs less to read the heads of all the candidates
// than to walk a list of so many rows for them.
func (w *window) fewer(candidates, rows uint64) bool {
	if w.q.Budget > 0 && candidates > uint64(w.q.Budget) {
		return false
	}
	walked := rows
	if limit := uint64(w.q.Limit); limit > 0 && limit < candidates {
		walked = rows / candidates * limit
	}
	return candidates*rowsPerHead <= walked
}

// walk takes the rows as they are listed, but not those of threads that the
// index knows not to match.
func (w *window) walk(ctx context.Context) error {
	rows := w.rtx.walk(w.q)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if w.full() && rows.first() != nil {
			return nil
		}
		at, more := rows.take()
		if !more {
			w.page.More = false
			return nil
		}
		w.page.Next = at
		if w.found != nil && !w.found.may.Contains(uint32(at.ID)) {
			continue
		}
		t, err := w.read(at.ID)
		if err != nil {
			return err
		}
		w.take(t)
	}
}

// pick reads the heads of few candidates and puts them in order.
func (w *window) pick(ctx context.Context, few *roaring.Bitmap) error {
	var threads []*inbox.Thread
	for it := few.Iterator(); it.HasNext(); {
		if err := ctx.Err(); err != nil {
			return err
		}
		t, err := w.thread(inbox.ThreadID(it.Next()))
		switch {
		case errors.Is(err, inbox.ErrDamaged):
			w.page.Damaged++
		case err != nil:
			return err
		case w.q.After.Zero() || listed(placed(&t), w.q.After) > 0:
			threads = append(threads, &t)
		}
	}
	slices.SortFunc(threads, func(a, b *inbox.Thread) int { return listed(placed(a), placed(b)) })
	for _, t := range threads {
		if w.full() {
			return nil
		}
		w.page.Next = placed(t)
		w.looked++
		w.take(t)
	}
	return nil
}

// placed is the place of a thread in lists.
func placed(t *inbox.Thread) inbox.ListCursor { return inbox.ListCursor{Rank: t.Rank, ID: t.ID} }

// listed compares places in a list.
func listed(a, b inbox.ListCursor) int {
	return cmp.Or(a.Rank.Compare(b.Rank), cmp.Compare(a.ID, b.ID))
}

// full reports whether the window ends here, though there may be more.
func (w *window) full() bool {
	w.page.More = (w.q.Limit > 0 && len(w.page.Threads) == w.q.Limit) || (w.q.Budget > 0 && w.looked >= w.q.Budget)
	return w.page.More
}

// read reads a head; nil when it is damaged.
func (w *window) read(id inbox.ThreadID) (*inbox.Thread, error) {
	w.looked++
	t, err := w.thread(id)
	if errors.Is(err, inbox.ErrDamaged) {
		w.page.Damaged++
		return nil, nil
	}
	return &t, err
}

// take adds a thread to the window that the index leaves, if it matches.
func (w *window) take(t *inbox.Thread) {
	switch {
	case t == nil:
	case w.found != nil && w.found.must.Contains(uint32(t.ID)):
		w.add(t, yes)
	default:
		w.add(t, perhaps)
	}
}

// add adds a thread to the window if it matches; Match decides where that is
// open.
func (w *window) add(t *inbox.Thread, is truth) {
	sure := is == yes
	if is == no || !w.matches(sure || w.q.Match == nil, func() bool { return w.q.Match(*t) }) {
		return
	}
	w.page.Threads = append(w.page.Threads, *t)
	w.page.Sure = append(w.page.Sure, sure)
}

// CountThreads implements inbox.Reader. What Where leaves open is counted, as
// Threads without Match returns it.
func (db *DB) CountThreads(ctx context.Context, q inbox.ThreadQuery) (n int, exact bool, err error) {
	db.warm(ctx)
	err = db.view(ctx, func(r *rtx) error {
		n, exact, err = r.countThreads(ctx, &q, db.lists(r))
		return err
	})
	return n, exact, err
}

func (r *rtx) countThreads(ctx context.Context, q *inbox.ThreadQuery, l index) (int, bool, error) {
	f := byThread{newFinder(ctx, r, l)}
	lane, err := f.lane(q)
	if err != nil {
		return 0, false, err
	}
	found, err := find(f, &q.Where, lane.may)
	if err != nil {
		return 0, false, err
	}
	found = lane.then(found)
	n := found.may.GetCardinality()
	return int(n), n == found.must.GetCardinality(), nil
}

// always reports whether a condition is that of none.
func always(c *inbox.Cond) bool { return c.Op == inbox.CondAnd && len(c.Kids) == 0 }

// Walk implements inbox.Reader. A limit of 0 means all; damaged threads are
// left out.
func (db *DB) Walk(ctx context.Context, account inbox.AccountID, conversation string, limit int) (out []inbox.Thread, err error) {
	err = db.view(ctx, func(r *rtx) error {
		c := r.bucket(bConversations).Cursor()
		from := pairKey(account, conversation)
		k, v := c.Seek(from)
		if bytes.Equal(k, from) {
			k, v = c.Next()
		}
		for ; k != nil && (limit <= 0 || len(out) < limit); k, v = c.Next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			t, err := r.thread(keyID[inbox.ThreadID](v))
			if errors.Is(err, inbox.ErrDamaged) {
				continue
			}
			if err != nil {
				return err
			}
			out = append(out, t)
		}
		return nil
	})
	return out, err
}
