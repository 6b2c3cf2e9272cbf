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
	var a inbox.Action
	var sent inbox.Receipt
	t.check(PromiseOnce, func() error {
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
		a = inbox.Action{
			Kind: inbox.ActReply, Key: rand.Text(), Conversation: target.Conversation, Target: target.Remote,
			ThreadKind: target.Kind, Text: say(now), CreatedAt: now,
		}
		var err error
		sent, err = t.twice(ctx, a)
		return err
	})
	after := func(promise, capability string, run func() error) {
		t.check(promise, func() error {
			if sent.Remote == "" || !t.con.said().has(capability) {
				return fmt.Errorf("%w: nothing was sent, or %s is not declared", errSkip, capability)
			}
			return run()
		})
	}
	after(PromiseFind, "find", func() error { return t.finds(ctx, a) })
	after(PromiseDelete, "delete", func() error { return t.deletes(ctx, a, sent) })
}

// twice sends one answer two times and counts what came of it.
func (t *trial) twice(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	one, err := t.con.Do(ctx, a)
	if err != nil {
		return one, err
	}
	two, err := t.con.Do(ctx, a)
	if err != nil {
		return one, fmt.Errorf("the second time: %w", err)
	}
	if one.Remote != two.Remote {
		return one, fmt.Errorf("two ids, %s and %s", line(one.Remote), line(two.Remote))
	}
	n, err := t.count(ctx, a.Text)
	if err == nil && n > 1 {
		err = fmt.Errorf("%d messages with that text", n)
	}
	return one, err
}

// count reads on and counts the messages with exactly this text.
func (t *trial) count(ctx context.Context, text string) (int, error) {
	n := 0
	for s, r := range t.read {
		again, err := t.readAll(ctx, s, r.cursor)
		if err != nil {
			return 0, err
		}
		for _, m := range again.messages {
			if m.Text.String() == text {
				n++
			}
		}
	}
	return n, nil
}

func (t *trial) finds(ctx context.Context, a inbox.Action) error {
	if _, ok, err := t.con.Find(ctx, a); err != nil || !ok {
		return fmt.Errorf("it does not find what it did (%v)", err)
	}
	a.Key, a.Text = rand.Text(), say(a.CreatedAt.Add(time.Hour))
	if _, ok, err := t.con.Find(ctx, a); err != nil || ok {
		return fmt.Errorf("it finds what it never did (%v)", err)
	}
	return nil
}

func (t *trial) deletes(ctx context.Context, a inbox.Action, sent inbox.Receipt) error {
	text := a.Text
	a.Kind, a.Key, a.Target, a.Text = inbox.ActDelete, rand.Text(), sent.Remote, ""
	if _, err := t.con.Do(ctx, a); err != nil {
		return err
	}
	n, err := t.count(ctx, text)
	if err == nil && n > 0 {
		err = errors.New("it is still there")
	}
	return err
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
