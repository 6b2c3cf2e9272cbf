//go:build e2e

package e2e

import (
	"fmt"
	"syscall"
	"testing"
)

// killCycles is how often the server is killed in the middle of its work.
const killCycles = 10

// The server is killed, without a chance to clean up, while it collects from
// and sends to a real network: before, while and after each answer is on the
// wire. In the end every mention is there once and every answer was written
// once, by the count of the account's own repository.
func TestKill(t *testing.T) {
	network := NewBluesky(t)
	alice, bob := network.CreateAccount("alice"), network.CreateAccount("bob")
	b := blueskyBox(t, alice, "1ms")
	b.Must("sync")
	var mentions []BlueskyRef
	states := map[string]int{} // of the answer, when the server was killed
	for i := range killCycles {
		mention := bob.Mention(alice, fmt.Sprintf("question %d ?", i))
		alice.Notified(mention)
		mentions = append(mentions, mention)
		pid := b.Serve()
		b.Run("sync") // what was interrupted may be told; it is collected in any case
		id := threadOf(t, b, mention.URI)
		sent := JSON[Sent](t, b.Must("reply", id, "--no-wait", "--json", "--text", answer(i)))[0]
		collecting := b.Command(t.Context(), "sync") // the server is killed under it
		if err := collecting.Start(); err != nil {
			t.Fatal(err)
		}
		state := killWhen(t, b, alice, i, sent)
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		b.gone(pid)
		_ = collecting.Wait() // however it ends
		states[state]++
	}
	t.Logf("killed when the answer was: %v", states)
	b.Serve()
	Until(t, "the outbox is empty", func() bool { return b.Must("outbox", "--json") == "" })
	for i, mention := range mentions {
		wrote(t, alice, bob, answer(i), mention, mention)
	}
	b.Must("sync")
	if n := len(alice.Written()); n != killCycles {
		t.Errorf("alice wrote %d posts, want %d", n, killCycles)
	}
	rows := b.List("is:any")
	known := map[string]int{}
	for _, row := range rows {
		known[row.Thread]++
		if row.State != "theirs" || row.Messages != 2 {
			t.Errorf("thread %s: %s, %d messages; want theirs, 2", row.ID, row.State, row.Messages)
		}
	}
	for _, mention := range mentions {
		if known[mention.URI] != 1 {
			t.Errorf("%s is there %d times", mention.URI, known[mention.URI])
		}
	}
	b.same("after the kills")
	if s := b.Run("doctor"); s.Code != 0 {
		t.Errorf("doctor: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
}

func answer(i int) string { return fmt.Sprintf("Réponse n° %d — voilà 🥐", i) }

// killWhen waits for the moment of the i-th kill and returns in which state
// the answer was last seen then.
func killWhen(t *testing.T, b *Box, alice *BlueskyUser, i int, sent Sent) string {
	t.Helper()
	state := sent.State
	switch i % 3 {
	case 0: // at once
	case 1: // as soon as the server has it, whether or not the program knows
		Until(t, "the answer is on the server", func() bool {
			for _, r := range alice.Written() {
				if r.Value.Text == sent.Text {
					return true
				}
			}
			return false
		})
		state = "on the server"
	case 2: // as soon as it has left the queue
		Until(t, "the answer has left the queue", func() bool {
			state = "sent"
			for _, open := range JSON[Sent](t, b.Must("outbox", "--json")) {
				if open.ID == sent.ID {
					state = open.State
				}
			}
			return state != "queued"
		})
	}
	return state
}
