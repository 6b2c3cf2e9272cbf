package area

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// maxSteps is how many steps can be taken back.
const maxSteps = 1000

// kind is how a text came to change.
type kind uint8

const (
	typed kind = iota
	erased
	pasted // also what a program puts in: always a step of its own
)

// change is one step: at one place, the old text made room for the new.
type change struct {
	kind     kind
	at       int
	old, new string
	cursor   int // before it
	mark     int
}

// edit replaces a part of the text and puts the cursor behind what is new.
func (a *Area) edit(from, to int, s string, k kind) {
	c := change{kind: k, at: from, old: a.text[from:to], new: s, cursor: a.at, mark: a.mark}
	if c.old == c.new {
		a.moved(to)
		a.show()
		return
	}
	a.record(c)
	a.put(from, to, s)
	a.moved(from + len(s))
	a.sealed = k == pasted
	a.layout()
}

func (a *Area) put(from, to int, s string) { a.text = a.text[:from] + s + a.text[to:] }

// record remembers a step, or makes the last one longer: a word that is typed,
// and a word that is erased, are one.
func (a *Area) record(c change) {
	a.future = nil
	if i := len(a.past) - 1; i >= 0 && !a.sealed && a.past[i].kind == c.kind {
		last := &a.past[i]
		switch {
		case c.kind == typed && c.old == "" && last.at+len(last.new) == c.at && !beginsWord(last.new, c.new):
			last.new += c.new
			return
		case c.kind == erased && c.at+len(c.old) == last.at && !beginsWord(c.old, last.old):
			last.at, last.old = c.at, c.old+last.old
			return
		case c.kind == erased && c.at == last.at && !beginsWord(last.old, c.old):
			last.old += c.old
			return
		}
	}
	a.past = append(a.past, c)
	if n := len(a.past) - maxSteps; n > 0 {
		a.past = slices.Delete(a.past, 0, n)
	}
}

// beginsWord reports whether a word begins between two texts.
func beginsWord(before, behind string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(behind)
	return unicode.IsSpace(last) && !unicode.IsSpace(first)
}

// Undo takes the last step back; it reports whether there was one.
func (a *Area) Undo() bool {
	i := len(a.past) - 1
	if i < 0 {
		return false
	}
	c := a.past[i]
	a.past, a.future = a.past[:i], append(a.future, c)
	a.put(c.at, c.at+len(c.new), c.old)
	a.moved(c.cursor)
	a.mark = c.mark
	a.layout()
	return true
}

// Redo does the step again that was taken back last; it reports whether there
// was one.
func (a *Area) Redo() bool {
	i := len(a.future) - 1
	if i < 0 {
		return false
	}
	c := a.future[i]
	a.future, a.past = a.future[:i], append(a.past, c)
	a.put(c.at, c.at+len(c.old), c.new)
	a.moved(c.at + len(c.new))
	a.layout()
	return true
}
