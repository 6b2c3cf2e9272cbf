package engine_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// TestActs performs each act without a text: on whom by default, whether it
// waits for the hold, and what is told of it.
func TestActs(t *testing.T) {
	for _, c := range []struct {
		kind   inbox.ActionKind
		target string
		author string
		waits  bool
	}{
		{inbox.ActLike, "m1", "lea", false},
		{inbox.ActUnlike, "m1", "lea", false},
		{inbox.ActHide, "m1", "lea", true},
		{inbox.ActUnhide, "m1", "lea", true},
		{inbox.ActBlock, "m1", "lea", true},
		{inbox.ActUnblock, "m1", "lea", true},
		{inbox.ActDelete, "o1", "me", true},
		{inbox.ActRead, "o1", "me", false},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, n, id := ableBench(t)
				defer b.close()
				n.brings(inbox.Message{
					Remote: "o1", Conversation: "c1", At: time.Now(), Outgoing: true, Text: text.Clean("Oui"), Author: inbox.Author{ID: "me"},
				})
				b.pass()
				a, err := b.eng.Perform(t.Context(), b.by, id, c.kind, "")
				if err != nil {
					t.Fatal(err)
				}
				if a.Target != c.target || a.Author != c.author {
					t.Errorf("on %s by %s", a.Target, a.Author)
				}
				synctest.Wait()
				posted, _ := n.count()
				if waited := posted == 0; waited != c.waits {
					t.Errorf("waited %v, want %v", waited, c.waits)
				}
				if again, err := b.eng.Perform(t.Context(), b.by, id, c.kind, ""); c.waits && (err != nil || again.ID != a.ID) {
					t.Errorf("pressed twice: %d and %d, %v", a.ID, again.ID, err)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				if got := b.action(a.ID); got.State != inbox.Accepted {
					t.Fatalf("%s %v", got.State, got.Problem)
				}
				events, err := b.repo.Events(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				i := slices.IndexFunc(events, func(e inbox.Event) bool { return e.Action == a.ID })
				if i < 0 {
					t.Fatal("nothing is told")
				}
				ev := events[i]
				if ev.Verb != inbox.Acted || ev.Message != c.target || !slices.Equal(ev.Args, []string{string(c.kind)}) ||
					ev.Line != a.Line || ev.Step != a.Step || ev.Step == 0 && c.kind != inbox.ActRead {
					t.Errorf("told %+v", ev)
				}
				m, err := b.repo.MessageOf(t.Context(), "miette-social", "o1")
				if err != nil || m.Deleted != (c.kind == inbox.ActDelete) {
					t.Errorf("our message: deleted %v, %v", m.Deleted, err)
				}
			})
		})
	}
}

func TestActsThatDoNotGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		at := time.Now()
		n.brings(inbox.Message{Remote: "o1", Conversation: "c1", At: at, Outgoing: true, Text: text.Clean("Oui")})
		n.say("c1", "m2", "Non", at)
		n.say("c2", "x1", "ailleurs", at)
		b.pass()
		n.brings(inbox.Message{Remote: "m2", Conversation: "c1", At: at, Deleted: true})
		b.pass()
		n.alter(func(c *inbox.Caps) { c.Acts[inbox.ActUnhide] = inbox.Capability{} })
		for _, c := range []struct {
			kind    inbox.ActionKind
			message string
			code    string
		}{
			{inbox.ActReply, "", inbox.CodeUnsupported},
			{inbox.ActEscalate, "", inbox.CodeUnsupported},
			{inbox.ActUnhide, "m1", inbox.CodeUnsupported},
			{inbox.ActDelete, "m1", inbox.CodeUnsupported},
			{inbox.ActHide, "o1", inbox.CodeUnsupported},
			{inbox.ActBlock, "o1", inbox.CodeUnsupported},
			{inbox.ActLike, "m2", inbox.CodeGone},
			{inbox.ActBlock, "m2", ""},
			{inbox.ActLike, "x1", inbox.CodeNotFound},
			{inbox.ActLike, "nowhere", inbox.CodeNotFound},
		} {
			if _, err := b.eng.Perform(t.Context(), b.by, id, c.kind, c.message); code(err) != c.code {
				t.Errorf("%s on %q: %v, want %q", c.kind, c.message, err, c.code)
			}
		}
	})
}

func TestAPrivateAnswerGoesIntoItsOwnConversation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		n.talk = "dm-7"
		a, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Voici l'adresse.", Private: true, Hold: -1})
		if err != nil || a.Kind != inbox.ActPrivate {
			t.Fatalf("%s %v", a.Kind, err)
		}
		time.Sleep(12 * time.Second)
		synctest.Wait()
		if got := b.action(a.ID); got.State != inbox.Accepted || got.Receipt.Conversation != "dm-7" {
			t.Fatalf("%s %+v", got.State, got.Receipt)
		}
		public := b.thread(id)
		if public.State != inbox.Theirs || public.Messages != 1 {
			t.Errorf("the public thread is %s with %d messages", public.State, public.Messages)
		}
		private, err := b.repo.ThreadOf(t.Context(), "miette-social", "dm-7")
		if err != nil || private.Kind != inbox.KindDM || private.State != inbox.Theirs || private.Messages != 1 {
			t.Errorf("the conversation: %+v %v", private, err)
		}
		answers := 0
		for _, th := range []inbox.ThreadID{id, private.ID} {
			events, err := b.repo.Events(t.Context(), th)
			if err != nil {
				t.Fatal(err)
			}
			for _, ev := range events {
				if ev.Verb != inbox.Replied {
					continue
				}
				answers++
				if ev.Message != "" || !slices.Equal(ev.Args, []string{"private", "sent-1"}) || ev.Line != "l1" || ev.Step == 0 {
					t.Errorf("told %+v", ev)
				}
			}
		}
		if answers != 1 {
			t.Errorf("%d answers told, want one", answers)
		}
		n.brings(inbox.Message{Remote: "sent-1", Conversation: "dm-7", Kind: inbox.KindDM, At: time.Now(), Outgoing: true, Text: text.Clean("Voici l'adresse.")})
		b.pass()
		if got := b.action(a.ID); got.State != inbox.Verified {
			t.Errorf("seen in the feed: %s", got.State)
		}
		n.brings(inbox.Message{Remote: "d2", Conversation: "dm-7", Kind: inbox.KindDM, At: time.Now(), Text: text.Clean("Merci")})
		b.pass()
		if _, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: private.ID, Text: "De rien", Private: true}); code(err) != inbox.CodeUnsupported {
			t.Errorf("a private answer to a private message: %v", err)
		}
	})
}

func TestTheLadder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		a := b.reply(id, "Oui.")
		time.Sleep(12 * time.Second)
		synctest.Wait()
		n.brings(inbox.Message{Remote: "sent-2", Conversation: "c1", At: time.Now(), Outgoing: true, Text: text.Clean("Oui.")})
		b.pass()
		if got := b.action(a.ID); got.State != inbox.Accepted {
			t.Errorf("verified by another message: %s", got.State)
		}
		n.brings(inbox.Message{Remote: "sent-1", Conversation: "c1", At: time.Now(), Outgoing: true, Text: text.Clean("Oui.")})
		b.pass()
		got := b.action(a.ID)
		if got.State != inbox.Verified {
			t.Errorf("seen in the feed: %s", got.State)
		}
		var steps []inbox.SendState
		for _, h := range got.History {
			steps = append(steps, h.To)
		}
		if !slices.Equal(steps, []inbox.SendState{inbox.Sending, inbox.Accepted, inbox.Verified}) {
			t.Errorf("history %v", steps)
		}
	})
}

// TestAnAnswerIsNotAStranger lets the feed bring an answer while its sending
// still hangs: it is one answer, ours, and other conversations do not wait.
func TestAnAnswerIsNotAStranger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		n.say("c1", "m1", "un", time.Now().Add(-time.Hour))
		n.say("c2", "x1", "deux", time.Now().Add(-time.Hour))
		b := newBenchOf(t, n, &slow{network: n, doing: 20 * time.Second}, nil)
		defer b.close()
		b.pass()
		id, err := b.repo.ThreadOf(t.Context(), "miette-social", "c1")
		b.must(err)
		b.eng.Start()
		a, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id.ID, Text: "Oui."})
		b.must(err)
		time.Sleep(time.Second)
		me := inbox.Author{ID: "me"}
		n.mu.Lock()
		n.items = append(n.items, inbox.Message{Remote: "o9", Conversation: "c2", Kind: inbox.KindMention, At: time.Now(), Author: me, Outgoing: true, Text: text.Clean("ailleurs")})
		n.mu.Unlock()
		b.pass()
		if _, err := b.repo.MessageOf(t.Context(), "miette-social", "o9"); err != nil {
			t.Errorf("another conversation had to wait: %v", err)
		}
		n.mu.Lock()
		n.items = append(n.items, inbox.Message{Remote: "sent-1", Conversation: "c1", Kind: inbox.KindMention, At: time.Now(), Author: me, Outgoing: true, Text: text.Clean("Oui.")})
		n.mu.Unlock()
		b.pass() // as long as the sending takes
		events, err := b.repo.Events(t.Context(), id.ID)
		b.must(err)
		for _, ev := range events {
			if ev.Verb == inbox.Replied && (ev.Action != a.ID || ev.Actor != inbox.Human) {
				t.Errorf("told as a stranger's: %+v", ev)
			}
		}
		if got := b.action(a.ID); got.State != inbox.Verified {
			t.Errorf("ended %s", got.State)
		}
	})
}
