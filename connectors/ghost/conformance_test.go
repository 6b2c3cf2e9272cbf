package ghost

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

const ourAccount = inbox.AccountID("clair-ghost")

func newHandClock() *conformance.Clock {
	return conformance.NewClock(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
}

// network is a simulated server with an account on it.
type network struct {
	t      conformance.T
	clock  *conformance.Clock
	world  *sandbox.World
	server *sandbox.Ghost
	url    string
	access sandbox.Access
	log    *conformance.Log
	calls  atomic.Int64
	before func() // called before each request; nil: nothing
	http   *http.Server
}

func newNetwork(t conformance.T, set func(*sandbox.Ghost)) *network {
	n := &network{t: t, clock: newHandClock(), log: &conformance.Log{}}
	var err error
	if n.world, err = sandbox.NewWorld(sandbox.Options{Clock: n.clock, Empty: true}); err != nil {
		t.Fatalf("make a world: %v", err)
	}
	n.server = sandbox.NewGhost(n.world)
	set(n.server)
	n.url = "http://" + n.listen("127.0.0.1:0")
	t.Cleanup(func() { _ = n.http.Close() })
	brand, _ := n.world.Brand(ourAccount)
	n.access = n.server.Access(brand, n.url)
	return n
}

// listen serves at an address until the server is closed.
func (n *network) listen(address string) string {
	l, err := net.Listen("tcp", address)
	if err != nil {
		n.t.Fatalf("listen: %v", err)
	}
	srv := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.calls.Add(1)
		if n.before != nil {
			n.before()
		}
		n.server.ServeHTTP(w, r)
	})}
	n.http = srv
	go func() { _ = srv.Serve(l) }() // ends with Close, which is its only error
	return l.Addr().String()
}

// down ends the server, or starts it again at the same address.
func (n *network) down(on bool) {
	if on {
		_ = n.http.Close()
		return
	}
	n.listen(strings.TrimPrefix(n.url, "http://"))
}

func (n *network) env() connectors.Env {
	return connectors.Env{
		Clock: n.clock, UserAgent: "vigie-test",
		Log: slog.New(slog.NewJSONHandler(n.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

func (n *network) open() inbox.Connector {
	c, err := Info().New(n.env(), connectors.Setup{
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
		Calls:   func() int { return int(n.calls.Load()) },
		Fault:   n.server.Fault,
		Down:    n.down,
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
