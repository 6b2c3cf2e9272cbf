package palette

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"vigie/tui/cell"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Help shows the keys of a place on the screen.
type Help struct {
	sections []section
	top      int // the first line in sight
	room     int // lines in sight, in all columns
	total    int
}

type section struct {
	scope keys.Scope
	lines []keys.Binding
}

// NewHelp shows the scopes in their order.
func NewHelp(m keys.Map, scopes ...keys.Scope) *Help {
	h := &Help{}
	for _, s := range scopes {
		bs := m.In(s)
		if s == keys.Writing {
			bs = append(bs, keys.Typed()...)
		}
		slices.SortStableFunc(bs, func(a, b keys.Binding) int { return rare(a) - rare(b) })
		if len(bs) > 0 {
			h.sections = append(h.sections, section{s, bs})
		}
	}
	return h
}

// rare is 1 for the acts on what is stuck: seldom needed, and told last.
func rare(b keys.Binding) int {
	if b.Scope == keys.Thread && b.Needs&(keys.NeedConfirm|keys.NeedRetry|keys.NeedDrop|keys.NeedEdit) != 0 {
		return 1
	}
	return 0
}

// Scopes: keys of lists.
func (*Help) Scopes() []keys.Scope { return []keys.Scope{keys.Pick} }

// Title names it.
func (*Help) Title(l look.Look) string { return l.P.T("dialog.help") }

// Large: it needs all the room there is.
func (*Help) Large() bool { return true }

// Rows is not asked of a large dialog.
func (*Help) Rows(look.Look, int) int { return 0 }

// Cursor: none.
func (*Help) Cursor() *tea.Cursor { return nil }

// columnWidth is how many cells one column of keys takes.
const columnWidth = 40

// View draws the keys in as many columns as fit, each going on where the one
// before it ends.
func (d *Help) View(l look.Look, w, h int) []string {
	cols := max(w/columnWidth, 1)
	var flat []string
	cw := w / cols
	for i, s := range d.sections {
		if i > 0 {
			flat = append(flat, cell.Spaces(cw))
		}
		flat = append(flat, l.Spans(cw).Add(l.Title, " "+l.P.T(lang.Key("scope."+string(s.scope)))).End(l.Text))
		for _, b := range s.lines {
			flat = append(flat, binding(l, b, cw)...)
		}
	}
	flat = append(flat, cell.Spaces(cw), l.Spans(cw).Add(l.Title, " "+l.P.T("help.mouse")).End(l.Text))
	for _, s := range l.Wrap(l.P.T("help.mouse.how"), max(cw-2, 1)) {
		flat = append(flat, l.Spans(cw).Add(l.Muted, " "+s).End(l.Text))
	}
	rows := (len(flat) + cols - 1) / cols
	more := rows > h && h > 2
	if more {
		h-- // a line says so
	}
	rows = min(rows, h)
	d.room, d.total = rows*cols, len(flat)
	d.scroll(0)
	flat = flat[d.top:]
	panes := make([]cell.Pane, cols)
	for c := range panes {
		from, to := min(c*rows, len(flat)), min((c+1)*rows, len(flat))
		width := cw
		if c == cols-1 {
			width = w - cw*(cols-1)
		}
		panes[c] = cell.Pane{Width: width, Lines: widen(flat[from:to], width-cw)}
	}
	all := cell.Beside(nil, rows, "", panes...)
	if !more {
		return all
	}
	words := ""
	if below := len(flat) - d.room; below > 0 {
		words = l.P.T("help.below", below)
	}
	return append(all, l.Spans(w).Add(l.Accent, " "+words).End(l.Text))
}

// binding draws the keys of a binding and what they do, on as many lines as
// that takes.
func binding(l look.Look, b keys.Binding, w int) []string {
	const column = 14
	shown := b.Keys
	if len(shown) == 0 { // by its name alone
		shown = []string{":" + string(b.Intent)}
	}
	names := keyLines(l, shown, column)
	words := l.Wrap(l.P.T(b.Help), max(w-column-4, 1))
	out := make([]string, max(len(names), len(words)))
	for i := range out {
		line := l.Spans(w).Add(l.Text, "  ").Fixed(l.Key, at(names, i), column)
		out[i] = line.Add(l.Text, " "+at(words, i)).End(l.Text)
	}
	return out
}

// keyLines are the names of keys on lines of w cells, none of them cut where
// one alone fits.
func keyLines(l look.Look, names []string, w int) []string {
	var out []string
	for i, name := range names {
		if i < len(names)-1 {
			name += ","
		}
		if n := len(out); n > 0 && l.Width(out[n-1]+" "+name) <= w {
			out[n-1] += " " + name
			continue
		}
		out = append(out, l.Wrap(name, w)...)
	}
	return out
}

// at is a line, or none.
func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// widen puts n spaces behind each line.
func widen(lines []string, n int) []string {
	if n == 0 {
		return lines
	}
	out := make([]string, len(lines))
	for i, s := range lines {
		out[i] = s + cell.Spaces(n)
	}
	return out
}

// Key types nothing.
func (*Help) Key(tea.KeyPressMsg) dialog.Action { return nil }

// Paste types nothing.
func (*Help) Paste(string) dialog.Action { return nil }

// Do scrolls.
func (d *Help) Do(i keys.Intent) dialog.Action {
	switch i {
	case keys.Down:
		d.scroll(1)
	case keys.Up:
		d.scroll(-1)
	case keys.PageDown:
		d.scroll(d.room)
	case keys.PageUp:
		d.scroll(-d.room)
	case keys.Accept:
		return dialog.Closed{}
	}
	return nil
}

func (d *Help) scroll(lines int) { d.top = max(min(d.top+lines, d.total-d.room), 0) }
