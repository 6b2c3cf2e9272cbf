// Package linear turns drawn lines into lines for a screen reader: signs become
// words, rules and columns go, and padding shrinks to a gap. The screen is the
// one that others see, in one pane; there is no second one to keep in step.
//
// Panes draw with signs that stand for nothing but themselves (Signs), each one
// cell wide; what a stranger wrote holds none of them but by chance, for they
// differ from session to session.
package linear

import (
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"vigie/tui/lang"
	"vigie/tui/theme"
)

// first and last bound where signs begin: in a private area of Unicode, whose
// characters are a cell wide everywhere.
const (
	first = 0xF0000
	last  = 0xFF000
)

// Speech says signs in words.
type Speech struct {
	base   rune
	words  []string
	cursor rune // of the row with the cursor
}

// New makes a set of signs and what says them. seed is any number: it chooses
// which characters they are.
func New(p lang.Printer, seed uint32) (Speech, theme.Glyphs) {
	s := Speech{base: first + rune(seed%(last-first))}
	var g theme.Glyphs
	v := reflect.ValueOf(&g).Elem()
	for i := range v.NumField() {
		if v.Field(i).Kind() != reflect.String {
			continue
		}
		name := strings.ToLower(v.Type().Field(i).Name)
		sign := s.base + rune(len(s.words))
		if name == "cursor" {
			s.cursor = sign
		}
		v.Field(i).SetString(string(sign))
		word := ""
		if key := lang.Key("sign." + name); p.Has(key) {
			word = p.T(key)
		}
		s.words = append(s.words, word)
	}
	return s, g
}

// In returns a Speech of the same signs in another language.
func (s Speech) In(p lang.Printer) Speech {
	other, _ := New(p, uint32(s.base-first))
	return other
}

// word is what a sign is said as; false for what is none.
func (s Speech) word(r rune) (string, bool) {
	if r < s.base || r >= s.base+rune(len(s.words)) {
		return "", false
	}
	return s.words[r-s.base], true
}

// longest is how much longer than its signs and padding a line becomes when it
// is said, in cells; a row with more than that to say is cut at its end.
const longest = 12

// Inner is how wide panes are drawn in a window of w cells, so that words fit
// in the room of the signs and the padding.
func Inner(w int) int { return max(w-min(w/4, longest), min(w, 20)) }

// Row is the line under the cursor: the first with its sign; -1 for none.
func (s Speech) Row(lines []string) int {
	for i, line := range lines {
		if strings.ContainsRune(line, s.cursor) {
			return i
		}
	}
	return -1
}

// Line says a drawn line in at most w cells, with an ellipsis where it was cut.
func (s Speech) Line(line string, w int) string {
	out := writer{}
	for i := 0; i < len(line); {
		if n := sequence(line[i:]); n > 0 {
			out.raw(line[i : i+n])
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(line[i:])
		word, sign := s.word(r)
		switch {
		case sign && (word == "," || word == ":"):
			out.space, out.least = 0, 0
			out.text(word)
			out.apart()
		case sign:
			out.apart()
			out.text(word)
			out.apart()
		case r == ' ':
			out.space++
		default:
			out.text(line[i : i+n])
		}
		i += n
	}
	return ansi.Truncate(out.b.String(), w, "…")
}

// Blank is a line that somebody types in, in at most w cells: they stay where
// they are, and its signs are left out.
func (s Speech) Blank(line string, w int) string {
	return ansi.Truncate(strings.Map(func(r rune) rune {
		if _, sign := s.word(r); sign {
			return ' '
		}
		return r
	}, line), w, "")
}

// writer shrinks gaps, and drops those at the ends and styles without a text.
type writer struct {
	b     strings.Builder
	style string // of the next text
	space int    // blanks since the last text
	least int    // of which so many are kept, were there none
	begun bool
}

// raw takes a style, or the end of one.
func (w *writer) raw(s string) {
	const end = "\x1b[m"
	switch {
	case s != end:
		w.style += s
	case w.style != "":
		w.style = ""
	default:
		w.b.WriteString(s)
	}
}

// apart keeps what follows a cell or more from what was written.
func (w *writer) apart() { w.least = 1 }

func (w *writer) text(s string) {
	if s == "" {
		return
	}
	if w.begun {
		w.b.WriteString("  "[:min(max(w.space, w.least), 2)])
	}
	w.b.WriteString(w.style + s)
	w.style, w.space, w.least, w.begun = "", 0, 0, true
}

// sequence is the length of the style that s begins with; 0 for none.
func sequence(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	if end := strings.IndexByte(s, 'm'); end > 0 {
		return end + 1
	}
	return 0
}
