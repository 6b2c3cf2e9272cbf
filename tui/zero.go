package tui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// sleepers bounds how many sleeping threads are looked through for the one
// that wakes first.
const sleepers = 200

// zero is what an inbox without work knows about what comes next.
type zero struct {
	client inbox.ClientID
	next   inbox.Thread // that wakes first; without an id: none does by itself
	done   bool         // something was dealt with: done by somebody, not history
}

type zeroLoadedMsg struct{ zero zero }

// nothingLeft reports whether all that is to be done is done: not by a filter,
// and not for want of a first collection.
func (m *Model) nothingLeft() bool {
	return m.list.Loaded() && m.list.Len() == 0 && m.query().View.ID == "ours" && m.filter == "" && !m.collecting()
}

// loadZero asks what comes next, once nothing is left.
func (m *Model) loadZero() tea.Cmd {
	if !m.nothingLeft() {
		return nil
	}
	b, client := m.backend, m.client
	q := inbox.ViewQuery{View: inbox.View{ID: "snoozed", State: []inbox.State{inbox.Snoozed}}, Client: client, Limit: sleepers}
	return m.call(func(ctx context.Context) tea.Msg {
		z := zero{client: client}
		page, err := b.Threads(ctx, q)
		if err != nil {
			return nil // the list has told it, or will
		}
		for _, t := range page.Threads {
			if !t.Until.IsZero() && (z.next.ID == 0 || t.Until.Before(z.next.Until)) {
				z.next = t
			}
		}
		past, err := b.Threads(ctx, inbox.ViewQuery{View: inbox.View{ID: "done", State: []inbox.State{inbox.Done}}, Client: client, Limit: sleepers})
		if err != nil {
			return nil
		}
		z.done = slices.ContainsFunc(past.Threads, func(t inbox.Thread) bool { return t.Events > 0 })
		return zeroLoadedMsg{z}
	})
}

// dealtWith reports whether nothing is left because something was done: not on
// the first day, when nothing has come.
func (m *Model) dealtWith() bool {
	n, _ := m.counts.Sum(m.client, inbox.Inbox, inbox.Theirs, inbox.Snoozed, inbox.Escalated)
	return n > 0 || m.zero.done && m.zero.client == m.client
}

// begins says that nothing has come yet.
func (m *Model) begins() string {
	for _, a := range m.accounts {
		if (m.client == "" || a.Account.Client == m.client) && a.OKAt.IsZero() && a.Problem.Zero() {
			return m.look.P.T("zero.first")
		}
	}
	return m.look.P.T("zero.begins")
}

// elsewhere says what waits where the list does not show it.
func (m *Model) elsewhere() (words []string) {
	ours, _ := m.counts.Sum("", inbox.Inbox, inbox.Ours)
	if key := m.keys.Key(keys.ClientIntent(0)); m.client != "" && ours > 0 && key != "" {
		words = append(words, m.look.P.T("zero.others", ours, key))
	}
	watched, _ := m.counts.Sum(m.client, inbox.Watches, inbox.Ours)
	if key := m.keys.Key(keys.Watches); watched > 0 && key != "" {
		words = append(words, m.look.P.T("zero.watches", watched, key))
	}
	return words
}

// zeroWords say what comes next, a line each.
func (m *Model) zeroWords() []string {
	l := m.look
	var words []string
	if t := m.zero.next; t.ID != 0 && m.zero.client == m.client {
		c := l.Client(t.Client)
		words = append(words, l.P.T("zero.woken", l.Cut(look.Author(t.Author), 40), l.Time.Moment(t.Until, l.Now, c.Zone), c.Name))
	}
	if n, first := m.planned(); n > 0 {
		words = append(words, l.P.T("zero.planned", n, l.Time.Moment(first, l.Now, m.zone())))
	}
	if looked, next := m.collected(); !looked.IsZero() && !next.IsZero() {
		words = append(words, l.P.T("zero.looked", l.Time.Moment(looked, l.Now, m.zone()), l.Time.Moment(next, l.Now, m.zone())))
	}
	return append(words, m.elsewhere()...)
}

// planned counts the threads with an answer that leaves later, and when the
// first does.
func (m *Model) planned() (n int, first time.Time) {
	for id, at := range m.look.Planned {
		if m.client != "" && m.heads[id].Client != m.client {
			continue
		}
		if n++; first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return n, first
}

// collected is when an account was last collected from, and when the next is.
func (m *Model) collected() (looked, next time.Time) {
	for _, a := range m.accounts {
		if m.client != "" && a.Account.Client != m.client {
			continue
		}
		if a.OKAt.After(looked) {
			looked = a.OKAt
		}
		if a.NextAt.After(m.look.Now) && (next.IsZero() || a.NextAt.Before(next)) {
			next = a.NextAt
		}
	}
	return looked, next
}

// zone is that of the client that is shown; of the first one when all are.
func (m *Model) zone() *time.Location {
	switch {
	case m.client != "":
		return m.look.Client(m.client).Zone
	case len(m.look.Clients) > 0:
		return m.look.Clients[0].Zone
	}
	return time.UTC
}

// drawZero writes what is left to say on the lines of an empty list.
func (m *Model) drawZero(out []string, at, w int) {
	l := m.look
	put := func(line string) {
		if at < len(out) {
			out[at] = line
		}
		at++
	}
	if m.dealtWith() {
		put(l.Spans(w).Add(l.OK, "  "+l.Glyphs.OK+" ").Add(l.Title, l.P.T("empty.ours")).End(l.Text))
	} else {
		for _, s := range l.Wrap(m.begins(), max(w-4, 1)) {
			put(l.Spans(w).Add(l.Title, "  "+s).End(l.Text))
		}
	}
	words := m.zeroWords()
	if len(words) == 0 {
		return
	}
	at++
	put(l.Spans(w).Add(l.Strong, "  "+l.P.T("zero.next")).End(l.Text))
	for _, one := range words {
		for _, s := range l.Wrap(one, max(w-6, 1)) {
			put(l.Spans(w).Add(l.Muted, "    "+s).End(l.Text))
		}
	}
}
