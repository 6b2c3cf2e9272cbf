package mastodon

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// reader reads a stream on and on.
type reader struct {
	t   *testing.T
	n   *network
	c   inbox.Connector
	req inbox.FetchRequest
}

func (n *network) reader(t *testing.T, c inbox.Connector, s inbox.Stream) *reader {
	return &reader{t: t, n: n, c: c, req: inbox.FetchRequest{Stream: s, History: 24 * time.Hour}}
}

// next reads what there is by now.
func (r *reader) next() (all inbox.Page) {
	r.t.Helper()
	for range 50 {
		r.req.Now = r.n.clock.Now()
		p, err := r.c.Fetch(r.t.Context(), r.req)
		if err != nil {
			r.t.Fatal(err)
		}
		r.req.Cursor = p.Cursor
		all.Messages, all.Deleted = append(all.Messages, p.Messages...), append(all.Deleted, p.Deleted...)
		if !p.More {
			return all
		}
	}
	r.t.Fatal("no end")
	return all
}

// TestAPostThatIsGone: what stands under an own post that was deleted stays where
// it was, and one message of each thread's post tells that the post is gone.
func TestAPostThatIsGone(t *testing.T) {
	for name, fork := range map[string]bool{"mastodon": false, "fork": true} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t, fork)
			post := n.write(t, sandbox.Item{Kind: sandbox.BrandPost, Text: "La fournée"})
			first := n.write(t, sandbox.Item{Parent: post.ID, Person: 1, Text: "Encore ?"})
			deep := n.write(t, sandbox.Item{Parent: n.write(t, sandbox.Item{Parent: first.ID, Text: "Oui"}).ID, Person: 1, Text: "Merci"})
			r := n.reader(t, opened(t, n), inbox.StreamMentions)
			before := map[string]string{}
			for _, m := range r.next().Messages {
				before[m.Remote] = m.Conversation
			}
			if err := n.world.Delete(post.ID); err != nil {
				t.Fatal(err)
			}
			r.c = opened(t, n) // it knows by its cursor alone
			n.clock.Advance(10 * time.Minute)
			p := r.next()
			if len(p.Deleted) != 0 || len(p.Messages) != 1 {
				t.Fatalf("told %+v", p)
			}
			m := p.Messages[0]
			if m.Post == nil || !m.Post.Deleted || m.Post.ID != n.server.StatusID(post) || m.Conversation != before[m.Remote] || m.Kind != inbox.KindComment {
				t.Errorf("%+v under %+v", m, m.Post)
			}
			n.clock.Advance(10 * time.Minute)
			if p := r.next(); len(p.Messages)+len(p.Deleted) != 0 {
				t.Errorf("told twice: %+v", p)
			}
			more := n.write(t, sandbox.Item{Parent: deep.ID, Person: 1, Text: "À demain"})
			if p := r.next(); len(p.Messages) != 1 || p.Messages[0].Remote != n.server.StatusID(more) || p.Messages[0].Conversation != n.server.StatusID(first) {
				t.Errorf("what comes after: %+v", p.Messages)
			}
		})
	}
}

// TestOwnAnswersTakenDown: an own answer that was deleted elsewhere is told as
// deleted.
func TestOwnAnswersTakenDown(t *testing.T) {
	n := newNetwork(t, false)
	asked := n.item(n.say(inbox.KindDM, "Mon numéro ?"))
	ours := n.write(t, sandbox.Item{Parent: asked.ID, Text: "Le 4711"})
	r := n.reader(t, opened(t, n), inbox.StreamMessages)
	r.next()
	if err := n.world.Delete(ours.ID); err != nil {
		t.Fatal(err)
	}
	n.clock.Advance(10 * time.Minute)
	if p := r.next(); !slices.Equal(p.Deleted, []string{n.server.StatusID(ours)}) || len(p.Messages) != 0 {
		t.Errorf("%+v", p)
	}
}

// TestTheStreamTellsOfOldOnes: what is too old to be looked at again is, when the
// server's stream says that it changed; and a stream that was cut misses nothing.
func TestTheStreamTellsOfOldOnes(t *testing.T) {
	for name, fork := range map[string]bool{"events": false, "websocket": true} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t, fork)
			edited, deleted, others := n.say(inbox.KindMention, "Ouvert demin ?"), n.say(inbox.KindMention, "Oubliez"), n.say(inbox.KindDM, "Psst")
			for i := range maxKnown + 5 {
				n.clock.Advance(time.Second)
				n.say(inbox.KindMention, fmt.Sprint("Autre ", i))
			}
			c := opened(t, n)
			w := c.(inbox.Waiter)
			r := n.reader(t, c, inbox.StreamMentions)
			wait := func() {
				t.Helper()
				if err := w.Wait(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			wait() // it listens now
			r.next()
			r.next()
			if err := n.world.Edit(n.item(edited).ID, "Ouvert demain ?"); err != nil {
				t.Fatal(err)
			}
			if err := n.world.Delete(n.item(others).ID); err != nil {
				t.Fatal(err)
			}
			if err := n.world.Delete(n.item(deleted).ID); err != nil {
				t.Fatal(err)
			}
			var told inbox.Page
			for len(told.Messages) == 0 || !slices.Contains(told.Deleted, deleted) {
				wait()
				p := r.next()
				told.Messages, told.Deleted = append(told.Messages, p.Messages...), append(told.Deleted, p.Deleted...)
			}
			if len(told.Messages) != 1 || told.Messages[0].Remote != edited || told.Messages[0].Text.String() != "Ouvert demain ?" {
				t.Errorf("%+v", told.Messages)
			}
			if fork {
				return // a server that closes does not cut its websockets
			}
			n.served.Down(true)
			if err := w.Wait(t.Context()); err == nil {
				err = w.Wait(t.Context()) // an event that was under way
				if err == nil {
					t.Error("the end of the stream is not told")
				}
			}
			missed := n.say(inbox.KindMention, "Pendant la coupure")
			n.served.Down(false)
			wait()
			if p := r.next(); len(p.Messages) != 1 || p.Messages[0].Remote != missed {
				t.Errorf("after the cut: %+v", p.Messages)
			}
		})
	}
}
