package engine_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/store"
)

// crowdBench has so many threads, each with one message, m1 and on.
func crowdBench(t *testing.T, threads int) (*bench, *able, []inbox.ThreadID) {
	t.Helper()
	n := &able{network: &network{class: inbox.ClassB}}
	for i := range threads {
		n.say(fmt.Sprint("c", i+1), fmt.Sprint("m", i+1), "Bonjour", time.Now().Add(-time.Hour))
	}
	b := newBenchOf(t, n.network, n, &outbox{})
	b.eng.Start()
	synctest.Wait()
	var ids []inbox.ThreadID
	for i := range threads {
		th, err := b.repo.ThreadOf(t.Context(), "miette-social", fmt.Sprint("c", i+1))
		b.must(err)
		ids = append(ids, th.ID)
	}
	return b, n, ids
}

// done is what the network carried out since the last look, sorted.
func (n *able) done() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var list []string
	for _, a := range n.posted {
		list = append(list, string(a.Kind)+" "+a.Target)
	}
	n.posted = nil
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func (b *bench) performAll(ids []inbox.ThreadID, kind inbox.ActionKind) inbox.Performed {
	b.t.Helper()
	p, err := b.eng.PerformAll(b.t.Context(), b.by, ids, kind)
	b.must(err)
	return p
}

// again goes on in another process, when it should.
func (b *bench) again(restart bool) {
	if restart {
		b.restart()
		b.eng.Start()
	}
}

// TestALikeOnMany is one step: taken back by its inverse, and given again.
func TestALikeOnMany(t *testing.T) {
	for _, restart := range []bool{false, true} {
		t.Run(fmt.Sprint("restart ", restart), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, n, ids := crowdBench(t, 3)
				defer func() { b.close() }()
				p := b.performAll([]inbox.ThreadID{ids[0], ids[1], ids[0], ids[2], 999}, inbox.ActLike)
				if len(p.Queued) != 3 || len(p.Refused) != 1 || p.Refused[0].Thread != 999 || p.Refused[0].Problem.Code != inbox.CodeNotFound {
					t.Errorf("%+v", p)
				}
				b.settled()
				if got := n.done(); got != "like m1, like m2, like m3" {
					t.Error(got)
				}
				b.again(restart)
				for range 2 {
					if did := b.undo(b.by); did.Actions != 3 || did.Left != 0 || len(did.Threads) != 3 || did.Verb != inbox.Acted || did.Kind != inbox.ActLike {
						t.Errorf("undo: %+v", did)
					}
					b.settled()
					if got := n.done(); got != "unlike m1, unlike m2, unlike m3" {
						t.Error(got)
					}
					b.again(restart)
					if did := b.redo(b.by); did.Actions != 3 || len(did.Threads) != 3 {
						t.Errorf("redo: %+v", did)
					}
					b.settled()
					if got := n.done(); got != "like m1, like m2, like m3" {
						t.Error(got)
					}
					b.again(restart)
				}
				if did := b.redo(b.by); did.Verb != "" {
					t.Errorf("redo of nothing: %+v", did)
				}
			})
		})
	}
}

// TestHidingManyIsHeld: within the hold nothing reaches the network; half way,
// what has left is turned round.
func TestHidingManyIsHeld(t *testing.T) {
	for _, restart := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b, n, ids := crowdBench(t, 3)
			defer func() { b.close() }()
			b.performAll(ids, inbox.ActHide)
			time.Sleep(9 * time.Second)
			b.again(restart)
			if did := b.undo(b.by); did.Actions != 3 {
				t.Errorf("undo: %+v", did)
			}
			b.again(restart)
			b.settled()
			if got := n.done(); got != "" {
				t.Errorf("within the hold: %s", got)
			}
			if did := b.redo(b.by); did.Actions != 3 {
				t.Errorf("redo: %+v", did)
			}
			b.again(restart)
			n.alter(nil)
			n.mu.Lock()
			n.next = []error{nil, &inbox.RetryError{After: time.Hour, Err: inbox.ErrResting}, &inbox.RetryError{After: time.Hour, Err: inbox.ErrResting}}
			n.mu.Unlock()
			b.settled()
			gone := n.done()
			if strings.Count(gone, "hide") != 1 {
				t.Fatalf("left: %s", gone)
			}
			if did := b.undo(b.by); did.Actions != 3 || did.Left != 0 {
				t.Errorf("undo: %+v", did)
			}
			time.Sleep(3 * time.Hour)
			synctest.Wait()
			if got := n.done(); got != "un"+gone {
				t.Errorf("then %s", got)
			}
		})
	}
}

// TestWhatCannotBeTurnedRoundIsLeft and counted; where nothing can be, it is
// said why.
func TestWhatCannotBeTurnedRoundIsLeft(t *testing.T) {
	for _, restart := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b, n, ids := crowdBench(t, 3)
			defer func() { b.close() }()
			b.must(b.eng.Done(t.Context(), b.by, ids[:1]))
			n.next = []error{inbox.ErrInvalid}
			b.performAll(ids, inbox.ActHide)
			b.settled()
			n.done()
			b.again(restart)
			if did := b.undo(b.by); did.Actions != 2 || did.Left != 1 {
				t.Errorf("undo: %+v", did)
			}
			b.settled()
			b.again(restart)
			if got := n.done(); strings.Count(got, "unhide") != 2 {
				t.Error(got)
			}
			if did := b.redo(b.by); did.Actions != 2 {
				t.Errorf("redo: %+v", did)
			}
			b.settled()
			n.alter(func(c *inbox.Caps) { c.Acts[inbox.ActUnhide] = inbox.Capability{Why: inbox.CodeUnsupported} })
			did, err := b.eng.Undo(t.Context(), b.by)
			// a process that begins anew tells of the one that failed once more
			if c := code(err); c != inbox.CodeUnsupported && (!restart || c != inbox.CodeConflict) || len(did.Threads) < 2 {
				t.Errorf("undo: %+v %v", did, err)
			}
			if did := b.undo(b.by); did.Verb != inbox.Finished {
				t.Errorf("then %+v", did)
			}
		})
	}
}

// TestTheSameActsOnManyAreNotDoubled and what deletes is not done to many.
func TestTheSameActsOnManyAreNotDoubled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, ids := crowdBench(t, 3)
		defer b.close()
		first := b.performAll(ids[:2], inbox.ActHide)
		again := b.performAll(ids, inbox.ActHide)
		if len(again.Queued) != 3 || again.Queued[0].ID != first.Queued[0].ID {
			t.Errorf("%+v", again)
		}
		if did := b.undo(b.by); len(did.Threads) != 1 || did.Threads[0] != ids[2] {
			t.Errorf("the step has what it queued only: %+v", did)
		}
		b.settled()
		if got := n.done(); got != "hide m1, hide m2" {
			t.Error(got)
		}
		if _, err := b.eng.PerformAll(t.Context(), b.by, ids, inbox.ActDelete); code(err) != inbox.CodeUnsupported {
			t.Errorf("delete: %v", err)
		}
		if p, err := b.eng.PerformAll(t.Context(), b.by, nil, inbox.ActLike); err != nil || len(p.Queued) > 0 {
			t.Errorf("none: %+v %v", p, err)
		}
	})
}

// TestOneOfManyTakenBackByName leaves the others to undo.
func TestOneOfManyTakenBackByName(t *testing.T) {
	for _, restart := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b, n, ids := crowdBench(t, 3)
			defer func() { b.close() }()
			p := b.performAll(ids, inbox.ActHide)
			_, err := b.eng.CancelAction(t.Context(), b.by, p.Queued[1].ID)
			b.must(err)
			b.again(restart)
			if did := b.undo(b.by); did.Actions != 2 {
				t.Errorf("%+v", did)
			}
			b.settled()
			if got := n.done(); got != "" {
				t.Error(got)
			}
		})
	}
}

func TestManyOfTwoClientsAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mine, other := &able{network: &network{}}, &able{network: &network{}}
		mine.say("c1", "m1", "Bonjour", time.Now())
		other.say("c1", "x1", "Bonjour", time.Now())
		conf := settings(mine)
		conf.Clients = append(conf.Clients, inbox.Client{ID: "nord", Name: "Nord"})
		conf.Accounts = append(conf.Accounts, engine.AccountSettings{
			Account: inbox.Account{ID: "nord-social", Client: "nord", Network: "social"}, Connector: other, Fresh: 72 * time.Hour,
		})
		repo, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "vigie.db"), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b := &bench{t: t, net: mine.network, repo: repo, by: inbox.By{Actor: inbox.Human, Session: "s1", Line: "l1"}}
		b.eng = engine.New(engine.Options{Repo: repo, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: conf})
		b.must(b.eng.Load(t.Context()))
		defer b.close()
		b.sync()
		var ids []inbox.ThreadID
		for _, th := range b.threads() {
			ids = append(ids, th.ID)
		}
		_, err = b.eng.PerformAll(t.Context(), b.by, ids, inbox.ActLike)
		if p := inbox.ProblemOf(err); p.Code != inbox.CodeClients || !slices.Equal(p.Args, []string{"2"}) {
			t.Errorf("%v", err)
		}
		if box, err := b.eng.Outbox(t.Context()); err != nil || len(box) > 0 {
			t.Errorf("queued %v, %v", box, err)
		}
	})
}

// TestUndoOfManyEndsInTheMiddle: the next undo takes the rest.
func TestUndoOfManyEndsInTheMiddle(t *testing.T) {
	const all, part = 1200, 500
	for _, restart := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b, n, ids := crowdBench(t, all)
			defer func() { b.close() }()
			b.must(b.eng.Stop(context.Background()))
			d := &dying{b.repo, 1}
			b.eng = engine.New(engine.Options{Repo: d, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: settings(b.conn)})
			b.must(b.eng.Load(t.Context()))
			b.performAll(ids, inbox.ActHide)
			did, err := b.eng.Undo(t.Context(), b.by)
			if err == nil || did.Actions != part || did.Left != 0 {
				t.Fatalf("%d moved, %d left, %v", did.Actions, did.Left, err)
			}
			d.left = 100
			if restart {
				b.restart()
			}
			if did := b.undo(b.by); did.Actions != all-part || did.Left != 0 {
				t.Errorf("the rest: %d moved, %d left", did.Actions, did.Left)
			}
			if did := b.redo(b.by); did.Actions != all || did.Left != 0 {
				t.Errorf("redo: %d moved, %d left", did.Actions, did.Left)
			}
			b.again(true)
			b.settled()
			if got := strings.Count(n.done(), "hide"); got != all {
				t.Errorf("hidden: %d", got)
			}
		})
	}
}

// TestUndoOfManyWhereSomeLeft: what is held is taken back, what arrived is
// turned round, what is gone stays, in the order of the threads.
func TestUndoOfManyWhereSomeLeft(t *testing.T) {
	for _, restart := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b, n, ids := crowdBench(t, 5)
			defer func() { b.close() }()
			p := b.performAll(ids, inbox.ActHide)
			for i, to := range []inbox.SendState{inbox.Accepted, inbox.Queued, inbox.FailedAct, inbox.Queued, inbox.Verified} {
				_, err := b.repo.MoveAction(t.Context(), p.Queued[i].ID, "", func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
					a.State = to
					if to == inbox.Queued || to == inbox.FailedAct {
						return nil, nil, nil
					}
					told := inbox.Event{At: time.Now(), Actor: inbox.Human, Line: a.Line, Step: a.Step, Verb: inbox.Acted, Action: a.ID, Args: []string{string(a.Kind)}}
					return []inbox.Event{told}, nil, nil
				})
				b.must(err)
			}
			b.again(restart)
			if did := b.undo(b.by); did.Actions != 4 || did.Left != 1 || !slices.Equal(did.Threads, []inbox.ThreadID{ids[0], ids[1], ids[3], ids[4]}) {
				t.Errorf("undo: %+v", did)
			}
			b.settled()
			if got := n.done(); got != "unhide m1, unhide m5" {
				t.Error(got)
			}
			b.again(restart)
			if did := b.redo(b.by); did.Actions != 4 || did.Left != 0 {
				t.Errorf("redo: %+v", did)
			}
			b.settled()
			if got := n.done(); got != "hide m1, hide m2, hide m4, hide m5" {
				t.Error(got)
			}
		})
	}
}
