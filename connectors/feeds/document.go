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
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/rss"
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
	wait     time.Duration // how long it may be kept before it is asked for again
}

// get fetches a feed unless it is as it was.
func (c *connector) get(ctx context.Context, f feed, before feedState) (document, error) {
	h := http.Header{"Accept": {"application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/xml;q=0.8, */*;q=0.5"}}
	if before.tag != "" {
		h.Set("If-None-Match", before.tag)
	}
	if before.modified != "" {
		h.Set("If-Modified-Since", before.modified)
	}
	res, err := c.http.Do(ctx, httpx.Request{Path: f.url.String(), Header: h})
	if err != nil {
		return document{}, err
	}
	d := document{tag: mark(res.Header, "ETag"), modified: mark(res.Header, "Last-Modified"), wait: freshness(res.Header)}
	if res.Status == http.StatusNotModified {
		d.tag, d.modified = cmp.Or(d.tag, before.tag), cmp.Or(d.modified, before.modified)
		return d, nil
	}
	d.feed, err = parse(res.Body, res.Header.Get("Content-Type"))
	if err != nil {
		return document{}, res.Unreadable(err)
	}
	d.wait = max(d.wait, ttl(d.feed))
	return d, nil
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

// freshness is how long an answer may be kept (Cache-Control: max-age).
func freshness(h http.Header) time.Duration {
	for _, directive := range strings.Split(h.Get("Cache-Control"), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		if !strings.EqualFold(name, "max-age") {
			continue
		}
		if n, err := strconv.Atoi(strings.Trim(value, `"`)); err == nil && n > 0 {
			return time.Duration(min(n, int(maxWait/time.Second))) * time.Second
		}
	}
	return 0
}

// ttl is how long an RSS document says that it may be kept, in minutes there.
func ttl(f *gofeed.Feed) time.Duration {
	original, ok := f.OriginalFeed().(*rss.Feed)
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(original.TTL))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, int(maxWait/time.Minute))) * time.Minute
}

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
