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
	of   map[string]status.Tally // by view; never changed, only replaced
	rev  int
	busy bool
	wait bool // they will be asked for again
}

type (
	talliesLoadedMsg struct {
		of    map[string]status.Tally
		first []inbox.Thread // of all that is ours, by rank
		err   error
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
	return tea.Batch(again(&m.loads.countsAgain, m.loadCounts), m.recount())
}

// recount asks for the tallies and the next deadline, soon.
func (m *Model) recount() tea.Cmd {
	if m.tallies.wait {
		return nil
	}
	m.tallies.wait = true
	return m.timer(tallyPause, func() tea.Msg { return talliesDueMsg{} })
}

// loadTallies counts behind the list, one view after the other, and looks for
// the next deadline.
func (m *Model) loadTallies() tea.Cmd {
	m.tallies.wait = false
	if m.tallies.busy {
		return m.recount()
	}
	m.tallies.busy = true
	b, client, views := m.backend, m.client, m.views
	return m.call(func(ctx context.Context) tea.Msg {
		msg := talliesLoadedMsg{of: map[string]status.Tally{}}
		page, err := b.Threads(ctx, inbox.ViewQuery{View: pressing(), Limit: firstDue})
		msg.first, msg.err = page.Threads, err
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
	m.tallies.of = msg.of
	m.tallies.rev++
	if msg.err == nil { // else the list says why
		m.due = soonest(msg.first, m.look.Now)
	}
	return nil
}
