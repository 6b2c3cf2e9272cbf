package dialog

import (
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Confirm asks for a yes. What follows is carried as an Action.
type Confirm struct {
	base
	Head  lang.Key
	Lines []string
	Quote string // the message it is about, behind a gutter; "" for none
	Yes   Action
	// Firm: only enter says yes, not the key that sends, which may be held down.
	Firm bool
}

// Title is the question.
func (d *Confirm) Title(l look.Look) string { return l.P.T(d.Head) }

// Rows: the lines, and what the keys do.
func (d *Confirm) Rows(l look.Look, w int) int {
	n := 2 + len(d.quoted(l, w))
	for _, s := range d.Lines {
		n += len(l.Wrap(s, max(w-2, 1)))
	}
	return n
}

// quoted is the beginning of the quote, on few lines.
func (d *Confirm) quoted(l look.Look, w int) []string {
	const most = 3
	var out []string
	for _, s := range l.Wrap(l.Cut(d.Quote, most*max(w-8, 1)), max(w-4, 1)) {
		if d.Quote != "" && len(out) < most {
			out = append(out, l.Spans(w).Add(l.Theirs, " "+l.Glyphs.Theirs).Add(l.Muted, " "+s).End(l.Text))
		}
	}
	return out
}

// View draws the dialog.
func (d *Confirm) View(l look.Look, w, h int) []string {
	var out []string
	for _, line := range d.Lines {
		for _, s := range l.Wrap(line, max(w-2, 1)) {
			out = append(out, l.Spans(w).Add(l.Text, " "+s).End(l.Text))
		}
	}
	out = append(out, d.quoted(l, w)...)
	answer := yesNo(l, w, "dialog.yes", "dialog.no")
	return append(out[:max(min(len(out), h-1), 0)], answer) // the keys stay, whatever is cut
}

// Do accepts.
func (d *Confirm) Do(i keys.Intent) Action {
	if i == keys.Accept || (i == keys.Send && !d.Firm) {
		return d.Yes
	}
	return nil
}
