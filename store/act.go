package store

import (
	"context"
	"fmt"
	"slices"

	"vigie/inbox"
)

// Act implements inbox.Writer. decide runs inside the transaction and must
// not call the store.
func (db *DB) Act(ctx context.Context, ids []inbox.ThreadID, decide func(inbox.Thread) ([]inbox.Event, error)) ([]inbox.Event, error) {
	var done []inbox.Event
	err := db.update(ctx, func(w *txn) error {
		for _, id := range ids {
			if err := ctx.Err(); err != nil {
				return err
			}
			h, err := w.head(id)
			if err != nil {
				return err
			}
			w.outside = true
			events, err := decide(ownThread(h.now))
			w.outside = false
			if err != nil {
				return err
			}
			written, err := w.append(h, events)
			if err != nil {
				return err
			}
			done = append(done, written...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("act on threads: %w", err)
	}
	return done, nil
}

// ownThread is a copy that shares nothing with the original.
func ownThread(t inbox.Thread) inbox.Thread {
	t.Tags = slices.Clone(t.Tags)
	if t.Escalation != nil {
		x := *t.Escalation
		t.Escalation = &x
	}
	return t
}

// append applies events to a thread and writes them.
func (w *txn) append(h *head, events []inbox.Event) ([]inbox.Event, error) {
	written := slices.Clone(events)
	for i := range written {
		e := &written[i]
		if err := inbox.Append(&h.now, e); err != nil {
			return nil, fmt.Errorf("thread %d: %s: %w", h.now.ID, e.Verb, err)
		}
		h.dirty = true
		if err := w.putEvent(e); err != nil {
			return nil, err
		}
	}
	return written, nil
}

// putEvent gives an event its id and writes it.
func (w *txn) putEvent(v *inbox.Event) error {
	id, err := w.nextID(bEvents)
	if err != nil {
		return err
	}
	v.ID = inbox.EventID(id)
	e := w.begin()
	putEvent(&e, v)
	if err := w.put(bEvents, idKey(v.ID), e); err != nil {
		return err
	}
	return w.set(bJournals, twoKey(v.Thread, uint64(v.N)), idKey(v.ID))
}
