package soak

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// toxic is something that goes wrong with a line, as the proxy's JSON.
type toxic struct {
	name string
	json string // "" takes the line down altogether
}

// toxics are all the kinds of bad lines. Most spoil what the network answers,
// deaf and cut what it is told.
func toxics() []toxic {
	return []toxic{
		{"latency", `{"name":"latency","type":"latency","attributes":{"latency":3000,"jitter":1000}}`},
		{"bandwidth", `{"name":"bandwidth","type":"bandwidth","attributes":{"rate":4}}`},
		{"slow close", `{"name":"slow close","type":"slow_close","attributes":{"delay":2000}}`},
		{"timeout", `{"name":"timeout","type":"timeout","attributes":{"timeout":0}}`},
		{"reset", `{"name":"reset","type":"reset_peer","attributes":{"timeout":5}}`},
		{"slicer", `{"name":"slicer","type":"slicer","attributes":{"average_size":16,"size_variation":8,"delay":500}}`},
		{"limit", `{"name":"limit","type":"limit_data","attributes":{"bytes":150}}`},
		{"deaf", `{"name":"deaf","type":"timeout","stream":"upstream","attributes":{"timeout":0}}`},
		{"cut", `{"name":"cut","type":"limit_data","stream":"upstream","attributes":{"bytes":150}}`},
		{"down", ""},
	}
}

// badNetwork is a network that is reached over bad lines.
type badNetwork struct {
	network inbox.Network
	kinds   []inbox.Kind // what people write there
	// forgets is a network of class C that does not show all that it took.
	forgets bool
}

func (n badNetwork) String() string {
	if n.forgets {
		return string(n.network) + " that forgets"
	}
	return string(n.network)
}

// badNetworks are all that are reached over a line.
func badNetworks() []badNetwork {
	return []badNetwork{
		{network: "mastodon", kinds: []inbox.Kind{inbox.KindMention}},
		{network: "bluesky", kinds: []inbox.Kind{inbox.KindMention}},
		{network: "feeds"}, // articles
		{network: "wordpress", kinds: []inbox.Kind{inbox.KindComment}},
		{network: "ghost", kinds: []inbox.Kind{inbox.KindComment}},
		{network: "telegram", kinds: []inbox.Kind{inbox.KindMention, inbox.KindComment, inbox.KindDM}},
		{network: "mail", kinds: []inbox.Kind{inbox.KindDM}},
		{network: "mail", kinds: []inbox.Kind{inbox.KindDM}, forgets: true}, // it files nothing that it sends
	}
}

// line is a simulated network behind proxies that can be poisoned, one for
// each of its ports.
type line struct {
	badNetwork
	t       *testing.T
	world   *sandbox.World
	feeds   *sandbox.Feeds // nil: another network
	brand   sandbox.Brand
	access  sandbox.Access
	proxies []*toxiproxy.Proxy
	said    int
}

func newLine(t *testing.T, n badNetwork) *line {
	t.Helper()
	world, err := sandbox.NewWorld(sandbox.Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	sim, ok := sandbox.Simulate(n.network, world)
	if !ok {
		t.Fatalf("%s has no simulation", n.network)
	}
	l := &line{badNetwork: n, t: t, world: world, brand: world.Brands(n.network)[0]}
	l.feeds, _ = sim.(*sandbox.Feeds)
	if n.forgets {
		sim.(*sandbox.Mail).Forgets = true
	}
	base := serve(t, sim)
	proxies := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	for _, port := range strings.Fields(base) {
		address := strings.TrimPrefix(port, "http://")
		proxy := toxiproxy.NewProxy(proxies, string(n.network)+" "+address, "127.0.0.1:0", address)
		if err := proxy.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(proxy.Stop)
		l.proxies = append(l.proxies, proxy)
		base = strings.Replace(base, address, proxy.Listen, 1)
	}
	l.access = sim.Access(l.brand, base)
	return l
}

// serve opens the ports of a simulation.
func serve(t *testing.T, sim sandbox.Simulation) (base string) {
	t.Helper()
	if c, ok := sim.(io.Closer); ok {
		t.Cleanup(func() {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	if own, ok := sim.(sandbox.Listener); ok {
		base, err := own.Listen(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return base
	}
	server := httptest.NewServer(sim.(http.Handler))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// hear lets somebody write; it returns the text.
func (l *line) hear() string {
	l.t.Helper()
	l.said++
	text := fmt.Sprintf("Message %d.", l.said)
	if l.feeds != nil {
		l.feeds.Publish(l.brand.Account, sandbox.Blog, sandbox.Article{Site: "presse.example", Slug: fmt.Sprint("article-", l.said), Title: text})
		return text
	}
	if _, err := l.world.Say(l.brand.Account, l.kinds[l.said%len(l.kinds)], text); err != nil {
		l.t.Fatal(err)
	}
	return text
}

// posts is how often the network carried a text out.
func (l *line) posts(text string) int {
	return len(l.world.Items(l.brand.Account, func(it sandbox.Item) bool { return it.ByBrand() && strings.Contains(it.Text, text) }))
}

// poison makes the line bad.
func (l *line) poison(x toxic) error {
	for _, proxy := range l.proxies {
		if x.json == "" {
			proxy.Stop()
			continue
		}
		if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(x.json)); err != nil {
			return err
		}
	}
	return nil
}

// poisonAtPost makes the line bad when the network carries out a post of ours,
// before it answers. The channel tells when that has happened.
func (l *line) poisonAtPost(x toxic) chan error {
	done := make(chan error, 1)
	var once sync.Once
	stop := l.world.Watch(func(c sandbox.Change) {
		if c.What == sandbox.Wrote && c.Item.ByBrand() {
			once.Do(func() { done <- l.poison(x) })
		}
	})
	l.t.Cleanup(stop)
	return done
}

// heal makes it good again.
func (l *line) heal(x toxic) {
	l.t.Helper()
	for _, proxy := range l.proxies {
		var err error
		if x.json == "" {
			err = proxy.Start()
		} else {
			err = proxy.Toxics.RemoveToxic(l.t.Context(), x.name)
		}
		if err != nil {
			l.t.Fatal(err)
		}
	}
}
