package dialog

import (
	tea "charm.land/bubbletea/v2"

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

// Link shows where a thread lies on its network.
type Link struct {
	base
	URL, Host string // as inbox/text allows them
}

// CopyWanted: put the text on the clipboard of the terminal.
type CopyWanted struct{ Text string }

// Title names it.
func (d *Link) Title(l look.Look) string {
	return l.P.T("dialog.link") + " " + l.Glyphs.Dot + " " + d.Host
}

// Rows: the address, wrapped, and the keys.
func (d *Link) Rows(l look.Look, w int) int { return len(l.Wrap(d.URL, max(w-2, 1))) + 1 }

// View draws the dialog.
func (d *Link) View(l look.Look, w, h int) []string {
	var out []string
	for _, s := range l.Wrap(d.URL, max(w-2, 1)) {
		out = append(out, l.Spans(w).Add(l.Text, " ").Add(l.Link, s).End(l.Text))
	}
	out = append(out, l.Spans(w).Add(l.Key, " c ").Add(l.Muted, l.P.T("dialog.copy")).End(l.Text))
	return out[:min(len(out), h)]
}

// Do copies.
func (d *Link) Do(i keys.Intent) Action {
	if i == keys.Copy || i == keys.Accept {
		return CopyWanted{d.URL}
	}
	return nil
}

// Filter asks for a query that narrows the list.
type Filter struct {
	base
	Before string // the query in force when it opened
	field  Field
}

// FilterPicked: narrow the list; "" ends it.
type FilterPicked struct{ Query string }

// NewFilter begins with the query in force.
func NewFilter(query string) *Filter {
	d := &Filter{Before: query}
	d.field.Set(query)
	return d
}

// Query is what is typed.
func (d *Filter) Query() string { return d.field.Value() }

// Scopes: a text field.
func (*Filter) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Title names it.
func (d *Filter) Title(l look.Look) string { return l.P.T("dialog.filter") }

// Rows: the field and an example.
func (d *Filter) Rows(look.Look, int) int { return 2 }

// View draws the dialog.
func (d *Filter) View(l look.Look, w, h int) []string {
	s := l.Spans(w).Add(l.Text, " ")
	x := d.field.Draw(l, s, l.P.T("dialog.filter-field"), "", true) + 1
	d.setCursor(x, 1, true)
	out := []string{s.End(l.Text), l.Spans(w).Add(l.Faint, " "+l.P.T("dialog.filter-hint")).End(l.Text)}
	return out[:min(len(out), h)]
}

// Key types.
func (d *Filter) Key(k tea.KeyPressMsg) Action {
	if d.field.Key(k) {
		return Typed{}
	}
	return nil
}

// Paste types what was pasted.
func (d *Filter) Paste(s string) Action { d.field.Paste(s); return Typed{} }

// Do accepts.
func (d *Filter) Do(i keys.Intent) Action {
	if i == keys.Accept || i == keys.Send {
		return FilterPicked{d.Query()}
	}
	return nil
}
