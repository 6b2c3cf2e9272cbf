package engine_test

import (
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
)

// inDoubt is a bench with one answer of the writer's own that nobody knows
// whether it arrived.
func inDoubt(t *testing.T) (*bench, inbox.Action) {
	t.Helper()
	b, s, _ := settleBench(t, inbox.ClassD, false, false, []func(inbox.Action) (inbox.Receipt, bool, error){unable})
	s.next = []error{&inbox.UncertainError{Err: errors.New("reset")}}
	a := b.reply(b.only(inbox.Ours).ID, "Oui dès 8h.")
	time.Sleep(time.Hour)
	synctest.Wait()
	if got := b.action(a.ID); got.State != inbox.NeedsYou || !got.Doubted {
		t.Fatalf("%s, doubted %v", got.State, got.Doubted)
	}
	return b, b.action(a.ID)
}

// asksOnce tries an answer that must ask, and that goes when it is overruled.
func (b *bench) asksOnce(r inbox.ReplyRequest) {
	b.t.Helper()
	r.Hold = -1
	if _, err := b.eng.Reply(b.t.Context(), b.by, r); code(err) != inbox.CodeAnswered {
		b.t.Errorf("sent unasked: %v", err)
	}
	r.Despite = []string{inbox.CodeAnswered}
	if _, err := b.eng.Reply(b.t.Context(), b.by, r); err != nil {
		b.t.Errorf("sent all the same: %v", err)
	}
}

// TestADoubtfulAnswerIsNotOvertakenUnasked: who answers again where an own
// answer may have arrived is asked.
func TestADoubtfulAnswerIsNotOvertakenUnasked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, a := inDoubt(t)
		defer b.close()
		b.asksOnce(inbox.ReplyRequest{Thread: a.Thread, Text: "Oui dès 7h."})
	})
}

// TestAnAnswerForLaterIsNotForgotten: the same for one's own answer that leaves
// tomorrow; one that is only held asks nothing.
func TestAnAnswerForLaterIsNotForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, id := ableBench(t)
		defer b.close()
		b.reply(id, "Un instant.")
		_, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Demain.", At: time.Now().Add(24 * time.Hour)})
		b.must(err)
		b.asksOnce(inbox.ReplyRequest{Thread: id, Text: "Oui."})
	})
}

// TestADoubtThatIsGivenUpStaysADoubt: its text is not sent again unasked, from
// its draft or as the same words; other words are.
func TestADoubtThatIsGivenUpStaysADoubt(t *testing.T) {
	for name, again := range map[string]func(inbox.Action) inbox.ReplyRequest{
		"draft": func(a inbox.Action) inbox.ReplyRequest {
			return inbox.ReplyRequest{Text: "Oui, dès huit heures.", Draft: a.Key}
		},
		"words": func(a inbox.Action) inbox.ReplyRequest { return inbox.ReplyRequest{Text: a.Text + " "} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, a := inDoubt(t)
				defer b.close()
				b.must(b.eng.DropAction(t.Context(), b.by, a.ID))
				if got := b.action(a.ID); got.State != inbox.Dropped || !got.MayBeThere() {
					t.Fatalf("%s, may be there: %v", got.State, got.MayBeThere())
				}
				b.reply(a.Thread, "Autre chose.")
				r := again(a)
				r.Thread = a.Thread
				b.asksOnce(r)
			})
		})
	}
}

// TestOurOnlyAnswerDeleted: the move is ours again, unless another answer of
// ours is there or they took theirs away.
func TestOurOnlyAnswerDeleted(t *testing.T) {
	for name, c := range map[string]struct {
		answers int
		want    inbox.State
	}{"the only one": {1, inbox.Ours}, "one of two": {2, inbox.Theirs}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, _, id := ableBench(t)
				defer b.close()
				for range c.answers {
					b.reply(id, "Oui.")
					b.settled()
				}
				if th := b.thread(id); th.State != inbox.Theirs {
					t.Fatalf("answered, and it is %s", th.State)
				}
				_, err := b.eng.Perform(t.Context(), b.by, id, inbox.ActDelete, "sent-1")
				b.must(err)
				b.settled()
				if th := b.thread(id); th.State != c.want {
					t.Errorf("it is %s, want %s", th.State, c.want)
				}
				events, err := b.repo.Events(t.Context(), id)
				b.must(err)
				told := slices.ContainsFunc(events, func(e inbox.Event) bool { return e.Verb == inbox.Reopened && e.Before != nil })
				if told != (c.want == inbox.Ours) {
					t.Errorf("told: %v", told)
				}
			})
		})
	}
}

// TestAnUndoneEscalationAsksNothing: one that failed is ended by its undo.
func TestAnUndoneEscalationAsksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &able{network: &network{class: inbox.ClassB}}
		n.say("c1", "m1", "Bonjour", time.Now().Add(-time.Hour))
		b := newBenchOf(t, n.network, n, refusing{})
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		id := b.only(inbox.Ours).ID
		a, err := b.eng.Escalate(t.Context(), b.by, id, inbox.EscalateRequest{Contact: "marc", Question: "?"})
		b.must(err)
		b.settled()
		if got := b.action(a.ID); got.State != inbox.FailedAct {
			t.Fatalf("%s", got.State)
		}
		did, err := b.eng.Undo(t.Context(), b.by)
		b.must(err)
		if did.Verb != inbox.Escalate || b.action(a.ID).State != inbox.Dropped {
			t.Errorf("%+v, and it is %s", did, b.action(a.ID).State)
		}
		open, err := b.eng.Outbox(t.Context())
		b.must(err)
		if th := b.thread(id); len(open) != 0 || th.State != inbox.Ours || th.Escalation != nil {
			t.Errorf("open %d, %s, %+v", len(open), th.State, th.Escalation)
		}
	})
}

// TestAWordIsTakenBack: undo after a person said that a doubtful answer is
// there asks again, before and after a restart, and the thread is ours again.
// Another act is not touched.
func TestAWordIsTakenBack(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b, a := inDoubt(t)
			defer func() { b.close() }()
			b.must(b.eng.Note(t.Context(), b.by, a.Thread, "un mot"))
			b.must(b.eng.ConfirmAction(t.Context(), b.by, a.ID))
			if who, is := b.action(a.ID).Confirmed(); !is || who != b.by.Session || b.thread(a.Thread).State != inbox.Theirs {
				t.Fatalf("%q %v, the thread is %s", who, is, b.thread(a.Thread).State)
			}
			if restarted {
				b.must(b.eng.Stop(t.Context()))
				b.eng = engine.New(engine.Options{Repo: b.repo, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "fresh", Settings: settings(b.conn)})
				b.must(b.eng.Load(t.Context()))
			}
			did, err := b.eng.Undo(t.Context(), b.by)
			b.must(err)
			got := b.action(a.ID)
			if did.Verb != inbox.Confirmed || got.State != inbox.NeedsYou || !got.MayBeThere() {
				t.Errorf("restarted %v: %+v, it is %s", restarted, did, got.State)
			}
			if th := b.thread(a.Thread); th.State != inbox.Ours || th.Notes != 1 {
				t.Errorf("restarted %v: the thread is %s with %d notes", restarted, th.State, th.Notes)
			}
			if _, err := b.eng.Redo(t.Context(), b.by); code(err) != inbox.CodeConflict {
				t.Errorf("done again: %v", err)
			}
			did, err = b.eng.Undo(t.Context(), b.by)
			b.must(err)
			if did.Verb != inbox.Noted || b.action(a.ID).State != inbox.NeedsYou {
				t.Errorf("restarted %v: then %+v", restarted, did)
			}
			b.must(b.eng.ConfirmAction(t.Context(), b.by, a.ID)) // the last word
		})
	}
}
