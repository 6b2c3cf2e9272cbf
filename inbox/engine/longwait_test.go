package engine_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// cutOff is a network behind a line that may be cut, for what is read and what
// is written.
type cutOff struct{ *unreachedAble }

func (c cutOff) Fetch(ctx context.Context, r inbox.FetchRequest) (inbox.Page, error) {
	if err := c.line.down(); err != nil {
		return inbox.Page{}, err
	}
	return c.able.Fetch(ctx, r)
}

// TestAnAnswerThatWaitedLong: what could not leave for hours leaves only if
// nothing happened in its thread meanwhile, though nobody was told of it.
func TestAnAnswerThatWaitedLong(t *testing.T) {
	for _, c := range []struct {
		name   string
		wait   time.Duration
		came   bool
		kind   inbox.ActionKind
		state  inbox.SendState
		posted int
	}{
		{"hours, and nothing came", 3 * time.Hour, false, inbox.ActReply, inbox.Accepted, 1},
		{"hours, and they wrote", 3 * time.Hour, true, inbox.ActReply, inbox.NeedsYou, 0},
		{"minutes, and they wrote", 5 * time.Minute, true, inbox.ActReply, inbox.Accepted, 1},
		{"hours, and a correction", 3 * time.Hour, true, inbox.ActEdit, inbox.Accepted, 1},
		{"hours, and a like", 3 * time.Hour, true, inbox.ActLike, inbox.Accepted, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &able{network: &network{class: inbox.ClassB}}
				n.alter(all)
				n.say("c1", "m1", "Ouvert dimanche ?", time.Now().Add(-time.Hour))
				n.brings(inbox.Message{Remote: "o1", Conversation: "c1", At: time.Now().Add(-2 * time.Hour), Outgoing: true, Text: text.Clean("Oui"), Author: inbox.Author{ID: "me"}})
				away := cutOff{&unreachedAble{able: n, line: &unreached{network: n.network}}}
				b := newBenchOf(t, n.network, away, nil)
				defer b.close()
				b.pass()
				id := b.only(inbox.Ours).ID
				b.eng.Start()
				away.line.set(true)
				var a inbox.Action
				var err error
				switch c.kind {
				case inbox.ActReply:
					a = b.reply(id, "Oui.")
				case inbox.ActEdit:
					a, err = b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Edit: "o1", Text: "Oui !", Hold: -1})
				default:
					a, err = b.eng.Perform(t.Context(), b.by, id, c.kind, "m1")
				}
				b.must(err)
				time.Sleep(c.wait)
				if c.came {
					n.say("c1", "m2", "Laissez, j'ai trouvé.", time.Now())
				}
				away.line.set(false)
				time.Sleep(30 * time.Minute)
				synctest.Wait()
				got := b.action(a.ID)
				if posted, _ := n.count(); got.State != c.state || posted != c.posted {
					t.Fatalf("%s %+v, %d posted", got.State, got.Problem, posted)
				}
				if c.state != inbox.NeedsYou {
					return
				}
				if got.Problem.Code != inbox.CodeChanged || !slices.Equal(got.Problem.Args, []string{"1", "0", "0"}) {
					t.Errorf("%+v", got.Problem)
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

// TestWhatVigieDeletesIsKept: an account that keeps the text of what is deleted
// keeps that of what is deleted from here.
func TestWhatVigieDeletesIsKept(t *testing.T) {
	for _, keep := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			b, _, id := blogBench(t)
			defer b.close()
			conf := settings(b.conn)
			conf.Accounts[0].KeepDeleted = keep
			b.must(b.eng.Reconfigure(t.Context(), conf))
			b.performed(id, inbox.ActDelete, "o1")
			b.performed(id, inbox.ActRemove, "m1")
			for _, remote := range []string{"o1", "m1"} {
				if m := b.message(remote); !m.Deleted || m.Text.Empty() == keep {
					t.Errorf("keep %t: %s is %+v", keep, remote, m)
				}
			}
		})
	}
}
