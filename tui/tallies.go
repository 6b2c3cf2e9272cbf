package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/status"
)

// tallyPause is how long the numbers of the frame rest before they are asked for
// again: the index counts them, but not for nothing.
const tallyPause = 2 * time.Second

// tallies are how many threads the views with a query hold.
type tallies struct {
	of     map[string]status.Tally // by view; never changed, only replaced
	client inbox.ClientID          // whose
	rev    int
	busy   bool
	wait   bool // they will be asked for again
}

type (
	talliesLoadedMsg struct {
		client inbox.ClientID
		of     map[string]status.Tally
	}
	talliesDueMsg struct{}
)

// gotCounts shows what is in the views that have no query, and asks for the
// rest.
func (m *Model) gotCounts(msg countsLoadedMsg) tea.Cmd {
	m.loads.countsBusy = false
	if !m.failed(countsLoad, msg.err) {
		m.counts = msg.counts
	}
	if msg.ranked { // else the list says why
		m.due = soonest(msg.first, m.look.Now)
	}
	return tea.Batch(again(&m.loads.countsAgain, m.loadCounts), m.recount())
}

// recount asks for the tallies, soon.
func (m *Model) recount() tea.Cmd {
	if m.tallies.wait {
		return nil
	}
	m.tallies.wait = true
	return m.timer(tallyPause, func() tea.Msg { return talliesDueMsg{} })
}

// loadTallies counts behind the list, one view after the other.
func (m *Model) loadTallies() tea.Cmd {
	m.tallies.wait = false
	if m.tallies.busy {
		return m.recount()
	}
	m.tallies.busy = true
	b, client, views := m.backend, m.client, m.views
	return m.call(func(ctx context.Context) tea.Msg {
		msg := talliesLoadedMsg{client: client, of: map[string]status.Tally{}}
		for _, v := range views {
			if v.Query == "" {
				continue
			}
			// A view that cannot be counted has no number; its list says why.
			if n, exact, err := b.CountView(ctx, inbox.ViewQuery{View: v, Client: client}); err == nil {
				msg.of[v.ID] = status.Tally{N: n, Exact: exact}
			}
		}
		return msg
	})
}

func (m *Model) gotTallies(msg talliesLoadedMsg) tea.Cmd {
	m.tallies.busy = false
	m.tallies.of, m.tallies.client = msg.of, msg.client
	m.tallies.rev++
	return nil
}
