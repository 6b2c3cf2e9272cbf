package engine_test

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
)

// TestADamagedThreadTakesNoEvents: what became of an action is stored though
// its thread cannot be read any more.
func TestADamagedThreadTakesNoEvents(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		state inbox.SendState
	}{"accepted": {nil, inbox.Accepted}, "refused": {inbox.ErrInvalid, inbox.FailedAct}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{class: inbox.ClassB}
				n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
				b, _ := diskBench(t, n, n)
				defer b.close()
				b.eng = engine.New(engine.Options{
					Repo: eventless{b.repo}, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: settings(n),
				})
				b.must(b.eng.Load(t.Context()))
				b.pass()
				b.eng.Start()
				n.next = []error{c.err}
				a := b.reply(b.only(inbox.Ours).ID, "Oui.")
				b.settled()
				if got := b.action(a.ID); got.State != c.state || got.Attempt != 1 {
					t.Errorf("ended %s %v after %d attempts", got.State, got.Problem, got.Attempt)
				}
			})
		})
	}
}

// eventless is a store whose threads take no events of actions.
type eventless struct{ inbox.Repo }

func (r eventless) MoveAction(ctx context.Context, id inbox.ActionID, from inbox.SendState, change func(*inbox.Action) ([]inbox.Event, *inbox.Ingest, error)) (inbox.Action, error) {
	return r.Repo.MoveAction(ctx, id, from, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		events, page, err := change(a)
		if err == nil && len(events) > 0 {
			err = inbox.ErrDamaged
		}
		return events, page, err
	})
}

// TestALaterAnswerOfADamagedThreadAsks: whether it may still go cannot be seen,
// so that a person is asked.
func TestALaterAnswerOfADamagedThreadAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		b, _ := diskBench(t, n, n)
		defer b.close()
		headless := &headless{Repo: b.repo}
		b.eng = engine.New(engine.Options{
			Repo: headless, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: settings(n),
		})
		b.must(b.eng.Load(t.Context()))
		b.pass()
		b.eng.Start()
		a, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: b.only(inbox.Ours).ID, Text: "Oui.", At: time.Now().Add(time.Hour)})
		b.must(err)
		headless.damaged.Store(true)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		posted, _ := n.count()
		if got := b.action(a.ID); got.State != inbox.NeedsYou || posted != 0 {
			t.Errorf("%s %v, %d posted", got.State, got.Problem, posted)
		}
	})
}

// headless is a store whose threads can become unreadable.
type headless struct {
	inbox.Repo
	damaged atomic.Bool
}

func (h *headless) Thread(ctx context.Context, id inbox.ThreadID) (inbox.Thread, error) {
	if h.damaged.Load() {
		return inbox.Thread{}, inbox.ErrDamaged
	}
	return h.Repo.Thread(ctx, id)
}
