// Package reader is the pane that shows one thread: whose it is, the post it
// hangs under, its messages with our answers and where they are, notes and
// what was done to it. Remote text only ever stands behind a gutter that it
// cannot draw itself.
package reader

import (
	"slices"
	"time"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Model is the reader. Lines are laid out when a thread comes or the width
// changes, never on a scroll.
type Model struct {
	id     inbox.ThreadID
	view   inbox.ThreadView
	loaded bool
	lines  []string
	spots  []spot
	sel    spot  // what is chosen, by its ids
	counts bool  // something counts down
	last   int   // first line of the newest item
	whole  bool  // all of a long thread is laid out
	found  found // what a search has led to
	top    int

	seen    int             // number of the newest event that was known when it was opened
	out     time.Time       // of our newest answer then
	visit   int             // as seen, when it was marked read before it came; 0: it was not
	fresh   map[string]bool // messages that came since
	links   bool            // a message has an address in its text
	newLine int             // where the first of them begins; -1: nowhere
	folded  map[string]bool // messages whose answers are hidden; never changed, only replaced
	folding folding
	open    map[string]bool // messages whose text is shown behind its warning; as folded

	// Card says that a line of words about who writes stands under the head.
	Card  bool
	who   inbox.ThreadID // whom words are about
	words string

	width, height int
}

// SetSize tells the pane its cells.
func (m *Model) SetSize(w, h int, l look.Look) {
	old := m.width
	wasEnd := m.top >= m.maxTop()
	m.width, m.height = w, h
	if w != old {
		m.stay(func() { m.Relayout(l) })
	}
	if wasEnd {
		m.top = m.maxTop()
	}
	m.clamp()
}

// Await empties the pane for a thread that is being loaded.
func (m *Model) Await(id inbox.ThreadID) {
	if m.id != id {
		*m = Model{id: id, width: m.width, height: m.height, Card: m.Card}
	}
}

// ID is the thread that is shown or awaited; 0: none.
func (m *Model) ID() inbox.ThreadID { return m.id }

// Thread returns what is shown.
func (m *Model) Thread() (inbox.ThreadView, bool) { return m.view, m.loaded }

// Opened tells that the thread that is awaited was unread at its event n, and
// is being marked read: what came before stays new for the visit.
func (m *Model) Opened(id inbox.ThreadID, n int) {
	if m.id == id && !m.loaded {
		m.visit = n
	}
}

// Show shows a thread, or what it has become. A thread that is shown already
// keeps its place; a new one shows what is new in it, else its newest message.
func (m *Model) Show(v inbox.ThreadView, l look.Look) {
	same := m.loaded && m.id == v.Thread.ID
	wasEnd := m.top >= m.maxTop()
	if !same {
		m.out = v.Thread.OutAt
		m.whole, m.found, m.folded, m.folding, m.open = false, found{}, nil, unfolded, nil
		m.seen = seen(v, m.visit)
		if m.visit == 0 && !v.Thread.Unread {
			m.seen = v.Thread.Events
		}
	}
	m.id, m.view, m.loaded = v.Thread.ID, v, true
	m.links = slices.ContainsFunc(v.Messages, func(msg inbox.Message) bool { return len(addresses(msg.Text.String())) > 0 })
	if m.fresh = freshOf(v, m.seen, m.out); m.fresh == nil {
		m.seen = v.Thread.Events // what comes from now on is new
	}
	if same {
		m.stay(func() { m.Relayout(l) })
	} else {
		m.Relayout(l)
	}
	switch {
	case !same && m.newLine >= 0:
		m.top = min(m.newLine, m.maxTop())
		m.Seek(firstStuck(v))
	case !same:
		m.top = min(m.last, m.maxTop())
		m.Seek(firstStuck(v))
	case wasEnd:
		m.top = m.maxTop()
	}
	m.clamp()
}

// About gives the words that stand under the head of a thread.
func (m *Model) About(id inbox.ThreadID, words string) { m.who, m.words = id, words }

// stay keeps the first item of the screen where it is while f draws anew.
func (m *Model) stay(f func()) {
	var first spot
	for _, s := range m.spots {
		if s.to > m.top {
			first = s
			break
		}
	}
	f()
	for _, s := range m.spots {
		if (s.remote != "" && s.remote == first.remote) || (s.action != 0 && s.action == first.action) {
			m.top += s.from - first.from
			break
		}
	}
	m.clamp()
}

// Relayout draws the lines again, after a change of style or width.
func (m *Model) Relayout(l look.Look) {
	m.lines, m.spots, m.last, m.newLine, m.counts = nil, nil, 0, -1, false
	if m.loaded && m.width > 0 {
		p := m.layout(l)
		m.lines, m.spots, m.last, m.newLine, m.counts = p.lines, p.spots, p.last, p.newLine, counting(m.view, l)
	}
	m.follow()
	m.clamp()
}

// Tick draws the lines again when one of them counts seconds, or did.
func (m *Model) Tick(l look.Look) {
	if m.counts {
		m.Relayout(l)
	}
}

// Counts reports whether a line counts seconds.
func (m *Model) Counts() bool { return m.counts }

// Scroll moves by lines.
func (m *Model) Scroll(n int) { m.top += n; m.clamp() }

// Page moves by screens.
func (m *Model) Page(n int) { m.Scroll(n * max(m.body()-1, 1)) }

// Ends goes to the first or the last line. The first line of a long thread is
// that of its very first message.
func (m *Model) Ends(last bool, l look.Look) {
	if !last && !m.whole {
		m.whole = true
		m.Relayout(l)
	}
	m.top = 0
	if last {
		m.top = m.maxTop()
	}
}

// head is how many lines stand still above the scrolling ones.
func (m *Model) head() int {
	if m.Card {
		return 3
	}
	return 2
}

func (m *Model) body() int   { return max(m.height-m.head(), 0) }
func (m *Model) maxTop() int { return max(len(m.lines)-m.body(), 0) }
func (m *Model) clamp()      { m.top = max(min(m.top, m.maxTop()), 0) }

// View draws the pane, exactly the size it was given.
func (m *Model) View(l look.Look, focused bool) []string {
	if m.height <= 0 || m.width <= 0 {
		return nil
	}
	out := make([]string, 0, m.height)
	if !m.loaded {
		return cell.Height(m.empty(l), m.height, m.width)
	}
	out = append(out, Band(l, m.view.Thread, m.width), m.state(l, focused))
	if m.Card {
		out = append(out, m.card(l))
	}
	end := min(m.top+m.body(), len(m.lines))
	out = append(out, m.lines[m.top:end]...)
	if sel := m.selected(); focused && sel >= 0 {
		if y := m.spots[sel].from - m.top; y >= 0 && y < m.body() {
			out[m.head()+y] = m.spots[sel].chosen
		}
	}
	return cell.Height(out, m.height, m.width)
}

// empty is the pane without a thread.
func (m *Model) empty(l look.Look) []string {
	out := []string{cell.Spaces(m.width), cell.Spaces(m.width)}
	if m.id != 0 {
		return out // it comes within a blink: nothing is calmer than a word that flashes
	}
	for _, s := range l.Wrap(l.P.T("reader.empty"), max(m.width-4, 1)) {
		out = append(out, l.Spans(m.width).Add(l.Muted, "  "+s).End(l.Text))
	}
	return out
}

// Band is the identity band: whose thread this is, in words, in the colour of
// the client.
func Band(l look.Look, t inbox.Thread, w int) string {
	c := l.Client(t.Client)
	s := l.Spans(w)
	s.Add(c.Pens.Band, " "+c.Name+" "+l.Glyphs.Dot+" "+l.Handle(t.Account)+" "+l.Glyphs.Dot+" "+l.On(t.Account, t.Network)+" "+l.Glyphs.Dot+" "+l.P.T(kindLong(t.Kind)))
	return s.End(c.Pens.Band)
}

// state is the second line: where the thread stands, by when it wants an
// answer and why, then what else is known of it, as much as there is room for.
func (m *Model) state(l look.Look, focused bool) string {
	t := m.view.Thread
	s := l.Spans(m.width)
	p := l.Muted
	if focused {
		p = l.Title
	}
	sign := " "
	if focused {
		sign = l.Glyphs.Focus
	}
	dot := " " + l.Glyphs.Dot + " "
	s.Add(l.Key, sign).Add(p, stateWords(l, t))
	if who, ok := l.Writing[t.ID]; ok {
		s.Add(l.Warn, dot+l.Glyphs.Writing+" "+l.P.T("reader.writing", who))
	}
	if words, bad := dueWords(l, t); words != "" {
		pen := l.Warn
		if bad {
			pen = l.Danger
		}
		s.Add(l.Muted, dot).Add(pen, words)
	}
	if t.Feeling != inbox.Unmarked {
		pen := l.Muted
		if t.Feeling == inbox.Negative {
			pen = l.Warn
		}
		s.Add(l.Muted, dot).Add(pen, l.P.T("reader.feeling", l.P.T(lang.Key("feeling."+t.Feeling.String()))))
	}
	if t.Lang != "" {
		s.Add(l.Muted, dot+language(l, t.Lang))
	}
	s.Add(l.Muted, dot+l.P.T("reader.messages", t.Messages))
	for _, tag := range t.Tags {
		s.Add(l.Tag, " "+l.Glyphs.Tag+tag)
	}
	if right := m.where(l); right != "" && l.Width(right)+1 < s.Left() {
		s.Fill(l.Text, l.Width(right)).Add(l.Faint, right)
	}
	return s.End(l.Text)
}

// card is the line about who writes; empty until it is known.
func (m *Model) card(l look.Look) string {
	s := l.Spans(m.width)
	if m.who == m.view.Thread.ID && m.words != "" {
		s.Add(l.Accent, " "+m.words)
	}
	return s.End(l.Text)
}

// where says how much is hidden above and below.
func (m *Model) where(l look.Look) string {
	up, down := m.top, m.maxTop()-m.top
	switch {
	case up > 0 && down > 0:
		return l.Glyphs.Less + l.Glyphs.More
	case up > 0:
		return l.Glyphs.Less
	case down > 0:
		return l.Glyphs.More
	}
	return ""
}

// Current reports whether the reader shows the thread as its head says it is.
func (m *Model) Current(t inbox.Thread) bool {
	have := m.view.Thread
	return m.loaded && have.ID == t.ID && have.Events == t.Events && have.Messages == t.Messages &&
		have.LastAt.Equal(t.LastAt) && have.Snippet == t.Snippet
}
