package reader

import (
	"slices"

	"vigie/inbox"
	"vigie/tui/look"
)

// Chosen is the item under the reader's cursor: a message, an act of ours that
// is none yet, or neither.
type Chosen struct {
	Message *inbox.Message
	Action  *inbox.Action
}

// Chosen returns what is chosen.
func (m *Model) Chosen() Chosen {
	var c Chosen
	i := m.selected()
	if i < 0 {
		return c
	}
	for j := range m.view.Messages {
		if m.spots[i].remote != "" && m.view.Messages[j].Remote == m.spots[i].remote {
			c.Message = &m.view.Messages[j]
		}
	}
	for j := range m.view.Actions {
		if m.spots[i].action != 0 && m.view.Actions[j].ID == m.spots[i].action {
			c.Action = &m.view.Actions[j]
		}
	}
	return c
}

// Step chooses the next item, or the one before; the first step chooses the
// newest that is on the screen.
func (m *Model) Step(delta int) {
	if len(m.spots) == 0 {
		return
	}
	i := m.selected()
	if i < 0 {
		i = 0
		for j, s := range m.spots {
			if s.from < m.top+m.body() {
				i = j
			}
		}
	} else {
		i = max(min(i+delta, len(m.spots)-1), 0)
	}
	m.choose(i)
}

// Seek chooses an act and brings it into view; 0, or one that is not there,
// changes nothing.
func (m *Model) Seek(id inbox.ActionID) {
	i := slices.IndexFunc(m.spots, func(s spot) bool { return id != 0 && s.action == id })
	if i >= 0 {
		m.choose(i)
	}
}

// SeekMessage chooses a message by its id on the network and brings it into
// view, however old it is; "", or one that is not there, changes nothing.
func (m *Model) SeekMessage(remote string, l look.Look) {
	if remote == "" || !slices.ContainsFunc(m.view.Messages, func(msg inbox.Message) bool { return msg.Remote == remote }) {
		return
	}
	at := func() int { return slices.IndexFunc(m.spots, func(s spot) bool { return s.remote == remote }) }
	if at() < 0 && !m.whole {
		m.whole = true
		m.Relayout(l)
	}
	if i := at(); i >= 0 {
		m.choose(i)
	}
}

func (m *Model) choose(i int) {
	s := m.spots[i]
	m.sel = s
	if s.to > m.top+m.body() {
		m.top = s.to - m.body()
	}
	if s.from < m.top {
		m.top = s.from
	}
	m.clamp()
}

// selected is the place of what is chosen; -1: nothing is.
func (m *Model) selected() int {
	return slices.IndexFunc(m.spots, func(s spot) bool {
		return (s.remote != "" && s.remote == m.sel.remote) || (s.action != 0 && s.action == m.sel.action)
	})
}

// follow stays with an answer that was chosen and has become a message.
func (m *Model) follow() {
	if m.sel.action == 0 || m.selected() >= 0 {
		return
	}
	for _, a := range m.view.Actions {
		if a.ID == m.sel.action {
			m.sel.remote = a.Receipt.Remote
		}
	}
}
