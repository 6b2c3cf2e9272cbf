package bridge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"vigie/inbox"
)

// refusing asks the program itself, past our own guard, for what it does not
// declare.
func (t *trial) refusing(ctx context.Context) {
	t.check(PromiseUnsupported, func() error {
		h := t.con.said()
		var err error
		if h.has("reply") {
			err = t.ask(ctx, "vigie-no-such-method", struct{}{})
		} else {
			err = t.ask(ctx, "do", doParams{Key: rand.Text(), Kind: string(inbox.ActReply), Thread: "none", Text: "none"})
		}
		if !errors.Is(err, inbox.ErrUnsupported) {
			return fmt.Errorf("answered %v", err)
		}
		return nil
	})
}

// ask makes a call that is allowed in any case and drops its result.
func (t *trial) ask(ctx context.Context, method string, params any) error {
	var nothing any
	return t.con.call(ctx, method, params, &nothing, func(hello) error { return nil })
}

func (t *trial) acting(ctx context.Context) {
	var first inbox.Action
	done := t.check(PromiseOnce, func() error {
		target, found := t.newest()
		switch h := t.con.said(); {
		case !h.has("reply"):
			return fmt.Errorf("%w: reply is not declared", errSkip)
		case !t.options.Act:
			return fmt.Errorf("%w: acting was not allowed", errSkip)
		case h.class(inbox.ActReply) != inbox.ClassA:
			return fmt.Errorf("%w: no key_window_s is declared", errSkip)
		case !found:
			return fmt.Errorf("%w: there is no message to answer", errSkip)
		}
		now := t.options.Env.Clock.Now()
		first = inbox.Action{
			Kind: inbox.ActReply, Key: rand.Text(), Conversation: target.Conversation, Target: target.Remote,
			ThreadKind: target.Kind, Text: say(now), CreatedAt: now,
		}
		return t.twice(ctx, first)
	})
	t.check(PromiseFind, func() error {
		if !done || !t.con.said().has("find") {
			return fmt.Errorf("%w: nothing was sent, or find is not declared", errSkip)
		}
		return t.finds(ctx, first)
	})
}

// twice sends one answer two times and counts what came of it.
func (t *trial) twice(ctx context.Context, a inbox.Action) error {
	one, err := t.con.Do(ctx, a)
	if err != nil {
		return err
	}
	two, err := t.con.Do(ctx, a)
	if err != nil {
		return fmt.Errorf("the second time: %w", err)
	}
	if one.Remote != two.Remote {
		return fmt.Errorf("two ids, %s and %s", line(one.Remote), line(two.Remote))
	}
	for s, r := range t.read {
		again, err := t.readAll(ctx, s, r.cursor)
		if err != nil {
			return err
		}
		n := 0
		for _, m := range again.messages {
			if m.Text.String() == a.Text {
				n++
			}
		}
		if n > 1 {
			return fmt.Errorf("%d messages with that text", n)
		}
	}
	return nil
}

func (t *trial) finds(ctx context.Context, a inbox.Action) error {
	r, ok, err := t.con.Find(ctx, a)
	switch {
	case err != nil:
		return err
	case !ok:
		return errors.New("it does not find what it did")
	}
	never := a
	never.Key, never.Text = rand.Text(), say(a.CreatedAt.Add(time.Hour))
	if _, ok, err := t.con.Find(ctx, never); err != nil || ok {
		return fmt.Errorf("it finds what it never did (%v)", err)
	}
	if t.con.said().has("delete") {
		never.Kind, never.Target = inbox.ActDelete, r.Remote
		if _, err := t.con.Do(ctx, never); err != nil {
			return fmt.Errorf("take the answer away: %w", err)
		}
	}
	return nil
}

// stops closes the program's input and looks whether it ends by itself.
func (t *trial) stops() error {
	t.con.mu.Lock()
	p := t.con.prog
	t.con.mu.Unlock()
	if p == nil {
		return fmt.Errorf("%w: it does not run", errSkip)
	}
	if !p.stop(t.con.limits.stop) {
		return errors.New("it goes on when its input is closed")
	}
	return nil
}
