package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"vigie/inbox"
)

// each calls fn for every key of a bucket that begins with prefix, in order.
func (r *rtx) each(ctx context.Context, b bucket, prefix []byte, fn func(key, value []byte) error) error {
	c := r.bucket(b).Cursor()
	for k, v := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := fn(k, v); err != nil {
			return err
		}
	}
	return nil
}

// Thread implements inbox.Reader.
func (db *DB) Thread(ctx context.Context, id inbox.ThreadID) (t inbox.Thread, err error) {
	err = db.view(ctx, func(r *rtx) error {
		t, err = r.thread(id)
		return err
	})
	return t, err
}

// ThreadOf implements inbox.Reader.
func (db *DB) ThreadOf(ctx context.Context, account inbox.AccountID, conversation string) (t inbox.Thread, err error) {
	err = db.view(ctx, func(r *rtx) error {
		v := r.bucket(bConversations).Get(pairKey(account, conversation))
		if v == nil {
			return fmt.Errorf("thread %q of %s: %w", conversation, account, inbox.ErrNotFound)
		}
		t, err = r.thread(keyID[inbox.ThreadID](v))
		if err == nil && (t.Account != account || t.Remote != conversation) {
			err = fmt.Errorf("thread %q of %s: %w", conversation, account, inbox.ErrDamaged)
		}
		return err
	})
	return t, err
}

// Messages implements inbox.Reader. A damaged one is shown as such, at its
// place.
func (db *DB) Messages(ctx context.Context, id inbox.ThreadID, before time.Time, limit int) (out []inbox.Message, err error) {
	err = db.view(ctx, func(r *rtx) error {
		if err := r.exists(id); err != nil {
			return err
		}
		out, err = r.messages(ctx, id, before, limit)
		return err
	})
	slices.Reverse(out)
	return out, err
}

// messages reads a thread from its newest message on.
func (r *rtx) messages(ctx context.Context, id inbox.ThreadID, before time.Time, limit int) ([]inbox.Message, error) {
	var out []inbox.Message
	posts := posts{}
	for k := range r.timeline(id, before) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if limit > 0 && len(out) == limit {
			break
		}
		m, err := r.message(keyID[inbox.MessageID](k[idLen+timeLen:]))
		if errors.Is(err, inbox.ErrDamaged) {
			m = inbox.Message{ID: keyID[inbox.MessageID](k[idLen+timeLen:]), Thread: id, At: keyTime(k[idLen:]), Damaged: true}
			err = nil
		}
		if err != nil {
			return nil, err
		}
		posts.fill(r, &m)
		out = append(out, m)
	}
	return out, nil
}

// timeline gives the keys of a thread's messages, the newest first; those
// before a time, if not zero.
func (r *rtx) timeline(id inbox.ThreadID, before time.Time) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		prefix, end := idKey(id), idKey(id+1)
		if !before.IsZero() {
			end = timelineKey(id, before, 0)
		}
		c := r.bucket(bTimelines).Cursor()
		k, _ := c.Seek(end)
		if k == nil {
			k, _ = c.Last()
		} else {
			k, _ = c.Prev()
		}
		for ; k != nil && bytes.HasPrefix(k, prefix); k, _ = c.Prev() {
			if !yield(k) {
				return
			}
		}
	}
}

// posts are those read in one transaction, by key.
type posts map[string]inbox.Post

// fill gives a message a post of its own instead of the post's id. Of a
// damaged post the id is all there is.
func (p posts) fill(r *rtx, m *inbox.Message) {
	if m.Post == nil {
		return
	}
	key := pairKey(m.Account, m.Post.ID)
	post, ok := p[string(key)]
	if !ok {
		var err error
		if post, err = r.post(key); err != nil {
			post = inbox.Post{ID: m.Post.ID}
		}
		p[string(key)] = post
	}
	m.Post = &post
}

// MessageOf implements inbox.Reader.
func (db *DB) MessageOf(ctx context.Context, account inbox.AccountID, remote string) (m inbox.Message, err error) {
	err = db.view(ctx, func(r *rtx) error {
		v := r.bucket(bRemotes).Get(pairKey(account, remote))
		if v == nil {
			return fmt.Errorf("message %q of %s: %w", remote, account, inbox.ErrNotFound)
		}
		m, err = r.message(keyID[inbox.MessageID](v))
		if err == nil && (m.Account != account || m.Remote != remote) {
			err = fmt.Errorf("message %q of %s: %w", remote, account, inbox.ErrDamaged)
		}
		posts{}.fill(r, &m)
		return err
	})
	return m, err
}

// Post implements inbox.Reader.
func (db *DB) Post(ctx context.Context, account inbox.AccountID, id string) (p inbox.Post, err error) {
	err = db.view(ctx, func(r *rtx) error {
		if p, err = r.post(pairKey(account, id)); err != nil {
			return fmt.Errorf("post %q of %s: %w", id, account, err)
		}
		return nil
	})
	return p, err
}

func (r *rtx) event(id inbox.EventID) (inbox.Event, error) {
	d, err := r.numbered(bEvents, uint64(id))
	if err != nil {
		return inbox.Event{}, fmt.Errorf("event %d: %w", id, err)
	}
	e, err := getEvent(d)
	e.ID = id
	return e, err
}

// journal reads a thread's events; of damaged ones only the ids.
func (r *rtx) journal(id inbox.ThreadID) (events []inbox.Event, ids []inbox.EventID, err error) {
	err = r.each(context.Background(), bJournals, idKey(id), func(_, v []byte) error {
		ids = append(ids, keyID[inbox.EventID](v))
		e, err := r.event(ids[len(ids)-1])
		if errors.Is(err, inbox.ErrDamaged) {
			return nil
		}
		events = append(events, e)
		return err
	})
	return events, ids, err
}

// Events implements inbox.Reader; damaged ones are left out.
func (db *DB) Events(ctx context.Context, id inbox.ThreadID) (out []inbox.Event, err error) {
	err = db.view(ctx, func(r *rtx) error {
		if err := r.exists(id); err != nil {
			return err
		}
		out, _, err = r.journal(id)
		return err
	})
	return out, err
}

// EventLog implements inbox.Reader; damaged ones are left out.
func (db *DB) EventLog(ctx context.Context, after inbox.EventID, limit int) (out []inbox.Event, err error) {
	err = db.view(ctx, func(r *rtx) error {
		c := r.bucket(bEvents).Cursor()
		for k, _ := c.Seek(idKey(after + 1)); k != nil; k, _ = c.Next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			if limit > 0 && len(out) == limit {
				return nil
			}
			e, err := r.event(keyID[inbox.EventID](k))
			if errors.Is(err, inbox.ErrDamaged) {
				continue
			}
			if err != nil {
				return err
			}
			out = append(out, e)
		}
		return nil
	})
	return out, err
}

// LastEvents implements inbox.Reader; damaged ones are left out.
func (db *DB) LastEvents(ctx context.Context, before inbox.EventID, limit int) (out []inbox.Event, err error) {
	err = db.view(ctx, func(r *rtx) error {
		c := r.bucket(bEvents).Cursor()
		k, _ := c.Last()
		if before > 0 {
			c.Seek(idKey(before))
			k, _ = c.Prev()
		}
		for ; k != nil && (limit <= 0 || len(out) < limit); k, _ = c.Prev() {
			if err := ctx.Err(); err != nil {
				return err
			}
			e, err := r.event(keyID[inbox.EventID](k))
			switch {
			case errors.Is(err, inbox.ErrDamaged):
			case err != nil:
				return err
			default:
				out = append(out, e)
			}
		}
		return nil
	})
	return out, err
}

// Sleepers implements inbox.Reader: the longest overdue first.
func (db *DB) Sleepers(ctx context.Context, t time.Time) (out []inbox.ThreadID, err error) {
	err = db.view(ctx, func(r *rtx) error {
		c := r.bucket(bDue).Cursor()
		for k, _ := c.First(); k != nil && !keyTime(k).After(t); k, _ = c.Next() {
			out = append(out, keyID[inbox.ThreadID](k[timeLen:]))
		}
		return ctx.Err()
	})
	return out, err
}

// NextDue implements inbox.Reader.
func (db *DB) NextDue(ctx context.Context) (due time.Time, err error) {
	err = db.view(ctx, func(r *rtx) error {
		if k, _ := r.bucket(bDue).Cursor().First(); k != nil {
			due = keyTime(k)
		}
		return nil
	})
	return due, err
}

func (w *txn) saveStream(s *inbox.StreamState) error {
	key := pairKey(s.Account, string(s.Stream))
	e := w.begin()
	putStream(&e, s)
	if bytes.Equal(w.bucket(bStreams).Get(key), seal(key, e.b)) {
		return nil
	}
	return w.put(bStreams, key, e)
}

// SaveStream implements inbox.Writer.
func (db *DB) SaveStream(ctx context.Context, s inbox.StreamState) error {
	err := db.update(ctx, func(w *txn) error {
		if err := checkID("account", string(s.Account)); err != nil {
			return err
		}
		return w.saveStream(&s)
	})
	if err != nil {
		return fmt.Errorf("save stream %s of %s: %w", s.Stream, s.Account, err)
	}
	return nil
}

// StreamStates implements inbox.Reader: by account and stream. A damaged one
// is left out: its stream begins anew, and what it brings is known already.
func (db *DB) StreamStates(ctx context.Context) (out []inbox.StreamState, err error) {
	err = db.view(ctx, func(r *rtx) error {
		return r.each(ctx, bStreams, nil, func(k, v []byte) error {
			d, err := unseal(k, v)
			if err != nil {
				return nil
			}
			s, err := getStream(d)
			if err == nil {
				out = append(out, s)
			}
			return nil
		})
	})
	return out, err
}
