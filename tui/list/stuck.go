package list

import (
	"slices"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/look"
	"vigie/tui/standing"
)

// Stuck is an act of ours that a person must look at, with its thread.
type Stuck struct {
	Action inbox.Action
	Thread inbox.Thread
}

// mostStuck is how many of them the list shows before it counts the rest.
const mostStuck = 3

// SetStuck tells what stands above the rows in every view. The selected thread
// stays selected and, where there is room, on its line of the screen.
func (m *Model) SetStuck(list []Stuck) {
	if len(list) == 0 && len(m.stuck) == 0 {
		return
	}
	old, before := m.stuck, m.stuckLines()
	m.stuck = list
	if grown := m.stuckLines() - before; grown != 0 && m.at == 0 && len(m.rows) > 0 {
		m.top += grown / m.rowHeight()
	}
	m.keepHand(old)
	m.show()
}

// keepHand leaves the cursor on its thread when the act it was on is not drawn
// any more.
func (m *Model) keepHand(old []Stuck) {
	i := slices.IndexFunc(old, func(s Stuck) bool { return s.Action.ID == m.at })
	if m.at == 0 || m.stuckIndex() >= 0 || i < 0 {
		return
	}
	m.at = 0
	m.Pin(old[i].Thread)
}

// stuckRows is how many of them are drawn: never so many that no row is left.
func (m *Model) stuckRows() int {
	room := (m.height - m.titled()) / m.rowHeight() / 3
	return max(min(len(m.stuck), mostStuck, room), 0)
}

// stuckLines is how many lines they take, with the one that counts the rest.
func (m *Model) stuckLines() int {
	n := m.stuckRows()
	lines := n * m.rowHeight()
	if n > 0 && n < len(m.stuck) {
		lines++
	}
	return lines
}

// stuckIndex is the one under the cursor, if it is drawn; -1: none.
func (m *Model) stuckIndex() int {
	if m.at == 0 {
		return -1
	}
	i := slices.IndexFunc(m.stuck, func(s Stuck) bool { return s.Action.ID == m.at })
	if i >= m.stuckRows() {
		return -1
	}
	return i
}

// moveStuck moves the cursor among what stands above the rows, and between
// that and the rows; it reports whether it did.
func (m *Model) moveStuck(delta int) bool {
	n, i := m.stuckRows(), m.stuckIndex()
	switch {
	case i < 0 && (delta >= 0 || n == 0 || m.index() > 0):
		m.at = 0
		return false
	case i < 0:
		m.drop()
		m.at = m.stuck[n-1].Action.ID
	case i+delta < n:
		m.at = m.stuck[max(i+delta, 0)].Action.ID
	case len(m.rows) > 0:
		m.Select(m.rows[min(m.top, len(m.rows)-1)].ID)
	}
	return true
}

// Stuck is the act under the cursor, if the cursor is on one.
func (m *Model) Stuck() (Stuck, bool) {
	if i := m.stuckIndex(); i >= 0 {
		return m.stuck[i], true
	}
	return Stuck{}, false
}

// StuckAt is the act on a line of the pane.
func (m *Model) StuckAt(line int) (inbox.ActionID, bool) {
	line -= m.titled()
	if i := line / m.rowHeight(); line >= 0 && i < m.stuckRows() {
		return m.stuck[i].Action.ID, true
	}
	return 0, false
}

// SelectStuck puts the cursor on an act that is drawn above the rows.
func (m *Model) SelectStuck(id inbox.ActionID) bool {
	i := slices.IndexFunc(m.stuck, func(s Stuck) bool { return s.Action.ID == id })
	if i < 0 || i >= m.stuckRows() {
		return false
	}
	m.drop()
	m.at = id
	return true
}

// Head is how many lines stand above the rows: the title, and what is stuck.
func (m *Model) Head() int { return m.head() }

func (m *Model) drawStuck(out []string, l look.Look, focused bool) []string {
	n := m.stuckRows()
	for i := range n {
		c := elsewhere
		if m.stuck[i].Action.ID == m.at {
			c = resting
			if focused {
				c = here
			}
		}
		out = append(out, m.stuckRow(l, m.stuck[i], c)...)
	}
	if rest := len(m.stuck) - n; n > 0 && rest > 0 {
		s := l.Spans(m.width).Add(l.Danger, "  "+l.Glyphs.Ellipse+" "+l.P.T("list.stuck-more", rest, l.OutboxKey))
		out = append(out, s.End(l.Text))
	}
	return out
}

// stuckRow draws one: whose, who, what went wrong, since when.
func (m *Model) stuckRow(l look.Look, st Stuck, c cursor) []string {
	a, client := st.Action, l.Client(st.Action.Client)
	pens, ink := l.Plain, client.Pens.Plain
	switch c {
	case here:
		pens, ink = l.Selected, client.Pens.Selected
	case resting:
		pens, ink = l.Resting, client.Pens.Resting
	}
	words, what := standing.Of(l, a, nil), standing.Named(l, a, nil)
	why, _ := standing.Why(l, a)
	age := l.Time.Age(a.CreatedAt, l.Now, client.Zone)
	s := l.Spans(m.width)
	s.Add(pens.Mark, c.sign(l.Glyphs)).Add(pens.Danger, words.Sign+" ").Fixed(ink, client.Name, l.ClientWidth).Add(pens.Text, " ")
	if m.rowHeight() == 1 {
		s.Fixed(pens.Strong, look.Author(st.Thread.Author), min(max(m.width/6, 12), 24)).Add(pens.Text, "  ")
		explained(s, l, pens.Danger, pens.Muted, what, why, len(ageColumn)+1)
		s.Add(pens.Muted, " "+l.Right(age, len(ageColumn)))
		return []string{s.End(pens.Text)}
	}
	s.Fixed(pens.Strong, look.Author(st.Thread.Author), s.Left()-l.Width(age)-1).Add(pens.Muted, " "+age)
	second := l.Spans(m.width).Add(l.Plain.Mark, c.sign(l.Glyphs)+"  ")
	explained(second, l, l.Plain.Danger, l.Plain.Muted, what, why, 0)
	return []string{s.End(pens.Text), second.End(l.Text)}
}

// ageColumn is as wide as an age.
const ageColumn = "        "

// explained writes what went wrong and, where there is room, why.
func explained(s *cell.Spans, l look.Look, strong, muted cell.Drawer, what, why string, keep int) {
	room := s.Left() - keep
	cut := l.Cut(what, room)
	s.Add(strong, cut)
	room -= l.Width(cut)
	if tail := l.Cut(" "+l.Glyphs.Dot+" "+why, room); why != "" && room > 6 {
		s.Add(muted, tail)
		room -= l.Width(tail)
	}
	s.Add(muted, cell.Spaces(room))
}
