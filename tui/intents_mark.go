package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/query"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/person"
)

// mostMarked is how many threads are marked at once at most: an act on them
// is one step for the store and for undo.
const mostMarked = 1000

// allMarkedMsg brings the threads of a list, to mark them.
type allMarkedMsg struct {
	of      listKey
	invert  bool // the marks are to be inverted
	threads []inbox.Thread
	more    bool // there are others
	err     error
}

// marking carries out what marks threads.
func (m *Model) marking(i keys.Intent) (tea.Cmd, bool) {
	switch i {
	case keys.Mark:
		m.list.ToggleMark()
		m.flash = flash{} // what is marked is told in its place
		return tea.Batch(m.follow(), m.loadMore()), true
	case keys.Visual:
		m.flash = flash{}
		m.list.Visual()
	case keys.MarkAll:
		m.push(dialog.NewMarkBy(m.completer()))
	case keys.Invert:
		return m.markAll("", true), true
	default:
		return nil, false
	}
	return nil, true
}

// markAll marks what the list is of and a query leaves, whether it is loaded or
// not; or inverts the marks.
func (m *Model) markAll(asked string, invert bool) tea.Cmd {
	b, q, of := m.backend, m.query(), m.listKey()
	return m.call(func(ctx context.Context) tea.Msg {
		msg := allMarkedMsg{of: of, invert: invert}
		if q.Filter, msg.err = both(q.Filter, asked); msg.err != nil {
			return msg
		}
		msg.threads, msg.more, msg.err = all(ctx, b, q, mostMarked)
		return msg
	})
}

// both is the query that asks for what two ask for.
func both(a, b string) (string, error) {
	one, err := query.Parse(a)
	if err != nil {
		return "", err
	}
	other, err := query.Parse(b)
	if err != nil {
		return "", err
	}
	switch {
	case a == "":
		return b, nil
	case b == "":
		return a, nil
	}
	return query.And(one, other).String(), nil
}

// all loads a list to its end, or to as many threads as most.
func all(ctx context.Context, b Backend, q inbox.ViewQuery, most int) (ts []inbox.Thread, more bool, err error) {
	for {
		q.Limit = min(listPage, most-len(ts))
		page, err := b.Threads(ctx, q)
		if err != nil {
			return nil, false, err
		}
		ts = append(ts, page.Threads...)
		if q.After = page.Next; !page.More || len(ts) >= most {
			return ts, page.More, nil
		}
	}
}

// gotAllMarked marks them, if it is still the same list.
func (m *Model) gotAllMarked(msg allMarkedMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		return m.wrong(msg.err)
	case msg.of != m.listKey():
		return nil
	case msg.invert:
		m.list.Invert(msg.threads)
	default:
		m.list.Mark(msg.threads)
	}
	m.flash = flash{} // what is marked is told in its place
	n := m.look.P.Number(len(msg.threads))
	switch {
	case msg.more:
		return m.warn("done.marked-most", n)
	case len(msg.threads) == 0:
		return m.warn("mark.none")
	}
	return nil
}

// counted says how many threads there are, of how many clients and networks.
func (m *Model) counted(ts []inbox.Thread) string {
	clients, networks := map[inbox.ClientID]bool{}, map[inbox.Network]bool{}
	for _, t := range ts {
		clients[t.Client], networks[t.Network] = true, true
	}
	p := m.look.P
	return p.T("dialog.threads", len(ts)) + ", " + p.T("dialog.clients", len(clients)) + ", " + p.T("mark.networks", len(networks))
}

// aboutOne reports whether the dialog on top is about the thread under the cursor
// whatever is marked.
func (m *Model) aboutOne() bool {
	for _, d := range m.dialogs {
		switch d.(type) {
		case *dialog.Escalate, *person.Card:
			return true
		}
	}
	return false
}

// markedWords say what is marked, and how to end it; "" for nothing.
func (m *Model) markedWords() string {
	ts := m.list.Marks()
	if len(ts) == 0 || m.composer.Active() || m.aboutOne() {
		return ""
	}
	key := lang.Key("mark.marked")
	if m.list.Visually() {
		key = "mark.marking"
	}
	return m.look.Glyphs.Marked + " " + m.look.P.T(key, m.counted(ts), m.keys.Key(keys.Back))
}
