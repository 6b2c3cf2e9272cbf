package store

import (
	"bytes"
	"context"
	"errors"
	"slices"

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

func (r *rtx) walk(q *inbox.ThreadQuery) walk {
	states := q.States
	if len(states) == 0 {
		states = []inbox.State{inbox.Ours, inbox.Theirs, inbox.Snoozed, inbox.Escalated}
	}
	var after []byte
	if !q.After.Zero() {
		after = appendID(appendTimeDown(nil, q.After.SortAt), q.After.ID)
	}
	var w walk
	for i, s := range states {
		if slices.Contains(states[:i], s) {
			continue
		}
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

// Threads implements inbox.Reader. A Limit of 0 means all. A thread whose
// record is damaged is left out, and counted. Match runs inside the transaction and must
// not call the store.
func (db *DB) Threads(ctx context.Context, q inbox.ThreadQuery) (page inbox.ThreadPage, err error) {
	err = db.view(ctx, func(r *rtx) error {
		page, err = r.threads(ctx, &q)
		return err
	})
	return page, err
}

func (r *rtx) threads(ctx context.Context, q *inbox.ThreadQuery) (inbox.ThreadPage, error) {
	page := inbox.ThreadPage{Next: q.After}
	if q.Limit > 0 {
		page.Threads = make([]inbox.Thread, 0, min(q.Limit, 256))
	}
	w := r.walk(q)
	for looked := 0; ; looked++ {
		n := w.first()
		if n == nil {
			return page, nil
		}
		if (q.Limit > 0 && len(page.Threads) == q.Limit) || (q.Budget > 0 && looked == q.Budget) {
			page.More = true
			return page, nil
		}
		if err := ctx.Err(); err != nil {
			return inbox.ThreadPage{}, err
		}
		row := n.row()
		page.Next = inbox.ListCursor{SortAt: keyTimeDown(row), ID: keyID[inbox.ThreadID](row[timeLen:])}
		n.next()
		t, err := r.thread(page.Next.ID)
		switch {
		case errors.Is(err, inbox.ErrDamaged):
			page.Damaged++
		case err != nil:
			return inbox.ThreadPage{}, err
		case r.matches(q.Match == nil, func() bool { return q.Match(t) }):
			page.Threads = append(page.Threads, t)
		}
	}
}

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

// Counts implements inbox.Reader: by client, split and state.
func (db *DB) Counts(ctx context.Context) (out inbox.Counters, err error) {
	err = db.view(ctx, func(r *rtx) error {
		out, err = r.counts(ctx)
		if errors.Is(err, inbox.ErrDamaged) {
			out, err = r.countAnew(ctx)
		}
		return err
	})
	return out, err
}
