package tui

import (
	"math/rand/v2"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/tui/lang"
	"vigie/tui/linear"
	"vigie/tui/status"
	"vigie/tui/theme"
)

// spokenStep is the least by which a countdown changes for a screen reader.
const spokenStep = 10 * time.Second

// glyphs are the signs that a session draws with. For a screen reader they are
// such as can be told from everything else, and are said in words at the end.
func (m *Model) glyphs(o Options) theme.Glyphs {
	if !o.Linear {
		return theme.GlyphSet(o.Glyphs)
	}
	var g theme.Glyphs
	m.linear = true
	m.speech, g = linear.New(lang.For(o.Lang), rand.Uint32())
	return g
}

// setSize takes the size of the window over. For a screen reader panes are
// drawn a little narrower: their signs become words.
func (m *Model) setSize(w, h int) {
	m.window = max(w, 1)
	m.w, m.h = m.window, max(h, 1)
	if m.linear {
		m.w = linear.Inner(m.window)
	}
}

// styles are those of the theme, as the terminal can show them.
func (m *Model) styles(dark bool, g theme.Glyphs) theme.Styles {
	s := theme.New(m.theme, dark, g)
	if m.few {
		s = theme.Sixteen(m.theme, dark, g)
	}
	if m.linear {
		s = s.Even()
	}
	return s
}

// spoken is a frame for a screen reader, with the real cursor on the line that
// has the focus: where somebody types, else the row under the cursor, else the
// first line of the pane.
func (m *Model) spoken(lines []string, c *tea.Cursor) ([]string, *tea.Cursor) {
	typed := m.lay.composer
	if c == nil {
		c = tea.NewCursor(0, min(max(m.speech.Row(lines), m.paneTop()), m.h-1))
		c.Blink = false
	} else if m.top() != nil {
		typed = rect{0, c.Y, m.w, 1}
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		if typed.holds(typed.x, i) {
			out[i] = m.speech.Blank(line, m.window)
			continue
		}
		out[i] = m.speech.Line(line, m.window)
	}
	return out, c
}

// header is the line of clients. For a screen reader, which gets all of them
// with their numbers, what is due and how the networks are have a line below.
func (m *Model) header(d status.Desk) []string {
	if m.lay.header.h < 2 {
		return []string{status.Header(m.look, d, m.w)}
	}
	l, clients := m.look, d
	l.Clients = nil
	clients.Due, clients.Accounts, d.Below = time.Time{}, nil, true
	return []string{status.Header(m.look, clients, m.window), status.Header(l, d, m.w)}
}

// paneTop is the first line of the pane that gets the keys.
func (m *Model) paneTop() int {
	switch {
	case m.top() != nil:
		return m.lay.sheet.y
	case m.focus == onReader:
		return m.lay.reader.y
	}
	return m.lay.all.y
}
