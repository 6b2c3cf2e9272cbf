package engine

import (
	"context"
	"time"

	"vigie/inbox"
)

// ConfirmAction settles a doubtful action on a person's word: it is there.
// Which message it is, the feed will tell. It is a step of undo of whoever
// says so.
func (e *Engine) ConfirmAction(ctx context.Context, by inbox.By, id inbox.ActionID) error {
	h, end := e.turn(by)
	defer end()
	m := e.begin(by)
	a, err := e.move(ctx, id, []inbox.SendState{inbox.NeedsYou, inbox.Uncertain, inbox.RetryWait}, func(a *inbox.Action) ([]inbox.Event, error) {
		if !a.MayBeThere() {
			return nil, isNow(*a)
		}
		a.Doubted = true // that stays so when the word is taken back
		a.Move(inbox.Verified, e.now(), inbox.WhyThere, by.Session)
		a.Problem = inbox.Problem{}
		if a.Kind == inbox.ActEscalate {
			return nil, nil
		}
		ev := doneEvent(*a, e.now())
		ev.Args = []string{string(a.Kind)}
		said := []inbox.Event{ev}
		m.events(ev.At, said)
		return said, nil
	})
	if err == nil {
		h.push(step{id: m.step, acts: []act{actOf(a)}, kind: a.Kind})
	}
	return err
}

// onWord reports whether a step was a person's word that an action is there,
// and the action is there on that word alone.
func onWord(s step, a inbox.Action) bool {
	_, confirmed := a.Confirmed()
	return confirmed && s.id != a.Step
}

// unconfirm takes a person's word back that an action is there: a person is
// asked again. What the word made of the thread is taken back where nobody
// changed it since.
func (e *Engine) unconfirm(ctx context.Context, m mark, s step, a inbox.Action) (step, inbox.Undid, error) {
	said, err := e.eventsOf(ctx, a.Thread, s.id)
	if err != nil {
		return s, inbox.Undid{}, err
	}
	var list []inbox.Event
	if len(said) > 0 {
		news, err := e.since(ctx, said)
		if err != nil {
			return s, inbox.Undid{}, err
		}
		if n, ok := news[a.Thread]; ok {
			list = back(n.head, said, n.events)
		}
		messages, err := e.repo.Messages(ctx, a.Thread, time.Time{}, 0)
		if err != nil {
			return s, inbox.Undid{}, err
		}
		for i := range list {
			if after := list[i].After; after != nil && after.State == inbox.Ours {
				e.waitAgain(&list[i], a, inbox.WaitingSince(messages, ""))
			}
		}
	}
	m.events(e.now(), list)
	_, err = e.move(ctx, a.ID, []inbox.SendState{inbox.Verified}, func(a *inbox.Action) ([]inbox.Event, error) {
		if !onWord(s, *a) {
			return nil, isNow(*a)
		}
		a.Move(inbox.NeedsYou, e.now(), inbox.WhyBack, m.by.Session)
		a.Problem = inbox.Problem{Code: inbox.CodeUncertain}
		return list, nil
	})
	return s, inbox.Undid{Verb: inbox.Confirmed, Threads: []inbox.ThreadID{a.Thread}}, err
}
