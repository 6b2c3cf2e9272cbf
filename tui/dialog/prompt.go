package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Prompt asks for one line.
type Prompt struct {
	base
	Head, Label, Hint lang.Key
	About             string // what stands behind the title; "" for nothing
	Foot              string // a line below the field; "" for none
	For               keys.Intent
	Of                inbox.ThreadID // whom the line is about: it is kept when the dialog is left; 0: it is not
	field             Field
}

// Prompted: the line that was asked for.
type Prompted struct {
	For  keys.Intent
	Text string
}

// Scopes: a text field.
func (*Prompt) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Title says what is asked.
func (d *Prompt) Title(l look.Look) string {
	title := l.P.T(d.Head)
	if d.About != "" {
		title += " " + l.Glyphs.Dot + " " + l.Cut(d.About, 40)
	}
	return title
}

// Rows: the field and the line below it.
func (*Prompt) Rows(look.Look, int) int { return 2 }

// View draws the dialog.
func (d *Prompt) View(l look.Look, w, h int) []string {
	s := l.Spans(w).Add(l.Text, " ")
	x := d.field.Draw(l, s, l.P.T(d.Label), l.P.T(d.Hint), true) + 1
	d.setCursor(x, 1, true)
	out := []string{s.End(l.Text), l.Spans(w).Add(l.Faint, " "+d.Foot).End(l.Text)}
	return out[:min(len(out), h)]
}

// Key types.
func (d *Prompt) Key(k tea.KeyPressMsg) Action { d.field.Key(k); return nil }

// Paste types what was pasted.
func (d *Prompt) Paste(s string) Action { d.field.Paste(s); return nil }

// Do accepts.
func (d *Prompt) Do(i keys.Intent) Action {
	if i == keys.Accept || i == keys.Send {
		if words := strings.TrimSpace(d.field.Value()); words != "" {
			return Prompted{d.For, words}
		}
		return Closed{}
	}
	return nil
}
