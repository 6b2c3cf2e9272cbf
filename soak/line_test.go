package soak

import (
	"fmt"
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

// toxics are all the kinds of bad lines.
func toxics() []toxic {
	return []toxic{
		{"latency", `{"name":"latency","type":"latency","attributes":{"latency":3000,"jitter":1000}}`},
		{"bandwidth", `{"name":"bandwidth","type":"bandwidth","attributes":{"rate":4}}`},
		{"slow close", `{"name":"slow close","type":"slow_close","attributes":{"delay":2000}}`},
		{"timeout", `{"name":"timeout","type":"timeout","attributes":{"timeout":0}}`},
		{"reset", `{"name":"reset","type":"reset_peer","attributes":{"timeout":5}}`},
		{"slicer", `{"name":"slicer","type":"slicer","attributes":{"average_size":16,"size_variation":8,"delay":500}}`},
		{"limit", `{"name":"limit","type":"limit_data","attributes":{"bytes":150}}`},
		{"down", ""},
	}
}

// line is a simulated network behind a proxy that can be poisoned.
type line struct {
	t      *testing.T
	world  *sandbox.World
	feeds  *sandbox.Feeds // nil: another network
	brand  sandbox.Brand
	access sandbox.Access
	proxy  *toxiproxy.Proxy
	said   int
}

func newLine(t *testing.T, network inbox.Network) *line {
	t.Helper()
	world, err := sandbox.NewWorld(sandbox.Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	l := &line{t: t, world: world, brand: world.Brands(network)[0]}
	var sim interface {
		sandbox.Simulation
		http.Handler
	}
	switch network {
	case "feeds":
		l.feeds = sandbox.NewFeeds(world)
		sim = l.feeds
	case "bluesky":
		sim = sandbox.NewBluesky(world)
	default:
		sim = sandbox.NewMastodon(world)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	proxies := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	l.proxy = toxiproxy.NewProxy(proxies, string(network), "127.0.0.1:0", strings.TrimPrefix(server.URL, "http://"))
	if err := l.proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.proxy.Stop)
	l.access = sim.Access(l.brand, "http://"+l.proxy.Listen)
	return l
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
	if _, err := l.world.Say(l.brand.Account, inbox.KindMention, text); err != nil {
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
	if x.json == "" {
		l.proxy.Stop()
		return nil
	}
	_, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(x.json))
	return err
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
	if x.json == "" {
		if err := l.proxy.Start(); err != nil {
			l.t.Fatal(err)
		}
		return
	}
	if err := l.proxy.Toxics.RemoveToxic(l.t.Context(), x.name); err != nil {
		l.t.Fatal(err)
	}
}
