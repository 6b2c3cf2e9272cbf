package store

import (
	"context"
	"fmt"
	"reflect"
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

// Restore implements inbox.Writer.
func (db *DB) Restore(ctx context.Context, list []inbox.RestoredThread) (missing []int, err error) {
	err = db.update(ctx, func(w *txn) error {
		missing = nil
		for i := range list {
			found, err := w.restore(&list[i])
			if err != nil {
				return fmt.Errorf("restore thread %q: %w", list[i].Conversation, err)
			}
			if !found {
				missing = append(missing, i)
			}
		}
		return ctx.Err()
	})
	return missing, err
}

func (w *txn) restore(r *inbox.RestoredThread) (found bool, err error) {
	v := w.bucket(bConversations).Get(pairKey(r.Account, r.Conversation))
	if v == nil {
		return false, nil
	}
	h, err := w.head(keyID[inbox.ThreadID](v))
	if err != nil {
		return false, err
	}
	before := ownThread(h.now)
	h.now.Triage, h.now.Tags, h.now.Priority = r.Triage, sortedSet(r.Tags), r.Priority
	if err := w.replaceEvents(h, r.Events); err != nil {
		return false, err
	}
	h.dirty = h.dirty || !reflect.DeepEqual(before, h.now)
	return true, nil
}

func sortedSet(words []string) []string {
	if len(words) == 0 {
		return nil
	}
	s := slices.Clone(words)
	slices.Sort(s)
	return slices.Compact(s)
}

func (w *txn) replaceEvents(h *head, events []inbox.Event) error {
	old, ids, err := w.journal(h.now.ID)
	if err != nil {
		return err
	}
	h.now.Events, h.now.Notes = len(events), notes(events)
	if len(old) == len(ids) && slices.EqualFunc(old, events, sameEvent) {
		return nil
	}
	for n, id := range ids {
		if err := w.drop(bEvents, idKey(id)); err != nil {
			return err
		}
		if err := w.drop(bJournals, twoKey(h.now.ID, uint64(n+1))); err != nil {
			return err
		}
	}
	for i, e := range events {
		e.Thread, e.N = h.now.ID, i+1
		if err := w.putEvent(&e); err != nil {
			return err
		}
	}
	return nil
}

// sameEvent compares what an event says, not its numbers.
func sameEvent(a, b inbox.Event) bool {
	if len(a.Args) == 0 && len(b.Args) == 0 {
		a.Args, b.Args = nil, nil
	}
	a.ID, a.Thread, a.N = b.ID, b.Thread, b.N
	return reflect.DeepEqual(a, b)
}

// notes counts the notes that were not taken back, as Append would.
func notes(events []inbox.Event) int {
	n := 0
	for _, e := range events {
		switch {
		case e.Verb == inbox.Noted:
			n++
		case e.Verb == inbox.Undone && e.After == nil && len(e.Args) == 0:
			n--
		}
	}
	return n
}
