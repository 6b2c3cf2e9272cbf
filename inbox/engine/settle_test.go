package engine_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// seer is a network whose Find says what it is told to: each look the next.
type seer struct {
	*able
	says []func(a inbox.Action) (inbox.Receipt, bool, error)
	seen int
}

func (s *seer) Find(_ context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	say := s.says[min(s.seen, len(s.says)-1)]
	s.seen++
	return say(a)
}

func (s *seer) looks() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

func no(inbox.Action) (inbox.Receipt, bool, error) { return inbox.Receipt{}, false, nil }

func unable(inbox.Action) (inbox.Receipt, bool, error) {
	return inbox.Receipt{}, false, inbox.ErrUnsupported
}

func down(inbox.Action) (inbox.Receipt, bool, error) {
	return inbox.Receipt{}, false, &inbox.RetryError{Err: inbox.ErrUnreachable}
}

func found(remote string) func(inbox.Action) (inbox.Receipt, bool, error) {
	return func(inbox.Action) (inbox.Receipt, bool, error) { return inbox.Receipt{Remote: remote}, true, nil }
}

// TestSettling checks how an answer in doubt ends, by class and by what looks
// at the network give.
func TestSettling(t *testing.T) {
	doubt := &inbox.UncertainError{Err: errors.New("connection reset")}
	type say = func(inbox.Action) (inbox.Receipt, bool, error)
	for _, c := range []struct {
		name   string
		class  inbox.Class
		ryw    bool
		resend bool
		says   []say
		errs   []error
		state  inbox.SendState
		calls  int // of Do
	}{
		{name: "A absent: the same again", class: inbox.ClassA, says: []say{no}, errs: []error{doubt}, state: inbox.Accepted, calls: 2},
		{name: "A blind: the same again", class: inbox.ClassA, says: []say{unable}, errs: []error{doubt}, state: inbox.Accepted, calls: 2},
		{name: "B absent: the same again", class: inbox.ClassB, says: []say{no}, errs: []error{doubt}, state: inbox.Accepted, calls: 2},
		{name: "B blind: the same again", class: inbox.ClassB, says: []say{unable}, errs: []error{doubt}, state: inbox.Accepted, calls: 2},
		{name: "B without end: a person decides", class: inbox.ClassB, says: []say{no}, errs: slices.Repeat([]error{doubt}, 99), state: inbox.NeedsYou, calls: 12},
		{name: "B something else is there", class: inbox.ClassB, says: []say{func(inbox.Action) (inbox.Receipt, bool, error) { return inbox.Receipt{}, false, inbox.ErrConflict }}, errs: []error{doubt}, state: inbox.NeedsYou, calls: 1},
		{name: "C found late", class: inbox.ClassC, says: []say{no, no, found("x")}, errs: []error{doubt}, state: inbox.Verified, calls: 1},
		{name: "C absent", class: inbox.ClassC, says: []say{no}, errs: []error{doubt}, state: inbox.NeedsYou, calls: 1},
		{name: "C absent, allowed, lists lag", class: inbox.ClassC, resend: true, says: []say{no}, errs: []error{doubt}, state: inbox.NeedsYou, calls: 1},
		{name: "C absent, not allowed", class: inbox.ClassC, ryw: true, says: []say{no}, errs: []error{doubt}, state: inbox.NeedsYou, calls: 1},
		{name: "C absent, allowed and read at once", class: inbox.ClassC, ryw: true, resend: true, says: []say{no}, errs: []error{doubt}, state: inbox.Accepted, calls: 2},
		{name: "C absent but for one look", class: inbox.ClassC, ryw: true, resend: true, says: []say{no, down, no}, errs: []error{doubt}, state: inbox.NeedsYou, calls: 1},
		{name: "C sent again once only", class: inbox.ClassC, ryw: true, resend: true, says: []say{no}, errs: []error{doubt, doubt, doubt}, state: inbox.NeedsYou, calls: 2},
		{name: "C blind", class: inbox.ClassC, ryw: true, resend: true, says: []say{unable}, errs: []error{doubt}, state: inbox.NeedsYou, calls: 1},
		{name: "D", class: inbox.ClassD, says: []say{unable}, errs: []error{doubt}, state: inbox.NeedsYou, calls: 1},
		{name: "no id in the answer", class: inbox.ClassD, says: []say{unable}, errs: []error{errNoID}, state: inbox.NeedsYou, calls: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, s, keys := settleBench(t, c.class, c.ryw, c.resend, c.says)
				defer b.close()
				s.next = c.errs
				a := b.reply(b.only(inbox.Ours).ID, "Oui.")
				time.Sleep(5 * time.Hour)
				synctest.Wait()
				got := b.action(a.ID)
				if got.State != c.state || len(keys.all()) != c.calls {
					t.Errorf("ended %s (%v) after %d calls, want %s after %d\n%+v", got.State, got.Problem, len(keys.all()), c.state, c.calls, got.History)
				}
				if distinct := len(slices.Compact(slices.Sorted(slices.Values(keys.all())))); distinct != 1 {
					t.Errorf("%d keys", distinct)
				}
			})
		})
	}
}

// errNoID makes the network of settleBench answer without an id.
var errNoID = errors.New("no id")

// calls are the keys with which something was done.
type calls struct {
	*seer
	keys []string
}

func (c *calls) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	c.mu.Lock()
	c.keys = append(c.keys, a.Key)
	c.mu.Unlock()
	r, err := c.able.Do(ctx, a)
	if errors.Is(err, errNoID) {
		return inbox.Receipt{}, nil
	}
	return r, err
}

func (c *calls) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.keys)
}

func settleBench(t *testing.T, class inbox.Class, ryw, resend bool, says []func(inbox.Action) (inbox.Receipt, bool, error)) (*bench, *seer, *calls) {
	t.Helper()
	n := &able{network: &network{class: class}, change: func(c *inbox.Caps) { c.ReadsOwnWrites = ryw }}
	n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
	s := &seer{able: n, says: says}
	keys := &calls{seer: s}
	b := newBenchOf(t, n.network, keys, &outbox{})
	set := settings(keys)
	set.Accounts[0].Resend, set.Accounts[0].Poll = resend, 24*time.Hour
	if err := b.eng.Reconfigure(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	b.eng.Start()
	synctest.Wait()
	return b, s, keys
}

func TestWhatAnotherAnswerMadeIsNoMatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s, keys := settleBench(t, inbox.ClassC, true, true, []func(inbox.Action) (inbox.Receipt, bool, error){found("sent-1")})
		defer b.close()
		id := b.only(inbox.Ours).ID
		first := b.reply(id, "Merci !")
		time.Sleep(12 * time.Second)
		synctest.Wait()
		if got := b.action(first.ID); got.State != inbox.Accepted || got.Receipt.Remote != "sent-1" {
			t.Fatalf("%s %+v", got.State, got.Receipt)
		}
		s.mu.Lock()
		s.next = []error{&inbox.UncertainError{Err: errors.New("reset")}}
		s.mu.Unlock()
		second := b.reply(id, "Merci !")
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		if got := b.action(second.ID); got.State != inbox.NeedsYou || len(keys.all()) != 2 {
			t.Errorf("ended %s after %d calls", got.State, len(keys.all()))
		}
	})
}

// TestTheFeedBringsWhatIsInDoubt: an answer in doubt that the feed brings
// before it is found is told once.
func TestTheFeedBringsWhatIsInDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s, _ := settleBench(t, inbox.ClassC, false, false, []func(inbox.Action) (inbox.Receipt, bool, error){no, found("sent-1")})
		defer b.close()
		s.next, s.execute = []error{&inbox.UncertainError{Err: errors.New("reset")}}, true
		id := b.only(inbox.Ours).ID
		a := b.reply(id, "Oui.")
		time.Sleep(16 * time.Second) // sent, and looked for once
		s.brings(inbox.Message{Remote: "sent-1", Conversation: "c1", At: time.Now(), Outgoing: true, Text: text.Clean("@lea Oui.")})
		b.pass()
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := b.action(a.ID); got.State != inbox.Verified {
			t.Errorf("ended %s", got.State)
		}
		var verbs []inbox.Verb
		events, err := b.repo.Events(t.Context(), id)
		b.must(err)
		for _, ev := range events {
			verbs = append(verbs, ev.Verb)
		}
		if !slices.Equal(verbs, []inbox.Verb{inbox.Received, inbox.Replied, inbox.Acted}) {
			t.Errorf("told %v", verbs)
		}
	})
}

func TestAnotherCopyOnlyLooks(t *testing.T) {
	for _, class := range []inbox.Class{inbox.ClassA, inbox.ClassB, inbox.ClassS} {
		synctest.Test(t, func(t *testing.T) {
			b, s, keys := settleBench(t, class, false, false, []func(inbox.Action) (inbox.Receipt, bool, error){no})
			defer b.close()
			s.next = []error{&inbox.UncertainError{Err: errors.New("reset")}}
			a := b.reply(b.only(inbox.Ours).ID, "Oui.")
			time.Sleep(11 * time.Second)
			if _, err := b.repo.NewEpoch(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Hour)
			synctest.Wait()
			got := b.action(a.ID)
			if got.State != inbox.NeedsYou || got.Problem.Code != inbox.CodeEpoch || len(keys.all()) != 1 || s.looks() != 1 {
				t.Errorf("%s: ended %s %v after %d calls and %d looks", class, got.State, got.Problem, len(keys.all()), s.looks())
			}
		})
	}
}

func TestRetryIsANewAttemptUnderANewKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s, keys := settleBench(t, inbox.ClassD, false, false, []func(inbox.Action) (inbox.Receipt, bool, error){unable})
		defer b.close()
		s.next = []error{inbox.ErrInvalid}
		id := b.only(inbox.Ours).ID
		a := b.reply(id, "Oui.")
		time.Sleep(time.Minute)
		if got := b.action(a.ID); got.State != inbox.FailedAct || !slices.Equal(b.drafts(id), []string{"Oui."}) {
			t.Fatalf("%s, drafts %q", got.State, b.drafts(id))
		}
		b.must(b.eng.RetryAction(t.Context(), b.by, a.ID))
		time.Sleep(time.Second)
		synctest.Wait()
		got := b.action(a.ID)
		if got.State != inbox.Accepted || got.Attempt != 2 || len(keys.all()) != 2 || keys.keys[0] == keys.keys[1] {
			t.Errorf("%s, attempt %d, keys %v", got.State, got.Attempt, keys.all())
		}
		if len(b.drafts(id)) != 0 {
			t.Errorf("the kept text stayed a draft: %q", b.drafts(id))
		}
		var words []string
		for _, h := range got.History {
			words = append(words, string(h.From)+">"+string(h.To)+" "+h.Why+" "+h.Who)
		}
		want := []string{"queued>sending  ", "sending>failed invalid ", "failed>queued again s1", "queued>sending  ", "sending>accepted  "}
		if !slices.Equal(words, want) {
			t.Errorf("history %q, want %q", words, want)
		}
	})
}

// TestTheNetworkIsAway keeps an answer while nobody is reached, however often
// that is, and sends it soon after; for a day.
func TestTheNetworkIsAway(t *testing.T) {
	for _, c := range []struct {
		since time.Duration // the first try
		state inbox.SendState
	}{{0, inbox.Accepted}, {25 * time.Hour, inbox.FailedAct}} {
		synctest.Test(t, func(t *testing.T) {
			n := &network{class: inbox.ClassD, noFind: true}
			n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
			away := &unreached{network: n}
			b := newBenchOf(t, n, away, nil)
			defer b.close()
			b.pass()
			b.eng.Start()
			away.set(true)
			a := b.reply(b.only(inbox.Ours).ID, "Oui.")
			time.Sleep(20 * time.Minute)
			if got := b.action(a.ID); got.State != inbox.RetryWait || got.Attempt <= 12 || len(got.History) > 50 {
				t.Fatalf("%s after %d tries, %d steps of history", got.State, got.Attempt, len(got.History))
			}
			_, err := b.repo.MoveAction(t.Context(), a.ID, "", func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
				a.FirstWire = a.FirstWire.Add(-c.since)
				return nil, nil, nil
			})
			b.must(err)
			if c.since == 0 {
				away.set(false)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if got := b.action(a.ID); got.State != c.state {
				t.Errorf("since %s: %s %v", c.since, got.State, got.Problem)
			}
		})
	}
}

// TestAKeyIsAsOldAsItsFirstDoubt: what was tried in vain before the network was
// reached takes nothing from the time that it knows the key.
func TestAKeyIsAsOldAsItsFirstDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassA}
		n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
		away := &unreached{network: n}
		b := newBenchOf(t, n, away, nil)
		defer b.close()
		b.pass()
		b.eng.Start()
		away.set(true)
		n.next = []error{&inbox.UncertainError{Err: errors.New("reset")}}
		a := b.reply(b.only(inbox.Ours).ID, "Oui.")
		time.Sleep(40 * time.Minute) // more than half of the key's window
		away.set(false)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		posted, _ := n.count()
		if got := b.action(a.ID); got.State != inbox.Accepted || posted != 1 {
			t.Errorf("ended %s %v, %d posted", got.State, got.Problem, posted)
		}
	})
}

// unreached is a network behind a line that may be cut.
type unreached struct {
	*network
	cut bool
}

func (u *unreached) set(cut bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.cut = cut
}

func (u *unreached) down() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.cut {
		return &inbox.RetryError{Err: inbox.ErrUnreachable}
	}
	return nil
}

func (u *unreached) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if err := u.down(); err != nil {
		return inbox.Receipt{}, err
	}
	return u.network.Do(ctx, a)
}

func (u *unreached) Fetch(ctx context.Context, r inbox.FetchRequest) (inbox.Page, error) {
	if err := u.down(); err != nil {
		return inbox.Page{}, err
	}
	return u.network.Fetch(ctx, r)
}

// TestDoubtKeepsItsClass: what was sent without a protection is not taken for
// protected because its network is thought better of since.
func TestDoubtKeepsItsClass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassC, next: []error{&inbox.UncertainError{Err: errors.New("EOF")}}}
		n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
		b := newBench(t, n)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		a := b.reply(b.only(inbox.Ours).ID, "Oui.")
		time.Sleep(11 * time.Second)
		synctest.Wait()
		n.mu.Lock()
		n.class = inbox.ClassA
		n.mu.Unlock()
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if got, posted := b.action(a.ID), func() int { p, _ := n.count(); return p }(); got.State != inbox.NeedsYou || posted != 0 {
			t.Errorf("ended %s after %d posts, want a person to decide", got.State, posted)
		}
	})
}
