package dialog

import (
	"cmp"
	"strconv"

	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Page shows lines that are made anew at each drawing, and scrolls. With Yes,
// the key that sends does what was looked at.
type Page struct {
	base
	Head  lang.Key
	Lines func(l look.Look, w int) []string
	Yes   Action // nil: nothing follows
	Tall  bool   // takes the whole work area
	// Back says where the key of going back leads; "" is to the text.
	Back lang.Key

	top, most, height int
}

// Title names it.
func (d *Page) Title(l look.Look) string { return l.P.T(d.Head) }

// Large: when it was asked for.
func (d *Page) Large() bool { return d.Tall }

// Rows: all lines, and what the keys do.
func (d *Page) Rows(l look.Look, w int) int { return len(d.Lines(l, w)) + 1 }

// View draws the lines in sight, and what the keys do.
func (d *Page) View(l look.Look, w, h int) []string {
	lines := d.Lines(l, w)
	d.height = max(h-1, 1)
	d.most = max(len(lines)-d.height, 0)
	d.top = min(d.top, d.most)
	out := lines[d.top:min(d.top+d.height, len(lines))]
	if h < 2 {
		return out
	}
	s := l.Spans(w)
	if d.Yes != nil {
		s.Add(l.Key, " ctrl+s ").Add(l.Muted, l.P.T("page.send")+"  ")
	}
	s.Add(l.Key, " esc ").Add(l.Muted, l.P.T(cmp.Or(d.Back, "page.back")))
	if below := d.most - d.top; below > 0 {
		more := l.Glyphs.More + " " + strconv.Itoa(below)
		s.Fill(l.Text, l.Width(more)+1).Add(l.Warn, more)
	}
	return append(out[:len(out):len(out)], s.End(l.Text))
}

// Do scrolls, and sends by the key that sends: enter goes back.
func (d *Page) Do(i keys.Intent) Action {
	if delta, ok := step(i, d.height); ok {
		d.top = max(min(d.top+delta, d.most), 0)
		return nil
	}
	switch {
	case i == keys.Send && d.Yes != nil:
		return d.Yes
	case i == keys.Accept:
		return Closed{}
	}
	return nil
}
