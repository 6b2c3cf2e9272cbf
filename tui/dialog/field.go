package dialog

import (
	"slices"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/rivo/uniseg"

	"vigie/inbox/text"
	"vigie/tui/cell"
	"vigie/tui/look"
)

// Field is a text field of one line with a real cursor. It moves and deletes
// by what people see as one character.
type Field struct {
	clusters []string
	at       int  // the cursor stands before this cluster
	marked   bool // all of it: what is typed next takes its place
}

// Set replaces the text and puts the cursor behind it.
func (f *Field) Set(s string) {
	f.clusters, f.at, f.marked = nil, 0, false
	f.insert(s)
}

// Mark marks the whole text: what is typed or pasted next takes its place, and
// a key that moves the cursor keeps it.
func (f *Field) Mark() { f.at, f.marked = len(f.clusters), len(f.clusters) > 0 }

// unmark ends the mark, and with take takes the text away that had it.
func (f *Field) unmark(take bool) {
	if f.marked && take {
		f.clusters, f.at = nil, 0
	}
	f.marked = false
}

// Value is the text.
func (f *Field) Value() string {
	n := 0
	for _, c := range f.clusters {
		n += len(c)
	}
	b := make([]byte, 0, n)
	for _, c := range f.clusters {
		b = append(b, c...)
	}
	return string(b)
}

// Before is how many bytes of the text stand before the cursor.
func (f *Field) Before() int {
	n := 0
	for _, c := range f.clusters[:f.at] {
		n += len(c)
	}
	return n
}

// Behind puts text behind the cursor, in place of what is there.
func (f *Field) Behind(s string) {
	at := f.at
	f.clusters = append(f.clusters[:at:at], split(text.CleanLine(s).String())...)
}

// Paste puts in pasted text as one clean line.
func (f *Field) Paste(s string) {
	f.unmark(true)
	f.insert(s)
}

// insert joins text into what is there: a mark may join the cluster before.
func (f *Field) insert(s string) {
	var head string
	for _, c := range f.clusters[:f.at] {
		head += c
	}
	tail := ""
	for _, c := range f.clusters[f.at:] {
		tail += c
	}
	f.clusters = split(text.CleanLine(head + s).String())
	f.at = len(f.clusters)
	f.clusters = append(f.clusters, split(tail)...)
}

func split(s string) []string {
	var out []string
	for g := uniseg.NewGraphemes(s); g.Next(); {
		out = append(out, g.Str())
	}
	return out
}

// Key types a key; it reports whether the text changed.
func (f *Field) Key(k tea.KeyPressMsg) bool {
	n := len(f.clusters)
	if f.moves(k.String()) {
		f.unmark(false)
		return false
	}
	f.unmark(true)
	switch k.String() {
	case "backspace", "ctrl+h":
		f.cut(max(f.at-1, 0), f.at)
	case "delete", "ctrl+d":
		f.cut(f.at, min(f.at+1, n))
	case "ctrl+w", "alt+backspace", "ctrl+backspace":
		f.cut(f.wordLeft(), f.at)
	case "ctrl+u":
		f.cut(0, f.at)
	case "ctrl+k":
		f.cut(f.at, n)
	default:
		if k.Text == "" {
			return len(f.clusters) != n
		}
		f.insert(k.Text)
		return true
	}
	return len(f.clusters) != n
}

// moves moves the cursor, if the key does that.
func (f *Field) moves(key string) bool {
	switch key {
	case "left", "ctrl+b":
		f.at = max(f.at-1, 0)
	case "right", "ctrl+f":
		f.at = min(f.at+1, len(f.clusters))
	case "home", "ctrl+a":
		f.at = 0
	case "end", "ctrl+e":
		f.at = len(f.clusters)
	case "ctrl+left", "alt+left", "alt+b":
		f.at = f.wordLeft()
	case "ctrl+right", "alt+right", "alt+f":
		f.at = f.wordRight()
	default:
		return false
	}
	return true
}

func (f *Field) cut(from, to int) {
	f.clusters = slices.Delete(f.clusters, from, to)
	f.at = from
}

func (f *Field) wordLeft() int {
	i := f.at
	for i > 0 && blank(f.clusters[i-1]) {
		i--
	}
	for i > 0 && !blank(f.clusters[i-1]) {
		i--
	}
	return i
}

func (f *Field) wordRight() int {
	i, n := f.at, len(f.clusters)
	for i < n && blank(f.clusters[i]) {
		i++
	}
	for i < n && !blank(f.clusters[i]) {
		i++
	}
	return i
}

func blank(c string) bool { return unicode.IsSpace([]rune(c)[0]) }

// Draw writes label and text; it returns the column of the cursor. An empty
// field shows hint.
func (f *Field) Draw(l look.Look, s *cell.Spans, label, hint string, focused bool) (x int) {
	start := s.Left()
	p := l.Muted
	if focused {
		p = l.Key
	}
	s.Add(p, label).Add(l.Text, " ")
	if len(f.clusters) == 0 {
		x = start - s.Left()
		s.Add(l.Faint, hint)
		return x
	}
	from, width := f.shown(l, s.Left())
	x = start - s.Left() + width
	out := ""
	for _, c := range f.clusters[from:] {
		out += c
	}
	pen := l.Text
	if f.marked {
		pen = l.Selected.Text
	}
	s.Add(pen, out)
	return x
}

// shown is the first cluster that is drawn in so much room, so that the cursor
// is, and how wide what stands from there to the cursor is.
func (f *Field) shown(l look.Look, room int) (from, width int) {
	from = f.at
	for from > 0 && width+l.Width(f.clusters[from-1]) < max(room-1, 1) {
		from--
		width += l.Width(f.clusters[from])
	}
	return from, width
}

// Column is where a byte of the text is drawn in so much room, from the first
// column of the text; -1: before what is shown.
func (f *Field) Column(l look.Look, room, at int) int {
	from, _ := f.shown(l, room)
	i := 0 // the cluster with that byte
	for ; i < len(f.clusters) && at > 0; i++ {
		at -= len(f.clusters[i])
	}
	if i < from {
		return -1
	}
	x := 0
	for _, c := range f.clusters[from:i] {
		x += l.Width(c)
	}
	return x
}
