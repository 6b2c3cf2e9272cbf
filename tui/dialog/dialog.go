// Package dialog holds the dialogs: sheets that open over the lower part of a
// pane, ask one thing and answer with an Action. They decide nothing: the root
// carries an Action out. None does I/O or knows a clock.
package dialog

import (
	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Dialog is one sheet. Exactly one is on top and gets the keys.
type Dialog interface {
	// Scopes are where its keys are looked up, innermost first.
	Scopes() []keys.Scope
	// Title says what is asked.
	Title(l look.Look) string
	// Rows is how many lines it wants under its title, in w cells.
	Rows(l look.Look, w int) int
	// View draws at most h lines of w cells.
	View(l look.Look, w, h int) []string
	// Cursor is the place of the real cursor in the Sheet drawn last, whose
	// line 0 is the title; nil for none.
	Cursor() *tea.Cursor
	// Key types a key that is no binding; Paste puts in pasted text.
	Key(k tea.KeyPressMsg) Action
	Paste(s string) Action
	// Do carries out one of its bindings.
	Do(i keys.Intent) Action
	// Large says that it takes the whole work area.
	Large() bool
}

// Action is what a dialog wants done; nil: nothing.
type Action any

// The actions every dialog may give.
type (
	// Closed: the dialog is over, nothing is wanted.
	Closed struct{}
	// Typed: the text changed; a search may follow.
	Typed struct{}
	// Run: carry out an intent, after closing.
	Run struct{ Intent keys.Intent }
	// Refused: what was asked makes no sense yet; Why says it to people.
	Refused struct{ Why lang.Key }
	// Cannot: what was asked is not possible; Words say why. Text: it would have
	// asked for a text.
	Cannot struct {
		Words string
		Text  bool
	}
)

// base is what most dialogs answer.
type base struct{ cursor *tea.Cursor }

func (b *base) Cursor() *tea.Cursor      { return b.cursor }
func (*base) Key(tea.KeyPressMsg) Action { return nil }
func (*base) Paste(string) Action        { return nil }
func (*base) Large() bool                { return false }
func (*base) Rows(look.Look, int) int    { return 1 }
func (*base) Scopes() []keys.Scope       { return []keys.Scope{keys.Pick} }
func (b *base) setCursor(x, y int, ok bool) {
	b.cursor = nil
	if ok {
		b.cursor = tea.NewCursor(x, y)
	}
}

// chooser is a line chosen among n, with the part of them that is visible.
type chooser struct{ at, top int }

func (c *chooser) move(delta, n int) {
	c.at = max(min(c.at+delta, n-1), 0)
}

// window is the lines to show in h lines.
func (c *chooser) window(n, h int) (from, to int) {
	c.at = max(min(c.at, n-1), 0)
	if c.at < c.top {
		c.top = c.at
	}
	if c.at >= c.top+h {
		c.top = c.at - h + 1
	}
	c.top = max(min(c.top, n-h), 0)
	return c.top, min(c.top+h, n)
}

// far is further than any list is long.
const far = 1 << 30

// step turns the movement intents into lines.
func step(i keys.Intent, page int) (delta int, ok bool) {
	switch i {
	case keys.Down:
		return 1, true
	case keys.Up:
		return -1, true
	case keys.PageDown:
		return max(page, 1), true
	case keys.PageUp:
		return -max(page, 1), true
	case keys.Top:
		return -far, true
	case keys.Bottom:
		return far, true
	}
	return 0, false
}

// Sheet frames a dialog: a rule with its title, then its lines, exactly h.
func Sheet(d Dialog, l look.Look, w, h int) []string {
	if h <= 0 {
		return nil
	}
	s := l.Spans(w)
	s.Add(l.Accent, cell.Repeat(l.Glyphs.Heavy, 2)).Add(l.SheetTitle, " "+d.Title(l)+" ")
	s.Add(l.Accent, cell.Repeat(l.Glyphs.Heavy, s.Left()))
	out := append(make([]string, 0, h), s.End(l.Text))
	if h > 1 {
		out = append(out, d.View(l, w, h-1)...)
	}
	return cell.Height(out, h, w)
}

// chosen draws a line of a list: the chosen one has a sign and another ground.
func chosen(l look.Look, w int, on bool, draw func(s *cell.Spans)) string {
	s := l.Spans(w)
	if on {
		s.Add(l.Key, l.Glyphs.Cursor+" ")
	} else {
		s.Add(l.Text, "  ")
	}
	draw(s)
	return s.End(l.Text)
}

// threads says for how many threads and clients an act is.
func threads(l look.Look, ts []inbox.Thread) string {
	if len(ts) == 1 {
		c := l.Client(ts[0].Client)
		return c.Name + " " + l.Glyphs.Dot + " " + l.Cut(look.Author(ts[0].Author), 30)
	}
	clients := map[inbox.ClientID]bool{}
	for _, t := range ts {
		clients[t.Client] = true
	}
	return l.P.T("dialog.threads", len(ts)) + ", " + l.P.T("dialog.clients", len(clients))
}
