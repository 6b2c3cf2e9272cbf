package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/keys"
)

// apply carries an intent out. Unknown ones do nothing: the key table is
// checked against this by a test.
func (m *Model) apply(i keys.Intent) tea.Cmd {
	for _, try := range []func(keys.Intent) (tea.Cmd, bool){m.start, m.readIntent, m.move, m.triage, m.writeIntent, m.screen} {
		if cmd, ok := try(i); ok {
			return tea.Batch(cmd, m.onlyThis(i))
		}
	}
	if n, ok := keys.ClientOf(i); ok {
		return m.pickClient(n)
	}
	return nil
}

// onlyThis says of an act on the thread under the cursor that it is not on those
// that are marked.
func (m *Model) onlyThis(i keys.Intent) tea.Cmd {
	switch i {
	case keys.Reply, keys.Private, keys.Note, keys.Escalate, keys.Person, keys.Promote:
	default:
		return nil
	}
	ts := m.list.Marks()
	t, ok := m.list.Current()
	if !ok || len(ts) == 0 || (len(ts) == 1 && ts[0].ID == t.ID) {
		return nil
	}
	return m.warn("mark.only-this", m.about([]inbox.Thread{t}), len(ts))
}

// move carries out what moves the cursor or the view.
func (m *Model) move(i keys.Intent) (tea.Cmd, bool) {
	if cmd, ok := m.zenKeys(i); ok {
		return cmd, true
	}
	if cmd, ok := m.marking(i); ok {
		return cmd, true
	}
	if m.focus == onReader || m.composer.Active() {
		if cmd, ok := m.moveReader(i); ok {
			return cmd, true
		}
	}
	switch i {
	case keys.Down:
		m.list.Move(1)
	case keys.Up:
		m.list.Move(-1)
	case keys.PageDown:
		m.list.Page(1)
	case keys.PageUp:
		m.list.Page(-1)
	case keys.Top:
		if m.list.Ends(false) {
			return m.loadThreads(), true
		}
	case keys.Bottom:
		m.list.Ends(true)
	case keys.ReadOn:
		m.reader.Page(1)
	case keys.ReadBack:
		m.reader.Page(-1)
	case keys.NextThread:
		m.visits = false
		m.list.Move(1)
	case keys.PrevThread:
		m.visits = false
		m.list.Move(-1)
	case keys.Open:
		return m.open(), true
	case keys.Back:
		return m.back(), true
	default:
		return nil, false
	}
	return tea.Batch(m.follow(), m.loadMore()), true
}

// moveReader scrolls the thread while it has the focus.
func (m *Model) moveReader(i keys.Intent) (tea.Cmd, bool) {
	switch i {
	case keys.Down:
		m.reader.Scroll(1)
	case keys.Up:
		m.reader.Scroll(-1)
	case keys.PageDown, keys.ReadOn:
		m.reader.Page(1)
	case keys.PageUp, keys.ReadBack:
		m.reader.Page(-1)
	case keys.Top:
		m.reader.Ends(false, m.look)
	case keys.Bottom:
		m.reader.Ends(true, m.look)
	case keys.NextItem, keys.PrevItem:
		delta := 1
		if i == keys.PrevItem {
			delta = -1
		}
		if !m.reader.Step(delta) {
			return m.warn("reader.step-none"), true
		}
	default:
		return nil, false
	}
	return m.markSeen(), true
}

// open gives the thread the focus and takes its unread mark away.
func (m *Model) open() tea.Cmd {
	t, ok := m.list.Current()
	if !ok {
		return nil
	}
	if m.visits = m.visits && m.focus == onReader && t.ID == m.reader.ID(); !m.visits {
		m.reader.Forget(m.look)
	}
	if st, stuck := m.list.Stuck(); stuck {
		m.list.Pin(t)
		m.reader.Seek(st.Action.ID)
	}
	m.focus = onReader
	m.arrange()
	var load tea.Cmd
	if m.reader.ID() != t.ID || !m.reader.Current(t) {
		m.reader.Await(t.ID)
		load = m.loadThread(t.ID)
	}
	return tea.Batch(load, m.markSeen())
}

// markSeen takes the unread mark of the current thread away.
func (m *Model) markSeen() tea.Cmd {
	t, ok := m.list.Current()
	if !ok || !t.Unread || m.writesElsewhere(t.ID) {
		return nil
	}
	m.reader.Opened(t.ID, t.Events)
	b, by := m.backend, m.by
	return m.call(func(ctx context.Context) tea.Msg {
		return quietMsg{b.MarkRead(ctx, by, []inbox.ThreadID{t.ID}, true)}
	})
}

// back goes one step back and never leaves the program.
func (m *Model) back() tea.Cmd {
	switch {
	case m.composer.Active():
		return m.leaveComposer()
	case m.focus == onReader && m.visits:
		return m.backToHits()
	case m.focus == onReader:
		m.focus = onList
		m.list.Unpin()
		return m.follow()
	case m.list.Unpin():
		return m.follow()
	case m.list.EndVisual():
	case m.list.ClearMarks():
	case m.filter != "":
		m.filter = ""
		return m.relist()
	case m.client != "":
		m.client = ""
		return m.relist()
	case m.view != 0:
		return m.pickView(0)
	}
	return nil
}

// relist shows another list.
func (m *Model) relist() tea.Cmd {
	m.list.Reset()
	m.list.SetStuck(m.stuck())
	m.loads.listBusy, m.loads.listAgain = false, false
	count := m.recount
	if m.tallies.client != m.client { // the numbers there are another's
		count = m.loadTallies
	}
	return tea.Batch(m.loadThreads(), count())
}

func (m *Model) pickView(n int) tea.Cmd {
	if n < 0 || n >= len(m.views) {
		return nil
	}
	left := m.leaveZen()
	m.view, m.focus = n, onList
	return tea.Batch(left, m.relist())
}

// turnView goes to the next or previous view, round and round.
func (m *Model) turnView(delta int) tea.Cmd {
	n, d := len(m.views), m.desk()
	for step := 1; step < n; step++ {
		if i := ((m.view+step*delta)%n + n) % n; d.Shown(i) {
			return m.pickView(i)
		}
	}
	return nil
}

// pickClient narrows to the n-th client; 0 is all of them.
func (m *Model) pickClient(n int) tea.Cmd {
	if n > len(m.look.Clients) {
		return m.warn("why.no-client", n)
	}
	id := inbox.ClientID("")
	if n > 0 {
		id = m.look.Clients[n-1].ID
	}
	left := m.leaveZen()
	m.client, m.focus = id, onList
	return tea.Batch(left, m.relist())
}

// watches turns to the watches, and back again.
func (m *Model) watches() tea.Cmd {
	if m.view < len(m.views) && m.views[m.view].Split == inbox.Watches {
		return m.pickView(0)
	}
	n := slices.IndexFunc(m.views, func(v inbox.View) bool { return v.Split == inbox.Watches })
	if n < 0 {
		return m.warn("why.no-watches")
	}
	return m.pickView(n)
}

// goTo puts the cursor on a thread, in the list or pinned above it. What comes
// late, when somebody has begun to write, goes nowhere.
func (m *Model) goTo(t inbox.Thread) tea.Cmd {
	if m.composer.Active() {
		return nil
	}
	left := m.leaveZen()
	m.list.Pin(t)
	return tea.Batch(left, m.open())
}
