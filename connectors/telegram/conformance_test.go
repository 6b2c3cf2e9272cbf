package telegram

import (
	"context"
	"net/http"
	"testing"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

const ourAccount = inbox.AccountID("atlas-telegram")

// network is a simulated server with a bot on it.
type network struct {
	t       conformance.T
	clock   *conformance.Clock
	world   *sandbox.World
	server  *sandbox.Telegram
	served  *conformance.Server
	access  sandbox.Access
	log     *conformance.Log
	carrier http.RoundTripper // of the connector; nil: its own
	shelf   inbox.Shelf
	polls   chan struct{} // gets each long poll that arrives
}

func newNetwork(t conformance.T, change func(*sandbox.Telegram)) *network {
	n := &network{t: t, clock: conformance.Morning(), log: &conformance.Log{}, polls: make(chan struct{}, 1000)}
	var err error
	if n.world, err = sandbox.NewWorld(sandbox.Options{Clock: n.clock, Empty: true}); err != nil {
		t.Fatalf("make a world: %v", err)
	}
	n.server = sandbox.NewTelegram(n.world)
	if change != nil {
		change(n.server)
	}
	n.served = conformance.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query().Get("timeout"); q != "" && q != "0" {
			n.polls <- struct{}{}
		}
		n.server.ServeHTTP(w, r)
	}))
	brand, _ := n.world.Brand(ourAccount)
	n.access = n.server.Access(brand, n.served.URL)
	return n
}

// open makes a connector that sends as fast as it is asked to: the tests' time
// stands still.
func (n *network) open() inbox.Connector {
	c := n.paced()
	c.(*connector).pace = nil
	return c
}

func (n *network) paced() inbox.Connector {
	env := conformance.Env(n.clock, n.log)
	env.Transport, env.Shelf = n.carrier, n.shelf
	c, err := Info().New(env, connectors.Setup{
		Account:  inbox.Account{ID: ourAccount, Client: "atlas", Network: "telegram"},
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

// item finds an item by the id that the server gives it.
func (n *network) item(id string) sandbox.Item {
	n.t.Helper()
	for _, it := range n.world.Items(ourAccount, nil) {
		if n.server.MessageID(it) == id {
			return it
		}
	}
	n.t.Fatalf("no item has the id %q", id)
	return sandbox.Item{}
}

// say lets somebody write who has also opened a chat with the bot.
func (n *network) say(kind inbox.Kind, text string) string {
	n.t.Helper()
	it, err := n.world.Say(ourAccount, kind, text)
	if err != nil {
		n.t.Fatalf("say: %v", err)
	}
	n.server.Start(ourAccount, it.Person)
	return n.server.MessageID(it)
}

func (n *network) sent(text string) int {
	return len(n.world.Items(ourAccount, func(it sandbox.Item) bool { return it.ByBrand() && it.Text == text && !it.Deleted }))
}

func (n *network) rig(deletes bool) conformance.Rig {
	must := func(err error) {
		n.t.Helper()
		if err != nil {
			n.t.Fatalf("the simulated network: %v", err)
		}
	}
	rig := conformance.Rig{
		Connector: n.open, Account: ourAccount,
		Kinds: []inbox.Kind{inbox.KindMention, inbox.KindComment, inbox.KindDM},
		Now:   n.clock.Now, Advance: n.clock.Advance,
		Say:  n.say,
		Edit: func(id, text string) { must(n.world.Edit(n.item(id).ID, text)) },
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
	if deletes {
		rig.Kinds = []inbox.Kind{inbox.KindDM}
		rig.Delete = func(id string) { must(n.world.Delete(n.item(id).ID)) }
	}
	return rig
}

// The whole contract, on a server as strict as Telegram. Only the check that
// restarts from every cursor there ever was needs one that keeps what was
// confirmed: what Telegram promises instead is in TestNothingIsLost….
func TestConformance(t *testing.T) {
	for name, business := range map[string]bool{"bot": false, "business": true} {
		t.Run(name, func(t *testing.T) {
			for _, check := range conformance.Checks() {
				t.Run(check.Name, func(t *testing.T) {
					check.Run(t, conformance.Harness{Info: Info(), New: func(t conformance.T) conformance.Rig {
						return newNetwork(t, func(s *sandbox.Telegram) {
							s.Business, s.Keep = business, check.Name == "restart"
						}).rig(business)
					}})
				})
			}
		})
	}
}
