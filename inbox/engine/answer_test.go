package engine_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// able is a network that can do everything, but for what change takes away.
type able struct {
	*network
	change func(*inbox.Caps)
	talk   string // the conversation of private answers
}

func (n *able) Caps() inbox.Caps {
	c := n.network.Caps()
	for _, k := range []inbox.ActionKind{
		inbox.ActLike, inbox.ActUnlike, inbox.ActHide, inbox.ActUnhide, inbox.ActBlock, inbox.ActUnblock, inbox.ActDelete, inbox.ActRead,
	} {
		c.Acts[k] = inbox.Capability{OK: true, Class: inbox.ClassS}
	}
	c.Acts[inbox.ActPrivate] = c.Acts[inbox.ActReply]
	n.mu.Lock()
	change := n.change
	n.mu.Unlock()
	if change != nil {
		change(&c)
	}
	return c
}

// alter lets the network be able to do something else from now on.
func (n *able) alter(change func(*inbox.Caps)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.change = change
}

func (n *able) ThreadCaps(inbox.Thread) inbox.Caps { return n.Caps() }

func (n *able) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	r, err := n.network.Do(ctx, a)
	if a.Kind == inbox.ActPrivate {
		r.Conversation = n.talk
	}
	return r, err
}

// brings lets the network's feed bring a message.
func (n *able) brings(m inbox.Message) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if m.Author.ID == "" {
		m.Author = inbox.Author{ID: "lea", Handle: text.CleanLine("@lea")}
	}
	if m.Kind == "" {
		m.Kind = inbox.KindMention
	}
	n.items = append(n.items, m)
}

// ableBench has one thread with one message, m1, of a network that can do
// everything. Its engine runs.
func ableBench(t *testing.T) (*bench, *able, inbox.ThreadID) {
	t.Helper()
	n := &able{network: &network{class: inbox.ClassB, visibilities: []string{"public"}}}
	n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
	b := newBenchOf(t, n.network, n, &outbox{})
	b.eng.Start()
	synctest.Wait()
	return b, n, b.only(inbox.Ours).ID
}

func (b *bench) pass() {
	b.t.Helper()
	if err := b.eng.SyncNow(b.t.Context(), nil, func(inbox.Progress) {}); err != nil {
		b.t.Fatal(err)
	}
}

func code(err error) string { return inbox.ProblemOf(err).Code }

func TestTheSameDraftIsOneAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		d, err := b.eng.OpenDraft(t.Context(), b.by, inbox.DraftRequest{Thread: id})
		if err != nil {
			t.Fatal(err)
		}
		d.Text = "Oui."
		if err := b.eng.SaveDraft(t.Context(), b.by, d); err != nil {
			t.Fatal(err)
		}
		var pressed sync.WaitGroup
		ids := make([]inbox.ActionID, 20)
		for i := range ids {
			pressed.Go(func() {
				a, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Oui.", Draft: d.ID, Hold: -1})
				if err != nil {
					t.Error(err)
				}
				ids[i] = a.ID
			})
		}
		pressed.Wait()
		if slices.Sort(ids); ids[0] != ids[len(ids)-1] || ids[0] == 0 {
			t.Errorf("actions %v, want one", ids)
		}
		if err := b.eng.SaveDraft(t.Context(), b.by, d); err != nil {
			t.Error(err)
		}
		if list := b.drafts(id); len(list) != 0 {
			t.Errorf("a late save brought the draft back: %q", list)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if _, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Oui.", Draft: d.ID}); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if posted, _ := n.count(); posted != 1 {
			t.Errorf("posted %d times", posted)
		}
	})
}

func TestADraftTakenBackIsNotSentByItsOldName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, id := ableBench(t)
		defer b.close()
		r := inbox.ReplyRequest{Thread: id, Text: "Oui.", Draft: "d1", Hold: -1}
		a, err := b.eng.Reply(t.Context(), b.by, r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.eng.CancelAction(t.Context(), b.by, a.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := b.eng.Reply(t.Context(), b.by, r); code(err) != inbox.CodeConflict {
			t.Errorf("%v, want a conflict", err)
		}
		d, err := b.eng.OpenDraft(t.Context(), b.by, inbox.DraftRequest{ID: a.Key})
		if err != nil || d.Text != "Oui." {
			t.Errorf("the kept draft: %+v %v", d, err)
		}
	})
}

// TestObjections checks each guard: what stops an answer, what is told, and
// that it can be overruled or not.
func TestObjections(t *testing.T) {
	other := inbox.By{Actor: inbox.Human, Session: "s2", Line: "l2"}
	cases := []struct {
		name    string
		caps    func(*inbox.Caps)
		before  func(b *bench, n *able, id inbox.ThreadID)
		request inbox.ReplyRequest
		code    string
		args    []string
		stands  bool
	}{
		{"nothing", nil, nil, inbox.ReplyRequest{SeenN: 1}, "", nil, false},
		{"a new message", nil, func(b *bench, n *able, _ inbox.ThreadID) {
			n.say("c1", "m2", "Alors ?", time.Now())
		}, inbox.ReplyRequest{SeenN: 1}, inbox.CodeChanged, []string{"1", "0", "0"}, false},
		{"a new message, seen", nil, func(b *bench, n *able, _ inbox.ThreadID) {
			n.say("c1", "m2", "Alors ?", time.Now())
		}, inbox.ReplyRequest{SeenN: 2}, "", nil, false},
		{"an edit", nil, func(b *bench, n *able, _ inbox.ThreadID) {
			n.brings(inbox.Message{Remote: "m1", Conversation: "c1", At: time.Now().Add(-time.Hour), Edited: time.Now(), Text: text.Clean("Et lundi ?")})
		}, inbox.ReplyRequest{SeenN: 1}, inbox.CodeChanged, []string{"0", "1", "0"}, false},
		{"a deletion", nil, func(b *bench, n *able, _ inbox.ThreadID) {
			n.say("c1", "m0", "Bonjour", time.Now().Add(-2*time.Hour))
			b.pass()
			n.brings(inbox.Message{Remote: "m0", Conversation: "c1", At: time.Now().Add(-2 * time.Hour), Deleted: true})
		}, inbox.ReplyRequest{SeenN: 2, Parent: "m1"}, inbox.CodeChanged, []string{"0", "0", "1"}, false},
		{"the message answered is gone", nil, func(b *bench, n *able, _ inbox.ThreadID) {
			n.brings(inbox.Message{Remote: "m1", Conversation: "c1", At: time.Now().Add(-time.Hour), Deleted: true})
		}, inbox.ReplyRequest{Parent: "m1"}, inbox.CodeGone, nil, true},
		{"another's answer waits", nil, func(b *bench, _ *able, id inbox.ThreadID) {
			b.eng.Attach(inbox.SessionInfo{ID: "s2", Name: "Anna", Line: "l2"})
			b.replyBy(other, id, "Oui.")
		}, inbox.ReplyRequest{}, inbox.CodeAnswered, []string{"Anna"}, false},
		{"another's answer was sent", nil, func(b *bench, _ *able, id inbox.ThreadID) {
			b.replyBy(other, id, "Oui.")
			time.Sleep(time.Minute)
		}, inbox.ReplyRequest{SeenN: 1}, inbox.CodeAnswered, []string{"s2"}, false},
		{"another's answer was sent, and seen", nil, func(b *bench, _ *able, id inbox.ThreadID) {
			b.replyBy(other, id, "Oui.")
			time.Sleep(time.Minute)
		}, inbox.ReplyRequest{SeenN: 2}, "", nil, false},
		{"an answer on the network itself", nil, func(b *bench, n *able, _ inbox.ThreadID) {
			n.brings(inbox.Message{Remote: "o1", Conversation: "c1", At: time.Now(), Outgoing: true, Text: text.Clean("Oui")})
		}, inbox.ReplyRequest{SeenN: 1}, inbox.CodeAnswered, []string{"@miette"}, false},
		{"one's own answer waits", nil, func(b *bench, _ *able, id inbox.ThreadID) {
			b.reply(id, "Oui.")
		}, inbox.ReplyRequest{SeenN: 1}, "", nil, false},
		{"another's answer was taken back", nil, func(b *bench, _ *able, id inbox.ThreadID) {
			if _, err := b.eng.CancelAction(b.t.Context(), other, b.replyBy(other, id, "Oui.").ID); err != nil {
				b.t.Error(err)
			}
		}, inbox.ReplyRequest{SeenN: 1}, "", nil, false},
		{"another composes", nil, func(b *bench, _ *able, id inbox.ThreadID) {
			b.eng.Attach(inbox.SessionInfo{ID: "s2", Name: "Anna", Line: "l2"})
			b.eng.Compose(other, id, "d9")
		}, inbox.ReplyRequest{}, inbox.CodeComposing, []string{"Anna"}, false},
		{"another writes a note", nil, func(b *bench, _ *able, id inbox.ThreadID) {
			b.eng.Attach(inbox.SessionInfo{ID: "s2", Name: "Anna", Line: "l2"})
			if err := b.eng.SaveDraft(b.t.Context(), other, inbox.Draft{ID: "d9", Thread: id, Text: "n", Note: true}); err != nil {
				b.t.Error(err)
			}
			b.eng.Compose(other, id, "d9")
		}, inbox.ReplyRequest{}, "", nil, false},
		{"one's other terminal composes", nil, func(b *bench, _ *able, id inbox.ThreadID) {
			b.eng.Attach(inbox.SessionInfo{ID: "s3", Name: "pts/3", Line: "l1"})
			b.eng.Compose(inbox.By{Session: "s3", Line: "l1"}, id, "d9")
		}, inbox.ReplyRequest{}, inbox.CodeComposing, []string{"pts/3"}, false},
		{"one's other terminal has answered", nil, func(b *bench, _ *able, id inbox.ThreadID) {
			b.replyBy(inbox.By{Actor: inbox.Human, Session: "s3", Line: "l1"}, id, "Oui.")
			time.Sleep(time.Minute)
		}, inbox.ReplyRequest{SeenN: 1}, inbox.CodeAnswered, []string{"s3"}, false},
		{"another client's name", nil, nil, inbox.ReplyRequest{Text: "Bonjour de chez ATLAS !"}, inbox.CodeOtherClient, []string{"Atlas", "Atlas", "Miette"}, false},
		{"another client's word", nil, nil, inbox.ReplyRequest{Text: "voyez https://www.atlas-sport.example/x"}, inbox.CodeOtherClient, []string{"Atlas", "atlas-sport.example", "Miette"}, false},
		{"another client's handle", nil, nil, inbox.ReplyRequest{Text: "voyez @grimpe@social.example"}, inbox.CodeOtherClient, []string{"Atlas", "@grimpe@social.example", "Miette"}, false},
		{"the window is over", func(c *inbox.Caps) { c.ReplyWindow = 30 * time.Minute }, nil, inbox.ReplyRequest{}, inbox.CodeWindow, []string{"1999-12-31T23:30:00Z"}, true},
		{"the window will be over", func(c *inbox.Caps) { c.ReplyWindow = 24 * time.Hour }, nil, inbox.ReplyRequest{At: time.Date(2000, 1, 2, 0, 0, 0, 0, time.UTC)}, inbox.CodeWindow, []string{"2000-01-01T23:00:00Z"}, true},
		{"the window is open", func(c *inbox.Caps) { c.ReplyWindow = 24 * time.Hour }, nil, inbox.ReplyRequest{}, "", nil, false},
		{"a time that is past", nil, nil, inbox.ReplyRequest{At: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)}, inbox.CodeInvalid, nil, true},
		{"a message of nowhere else", nil, func(b *bench, n *able, _ inbox.ThreadID) {
			n.say("c2", "x1", "ailleurs", time.Now())
		}, inbox.ReplyRequest{Parent: "x1"}, inbox.CodeNotFound, []string{"x1"}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, n, id := ableBench(t)
				defer b.close()
				n.alter(c.caps)
				s := settings(n)
				s.Clients = append(s.Clients, inbox.Client{ID: "atlas", Name: "Atlas", Guards: []string{"atlas-sport.example"}})
				s.Accounts[0].Fresh = 72 * time.Hour
				atlas := s.Accounts[0]
				atlas.Account = inbox.Account{ID: "atlas-social", Client: "atlas", Network: "social", Handle: "@grimpe@social.example"}
				atlas.Connector = nil
				s.Accounts = append(s.Accounts, atlas)
				if err := b.eng.Reconfigure(t.Context(), s); err != nil {
					t.Fatal(err)
				}
				if c.before != nil {
					c.before(b, n, id)
					b.pass()
					synctest.Wait()
				}
				r := c.request
				r.Thread, r.Hold = id, -1
				if r.Text == "" {
					r.Text = "Oui, dès 7 h."
				}
				_, err := b.eng.Reply(t.Context(), b.by, r)
				p := inbox.ProblemOf(err)
				if p.Code != c.code || (c.args != nil && !slices.Equal(p.Args, c.args)) {
					t.Fatalf("%q %q (%v), want %q %q", p.Code, p.Args, err, c.code, c.args)
				}
				r.Despite = []string{p.Code}
				if _, err = b.eng.Reply(t.Context(), b.by, r); c.stands != (err != nil) {
					t.Errorf("overruled: %v", err)
				}
			})
		})
	}
}

func TestTwoWhoPressInTheSameMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		errs := make([]error, 8)
		var pressed sync.WaitGroup
		for i := range errs {
			by := inbox.By{Actor: inbox.Human, Session: string(rune('a' + i)), Line: string(rune('A' + i))}
			pressed.Go(func() {
				_, errs[i] = b.eng.Reply(t.Context(), by, inbox.ReplyRequest{Thread: id, Text: "Oui.", SeenN: 1, Hold: -1})
			})
		}
		pressed.Wait()
		refused := 0
		for _, err := range errs {
			if code(err) == inbox.CodeAnswered {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if posted, _ := n.count(); refused != len(errs)-1 || posted != 1 {
			t.Errorf("%d refused, %d posted", refused, posted)
		}
	})
}

func (b *bench) replyBy(by inbox.By, id inbox.ThreadID, body string) inbox.Action {
	b.t.Helper()
	a, err := b.eng.Reply(b.t.Context(), by, inbox.ReplyRequest{Thread: id, Text: body, Hold: -1})
	if err != nil {
		b.t.Fatal(errors.Join(err))
	}
	return a
}
