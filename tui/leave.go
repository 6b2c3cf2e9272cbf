package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/tui/keys"
	"vigie/tui/standing"
)

// greeting is what is known of the desk since the session began: when all is,
// what waits is told once.
type greeting struct{ outbox, drafts, told bool }

// quitForgotMsg: the second of two keys that leave did not come.
type quitForgotMsg struct{}

// greet notes that a part of the desk is known, and tells what waits for the
// person once all is.
func (m *Model) greet(part *bool) tea.Cmd {
	*part = true
	if g := m.greeting; g.told || !g.outbox || !g.drafts {
		return nil
	}
	m.greeting.told = true
	drafts := 0
	for _, d := range m.drafts.drafts {
		if d.Line == m.by.Line {
			drafts++
		}
	}
	var words []string
	if drafts > 0 {
		words = append(words, m.look.P.T("welcome.drafts", drafts, m.keys.Key(keys.DraftBox)))
	}
	if n := standing.Count(m.look, m.outbox)[standing.ForYou]; n > 0 {
		words = append(words, m.look.P.T("welcome.stuck", n, m.keys.Key(keys.OutboxBox)))
	}
	if len(words) == 0 {
		return nil
	}
	return m.say("welcome.back", strings.Join(words, ", "))
}

// quit leaves; while something of this person is held it says so first, and
// leaves at the second time.
func (m *Model) quit() tea.Cmd {
	a, held := m.held()
	if !held || m.quits {
		return m.detach()
	}
	m.quits = true
	return tea.Batch(m.warn("hold.quit", m.pressed, m.holdWords(a)), m.timer(twiceTime, func() tea.Msg { return quitForgotMsg{} }))
}
