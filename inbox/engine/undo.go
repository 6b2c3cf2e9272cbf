package engine

import (
	"context"
	"slices"

	"vigie/inbox"
)

// undoLevels is how many steps a session can take back.
const undoLevels = 200

// step is one act of a session: the events it wrote, or the action it queued,
// or both.
type step struct {
	events []inbox.Event
	action inbox.ActionID
}

// history is what one session did, newest last.
type history struct {
	done   []step
	undone []step
}

func (e *Engine) remember(by inbox.By, s step) {
	if by.Line == "" || (len(s.events) == 0 && s.action == 0) {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	h := e.steps[by.Line]
	if h == nil {
		h = &history{}
		e.steps[by.Line] = h
	}
	h.undone = nil
	h.done = append(h.done, s)
	if len(h.done) > undoLevels {
		h.done = slices.Delete(h.done, 0, 1)
	}
}

// pop takes the newest step from one of a session's two piles.
func (e *Engine) pop(by inbox.By, pile func(*history) *[]step) (step, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	h := e.steps[by.Line]
	if h == nil {
		return step{}, false
	}
	p := pile(h)
	if len(*p) == 0 {
		return step{}, false
	}
	s := (*p)[len(*p)-1]
	*p = (*p)[:len(*p)-1]
	return s, true
}

func (e *Engine) push(by inbox.By, pile func(*history) *[]step, s step) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if h := e.steps[by.Line]; h != nil {
		p := pile(h)
		*p = append(*p, s)
	}
}

func donePile(h *history) *[]step   { return &h.done }
func undonePile(h *history) *[]step { return &h.undone }

// Undo takes back the session's newest step: triage by new events that
// restore what was, a held answer by putting its text back into the draft.
// What has left is not taken back: that is a Problem with CodeConflict.
func (e *Engine) Undo(ctx context.Context, by inbox.By) (inbox.Undid, error) {
	s, ok := e.pop(by, donePile)
	if !ok {
		return inbox.Undid{}, nil
	}
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
	e.push(by, undonePile, s)
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
	s, ok := e.pop(by, undonePile)
	if !ok {
		return inbox.Undid{}, nil
	}
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
	e.push(by, donePile, step{events: again})
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
