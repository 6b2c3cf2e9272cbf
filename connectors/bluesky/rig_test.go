package bluesky_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"vigie/connectors"
	"vigie/connectors/bluesky"
	"vigie/connectors/conformance"
	"vigie/connectors/sandbox"
	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

// vault keeps secrets in memory.
type vault struct {
	mu   sync.Mutex
	kept map[string]inbox.Secret
	puts int
	fail error
}

func (v *vault) Get(a inbox.AccountID, name string) (inbox.Secret, bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, ok := v.kept[string(a)+"/"+name]
	return s, ok, nil
}

func (v *vault) Put(a inbox.AccountID, name string, s inbox.Secret) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.fail != nil {
		return v.fail
	}
	if v.kept == nil {
		v.kept = map[string]inbox.Secret{}
	}
	v.puts++
	v.kept[string(a)+"/"+name] = s
	return nil
}

// network is a simulated network with one account of ours.
type network struct {
	t     conformance.T
	clock *conformance.Clock
	world *sandbox.World
	sim   *sandbox.Bluesky
	brand sandbox.Brand
	fault fault.Switch
	log   conformance.Log
	vault vault
	env   connectors.Env
	set   connectors.Setup
	calls sync.Map // method → *atomic.Int64
	bad   atomic.Bool
	down  atomic.Bool
}

func newNetwork(t conformance.T) *network {
	t.Helper()
	return newNetworkOf(t, sandbox.Options{Empty: true})
}

func newNetworkOf(t conformance.T, o sandbox.Options) *network {
	t.Helper()
	n := &network{t: t, clock: conformance.NewClock(time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC))}
	var err error
	o.Clock = n.clock
	if n.world, err = sandbox.NewWorld(o); err != nil {
		t.Fatalf("world: %v", err)
	}
	n.sim = sandbox.NewBluesky(n.world)
	n.brand = n.world.Brands("bluesky")[0]
	faulty := n.fault.Wrap(n.sim, n.sim.IsWrite, n.sim.Refuse)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count, _ := n.calls.LoadOrStore(r.URL.Path[len("/xrpc/"):], &atomic.Int64{})
		count.(*atomic.Int64).Add(1)
		faulty.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	access := n.sim.Access(n.brand, srv.URL)
	n.env = conformance.Env(n.clock, &n.log)
	n.env.Vault = &n.vault
	n.env.Transport = checked{
		lex: lexiconsOnce(), next: &http.Transport{DisableKeepAlives: true, DialContext: n.dial}, bad: &n.bad,
		say: func(format string, args ...any) { t.Errorf(format, args...) },
	}
	n.set = connectors.Setup{
		Account:  inbox.Account{ID: n.brand.Account, Client: n.brand.Client, Network: bluesky.Network},
		Settings: access.Settings,
		Lists:    map[string][]string{"hashtags": {watched}},
		Secret: func(_ context.Context, key string) (inbox.Secret, error) {
			return inbox.NewSecret(access.Secrets[key]), nil
		},
	}
	return n
}

// dial opens a connection, or finds nobody there.
func (n *network) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if n.down.Load() {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// lexiconsOnce reads the schemas once for all tests.
var lexiconsOnce = sync.OnceValue(func() lexicons { return readLexicons(&testing.B{}) })

// called is how often a method was called.
func (n *network) called(method string) int {
	count, ok := n.calls.Load(method)
	if !ok {
		return 0
	}
	return int(count.(*atomic.Int64).Load())
}

func (n *network) open() inbox.Connector {
	n.t.Helper()
	c, err := bluesky.New(n.env, n.set)
	if err != nil {
		n.t.Fatalf("new: %v", err)
	}
	return c
}

// say lets somebody new write and returns the item.
func (n *network) say(kind inbox.Kind, text string) sandbox.Item {
	n.t.Helper()
	if kind == inbox.KindWatch {
		return n.chat(sandbox.Item{Text: text, Lang: "fr"})
	}
	n.clock.Advance(time.Second)
	it, err := n.world.Say(n.brand.Account, kind, text)
	if err != nil {
		n.t.Fatalf("say: %v", err)
	}
	return it
}

// watched is a hashtag that the account watches for.
const watched = "veille"

// chat writes a post that only the watched hashtag leads to.
func (n *network) chat(it sandbox.Item) sandbox.Item {
	n.t.Helper()
	n.clock.Advance(time.Second)
	it.Account = n.brand.Account
	it, err := n.sim.Chat(it, watched)
	if err != nil {
		n.t.Fatalf("chat: %v", err)
	}
	return it
}

func (n *network) write(it sandbox.Item) sandbox.Item {
	n.t.Helper()
	n.clock.Advance(time.Second)
	it.Account = n.brand.Account
	it, err := n.world.Write(it)
	if err != nil {
		n.t.Fatalf("write: %v", err)
	}
	return it
}

func (n *network) rig(kinds ...inbox.Kind) conformance.Rig {
	kindOf := func(it sandbox.Item) bool { return it.ByBrand() && !it.Deleted }
	at := func(id string) sandbox.Item {
		it, ok := n.sim.Lookup(id)
		if !ok {
			n.t.Fatalf("no item %s", id)
		}
		return it
	}
	must := func(err error) {
		if err != nil {
			n.t.Fatalf("%v", err)
		}
	}
	return conformance.Rig{
		Connector: func() inbox.Connector { return n.open() },
		Account:   n.brand.Account, Kinds: kinds, Now: n.clock.Now, Advance: n.clock.Advance,
		Say:    func(kind inbox.Kind, text string) string { return n.sim.URI(n.say(kind, text).ID) },
		Delete: func(id string) { must(n.world.Delete(at(id).ID)) },
		Spoil: func() {
			n.bad.Store(true)
			it := sandbox.Item{Kind: sandbox.Public, Person: n.say(inbox.KindMention, "avant").Person, Text: "gâté", Bad: true}
			if kinds[0] == inbox.KindWatch {
				n.chat(it)
				return
			}
			if kinds[0] == inbox.KindDM {
				it.Kind = sandbox.Direct
			}
			n.write(it)
		},
		Sent: func(text string) int {
			return len(n.world.Items(n.brand.Account, func(it sandbox.Item) bool { return kindOf(it) && it.Text == text }))
		},
		Liked: func(id string) int {
			count := 0
			for _, w := range n.sim.Writes() {
				if w.Subject == id && w.Text == "" {
					count++
				}
			}
			if !at(id).Liked {
				return 0
			}
			return count
		},
		Ledger: func(a inbox.Action) (int, bool) { return n.world.Tally(a, at(a.Target)) },
		Calls: func() int {
			total := 0
			n.calls.Range(func(_, count any) bool { total += int(count.(*atomic.Int64).Load()); return true })
			return total
		},
		Fault: func(f conformance.Fault) {
			n.bad.Store(f.Kind != conformance.None)
			n.fault.Set(f)
		},
		Down:    n.down.Store,
		Secrets: func() []string { return append(n.sim.Tokens(), n.sim.Password(n.brand, true)) },
		Log:     n.log.String,
	}
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	for name, kinds := range map[string][]inbox.Kind{
		"posts":    {inbox.KindComment, inbox.KindMention},
		"messages": {inbox.KindDM},
		"watches":  {inbox.KindWatch},
	} {
		t.Run(name, func(t *testing.T) {
			conformance.Run(t, conformance.Harness{
				Info:    bluesky.Info(),
				New:     func(t conformance.T) conformance.Rig { return newNetwork(t).rig(kinds...) },
				Hostile: hostile(t),
			})
		})
	}
}

func (n *network) fetch(c inbox.Connector, s inbox.Stream, cursor string) inbox.Page {
	n.t.Helper()
	p, err := n.tryFetch(c, s, cursor)
	if err != nil {
		n.t.Fatalf("fetch %s: %v", s, err)
	}
	return p
}

func (n *network) tryFetch(c inbox.Connector, s inbox.Stream, cursor string) (inbox.Page, error) {
	return c.Fetch(n.t.Context(), inbox.FetchRequest{Stream: s, Cursor: cursor, History: 30 * 24 * time.Hour, Now: n.clock.Now()})
}

// drain fetches until nothing more is there.
func (n *network) drain(c inbox.Connector, s inbox.Stream, cursor string) inbox.Page {
	n.t.Helper()
	var all inbox.Page
	for range 100 {
		p := n.fetch(c, s, cursor)
		all.Messages = append(all.Messages, p.Messages...)
		all.Deleted = append(all.Deleted, p.Deleted...)
		all.Refused = append(all.Refused, p.Refused...)
		if all.Cursor, cursor = p.Cursor, p.Cursor; !p.More {
			return all
		}
	}
	n.t.Fatalf("%s: no end", s)
	return all
}

// action is an answer to a message.
func (n *network) action(kind inbox.ActionKind, m inbox.Message, text string) inbox.Action {
	n.clock.Advance(time.Second)
	now := n.clock.Now()
	return inbox.Action{
		Key: fmt.Sprintf("01KEY%021d", now.UnixNano()%1e15), Kind: kind, Account: n.brand.Account,
		Conversation: m.Conversation, Target: m.Remote, Author: m.Author.ID, Text: text, ThreadKind: m.Kind,
		State: inbox.Sending, Attempt: 1, CreatedAt: now, FirstWire: now, LastWire: now,
	}
}
