package engine

import (
	"context"
	"slices"

	"vigie/inbox"
)

// Undo takes back the session's newest step: triage by new events that
// restore what was, a held answer by putting its text back into the draft.
// What has left is not taken back: that is a Problem with CodeConflict.
func (e *Engine) Undo(ctx context.Context, by inbox.By) (inbox.Undid, error) {
	h, end := e.turn(by)
	defer end()
	if len(h.done) == 0 {
		return inbox.Undid{}, nil
	}
	s := h.done[len(h.done)-1]
	h.done = h.done[:len(h.done)-1]
	var did inbox.Undid
	if s.action != 0 {
		a, err := e.takeOut(ctx, s.action)
		if err != nil {
			return did, err
		}
		did.Action, did.Threads = &a, []inbox.ThreadID{a.Thread}
	}
	if len(s.events) == 0 {
		return did, nil
	}
	did.Verb = s.events[0].Verb
	err := e.takeBack(ctx, by, s.events)
	if err != nil {
		return did, err
	}
	did.Threads = threadsOf(s.events)
	h.takeBack(s)
	return did, nil
}

func (e *Engine) takeBack(ctx context.Context, by inbox.By, events []inbox.Event) error {
	_, err := e.act(ctx, by, threadsOf(events), func(t inbox.Thread) ([]inbox.Event, error) {
		var list []inbox.Event
		for _, ev := range slices.Backward(events) {
			if ev.Thread != t.ID {
				continue
			}
			u, err := inbox.UndoOf(t, ev)
			if err != nil {
				return nil, err
			}
			list = append(list, u)
		}
		return list, nil
	})
	return err
}

// Redo does again what the session's last Undo took back.
func (e *Engine) Redo(ctx context.Context, by inbox.By) (inbox.Undid, error) {
	h, end := e.turn(by)
	defer end()
	if len(h.undone) == 0 {
		return inbox.Undid{}, nil
	}
	s := h.undone[len(h.undone)-1]
	h.undone = h.undone[:len(h.undone)-1]
	if s.action != 0 {
		return inbox.Undid{}, inbox.Problem{Code: inbox.CodeConflict, Detail: "an answer is sent again from its draft"}
	}
	again, err := e.act(ctx, by, threadsOf(s.events), func(t inbox.Thread) ([]inbox.Event, error) {
		var list []inbox.Event
		for _, ev := range s.events {
			if ev.Thread == t.ID {
				list = append(list, inbox.Event{Verb: ev.Verb, Args: ev.Args, Text: ev.Text, Until: ev.Until, Message: ev.Message})
			}
		}
		return list, nil
	})
	if err != nil {
		return inbox.Undid{}, err
	}
	h.doAgain(step{id: s.id, events: again})
	return inbox.Undid{Verb: s.events[0].Verb, Threads: threadsOf(again)}, nil
}

func threadsOf(events []inbox.Event) []inbox.ThreadID {
	var ids []inbox.ThreadID
	for _, ev := range events {
		if !slices.Contains(ids, ev.Thread) {
			ids = append(ids, ev.Thread)
		}
	}
	return ids
}
