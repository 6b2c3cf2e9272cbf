package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
)

// moderated is a network that can moderate, but for what it lacks.
type moderated struct {
	*network
	lacks []inbox.ActionKind
}

func (n *moderated) Caps() inbox.Caps {
	caps := n.network.Caps()
	for _, k := range []inbox.ActionKind{
		inbox.ActLike, inbox.ActUnlike, inbox.ActHide, inbox.ActUnhide, inbox.ActBlock, inbox.ActUnblock, inbox.ActDelete,
	} {
		caps.Acts[k] = inbox.Capability{OK: true, Class: inbox.ClassS}
	}
	for _, k := range n.lacks {
		caps.Acts[k] = inbox.Capability{Why: inbox.CodeUnsupported}
	}
	return caps
}

func (n *moderated) ThreadCaps(inbox.Thread) inbox.Caps { return n.Caps() }

// kinds are what the network carried out, in order.
func (n *moderated) kinds() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var list []string
	for _, a := range n.posted {
		list = append(list, string(a.Kind)+" "+a.Target)
	}
	return strings.Join(list, ", ")
}

// moderatedBench has one thread; its engine is not started.
func moderatedBench(t *testing.T, lacks ...inbox.ActionKind) (*bench, *moderated, inbox.ThreadID) {
	t.Helper()
	n := &moderated{network: &network{class: inbox.ClassB}, lacks: lacks}
	n.say("c1", "m1", "Bonjour", time.Now().Add(-time.Hour))
	b := newBenchOf(t, n.network, n, &outbox{})
	b.sync()
	return b, n, b.only(inbox.Ours).ID
}

// settled lets everything in the outbox go out.
func (b *bench) settled() {
	time.Sleep(time.Minute)
	synctest.Wait()
}

func (b *bench) perform(id inbox.ThreadID, kind inbox.ActionKind) inbox.Action {
	b.t.Helper()
	a, err := b.eng.Perform(b.t.Context(), b.by, id, kind, "m1")
	b.must(err)
	return a
}

func TestUndoQueuesTheInverse(t *testing.T) {
	for _, kind := range []inbox.ActionKind{
		inbox.ActLike, inbox.ActUnlike, inbox.ActHide, inbox.ActUnhide, inbox.ActBlock, inbox.ActUnblock,
	} {
		for _, restarts := range []bool{false, true} {
			t.Run(string(kind), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b, n, id := moderatedBench(t)
					defer func() { b.close() }()
					again := func() {
						if restarts {
							b.restart()
							b.eng.Start()
						}
					}
					b.eng.Start()
					done := b.perform(id, kind)
					b.settled()
					again()
					inverse, _ := kind.Inverse()
					did := b.undo(b.by)
					if did.Action == nil || did.Action.Kind != inverse || did.Action.Of != done.Step || did.Action.Line != b.by.Line {
						t.Fatalf("undo = %+v of step %d, want %s", did.Action, done.Step, inverse)
					}
					b.settled()
					again()
					if did := b.undo(b.by); did.Verb != "" {
						t.Errorf("the inverse became a step of its own: %+v", did)
					}
					if did := b.redo(b.by); did.Verb != inbox.Acted {
						t.Errorf("redo = %+v", did)
					}
					b.settled()
					again()
					b.undo(b.by)
					b.settled()
					want := strings.Repeat(", "+string(kind)+" m1, "+string(inverse)+" m1", 2)[2:]
					if got := n.kinds(); got != want {
						t.Errorf("the network did %s, want %s", got, want)
					}
				})
			})
		}
	}
}

func TestUndoOfAHeldActTakesItOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := moderatedBench(t)
		defer func() { b.close() }()
		a := b.perform(id, inbox.ActHide)
		b.restart()
		did := b.undo(b.by)
		if did.Action == nil || did.Action.ID != a.ID || b.action(a.ID).State != inbox.Dropped {
			t.Fatalf("undo = %+v, the action is %s", did, b.action(a.ID).State)
		}
		if th := b.thread(id); th.Notes != 0 {
			t.Errorf("telling of it took a note away: %d", th.Notes)
		}
		b.restart()
		if did := b.undo(b.by); did.Verb != "" {
			t.Errorf("a second undo took back %+v", did)
		}
		b.redo(b.by)
		b.restart()
		b.undo(b.by)
		b.restart()
		b.redo(b.by)
		b.eng.Start()
		b.settled()
		if got := n.kinds(); got != "hide m1" {
			t.Errorf("the network did %q, want one hiding", got)
		}
	})
}

func TestUndoOnTheWayGoesAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := moderatedBench(t)
		defer func() { b.close() }()
		n.next, n.execute = []error{&inbox.UncertainError{Err: errors.New("reset")}}, true
		b.eng.Start()
		a := b.perform(id, inbox.ActLike)
		time.Sleep(time.Minute / 30)
		synctest.Wait()
		if got := b.action(a.ID).State; got != inbox.Uncertain {
			t.Fatalf("the like is %s, want uncertain", got)
		}
		if did := b.undo(b.by); did.Action == nil || did.Action.Kind != inbox.ActUnlike {
			t.Fatalf("undo = %+v, want an unlike", did)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := n.kinds(); !strings.HasSuffix(got, "unlike m1") || strings.Count(got, "unlike") != 1 {
			t.Errorf("the network did %s, want the unlike last", got)
		}
	})
}

// TestUndoOfWhatLeft says what cannot be taken back, once, and goes on with
// the older step at the next press.
func TestUndoOfWhatLeft(t *testing.T) {
	cases := []struct {
		name  string
		lacks []inbox.ActionKind
		act   func(b *bench, id inbox.ThreadID) error
		code  string
		names string // in the problem's detail
	}{
		{"an answer", nil, func(b *bench, id inbox.ThreadID) error {
			_, err := b.eng.Reply(b.t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Oui.", Hold: 0})
			return err
		}, inbox.CodeConflict, "reply"},
		{"a deletion", nil, func(b *bench, id inbox.ThreadID) error {
			a, err := b.eng.Reply(b.t.Context(), inbox.By{Actor: inbox.Human}, inbox.ReplyRequest{Thread: id, Text: "Oui.", Hold: 0})
			if err != nil {
				return err
			}
			b.settled()
			_, err = b.eng.Perform(b.t.Context(), b.by, id, inbox.ActDelete, b.action(a.ID).Receipt.Remote)
			return err
		}, inbox.CodeConflict, "delete"},
		{"an escalation", nil, func(b *bench, id inbox.ThreadID) error {
			_, err := b.eng.Escalate(b.t.Context(), b.by, id, inbox.EscalateRequest{Contact: "marc", Question: "?"})
			return err
		}, inbox.CodeConflict, "escalate"},
		{"a network without the inverse", []inbox.ActionKind{inbox.ActUnlike}, func(b *bench, id inbox.ThreadID) error {
			_, err := b.eng.Perform(b.t.Context(), b.by, id, inbox.ActLike, "m1")
			return err
		}, inbox.CodeUnsupported, "unlike"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, _, id := moderatedBench(t, c.lacks...)
				defer func() { b.close() }()
				b.eng.Start()
				b.must(b.eng.Tag(t.Context(), b.by, []inbox.ThreadID{id}, []string{"+vip"}))
				b.must(c.act(b, id))
				b.settled()
				b.restart()
				b.eng.Start()
				state := b.thread(id).State
				left, err := b.eng.Undo(t.Context(), b.by)
				var p inbox.Problem
				if !errors.As(err, &p) || p.Code != c.code || !strings.Contains(p.Detail, c.names) {
					t.Errorf("undo: %v, want %s naming %s", err, c.code, c.names)
				}
				if !slices.Equal(left.Threads, []inbox.ThreadID{id}) || left.Verb == "" || left.Action != nil {
					t.Errorf("the refused undo is of %+v", left)
				}
				if th := b.thread(id); th.State != state || !th.HasTag("vip") {
					t.Errorf("the refused undo changed the thread: %s", triage(th))
				}
				if did := b.undo(b.by); did.Verb != inbox.Tagged {
					t.Errorf("the next undo took back %+v, want the tag", did)
				}
				if th := b.thread(id); th.State != state || th.HasTag("vip") {
					t.Errorf("after the second undo: %s", triage(th))
				}
			})
		})
	}
}

// TestUndoWaitsForAnAccount keeps a step that can be taken back later.
func TestUndoWaitsForAnAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := moderatedBench(t)
		defer func() { b.close() }()
		b.eng.Start()
		b.perform(id, inbox.ActLike)
		b.settled()
		away := settings(n)
		away.Accounts = nil
		b.must(b.eng.Reconfigure(t.Context(), away))
		var p inbox.Problem
		if _, err := b.eng.Undo(t.Context(), b.by); !errors.As(err, &p) || p.Code != inbox.CodeMissing {
			t.Errorf("undo without the account: %v", err)
		}
		b.must(b.eng.Reconfigure(t.Context(), settings(n)))
		if did := b.undo(b.by); did.Action == nil || did.Action.Kind != inbox.ActUnlike {
			t.Errorf("undo = %+v, want the unlike that was refused before", did)
		}
	})
}

func TestUndoOfAnAnswerSurvivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := moderatedBench(t)
		defer func() { b.close() }()
		a := b.reply(id, "Oui, dès 8 h.")
		b.restart()
		if did := b.undo(b.by); did.Action == nil || did.Action.ID != a.ID || did.Verb != inbox.Replied {
			t.Fatalf("undo = %+v, want the answer taken back", did)
		}
		if got := b.drafts(id); !slices.Equal(got, []string{"Oui, dès 8 h."}) {
			t.Errorf("drafts = %q", got)
		}
		b.restart()
		_, err := b.eng.Redo(t.Context(), b.by)
		b.conflict("redo of an answer", err)
		b.eng.Start()
		b.settled()
		if got := n.kinds(); got != "" {
			t.Errorf("the network did %s", got)
		}
	})
}

func TestUndoAfterACancellationByName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, id := moderatedBench(t)
		defer func() { b.close() }()
		b.must(b.eng.Note(t.Context(), b.by, id, "avant"))
		a := b.perform(id, inbox.ActHide)
		if _, err := b.eng.CancelAction(t.Context(), another, a.ID); err != nil {
			t.Fatal(err)
		}
		if did := b.undo(b.by); did.Verb != inbox.Noted {
			t.Errorf("undo = %+v, want the note: the act is gone already", did)
		}
		esc, err := b.eng.Escalate(t.Context(), b.by, id, inbox.EscalateRequest{Contact: "marc", Question: "?"})
		b.must(err)
		if _, err := b.eng.CancelAction(t.Context(), b.by, esc.ID); err != nil {
			t.Fatal(err)
		}
		if did := b.undo(b.by); did.Verb != inbox.Escalate || b.thread(id).State != inbox.Ours {
			t.Errorf("undo = %+v, the thread is %s: want ours", did, b.thread(id).State)
		}
	})
}

// TestUndoWhoseInverseFailed is told as taken back, before and after a restart:
// redo asks for the like again, which changes nothing where it still stands.
func TestUndoWhoseInverseFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := moderatedBench(t)
		defer func() { b.close() }()
		b.eng.Start()
		b.perform(id, inbox.ActLike)
		b.settled()
		n.next = []error{inbox.ErrInvalid}
		did := b.undo(b.by)
		b.settled()
		if got := b.action(did.Action.ID).State; got != inbox.FailedAct {
			t.Fatalf("the unlike is %s, want failed", got)
		}
		b.must(b.eng.DropAction(t.Context(), b.by, did.Action.ID))
		b.restart()
		b.eng.Start()
		if did := b.undo(b.by); did.Verb != "" {
			t.Errorf("undo took back %+v once more", did)
		}
		b.redo(b.by)
		b.settled()
		if got := n.kinds(); got != "like m1, like m1" {
			t.Errorf("the network did %s", got)
		}
	})
}

func TestRedoneEscalationIsSentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, id := moderatedBench(t)
		defer func() { b.close() }()
		mail := &outbox{}
		path := b.repo.Path()
		b.close()
		b.open(path, mail)
		_, err := b.eng.Escalate(t.Context(), b.by, id, inbox.EscalateRequest{Contact: "marc", Question: "Depuis quand ?"})
		b.must(err)
		b.undo(b.by)
		if did := b.redo(b.by); did.Verb != inbox.Escalate || b.thread(id).State != inbox.Escalated {
			t.Fatalf("redo = %+v, the thread is %s", did, b.thread(id).State)
		}
		b.eng.Start()
		b.settled()
		if len(mail.briefs) != 1 || mail.briefs[0].Question.String() != "Depuis quand ?" {
			t.Errorf("%d mails, want one with the question", len(mail.briefs))
		}
	})
}
