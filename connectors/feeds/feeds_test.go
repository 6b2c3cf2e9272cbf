package feeds

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/connectors/httpx"
	"vigie/inbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

type fixed struct{ t time.Time }

func (f fixed) Now() time.Time { return f.t }

// site serves one document and counts what it is asked.
type site struct {
	*httptest.Server
	mu     sync.Mutex
	body   string
	header http.Header
	status int
	asked  []*http.Request
}

func newSite(t *testing.T, body string) *site {
	s := &site{body: body, header: http.Header{}, status: 200}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, r)
		for k, v := range s.header {
			w.Header()[k] = v
		}
		tag := s.header.Get("ETag")
		if tag != "" && r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(304)
			return
		}
		w.WriteHeader(s.status)
		_, _ = io.WriteString(w, s.body)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func open(t *testing.T, keywords []string, urls ...string) *connector {
	t.Helper()
	c, err := newConnector(connectors.Env{Clock: fixed{noon}, Log: slog.New(slog.DiscardHandler)}, connectors.Setup{
		Account: inbox.Account{ID: "veille", Network: Network}, Lists: map[string][]string{"urls": urls, "keywords": keywords},
	}, newManners())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func mustParse(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return u
}

func fetchAt(c *connector, cursor string, now time.Time) (inbox.Page, error) {
	return c.Fetch(context.Background(), inbox.FetchRequest{Stream: inbox.StreamWatch, Cursor: cursor, Now: now})
}

func fetch(t *testing.T, c *connector, cursor string) inbox.Page {
	t.Helper()
	p, err := fetchAt(c, cursor, noon)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func rssOf(items string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Presse</title><link>https://presse.example/</link>` + items + `</channel></rss>`
}

const dated = `<pubDate>Sat, 21 Nov 2026 08:00:00 +0100</pubDate>`

func texts(p inbox.Page) []string {
	var out []string
	for _, m := range p.Messages {
		out = append(out, m.Text.String())
	}
	return out
}

func TestMapping(t *testing.T) {
	alert := `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Google Alert - Miette</title>
		<entry><id>tag:google.com,2013:googlealerts/feed:1234</id><title type="html">La &lt;b&gt;Miette&lt;/b&gt; &amp;amp; sa galette</title>
		<link href="https://www.google.com/url?rct=j&amp;sa=t&amp;url=https%3A%2F%2Fjournal.example%2Fgalette%3Fa%3D1&amp;ct=ga"/>
		<published>2026-11-21T07:00:00Z</published><updated>2026-11-21T07:00:00Z</updated>
		<content type="html">Une &lt;b&gt;galette&lt;/b&gt;&amp;nbsp;: la meilleure.</content></entry></feed>`
	rss := rssOf(`<item><title>Titre</title><link>/relatif</link><guid isPermaLink="false">42</guid>` + dated +
		`<author>Léa</author><description>&lt;p&gt;Un&lt;/p&gt;&lt;p&gt;Deux&lt;/p&gt;</description>
		<enclosure url="https://presse.example/a.mp3" type="audio/mpeg" length="1"/></item>`)
	jsonFeed := `{"version":"https://jsonfeed.org/version/1.1","title":"Blog","items":[{"id":"https://blog.example/1","url":"https://blog.example/1",
		"title":"T","content_text":"une ligne\nune autre","date_published":"2026-11-20T10:00:00+01:00","authors":[{"name":"Jo"}]}]}`
	a, r, j := newSite(t, alert), newSite(t, rss), newSite(t, jsonFeed)
	c := open(t, nil, a.URL+"/alerts/feeds/secret/1", r.URL, j.URL)
	p := fetch(t, c, "")
	if len(p.Messages) != 3 || len(p.Refused) != 0 {
		t.Fatalf("%d messages, refused %v", len(p.Messages), p.Refused)
	}
	m := p.Messages[0]
	if m.Remote != "tag:google.com,2013:googlealerts/feed:1234" || m.Conversation != m.Remote || m.Kind != inbox.KindWatch ||
		m.URL != "https://journal.example/galette?a=1" || m.Text.String() != "La Miette & sa galette\n\nUne galette\u00a0: la meilleure." ||
		!m.At.Equal(time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)) || m.Author.ID != "journal.example" ||
		m.Author.Name.String() != "Google Alert - Miette" || m.Post != nil || !m.Edited.IsZero() {
		t.Errorf("alert %+v", m)
	}
	m = p.Messages[1]
	if !strings.HasSuffix(m.Remote, "/42") || m.URL != r.URL+"/relatif" || m.Text.String() != "Titre\n\nUn\n\nDeux" ||
		m.At.Hour() != 7 || m.Author.Name.String() != "Léa" || !slices.Equal(m.Media, []inbox.Media{{Kind: "audio", URL: "https://presse.example/a.mp3"}}) {
		t.Errorf("rss %+v", m)
	}
	m = p.Messages[2]
	if m.Remote != "https://blog.example/1" || m.Text.String() != "T\n\nune ligne\nune autre" || m.Author.Name.String() != "Jo" || m.At.Hour() != 9 {
		t.Errorf("json %+v", m)
	}
	id, err := c.Check(t.Context())
	if err != nil || id.Name != "Google Alert - Miette" {
		t.Errorf("%+v, %v", id, err)
	}
}

func TestConditionalRequests(t *testing.T) {
	s := newSite(t, rssOf(`<item><guid>https://e.example/1</guid><title>un</title>`+dated+`</item>`))
	s.header.Set("ETag", `W/"1"`)
	s.header.Set("Last-Modified", "Sat, 21 Nov 2026 08:00:00 GMT")
	c := open(t, nil, s.URL)
	first := fetch(t, c, "")
	second := fetch(t, open(t, nil, s.URL), first.Cursor) // after a restart
	if len(second.Messages) != 0 || second.Cursor != first.Cursor {
		t.Errorf("unchanged: %v, cursor\n%s\n%s", texts(second), first.Cursor, second.Cursor)
	}
	h := s.asked[1].Header
	if s.asked[0].Header.Get("If-None-Match") != "" || h.Get("If-None-Match") != `W/"1"` || h.Get("If-Modified-Since") != "Sat, 21 Nov 2026 08:00:00 GMT" {
		t.Errorf("asked with %v", h)
	}
	s.set(func() {
		s.header.Set("ETag", `W/"2"`)
		s.body = rssOf(`<item><guid>https://e.example/2</guid><title>deux</title>` + dated + `</item><item><guid>https://e.example/1</guid><title>un, corrigé</title>` + dated + `</item>`)
	})
	third := fetch(t, c, second.Cursor)
	if got := texts(third); !slices.Equal(got, []string{"deux", "un, corrigé"}) {
		t.Errorf("changed: %v", got)
	}
	s.set(func() { s.header.Set("ETag", `W/"3"`) }) // a new mark on the same words
	if p := fetch(t, c, third.Cursor); len(p.Messages) != 0 {
		t.Errorf("the same again: %v", texts(p))
	}
}

func TestEntriesWithoutDates(t *testing.T) {
	s := newSite(t, rssOf(`<item><guid>https://e.example/1</guid><title>un</title></item><item><guid>https://e.example/2</guid><title>demain</title><pubDate>Mon, 22 Nov 2027 08:00:00 +0100</pubDate></item>`))
	c := open(t, nil, s.URL)
	first := fetch(t, c, "")
	for _, m := range first.Messages {
		if !m.At.Equal(noon) {
			t.Errorf("%s is of %s", m.Remote, m.At)
		}
	}
	s.set(func() { s.body = strings.Replace(s.body, "un<", "un, corrigé<", 1) })
	p, err := fetchAt(c, first.Cursor, noon.Add(48*time.Hour))
	if err != nil || len(p.Messages) != 1 || !p.Messages[0].At.Equal(noon) {
		t.Errorf("later: %v, %+v", err, p.Messages)
	}
	s.set(func() {
		s.body = strings.Replace(s.body, "<link>", "<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate><link>", 1)
	})
	if p := fetch(t, c, ""); p.Messages[0].At.Day() != 20 {
		t.Errorf("with a dated feed: %s", p.Messages[0].At)
	}
}

func TestIDs(t *testing.T) {
	item := func(guid, link, title string) string {
		return "<item><guid>" + guid + "</guid><link>" + link + "</link><title>" + title + "</title>" + dated + "</item>"
	}
	s := newSite(t, rssOf(item("1", "https://e.example/1", "a")+item("same", "https://e.example/2", "b")+item("same", "https://e.example/3", "c")+
		item("same", "https://e.example/3", "c")+item("", "https://e.example/4", "d")+item("", "", "e")+item("", "", "f")+item("a\u202eb\u0085", "", "g")+
		item(strings.Repeat("x", 5000), "", "h")))
	ids := map[string]bool{}
	p := fetch(t, open(t, nil, s.URL), "")
	for _, m := range p.Messages {
		ids[m.Remote] = true
		if len(m.Remote) > maxID+20 || strings.ContainsAny(m.Remote, "\u202e\u0085 ") {
			t.Errorf("id %q", m.Remote)
		}
	}
	if len(ids) != 8 || len(p.Messages) != 8 {
		t.Errorf("%d messages, %d ids: %v", len(p.Messages), len(ids), texts(p))
	}
	again := fetch(t, open(t, nil, s.URL), "")
	if !slices.EqualFunc(p.Messages, again.Messages, func(a, b inbox.Message) bool { return a.Remote == b.Remote }) {
		t.Error("ids are not stable")
	}
}

func TestKeywordsAndHistory(t *testing.T) {
	s := newSite(t, rssOf(`<item><title>La MIETTE</title><guid>1</guid>`+dated+`</item><item><title>autre</title><guid>2</guid>`+dated+`</item>
		<item><title>vieille miette</title><guid>3</guid><pubDate>Sat, 21 Nov 2020 08:00:00 +0100</pubDate></item>`))
	p, err := open(t, []string{" Miette ", ""}, s.URL).Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamWatch, Now: noon, History: 30 * 24 * time.Hour})
	if err != nil || !slices.Equal(texts(p), []string{"La MIETTE"}) {
		t.Errorf("%v, %v", texts(p), err)
	}
}

func TestPace(t *testing.T) {
	doc := rssOf(`<ttl>60</ttl><item><title>a</title>` + dated + `</item>`)
	for _, c := range []struct {
		name, header, value string
		status              int
		body                string
		wait                time.Duration
	}{
		{"ttl", "", "", 200, doc, time.Hour},
		{"max-age", "Cache-Control", "public, max-age=7200", 200, doc, 2 * time.Hour},
		{"endless", "Cache-Control", "max-age=99999999999", 200, doc, maxWait},
		{"a year", "Cache-Control", "max-age=31536000", 200, doc, maxWait},
		{"no store", "Cache-Control", "no-store", 200, doc, time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, c.body)
			s.status = c.status
			if c.header != "" {
				s.header.Set(c.header, c.value)
			}
			con := open(t, nil, s.URL)
			p := fetch(t, con, "")
			if p.PollAfter != c.wait {
				t.Errorf("poll after %s, want %s", p.PollAfter, c.wait)
			}
			if q, err := fetchAt(con, p.Cursor, noon.Add(c.wait-time.Second)); err != nil || q.Cursor != p.Cursor || len(s.asked) != 1 || q.PollAfter != time.Second {
				t.Errorf("asked %d times, %v, poll after %s", len(s.asked), err, q.PollAfter)
			}
			if _, err := fetchAt(con, p.Cursor, noon.Add(c.wait)); err != nil || len(s.asked) != 2 {
				t.Errorf("asked %d times, %v", len(s.asked), err)
			}
		})
	}
	if open(t, nil, "https://e.example/feed").Caps().MinPoll != 15*time.Minute {
		t.Error("a public feed is asked more often than every 15 minutes")
	}
}

// TestAHostThatRestsIsLeftAlone: after a 429, or a 503 that names a time, no
// feed of that server is asked until then, and those of others are.
func TestAHostThatRestsIsLeftAlone(t *testing.T) {
	for status, after := range map[int]string{
		http.StatusTooManyRequests:    "120",
		http.StatusServiceUnavailable: noon.Add(2*time.Minute + time.Hour).Format(http.TimeFormat), // by a clock an hour ahead
	} {
		clock := conformance.NewClock(noon)
		busy, other := newSite(t, rssOf("")), newSite(t, rssOf(`<item><title>a</title><guid>1</guid>`+dated+`</item>`))
		busy.set(func() {
			busy.status = status
			busy.header.Set("Retry-After", after)
			busy.header.Set("Date", noon.Add(time.Hour).Format(http.TimeFormat))
		})
		con := open(t, nil, busy.URL+"/1", other.URL)
		con.clock = clock
		con.http = httpx.New(httpx.Options{Clock: clock, Public: true})
		p := fetch(t, con, "")
		if len(p.Messages) != 1 || len(p.Refused) != 1 {
			t.Fatalf("%d: %v, refused %v", status, texts(p), p.Refused)
		}
		con.feeds = append(con.feeds, feed{url: mustParse(busy.URL + "/2"), key: "2"})
		busy.set(func() { busy.status = http.StatusOK })
		clock.Advance(time.Minute)
		if p, err := fetchAt(con, p.Cursor, clock.Now()); err != nil || len(busy.asked) != 1 || len(other.asked) != 2 || len(p.Refused) != 1 {
			t.Errorf("%d, before: asked %d and %d times, %v, refused %v", status, len(busy.asked), len(other.asked), err, p.Refused)
		}
		clock.Advance(time.Minute)
		if p, err := fetchAt(con, p.Cursor, clock.Now()); err != nil || len(busy.asked) != 3 || len(p.Refused) != 0 {
			t.Errorf("%d, then: asked %d times, %v, refused %v", status, len(busy.asked), err, p.Refused)
		}
		con.http.Close()
	}
}

func TestFailures(t *testing.T) {
	good := newSite(t, rssOf(`<item><title>a</title><guid>1</guid>`+dated+`</item>`))
	bad := newSite(t, "x")
	for _, c := range []struct {
		status int
		header string
		want   func(error) bool
	}{
		{404, "", func(err error) bool { return errors.Is(err, inbox.ErrGone) }},
		{401, "", func(err error) bool { return errors.Is(err, inbox.ErrAuth) }},
		{500, "", func(err error) bool { return inbox.ProblemOf(err).Code == inbox.CodeRetry }},
		{429, "120", func(err error) bool {
			var r *inbox.RetryError
			return errors.As(err, &r) && r.After == 2*time.Minute
		}},
		{200, "", func(err error) bool { return inbox.ProblemOf(err).Code == inbox.CodeRetry }}, // "x" is no feed
	} {
		bad.set(func() { bad.status = c.status; bad.header.Set("Retry-After", c.header) })
		_, err := fetchAt(open(t, nil, bad.URL+"/secret-path?token=secret"), "", noon)
		if !c.want(err) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%d: %v", c.status, err)
		}
		p := fetch(t, open(t, nil, bad.URL+"/secret-path", good.URL), "")
		if len(p.Messages) != 1 || len(p.Refused) != 1 || strings.Contains(fmt.Sprint(p.Refused), "secret") {
			t.Errorf("%d, with a good one: %v, refused %v", c.status, texts(p), p.Refused)
		}
	}
	if strings.Contains(fetch(t, open(t, nil, good.URL+"/secret-path"), "").Cursor, "secret") {
		t.Error("the address is in the cursor")
	}
}

func TestSetup(t *testing.T) {
	for _, urls := range [][]string{nil, {"ftp://e.example"}, {"https://"}, {"feed"}, {"http://a b"}} {
		_, err := Info().New(connectors.Env{}, connectors.Setup{Lists: map[string][]string{"urls": urls}})
		if err == nil {
			t.Errorf("%v was taken", urls)
		}
	}
	c := open(t, nil, "https://e.example/")
	if _, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply}); !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("reply: %v", err)
	}
	if got := c.Caps().Acts[inbox.ActReply]; got.OK || got.Why != inbox.CodeReadOnly {
		t.Errorf("caps %+v", got)
	}
}
