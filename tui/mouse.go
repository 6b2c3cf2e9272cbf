package tui

import (
	tea "charm.land/bubbletea/v2"

	"vigie/tui/status"
)

// wheelLines is how far one notch of the wheel goes, in lines or rows.
const wheelLines = 3

// click selects what was clicked; a second click on the selected thread
// opens it. Keys that are written somewhere can be clicked. Dialogs and the
// composer keep the focus they have.
func (m *Model) click(at tea.Mouse) tea.Cmd {
	m.list.Settle()
	m.flash.old = true
	switch {
	case at.Button != tea.MouseLeft || m.wait || m.deaf.all:
		return nil
	case m.lay.hints.holds(at.X, at.Y):
		return m.clickHint(at.X)
	case m.top() != nil:
		return m.clickDialog(at)
	}
	if m.onSplit(at.X, at.Y) {
		m.dragged = true
		return nil
	}
	switch lay := m.lay; {
	case lay.header.holds(at.X, at.Y) && !m.composer.Active() && m.zen == nil:
		if n := status.HeaderAt(m.look, m.desk(), m.w, at.X); n >= 0 {
			return m.pickClient(n)
		}
	case lay.tabs.holds(at.X, at.Y) && !m.composer.Active():
		return m.pickView(status.TabAt(m.look, m.desk(), m.w, at.X))
	case lay.side.holds(at.X, at.Y) && !m.composer.Active():
		view, client := status.SideAt(m.look, m.desk(), at.Y-lay.side.y)
		if view >= 0 {
			return m.pickView(view)
		}
		if client >= 0 {
			return m.pickClient(client)
		}
	case lay.list.holds(at.X, at.Y) && !m.composer.Active():
		if stuck, ok := m.list.StuckAt(at.Y - lay.list.y); ok {
			return m.clickStuck(stuck)
		}
		id, ok := m.list.At(at.Y - lay.list.y)
		if !ok {
			return nil
		}
		_, stuck := m.list.Stuck()
		if t, _ := m.list.Current(); t.ID == id && m.focus == onList && !stuck {
			return m.open()
		}
		m.focus = onList
		m.list.Select(id)
		return m.follow()
	case lay.reader.holds(at.X, at.Y) && !m.composer.Active():
		return m.open()
	}
	return nil
}

// wheel scrolls what is under the pointer.
func (m *Model) wheel(at tea.Mouse) tea.Cmd {
	m.list.Settle()
	delta := 0
	switch at.Button {
	case tea.MouseWheelUp:
		delta = -wheelLines
	case tea.MouseWheelDown:
		delta = wheelLines
	}
	if delta == 0 || m.top() != nil || m.wait {
		return nil
	}
	switch {
	case m.lay.reader.holds(at.X, at.Y):
		m.reader.Scroll(delta)
	case m.lay.list.holds(at.X, at.Y) && !m.composer.Active():
		m.list.Move(delta)
		return tea.Batch(m.follow(), m.loadMore())
	}
	return nil
}

// onSplit reports whether a place is on the line between list and reader: a
// column of its own beside each other, the reader's first line below each other.
func (m *Model) onSplit(x, y int) bool {
	list, reader := m.lay.list, m.lay.reader
	switch {
	case list.empty() || reader.empty():
		return false
	case list.y == reader.y:
		return x == list.x+list.w && y >= list.y && y < list.y+list.h
	}
	return y == reader.y && m.focus == onList && x >= reader.x
}

// drag moves the line between list and reader. It stays there for the session.
func (m *Model) drag(at tea.Mouse) tea.Cmd {
	list, reader := m.lay.list, m.lay.reader
	if !m.dragged || list.empty() || reader.empty() {
		return nil
	}
	if list.y == reader.y {
		m.split = float64(at.X-list.x) / float64(list.w+reader.w)
	} else {
		m.split = float64(at.Y-list.y) / float64(list.h+reader.h)
	}
	m.split = min(max(m.split, 0.01), 0.99)
	return nil
}
