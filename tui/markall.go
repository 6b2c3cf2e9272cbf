package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
)

// mostMarked is how many threads are marked at once at most: an act on them
// is one step for the store and for undo.
const mostMarked = 1000

// allMarkedMsg brings the threads of a list, to mark them.
type allMarkedMsg struct {
	of      listKey
	threads []inbox.Thread
	more    bool // there are others
	err     error
}

// markAll marks what the list is of, whether it is loaded or not.
func (m *Model) markAll() tea.Cmd {
	b, q, of := m.backend, m.query(), m.listKey()
	return m.call(func(ctx context.Context) tea.Msg {
		msg := allMarkedMsg{of: of}
		for {
			q.Limit = min(listPage, mostMarked-len(msg.threads))
			page, err := b.Threads(ctx, q)
			if err != nil {
				msg.err = err
				return msg
			}
			msg.threads = append(msg.threads, page.Threads...)
			if q.After, msg.more = page.Next, page.More; !page.More || len(msg.threads) >= mostMarked {
				return msg
			}
		}
	})
}

// gotAllMarked marks them, if it is still the same list.
func (m *Model) gotAllMarked(msg allMarkedMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		return m.wrong(msg.err)
	case msg.of != m.listKey():
		return nil
	}
	m.list.Mark(msg.threads)
	n := m.look.P.Number(len(msg.threads))
	switch {
	case msg.more:
		return m.warn("done.marked-most", n)
	case len(msg.threads) > 1:
		return m.say("done.marked", n)
	}
	return nil
}
