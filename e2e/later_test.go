//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// An answer for later leaves at its time, not before, on the real network; one
// whose thread has changed by then waits for a person.
func TestSendLater(t *testing.T) {
	t.Parallel()
	network := NewBluesky(t)
	alice, bob := network.CreateAccount("alice"), network.CreateAccount("bob")
	bread, cake := alice.Post("Du pain"), alice.Post("Des galettes")
	calm, busy := bob.Reply(bread, bread, "demain ?"), bob.Reply(cake, cake, "et samedi ?")
	alice.Notified(calm, busy)
	b := blueskyBox(t, alice, "1s")
	b.Must("sync")
	b.Serve()
	at := time.Now().Add(20 * time.Second).Truncate(time.Second)
	later := func(post BlueskyRef, text string) Sent {
		t.Helper()
		return JSON[Sent](t, b.Must("reply", threadOf(t, b, post.URI+"#"+bob.DID), "--json", "--at", at.Format(time.RFC3339), "--text", text))[0]
	}
	goes, waits := later(bread, "À demain !"), later(cake, "Samedi dès 8 h.")
	if goes.State != "queued" || waits.State != "queued" {
		t.Errorf("for later: %s and %s", goes.State, waits.State)
	}
	alice.Notified(bob.Reply(cake, cake, "plutôt dimanche, finalement"))
	b.Must("sync")
	if row := b.One("id:" + waits.Thread); row.Messages != 2 || !time.Now().Before(at) {
		t.Fatalf("at %s the thread should have changed, before %s: %+v", time.Now(), at, row)
	}
	Until(t, "the answer is on the network", func() bool {
		n, now := alice.Wrote("À demain !"), time.Now()
		if n > 0 && now.Before(at) {
			t.Fatalf("it left before its time: at %s instead of %s", now, at)
		}
		return n == 1
	})
	t.Logf("seen on the network %s after its time", time.Since(at).Round(time.Millisecond))
	b.settled(goes.ID, "accepted", "verified")
	wrote(t, alice, bob, "À demain !", bread, calm)
	if got := b.settled(waits.ID, "needs_human"); got.Problem.Code != "changed" || alice.Wrote(waits.Text) != 0 {
		t.Errorf("the other: %+v, %d on the network", got, alice.Wrote(waits.Text))
	}
	b.Must("outbox", "retry", waits.ID)
	if n := alice.Wrote(waits.Text); n != 1 {
		t.Errorf("after the person's word it is there %d times", n)
	}
}

// settled waits until an action is in one of these states.
func (b *Box) settled(id string, states ...string) Sent {
	b.t.Helper()
	var a Sent
	Until(b.t, fmt.Sprintf("sending %s is one of %q", id, states), func() bool {
		a = JSON[Sent](b.t, b.Must("outbox", "show", id, "--json"))[0]
		for _, s := range states {
			if a.State == s {
				return true
			}
		}
		return false
	})
	return a
}

// A backup that holds an answer which was about to leave is put back: nothing
// leaves by itself, over restarts; a person's word sends it, once.
func TestRestoredBackup(t *testing.T) {
	t.Parallel()
	network := NewBluesky(t)
	alice, bob := network.CreateAccount("alice"), network.CreateAccount("bob")
	mention := bob.Mention(alice, "vous livrez ?")
	alice.Notified(mention)
	b := blueskyBox(t, alice, "1s")
	b.Must("sync")
	pid := b.Serve()
	id := threadOf(t, b, mention.URI)
	asked := JSON[Sent](t, b.Must("reply", id, "--json", "--no-wait", "--hold", "20s", "--text", "Oui, à vélo."))[0]
	due := time.Now().Add(20 * time.Second)
	backup := filepath.Join(t.TempDir(), "copy.db")
	b.Must("backup", backup)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	b.gone(pid)
	if n := alice.Wrote(asked.Text); n != 0 || !time.Now().Before(due) {
		t.Fatalf("killed too late: %d on the network", n)
	}
	if err := os.Remove(filepath.Join(b.Dir, "vigie.db")); err != nil {
		t.Fatal(err)
	}
	b.Must("restore", backup)
	for range 2 {
		pid = b.Serve()
		Until(t, "its time has come", func() bool { return time.Now().After(due.Add(time.Second)) })
		b.Must("sync")
		got := b.settled(asked.ID, "needs_human")
		if n := alice.Wrote(asked.Text); n != 0 || got.Problem.Code != "epoch" || got.Attempt != 0 {
			t.Errorf("without a word: %d on the network, %+v", n, got)
		}
		b.Must("stop")
		b.gone(pid)
	}
	b.Serve()
	b.Must("outbox", "retry", asked.ID)
	wrote(t, alice, bob, asked.Text, mention, mention)
	if s := b.Run("outbox", "retry", asked.ID); s.Code != 1 {
		t.Errorf("a second retry: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
	b.Must("sync")
	if n := len(alice.Written()); n != 1 {
		t.Errorf("alice wrote %d posts, want one", n)
	}
}
