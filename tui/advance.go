package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
)

// advance goes on to the next thread after an act that leaves nothing to do in
// these: at once, or when the list comes without them. The setting that stays
// keeps the cursor, and so does a look at what was found.
func (m *Model) advance(ids []inbox.ThreadID) tea.Cmd {
	switch {
	case m.top() != nil: // what is chosen there is for the thread under the cursor
		return nil
	case m.zen != nil:
		return m.zenNext(ids)
	case m.stay || m.visits:
		return nil
	}
	m.left = ids
	return nil
}

// answeredIn goes on after an answer has been handed over; a note is none.
func (m *Model) answeredIn(id inbox.ThreadID, note bool) tea.Cmd {
	if note {
		m.zenDid([]inbox.ThreadID{id}, "focus.other")
		return nil
	}
	m.zenDid([]inbox.ThreadID{id}, "focus.answered")
	return m.advance([]inbox.ThreadID{id})
}

// moveOn leaves the thread that was acted on, once the list has been loaded
// since. One that went from the list has left the cursor to the next already.
func (m *Model) moveOn() tea.Cmd {
	left := m.left
	m.left = nil
	if left == nil || m.composer.Active() || m.top() != nil {
		return nil
	}
	if t, ok := m.list.Current(); ok && slices.Contains(left, t.ID) {
		m.list.Move(1)
	}
	if m.focus == onReader && m.top() == nil {
		return m.open()
	}
	return nil
}
