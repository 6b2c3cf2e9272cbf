// Package area is a text field of several lines with a real cursor. It moves
// and deletes by what people see as one character, takes back what was typed
// word by word, and lays its text out in the cells that the terminal counts.
// It draws nothing, knows no clock and does no I/O.
package area

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"vigie/inbox/text"
	"vigie/tui/cell"
)

// Area is the field. The zero Area is empty; give it a size before it is shown.
type Area struct {
	text string
	at   int // the cursor stands before this byte, always between two clusters
	mark int // where the selection begins or ends; at: nothing is selected
	goal int // the column that moving up and down aims at, from 1; 0: none

	kit           cell.Kit
	width, height int
	top           int // the first row that is visible
	rows          []row
	memo          map[string][]int // where the rows of a paragraph begin

	past, future []change
	sealed       bool // what is typed next is another step
	joins        bool // what is typed next is joined to what stands before it
}

// Value is the text.
func (a *Area) Value() string { return a.text }

// At is where the cursor stands, in bytes.
func (a *Area) At() int { return a.at }

// Set begins with a text, the cursor behind it. Nothing can be undone.
func (a *Area) Set(s string) {
	a.text, a.past, a.future = text.Clean(s).String(), nil, nil
	a.moved(len(a.text))
	a.layout()
}

// MoveTo puts the cursor before a byte, or before the character it is in.
func (a *Area) MoveTo(at int) {
	at = max(min(at, len(a.text)), 0)
	from := a.lineStart(at)
	for from < at {
		n := next(a.text[from:])
		if from+n > at {
			break
		}
		from += n
	}
	a.moved(from)
	a.show()
}

// Insert puts text in the place of the selection, cleaned, as one step.
func (a *Area) Insert(s string) { a.insert(s, pasted) }

// Replace puts text in the place of a part of it, cleaned, as one step, and
// the cursor behind it.
func (a *Area) Replace(from, to int, s string) {
	a.edit(from, to, text.Clean(s).String(), pasted)
}

// Type puts in what a key gives. A joiner that comes alone waits for what it
// joins: some terminals send an emoji of several parts as several keys.
func (a *Area) Type(s string) {
	if s == joiner && a.at > 0 {
		a.joins = true
		return
	}
	if a.joins {
		s = joiner + s
	}
	a.insert(s, typed)
}

const joiner = "\u200d"

func (a *Area) insert(s string, k kind) {
	from, to := a.Selection()
	head := a.text[a.before(from):from]
	joined := text.Clean(head + s).String()
	clean, fits := strings.CutPrefix(joined, head)
	if !fits {
		clean = text.Clean(s).String()
	}
	a.edit(from, to, clean, k)
}

// Selection is the part that is selected; empty at the cursor when nothing is.
func (a *Area) Selection() (from, to int) { return min(a.at, a.mark), max(a.at, a.mark) }

// Select selects a part of the text: what is typed next takes its place.
func (a *Area) Select(from, to int) {
	a.moved(to)
	a.mark = from
	a.show()
}

// moved puts the cursor somewhere and ends selection and step.
func (a *Area) moved(to int) { a.at, a.mark, a.goal, a.sealed, a.joins = to, to, 0, true, false }

// next is the length of the first cluster of s, which is not empty.
func next(s string) int {
	if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return 1
	}
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	return len(cluster)
}

// before is where the cluster before a place begins.
func (a *Area) before(at int) int {
	if at == 0 {
		return 0
	}
	if a.text[at-1] < utf8.RuneSelf {
		return at - 1
	}
	from := a.lineStart(at)
	for {
		n := next(a.text[from:])
		if from+n >= at {
			return from
		}
		from += n
	}
}

// after is where the cluster behind a place ends.
func (a *Area) after(at int) int {
	if at >= len(a.text) {
		return len(a.text)
	}
	return at + next(a.text[at:])
}

func (a *Area) lineStart(at int) int { return strings.LastIndexByte(a.text[:at], '\n') + 1 }

func (a *Area) lineEnd(at int) int {
	if i := strings.IndexByte(a.text[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(a.text)
}

// spaced parts words as shells do; worded, as people do.
func spaced(r rune) bool { return !unicode.IsSpace(r) }

func worded(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_'
}

// wordLeft is where the word before a place begins.
func (a *Area) wordLeft(at int, in func(rune) bool) int {
	head := strings.TrimRightFunc(a.text[:at], func(r rune) bool { return !in(r) })
	return len(strings.TrimRightFunc(head, in))
}

// wordRight is where the word behind a place ends.
func (a *Area) wordRight(at int, in func(rune) bool) int {
	tail := strings.TrimLeftFunc(a.text[at:], func(r rune) bool { return !in(r) })
	return len(a.text) - len(strings.TrimLeftFunc(tail, in))
}
