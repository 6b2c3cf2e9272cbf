package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// looks are the waits between looks at an uncertain action: a network's own
// lists lag behind what it accepted.
var looks = [...]time.Duration{5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute}

// lookAfter is the wait before look n (0 for the first).
func lookAfter(class inbox.Class, n int) time.Duration {
	if class == inbox.ClassA && n == 0 {
		return keyRest
	}
	return looks[min(n, len(looks)-1)]
}

// classOf is how sure the action's kind is to be done once on its network.
func (e *Engine) classOf(a inbox.Action) inbox.Class {
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

// settle finds out what became of an uncertain action, as its class allows:
// look first, and send again only where a repetition cannot double it.
func (e *Engine) settle(ctx context.Context, a inbox.Action) error {
	acc, known := e.account(a.Account)
	if !known || acc.conn == nil {
		return e.lookLater(ctx, a, inbox.Problem{Code: inbox.CodeMissing, Args: []string{string(a.Account)}})
	}
	class := e.classOf(a)
	finder, canFind := acc.conn.(inbox.Finder)
	if canFind && a.Kind != inbox.ActEscalate {
		looking, cancel := context.WithTimeout(ctx, sendTime)
		defer cancel()
		found, err := guarded(e, a.Account, "find", func() (finding, error) {
			receipt, there, err := finder.Find(looking, a)
			return finding{receipt, there}, err
		})
		switch {
		case err == nil && found.there:
			return e.accepted(ctx, acc, a, inbox.Verified, found.receipt)
		case errors.Is(err, inbox.ErrConflict):
			return e.outcome(ctx, a, inbox.Uncertain, inbox.NeedsYou, inbox.ProblemOf(err), time.Time{})
		case err != nil && !errors.Is(err, inbox.ErrUnsupported):
			return e.lookLater(ctx, a, a.Problem)
		}
	}
	return e.afterNoFind(ctx, a, class, canFind)
}

// finding is what a Finder said.
type finding struct {
	receipt inbox.Receipt
	there   bool
}

// afterNoFind decides about an action that was looked for and not found, or
// that cannot be looked for.
func (e *Engine) afterNoFind(ctx context.Context, a inbox.Action, class inbox.Class, looked bool) error {
	again := false
	switch class {
	case inbox.ClassA:
		again = !e.keyForgotten(a)
	case inbox.ClassB:
		again = looked
	case inbox.ClassS:
		again = true
	}
	switch {
	case again:
		p := a.Problem
		p.Detail = fmt.Sprintf("not found on the network; class %s: the same again cannot double it", class)
		return e.outcome(ctx, a, inbox.Uncertain, inbox.RetryWait, p, e.now())
	case class == inbox.ClassD || !looked || a.Looks+1 >= len(looks):
		return e.outcome(ctx, a, inbox.Uncertain, inbox.NeedsYou, a.Problem, time.Time{})
	}
	return e.lookLater(ctx, a, a.Problem)
}

func (e *Engine) keyWindow(a inbox.Action) time.Duration {
	acc, ok := e.account(a.Account)
	if !ok || acc.conn == nil {
		return 0
	}
	return acc.conn.Caps().KeyWindow
}

// lookLater plans the next look; after the last one a person decides.
func (e *Engine) lookLater(ctx context.Context, a inbox.Action, p inbox.Problem) error {
	ctx = context.WithoutCancel(ctx)
	_, err := e.repo.MoveAction(ctx, a.ID, inbox.Uncertain, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		a.Looks++
		a.Problem = p
		if a.Problem.Zero() {
			a.Problem = inbox.Problem{Code: inbox.CodeUncertain}
		}
		if a.Looks >= len(looks) {
			a.State, a.NotBefore = inbox.NeedsYou, time.Time{}
			return nil, nil, nil
		}
		a.NotBefore = e.now().Add(lookAfter(inbox.ClassC, a.Looks))
		return nil, nil, nil
	})
	return err
}

// sentMessage is the answer as the store shows it until the network's feed
// brings its own version.
func sentMessage(acc *account, a inbox.Action, r inbox.Receipt, now time.Time) *inbox.Ingest {
	if r.Remote == "" {
		return nil
	}
	acc.mu.Lock()
	me := acc.identity
	acc.mu.Unlock()
	author := inbox.Author{ID: me.Remote, Handle: text.CleanLine(me.Handle), Name: text.CleanLine(me.Name), URL: me.URL}
	if author.ID == "" {
		author.ID = string(acc.set().Account.ID)
	}
	if author.Handle.Empty() {
		author.Handle = text.CleanLine(acc.set().Account.Handle)
	}
	m := inbox.Message{
		Remote: r.Remote, Conversation: a.Conversation, Parent: a.Target, Kind: a.ThreadKind,
		At: r.At.UTC(), Author: author, Text: text.Clean(a.Text), URL: r.URL,
		Visibility: a.Visibility, Outgoing: true,
	}
	return &inbox.Ingest{Account: acc.set().Account, Messages: []inbox.Message{m}, Origin: inbox.Sent, Actor: inbox.Human, Now: now}
}
