package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
)

// TestTheLastWishIsDone: who likes, takes it back and likes again while the
// network is away has liked in the end.
func TestTheLastWishIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &able{network: &network{class: inbox.ClassB}}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		away := &unreachedAble{able: n, line: &unreached{network: n.network}}
		b := newBenchOf(t, n.network, away, nil)
		defer b.close()
		b.pass()
		id := b.only(inbox.Ours).ID
		b.eng.Start()
		away.line.set(true)
		for _, kind := range []inbox.ActionKind{inbox.ActLike, inbox.ActUnlike, inbox.ActLike, inbox.ActLike} {
			b.perform(id, kind)
			time.Sleep(time.Second)
		}
		away.line.set(false)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		var did []string
		for _, a := range n.posted {
			did = append(did, string(a.Kind))
		}
		if got := strings.Join(did, " "); got != "like unlike like" {
			t.Errorf("the network did %q", got)
		}
	})
}

// unreachedAble is a network that can do everything behind a line that may be
// cut.
type unreachedAble struct {
	*able
	line *unreached
}

func (u *unreachedAble) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if err := u.line.down(); err != nil {
		return inbox.Receipt{}, err
	}
	return u.able.Do(ctx, a)
}

// TestABlockIsOfAnAuthor: of a block in one thread and its end in another, the
// last wish counts.
func TestABlockIsOfAnAuthor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &able{network: &network{class: inbox.ClassB}}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		n.say("c2", "m2", "deux", time.Now())
		n.next = []error{&inbox.RetryError{Err: errors.New("once more")}}
		b := newBenchOf(t, n.network, n, nil)
		defer b.close()
		b.pass()
		list := b.threads(inbox.Ours)
		b.eng.Start()
		if _, err := b.eng.Perform(t.Context(), b.by, list[0].ID, inbox.ActBlock, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := b.eng.Perform(t.Context(), b.by, list[1].ID, inbox.ActUnblock, ""); err != nil {
			t.Fatal(err)
		}
		b.settled()
		if len(n.posted) != 2 || n.posted[1].Kind != inbox.ActUnblock {
			t.Errorf("the network did %v", n.posted)
		}
	})
}

// odd is a network with strange ids.
type odd struct {
	*able
	remote string
	looks  int
}

func (o *odd) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	_, err := o.able.Do(ctx, a)
	return inbox.Receipt{Remote: o.remote}, err
}

func (o *odd) Find(context.Context, inbox.Action) (inbox.Receipt, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.looks++
	return inbox.Receipt{Remote: o.remote}, true, nil
}

// TestAKeyOfTheFutureIsForgotten: when the clock was put back since a key was
// used, nobody knows how old it is.
func TestAKeyOfTheFutureIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassA, noFind: true}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		n.next = []error{&inbox.UncertainError{Err: errors.New("timeout")}}
		b := newBench(t, n)
		defer b.close()
		b.pass()
		b.eng.Start()
		a := b.reply(b.only(inbox.Ours).ID, "Oui.")
		time.Sleep(12 * time.Second)
		_, err := b.repo.MoveAction(t.Context(), a.ID, inbox.Uncertain, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
			a.FirstWire, a.LastWire = a.FirstWire.Add(3*time.Hour), a.LastWire.Add(3*time.Hour)
			for i := range a.History {
				a.History[i].At = a.History[i].At.Add(3 * time.Hour)
			}
			return nil, nil, nil
		})
		b.must(err)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if posted, _ := n.count(); posted != 0 || b.action(a.ID).Attempt != 1 {
			t.Errorf("tried %d times, ended %s", b.action(a.ID).Attempt, b.action(a.ID).State)
		}
	})
}

// TestReconfiguringWhileSending: a connector that is replaced while it sends
// finishes, or leaves a doubt; its answer goes out once.
func TestReconfiguringWhileSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassD, noFind: true}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		first := &slow{network: n, doing: 10 * time.Second}
		b := newBenchOf(t, n, first, nil)
		defer b.close()
		b.pass()
		b.eng.Start()
		id := b.only(inbox.Ours).ID
		a := b.reply(id, "Oui.")
		next := b.reply(id, "Encore.")
		time.Sleep(12 * time.Second)
		b.must(b.eng.Reconfigure(t.Context(), settings(&slow{network: n})))
		if got := b.action(a.ID); got.State != inbox.Sending {
			t.Fatalf("meanwhile %s", got.State)
		}
		var overlap sync.WaitGroup
		overlap.Go(func() { b.pass() })
		overlap.Wait()
		b.settled()
		if posted, _ := n.count(); posted != 2 || b.action(a.ID).State != inbox.Accepted || b.action(next.ID).State != inbox.Accepted {
			t.Errorf("%d posted; %s, %s", posted, b.action(a.ID).State, b.action(next.ID).State)
		}
	})
}

// TestWhatIsNotConfiguredIsNoDoubt: a secret that cannot be had now is not the
// end of an answer, nor may the answer have left.
func TestWhatIsNotConfiguredIsNoDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassD, noFind: true}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		for range 30 {
			n.next = append(n.next, fmt.Errorf("sign in: %w", inbox.Problem{Code: inbox.CodeMissing, Args: []string{"token"}}))
		}
		b := newBench(t, n)
		defer b.close()
		b.pass()
		b.eng.Start()
		a := b.reply(b.only(inbox.Ours).ID, "Oui.")
		time.Sleep(20 * time.Minute)
		if got := b.action(a.ID); got.State != inbox.RetryWait || got.Doubted || got.Problem.Code != inbox.CodeMissing {
			t.Errorf("meanwhile %s %v, doubted %v", got.State, got.Problem, got.Doubted)
		}
		time.Sleep(15 * time.Minute)
		synctest.Wait()
		if got := b.action(a.ID); got.State != inbox.Accepted {
			t.Errorf("then %s %v", got.State, got.Problem)
		}
	})
}

// TestWhatAnotherThreadMadeIsNoMatch: two private answers to one person, from
// two threads, are two, also when they say the same.
func TestWhatAnotherThreadMadeIsNoMatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s, _ := settleBench(t, inbox.ClassC, false, false, []func(inbox.Action) (inbox.Receipt, bool, error){found("sent-1")})
		defer b.close()
		s.say("c2", "m2", "deux", time.Now())
		b.pass()
		list := b.threads(inbox.Ours)
		private := func(id inbox.ThreadID) inbox.Action {
			a, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Je vous écris.", Private: true})
			b.must(err)
			time.Sleep(time.Second)
			synctest.Wait()
			return a
		}
		if got := b.action(private(list[0].ID).ID); got.State != inbox.Accepted || got.Receipt.Remote != "sent-1" {
			t.Fatalf("%s %+v", got.State, got.Receipt)
		}
		s.mu.Lock()
		s.next = []error{&inbox.UncertainError{Err: errors.New("reset")}}
		s.mu.Unlock()
		second := private(list[1].ID)
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		if got := b.action(second.ID); got.State != inbox.NeedsYou {
			t.Errorf("ended %s by %+v", got.State, got.Receipt)
		}
	})
}

// TestTheRestIsTheAccounts: what a network asked for holds for the account, not
// for the connector that was asked, nor for the process.
func TestTheRestIsTheAccounts(t *testing.T) {
	for name, change := range map[string]func(*bench, *able){
		"a new token": func(b *bench, n *able) { b.must(b.eng.Reconfigure(b.t.Context(), settings(&able{network: n.network}))) },
		"a restart":   func(b *bench, _ *able) { b.restart(); b.eng.Start() },
	} {
		t.Run(name, func(t *testing.T) { restOf(t, change) })
	}
}

func restOf(t *testing.T, change func(*bench, *able)) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer func() { b.close() }()
		n.mu.Lock()
		n.next = []error{&inbox.RetryError{After: 10 * time.Minute, Err: errors.New("429")}}
		n.mu.Unlock()
		b.reply(id, "Oui.")
		time.Sleep(11 * time.Second)
		_, before := n.count()
		change(b, n)
		if _, err := b.eng.Perform(t.Context(), b.by, id, inbox.ActLike, ""); err != nil {
			t.Fatal(err)
		}
		b.pass()
		time.Sleep(9*time.Minute + 40*time.Second)
		synctest.Wait()
		if posted, fetches := n.count(); posted != 0 || fetches != before {
			t.Errorf("%d sent, %d fetched before the allowed time", posted, fetches-before)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if posted, _ := n.count(); posted != 2 {
			t.Errorf("then %d sent", posted)
		}
	})
}

// TestAnAnswerGoesInTheNameOfItsClient: an account that became another
// client's, or another network's, while an answer waits does not send it.
func TestAnAnswerGoesInTheNameOfItsClient(t *testing.T) {
	for name, change := range map[string]func(*inbox.Account){
		"another client":  func(a *inbox.Account) { a.Client = "atlas" },
		"another network": func(a *inbox.Account) { a.Network = "other" },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, n, id := ableBench(t)
				defer b.close()
				a := b.reply(id, "Oui.")
				s := settings(n)
				s.Clients = append(s.Clients, inbox.Client{ID: "atlas", Name: "Atlas"})
				change(&s.Accounts[0].Account)
				b.must(b.eng.Reconfigure(t.Context(), s))
				b.settled()
				if posted, _ := n.count(); posted != 0 {
					t.Errorf("sent in the name of another: %s", b.action(a.ID).State)
				}
				b.must(b.eng.Reconfigure(t.Context(), settings(n)))
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				if posted, _ := n.count(); posted != 1 {
					t.Errorf("posted %d once it is back: %s", posted, b.action(a.ID).State)
				}
			})
		})
	}
}

// TestAnAnswerFromAnotherCopyIsAskedAboutAtOnce: nobody waits for the time of
// an answer for later that will not be sent then.
func TestAnAnswerFromAnotherCopyIsAskedAboutAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer func() { b.close() }()
		a, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Demain.", At: time.Now().Add(24 * time.Hour)})
		b.must(err)
		_, err = b.repo.NewEpoch(t.Context())
		b.must(err)
		b.restart()
		b.eng.Start()
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := b.action(a.ID); got.State != inbox.NeedsYou || got.Problem.Code != inbox.CodeEpoch {
			t.Errorf("%s %v", got.State, got.Problem)
		}
		if posted, _ := n.count(); posted != 0 {
			t.Error("sent")
		}
	})
}

// TestAReceiptThatCannotBeStoredIsNoDoubt: a network that gives an id that no
// store takes has carried the answer out all the same.
func TestAReceiptThatCannotBeStoredIsNoDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &odd{able: &able{network: &network{class: inbox.ClassB}}, remote: strings.Repeat("x", 5000)}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		b := newBenchOf(t, n.network, n, nil)
		defer b.close()
		b.pass()
		b.eng.Start()
		a := b.reply(b.only(inbox.Ours).ID, "Oui.")
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if got := b.action(a.ID); got.State != inbox.Accepted && got.State != inbox.Verified {
			t.Errorf("ended %s %v after %d looks", got.State, got.Problem, n.looks)
		}
		if n.looks > inbox.MostLooks {
			t.Errorf("%d looks", n.looks)
		}
	})
}

// TestAnEscalationPressedTwiceIsOne: a contact gets one brief of one question.
func TestAnEscalationPressedTwiceIsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		mail := &outbox{}
		b := newBenchOf(t, n, n, mail)
		defer b.close()
		b.pass()
		b.eng.Start()
		id := b.only(inbox.Ours).ID
		var pressed sync.WaitGroup
		for _, question := range []string{"?", "?", "?", "Et quand ?"} {
			pressed.Go(func() {
				if _, err := b.eng.Escalate(t.Context(), b.by, id, inbox.EscalateRequest{Contact: "marc", Question: question}); err != nil {
					t.Error(err)
				}
			})
		}
		pressed.Wait()
		b.settled()
		if len(mail.briefs) != 2 {
			t.Errorf("%d briefs, want one of each question", len(mail.briefs))
		}
	})
}
