package feeds

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/inbox"
)

// TestANewIDWithEveryReading: an entry stays the one that it was when its feed
// gives it another id, or another session, each time.
func TestANewIDWithEveryReading(t *testing.T) {
	n := 0
	bodies := map[string]func() string{
		"guid": func() string { return rssOf(item(fmt.Sprint("run-", n), "https://e.example/1", "un")) },
		"undated": func() string {
			return rssOf(fmt.Sprintf(`<item><title>un</title><link>https://e.example/1</link><guid>%d</guid></item>`, n))
		},
		"sid": func() string {
			link := fmt.Sprintf("https://f.example/viewtopic.php?t=7&amp;p=9&amp;sid=%032x#p9", n)
			return rssOf(item(link, link, "un"))
		},
		"jsessionid": func() string {
			return rssOf(`<item><title>un</title><link>https://f.example/a;jsessionid=` + fmt.Sprint("AB", n) + `?x=1</link></item>`)
		},
		"https": func() string {
			link := []string{"http://e.example/1", "https://www.e.example/1/", "https://e.example/1?utm_source=x", "https://e.example/1"}[n%4]
			return rssOf(item(link, link, "un"))
		},
	}
	for name, body := range bodies {
		n = 0
		s := newSite(t, body())
		p := fetch(t, open(t, nil, s.URL), "")
		if len(p.Messages) != 1 || strings.Contains(p.Messages[0].URL+p.Messages[0].Remote, "s"+"id=0") {
			t.Fatalf("%s: %+v", name, p.Messages)
		}
		for n = 1; n < 4; n++ {
			s.set(func() { s.body = body() })
			if p = fetch(t, open(t, nil, s.URL), p.Cursor); len(p.Messages) != 0 {
				t.Errorf("%s, reading %d: %q of %s", name, n, texts(p), p.Messages[0].Remote)
			}
		}
		s.set(func() { s.body = strings.ReplaceAll(body(), "un<", "deux<") })
		if p = fetch(t, open(t, nil, s.URL), p.Cursor); !slices.Equal(texts(p), []string{"deux"}) {
			t.Errorf("%s, edited: %q", name, texts(p))
		}
	}
}

// TestWithoutSession keeps all else of an address.
func TestWithoutSession(t *testing.T) {
	id := strings.Repeat("0af9", 8)
	for link, want := range map[string]string{
		"https://f.example/v.php?sid=" + id:              "https://f.example/v.php",
		"https://f.example/v.php?sid=" + id + "&t=1":     "https://f.example/v.php?t=1",
		"https://f.example/v.php?t=1&PHPSESSID=" + id:    "https://f.example/v.php?t=1",
		"https://f.example/v.php?t=1&sid=" + id + "#p3":  "https://f.example/v.php?t=1#p3",
		"https://f.example/a;jsessionid=0A.node1?b=1":    "https://f.example/a?b=1",
		"https://f.example/v.php?sid=12":                 "https://f.example/v.php?sid=12",
		"https://f.example/v.php?acid=" + id:             "https://f.example/v.php?acid=" + id,
		"https://f.example/v.php?s=" + id + "&sid=" + id: "https://f.example/v.php?sid=" + id,
		"https://f.example/s=" + id:                      "https://f.example/s=" + id,
	} {
		if got := withoutSession(link); got != want && withoutSession(got) != want {
			t.Errorf("%s: %s", link, got)
		}
	}
}

// TestMoreThanIsLookedAt: of a document with too many entries the newest
// count, also when it lists the oldest first.
func TestMoreThanIsLookedAt(t *testing.T) {
	many := func(n int) string {
		var b strings.Builder
		for i := range n {
			at := noon.Add(-10000 * time.Minute).Add(time.Duration(i) * time.Minute)
			fmt.Fprintf(&b, `<item><title>n%d</title><guid>%d</guid><pubDate>%s</pubDate></item>`, i, i, at.Format(time.RFC1123Z))
		}
		return rssOf(b.String())
	}
	s := newSite(t, many(5000))
	p := fetch(t, open(t, nil, s.URL), "")
	if got := texts(p); len(got) != maxSeen || got[0] != "n3000" || got[maxSeen-1] != "n4999" {
		t.Fatalf("%d entries, from %s to %s", len(got), got[0], got[len(got)-1])
	}
	s.set(func() { s.body = many(5002) })
	if p = fetch(t, open(t, nil, s.URL), p.Cursor); !slices.Equal(texts(p), []string{"n5000", "n5001"}) {
		t.Errorf("then %q", texts(p))
	}
}

// TestADocumentCutOff gives what stands before, says so, and is not taken for
// one whose other entries have left; nor is an empty one.
func TestADocumentCutOff(t *testing.T) {
	whole := rssOf(`<item><title>a</title><guid>1</guid></item><item><title>b</title><guid>2</guid></item>`)
	s := newSite(t, whole)
	s.header.Set("ETag", `"1"`)
	c := open(t, nil, s.URL)
	p := fetch(t, c, "")
	for i, body := range []string{whole[:strings.Index(whole, "b</title>")], rssOf("")} {
		s.set(func() { s.body = body; s.header.Set("ETag", fmt.Sprint(`"c`, i, `"`)) })
		q, err := fetchAt(c, p.Cursor, noon.Add(time.Hour))
		if err != nil || len(q.Messages) != 0 || len(q.Refused) != 1-i {
			t.Fatalf("%d: %v, %q, refused %v", i, err, texts(q), q.Refused)
		}
		if i == 0 && q.Refused[0].Reason != "is cut off: its whole entries were read" {
			t.Errorf("refused %v", q.Refused)
		}
		if i == 0 && strings.Contains(q.Cursor, "c0") {
			t.Error("what was cut off would not be asked for again")
		}
		s.set(func() { s.body = whole; s.header.Set("ETag", `"1"`) })
		if p, err = fetchAt(c, q.Cursor, noon.Add(2*time.Hour)); err != nil || len(p.Messages) != 0 {
			t.Errorf("%d, whole again: %v, %q", i, err, texts(p))
		}
	}
}

// TestAPageInTheFeedsPlace is its server's trouble: the feed that the page
// names is another.
func TestAPageInTheFeedsPlace(t *testing.T) {
	page := `<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/all.rss"></head><body>503</body></html>`
	down := false
	r := &roads{serve: func(req *http.Request) *http.Response {
		switch {
		case req.URL.Path == "/all.rss":
			return told(200, rssOf(item("9", "https://b.example/9", "article")))
		case down:
			return told(200, page)
		}
		return told(200, rssOf(item("1", "https://b.example/a#comment-1", "commentaire")))
	}}
	c := travel(t, r, nil, "https://b.example/comments/feed")
	p := fetch(t, c, "")
	down = true
	if q, err := fetchAt(c, p.Cursor, noon.Add(time.Hour)); err == nil || len(q.Messages) != 0 {
		t.Errorf("%v, %q", err, texts(q))
	}
	if q := fetch(t, travel(t, r, nil, "https://b.example/"), ""); !slices.Equal(texts(q), []string{"article"}) {
		t.Errorf("a page that was given: %q", texts(q))
	}
}

// TestAddresses are whole, of the web, and those that an entry is known by.
func TestAddresses(t *testing.T) {
	r := &roads{serve: func(req *http.Request) *http.Response {
		if req.URL.Path == "/" {
			return told(200, `<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="https://feeds.example/b/all.rss"></head>`)
		}
		return told(200, rssOf(`<item><title>a</title><guid>https://b.example/a</guid></item><item><title>b</title><guid isPermaLink="false">https://b.example/b</guid></item>
			<item><title>c</title><link>c.html</link></item><item><title>d</title><link>https://café.example/été</link></item>`))
	}}
	var got []string
	p := fetch(t, travel(t, r, nil, "https://b.example/"), "")
	for _, m := range p.Messages {
		got = append(got, m.URL)
	}
	if want := []string{"https://b.example/a", "", "https://feeds.example/b/c.html", "https://xn--caf-dma.example/%C3%A9t%C3%A9"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if h := p.Messages[3].Author.Handle.String(); h != "café.example" {
		t.Errorf("by %s", h)
	}
	if canonical("https://CAFÉ.example/x") != canonical("http://xn--caf-dma.example:80/x") {
		t.Error("one host in two spellings is two")
	}
}

// TestNoTime: the beginning of Unix time is no date.
func TestNoTime(t *testing.T) {
	s := newSite(t, rssOf(`<item><title>a</title><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item>`))
	if p := fetch(t, open(t, nil, s.URL), ""); !p.Messages[0].At.Equal(noon) {
		t.Errorf("of %s", p.Messages[0].At)
	}
}

// TestWordsThatRuleOut: a minus ahead of a word, which may be quoted.
func TestWordsThatRuleOut(t *testing.T) {
	var items string
	for i, title := range []string{"La Miette ouvre", "Recette de miette", "Autre", "miette et pain d'épices", "MIETTE"} {
		items += item(fmt.Sprint(i), fmt.Sprint("https://e.example/", i), title)
	}
	s := newSite(t, rssOf(items))
	for _, c := range []struct{ words, want []string }{
		{[]string{`"miette"`, "-recette", `-"pain d'épices"`}, []string{"La Miette ouvre", "MIETTE"}},
		{[]string{"-miette"}, []string{"Autre"}},
		{[]string{"-", `""`, " "}, []string{"La Miette ouvre", "Recette de miette", "Autre", "miette et pain d'épices", "MIETTE"}},
	} {
		if p := fetch(t, open(t, c.words, s.URL), ""); !slices.Equal(texts(p), c.want) {
			t.Errorf("%q: %q", c.words, texts(p))
		}
	}
}

// TestAccountsShareTheirManners: two accounts ask one server one after the
// other with a pause between, and a rest that it asked of one holds for both.
func TestAccountsShareTheirManners(t *testing.T) {
	clock := conformance.NewClock(noon)
	status := 200
	r := &roads{busy: map[string]int{}, most: map[string]int{}, serve: func(*http.Request) *http.Response {
		return told(status, rssOf(""), "Retry-After", noon.Add(time.Hour).Format(http.TimeFormat))
	}}
	info := Info()
	pauses := 0
	account := func(id inbox.AccountID, url string) *connector {
		con, err := info.New(connectors.Env{Clock: clock, Transport: r}, connectors.Setup{
			Account: inbox.Account{ID: id, Network: Network}, Lists: map[string][]string{"urls": {url}},
		})
		if err != nil {
			t.Fatal(err)
		}
		c := con.(*connector)
		c.pause = func(context.Context) { pauses++ }
		return c
	}
	a, b := account("a", "https://f.example/1"), account("b", "https://F.example:443/2")
	for _, c := range []*connector{a, b} {
		if _, err := fetchAt(c, "", clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if pauses != 1 || len(r.asked) != 2 {
		t.Errorf("%d pauses, asked %v", pauses, r.asked)
	}
	turn := a.manners.at("f.example")
	turn.take(t.Context())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Fetch(ctx, inbox.FetchRequest{Stream: inbox.StreamWatch, Now: clock.Now()}); err == nil || len(r.asked) != 2 {
		t.Errorf("asked %v while another account does, %v", r.asked, err)
	}
	turn.give(clock.Now())
	status = http.StatusTooManyRequests
	clock.Advance(time.Minute)
	if _, err := fetchAt(a, "", clock.Now()); err == nil {
		t.Fatal("429 was taken")
	}
	if _, err := fetchAt(b, "", clock.Now()); err == nil || len(r.asked) != 3 {
		t.Errorf("asked %v of a server that rests, %v", r.asked, err)
	}
}
