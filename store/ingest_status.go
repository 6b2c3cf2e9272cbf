package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"vigie/inbox"
)

// ours reports whether the page is what an act of ours is known to have done.
func (g *ingestion) ours() bool { return g.in.Actor == inbox.Human }

// moderate gives a message that is there another status.
func (g *ingestion) moderate(remote string, status inbox.Status) error {
	v := g.bucket(bRemotes).Get(pairKey(g.in.Account.ID, remote))
	if v == nil {
		return nil
	}
	old, err := g.message(keyID[inbox.MessageID](v))
	switch {
	case errors.Is(err, inbox.ErrDamaged):
		return nil // nobody can read it any more
	case err != nil || old.Deleted:
		return err
	}
	m := old
	m.Status = status
	return g.edit(old, m)
}

// judged works a status that changed into the head of the thread.
func (g *ingestion) judged(h *head, old, m inbox.Message) (events []inbox.Event, err error) {
	if m.Status == old.Status {
		return nil, nil
	}
	var list []inbox.Message
	if m.Status.Shelved() || m.Status == inbox.StatusHidden {
		if list, err = g.inOrder(m.Thread); err != nil {
			return nil, err
		}
	}
	events = inbox.Moderate(&h.now, old, m, list, g.ours(), g.in.Now)
	g.in.Aim(&h.now)
	return g.aimed(h, events), nil
}

// aimed gives an event that lets them wait again by when their client wants the
// answer.
func (g *ingestion) aimed(h *head, events []inbox.Event) []inbox.Event {
	for i, e := range events {
		if e.Verb != inbox.Reopened || g.in.Target == nil {
			continue
		}
		if by := g.in.Target(h.now.Client, h.now.Kind, e.Until); !by.IsZero() {
			events[i].Args = []string{by.Format(time.RFC3339Nano)}
		}
	}
	return events
}

// inOrder are a thread's messages as they are now, oldest first.
func (g *ingestion) inOrder(id inbox.ThreadID) ([]inbox.Message, error) {
	list, err := g.messages(context.Background(), id, time.Time{}, 0)
	slices.Reverse(list)
	return list, err
}
