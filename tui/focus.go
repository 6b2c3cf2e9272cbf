package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// zen is the mode that shows one thread after another, on the whole screen.
type zen struct {
	threads []inbox.Thread
	at      int
	did     map[inbox.ThreadID][]lang.Key // what was done to each, in words
	passed  map[inbox.ThreadID]bool       // shown
}

// zenReadyMsg brings the threads to go through.
type zenReadyMsg struct {
	of      listKey
	threads []inbox.Thread
	err     error
}

// startZen begins with the marked threads, else with all of the list from the
// cursor on.
func (m *Model) startZen() tea.Cmd {
	if m.zen != nil {
		return m.endZen()
	}
	if ts := m.list.Marks(); len(ts) > 0 {
		m.list.ClearMarks()
		return m.enterZen(ts)
	}
	b, q, of := m.backend, m.query(), m.listKey()
	return m.call(func(ctx context.Context) tea.Msg {
		ts, _, err := all(ctx, b, q, mostMarked)
		return zenReadyMsg{of, ts, err}
	})
}

func (m *Model) gotZen(msg zenReadyMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		return m.wrong(msg.err)
	case msg.of != m.listKey() || m.top() != nil || m.composer.Active():
		return nil // the hand has gone on
	}
	return m.enterZen(msg.threads)
}

func (m *Model) enterZen(ts []inbox.Thread) tea.Cmd {
	if len(ts) == 0 {
		return m.warn("why.no-thread")
	}
	m.zen = &zen{threads: ts, did: map[inbox.ThreadID][]lang.Key{}, passed: map[inbox.ThreadID]bool{}}
	return m.showZen()
}

// showZen shows the thread it is at.
func (m *Model) showZen() tea.Cmd {
	t := m.zen.threads[m.zen.at]
	m.zen.passed[t.ID] = true
	m.visits = false
	m.list.Pin(t)
	m.arrange()
	return m.open()
}

// zenMove goes on without an act, or back.
func (m *Model) zenMove(delta int) tea.Cmd {
	z := m.zen
	if next := z.at + delta; next >= 0 && next < len(z.threads) {
		z.at = next
		return m.showZen()
	}
	if delta > 0 {
		return m.endZen()
	}
	return m.warn("focus.first")
}

// zenDid notes what was done to threads.
func (m *Model) zenDid(ids []inbox.ThreadID, what lang.Key) {
	if m.zen == nil || what == "" {
		return
	}
	for _, id := range ids {
		m.zen.did[id] = append(m.zen.did[id], what)
	}
}

// zenNext goes on after an act on the thread that is shown; after the last, the
// mode ends.
func (m *Model) zenNext(ids []inbox.ThreadID) tea.Cmd {
	if z := m.zen; z.at < len(z.threads) && slices.Contains(ids, z.threads[z.at].ID) {
		return m.zenMove(1)
	}
	return nil
}

// zenKeys carries out what means something else in this mode.
func (m *Model) zenKeys(i keys.Intent) (tea.Cmd, bool) {
	if m.zen == nil || m.composer.Active() {
		return nil, false
	}
	switch i {
	case keys.NextThread:
		return m.zenMove(1), true
	case keys.PrevThread:
		return m.zenMove(-1), true
	case keys.Back, keys.Focus:
		return m.endZen(), true
	case keys.NextView, keys.PrevView, keys.Watches, keys.NextDue, keys.NextTrouble, keys.Filter, keys.Search, keys.SaveView, keys.DropView:
		return m.warn("focus.elsewhere", m.keys.Key(keys.Back)), true
	}
	if _, client := keys.ClientOf(i); client {
		return m.warn("focus.elsewhere", m.keys.Key(keys.Back)), true
	}
	return nil, false
}

// leaveZen ends the mode because something else is to be seen, and says so.
func (m *Model) leaveZen() tea.Cmd {
	z := m.zen
	if z == nil {
		return nil
	}
	m.zen = nil
	m.list.Unpin()
	m.arrange()
	return m.say("focus.left", len(z.passed), len(z.threads))
}

// endZen leaves the mode and says what was done in it.
func (m *Model) endZen() tea.Cmd {
	z := m.zen
	m.zen, m.focus = nil, onList
	m.list.Unpin()
	m.arrange()
	return tea.Batch(m.pushSoon(&dialog.Page{Head: "focus.summary", Lines: z.lines, Back: "focus.to-list"}), m.follow())
}

// zenWords are the acts a summary counts, in its order.
var zenWords = []lang.Key{"focus.answered", "focus.done", "focus.snoozed", "focus.escalated", "focus.other"}

// lines draw the summary.
func (z *zen) lines(l look.Look, w int) []string {
	var out []string
	for _, words := range z.summary(l.P) {
		out = append(out, l.Spans(w).Add(l.Text, "  "+words).End(l.Text))
	}
	return out
}

// summary says how many threads were answered, done, and so on: a thread counts
// once for each.
func (z *zen) summary(p lang.Printer) []string {
	counts := map[lang.Key]int{}
	acted := 0
	for _, did := range z.did {
		if len(did) > 0 {
			acted++
		}
		slices.Sort(did)
		for _, what := range slices.Compact(did) {
			counts[what]++
		}
	}
	out := []string{p.T("focus.seen", len(z.passed), len(z.threads))}
	for _, w := range zenWords {
		if counts[w] > 0 {
			out = append(out, p.T(w, counts[w]))
		}
	}
	if n := len(z.passed) - acted; n > 0 {
		out = append(out, p.T("focus.skipped", n))
	}
	return out
}

// zenOf is what the words of an outcome count as in the summary.
func zenOf(said lang.Key) lang.Key {
	switch said {
	case "done.done":
		return "focus.done"
	case "done.snoozed":
		return "focus.snoozed"
	}
	return "focus.other"
}

// zenLine is the header in this mode: how far one is, and where.
func (m *Model) zenLine() string {
	l, z := m.look, m.zen
	t := z.threads[z.at]
	c := l.Client(t.Client)
	s := l.Spans(m.w)
	s.Add(l.BarStrong, " "+l.P.T("focus.at", z.at+1, len(z.threads))+" ").Add(c.Pens.Band, " "+c.Name+" ")
	words := l.P.T("focus.hint", m.keys.Key(keys.NextThread), m.keys.Key(keys.PrevThread), m.keys.Key(keys.Back))
	if w := l.Width(words); w+2 < s.Left() {
		s.Fill(l.Bar, w+1).Add(l.BarMuted, words)
	}
	return s.End(l.Bar)
}
