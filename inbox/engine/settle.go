package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vigie/inbox"
)

// looks are the waits between looks at an uncertain action: a network's own
// lists lag behind what it accepted.
var looks = [inbox.MostLooks]time.Duration{5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute}

// lookAfter is the wait before look n (0 for the first). Where nothing can be
// looked up, a person is asked at once.
func lookAfter(class inbox.Class, n int) time.Duration {
	switch {
	case class == inbox.ClassD:
		return 0
	case class == inbox.ClassA && n == 0:
		return keyRest
	}
	return looks[min(n, len(looks)-1)]
}

// classOf is how sure an action is to be done once on its network. What may
// have been done keeps the class it was sent with, whatever the network is
// taken for since.
func (e *Engine) classOf(a inbox.Action) inbox.Class {
	if a.Class != "" && (a.Doubted || a.State == inbox.Sending) {
		return a.Class
	}
	acc, ok := e.account(a.Account)
	if !ok || acc.conn == nil || a.Kind == inbox.ActEscalate {
		return inbox.ClassD
	}
	caps := acc.conn.Caps()
	if a.ThreadKind == inbox.KindDM {
		caps = acc.conn.ThreadCaps(inbox.Thread{Kind: a.ThreadKind, Remote: a.Conversation, Account: a.Account})
	}
	return caps.ClassOf(a.Kind)
}

// sight is what a look at the network gave.
type sight uint8

const (
	blind    sight = iota // there is no way to look
	unproven              // looked, and no wiser
	absent                // surely not there
	there
)

// settle finds out what became of an uncertain action, as its class allows:
// look first, and send again only where a repetition cannot double it.
func (e *Engine) settle(ctx context.Context, a inbox.Action) error {
	info, err := e.repo.Info(ctx)
	if err != nil {
		return err
	}
	acc, known := e.sender(ctx, a)
	if a.Kind != inbox.ActEscalate && !known {
		return e.lookLater(ctx, a, fate{problem: inbox.Problem{Code: inbox.CodeMissing, Args: []string{string(a.Account)}}})
	}
	if acc != nil {
		if movedAway(acc, a) { // what is not there says nothing
			return e.outcome(ctx, a, elsewhere(acc, a))
		}
		defer acc.onWire(a)()
	}
	saw, receipt, err := e.look(ctx, acc, a)
	switch {
	case errors.Is(err, inbox.ErrConflict): // something else is there
		return e.outcome(ctx, a, fate{state: inbox.NeedsYou, problem: inbox.ProblemOf(err)})
	case saw == there:
		return e.accepted(ctx, acc, a, inbox.Verified, receipt)
	case a.Epoch != info.Epoch: // whoever has the other copy may have sent it
		return e.outcome(ctx, a, otherCopy())
	case err != nil:
		return e.lookLater(ctx, a, fate{problem: a.Problem, why: inbox.ProblemOf(err).Code})
	}
	return e.unfound(ctx, a, saw)
}

// look asks the network whether an action was done. What another action of
// ours is known to have made is not it, and proves nothing.
func (e *Engine) look(ctx context.Context, acc *account, a inbox.Action) (sight, inbox.Receipt, error) {
	if a.Kind == inbox.ActEscalate {
		return blind, inbox.Receipt{}, nil
	}
	finder, ok := acc.conn.(inbox.Finder)
	if !ok {
		return blind, inbox.Receipt{}, nil
	}
	looking, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	type finding struct {
		receipt inbox.Receipt
		there   bool
	}
	found, err := guarded(e, a.Account, "find", func() (finding, error) {
		receipt, there, err := finder.Find(looking, a)
		return finding{receipt, there}, err
	})
	switch {
	case errors.Is(err, inbox.ErrUnsupported):
		return blind, inbox.Receipt{}, nil
	case err != nil:
		e.hush(acc, err, retryAt(e.now(), a.Looks+1, err, e.jitter))
		return unproven, inbox.Receipt{}, err
	case !found.there:
		return absent, inbox.Receipt{}, nil
	}
	claimed, err := e.claimed(ctx, a, found.receipt.Remote)
	if err != nil || claimed {
		return unproven, inbox.Receipt{}, err
	}
	return there, found.receipt, nil
}

// claimed reports whether another answer of ours is known to be that message:
// of any thread, since private answers to one person meet in one conversation.
func (e *Engine) claimed(ctx context.Context, a inbox.Action, remote string) (bool, error) {
	if !a.Kind.Writes() || a.Kind == inbox.ActEdit || remote == "" {
		return false, nil
	}
	others, err := e.repo.Actions(ctx, func(b inbox.Action) bool {
		return b.ID != a.ID && b.Account == a.Account && b.Kind.Writes() && b.Kind != inbox.ActEdit && b.Receipt.Remote == remote
	})
	return len(others) > 0, err
}

// unfound decides about an action that was not found, or that cannot be looked
// for. It is sent again by itself only where a repetition cannot double it.
func (e *Engine) unfound(ctx context.Context, a inbox.Action, saw sight) error {
	class := e.classOf(a)
	again := false
	switch class {
	case inbox.ClassA:
		again = !e.keyForgotten(a)
	case inbox.ClassB, inbox.ClassS:
		again = true
	case inbox.ClassC:
		again = saw == absent && e.mayResend(a)
	}
	why := ""
	if saw == absent {
		why = inbox.WhyAbsent
	}
	n := ended(a, inbox.Uncertain, inbox.CodeUncertain)
	switch {
	case again && n < maxAttempts:
		f := fate{state: inbox.RetryWait, problem: a.Problem, at: e.now(), why: why}
		f.problem.Detail = fmt.Sprintf("not found on the network; class %s: the same again cannot double it", class)
		if n > 1 {
			f.at = f.at.Add(looks[min(n-1, len(looks)-1)])
		}
		return e.outcome(ctx, a, f)
	case class == inbox.ClassD || saw == blind:
		return e.outcome(ctx, a, fate{state: inbox.NeedsYou, problem: a.Problem, why: why})
	}
	return e.lookLater(ctx, a, fate{problem: a.Problem, why: why})
}

// mayResend reports whether an action of class C, absent at its last look too,
// may be sent again without asking: once, if the network reads its own writes,
// the account's owner allows it, and every look since it was sent was a sure
// no.
func (e *Engine) mayResend(a inbox.Action) bool {
	acc, ok := e.account(a.Account)
	if !ok || acc.conn == nil || !acc.set().Resend || !acc.conn.Caps().ReadsOwnWrites || a.Looks+1 != len(looks) {
		return false
	}
	sure := 0
	for _, h := range a.History {
		if h.To == inbox.Sending {
			sure = 0
		}
		if h.Why == inbox.WhyAbsent {
			sure++
		}
	}
	return sure+1 == len(looks)
}

func (e *Engine) keyWindow(a inbox.Action) time.Duration {
	acc, ok := e.account(a.Account)
	if !ok || acc.conn == nil {
		return 0
	}
	return acc.conn.Caps().KeyWindow
}

// lookLater plans the next look; after the last one a person decides.
func (e *Engine) lookLater(ctx context.Context, a inbox.Action, f fate) error {
	f.state, f.at = inbox.Uncertain, e.now().Add(lookAfter(inbox.ClassC, a.Looks+1))
	if f.problem.Zero() {
		f.problem = inbox.Problem{Code: inbox.CodeUncertain}
	}
	if a.Looks+1 >= len(looks) {
		f.state, f.at = inbox.NeedsYou, time.Time{}
	}
	if f.why == "" {
		f.why = f.problem.Code
	}
	_, err := e.repo.MoveAction(context.WithoutCancel(ctx), a.ID, inbox.Uncertain, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		a.Move(f.state, e.now(), f.why, "")
		a.Looks++
		a.Problem, a.NotBefore = f.problem, f.at
		return nil, nil, nil
	})
	return err
}
