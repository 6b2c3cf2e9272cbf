package dialog

import (
	tea "charm.land/bubbletea/v2"

	"vigie/tui/keys"
	"vigie/tui/look"
)

// Notice says why a field for text did not open. It takes what is typed on for
// that field, so that no letter of it is a command.
type Notice struct {
	base
	Words string // why, and what can be done instead
	typed bool   // somebody writes on: enter is a new line of theirs
}

// Scopes: what is typed is text.
func (*Notice) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Title says that nothing opened.
func (*Notice) Title(l look.Look) string { return l.P.T("dialog.notice") }

// Rows: all the words, and what the keys do.
func (d *Notice) Rows(l look.Look, w int) int { return 1 + len(l.Wrap(d.Words, max(w-2, 1))) }

// View draws the dialog.
func (d *Notice) View(l look.Look, w, h int) []string {
	var out []string
	for _, s := range l.Wrap(d.Words, max(w-2, 1)) {
		out = append(out, l.Spans(w).Add(l.Warn, " "+s).End(l.Text))
	}
	s := l.Spans(w)
	if d.typed {
		s.Add(l.Key, " esc ").Add(l.Muted, l.P.T("notice.typed"))
	} else {
		s.Add(l.Key, " esc ").Add(l.Muted, l.P.T("notice.or")).Add(l.Key, " enter ").Add(l.Muted, l.P.T("notice.close"))
	}
	return append(out[:max(min(len(out), h-1), 0)], s.End(l.Text)) // the keys stay, whatever is cut
}

// Key takes what is typed.
func (d *Notice) Key(k tea.KeyPressMsg) Action {
	d.typed = d.typed || k.Text != ""
	return nil
}

// Paste takes what is pasted.
func (d *Notice) Paste(string) Action {
	d.typed = true
	return nil
}

// Do closes it by enter, unless that ends a line of what is typed.
func (d *Notice) Do(i keys.Intent) Action {
	if i == keys.Accept && !d.typed {
		return Closed{}
	}
	return nil
}
