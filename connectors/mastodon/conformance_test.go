package mastodon

import (
	"context"
	"testing"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

const ourAccount = inbox.AccountID("miette-mastodon")

// network is a simulated server with an account on it.
type network struct {
	t      conformance.T
	clock  *conformance.Clock
	world  *sandbox.World
	server *sandbox.Mastodon
	served *conformance.Server
	access sandbox.Access
	log    *conformance.Log
	shelf  inbox.Shelf
}

func newNetwork(t conformance.T, fork bool) *network {
	n := &network{t: t, clock: conformance.Morning(), log: &conformance.Log{}}
	var err error
	if n.world, err = sandbox.NewWorld(sandbox.Options{Clock: n.clock, Empty: true}); err != nil {
		t.Fatalf("make a world: %v", err)
	}
	n.server = sandbox.NewMastodon(n.world)
	n.server.Fork = fork
	n.served = conformance.NewServer(t, n.server)
	brand, _ := n.world.Brand(ourAccount)
	n.access = n.server.Access(brand, n.served.URL)
	return n
}

func (n *network) env() connectors.Env {
	env := conformance.Env(n.clock, n.log)
	env.Shelf = n.shelf
	return env
}

func (n *network) open() inbox.Connector {
	c, err := Info().New(n.env(), connectors.Setup{
		Account:  inbox.Account{ID: ourAccount, Client: "miette", Network: "mastodon"},
		Settings: n.access.Settings, Lists: n.access.Lists,
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
		if n.server.StatusID(it) == id {
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
	return n.server.StatusID(it)
}

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
		Kinds: []inbox.Kind{inbox.KindMention, inbox.KindComment, inbox.KindDM},
		Now:   n.clock.Now, Advance: n.clock.Advance,
		Say:    n.say,
		Edit:   func(id, text string) { must(n.world.Edit(n.item(id).ID, text)) },
		Delete: func(id string) { must(n.world.Delete(n.item(id).ID)) },
		Spoil: func() {
			_, err := n.world.Write(sandbox.Item{Account: ourAccount, Kind: sandbox.Public, Person: 1, Text: "x", Bad: true})
			must(err)
		},
		Sent: n.sent,
		Liked: func(id string) int {
			if n.item(id).Liked {
				return 1
			}
			return 0
		},
		Ledger:  func(a inbox.Action) (int, bool) { return n.world.Tally(a, n.item(a.Target)) },
		Calls:   n.served.Calls,
		Fault:   n.server.Fault,
		Down:    n.served.Down,
		Secrets: func() []string { return []string{n.access.Secrets["token"]} },
		Log:     n.log.String,
	}
}

func TestConformance(t *testing.T) {
	for name, fork := range map[string]bool{"mastodon": false, "fork": true} {
		t.Run(name, func(t *testing.T) {
			conformance.Run(t, conformance.Harness{
				Info: Info(), Hostile: conformance.Hostile(t),
				New: func(t conformance.T) conformance.Rig { return newNetwork(t, fork).rig() },
			})
		})
	}
}

// TestListeningConforms: what a hashtag and a word bring keeps all promises too.
func TestListeningConforms(t *testing.T) {
	for name, lists := range map[string]map[string][]string{
		"keyword": {"keywords": {"Galette"}}, "hashtag and keyword": {"hashtags": {"#Galette"}, "keywords": {"galette"}},
	} {
		t.Run(name, func(t *testing.T) {
			conformance.Run(t, conformance.Harness{Info: Info(), New: func(t conformance.T) conformance.Rig {
				n := newNetwork(t, false)
				n.access.Lists = lists
				rig := n.rig()
				rig.Kinds = []inbox.Kind{inbox.KindWatch}
				rig.Say = func(kind inbox.Kind, text string) string { return n.say(kind, text+" #galette") }
				edit := rig.Edit
				rig.Edit = func(id, text string) { edit(id, text+" #galette") }
				rig.Spoil = func() {
					_, err := n.world.Write(sandbox.Item{Account: ourAccount, Kind: sandbox.Public, Person: 1, Text: "x #galette", Aside: true, Bad: true})
					if err != nil {
						t.Fatalf("%v", err)
					}
				}
				return rig
			}})
		})
	}
}
