package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/store"
)

// TestRetryIsAwaited: who sends again what a refused sign-in parked is told
// what becomes of it, not what it was.
func TestRetryIsAwaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassC, next: []error{fmt.Errorf("401: %w", inbox.ErrAuth)}}
		n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		a := b.reply(b.only(inbox.Ours).ID, "Oui.")
		if got, err := b.eng.Await(t.Context(), a.ID, true); err != nil || got.State != inbox.RetryWait {
			t.Fatalf("awaited %s, %v; want it parked", got.State, err)
		}
		if err := b.eng.RetryAction(t.Context(), b.by, a.ID); err != nil {
			t.Fatal(err)
		}
		if got, err := b.eng.Await(t.Context(), a.ID, true); err != nil || got.State != inbox.Accepted {
			t.Errorf("awaited %s, %v; want it sent", got.State, err)
		}
	})
}

// TestDoubtWithoutLooksAsksAtOnce: where nothing can be looked up, no time
// passes before a person is asked.
func TestDoubtWithoutLooksAsksAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassD, noFind: true, next: []error{&inbox.UncertainError{Err: errors.New("EOF")}}}
		n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		a := b.reply(b.only(inbox.Ours).ID, "Oui.")
		time.Sleep(time.Until(a.NotBefore) + 100*time.Millisecond)
		synctest.Wait()
		if got := b.action(a.ID); got.State != inbox.NeedsYou {
			t.Errorf("it is %s a moment after the doubt", got.State)
		}
	})
}

// forgetful is a store whose log cannot be read.
type forgetful struct{ *store.DB }

func (forgetful) EventLog(context.Context, inbox.EventID, int) ([]inbox.Event, error) {
	return nil, nil
}

func (forgetful) LastEvents(context.Context, inbox.EventID, int) ([]inbox.Event, error) {
	return nil, fmt.Errorf("page 35: %w", inbox.ErrDamaged)
}

// TestDamagedLogCostsUndoOnly: an engine begins without knowing what was done
// before.
func TestDamagedLogCostsUndoOnly(t *testing.T) {
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "vigie.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e := engine.New(engine.Options{Repo: forgetful{db}, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test"})
	if err := e.Load(t.Context()); err != nil {
		t.Error(err)
	}
	if err := e.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// slowly is a network that takes a second for each act and counts how many are
// under way.
type slowly struct {
	*able
	mu        sync.Mutex
	now, most int
}

func (s *slowly) count(by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now += by
	s.most = max(s.most, s.now)
}

func (s *slowly) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	s.count(1)
	defer s.count(-1)
	time.Sleep(time.Second)
	return s.able.Do(ctx, a)
}

// TestAnActOnManyLeavesRoom: of an act on very many threads so many are under
// way at once, and an answer does not wait for them.
func TestAnActOnManyLeavesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const threads = 200
		n := &slowly{able: &able{network: &network{class: inbox.ClassB}}}
		for i := range threads {
			n.say(fmt.Sprint("c", i), fmt.Sprint("m", i), "Bonjour", time.Now().Add(-time.Hour))
		}
		b := newBenchOf(t, n.network, n, nil)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		var ids []inbox.ThreadID
		for i := range threads {
			th, err := b.repo.ThreadOf(t.Context(), "miette-social", fmt.Sprint("c", i))
			b.must(err)
			ids = append(ids, th.ID)
		}
		b.performAll(ids, inbox.ActLike)
		a, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: ids[threads-1], Text: "Oui."})
		b.must(err)
		time.Sleep(1500 * time.Millisecond)
		synctest.Wait()
		if got := b.action(a.ID); got.State != inbox.Accepted {
			t.Errorf("the answer is %s", got.State)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := strings.Count(n.done(), "like"); got != threads || n.most != 33 {
			t.Errorf("%d liked, %d at once", got, n.most)
		}
	})
}
