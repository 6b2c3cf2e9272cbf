package engine_test

import (
	"cmp"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
)

// TestAnAccountOnAnotherServer: what was queued before its account was pointed
// elsewhere asks a person, and goes there on their word only.
func TestAnAccountOnAnotherServer(t *testing.T) {
	for _, c := range []struct {
		name    string
		now     string
		restart bool
		doubt   bool
		asks    bool
	}{
		{"another", "nord.example", false, false, true},
		{"another, after a restart", "nord.example", true, false, true},
		{"none", "", false, false, true},
		{"the same", "miette.example", true, false, false},
		{"another, in doubt", "nord.example", false, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, n, id := ableBench(t)
				defer func() { b.close() }()
				conf := settings(b.conn)
				conf.Accounts[0].Account.Server = "miette.example"
				b.must(b.eng.Reconfigure(t.Context(), conf))
				if c.doubt {
					n.next = []error{&inbox.UncertainError{Err: errors.New("timeout")}}
				}
				a := b.reply(id, "Oui.")
				if c.doubt {
					time.Sleep(11 * time.Second)
					synctest.Wait()
				}
				if c.restart {
					b.restart()
				}
				conf = settings(b.conn) // the engine has the one before
				conf.Accounts[0].Account.Server = c.now
				b.must(b.eng.Reconfigure(t.Context(), conf))
				if c.restart {
					b.eng.Start()
				}
				b.leaves(n, a.ID, c.asks, inbox.CodeServer, "miette-social", "miette.example", cmp.Or(c.now, "social"))
			})
		})
	}
}

// TestAnAccountThatIsAnother: a new token may be another one's. What was queued
// before asks a person, and goes out in the new name on their word only.
func TestAnAccountThatIsAnother(t *testing.T) {
	for _, c := range []struct {
		name, now     string
		restart, asks bool
	}{
		{"another, after a restart", "else", true, true},
		{"another, as a check tells", "else", false, true},
		{"the same, after a restart", "me", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, n, id := ableBench(t)
				defer func() { b.close() }()
				a := b.reply(id, "Oui.")
				n.mu.Lock()
				n.who = c.now
				n.mu.Unlock()
				if c.restart {
					b.restart()
					b.eng.Start()
				} else if _, err := b.eng.Check(t.Context(), "miette-social"); err != nil {
					t.Fatal(err)
				}
				b.leaves(n, a.ID, c.asks, inbox.CodeIdentity, "miette-social", "me", "else")
			})
		})
	}
}

// leaves checks that an action goes out; or, where it asks, that it waits for a
// person with that problem and goes out on their word only.
func (b *bench) leaves(n *able, id inbox.ActionID, asks bool, code string, args ...string) {
	b.t.Helper()
	time.Sleep(10 * time.Minute)
	synctest.Wait()
	posted, _ := n.count()
	got := b.action(id)
	if !asks {
		if got.State != inbox.Accepted || posted != 1 {
			b.t.Errorf("%s %+v, %d posted", got.State, got.Problem, posted)
		}
		return
	}
	if got.State != inbox.NeedsYou || posted != 0 || got.Problem.Code != code || !slices.Equal(got.Problem.Args, args) {
		b.t.Fatalf("%s %+v, %d posted", got.State, got.Problem, posted)
	}
	b.must(b.eng.RetryAction(b.t.Context(), b.by, id))
	time.Sleep(time.Minute)
	synctest.Wait()
	if got := b.action(id); got.State != inbox.Accepted {
		b.t.Errorf("on a person's word: %s %+v", got.State, got.Problem)
	}
}
