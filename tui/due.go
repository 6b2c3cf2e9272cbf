package tui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/look"
)

// dueFoundMsg brings the threads of a client that have a deadline, by rank.
type dueFoundMsg struct {
	threads []inbox.Thread
	err     error
}

const (
	// dueWindow is how many threads are looked at for the next due one.
	dueWindow = 400
	// firstDue is how many are looked at for the deadline in the header: the
	// alarms are first, and after them what is due.
	firstDue = 64
)

// pressing is the view of all that may have a deadline.
func pressing() inbox.View { return inbox.View{ID: "due", State: []inbox.State{inbox.Ours}} }

// nextDue looks for the thread whose deadline comes first; asked again from
// there, for the next.
func (m *Model) nextDue() tea.Cmd {
	b, q := m.backend, inbox.ViewQuery{Client: m.client, View: pressing(), Limit: dueWindow}
	return m.call(func(ctx context.Context) tea.Msg {
		page, err := b.Threads(ctx, q)
		return dueFoundMsg{withDeadline(page.Threads), err}
	})
}

func withDeadline(ts []inbox.Thread) []inbox.Thread {
	return slices.DeleteFunc(slices.Clone(ts), func(t inbox.Thread) bool {
		at, _ := look.Due(t)
		return at.IsZero()
	})
}

// gotDue puts the cursor on the next of them, round and round.
func (m *Model) gotDue(msg dueFoundMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		return m.wrong(msg.err)
	case len(msg.threads) == 0:
		return m.warn("why.nothing-due")
	case m.composer.Active() || m.top() != nil:
		return nil // the hand has gone on
	}
	t, _ := m.list.Current()
	i := slices.IndexFunc(msg.threads, func(o inbox.Thread) bool { return o.ID == t.ID && t.ID == m.broughtTo })
	next := msg.threads[(i+1)%len(msg.threads)]
	m.broughtTo = next.ID
	if m.focus == onReader {
		return m.goTo(next)
	}
	m.list.Pin(next)
	return m.follow()
}

// soonest is the deadline to tell in the header, of threads by rank: that of the
// first that has not passed, as its row tells it, else of the first that has.
func soonest(ts []inbox.Thread, now time.Time) time.Time {
	var past time.Time
	for _, t := range ts {
		switch at, _ := look.Due(t); {
		case at.IsZero():
		case at.After(now):
			return at
		case past.IsZero():
			past = at
		}
	}
	return past
}
