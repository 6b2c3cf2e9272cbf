package engine_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
)

// inParts queues an answer in three parts, held as its client wishes, and
// returns them.
func (b *bench) inParts(id inbox.ThreadID) []inbox.Action {
	b.t.Helper()
	a, err := b.eng.Reply(b.t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Un.", More: []string{"Deux.", "Trois."}, Hold: -1})
	b.must(err)
	parts, err := b.eng.Parts(b.t.Context(), a.ID)
	b.must(err)
	if len(parts) != 3 || parts[0].ID != a.ID {
		b.t.Fatalf("%d parts", len(parts))
	}
	return parts
}

// stand is where actions stand now.
func (b *bench) stand(list []inbox.Action) string {
	b.t.Helper()
	var out []string
	for _, a := range list {
		out = append(out, string(b.action(a.ID).State))
	}
	return strings.Join(out, " ")
}

// given is what the network carried out: texts and what they answer.
func (n *network) given() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []string
	for _, a := range n.posted {
		out = append(out, a.Text+">"+a.Target)
	}
	return strings.Join(out, " ")
}

func TestPartsFollowOneAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		parts := b.inParts(id)
		time.Sleep(9 * time.Second)
		synctest.Wait()
		if got := n.given(); got != "" {
			t.Errorf("within the hold: %s", got)
		}
		b.settled()
		if got := n.given(); got != "Un.>m1 Deux.>sent-1 Trois.>sent-2" {
			t.Errorf("given %s", got)
		}
		m, err := b.repo.MessageOf(t.Context(), "miette-social", "sent-3")
		b.must(err)
		if m.Parent != "sent-2" || m.Thread != id || b.stand(parts) != "accepted accepted accepted" || b.thread(id).State != inbox.Theirs {
			t.Errorf("%+v, %s", m, b.stand(parts))
		}
		if _, err := b.eng.Undo(t.Context(), b.by); code(err) != inbox.CodeConflict {
			t.Errorf("taken back: %v", err)
		}
	})
}

// TestPartsAreTakenBackTogether: by undo, by the name of any of them, in the
// process that queued them or the next.
func TestPartsAreTakenBackTogether(t *testing.T) {
	for name, back := range map[string]func(*bench, []inbox.Action) error{
		"undo": func(b *bench, _ []inbox.Action) error {
			did, err := b.eng.Undo(b.t.Context(), b.by)
			if did.Actions != 3 || did.Action == nil || did.Action.Text != "Un.\n\nDeux.\n\nTrois." || did.Verb != inbox.Replied {
				b.t.Errorf("told %+v", did)
			}
			return err
		},
		"first": func(b *bench, parts []inbox.Action) error {
			_, err := b.eng.CancelAction(b.t.Context(), b.by, parts[0].ID)
			return err
		},
		"last": func(b *bench, parts []inbox.Action) error {
			_, err := b.eng.CancelAction(b.t.Context(), b.by, parts[2].ID)
			return err
		},
		"drop": func(b *bench, parts []inbox.Action) error { return b.eng.DropAction(b.t.Context(), b.by, parts[0].ID) },
	} {
		for _, restart := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b, n, id := ableBench(t)
					defer func() { b.close() }()
					parts := b.inParts(id)
					if restart {
						b.restart()
					}
					b.must(back(b, parts))
					if got := b.drafts(id); !slices.Equal(got, []string{"Un.\n\nDeux.\n\nTrois."}) {
						t.Errorf("drafts %q", got)
					}
					if got := b.stand(parts); got != "dropped dropped dropped" {
						t.Error(got)
					}
					if restart {
						b.restart()
					}
					if did, err := b.eng.Undo(t.Context(), b.by); err != nil || did.Verb != "" {
						t.Errorf("once more: %+v %v", did, err)
					}
					time.Sleep(time.Hour)
					synctest.Wait()
					if got := n.given(); got != "" {
						t.Errorf("given %s", got)
					}
				})
			})
		}
	}
}

// TestAPartWaitsForTheOneBefore: what failed in the middle holds what is behind
// it, and nobody else's answer.
func TestAPartWaitsForTheOneBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer func() { b.close() }()
		n.next = []error{nil, inbox.ErrInvalid}
		parts := b.inParts(id)
		b.settled()
		if got := b.stand(parts); got != "accepted failed queued" {
			t.Fatal(got)
		}
		other := inbox.By{Actor: inbox.Human, Session: "s2", Line: "l2"}
		_, err := b.eng.Reply(t.Context(), other, inbox.ReplyRequest{Thread: id, Text: "Autre.", Despite: []string{inbox.CodeAnswered}})
		b.must(err)
		b.settled()
		if got := n.given(); got != "Un.>m1 Autre.>m1" {
			t.Errorf("given %s", got)
		}
		b.restart()
		b.eng.Start()
		b.must(b.eng.RetryAction(t.Context(), b.by, parts[1].ID))
		b.settled()
		if got := n.given(); got != "Un.>m1 Autre.>m1 Deux.>sent-1 Trois.>sent-3" {
			t.Errorf("given %s, %s", got, b.stand(parts))
		}
	})
}

// TestWhatHasNotLeftComesBack: the part that failed and those behind it, as one
// draft that answers what was made of the one before.
func TestWhatHasNotLeftComesBack(t *testing.T) {
	for _, restart := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b, n, id := ableBench(t)
			defer func() { b.close() }()
			n.next = []error{nil, inbox.ErrInvalid}
			parts := b.inParts(id)
			b.settled()
			if restart {
				b.restart()
			}
			if did := b.undo(b.by); did.Actions != 2 || did.Action.Text != "Deux.\n\nTrois." {
				t.Errorf("told %+v", did)
			}
			list, err := b.eng.Drafts(t.Context(), id)
			b.must(err)
			if len(list) != 1 || list[0].Text != "Deux.\n\nTrois." || list[0].Parent != "sent-1" {
				t.Errorf("drafts %+v", list)
			}
			if got := b.stand(parts); got != "accepted dropped dropped" {
				t.Error(got)
			}
		})
	}
}

// TestARepairedPartLeadsTheRest: who sends the text of a failed part from its
// draft sends it in that part's place.
func TestARepairedPartLeadsTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		n.next = []error{nil, inbox.ErrInvalid}
		parts := b.inParts(id)
		b.settled()
		list, err := b.eng.Drafts(t.Context(), id)
		b.must(err)
		d := list[0]
		_, err = b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Deux !", More: []string{"Deux et demi."}, Draft: d.ID, Parent: d.Parent, Hold: -1})
		b.must(err)
		b.settled()
		if got := n.given(); got != "Un.>m1 Deux !>sent-1 Deux et demi.>sent-2 Trois.>sent-3" {
			t.Errorf("given %s, %s", got, b.stand(parts))
		}
	})
}

// TestAWrittenOnTextIsNotOverwritten: the draft of a failed part that somebody
// went on writing stays theirs.
func TestAWrittenOnTextIsNotOverwritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		n.next = []error{inbox.ErrInvalid}
		parts := b.inParts(id)
		b.settled()
		list, err := b.eng.Drafts(t.Context(), id)
		b.must(err)
		list[0].Text = "Un, mieux."
		b.must(b.eng.SaveDraft(t.Context(), b.by, list[0]))
		b.must(b.eng.DropAction(t.Context(), b.by, parts[0].ID))
		got := b.drafts(id)
		slices.Sort(got)
		if !slices.Equal(got, []string{"Deux.\n\nTrois.", "Un, mieux."}) {
			t.Errorf("drafts %q", got)
		}
	})
}

// TestAWordLetsTheRestGo: when only a person knows that a part is there, the
// next answers what that one did.
func TestAWordLetsTheRestGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		n.class, n.noFind = inbox.ClassD, true
		n.next = []error{&inbox.UncertainError{Err: errors.New("reset")}}
		parts := b.inParts(id)
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := b.stand(parts); got != "needs_human queued queued" {
			t.Fatal(got)
		}
		b.must(b.eng.ConfirmAction(t.Context(), b.by, parts[0].ID))
		b.settled()
		if got := n.given(); got != "Deux.>m1 Trois.>sent-1" {
			t.Errorf("given %s", got)
		}
	})
}

// TestADraftInPartsIsOneAnswer: a second press finds the first.
func TestADraftInPartsIsOneAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		b.must(b.eng.SaveDraft(t.Context(), b.by, inbox.Draft{ID: "d1", Thread: id, Text: "Un. Deux."}))
		r := inbox.ReplyRequest{Thread: id, Text: "Un.", More: []string{"Deux."}, Draft: "d1", Hold: -1}
		first, err := b.eng.Reply(t.Context(), b.by, r)
		b.must(err)
		again, err := b.eng.Reply(t.Context(), b.by, r)
		if err != nil || again.ID != first.ID || len(b.drafts(id)) > 0 {
			t.Errorf("%d and %d, %v, drafts %q", first.ID, again.ID, err, b.drafts(id))
		}
		b.settled()
		if got := n.given(); got != "Un.>m1 Deux.>sent-1" {
			t.Errorf("given %s", got)
		}
	})
}

// TestPlannedParts leave together at their time, although the first is an event
// that their writer has not seen.
func TestPlannedParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		_, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Un.", More: []string{"Deux."}, At: time.Now().Add(time.Hour)})
		b.must(err)
		b.settled()
		if got := n.given(); got != "" {
			t.Errorf("too early: %s", got)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if got := n.given(); got != "Un.>m1 Deux.>sent-1" {
			t.Errorf("given %s", got)
		}
	})
}

// dying is a store that dies after so many changes of actions.
type dying struct {
	inbox.Repo
	left int
}

func (d *dying) MoveAction(ctx context.Context, id inbox.ActionID, from inbox.SendState, change func(*inbox.Action) ([]inbox.Event, *inbox.Ingest, error)) (inbox.Action, error) {
	if d.left--; d.left < 0 {
		return inbox.Action{}, errDead
	}
	return d.Repo.MoveAction(ctx, id, from, change)
}

func (d *dying) MoveActions(ctx context.Context, ids []inbox.ActionID, change func(*inbox.Action) ([]inbox.Event, bool)) ([]inbox.Action, error) {
	if d.left--; d.left < 0 {
		return nil, errDead
	}
	return d.Repo.MoveActions(ctx, ids, change)
}

// TestTakingBackEndsInTheMiddle: none of the parts whose text is in a draft is
// sent, whenever the process ends.
func TestTakingBackEndsInTheMiddle(t *testing.T) {
	for left := range 3 {
		synctest.Test(t, func(t *testing.T) {
			b, n, id := ableBench(t)
			defer func() { b.close() }()
			b.must(b.eng.Stop(context.Background()))
			b.eng = engine.New(engine.Options{
				Repo: &dying{b.repo, left}, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: settings(b.conn),
			})
			b.must(b.eng.Load(t.Context()))
			parts := b.inParts(id)
			if _, err := b.eng.Undo(t.Context(), b.by); !errors.Is(err, errDead) {
				t.Fatal(err)
			}
			b.restart()
			b.eng.Start()
			time.Sleep(time.Hour)
			synctest.Wait()
			want, given := "dropped dropped dropped", ""
			if left == 0 { // nothing was taken back
				want, given = "accepted accepted accepted", "Un.>m1 Deux.>sent-1 Trois.>sent-2"
			}
			if b.stand(parts) != want || n.given() != given {
				t.Errorf("after %d: %s, given %q", left, b.stand(parts), n.given())
			}
			if texts := b.drafts(id); left > 0 && !slices.Equal(texts, []string{"Un.\n\nDeux.\n\nTrois."}) {
				t.Errorf("after %d: drafts %q", left, texts)
			}
		})
	}
}

func TestPartsThatDoNotFit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		n.limit = inbox.TextLimit{Max: 5, Unit: inbox.Characters}
		for want, more := range map[string][]string{inbox.CodeTooLong: {"Trop long"}, inbox.CodeEmpty: {"Oui", " "}, inbox.CodeVariable: {"{{x}}"}} {
			_, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Un.", More: more})
			if code(err) != want {
				t.Errorf("%q: %v, want %s", more, err, want)
			}
		}
	})
}
