package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
)

// tally is how many threads the filter of the list leaves.
type tally struct {
	of          listKey
	n           int
	exact       bool
	busy, again bool // as in loads
}

// listKey is what a list is of.
type listKey struct {
	view   int
	client inbox.ClientID
	filter string
}

func (m *Model) listKey() listKey { return listKey{m.view, m.client, m.filter} }

type talliedMsg struct {
	of    listKey
	n     int
	exact bool
	err   error
}

// countMatches counts behind the list what a filter leaves. What was counted
// before stays on the screen until then.
func (m *Model) countMatches() tea.Cmd {
	if m.filter == "" {
		return nil
	}
	if m.tally.busy {
		m.tally.again = true
		return nil
	}
	m.tally.busy = true
	b, q, of := m.backend, m.query(), m.listKey()
	return m.call(func(ctx context.Context) tea.Msg {
		n, exact, err := b.CountView(ctx, q)
		return talliedMsg{of, n, exact, err}
	})
}

// gotTally shows a count, unless it failed: the list says why then.
func (m *Model) gotTally(msg talliedMsg) tea.Cmd {
	m.tally.busy = false
	if msg.err == nil {
		m.tally.of, m.tally.n, m.tally.exact = msg.of, msg.n, msg.exact
	}
	return again(&m.tally.again, m.countMatches)
}

// matching is the number of threads that the filter leaves, in words; "" when
// it is not known.
func (m *Model) matching() string {
	p, t := m.look.P, m.tally
	switch {
	case m.filter == "" || t.of != m.listKey():
		return ""
	case !t.exact:
		return p.T("list.matching", p.Number(t.n)+"+")
	case t.n < 2:
		return p.T("dialog.threads", t.n)
	}
	return p.T("list.matching", p.Number(t.n))
}
