package engine_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
)

// TestWhatMayHaveLeftIsNotTakenBack: an answer that will be sent again after a
// doubt is not "taken back before it left".
func TestWhatMayHaveLeftIsNotTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s, _ := settleBench(t, inbox.ClassB, false, false, []func(inbox.Action) (inbox.Receipt, bool, error){no})
		defer b.close()
		s.execute = true
		s.next = []error{&inbox.UncertainError{Err: errors.New("reset")}, &inbox.RetryError{After: time.Hour, Err: errors.New("429")}}
		a := b.reply(b.only(inbox.Ours).ID, "Oui.")
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := b.action(a.ID); got.State != inbox.RetryWait || !got.Doubted {
			t.Fatalf("%s, doubted %v", got.State, got.Doubted)
		}
		if _, err := b.eng.CancelAction(t.Context(), b.by, a.ID); code(err) != inbox.CodeConflict {
			t.Errorf("taken back: %v", err)
		}
		b.must(b.eng.DropAction(t.Context(), b.by, a.ID)) // a person's word
	})
}

// TestATextTakenBackIsKeptOrStaysQueued: an answer leaves the outbox only when
// its text is safe.
func TestATextTakenBackIsKeptOrStaysQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		b, _ := diskBench(t, n, n)
		defer func() { b.must(b.eng.Stop(context.Background())) }()
		path := &noDrafts{Repo: b.repo}
		b.eng = engine.New(engine.Options{Repo: path, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: settings(n)})
		b.must(b.eng.Load(t.Context()))
		b.pass()
		id := b.only(inbox.Ours).ID
		for _, back := range []func(inbox.ActionID) error{
			func(a inbox.ActionID) error { _, err := b.eng.CancelAction(t.Context(), b.by, a); return err },
			func(a inbox.ActionID) error { return b.eng.DropAction(t.Context(), b.by, a) },
			func(inbox.ActionID) error { _, err := b.eng.Undo(t.Context(), b.by); return err },
		} {
			a := b.reply(id, "Oui.")
			err := back(a.ID)
			if got := b.action(a.ID); code(err) != inbox.CodeFull || got.State != inbox.Queued {
				t.Errorf("%v: the answer is %s and in no draft", err, got.State)
			}
		}
	})
}

// TestAnEscalationThatIsDroppedIsNobodys: a thread does not wait for a contact
// who will hear of nothing.
func TestAnEscalationThatIsDroppedIsNobodys(t *testing.T) {
	for name, end := range map[string]func(*bench, inbox.ActionID) error{
		"cancelled": func(b *bench, id inbox.ActionID) error {
			_, err := b.eng.CancelAction(b.t.Context(), b.by, id)
			return err
		},
		"dropped": func(b *bench, id inbox.ActionID) error { return b.eng.DropAction(b.t.Context(), b.by, id) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, _, id := ableBench(t)
				defer b.close()
				a, err := b.eng.Escalate(t.Context(), b.by, id, inbox.EscalateRequest{Contact: "marc", Question: "?"})
				b.must(err)
				b.must(end(b, a.ID))
				if th := b.thread(id); th.State != inbox.Ours || th.Escalation != nil {
					t.Errorf("%s, escalation %+v", th.State, th.Escalation)
				}
			})
		})
	}
}

// TestWhatNeverLeftIsNotThere: a slip of the finger does not lose an answer
// that was stopped before it left.
func TestWhatNeverLeftIsNotThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		a, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Demain.", SeenN: 1, At: time.Now().Add(time.Hour)})
		b.must(err)
		n.say("c1", "m2", "Alors ?", time.Now())
		b.pass()
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if got := b.action(a.ID); got.State != inbox.NeedsYou || got.Problem.Code != inbox.CodeChanged {
			t.Fatalf("%s %v", got.State, got.Problem)
		}
		if err := b.eng.ConfirmAction(t.Context(), b.by, a.ID); code(err) != inbox.CodeConflict {
			t.Errorf("confirmed: %v, it is %s", err, b.action(a.ID).State)
		}
	})
}

// TestADraftIsOfItsThread: what was written for one thread is not sent into
// another.
func TestADraftIsOfItsThread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, _ := ableBench(t)
		defer b.close()
		n.say("c2", "m2", "deux", time.Now())
		b.pass()
		list := b.threads(inbox.Ours)
		b.must(b.eng.SaveDraft(t.Context(), b.by, inbox.Draft{ID: "d1", Thread: list[0].ID, Text: "Oui."}))
		_, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: list[1].ID, Text: "Oui.", Draft: "d1"})
		if code(err) != inbox.CodeNotFound || len(b.drafts(list[0].ID)) != 1 {
			t.Errorf("%v, drafts %q", err, b.drafts(list[0].ID))
		}
	})
}

// TestAFailureIsDealtWithByItsDraft: who sends the text of a failed answer from
// its draft is not asked to send it again.
func TestAFailureIsDealtWithByItsDraft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		n.next = []error{inbox.ErrInvalid}
		failed := b.reply(id, "Oui.")
		b.settled()
		d, err := b.eng.OpenDraft(t.Context(), b.by, inbox.DraftRequest{Thread: id})
		b.must(err)
		if d.Text != "Oui." || b.action(failed.ID).State != inbox.FailedAct {
			t.Fatalf("%q, %s", d.Text, b.action(failed.ID).State)
		}
		_, err = b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Oui !", Draft: d.ID, Hold: -1})
		b.must(err)
		if err := b.eng.RetryAction(t.Context(), b.by, failed.ID); code(err) != inbox.CodeConflict {
			t.Errorf("sent again: %v", err)
		}
		b.settled()
		if posted, _ := n.count(); posted != 1 || b.action(failed.ID).State != inbox.Dropped || len(b.drafts(id)) != 0 {
			t.Errorf("%d posted, the failed one is %s, drafts %q", posted, b.action(failed.ID).State, b.drafts(id))
		}
	})
}

// noDrafts is a store that takes no drafts.
type noDrafts struct{ inbox.Repo }

func (noDrafts) SaveDraft(context.Context, inbox.Draft) error { return inbox.ErrFull }
