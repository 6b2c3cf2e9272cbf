package list

import "vigie/inbox"

// twoLines is the width from which a row is one line and not two.
const twoLines = 72

func (m *Model) rowHeight() int {
	if m.width < twoLines {
		return 2
	}
	return 1
}

// titled is how many lines the title takes.
func (m *Model) titled() int {
	if m.bare {
		return 0
	}
	return 1
}

// head is how many lines stand above the rows.
func (m *Model) head() int { return m.titled() + m.stuckLines() }

// Visible is how many rows fit under the title.
func (m *Model) Visible() int { return max((m.height-m.head())/m.rowHeight(), 1) }

// Move moves the cursor; it stops at the ends. Above the first row stand the
// acts that are stuck.
func (m *Model) Move(delta int) {
	if m.moveStuck(delta) || len(m.rows) == 0 {
		return
	}
	i := min(max(m.index()+delta, 0), len(m.rows)-1)
	if delta == 1 || delta == -1 {
		m.turn(i)
	}
	m.choose(i)
}

// turn scrolls by half a screen when a step leaves it: beside other panes, each
// scroll sends every row of this one again.
func (m *Model) turn(i int) {
	n := m.Visible()
	switch {
	case i >= m.top+n:
		m.top = i - n/2
	case i < m.top:
		m.top = i - (n-1)/2
	}
}

// Page moves the cursor by screens.
func (m *Model) Page(delta int) { m.Move(delta * max(m.Visible()-1, 1)) }

// Ends moves the cursor to the first or the last row that is loaded. To the
// real top it takes loading anew when rows were let go: back says so.
func (m *Model) Ends(last bool) (back bool) {
	m.at = 0
	if last {
		m.Move(len(m.rows))
		return false
	}
	if len(m.before) > 0 {
		m.Reset()
		return true
	}
	m.drop()
	m.sort()
	if len(m.rows) > 0 {
		m.Select(m.rows[0].ID)
	}
	return false
}

// Select puts the cursor on a thread of the window.
func (m *Model) Select(id inbox.ThreadID) bool {
	i := m.find(id)
	if i < 0 {
		return false
	}
	m.choose(i)
	return true
}

// choose puts the cursor on a row; what was pinned goes when it is left.
func (m *Model) choose(i int) {
	m.sel, m.at, m.found, m.home = m.rows[i].ID, 0, i, nil
	m.stretch(i)
	if m.pinned != nil && m.pinned.ID != m.sel {
		m.drop()
	}
	m.show()
}

// At is the thread on a line of the pane; what stands above the rows is none.
func (m *Model) At(line int) (inbox.ThreadID, bool) {
	line -= m.head()
	i := m.top + line/m.rowHeight()
	if line < 0 || i >= len(m.rows) {
		return 0, false
	}
	return m.rows[i].ID, true
}

// show scrolls so that the cursor is on the screen.
func (m *Model) show() {
	if len(m.rows) == 0 {
		m.sel, m.top, m.fresh = 0, 0, 0
		return
	}
	i, n := m.index(), m.Visible()
	if i < 0 {
		i = 0
		m.sel = m.rows[0].ID
	}
	if i < m.top {
		m.top = i
	}
	if i >= m.top+n {
		m.top = i - n + 1
	}
	m.top = max(min(m.top, len(m.rows)-n), 0)
	m.fresh = min(m.fresh, m.top)
}
