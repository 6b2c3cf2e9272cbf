package feeds

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"vigie/inbox"
	"vigie/inbox/text"
)

// Outline is one feed of a list.
type Outline struct {
	Title string // clean; may be ""
	URL   string // http or https
}

// maxOPML is how many bytes of a list are read.
const maxOPML = 8 << 20

// ErrNotOPML says that a document is no list of feeds.
var ErrNotOPML = errors.New("not an OPML document")

// ParseOPML reads a list of feeds, such as the subscriptions.xml of Google
// Reader, folders and all: each feed once, in the order of the document.
// Entries that name no address are refused one by one; folders are passed
// over. A document that is broken in the middle gives what stands before.
func ParseOPML(r io.Reader) ([]Outline, []inbox.Refusal, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxOPML+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read OPML: %w", err)
	}
	if len(body) > maxOPML {
		return nil, nil, fmt.Errorf("read OPML: more than %d bytes", maxOPML)
	}
	d := xml.NewDecoder(bytes.NewReader(toUTF8(body, "")))
	d.Strict = false
	var out []Outline
	var refused []inbox.Refusal
	seen, opml := map[string]bool{}, false
	for n := 0; ; {
		token, err := d.RawToken()
		switch {
		case errors.Is(err, io.EOF) && opml:
			return out, refused, nil
		case err != nil && opml:
			return out, append(refused, inbox.Refusal{Item: "the rest", Reason: "not XML"}), nil
		case err != nil:
			return nil, nil, ErrNotOPML
		}
		start, ok := token.(xml.StartElement)
		switch {
		case !ok:
		case strings.EqualFold(start.Name.Local, "opml"):
			opml = true
		case !opml:
			return nil, nil, ErrNotOPML
		case strings.EqualFold(start.Name.Local, "outline"):
			n++
			o, folder, good := outline(start)
			switch {
			case !good && !folder:
				refused = append(refused, inbox.Refusal{Item: "outline " + strconv.Itoa(n), Reason: "xmlUrl is no http address"})
			case good && !seen[o.URL]:
				seen[o.URL] = true
				out = append(out, o)
			}
		}
	}
}

// outline reads one element; folder: it names no feed at all.
func outline(e xml.StartElement) (o Outline, folder, good bool) {
	folder = true
	for _, a := range e.Attr {
		switch strings.ToLower(a.Name.Local) {
		case "xmlurl":
			folder, o.URL = false, strings.TrimSpace(a.Value)
		case "title":
			o.Title = cmp.Or(a.Value, o.Title)
		case "text":
			o.Title = cmp.Or(o.Title, a.Value)
		case "type":
			folder = folder && !strings.EqualFold(a.Value, "rss")
		}
	}
	o.Title = text.CleanLine(o.Title).String()
	u, err := url.Parse(o.URL)
	good = err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && text.CleanLine(o.URL).String() == o.URL
	return o, folder, good
}
