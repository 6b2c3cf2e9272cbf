package feeds

import (
	"net/http"
	"strings"
	"testing"

	"vigie/connectors/conformance"
)

const pageOfFeeds = `<!DOCTYPE html><html><head><title>Blog</title><base href="https://blog.example/sub/">
<link rel="stylesheet" href="x.css">
<link rel="alternate" type="application/rss+xml" title="Blog » Comments Feed" href="/comments/feed/">
<LINK REL='alternate nofollow' TYPE='application/atom+xml; charset=utf-8' HREF='feed.atom'>
<link rel="alternate" type="application/json" href="/wp-json">
</head><body><link rel="alternate" type="application/rss+xml" href="/late"></body></html>`

func TestAlternate(t *testing.T) {
	at := mustParse("https://user:pw@www.blog.example/")
	for name, c := range map[string]struct{ body, want string }{
		"not that of comments": {pageOfFeeds, "https://blog.example/sub/feed.atom"},
		"that of comments":     {strings.Replace(pageOfFeeds, "atom+xml", "x", 1), "https://blog.example/comments/feed/"},
		"json":                 {`<html><link rel=alternate type=application/feed+json href=/f.json>`, "https://www.blog.example/f.json"},
		"none":                 {`<html><head><link rel=icon href=/x></head><body>`, ""},
		"not of the web":       {`<html><link rel=alternate type=application/rss+xml href="javascript:alert(1)">`, ""},
		"no address":           {`<html><link rel=alternate type=application/rss+xml>`, ""},
	} {
		got := ""
		if u := alternate([]byte(c.body), at); u != nil {
			got = u.String()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestAPageStandsForItsFeed: the feed is found once a life, with its own marks;
// Check names it; when it is no longer there the page is asked again.
func TestAPageStandsForItsFeed(t *testing.T) {
	feedAt := "/feed.atom"
	r := &roads{serve: func(req *http.Request) *http.Response {
		switch req.URL.Path {
		case "/":
			if req.Header.Get("If-None-Match") != "" {
				t.Error("the page was asked with the feed's mark")
			}
			return told(200, strings.Replace(pageOfFeeds, "feed.atom", feedAt, 1), "ETag", `"page"`)
		case feedAt:
			if req.Header.Get("If-None-Match") == `"feed"` {
				return told(http.StatusNotModified, "")
			}
			return told(200, rssOf(item("1", "/1", "un")), "ETag", `"feed"`)
		}
		return told(http.StatusGone, "")
	}}
	log := &conformance.Log{}
	c := travel(t, r, log.Logger(), "https://blog.example/")
	p := fetch(t, c, "")
	if len(p.Messages) != 1 || len(p.Refused) != 0 || len(r.asked) != 2 || !strings.Contains(log.String(), "a page leads to its feed") {
		t.Fatalf("%q, refused %v, asked %v, log %s", texts(p), p.Refused, r.asked, log.String())
	}
	if q := fetch(t, c, p.Cursor); len(q.Messages) != 0 || len(r.asked) != 3 || q.Cursor != p.Cursor {
		t.Errorf("again: %q, asked %v", texts(q), r.asked)
	}
	c = travel(t, r, nil, "https://blog.example/")
	if q := fetch(t, c, p.Cursor); len(q.Messages) != 0 || len(r.asked) != 5 || q.Cursor != p.Cursor {
		t.Errorf("after a restart: %q, asked %v\n%s\n%s", texts(q), r.asked, p.Cursor, q.Cursor)
	}
	id, err := c.Check(t.Context())
	if err != nil || id.Name != "https://blog.example/feed.atom" || id.Handle != "Presse" {
		t.Errorf("%+v, %v", id, err)
	}
	feedAt = "/new.atom"
	if _, err := fetchAt(c, p.Cursor, noon); err == nil {
		t.Error("a feed that is not there is read")
	}
	if q, err := fetchAt(c, p.Cursor, noon); err != nil || len(q.Refused) != 0 {
		t.Errorf("where the page leads now: %v, %v", err, q.Refused)
	}
}

// TestAPageWithoutFeed is told as such.
func TestAPageWithoutFeed(t *testing.T) {
	r := &roads{serve: func(req *http.Request) *http.Response {
		if req.URL.Host == "a.example" {
			return told(200, "<!doctype html><html><head></head><body>Rien")
		}
		return told(200, rssOf(""))
	}}
	p := fetch(t, travel(t, r, nil, "https://a.example/", "https://b.example/"), "")
	if len(p.Refused) != 1 || p.Refused[0].Reason != "is a page that names no feed" {
		t.Errorf("refused %v", p.Refused)
	}
}

// TestTheSignInStaysOutOfLinks: an address with a password makes no link with
// one.
func TestTheSignInStaysOutOfLinks(t *testing.T) {
	r := &roads{serve: func(req *http.Request) *http.Response {
		if user, pw, ok := req.BasicAuth(); !ok || user != "lea" || pw != "s3cret" {
			return told(http.StatusUnauthorized, "")
		}
		return told(200, rssOf(item("1", "/1", "un")))
	}}
	p := fetch(t, travel(t, r, nil, "https://lea:s3cret@a.example/feed"), "")
	if len(p.Messages) != 1 || p.Messages[0].URL != "https://a.example/1" {
		t.Errorf("%+v, refused %v", p.Messages, p.Refused)
	}
}
