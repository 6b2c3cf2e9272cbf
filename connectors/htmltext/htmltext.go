// Package htmltext turns the HTML that networks send into plain text. It
// draws nothing, follows no link and loads nothing. What it gives back is
// still remote text: pass it through inbox/text before it is kept.
package htmltext

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// MaxBytes is how much HTML is looked at; what follows is dropped, and the
// text then ends with an ellipsis.
const MaxBytes = 256 << 10

// Text returns what a reader of the HTML would read: character references
// decoded once, a line per line, an empty line between paragraphs, "- "
// before list items, the alternative text of pictures, and nothing of
// scripts and styles. Text without markup comes out with its white space
// folded, as HTML has it. It reads tokens and keeps no tree, so its memory
// and time grow with the length alone, however deep the markup is nested. It
// may be called concurrently.
func Text(src string) string { return read(src, false) }

// WithLinks is Text for a body that people read: behind words that lead
// somewhere stands where, in brackets, unless they say it themselves. Addresses
// of the web and of mail are told; mentions and hashtags lead nowhere that their
// words do not tell.
func WithLinks(src string) string { return read(src, true) }

func read(src string, links bool) string {
	cut := false
	if len(src) > MaxBytes {
		end := MaxBytes
		for end > MaxBytes-utf8.UTFMax && !utf8.RuneStart(src[end]) {
			end--
		}
		src, cut = src[:end], true
	}
	w := writer{links: links}
	w.read(html.NewTokenizer(strings.NewReader(src)))
	w.arrive()
	out := strings.TrimRight(w.b.String(), " \n")
	if cut {
		out += "…"
	}
	return out
}

// writer lays text out. Breaks and spaces are owed until a word follows, so
// that none is doubled and none stands at either end.
type writer struct {
	b      strings.Builder
	breaks int  // line feeds owed
	space  bool // a space is owed
	pre    int  // inside so many <pre>
	items  int  // inside so many <li>
	bullet bool // the next word begins a list item

	links bool   // addresses are told
	leads string // where the words lead that are being read; "": nowhere
	from  int    // where in the text those words begin
	told  int    // addresses so far
	// mention says that they are marked as the name of somebody or of a subject.
	mention bool
}

func (w *writer) read(z *html.Tokenizer) {
	var hidden []byte // name of the element whose content is not for readers
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return
		case html.TextToken:
			if hidden == nil {
				w.text(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, attrs := z.TagName()
			tag := atom.Lookup(name)
			switch {
			case hidden != nil:
			case kind == html.StartTagToken && unread(tag):
				hidden = bytes.Clone(name)
			default:
				w.open(tag, z, attrs)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if hidden == nil {
				w.shut(atom.Lookup(name))
			} else if bytes.Equal(name, hidden) {
				hidden = nil
			}
		}
	}
}

// unread reports elements whose content the tokenizer gives as one raw text
// and that no browser shows.
func unread(tag atom.Atom) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Title, atom.Iframe, atom.Noembed, atom.Noframes, atom.Noscript:
		return true
	}
	return false
}

func (w *writer) open(tag atom.Atom, z *html.Tokenizer, attrs bool) {
	switch tag {
	case atom.Br:
		w.breaks = min(w.breaks+1, 2)
		w.space = false
	case atom.Img:
		if alt := attribute(z, attrs, "alt"); alt != "" {
			w.text(alt)
		}
	case atom.A:
		w.arrive()
		w.depart(z, attrs)
	case atom.Li:
		w.owe(1)
		w.items++
		w.bullet = true
	case atom.Td, atom.Th:
		w.space = true
	case atom.Pre:
		w.owe(2)
		w.pre++
	default:
		w.owe(gap(tag))
	}
}

func (w *writer) shut(tag atom.Atom) {
	switch tag {
	case atom.A:
		w.arrive()
	case atom.Li:
		w.owe(1)
		w.items = max(w.items-1, 0)
		w.bullet = false
	case atom.Pre:
		w.owe(2)
		w.pre = max(w.pre-1, 0)
	default:
		w.owe(gap(tag))
	}
}

// gap is how many line feeds stand around an element.
func gap(tag atom.Atom) int {
	switch tag {
	case atom.P, atom.Blockquote, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Figure, atom.Hr, atom.Section, atom.Article:
		return 2
	case atom.Div, atom.Tr, atom.Dt, atom.Dd, atom.Header, atom.Footer, atom.Figcaption,
		atom.Address, atom.Aside, atom.Main, atom.Nav, atom.Form, atom.Details, atom.Summary:
		return 1
	}
	return 0
}

func (w *writer) owe(breaks int) {
	if w.items > 0 {
		breaks = min(breaks, 1) // a list stays together
	}
	if breaks > 0 {
		w.breaks = max(w.breaks, breaks)
		w.space = false
	}
}

func (w *writer) text(s string) {
	if w.pre > 0 {
		w.word(strings.Trim(s, "\n"))
		return
	}
	for len(s) > 0 {
		word := strings.TrimLeft(s, " \t\r\n\f")
		if len(word) < len(s) {
			w.space = true
		}
		end := strings.IndexAny(word, " \t\r\n\f")
		if end < 0 {
			end = len(word)
		}
		w.word(word[:end])
		s = word[end:]
	}
}

func (w *writer) word(s string) {
	if s == "" {
		return
	}
	if w.b.Len() > 0 {
		w.b.WriteString(strings.Repeat("\n", w.breaks))
		if w.space && w.breaks == 0 {
			w.b.WriteByte(' ')
		}
	}
	if w.bullet {
		w.b.WriteString("- ")
	}
	w.breaks, w.space, w.bullet = 0, false, false
	w.b.WriteString(s)
}

func attribute(z *html.Tokenizer, more bool, want string) string {
	for more {
		var key, val []byte
		key, val, more = z.TagAttr()
		if string(key) == want {
			return string(val)
		}
	}
	return ""
}
