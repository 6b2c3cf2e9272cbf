package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vigie/inbox"
)

const (
	// outboxRest is how long an action stays put whose change could not be stored.
	outboxRest = 5 * time.Second
	// atOnce is how many acts without a text of an account are under way at a
	// time: of an act on thousands of threads the others wait, and what people
	// write, on the network and in the store, does not wait for them.
	atOnce = 32
	// crowdRest is how long nobody looks at the outbox again while that many are.
	crowdRest = 50 * time.Millisecond
)

// recoverOutbox turns what another process left in Sending into Uncertain:
// its bytes may have left. What waits in a copy of the store will not be sent,
// whatever its time: a person is asked at once. With a full disk all that is
// done later.
func (e *Engine) recoverOutbox(ctx context.Context) error {
	info, err := e.repo.Info(ctx)
	if err != nil {
		return err
	}
	open, err := e.repo.OpenActions(ctx)
	if err != nil {
		return err
	}
	for _, a := range open {
		switch {
		case a.State == inbox.Sending:
			err = e.doubt(ctx, a.ID, "vigie stopped while it was being sent")
		case (a.State == inbox.Queued || a.State == inbox.RetryWait) && a.Epoch != info.Epoch:
			err = e.outcome(ctx, a, otherCopy())
		case a.State == inbox.RetryWait:
			e.calm(a)
		case a.State == inbox.Queued:
			err = e.finishBack(ctx, a)
		}
		if err != nil && !errors.Is(err, inbox.ErrFull) {
			return err
		}
	}
	return nil
}

// calm lets an account rest as long as its network asked the process before
// when that sent a.
func (e *Engine) calm(a inbox.Action) {
	acc, ok := e.account(a.Account)
	if !ok || a.Kind == inbox.ActEscalate {
		return
	}
	acc.mu.Lock()
	defer acc.mu.Unlock()
	acc.quiet = later(acc.quiet, asked(a.Problem))
}

// doubt makes an action uncertain that is Sending though nobody sends it.
func (e *Engine) doubt(ctx context.Context, id inbox.ActionID, why string) error {
	_, err := e.repo.MoveAction(ctx, id, inbox.Sending, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		a.Move(inbox.Uncertain, e.now(), inbox.CodeUncertain, "")
		a.Doubted = true
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
		if e.crowded() {
			pause(ctx, crowdRest)
		}
		e.sleep(ctx, next, e.sendNow)
	}
}

// crowded reports whether as many acts of some account are under way as may be.
func (e *Engine) crowded() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, n := range e.acting {
		if n >= atOnce {
			return true
		}
	}
	return false
}

// lane is what is done in order. Answers of a thread are one; of the acts
// without a text those on the same message, or on the same author; and
// escalations, which go elsewhere. An author is one in all threads.
type lane struct {
	account inbox.AccountID
	thread  inbox.ThreadID
	of      string
}

func laneOf(a inbox.Action) lane {
	l := lane{account: a.Account, thread: a.Thread}
	switch {
	case a.Kind.Writes():
	case a.Kind == inbox.ActEscalate:
		l.of = "to " + string(a.Contact)
	case a.Kind.OfAuthor():
		l.thread, l.of = 0, "by "+a.Author
	case a.Kind == inbox.ActLeave || a.Kind == inbox.ActRejoin:
		l.of = "all"
	default:
		l.of = "on " + a.Target
	}
	return l
}

// wireOf is what has at most one action under way: the thread of an account,
// but for what goes to a contact.
func wireOf(a inbox.Action) lane {
	if a.Kind == inbox.ActEscalate {
		return laneOf(a)
	}
	return lane{account: a.Account, thread: a.Thread}
}

// sendDue starts everything in the outbox that may go now and returns when
// something may go next. In a lane only the oldest open action moves: a later
// answer waits for an uncertain one, but not for one that is for later.
func (e *Engine) sendDue(ctx context.Context) (time.Time, error) {
	open, err := e.repo.OpenActions(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the outbox: %w", err)
	}
	now := e.now()
	var next time.Time
	taken := map[lane]bool{}
	for _, a := range open {
		l := laneOf(a)
		if a.State.Terminal() || taken[l] {
			continue
		}
		if a.State == inbox.Queued && a.SendAt.After(now) {
			next = earlier(next, a.SendAt)
			continue
		}
		if wait, err := e.waits(ctx, a); wait || err != nil {
			if err != nil {
				return time.Time{}, err
			}
			continue
		}
		taken[l] = true
		if e.isFlying(a.ID) {
			continue
		}
		if at := e.notBefore(a, now); at.After(now) {
			next = earlier(next, at)
			continue
		}
		if a.State == inbox.Sending { // nobody sends it, and its outcome is not known
			if err := e.doubt(ctx, a.ID, "the outcome could not be stored"); err != nil {
				return time.Time{}, err
			}
			next = earlier(next, now.Add(time.Second))
			continue
		}
		e.launch(a)
	}
	return next, nil
}

// notBefore is when an action may move: not before its own time, nor before
// its network allows a call, nor while nothing can be stored.
func (e *Engine) notBefore(a inbox.Action, now time.Time) time.Time {
	at := later(a.NotBefore, e.room.closedUntil(now))
	if acc, ok := e.account(a.Account); ok && a.Kind != inbox.ActEscalate {
		at = later(at, acc.quietUntil())
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return later(at, e.rests[a.ID])
}

// launch moves an action in the background, unless something of its thread is
// under way already.
func (e *Engine) launch(a inbox.Action) {
	if !e.takeOff(a) {
		return // what is under way pokes when it lands
	}
	e.running.Add(1)
	go func() {
		defer e.running.Done()
		defer poke(e.sendNow)
		rest := time.Time{}
		if err := e.attempt(e.sendCtx, a); err != nil && !errors.Is(err, inbox.ErrConflict) {
			e.log.Error("outbox", "action", a.ID, "error", err)
			rest = e.now().Add(outboxRest)
		}
		e.land(a, rest)
		e.changes.publish(inbox.Change{Thread: a.Thread, Account: a.Account, Outbox: true})
	}()
}

func (e *Engine) takeOff(a inbox.Action) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.flying[a.ID] || e.wires[wireOf(a)] || !written(a) && e.acting[a.Account] >= atOnce {
		return false
	}
	if !written(a) {
		e.acting[a.Account]++
	}
	e.flying[a.ID], e.wires[wireOf(a)] = true, true
	return true
}

// written reports whether somebody wrote what is sent.
func written(a inbox.Action) bool { return a.Kind.Writes() || a.Kind == inbox.ActEscalate }

func (e *Engine) land(a inbox.Action, rest time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !written(a) {
		e.acting[a.Account]--
	}
	delete(e.flying, a.ID)
	delete(e.wires, wireOf(a))
	delete(e.rests, a.ID)
	if !rest.IsZero() {
		e.rests[a.ID] = rest
	}
}

func (e *Engine) isFlying(id inbox.ActionID) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.flying[id]
}

// attempt sends or settles one action and stores the outcome.
func (e *Engine) attempt(ctx context.Context, a inbox.Action) error {
	switch a.State {
	case inbox.Queued, inbox.RetryWait:
		return e.send(ctx, a)
	case inbox.Uncertain:
		return e.settle(ctx, a)
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
