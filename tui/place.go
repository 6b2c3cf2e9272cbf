package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
)

// placeTime is how long a place waits to be kept: a run of keys is kept once.
const placeTime = time.Second

// placed is what is known to be kept of where this session is.
type placed struct {
	kept inbox.Place
	wait bool // it will be kept
}

// placeDueMsg: the place is to be kept.
type placeDueMsg struct{}

// here is where this session is.
func (m *Model) here() inbox.Place {
	p := inbox.Place{View: m.query().View.ID, Client: m.client, Filter: m.filter, Reading: m.focus == onReader}
	if t, ok := m.list.Current(); ok {
		p.Thread = t.ID
	}
	if m.composer.Active() {
		p.Thread, p.Draft = m.composer.Thread.ID, m.composer.Draft().ID
	}
	return p
}

// notePlace sees to it that a place that changed is kept, soon.
func (m *Model) notePlace() tea.Cmd {
	if m.placed.wait || !m.ready || !m.list.Loaded() || m.by.Line == "" || m.here() == m.placed.kept {
		return nil
	}
	m.placed.wait = true
	return m.timer(placeTime, func() tea.Msg { return placeDueMsg{} })
}

// savePlace keeps it.
func (m *Model) savePlace() tea.Cmd {
	m.placed.wait = false
	p := m.here()
	if p == m.placed.kept || m.by.Line == "" {
		return nil
	}
	m.placed.kept = p
	b, by := m.backend, m.by
	return func() tea.Msg { b.SavePlace(by, p); return nil }
}

// resumePlace begins where the line's last session was.
func (m *Model) resumePlace(p inbox.Place) tea.Cmd {
	m.view = max(slices.IndexFunc(m.views, func(v inbox.View) bool { return v.ID == p.View }), 0)
	for _, c := range m.look.Clients {
		if c.ID == p.Client {
			m.client = p.Client
		}
	}
	m.filter = p.Filter
	m.placed.kept = p
	m.list.Settle()
	m.want = p.Thread
	if p.Draft != "" {
		return m.resumeDraft(p.Draft)
	}
	m.rejoin = p.Reading
	return nil
}

// goOnReading opens the thread that was open when the last session ended, when
// the list is there.
func (m *Model) goOnReading() tea.Cmd {
	if t, ok := m.list.Current(); m.rejoin && ok && t.ID == m.placed.kept.Thread {
		m.rejoin = false
		return m.open()
	}
	m.rejoin = false
	return nil
}
