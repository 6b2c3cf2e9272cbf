package engine_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// TestSendLater checks what becomes of an answer for later when something
// happens in its thread before its time.
func TestSendLater(t *testing.T) {
	for _, c := range []struct {
		name   string
		now    bool // held only, not for later
		before func(b *bench, n *able, id inbox.ThreadID)
		state  inbox.SendState
		code   string
		args   []string
		posted int
		kept   bool
	}{
		{"nothing happens", false, nil, inbox.Accepted, "", nil, 1, false},
		{"a new message", false, func(b *bench, n *able, _ inbox.ThreadID) {
			n.say("c1", "m2", "Alors ?", time.Now())
		}, inbox.NeedsYou, inbox.CodeChanged, []string{"1", "0", "0"}, 0, false},
		{"an edit", false, func(b *bench, n *able, _ inbox.ThreadID) {
			n.brings(inbox.Message{Remote: "m1", Conversation: "c1", At: time.Now().Add(-time.Hour), Edited: time.Now(), Text: text.Clean("Et lundi ?")})
		}, inbox.NeedsYou, inbox.CodeChanged, []string{"0", "1", "0"}, 0, false},
		{"somebody answered on the network", false, func(b *bench, n *able, _ inbox.ThreadID) {
			n.brings(inbox.Message{Remote: "o1", Conversation: "c1", At: time.Now(), Outgoing: true, Text: text.Clean("Oui")})
		}, inbox.NeedsYou, inbox.CodeChanged, []string{"1", "0", "0"}, 0, false},
		{"the message answered is deleted", false, func(b *bench, n *able, _ inbox.ThreadID) {
			n.brings(inbox.Message{Remote: "m1", Conversation: "c1", At: time.Now().Add(-time.Hour), Deleted: true})
		}, inbox.FailedAct, inbox.CodeGone, nil, 0, true},
		{"the window closes", false, func(b *bench, n *able, _ inbox.ThreadID) {
			n.alter(func(c *inbox.Caps) { c.ReplyWindow = 2 * time.Hour })
		}, inbox.FailedAct, inbox.CodeWindow, []string{"2000-01-01T01:00:00Z"}, 0, true},
		{"one's own triage", false, func(b *bench, n *able, id inbox.ThreadID) {
			b.must(b.eng.Tag(b.t.Context(), b.by, []inbox.ThreadID{id}, []string{"+a"}))
		}, inbox.Accepted, "", nil, 1, false},
		{"held: a new message", true, func(b *bench, n *able, _ inbox.ThreadID) {
			n.say("c1", "m2", "Alors ?", time.Now())
		}, inbox.Accepted, "", nil, 1, false},
		{"held: the message answered is deleted", true, func(b *bench, n *able, _ inbox.ThreadID) {
			n.brings(inbox.Message{Remote: "m1", Conversation: "c1", At: time.Now().Add(-time.Hour), Deleted: true})
		}, inbox.FailedAct, inbox.CodeGone, nil, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, n, id := ableBench(t)
				defer b.close()
				r := inbox.ReplyRequest{Thread: id, Text: "Oui.", Hold: -1, SeenN: 1}
				if !c.now {
					r.At = time.Now().Add(3 * time.Hour)
				}
				a, err := b.eng.Reply(t.Context(), b.by, r)
				b.must(err)
				if !c.now {
					time.Sleep(3*time.Hour - time.Second)
				}
				if c.before != nil {
					c.before(b, n, id)
					b.pass()
				}
				synctest.Wait()
				if posted, _ := n.count(); posted != 0 {
					t.Fatal("sent before its time")
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				got := b.action(a.ID)
				posted, _ := n.count()
				if got.State != c.state || got.Problem.Code != c.code || !slices.Equal(got.Problem.Args, c.args) || posted != c.posted {
					t.Fatalf("%s %+v, %d posted; want %s %q, %d", got.State, got.Problem, posted, c.state, c.code, c.posted)
				}
				if kept := slices.Equal(b.drafts(id), []string{"Oui."}); kept != c.kept {
					t.Errorf("text kept as a draft: %v", kept)
				}
				if c.state != inbox.NeedsYou {
					return
				}
				b.must(b.eng.RetryAction(t.Context(), b.by, a.ID))
				time.Sleep(time.Second)
				synctest.Wait()
				if got := b.action(a.ID); got.State != inbox.Accepted {
					t.Errorf("on a person's word: %s %v", got.State, got.Problem)
				}
			})
		})
	}
}

func TestALaterAnswerKeepsNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		_, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Demain.", At: time.Now().Add(24 * time.Hour)})
		b.must(err)
		now, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Oui.", Despite: []string{inbox.CodeAnswered}})
		b.must(err)
		like, err := b.eng.Perform(t.Context(), b.by, id, inbox.ActLike, "")
		b.must(err)
		time.Sleep(time.Second)
		synctest.Wait()
		if b.action(now.ID).State != inbox.Accepted || b.action(like.ID).State != inbox.Accepted {
			t.Errorf("the answer is %s, the like %s", b.action(now.ID).State, b.action(like.ID).State)
		}
		n.mu.Lock()
		defer n.mu.Unlock()
		if len(n.posted) != 2 {
			t.Errorf("posted %d", len(n.posted))
		}
	})
}
