package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
)

// undoBench is a bench with n threads, whose first act is at work.
func undoBench(t *testing.T, n int, kind inbox.Kind) (*bench, []inbox.ThreadID) {
	t.Helper()
	net := &network{class: inbox.ClassB}
	for i := range n {
		net.say(fmt.Sprintf("c%d", i), fmt.Sprintf("m%d", i), "Bonjour", time.Now().Add(-time.Hour))
		net.items[i].Kind = kind
	}
	b := newBench(t, net)
	b.sync()
	var ids []inbox.ThreadID
	for i := range n {
		th, err := b.repo.ThreadOf(t.Context(), "miette-social", fmt.Sprintf("c%d", i))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, th.ID)
	}
	return b, ids
}

func (b *bench) sync() {
	b.t.Helper()
	if err := b.eng.SyncNow(b.t.Context(), nil, func(inbox.Progress) {}); err != nil {
		b.t.Fatal(err)
	}
}

// restart ends the engine and begins another over the same store.
func (b *bench) restart() {
	b.t.Helper()
	path := b.repo.Path()
	b.close()
	b.open(path, &outbox{})
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) thread(id inbox.ThreadID) inbox.Thread {
	b.t.Helper()
	th, err := b.repo.Thread(b.t.Context(), id)
	b.must(err)
	return th
}

func (b *bench) undo(by inbox.By) inbox.Undid {
	b.t.Helper()
	did, err := b.eng.Undo(b.t.Context(), by)
	b.must(err)
	return did
}

func (b *bench) redo(by inbox.By) inbox.Undid {
	b.t.Helper()
	did, err := b.eng.Redo(b.t.Context(), by)
	b.must(err)
	return did
}

// conflict asks for a refusal with CodeConflict.
func (b *bench) conflict(what string, err error) {
	b.t.Helper()
	var p inbox.Problem
	if !errors.As(err, &p) || p.Code != inbox.CodeConflict || p.Detail == "" {
		b.t.Errorf("%s: %v, want a conflict that says why", what, err)
	}
}

// triage is what acts change in a thread, to compare.
func triage(th inbox.Thread) string {
	esc := ""
	if th.Escalation != nil {
		esc = string(th.Escalation.Contact)
	}
	return fmt.Sprintf("%s unread=%v until=%d done=%d to=%q promoted=%v tags=%v notes=%d priority=%d",
		th.State, th.Unread, th.Until.Unix(), th.DoneAt.Unix(), esc, th.Promoted, th.Tags, th.Notes, th.Priority)
}

func (b *bench) triageOf(ids []inbox.ThreadID) []string {
	b.t.Helper()
	var list []string
	for _, id := range ids {
		list = append(list, triage(b.thread(id)))
	}
	return list
}

var another = inbox.By{Actor: inbox.Human, Session: "s2", Line: "l2"} // somebody else

// verbs are the acts that can be taken back, on all the threads where they can
// be done to many.
func verbs() map[string]func(context.Context, *engine.Engine, inbox.By, []inbox.ThreadID) error {
	type ids = []inbox.ThreadID
	return map[string]func(context.Context, *engine.Engine, inbox.By, ids) error{
		"done": func(ctx context.Context, e *engine.Engine, by inbox.By, l ids) error { return e.Done(ctx, by, l) },
		"unread": func(ctx context.Context, e *engine.Engine, by inbox.By, l ids) error {
			if err := e.MarkRead(ctx, by, l, true); err != nil {
				return err
			}
			return e.MarkRead(ctx, by, l, false)
		},
		"tagged": func(ctx context.Context, e *engine.Engine, by inbox.By, l ids) error {
			return e.Tag(ctx, by, l, []string{"+vip", "-old"})
		},
		"snoozed": func(ctx context.Context, e *engine.Engine, by inbox.By, l ids) error {
			return e.Nap(ctx, by, l, "+3h")
		},
		"noted": func(ctx context.Context, e *engine.Engine, by inbox.By, l ids) error {
			return e.Note(ctx, by, l[0], "cliente fidèle")
		},
		"promoted": func(ctx context.Context, e *engine.Engine, by inbox.By, l ids) error { return e.Promote(ctx, by, l[0]) },
		"escalated": func(ctx context.Context, e *engine.Engine, by inbox.By, l ids) error {
			_, err := e.Escalate(ctx, by, l[0], inbox.EscalateRequest{Contact: "marc", Question: "Depuis quand ?"})
			return err
		},
		"reopened": func(ctx context.Context, e *engine.Engine, by inbox.By, l ids) error {
			if err := e.Done(ctx, inbox.By{Actor: inbox.Human}, l); err != nil { // nobody's step
				return err
			}
			return e.Reopen(ctx, by, l)
		},
	}
}

// TestUndoEachVerb takes every act back and does it again, within one engine
// and over a restart before each of both.
func TestUndoEachVerb(t *testing.T) {
	for name, act := range verbs() {
		for _, restarts := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s restarts=%v", name, restarts), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b, ids := undoBench(t, 3, inbox.KindWatch)
					defer func() { b.close() }()
					none := inbox.By{Actor: inbox.Human}
					b.must(b.eng.Tag(t.Context(), none, ids, []string{"+old"}))
					if name == "reopened" {
						b.must(b.eng.Done(t.Context(), none, ids))
					}
					if name == "unread" {
						b.must(b.eng.MarkRead(t.Context(), none, ids, true))
					}
					before := b.triageOf(ids)
					b.must(act(t.Context(), b.eng, b.by, ids))
					after := b.triageOf(ids)
					if slices.Equal(before, after) {
						t.Fatal("the act changed nothing")
					}
					again := func() {
						if restarts {
							b.restart()
						}
					}
					again()
					if did := b.undo(b.by); did.Verb != inbox.Verb(name) || len(did.Threads) == 0 || did.Left != 0 {
						t.Errorf("undo = %+v, want %s", did, name)
					}
					if got := b.triageOf(ids); !slices.Equal(got, before) {
						t.Errorf("after undo\n%q, want\n%q", got, before)
					}
					again()
					if did := b.undo(b.by); did.Verb != "" {
						t.Errorf("one act was two steps: %+v", did)
					}
					if did := b.redo(b.by); did.Verb != inbox.Verb(name) {
						t.Errorf("redo = %+v, want %s", did, name)
					}
					if got := b.triageOf(ids); !slices.Equal(got, after) {
						t.Errorf("after redo\n%q, want\n%q", got, after)
					}
					again()
					b.undo(b.by)
					if got := b.triageOf(ids); !slices.Equal(got, before) {
						t.Errorf("after the second undo\n%q, want\n%q", got, before)
					}
				})
			})
		}
	}
}

func TestUndoOfABulkIsOneStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, ids := undoBench(t, 50, inbox.KindMention)
		defer func() { b.close() }()
		b.must(b.eng.Done(t.Context(), b.by, ids))
		b.must(b.eng.Tag(t.Context(), b.by, ids[:40], []string{"+vip"}))
		b.restart()
		if did := b.undo(b.by); did.Verb != inbox.Tagged || len(did.Threads) != 40 {
			t.Errorf("first undo: %s of %d threads, want tagged of 40", did.Verb, len(did.Threads))
		}
		if did := b.undo(b.by); did.Verb != inbox.Finished || len(did.Threads) != 50 {
			t.Errorf("second undo: %s of %d threads, want done of 50", did.Verb, len(did.Threads))
		}
		if n := len(b.threads(inbox.Ours)); n != 50 {
			t.Errorf("%d threads are ours again, want 50", n)
		}
	})
}

func TestUndoHasTwoHundredLevels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, ids := undoBench(t, 1, inbox.KindMention)
		defer func() { b.close() }()
		for i := range 210 {
			b.must(b.eng.Note(t.Context(), b.by, ids[0], fmt.Sprint("note ", i)))
		}
		for i := range 100 {
			if did := b.undo(b.by); did.Verb != inbox.Noted {
				t.Fatalf("undo %d: %+v", i, did)
			}
		}
		b.restart()
		for i := range 100 {
			if did := b.undo(b.by); did.Verb != inbox.Noted {
				t.Fatalf("undo %d after the restart: %+v", i, did)
			}
		}
		if did := b.undo(b.by); did.Verb != "" || b.thread(ids[0]).Notes != 10 {
			t.Errorf("undo 201 took %+v back, %d notes; want nothing and 10", did, b.thread(ids[0]).Notes)
		}
		for range 200 {
			b.redo(b.by)
		}
		if n := b.thread(ids[0]).Notes; n != 210 {
			t.Errorf("%d notes after 200 redos, want 210", n)
		}
	})
}

func TestUndoIsOfALine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, ids := undoBench(t, 2, inbox.KindMention)
		defer func() { b.close() }()
		b.must(b.eng.Done(t.Context(), b.by, ids[:1]))
		b.must(b.eng.Done(t.Context(), another, ids[1:]))
		b.restart()
		late := b.by
		late.Session = "another terminal, another day"
		if did := b.undo(late); !slices.Equal(did.Threads, ids[:1]) {
			t.Errorf("the line took back %+v, want its own", did)
		}
		if did := b.undo(late); did.Verb != "" {
			t.Errorf("the line took another's act back: %+v", did)
		}
		if did := b.undo(inbox.By{Actor: inbox.Human, Session: "s1"}); did.Verb != "" {
			t.Errorf("nobody's line took back %+v", did)
		}
		if did := b.undo(another); !slices.Equal(did.Threads, ids[1:]) {
			t.Errorf("the other line took back %+v, want its own", did)
		}
	})
}

func TestUndoThenActForgetsWhatWasUndone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, ids := undoBench(t, 1, inbox.KindMention)
		defer func() { b.close() }()
		b.must(b.eng.Done(t.Context(), b.by, ids))
		b.undo(b.by)
		b.must(b.eng.Tag(t.Context(), b.by, ids, []string{"+vip"}))
		b.restart()
		if did := b.redo(b.by); did.Verb != "" {
			t.Errorf("redo did %+v again over a newer act", did)
		}
		if did := b.undo(b.by); did.Verb != inbox.Tagged {
			t.Errorf("undo = %+v, want tagged", did)
		}
	})
}

func TestTwoSessionsUndoAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, ids := undoBench(t, 1, inbox.KindMention)
		defer func() { b.close() }()
		const acts = 24
		for i := range acts {
			b.must(b.eng.Note(t.Context(), b.by, ids[0], fmt.Sprint("note ", i)))
		}
		var all sync.WaitGroup
		errs := make(chan error, acts)
		for i := range acts {
			all.Go(func() {
				_, err := b.eng.Undo(t.Context(), inbox.By{Actor: inbox.Human, Session: fmt.Sprint("s", i%2), Line: "l1"})
				errs <- err
			})
		}
		all.Wait()
		close(errs)
		for err := range errs {
			b.must(err)
		}
		events, err := b.repo.Events(t.Context(), ids[0])
		b.must(err)
		times := map[int]int{}
		for _, ev := range events {
			if ev.Verb == inbox.Undone {
				times[ev.Undoes]++
			}
		}
		for n, c := range times {
			if c != 1 {
				t.Errorf("event %d was taken back %d times", n, c)
			}
		}
		if len(times) != acts || b.thread(ids[0]).Notes != 0 {
			t.Errorf("%d of %d notes taken back, %d left", len(times), acts, b.thread(ids[0]).Notes)
		}
	})
}

func TestStepsGrowWhenTheClockGoesBack(t *testing.T) {
	b, ids := undoBench(t, 1, inbox.KindMention)
	defer func() { b.close() }()
	b.must(b.eng.Note(t.Context(), b.by, ids[0], "un"))
	last, err := b.repo.LastEvents(t.Context(), 0, 1)
	b.must(err)
	b.eng = engine.New(engine.Options{
		Repo: b.repo, Clock: frozen{time.Now().Add(-24 * time.Hour)}, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: settings(b.conn),
	})
	b.must(b.eng.Load(t.Context()))
	b.must(b.eng.Note(t.Context(), b.by, ids[0], "deux"))
	newest, err := b.repo.LastEvents(t.Context(), 0, 1)
	b.must(err)
	if newest[0].Step <= last[0].Step || newest[0].Line != b.by.Line {
		t.Errorf("step %d after %d on line %q: must grow", newest[0].Step, last[0].Step, newest[0].Line)
	}
	if did := b.undo(b.by); did.Verb != inbox.Noted || b.thread(ids[0]).Notes != 1 {
		t.Errorf("undo = %+v", did)
	}
}

type frozen struct{ at time.Time }

func (f frozen) Now() time.Time { return f.at }
