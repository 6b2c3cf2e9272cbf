package notice

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vigie/inbox/pattern"
)

const (
	maxHTML  = 256 << 10 // bytes of HTML that are looked at, and of text
	maxLines = 3000
	maxLinks = 400
	maxHref  = 4 << 10 // bytes of an address
)

// line is a line of a mail as people see it, with what it links to.
type line struct {
	text  string
	links []anchor
}

// anchor is a link and the words that it shows.
type anchor struct{ text, href string }

// button reports whether a line says nothing but what one link shows.
func (l line) button() bool { return len(l.links) > 0 && l.links[0].text == l.text }

var address = pattern.Lazy(`https?://[^\s<>"'\])]+`)

// plainLines reads plain text.
func plainLines(s string) []line {
	if len(s) > maxHTML {
		s = s[:maxHTML]
	}
	var out []line
	links := 0
	for raw := range strings.SplitSeq(s, "\n") {
		if len(out) == maxLines {
			break
		}
		l := line{text: strings.TrimSpace(raw)}
		for _, href := range address().FindAllString(raw, 20) {
			if links++; links > maxLinks || len(href) > maxHref {
				break
			}
			l.links = append(l.links, anchor{href: strings.TrimRight(href, ".,;")})
		}
		out = append(out, l)
	}
	return out
}

// htmlLines reads HTML by tokens: however deep it is nested, it costs its
// length. What is not shown is not read.
func htmlLines(s string) []line {
	if len(s) > maxHTML {
		s = s[:maxHTML]
	}
	var r htmlReader
	z := html.NewTokenizer(strings.NewReader(s))
	for len(r.out) < maxLines {
		switch z.Next() {
		case html.ErrorToken:
			r.endLink()
			r.endLine()
			return r.out
		case html.TextToken:
			if r.hidden == 0 && r.raw == 0 {
				r.words(string(z.Text()))
			}
		case html.StartTagToken:
			r.open(z.Token(), false)
		case html.SelfClosingTagToken:
			r.open(z.Token(), true)
		case html.EndTagToken:
			r.shut(z.Token().DataAtom)
		}
	}
	return r.out
}

type htmlReader struct {
	out    []line
	text   strings.Builder
	links  []anchor
	href   string
	begin  int // where the words of the open link begin
	inside bool
	count  int
	raw    atom.Atom // an element whose content is not for readers
	hidden int       // depth of elements of the tag veil inside one that is not shown
	veil   atom.Atom
}

func (r *htmlReader) words(s string) {
	for i, w := range strings.Fields(s) {
		if r.text.Len() > 0 && (i > 0 || strings.TrimLeft(s, " \t\r\n") != s) && !strings.HasSuffix(r.text.String(), " ") {
			r.text.WriteByte(' ')
		}
		r.text.WriteString(w)
	}
	if r.text.Len() > 0 && strings.TrimRight(s, " \t\r\n") != s && !strings.HasSuffix(r.text.String(), " ") {
		r.text.WriteByte(' ')
	}
}

func (r *htmlReader) open(t html.Token, empty bool) {
	if void(t.DataAtom) {
		empty = true
	}
	switch {
	case r.raw != 0:
		return
	case r.hidden > 0:
		if !empty && t.DataAtom == r.veil {
			r.hidden++
		}
		return
	}
	style, href := "", ""
	for _, a := range t.Attr {
		switch a.Key {
		case "style":
			style = strings.ReplaceAll(strings.ToLower(a.Val), " ", "")
		case "href":
			href = strings.TrimSpace(a.Val)
		}
	}
	if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") || strings.Contains(style, "max-height:0") {
		if !empty {
			r.hidden, r.veil = 1, t.DataAtom
		}
		return
	}
	switch t.DataAtom {
	case atom.Script, atom.Style, atom.Title, atom.Head, atom.Noscript, atom.Template:
		if !empty && t.DataAtom != atom.Head {
			r.raw = t.DataAtom
		}
	case atom.A:
		r.endLink()
		if r.count++; href != "" && len(href) <= maxHref && r.count <= maxLinks {
			r.href, r.begin, r.inside = href, r.text.Len(), true
		}
	default:
		if block(t.DataAtom) {
			r.endLine()
		}
	}
}

func (r *htmlReader) shut(tag atom.Atom) {
	switch {
	case r.raw != 0:
		if tag == r.raw {
			r.raw = 0
		}
	case r.hidden > 0:
		if tag == r.veil {
			r.hidden--
		}
	case tag == atom.A:
		r.endLink()
	case block(tag):
		r.endLine()
	}
}

func (r *htmlReader) endLink() {
	if r.inside {
		r.links = append(r.links, anchor{strings.TrimSpace(r.text.String()[min(r.begin, r.text.Len()):]), r.href})
	}
	r.inside = false
}

// endLine ends a line; a link that is open goes on in the next one.
func (r *htmlReader) endLine() {
	if r.inside {
		r.links = append(r.links, anchor{strings.TrimSpace(r.text.String()[min(r.begin, r.text.Len()):]), r.href})
		r.begin = 0
	}
	if said := strings.TrimSpace(r.text.String()); said != "" || len(r.links) > 0 {
		r.out = append(r.out, line{said, r.links})
	}
	r.text.Reset()
	r.links = nil
}

func void(tag atom.Atom) bool {
	switch tag {
	case atom.Br, atom.Img, atom.Hr, atom.Meta, atom.Link, atom.Input, atom.Wbr, atom.Col, atom.Area, atom.Base:
		return true
	}
	return false
}

func block(tag atom.Atom) bool {
	switch tag {
	case atom.Span, atom.B, atom.I, atom.Strong, atom.Em, atom.Font, atom.U, atom.Small, atom.Img, atom.Wbr, atom.Sup, atom.Sub, atom.Code, atom.Html, atom.Body, 0:
		return false
	}
	return true
}

// flowsOf are the ways to see a mail, the better one first.
func flowsOf(m Mail) [][]line {
	var out [][]line
	if m.HTML != "" {
		out = append(out, htmlLines(m.HTML))
	}
	return append(out, plainLines(m.Text))
}

// hostOf is a host in lower case without "www."; "" for what no address of the
// web should be.
func hostOf(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	if u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.Port() != "" && u.Port() != "443" && u.Port() != "80" ||
		!strings.Contains(host, ".") || u.Opaque != "" {
		return ""
	}
	return host
}

// below reports whether a host is one of some domains or below it.
func below(host string, domains []string) bool {
	for _, d := range domains {
		if host == d || strings.HasSuffix(host, "."+d) {
			return true
		}
	}
	return false
}
