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
// becomes the thread's draft again.
func (e *Engine) CancelAction(ctx context.Context, by inbox.By, id inbox.ActionID) (inbox.Action, error) {
	a, err := e.takeOut(ctx, id)
	if err == nil {
		e.forget(by, id)
	}
	return a, err
}

// takeOut gives a held action up and writes events that tell of it.
func (e *Engine) takeOut(ctx context.Context, id inbox.ActionID, events ...inbox.Event) (inbox.Action, error) {
	a, err := e.move(ctx, id, []inbox.SendState{inbox.Queued, inbox.RetryWait}, func(a *inbox.Action) ([]inbox.Event, error) {
		a.State = inbox.Dropped
		return events, nil
	})
	if err != nil {
		return a, err
	}
	e.keepText(ctx, a)
	return a, nil
}

// RetryAction sends a failed or doubtful action again on a person's word: a
// new attempt under a new key.
func (e *Engine) RetryAction(ctx context.Context, _ inbox.By, id inbox.ActionID) error {
	info, err := e.repo.Info(ctx)
	if err != nil {
		return err
	}
	_, err = e.move(ctx, id, []inbox.SendState{inbox.FailedAct, inbox.NeedsYou, inbox.RetryWait}, func(a *inbox.Action) ([]inbox.Event, error) {
		now := e.now()
		a.State, a.Problem, a.Looks, a.Attempt = inbox.Queued, inbox.Problem{}, 0, 0
		a.Key, a.Epoch, a.NotBefore = newKey(now), info.Epoch, now
		a.FirstWire, a.Doubted = time.Time{}, false
		return nil, nil
	})
	poke(e.sendNow)
	return err
}

// ConfirmAction settles a doubtful action on a person's word: it is there.
func (e *Engine) ConfirmAction(ctx context.Context, by inbox.By, id inbox.ActionID) error {
	_, err := e.move(ctx, id, []inbox.SendState{inbox.NeedsYou, inbox.Uncertain}, func(a *inbox.Action) ([]inbox.Event, error) {
		a.State, a.Problem = inbox.Verified, inbox.Problem{}
		ev := inbox.Event{
			At: e.now(), Actor: by.Actor, Session: by.Session, Line: a.Line, Step: a.Step, Of: a.Of,
			Action: a.ID, Args: []string{string(a.Kind)},
		}
		switch a.Kind {
		case inbox.ActReply:
			ev.Verb = inbox.Replied // which message it is, the feed will tell
		case inbox.ActEscalate:
			return nil, nil
		default:
			ev.Verb, ev.Message = inbox.Acted, a.Target
		}
		return []inbox.Event{ev}, nil
	})
	return err
}

// DropAction gives an action up that is not on its way. An answer's text is
// kept as the thread's draft.
func (e *Engine) DropAction(ctx context.Context, by inbox.By, id inbox.ActionID) error {
	a, err := e.move(ctx, id, []inbox.SendState{inbox.Queued, inbox.RetryWait, inbox.FailedAct, inbox.NeedsYou}, func(a *inbox.Action) ([]inbox.Event, error) {
		a.State = inbox.Dropped
		return nil, nil
	})
	if err != nil {
		return err
	}
	e.forget(by, id)
	e.keepText(ctx, a)
	return nil
}

// move changes an action that is in one of the states and not on the wire.
func (e *Engine) move(ctx context.Context, id inbox.ActionID, from []inbox.SendState, change func(*inbox.Action) ([]inbox.Event, error)) (inbox.Action, error) {
	a, err := e.repo.MoveAction(ctx, id, "", func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		if !slices.Contains(from, a.State) {
			return nil, nil, inbox.Problem{Code: inbox.CodeConflict, Args: []string{string(a.State)}, Detail: fmt.Sprintf("action %d is %s", a.ID, a.State)}
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

// Await waits until an action is settled, or waits for a person to renew a
// sign-in, or ctx ends. It works with the engine started (the outbox loop
// moves it) or not (Await moves it itself).
func (e *Engine) Await(ctx context.Context, id inbox.ActionID, started bool) (inbox.Action, error) {
	sub := e.Subscribe()
	defer sub.Close()
	for {
		a, err := e.repo.Action(ctx, id)
		if err != nil || a.State.Terminal() || stuck(a) {
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
// complete the configuration.
func stuck(a inbox.Action) bool {
	return a.State == inbox.RetryWait && (a.Problem.Code == inbox.CodeAuth || a.Problem.Code == inbox.CodeMissing)
}
