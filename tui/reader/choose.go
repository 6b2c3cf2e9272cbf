package reader

import (
	"slices"

	"vigie/inbox"
	"vigie/tui/hits"
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
// newest that is on the screen. It reports whether the choice is another.
func (m *Model) Step(delta int) bool {
	if len(m.spots) == 0 {
		return false
	}
	i := m.selected()
	was := i
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
	return i != was
}

// Seek chooses an act and brings it into view; 0, or one that is not there,
// changes nothing.
func (m *Model) Seek(id inbox.ActionID) {
	i := slices.IndexFunc(m.spots, func(s spot) bool { return id != 0 && s.action == id })
	if i >= 0 {
		m.choose(i)
	}
}

// found is a message that was looked for, and its words.
type found struct {
	remote string // "": none was
	words  hits.Words
}

// SeekHit chooses a message by its id on the network and brings what matched in
// it into view, however old and long it is; "", or one that is not there,
// changes nothing. The words stay marked in the thread until Forget.
func (m *Model) SeekHit(remote string, words hits.Words, l look.Look) {
	if remote == "" || !slices.ContainsFunc(m.view.Messages, func(msg inbox.Message) bool { return msg.Remote == remote }) {
		return
	}
	m.found = found{remote, words}
	m.unfold(remote)
	m.setOpen(remote, true)
	m.Relayout(l)
	at := func() int { return slices.IndexFunc(m.spots, func(s spot) bool { return s.remote == remote }) }
	if i := at(); !m.whole && (i < 0 || (len(words) > 0 && m.spots[i].match < 0)) {
		m.whole = true
		m.Relayout(l)
	}
	i := at()
	if i < 0 {
		return
	}
	m.choose(i)
	if y := m.spots[i].match; y >= m.top+m.body() || (y >= 0 && y < m.top) {
		m.top = y - m.body()/3
		m.clamp()
	}
}

// Forget ends the marks of a search.
func (m *Model) Forget(l look.Look) {
	if m.found.remote != "" {
		m.found = found{}
		m.Relayout(l)
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
