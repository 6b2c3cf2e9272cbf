package engine_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
)

// slow is a network whose calls take their time.
type slow struct {
	*network
	fetching, doing time.Duration
}

func (s *slow) Fetch(ctx context.Context, r inbox.FetchRequest) (inbox.Page, error) {
	page, err := s.network.Fetch(ctx, r)
	return page, errors.Join(err, take(ctx, s.fetching))
}

func (s *slow) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if err := take(ctx, s.doing); err != nil {
		return inbox.Receipt{}, err
	}
	return s.network.Do(ctx, a)
}

func take(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// endless is a network that always says that there is more.
type endless struct{ *network }

func (n endless) Fetch(ctx context.Context, r inbox.FetchRequest) (inbox.Page, error) {
	_, err := n.network.Fetch(ctx, inbox.FetchRequest{Stream: r.Stream})
	return inbox.Page{Cursor: "1", More: true}, err
}

// garbled is a network of which most items cannot be understood.
type garbled struct {
	*network
	refused int
}

func (n *garbled) Fetch(ctx context.Context, r inbox.FetchRequest) (inbox.Page, error) {
	page, err := n.network.Fetch(ctx, r)
	for range n.refused {
		page.Refused = append(page.Refused, inbox.Refusal{Item: "x", Reason: "no id"})
	}
	return page, err
}

func TestAPushDuringAFetchIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB, pushes: make(chan struct{})}
		b := newBenchOf(t, n, &slow{network: n, fetching: 2 * time.Second}, nil)
		defer b.close()
		b.eng.Start()
		time.Sleep(5 * time.Second)
		n.say("c1", "m1", "un", time.Now())
		n.pushes <- struct{}{}
		time.Sleep(time.Second) // the fetch has its answer, and is still on its way
		n.say("c2", "m2", "deux", time.Now())
		n.pushes <- struct{}{}
		time.Sleep(10 * time.Second)
		if got := len(b.threads(inbox.Ours)); got != 2 {
			t.Errorf("%d threads ten seconds after the second push, want 2", got)
		}
	})
}

func TestAGracefulStopLetsASendFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassD}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		b := newBenchOf(t, n, &slow{network: n, doing: 2 * time.Second}, nil)
		b.eng.Start()
		time.Sleep(time.Second)
		a := b.reply(b.only(inbox.Ours).ID, "Bonjour")
		time.Sleep(11 * time.Second)
		if got := b.action(a.ID); got.State != inbox.Sending {
			t.Fatalf("before the stop: %s, want sending", got.State)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := b.eng.Stop(ctx); err != nil {
			t.Error(err)
		}
		if got := b.action(a.ID); got.State != inbox.Accepted {
			t.Errorf("after the stop: %s, want accepted", got.State)
		}
		if err := b.repo.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestAnEscalationNeedsNoConnector(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		time.Sleep(time.Second)
		id := b.only(inbox.Ours).ID
		s := settings(nil)
		s.Accounts[0].Problem = inbox.Problem{Code: inbox.CodeMissing}
		if err := b.eng.Reconfigure(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		a, err := b.eng.Escalate(t.Context(), b.by, id, inbox.EscalateRequest{Contact: "marc", Question: "?"})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if got := b.action(a.ID); got.State != inbox.Accepted {
			t.Errorf("after an hour: %s %v", got.State, got.Problem)
		}
	})
}

func TestConfirmSaysWhatHappened(t *testing.T) {
	for _, kind := range []inbox.ActionKind{inbox.ActReply, inbox.ActLike} {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{class: inbox.ClassD, noFind: true}
				n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
				b := newBench(t, n)
				defer b.close()
				b.eng.Start()
				time.Sleep(time.Second)
				id := b.only(inbox.Ours).ID
				doubt := &inbox.UncertainError{Err: errors.New("reset")}
				n.mu.Lock()
				n.next = []error{doubt, doubt, doubt}
				n.mu.Unlock()
				a, err := inbox.Action{}, error(nil)
				if kind == inbox.ActReply {
					a = b.reply(id, "Bonjour")
				} else if a, err = b.eng.Perform(t.Context(), b.by, id, inbox.ActLike, ""); err != nil {
					t.Fatal(err)
				}
				time.Sleep(12 * time.Second)
				if err := b.eng.ConfirmAction(t.Context(), b.by, a.ID); err != nil {
					t.Fatalf("confirm: %v", err)
				}
				events, err := b.repo.Events(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				want, state := inbox.Replied, inbox.Theirs
				if kind == inbox.ActLike {
					want, state = inbox.Acted, inbox.Ours
				}
				if got := events[len(events)-1].Verb; got != want {
					t.Errorf("the event is %s, want %s", got, want)
				}
				b.only(state)
			})
		})
	}
}

func TestAKeyIsNotUsedOnceTheNetworkMayHaveForgottenIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassA, noFind: true}
		n.next = []error{&inbox.UncertainError{Err: errors.New("timeout")}}
		for range 20 {
			n.next = append(n.next, &inbox.RetryError{Err: errors.New("dial: refused")})
		}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		time.Sleep(time.Second)
		a := b.reply(b.only(inbox.Ours).ID, "Bonjour")
		time.Sleep(4 * time.Hour)
		got := b.action(a.ID)
		if used := got.LastWire.Sub(got.FirstWire); got.State != inbox.NeedsYou || used >= 30*time.Minute {
			t.Errorf("ended %s, the key was used %s after the first try", got.State, used)
		}
	})
}

func TestAFailedEscalationComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		b := newBenchOf(t, n, n, refusing{})
		defer b.close()
		b.eng.Start()
		time.Sleep(time.Second)
		id := b.only(inbox.Ours).ID
		if _, err := b.eng.Escalate(t.Context(), b.by, id, inbox.EscalateRequest{Contact: "marc", Question: "?"}); err != nil {
			t.Fatal(err)
		}
		b.only(inbox.Escalated)
		time.Sleep(time.Minute)
		if th := b.only(inbox.Ours); !th.Unread || th.Escalation != nil {
			t.Errorf("unread %v, escalation %+v", th.Unread, th.Escalation)
		}
	})
}

// refusing is a deliverer whose contacts do not exist.
type refusing struct{}

func (refusing) Deliver(context.Context, inbox.Contact, inbox.Brief, string) (inbox.Receipt, error) {
	return inbox.Receipt{}, inbox.ErrInvalid
}

func TestMoreOfTheSameEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		b := newBenchOf(t, n, endless{n}, nil)
		defer b.close()
		b.eng.Start()
		time.Sleep(30 * time.Second)
		if _, fetches := n.count(); fetches > 5 {
			t.Errorf("%d fetches in half a minute", fetches)
		}
	})
}

func TestTheCursorStaysBeforeWhatIsNotUnderstood(t *testing.T) {
	for _, c := range []struct {
		name    string
		refused int
		passed  bool
	}{{"a few odd items are passed", 1, true}, {"most of a page is not", 9, false}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{class: inbox.ClassB}
				n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
				b := newBenchOf(t, n, &garbled{network: n, refused: c.refused}, nil)
				defer b.close()
				if err := b.eng.SyncNow(t.Context(), nil, func(inbox.Progress) {}); err != nil {
					t.Fatal(err)
				}
				b.only(inbox.Ours) // what was understood is kept
				states, err := b.repo.StreamStates(t.Context())
				if err != nil || len(states) != 1 {
					t.Fatal(states, err)
				}
				st := states[0]
				if passed := st.Cursor != ""; passed != c.passed || st.Refused != uint64(c.refused) {
					t.Errorf("cursor %q, refused %d", st.Cursor, st.Refused)
				}
				if told := st.Problem.Code == inbox.CodeStrange; told == c.passed {
					t.Errorf("problem %+v", st.Problem)
				}
			})
		})
	}
}

func TestReconfigureWhileReading(t *testing.T) {
	n := &network{class: inbox.ClassB}
	b := newBench(t, n)
	defer b.close()
	b.eng.Start()
	var reading sync.WaitGroup
	reading.Go(func() {
		for range 200 {
			if _, err := b.eng.Accounts(context.Background()); err != nil {
				t.Error(err)
			}
			b.eng.Sync()
		}
	})
	for range 200 {
		if err := b.eng.Reconfigure(t.Context(), settings(n)); err != nil {
			t.Fatal(err)
		}
	}
	reading.Wait()
}

// panicking is a network whose connector has a fault.
type panicking struct {
	*network
	fetch, do bool
}

func (n *panicking) Fetch(ctx context.Context, r inbox.FetchRequest) (inbox.Page, error) {
	if n.fetch {
		panic("index out of range")
	}
	return n.network.Fetch(ctx, r)
}

func (n *panicking) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if n.do {
		panic("nil map")
	}
	return n.network.Do(ctx, a)
}

func TestAFaultOfAConnectorIsItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassD, noFind: true}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		p := &panicking{network: n, do: true}
		b := newBenchOf(t, n, p, nil)
		defer b.close()
		b.eng.Start()
		time.Sleep(time.Second)
		a := b.reply(b.only(inbox.Ours).ID, "Bonjour")
		time.Sleep(time.Minute)
		if got := b.action(a.ID); got.State != inbox.NeedsYou {
			t.Errorf("a send that panicked ended %s, want needs_human", got.State)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassD}
		b := newBenchOf(t, n, &panicking{network: n, fetch: true}, nil)
		defer b.close()
		b.eng.Start()
		time.Sleep(time.Minute)
		status, err := b.eng.Accounts(t.Context())
		if err != nil || status[0].Problem.Zero() {
			t.Errorf("a fetch that panicked is not told: %+v %v", status, err)
		}
	})
}

func TestAStrangeFirstPageDoesNotMakeHistoryFresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		g := &garbled{network: n, refused: 9}
		b := newBenchOf(t, n, g, nil)
		defer b.close()
		sync := func() {
			t.Helper()
			if err := b.eng.SyncNow(t.Context(), nil, func(inbox.Progress) {}); err != nil {
				t.Fatal(err)
			}
		}
		sync()
		sync()
		states, err := b.repo.StreamStates(t.Context())
		if err != nil || states[0].Refused != 9 || !states[0].OKAt.IsZero() {
			t.Errorf("the same items were counted twice, or a failure as a success: %+v %v", states, err)
		}
		g.refused = 0
		n.say("c1", "m1", "ancien", time.Now().Add(-20*24*time.Hour))
		sync()
		if th := b.only(inbox.Done); th.Unread {
			t.Error("history came in as work")
		}
	})
}

func TestReplyIsCheckedBeforeItIsQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB, limit: inbox.TextLimit{Max: 10, Unit: inbox.Graphemes}, visibilities: []string{"public", "direct"}}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		time.Sleep(time.Second)
		id := b.only(inbox.Ours).ID
		for _, c := range []struct {
			text, visibility, code string
		}{
			{"ok", "", ""},
			{"ok", "direct", ""},
			{"ok", "nonsense", inbox.CodeVisibility},
			{"👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀", "", ""},
			{"onze lettres", "", inbox.CodeTooLong},
			{" \n", "", inbox.CodeEmpty},
		} {
			_, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: c.text, Visibility: c.visibility})
			if got := inbox.ProblemOf(err).Code; got != c.code {
				t.Errorf("%q %q: %q, want %q", c.text, c.visibility, got, c.code)
			}
		}
	})
}

func TestPushThatFailsIsReplacedByTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB, pushes: make(chan struct{}), waitErr: errors.New("502")}
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		time.Sleep(5 * time.Second)
		n.say("c1", "m1", "un", time.Now())
		time.Sleep(2 * time.Minute)
		b.only(inbox.Ours)
	})
}

func TestSyncDoesNotWaitForAHangingPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		b := newBenchOf(t, n, &slow{network: n, fetching: time.Minute}, nil)
		defer b.close()
		b.eng.Start()
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun := time.Now()
		if err := b.eng.SyncNow(ctx, nil, func(inbox.Progress) {}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("an abandoned sync: %v", err)
		}
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("an abandoned sync went on for %s", took)
		}
	})
}
