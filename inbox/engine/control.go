package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vigie/inbox"
)

// Outbox lists the actions that are not settled, oldest first.
func (e *Engine) Outbox(ctx context.Context) ([]inbox.Action, error) {
	return e.repo.OpenActions(ctx)
}

// Action returns one action of the outbox, settled or not.
func (e *Engine) Action(ctx context.Context, id inbox.ActionID) (inbox.Action, error) {
	a, err := e.repo.Action(ctx, id)
	if errors.Is(err, inbox.ErrNotFound) {
		return a, inbox.Problem{Code: inbox.CodeNotFound, Args: []string{fmt.Sprint(id)}}
	}
	return a, err
}

// CancelAction takes a held action back before it left; an answer's text
// becomes a draft again, whose id is the action's key. One that may have left
// is not held, even when it waits to be sent again. Of an answer in parts all
// go back that have not left, into one draft: the first of them is returned, with
// the text of all.
func (e *Engine) CancelAction(ctx context.Context, by inbox.By, id inbox.ActionID) (inbox.Action, error) {
	gone, err := e.endParts(ctx, id, by.Session, true)
	if err != nil {
		return inbox.Action{}, err
	}
	e.forget(by, gone...)
	return gone[0], nil
}

// DropAction gives an action up that is not on its way, and the parts of an
// answer that follow it. An answer's text is kept as the thread's draft.
func (e *Engine) DropAction(ctx context.Context, by inbox.By, id inbox.ActionID) error {
	gone, err := e.endParts(ctx, id, by.Session, false)
	if err == nil {
		e.forget(by, gone...)
	}
	return err
}

// held reports whether an action has surely not left yet and can be stopped.
func held(a inbox.Action) bool {
	return a.State == inbox.Queued || a.State == inbox.RetryWait && !a.Doubted
}

// resting reports whether an action is not on its way and has not arrived.
func resting(a inbox.Action) bool {
	switch a.State {
	case inbox.Queued, inbox.RetryWait, inbox.FailedAct, inbox.NeedsYou:
		return true
	}
	return false
}

// giveUp ends an action that may be ended, once an answer's text is safe; what
// failed is kept already. Without events to tell of it, an escalation is told
// as one that failed: nobody waits for its contact any more.
func (e *Engine) giveUp(ctx context.Context, id inbox.ActionID, who string, events []inbox.Event, may func(inbox.Action) bool) (inbox.Action, error) {
	seen, err := e.Action(ctx, id)
	kept := seen.State == inbox.FailedAct
	switch {
	case err != nil:
		return seen, err
	case !may(seen):
		return seen, isNow(seen)
	case !kept:
		if err := e.keepText(ctx, seen); err != nil {
			return seen, err
		}
	}
	a, err := e.move(ctx, id, []inbox.SendState{seen.State}, func(a *inbox.Action) ([]inbox.Event, error) {
		if len(events) == 0 && a.Kind == inbox.ActEscalate && !kept {
			ev := toldOf(*a, inbox.Failed, e.now())
			ev.Session, ev.Args = who, []string{string(a.Kind), inbox.WhyBack}
			events = []inbox.Event{ev}
		}
		a.Move(inbox.Dropped, e.now(), inbox.WhyBack, who)
		return events, nil
	})
	if err != nil && !kept {
		e.dropKept(ctx, seen, seen.Key)
	}
	return a, err
}

// RetryAction sends an action again on a person's word: what failed or is in
// doubt as a new attempt under a new key, what waits for its next try now.
// The person has seen the thread as it is.
func (e *Engine) RetryAction(ctx context.Context, by inbox.By, id inbox.ActionID) error {
	info, err := e.repo.Info(ctx)
	if err != nil {
		return err
	}
	a, err := e.Action(ctx, id)
	if err != nil {
		return err
	}
	t, err := e.head(ctx, a.Thread)
	if err != nil {
		return err
	}
	old, server, as := a.Key, a.Server, a.As
	if acc, ok := e.account(a.Account); ok {
		server, as = acc.set().Account.Server, acc.who().Remote
	}
	a, err = e.move(ctx, id, []inbox.SendState{inbox.FailedAct, inbox.NeedsYou, inbox.RetryWait}, func(a *inbox.Action) ([]inbox.Event, error) {
		now := e.now()
		a.NotBefore, a.SeenN, a.Server, a.As = now, t.Events, server, as
		if a.State == inbox.RetryWait && a.Epoch == info.Epoch {
			a.Move(inbox.RetryWait, now, inbox.WhyAgain, by.Session)
			return nil, nil
		}
		a.Move(inbox.Queued, now, inbox.WhyAgain, by.Session)
		a.Problem, a.Looks = inbox.Problem{}, 0
		a.Key, a.Epoch = newKey(now), info.Epoch
		a.FirstWire, a.Doubted = time.Time{}, false
		return nil, nil
	})
	if err == nil && a.Key != old {
		e.dropKept(ctx, a, old)
	}
	poke(e.sendNow)
	return err
}

// move changes an action that is in one of the states and not on the wire.
func (e *Engine) move(ctx context.Context, id inbox.ActionID, from []inbox.SendState, change func(*inbox.Action) ([]inbox.Event, error)) (inbox.Action, error) {
	a, err := e.repo.MoveAction(ctx, id, "", func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		if !slices.Contains(from, a.State) {
			return nil, nil, isNow(*a)
		}
		events, err := change(a)
		return events, nil, err
	})
	if errors.Is(err, inbox.ErrNotFound) {
		err = inbox.Problem{Code: inbox.CodeNotFound, Args: []string{fmt.Sprint(id)}}
	}
	e.changes.publish(inbox.Change{Thread: a.Thread, Account: a.Account, Outbox: true})
	return a, err
}

// isNow refuses what does not go with the state of an action.
func isNow(a inbox.Action) error {
	return inbox.Problem{Code: inbox.CodeConflict, Args: []string{string(a.State)}, Detail: fmt.Sprintf("action %d is %s", a.ID, a.State)}
}

// Await waits until an action is settled, or waits for a person to renew a
// sign-in, or ctx ends. It works with the engine started (the outbox loop
// moves it) or not (Await moves it itself).
func (e *Engine) Await(ctx context.Context, id inbox.ActionID, started bool) (inbox.Action, error) {
	sub := e.Subscribe()
	defer sub.Close()
	for {
		a, err := e.repo.Action(ctx, id)
		if err != nil || a.State.Terminal() || stuck(a, e.now()) {
			return a, err
		}
		if !started {
			next, err := e.sendDue(ctx)
			if err != nil {
				return a, err
			}
			e.sleep(ctx, next, e.sendNow)
			if ctx.Err() != nil {
				return a, ctx.Err()
			}
			continue
		}
		if _, err := sub.Next(ctx); err != nil {
			return a, err
		}
	}
}

// stuck reports whether an action waits for somebody to renew a sign-in or to
// complete the configuration. One that is due is tried first.
func stuck(a inbox.Action, now time.Time) bool {
	return a.State == inbox.RetryWait && a.NotBefore.After(now) && (a.Problem.Code == inbox.CodeAuth || a.Problem.Code == inbox.CodeMissing)
}
