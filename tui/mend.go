package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// mendTime is how long what could not be loaded rests before it is tried again.
const mendTime = 5 * time.Second

// mendDueMsg: what could not be loaded is to be tried again.
type mendDueMsg struct{}

// mend sees to it that what could not be loaded is tried again: nothing else
// may change for a long time, and what is told would stay though all is well.
func (m *Model) mend() tea.Cmd {
	if m.mending || m.fault() == "" {
		return nil
	}
	m.mending = true
	return m.timer(mendTime, func() tea.Msg { return mendDueMsg{} })
}

// loadFaulty loads what could not be loaded.
func (m *Model) loadFaulty() tea.Cmd {
	m.mending = false
	loads := [loadKinds]func() tea.Cmd{
		listLoad: m.loadThreads, threadLoad: m.reloadThread, deskLoad: m.loadDesk, outboxLoad: m.loadOutbox,
		draftsLoad: m.loadDrafts, accountsLoad: m.loadAccounts, countsLoad: m.loadCounts,
	}
	var cmds []tea.Cmd
	for kind, words := range m.faults {
		if words != "" {
			cmds = append(cmds, loads[kind]())
		}
	}
	return tea.Batch(cmds...)
}

// reloadThread loads the thread that the reader shows, else the one under the
// cursor; without one nothing is missing.
func (m *Model) reloadThread() tea.Cmd {
	id := m.reader.ID()
	if t, ok := m.list.Current(); id == 0 && ok {
		id = t.ID
	}
	if id == 0 {
		m.failed(threadLoad, nil)
	}
	return m.loadThread(id)
}
