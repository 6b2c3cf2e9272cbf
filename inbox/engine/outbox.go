package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vigie/inbox"
)

// Sending's limits.
const (
	sendTime    = time.Minute      // for one attempt
	maxAttempts = 12               // of what surely was not executed, then it fails
	keyRest     = 30 * time.Second // class A: before the first look, the network keeps keys late
)

// recoverOutbox turns what another process left in Sending into Uncertain:
// its bytes may have left.
func (e *Engine) recoverOutbox(ctx context.Context) error {
	open, err := e.repo.OpenActions(ctx)
	if err != nil {
		return err
	}
	for _, a := range open {
		if a.State != inbox.Sending {
			continue
		}
		if err := e.doubt(ctx, a.ID, "vigie stopped while it was being sent"); err != nil {
			return err
		}
	}
	return nil
}

// doubt makes an action uncertain that is Sending though nobody sends it.
func (e *Engine) doubt(ctx context.Context, id inbox.ActionID, why string) error {
	_, err := e.repo.MoveAction(ctx, id, inbox.Sending, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		a.State, a.Doubted = inbox.Uncertain, true
		a.NotBefore = e.now().Add(lookAfter(e.classOf(*a), 0))
		a.Problem = inbox.Problem{Code: inbox.CodeUncertain, Detail: why}
		return nil, nil, nil
	})
	if errors.Is(err, inbox.ErrConflict) {
		return nil
	}
	return err
}

// sendLoop sends what is due and settles what is uncertain.
func (e *Engine) sendLoop(ctx context.Context) {
	for ctx.Err() == nil {
		next, err := e.sendDue(ctx)
		if err != nil && ctx.Err() == nil {
			e.log.Error("outbox", "error", err)
			next = e.now().Add(time.Second)
		}
		e.sleep(ctx, next, e.sendNow)
	}
}

// lane is what is done in order: the answers of one account in one thread.
type lane struct {
	account inbox.AccountID
	thread  inbox.ThreadID
}

// sendDue starts everything in the outbox that may go now and returns when
// something may go next. In a lane only the oldest open action moves: a later
// answer waits for an uncertain one.
func (e *Engine) sendDue(ctx context.Context) (time.Time, error) {
	open, err := e.repo.OpenActions(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the outbox: %w", err)
	}
	now := e.now()
	var next time.Time
	taken := map[lane]bool{}
	for _, a := range open {
		l := lane{a.Account, a.Thread}
		if a.State.Terminal() || taken[l] {
			continue
		}
		taken[l] = true
		if e.isFlying(a.ID) {
			continue
		}
		if a.State == inbox.Sending { // its outcome could not be stored
			if err := e.doubt(ctx, a.ID, "the outcome could not be stored"); err != nil {
				return time.Time{}, err
			}
			next = earlier(next, now.Add(time.Second))
			continue
		}
		if a.NotBefore.After(now) {
			next = earlier(next, a.NotBefore)
			continue
		}
		if !e.takeOff(a.ID) {
			continue
		}
		e.running.Add(1)
		go func() {
			defer e.running.Done()
			defer poke(e.sendNow)
			defer e.land(a.ID)
			e.attempt(e.sendCtx, a)
		}()
	}
	return next, nil
}

func (e *Engine) takeOff(id inbox.ActionID) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.flying[id] {
		return false
	}
	e.flying[id] = true
	return true
}

func (e *Engine) land(id inbox.ActionID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.flying, id)
}

func (e *Engine) isFlying(id inbox.ActionID) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.flying[id]
}

// attempt sends or settles one action and stores the outcome.
func (e *Engine) attempt(ctx context.Context, a inbox.Action) {
	var err error
	switch a.State {
	case inbox.Queued, inbox.RetryWait:
		err = e.send(ctx, a)
	case inbox.Uncertain:
		err = e.settle(ctx, a)
	}
	if err != nil && !errors.Is(err, inbox.ErrConflict) {
		e.log.Error("outbox", "action", a.ID, "error", err)
	}
	e.changes.publish(inbox.Change{Thread: a.Thread, Account: a.Account, Outbox: true})
}

// send claims an action and carries it out. The claim is durable before the
// first byte can leave; the outcome is stored even when ctx ends meanwhile.
func (e *Engine) send(ctx context.Context, a inbox.Action) error {
	info, err := e.repo.Info(ctx)
	if err != nil {
		return err
	}
	if a.Epoch != info.Epoch {
		return e.outcome(ctx, a, a.State, inbox.NeedsYou, inbox.Problem{Code: inbox.CodeEpoch}, time.Time{})
	}
	acc, known := e.account(a.Account)
	switch {
	case a.Kind == inbox.ActEscalate: // goes to a contact: any account will do
	case !known || acc.conn == nil:
		return e.outcome(ctx, a, a.State, inbox.RetryWait, inbox.Problem{Code: inbox.CodeMissing, Args: []string{string(a.Account)}}, e.now().Add(time.Minute))
	case e.keyForgotten(a):
		return e.outcome(ctx, a, a.State, inbox.NeedsYou, a.Problem, time.Time{})
	default:
		acc.sending.RLock()
		defer acc.sending.RUnlock()
	}
	from := a.State
	a, err = e.repo.MoveAction(ctx, a.ID, from, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		a.State = inbox.Sending
		a.Attempt++
		a.Owner = e.owner
		a.LastWire = e.now()
		if a.FirstWire.IsZero() {
			a.FirstWire = a.LastWire
		}
		return nil, nil, nil
	})
	if err != nil {
		return err
	}
	e.changes.publish(inbox.Change{Thread: a.Thread, Account: a.Account, Outbox: true})
	wire, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	receipt, err := guarded(e, a.Account, "send", func() (inbox.Receipt, error) { return e.carryOut(wire, acc, a) })
	if err == nil {
		return e.accepted(ctx, acc, a, inbox.Accepted, receipt)
	}
	e.log.Warn("send", "action", a.ID, "kind", a.Kind, "account", a.Account, "attempt", a.Attempt, "error", err)
	state, problem, at := e.judge(a, err)
	return e.outcome(ctx, a, inbox.Sending, state, problem, at)
}

func (e *Engine) carryOut(ctx context.Context, acc *account, a inbox.Action) (inbox.Receipt, error) {
	if a.Kind != inbox.ActEscalate {
		return acc.conn.Do(ctx, a)
	}
	contact, ok := e.contact(a.Client, a.Contact)
	switch {
	case !ok || a.Brief == nil:
		return inbox.Receipt{}, fmt.Errorf("contact %q: %w", a.Contact, inbox.ErrGone)
	case e.deliver == nil:
		return inbox.Receipt{}, fmt.Errorf("deliver to %q: %w", a.Contact, inbox.ErrUnsupported)
	}
	return e.deliver.Deliver(ctx, contact, *a.Brief, a.Key)
}

// judge says what a failed attempt means and when to go on.
func (e *Engine) judge(a inbox.Action, err error) (inbox.SendState, inbox.Problem, time.Time) {
	now := e.now()
	problem := inbox.ProblemOf(err)
	var retry *inbox.RetryError
	var uncertain *inbox.UncertainError
	switch {
	case errors.As(err, &uncertain):
		return inbox.Uncertain, problem, now.Add(lookAfter(e.classOf(a), 0))
	case errors.Is(err, inbox.ErrAuth), errors.As(err, &retry):
		if a.Attempt >= maxAttempts {
			return e.givenUp(a), problem, time.Time{}
		}
		return inbox.RetryWait, problem, retryAt(now, a.Attempt, err, e.jitter)
	case errors.Is(err, inbox.ErrGone), errors.Is(err, inbox.ErrInvalid), errors.Is(err, inbox.ErrUnsupported):
		return e.givenUp(a), problem, time.Time{}
	}
	problem.Code = inbox.CodeUncertain
	return inbox.Uncertain, problem, now.Add(lookAfter(e.classOf(a), 0))
}

// givenUp is where an action ends that this attempt surely did not carry out:
// failed, unless an earlier attempt may have.
func (e *Engine) givenUp(a inbox.Action) inbox.SendState {
	if a.Doubted {
		return inbox.NeedsYou
	}
	return inbox.FailedAct
}

// keyForgotten reports whether the network may no longer know the key of an
// action that an earlier attempt may have carried out: the same key is then no
// protection.
func (e *Engine) keyForgotten(a inbox.Action) bool {
	return a.Doubted && e.classOf(a) == inbox.ClassA && e.now().Sub(a.FirstWire) >= e.keyWindow(a)/2
}

// outcome stores what became of an attempt that did not succeed.
func (e *Engine) outcome(ctx context.Context, a inbox.Action, from, to inbox.SendState, p inbox.Problem, at time.Time) error {
	ctx = context.WithoutCancel(ctx)
	a, err := e.repo.MoveAction(ctx, a.ID, from, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		a.State, a.Problem, a.NotBefore = to, p, at
		a.Doubted = a.Doubted || to == inbox.Uncertain
		if to == inbox.FailedAct {
			return []inbox.Event{{At: e.now(), Actor: inbox.System, Verb: inbox.Failed, Action: a.ID, Args: []string{string(a.Kind), p.Code}}}, nil, nil
		}
		return nil, nil, nil
	})
	if err == nil && to == inbox.FailedAct {
		e.keepText(ctx, a)
	}
	return err
}

// keepText makes a draft of the text of an answer that will not be sent.
func (e *Engine) keepText(ctx context.Context, a inbox.Action) {
	if !a.Kind.Writes() {
		return
	}
	now := e.now()
	err := e.repo.SaveDraft(ctx, inbox.Draft{
		ID: newKey(now), Thread: a.Thread, Account: a.Account, Text: a.Text, Visibility: a.Visibility, Parent: a.Target,
		Private: a.Kind == inbox.ActPrivate, BegunAt: a.CreatedAt, SavedAt: now, Session: a.Session, Line: a.Line, SeenN: a.SeenN,
	})
	if err != nil {
		e.log.Error("keep the text as a draft", "action", a.ID, "error", err)
	}
}

// accepted stores the network's receipt, the event, and for an answer the
// message itself, in one transaction.
func (e *Engine) accepted(ctx context.Context, acc *account, a inbox.Action, to inbox.SendState, r inbox.Receipt) error {
	ctx = context.WithoutCancel(ctx)
	now := e.now()
	if r.At.IsZero() {
		r.At = now
	}
	_, err := e.repo.MoveAction(ctx, a.ID, a.State, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		a.State, a.Receipt, a.Problem = to, r, inbox.Problem{}
		switch a.Kind {
		case inbox.ActReply:
			ev := inbox.Event{At: now, Actor: inbox.Human, Session: a.Session, Line: a.Line, Step: a.Step, Of: a.Of, Verb: inbox.Replied, Action: a.ID, Message: r.Remote}
			return []inbox.Event{ev}, sentMessage(acc, *a, r, now), nil
		case inbox.ActEscalate:
			return nil, nil, nil
		case inbox.ActDelete:
			ev := inbox.Event{At: now, Actor: inbox.Human, Session: a.Session, Line: a.Line, Step: a.Step, Of: a.Of, Verb: inbox.Acted, Action: a.ID, Message: a.Target, Args: []string{string(a.Kind)}}
			return []inbox.Event{ev}, &inbox.Ingest{Account: acc.set().Account, Deleted: []string{a.Target}, Origin: inbox.Live, Actor: inbox.Human, Now: now}, nil
		}
		ev := inbox.Event{At: now, Actor: inbox.Human, Session: a.Session, Line: a.Line, Step: a.Step, Of: a.Of, Verb: inbox.Acted, Action: a.ID, Message: a.Target, Args: []string{string(a.Kind)}}
		return []inbox.Event{ev}, nil, nil
	})
	return err
}
