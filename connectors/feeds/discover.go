package feeds

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vigie/inbox/text"
)

// maxPage is how many bytes of a page are looked through for its feed.
const maxPage = 512 << 10

// isPage reports whether a body is that of a page of HTML.
func isPage(body []byte) bool {
	start := bytes.ToLower(body[:min(len(body), 2048)])
	return bytes.Contains(start, []byte("<html")) || bytes.Contains(start, []byte("<!doctype html")) || bytes.Contains(start, []byte("<head"))
}

// alternate is the address of the feed that a page names (link rel=alternate):
// the first that is not of comments, else the first. Nil when it names none.
func alternate(body []byte, at *url.URL) *url.URL {
	z := html.NewTokenizer(bytes.NewReader(body[:min(len(body), maxPage)]))
	base := *at
	base.User = nil
	var comments *url.URL
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return comments
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.DataAtom {
			case atom.Body:
				return comments
			case atom.Base:
				if u, err := base.Parse(attribute(t, "href")); err == nil {
					base = *u
				}
			case atom.Link:
				u := feedOf(t, &base)
				switch {
				case u == nil:
				case !strings.Contains(strings.ToLower(u.Path+attribute(t, "title")), "comment"):
					return u
				case comments == nil:
					comments = u
				}
			}
		}
	}
}

// feedOf is the feed that a link element names, nil when it names something
// else.
func feedOf(t html.Token, base *url.URL) *url.URL {
	if !slices.Contains(strings.Fields(strings.ToLower(attribute(t, "rel"))), "alternate") {
		return nil
	}
	kind, _, _ := strings.Cut(strings.ToLower(attribute(t, "type")), ";")
	switch strings.TrimSpace(kind) {
	case "application/rss+xml", "application/atom+xml", "application/feed+json":
	default:
		return nil
	}
	href := strings.TrimSpace(attribute(t, "href"))
	u, err := base.Parse(href)
	if err != nil || href == "" || text.CleanLine(href).String() != href || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil
	}
	return u
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// led is where the page at a feed's address led to, nil when it is a feed
// itself or was not looked at since the start.
func (c *connector) led(f feed) *url.URL {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.leads[f.key]
}

func (c *connector) lead(f feed, to *url.URL) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if delete(c.leads, f.key); to != nil {
		c.leads[f.key] = to
	}
}
