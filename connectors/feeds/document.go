package feeds

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html/charset"

	"vigie/connectors/httpx"
	"vigie/inbox/pattern"
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
	d.feed, err = parse(res.Body, res.Header.Get("Content-Type"))
	switch {
	case err != nil && isPage(res.Body):
		return document{}, res, nil
	case err != nil:
		return document{}, nil, res.Unreadable(fmt.Errorf("%w: %w", errNotFeed, err))
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
	errNotFeed = errors.New("is no feed")
)

var errDeep = fmt.Errorf("elements nested more than %d deep", maxDepth)

// parse reads a document in whatever of the three formats, character set and
// state of repair it is.
func parse(body []byte, contentType string) (f *gofeed.Feed, err error) {
	body = toUTF8(body, contentType)
	if first := bytes.TrimLeft(body, " \t\r\n"); len(first) > 0 && first[0] == '<' {
		if err := checkDepth(body); err != nil {
			return nil, err
		}
	}
	defer func() {
		if p := recover(); p != nil { // the parser is others' work, its input a stranger's
			f, err = nil, errors.New("the feed cannot be parsed")
		}
	}()
	parser := gofeed.NewParser()
	parser.KeepOriginalFeed = true
	return parser.Parse(bytes.NewReader(body))
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

// declaration is the first line of an XML document.
var declaration = pattern.Lazy(`^\s*<\?xml[^>]*?(?:encoding\s*=\s*["']([A-Za-z0-9._:-]+)["'][^>]*)?\?>`)

// toUTF8 turns a document into UTF-8 without characters that XML forbids. A
// byte order mark decides; then what the document says of itself, unless its
// bytes say otherwise; then what the server says; then what is most common.
func toUTF8(body []byte, contentType string) []byte {
	name := ""
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		body, name = body[3:], "utf-8"
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		body, name = body[2:], "utf-16le"
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		body, name = body[2:], "utf-16be"
	}
	if name == "" {
		if m := declaration().FindSubmatch(body); m != nil {
			name = strings.ToLower(string(m[1]))
		}
		if unknown := name == "" || name == "utf-8" || name == "utf8"; unknown && !utf8.Valid(body) {
			name = "windows-1252"
			if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8") {
				name = params["charset"]
			}
		}
	}
	if name != "" && name != "utf-8" && name != "utf8" {
		if r, err := charset.NewReaderLabel(name, bytes.NewReader(body)); err == nil {
			if b, err := io.ReadAll(r); err == nil {
				body = b
			}
		}
	}
	body = declaration().ReplaceAll(body, nil)
	return bytes.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, body)
}
