package feeds

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/mmcdole/gofeed"
	jsonfeed "github.com/mmcdole/gofeed/json"

	"vigie/connectors/httpx"
)

// maxDepth is how deep the elements of a document may be nested: the parser
// recurses, and no real feed comes near.
const maxDepth = 128

// document is what a feed's server gave.
type document struct {
	feed     *gofeed.Feed // nil: not modified
	tag      string
	modified string
	fresh    time.Duration // how long the server says that it may be kept
	keep     time.Duration // how long it says so itself
	skip     skipping      // when it does not want to be asked
	from     *url.URL      // where it came from, when not from the feed's own address
	moved    bool          // from is where it is for good
	found    bool          // from is where a page led to
	cut      bool          // its end is missing
}

// get fetches a feed unless it is as it was. Where its address is that of a
// page, the feed that the page names is fetched instead.
func (c *connector) get(ctx context.Context, f feed, before feedState) (document, error) {
	led := c.led(f)
	known := before
	if (led != nil) != before.found {
		known.tag, known.modified = "", "" // they are of another document
	}
	d, page, err := c.load(ctx, cmp.Or(led, f.url), known)
	if err != nil {
		c.lead(f, nil) // the page may name another now
		return document{found: led != nil}, err
	}
	if page != nil && before.seen != nil && !before.found {
		return document{}, page.Unreadable(errPage) // of its server's trouble: what it names is another feed
	}
	if page != nil {
		at := alternate(page.Body, page.URL)
		if at == nil {
			c.lead(f, nil)
			return document{}, page.Unreadable(errNoFeed)
		}
		if led = at; !before.found {
			before.tag, before.modified = "", ""
		}
		if d, page, err = c.load(ctx, at, before); err != nil {
			return document{found: true}, err
		}
		if page != nil {
			return document{}, page.Unreadable(errNoFeed)
		}
		c.lead(f, at)
	}
	if led != nil {
		d.from, d.moved, d.found = led, false, true
	}
	return d, nil
}

// load fetches one address: a document, or the page that is there instead.
func (c *connector) load(ctx context.Context, at *url.URL, before feedState) (document, *httpx.Response, error) {
	h := http.Header{"Accept": {"application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/xml;q=0.8, text/html;q=0.6, */*;q=0.5"}}
	if before.tag != "" {
		h.Set("If-None-Match", before.tag)
	}
	if before.modified != "" {
		h.Set("If-Modified-Since", before.modified)
	}
	res, err := c.http.Do(ctx, httpx.Request{Path: at.String(), Header: h})
	if err != nil {
		return document{}, nil, err
	}
	d := document{tag: mark(res.Header, "ETag"), modified: mark(res.Header, "Last-Modified"), fresh: freshness(res.Header)}
	if res.Permanent {
		d.from, d.moved = res.URL, true
	}
	if res.Status == http.StatusNotModified {
		d.tag, d.modified, d.keep = cmp.Or(d.tag, before.tag), cmp.Or(d.modified, before.modified), before.keep
		return d, nil, nil
	}
	d.feed, d.cut, err = parse(res.Body, res.Header.Get("Content-Type"))
	switch {
	case err != nil && isPage(res.Body):
		return document{}, res, nil
	case err != nil:
		return document{}, nil, res.Unreadable(fmt.Errorf("%w: %w", errNotFeed, err))
	}
	if d.cut {
		d.tag, d.modified = "", "" // it is to come whole
	}
	d.keep, d.skip = max(ttl(d.feed), period(d.feed)), skips(d.feed)
	return d, nil, nil
}

// of is the state of a feed after a document.
func (s feedState) of(d document) feedState {
	s.tag, s.modified, s.keep, s.found, s.gone = d.tag, d.modified, d.keep, d.found, false
	return s
}

// mark is what a server says to know the state of a document by; an overlong
// one is not worth keeping.
func mark(h http.Header, name string) string {
	v := h.Get(name)
	if len(v) > 512 || strings.ContainsFunc(v, unicode.IsControl) {
		return ""
	}
	return v
}

// Why a document is of no use.
var (
	errNoFeed  = errors.New("is a page that names no feed")
	errPage    = errors.New("was a feed and is a page now")
	errNotFeed = errors.New("is no feed")
	errJSON    = errors.New("other JSON")
)

var errDeep = fmt.Errorf("elements nested more than %d deep", maxDepth)

// parse reads a document in whatever of the three formats, character set and
// state of repair it is. cut: it was cut off, and what stands before was read.
func parse(body []byte, contentType string) (f *gofeed.Feed, cut bool, err error) {
	body = toUTF8(body, contentType)
	if first := bytes.TrimLeft(body, " \t\r\n"); len(first) > 0 && first[0] == '<' {
		if err := checkDepth(body); err != nil {
			return nil, false, err
		}
	}
	if f, err = parseText(body); err != nil {
		body = withoutNonsense(fitting(body))
		f, err = parseText(body)
	}
	if err != nil {
		if rest := wholeEntries(body); rest != nil {
			f, err = parseText(rest)
			cut = err == nil
		}
	}
	if err != nil {
		return nil, false, err
	}
	straighten(f)
	return f, cut, nil
}

// parseText parses a document as it stands.
func parseText(body []byte) (f *gofeed.Feed, err error) {
	defer func() {
		if p := recover(); p != nil { // the parser is others' work, its input a stranger's
			f, err = nil, errors.New("the feed cannot be parsed")
		}
	}()
	parser := gofeed.NewParser()
	parser.KeepOriginalFeed = true
	if f, err = parser.Parse(bytes.NewReader(body)); err != nil {
		return nil, err
	}
	if of, ok := f.OriginalFeed().(*jsonfeed.Feed); ok && of.Items == nil && !strings.Contains(of.Version, "jsonfeed") {
		return nil, errJSON // such as an error
	}
	return f, nil
}

// checkDepth walks through XML as the parser will.
func checkDepth(body []byte) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	for depth := 0; ; {
		t, err := d.RawToken()
		switch {
		case err != nil:
			return nil // the parser will say it better
		case depth > maxDepth:
			return errDeep
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
}
