package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"vigie/inbox"
)

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
	h.now.Triage, h.now.Tags, h.now.Priority, h.now.Feeling = r.Triage, sortedSet(r.Tags), r.Priority, r.Feeling
	var answered time.Time // beside the thread, or on a person's word
	for _, e := range r.Events {
		switch {
		case e.Verb == inbox.Woke, e.Verb == inbox.Overdue:
			h.now.SortAt = later(h.now.SortAt, e.At)
		case e.Verb == inbox.Replied && e.Message == "":
			answered = later(answered, e.At)
		}
	}
	if err := w.rewait(&h.now, answered); err != nil {
		return false, err
	}
	if err := w.replaceEvents(h, r.Events); err != nil {
		return false, err
	}
	h.dirty = h.dirty || !reflect.DeepEqual(before, h.now)
	return true, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// rewait finds since when a restored thread waits for us, which was answered
// without a message of ours at a time, if not zero.
func (w *txn) rewait(t *inbox.Thread, answered time.Time) error {
	since, err := w.waits(t, answered)
	if err != nil || since.Equal(t.WaitAt) {
		return err
	}
	t.WaitAt, t.Target = since, time.Time{}
	return nil
}

// waits is the time of the first message of theirs that no answer of ours
// followed: of those after the thread was done, if any; zero: none, or nobody
// waits for us.
func (w *txn) waits(t *inbox.Thread, answered time.Time) (since time.Time, err error) {
	if t.State == inbox.Theirs || t.State == inbox.Done {
		return time.Time{}, nil
	}
	for k := range w.timeline(t.ID, time.Time{}) {
		m, err := w.message(keyID[inbox.MessageID](k[idLen+timeLen:]))
		switch {
		case errors.Is(err, inbox.ErrDamaged):
			continue
		case err != nil:
			return time.Time{}, err
		case m.Outgoing, !m.At.After(answered), since.After(t.DoneAt) && !m.At.After(t.DoneAt):
			return since, nil
		case m.Auto == inbox.ByHand:
			since = m.At
		}
	}
	return since, nil
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
