package engine_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
)

func TestCollect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		n.say("c0", "m0", "une vieille question", time.Now().Add(-30*24*time.Hour))
		n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		fresh := b.only(inbox.Ours)
		if fresh.Remote != "c1" || !fresh.Unread {
			t.Errorf("fresh thread = %s unread %v, want c1 unread", fresh.Remote, fresh.Unread)
		}
		old := b.only(inbox.Done)
		if old.Remote != "c0" || old.Unread {
			t.Errorf("history = %s unread %v, want c0 read and done", old.Remote, old.Unread)
		}
		n.say("c2", "m2", "Bonjour", time.Now())
		time.Sleep(61 * time.Second)
		synctest.Wait()
		if got := len(b.threads(inbox.Ours)); got != 2 {
			t.Errorf("threads after the next poll: %d, want 2", got)
		}
	})
}

func TestSecondPassChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
		b := newBench(t, n)
		defer b.close()
		for pass := range 2 {
			sum := 0
			err := b.eng.SyncNow(t.Context(), nil, func(p inbox.Progress) {
				sum += p.Result.New + p.Result.Edited + p.Result.Deleted
			})
			if err != nil {
				t.Fatal(err)
			}
			if want := 1 - pass; sum != want {
				t.Errorf("pass %d changed %d messages, want %d", pass+1, sum, want)
			}
		}
	})
}

func TestPushBringsTheFetchForward(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB, pushes: make(chan struct{})}
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		n.say("c1", "m1", "Bonjour", time.Now())
		begun := time.Now()
		n.pushes <- struct{}{}
		time.Sleep(time.Second)
		synctest.Wait()
		b.only(inbox.Ours)
		if waited := time.Since(begun); waited > time.Second {
			t.Errorf("the push was seen after %s", waited)
		}
	})
}

func TestRetryAfterIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB, fetch: &inbox.RetryError{After: 7 * time.Minute, Err: errors.New("429")}}
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		time.Sleep(time.Minute)
		b.eng.Sync() // a person's wish does not beat the network's
		time.Sleep(6*time.Minute - time.Second)
		synctest.Wait()
		if _, fetches := n.count(); fetches != 1 {
			t.Errorf("%d fetches before the allowed time, want 1", fetches)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if _, fetches := n.count(); fetches < 2 {
			t.Error("no fetch after the allowed time")
		}
		status, err := b.eng.Accounts(t.Context())
		if err != nil || status[0].Problem.Code != inbox.CodeRetry {
			t.Errorf("health = %+v, %v; want the problem told", status, err)
		}
	})
}

func TestReplyIsHeldThenSentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		a := b.reply(b.only(inbox.Ours).ID, "Oui, dès 7 h.")
		time.Sleep(9 * time.Second)
		synctest.Wait()
		if posted, _ := n.count(); posted != 0 {
			t.Fatal("sent during the hold")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if posted, _ := n.count(); posted != 1 {
			t.Fatalf("posted %d times, want 1", posted)
		}
		if got := b.action(a.ID); got.State != inbox.Accepted || got.Target != "m1" || got.Receipt.Remote != "sent-1" {
			t.Errorf("action = %s to %s receipt %q", got.State, got.Target, got.Receipt.Remote)
		}
		th := b.only(inbox.Theirs)
		if !th.LastOut || th.Messages != 2 {
			t.Errorf("thread: last out %v, %d messages; want our answer in it", th.LastOut, th.Messages)
		}
	})
}

func TestUndoDuringTheHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		id := b.only(inbox.Ours).ID
		a := b.reply(id, "Oui, dès 8 h.\n— Inès")
		did, err := b.eng.Undo(t.Context(), b.by)
		if err != nil || did.Action == nil || did.Action.ID != a.ID {
			t.Fatalf("undo = %+v, %v; want the answer taken back", did, err)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if posted, _ := n.count(); posted != 0 {
			t.Error("sent although taken back")
		}
		if got := b.drafts(id); !slices.Equal(got, []string{"Oui, dès 8 h.\n— Inès"}) {
			t.Errorf("drafts = %q, want the text as it was", got)
		}
	})
}

// TestOutcomes checks, for each thing a send can meet, where the action ends
// and how often the network carried it out.
func TestOutcomes(t *testing.T) {
	doubt := &inbox.UncertainError{Err: errors.New("connection reset")}
	later := &inbox.RetryError{After: time.Minute, Err: errors.New("429")}
	cases := []struct {
		name    string
		class   inbox.Class
		errs    []error
		execute bool
		noFind  bool
		state   inbox.SendState
		posted  int
	}{
		{"accepted", inbox.ClassD, nil, false, false, inbox.Accepted, 1},
		{"not executed, later accepted", inbox.ClassD, []error{later, later}, false, false, inbox.Accepted, 1},
		{"not reached, later accepted", inbox.ClassD, []error{&inbox.RetryError{Err: inbox.ErrUnreachable}}, false, false, inbox.Accepted, 1},
		{"sign-in refused, later accepted", inbox.ClassD, []error{inbox.ErrAuth}, false, false, inbox.Accepted, 1},
		{"busy without end", inbox.ClassD, slices.Repeat([]error{&inbox.RetryError{Err: errors.New("429")}}, 99), false, false, inbox.FailedAct, 0},
		{"the network cannot", inbox.ClassD, []error{inbox.ErrUnsupported}, false, false, inbox.FailedAct, 0},
		{"refused content", inbox.ClassA, []error{inbox.ErrInvalid}, false, false, inbox.FailedAct, 0},
		{"target gone", inbox.ClassB, []error{inbox.ErrGone}, false, false, inbox.FailedAct, 0},
		{"A executed, answer lost", inbox.ClassA, []error{doubt}, true, false, inbox.Verified, 1},
		{"A not executed, answer lost", inbox.ClassA, []error{doubt}, false, false, inbox.Accepted, 1},
		{"B executed, answer lost", inbox.ClassB, []error{doubt}, true, false, inbox.Verified, 1},
		{"B not executed, answer lost", inbox.ClassB, []error{doubt}, false, false, inbox.Accepted, 1},
		{"C executed, answer lost", inbox.ClassC, []error{doubt}, true, false, inbox.Verified, 1},
		{"C not executed: a person decides", inbox.ClassC, []error{doubt}, false, false, inbox.NeedsYou, 0},
		{"D executed: a person decides", inbox.ClassD, []error{doubt}, true, true, inbox.NeedsYou, 1},
		{"unknown fault is a doubt", inbox.ClassD, []error{errors.New("EOF")}, true, true, inbox.NeedsYou, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{class: c.class, next: c.errs, execute: c.execute, noFind: c.noFind}
				n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
				b := newBench(t, n)
				defer b.close()
				b.eng.Start()
				synctest.Wait()
				a := b.reply(b.only(inbox.Ours).ID, "Oui.")
				time.Sleep(2 * time.Hour)
				synctest.Wait()
				got := b.action(a.ID)
				posted, _ := n.count()
				if got.State != c.state || posted != c.posted {
					t.Errorf("ended %s with %d posts (%v), want %s with %d", got.State, posted, got.Problem, c.state, c.posted)
				}
				if c.state == inbox.FailedAct {
					if d := b.drafts(got.Thread); !slices.Equal(d, []string{"Oui."}) {
						t.Errorf("the text is not kept: %q", d)
					}
				}
			})
		})
	}
}

func TestHalfDoneSendIsUncertainAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassC, noFind: true}
		n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
		b := newBench(t, n)
		if err := b.eng.SyncNow(t.Context(), nil, func(inbox.Progress) {}); err != nil {
			t.Fatal(err)
		}
		a := b.reply(b.only(inbox.Ours).ID, "Oui.")
		_, err := b.repo.MoveAction(t.Context(), a.ID, inbox.Queued, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
			a.State, a.Owner = inbox.Sending, "another process"
			return nil, nil, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		path := b.repo.Path()
		b.close()
		b.open(path, nil)
		defer b.close()
		if got := b.action(a.ID); got.State != inbox.Uncertain {
			t.Fatalf("after the restart: %s, want uncertain", got.State)
		}
		b.eng.Start()
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		posted, _ := n.count()
		if got := b.action(a.ID); got.State != inbox.NeedsYou || posted != 0 {
			t.Errorf("ended %s with %d posts, want needs_human with none", got.State, posted)
		}
	})
}

func TestAnotherCopyOfTheStoreSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassA}
		n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
		b := newBench(t, n)
		defer b.close()
		if err := b.eng.SyncNow(t.Context(), nil, func(inbox.Progress) {}); err != nil {
			t.Fatal(err)
		}
		a := b.reply(b.only(inbox.Ours).ID, "Oui.")
		if _, err := b.repo.NewEpoch(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.eng.Start()
		time.Sleep(time.Hour)
		synctest.Wait()
		posted, _ := n.count()
		if got := b.action(a.ID); got.State != inbox.NeedsYou || posted != 0 {
			t.Errorf("ended %s with %d posts, want needs_human with none", got.State, posted)
		}
	})
}

func TestAnswersOfAThreadKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB, next: []error{&inbox.UncertainError{Err: errors.New("reset")}}}
		n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		id := b.only(inbox.Ours).ID
		b.reply(id, "un")
		b.reply(id, "deux")
		time.Sleep(time.Hour)
		synctest.Wait()
		n.mu.Lock()
		defer n.mu.Unlock()
		if len(n.posted) != 2 || n.posted[0].Text != "un" || n.posted[1].Text != "deux" {
			t.Errorf("posted %d in the wrong order", len(n.posted))
		}
	})
}

func TestSnoozeWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		id := b.only(inbox.Ours).ID
		if err := b.eng.Nap(t.Context(), b.by, []inbox.ThreadID{id}, "2000-01-01T00:00:00Z"); err == nil {
			t.Error("a snooze into the past was taken")
		}
		if err := b.eng.Nap(t.Context(), b.by, []inbox.ThreadID{id}, "+3h"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3*time.Hour - time.Second)
		synctest.Wait()
		b.only(inbox.Snoozed)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if th := b.only(inbox.Ours); !th.Unread {
			t.Error("a woken thread is not visible as unread")
		}
	})
}

func TestEscalationComesBackWhenOverdue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		n.say("c1", "m1", "Votre API est cassée", time.Now().Add(-time.Hour))
		b := newBench(t, n)
		b.close()
		mail := &outbox{}
		b.open(filepath.Join(t.TempDir(), "second.db"), mail)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		id := b.only(inbox.Ours).ID
		a, err := b.eng.Escalate(t.Context(), b.by, id, inbox.EscalateRequest{
			Contact: "marc", Question: "Depuis quand ?", Due: time.Now().Add(2 * time.Hour),
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := b.action(a.ID); got.State != inbox.Accepted {
			t.Fatalf("escalation is %s: %v", got.State, got.Problem)
		}
		if th := b.only(inbox.Escalated); th.Escalation == nil || th.Escalation.Name.String() != "Marc" {
			t.Errorf("escalation = %+v", th.Escalation)
		}
		if len(mail.briefs) != 1 || mail.briefs[0].Quote.String() != "Votre API est cassée" {
			t.Errorf("briefs = %+v", mail.briefs)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		b.only(inbox.Ours)
	})
}

func TestUndoAndRedo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		n.say("c1", "m1", "Merci !", time.Now().Add(-time.Hour))
		b := newBench(t, n)
		defer b.close()
		if err := b.eng.SyncNow(t.Context(), nil, func(inbox.Progress) {}); err != nil {
			t.Fatal(err)
		}
		ids := []inbox.ThreadID{b.only(inbox.Ours).ID}
		ctx := t.Context()
		for _, err := range []error{
			b.eng.Tag(ctx, b.by, ids, []string{"+merci", "motif/avis"}),
			b.eng.Note(ctx, b.by, ids[0], "cliente fidèle"),
			b.eng.Done(ctx, b.by, ids),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		before := b.only(inbox.Done)
		if len(before.Tags) != 2 || before.Notes != 1 {
			t.Fatalf("tags %v notes %d", before.Tags, before.Notes)
		}
		for range 3 {
			if did, err := b.eng.Undo(ctx, b.by); err != nil || did.Verb == "" {
				t.Fatalf("undo: %+v, %v", did, err)
			}
		}
		if th := b.only(inbox.Ours); len(th.Tags) != 0 || th.Notes != 0 || !th.Unread {
			t.Errorf("after undo: tags %v notes %d unread %v", th.Tags, th.Notes, th.Unread)
		}
		if did, err := b.eng.Undo(ctx, b.by); err != nil || did.Verb != "" {
			t.Errorf("a fourth undo took back %+v, %v", did, err)
		}
		for range 3 {
			if _, err := b.eng.Redo(ctx, b.by); err != nil {
				t.Fatal(err)
			}
		}
		if th := b.only(inbox.Done); len(th.Tags) != 2 || th.Notes != 1 {
			t.Errorf("after redo: tags %v notes %d", th.Tags, th.Notes)
		}
		if did, err := b.eng.Undo(ctx, inbox.By{Actor: inbox.Human, Session: "another"}); err != nil || did.Verb != "" {
			t.Errorf("another session took back %+v, %v", did, err)
		}
	})
}

func TestChangesCoalesce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		b := newBench(t, n)
		sub := b.eng.Subscribe()
		for i := range 600 {
			n.say("c"+time.Duration(i).String(), "m"+time.Duration(i).String(), "bonjour", time.Now())
		}
		if err := b.eng.SyncNow(t.Context(), nil, func(inbox.Progress) {}); err != nil {
			t.Fatal(err)
		}
		list, err := sub.Next(t.Context())
		if err != nil || len(list) > 300 {
			t.Errorf("%d changes at once, %v; want them to collapse", len(list), err)
		}
		all := false
		for _, c := range list {
			all = all || c.All
		}
		if !all {
			t.Error("an overflow must mean everything")
		}
		b.close()
		if _, err := sub.Next(t.Context()); err == nil {
			t.Error("a subscription outlives its engine")
		}
	})
}

func TestSearchIsNewestFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		b := newBench(t, n)
		defer b.close()
		// what arrives last in the store is the oldest
		for i, age := range []time.Duration{time.Hour, 3 * time.Hour, 2 * time.Hour, 30 * 24 * time.Hour} {
			n.say("c"+strconv.Itoa(i), "m"+strconv.Itoa(i), "une crème brûlée", time.Now().Add(-age))
		}
		n.say("c9", "m9", "autre chose", time.Now())
		if err := b.eng.SyncNow(t.Context(), nil, func(inbox.Progress) {}); err != nil {
			t.Fatal(err)
		}
		found, err := b.eng.Search(t.Context(), "creme", 3)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, h := range found.Hits {
			ids = append(ids, h.Message.Remote)
		}
		if found.Total != 4 || !slices.Equal(ids, []string{"m0", "m2", "m1"}) {
			t.Errorf("found %d: %v, want 4 and m0 m2 m1", found.Total, ids)
		}
	})
}
