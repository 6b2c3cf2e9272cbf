package feeds

import (
	"html"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/connectors/sandbox"
	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

// TestConformance reads each of the sandbox's kinds of document.
func TestConformance(t *testing.T) {
	for name, source := range map[string]sandbox.Source{"rss": sandbox.Press, "atom": sandbox.Alert, "json": sandbox.Blog, "comments": sandbox.Comments, "forum": sandbox.Forum} {
		t.Run(name, func(t *testing.T) {
			conformance.Run(t, conformance.Harness{Info: Info(), New: func(t conformance.T) conformance.Rig {
				return rig(t, source)
			}})
		})
	}
}

const account = "clair-feeds"

func rig(t conformance.T, source sandbox.Source) conformance.Rig {
	clock, log, faults := conformance.NewClock(noon), &conformance.Log{}, &fault.Switch{}
	world, err := sandbox.NewWorld(sandbox.Options{Clock: clock, Empty: true})
	if err != nil {
		t.Fatalf("%v", err)
	}
	sim := sandbox.NewFeeds(world)
	srv := httptest.NewServer(faults.Wrap(sim, nil, nil))
	t.Cleanup(srv.Close)
	brand, _ := world.Brand(account)
	url := sim.Access(brand, srv.URL).Lists["urls"][source]
	said := 0
	say := func(a sandbox.Article) string {
		said++
		a.Site, a.On, a.Slug, a.At = "e.example", "7", strconv.Itoa(said), clock.Now().Add(-time.Hour+time.Duration(said)*time.Second)
		return sim.Publish(account, source, a)
	}
	return conformance.Rig{
		Account: account, Kinds: []inbox.Kind{inbox.KindWatch}, Now: clock.Now, Advance: clock.Advance,
		Connector: func() inbox.Connector {
			c, err := newConnector(
				connectors.Env{Clock: clock, Log: log.Logger()},
				connectors.Setup{Account: inbox.Account{ID: account, Network: Network}, Lists: map[string][]string{"urls": {url + "?key=s3cret-key"}}}, newManners())
			if err != nil {
				t.Fatalf("%v", err)
			}
			return c
		},
		Say: func(_ inbox.Kind, text string) string {
			if source == sandbox.Blog && strings.Contains(text, "<") {
				text = html.EscapeString(text) // its text is plain and may look like markup
			}
			return say(sandbox.Article{Title: "Un article", Lead: text, Author: text})
		},
		Spoil:   func() { say(sandbox.Article{Bad: true}) },
		Fault:   faults.Set,
		Secrets: func() []string { return []string{"s3cret-key"} },
		Log:     log.String,
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(rssOf("<item><title>a</title></item>")), "text/xml; charset=latin1")
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1}]}`), "")
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="xhtml"><div>x</div></content></entry></feed>`), "")
	f.Add([]byte("\xff\xfe<\x00r\x00"), "")
	fd := feed{url: mustParse("https://e.example/feed"), key: "k"}
	f.Fuzz(func(t *testing.T, body []byte, kind string) {
		d, _, err := parse(body, kind)
		if err != nil {
			return
		}
		known, read := newNames(), map[string]string{"k": "k.example"}
		out := fd.news(document{feed: d}, feedState{}, inbox.FetchRequest{Now: noon}, known, read)
		after := parseCursor(cursor{feeds: map[string]feedState{"k": out.state}, names: known}.String())
		again := fd.news(document{feed: d}, after.feeds["k"], inbox.FetchRequest{Now: noon.Add(time.Hour)}, after.names, read)
		if len(again.messages)+len(again.refused) > 0 {
			t.Errorf("the same document again gave %d messages", len(again.messages))
		}
		for _, m := range out.messages {
			if m.Remote == "" || m.At.IsZero() || m.At.Before(noon.AddDate(-100, 0, 0)) || m.At.After(noon.Add(2*time.Hour)) {
				t.Errorf("%+v", m)
			}
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(`{"v":1,"feeds":{"k":{"seen":["a b 12","c d"]}}}`)
	f.Fuzz(func(t *testing.T, s string) {
		if once := parseCursor(s).String(); parseCursor(once).String() != once {
			t.Errorf("%q is not stable", s)
		}
	})
}
