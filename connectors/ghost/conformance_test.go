package ghost

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

const ourAccount = inbox.AccountID("clair-ghost")

// network is a simulated server with an account on it.
type network struct {
	t      conformance.T
	clock  *conformance.Clock
	world  *sandbox.World
	server *sandbox.Ghost
	served *conformance.Server
	access sandbox.Access
	log    *conformance.Log
	before func() // called before each request; nil: nothing
}

func newNetwork(t conformance.T, set func(*sandbox.Ghost)) *network {
	n := &network{t: t, clock: conformance.Morning(), log: &conformance.Log{}}
	var err error
	if n.world, err = sandbox.NewWorld(sandbox.Options{Clock: n.clock, Empty: true}); err != nil {
		t.Fatalf("make a world: %v", err)
	}
	n.server = sandbox.NewGhost(n.world)
	set(n.server)
	n.served = conformance.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.before != nil {
			n.before()
		}
		n.server.ServeHTTP(w, r)
	}))
	brand, _ := n.world.Brand(ourAccount)
	n.access = n.server.Access(brand, n.served.URL)
	return n
}

func (n *network) open() inbox.Connector {
	c, err := Info().New(conformance.Env(n.clock, n.log), connectors.Setup{
		Account:  inbox.Account{ID: ourAccount, Client: "clair", Network: "ghost"},
		Settings: n.access.Settings,
		Secret: func(_ context.Context, key string) (inbox.Secret, error) {
			return inbox.NewSecret(n.access.Secrets[key]), nil
		},
	})
	if err != nil {
		n.t.Fatalf("open: %v", err)
	}
	return c
}

// greeted is open, by a connector that has asked the server what it is.
func (n *network) greeted() inbox.Connector {
	c := n.open()
	_, _ = c.Check(n.t.Context()) // it may be a check of faults
	return c
}

// item finds an item by the id that the server gives it.
func (n *network) item(id string) sandbox.Item {
	n.t.Helper()
	for _, it := range n.world.Items(ourAccount, nil) {
		if remote(it.ID) == id {
			return it
		}
	}
	n.t.Fatalf("no item has the id %q", id)
	return sandbox.Item{}
}

func (n *network) say(kind inbox.Kind, text string) string {
	n.t.Helper()
	it, err := n.world.Say(ourAccount, kind, text)
	if err != nil {
		n.t.Fatalf("say: %v", err)
	}
	return remote(it.ID)
}

// remote is what the server calls an item.
func remote(id sandbox.ItemID) string { return fmt.Sprintf("6b03%020x", int64(id)) }

func (n *network) sent(text string) int {
	return len(n.world.Items(ourAccount, func(it sandbox.Item) bool { return it.ByBrand() && it.Text == text && !it.Deleted }))
}

func (n *network) rig() conformance.Rig {
	must := func(err error) {
		n.t.Helper()
		if err != nil {
			n.t.Fatalf("the simulated network: %v", err)
		}
	}
	return conformance.Rig{
		Connector: n.greeted, Account: ourAccount,
		Kinds: []inbox.Kind{inbox.KindComment},
		Now:   n.clock.Now, Advance: n.clock.Advance,
		Say:    n.say,
		Edit:   func(id, text string) { must(n.world.Edit(n.item(id).ID, text)) },
		Delete: func(id string) { must(n.world.Delete(n.item(id).ID)) },
		Spoil: func() {
			_, err := n.world.Write(sandbox.Item{Account: ourAccount, Kind: sandbox.Public, Person: 1, Text: "x", Bad: true})
			must(err)
		},
		Sent:    n.sent,
		Ledger:  func(a inbox.Action) (int, bool) { return n.world.Tally(a, n.item(a.Target)) },
		Calls:   n.served.Calls,
		Fault:   n.server.Fault,
		Down:    n.served.Down,
		Secrets: func() []string { return []string{n.access.Secrets["token"]} },
		Log:     n.log.String,
	}
}

func usual(*sandbox.Ghost) {}

func TestConformance(t *testing.T) {
	silent := Info()
	silent.Caps.Acts[inbox.ActReply] = inbox.Capability{Why: inbox.CodeNoMember}
	silent.Caps.Acts[inbox.ActDelete] = inbox.Capability{Why: inbox.CodeNoMember}
	for name, info := range map[string]connectors.Info{"with a member": Info(), "without": silent} {
		t.Run(name, func(t *testing.T) {
			conformance.Run(t, conformance.Harness{
				Info: info, Hostile: conformance.Hostile(t),
				New: func(t conformance.T) conformance.Rig {
					n := newNetwork(t, usual)
					if !info.Caps.Can(inbox.ActReply) {
						delete(n.access.Settings, "member")
					}
					return n.rig()
				},
			})
		})
	}
}
