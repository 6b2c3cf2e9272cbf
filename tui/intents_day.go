package tui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
)

type (
	escalationsReadMsg struct {
		threads []inbox.Thread
		err     error
	}
	logReadMsg struct {
		before inbox.EventID
		list   []inbox.Logged
		err    error
	}
	// visitFoundMsg says when this person was here last; zero: not known.
	visitFoundMsg struct{ at time.Time }
	digestReadMsg struct {
		since time.Time
		told  inbox.Digest
		err   error
	}
	dayReadMsg struct {
		acts   []inbox.Action
		drafts []inbox.Draft
		heads  map[inbox.ThreadID]inbox.Thread
		told   inbox.Digest
		err    error
	}
)

// mostEscalated is how many threads the screen of escalations looks through.
const mostEscalated = 2000

// loadEscalations loads the threads that a contact owes an answer to: those
// that are escalated, and those that came back because it was late.
func (m *Model) loadEscalations() tea.Cmd {
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		q := inbox.ViewQuery{Limit: mostEscalated, View: inbox.View{ID: "escalated", State: []inbox.State{inbox.Escalated}}}
		page, err := b.Threads(ctx, q)
		if err != nil {
			return escalationsReadMsg{err: err}
		}
		ts := page.Threads
		q.View = inbox.View{ID: "ours", State: []inbox.State{inbox.Ours}}
		page, err = b.Threads(ctx, q)
		for _, t := range page.Threads {
			if _, why := t.Deadline(); t.Escalation != nil && (why == inbox.ReasonEscalation || t.WokeAt.Equal(t.Escalation.Due)) && !t.WokeAt.IsZero() {
				ts = append(ts, t)
			}
		}
		ts = slices.DeleteFunc(ts, func(t inbox.Thread) bool { return t.Escalation == nil })
		return escalationsReadMsg{ts, err}
	})
}

func (m *Model) loadLog(before inbox.EventID) tea.Cmd {
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		list, err := b.Log(ctx, before, dialog.JournalPage)
		return logReadMsg{before, list, err}
	})
}

// evening is the hour from which a day's evening counts.
const evening = 18

// periods are since when a digest can tell, the shortest first.
func (m *Model) periods(visit time.Time) (list []dialog.Period, at int) {
	p, now := m.look.P, m.look.Now
	y, mon, d := now.Date()
	midnight := time.Date(y, mon, d, 0, 0, 0, 0, now.Location())
	last := time.Date(y, mon, d-1, evening, 0, 0, 0, now.Location())
	list = []dialog.Period{
		{Since: midnight, Words: p.T("digest.today")},
		{Since: last, Words: p.T("digest.evening")},
		{Since: midnight.AddDate(0, 0, -1), Words: p.T("digest.yesterday")},
		{Since: midnight.AddDate(0, 0, -6), Words: p.T("digest.week")},
	}
	if !visit.IsZero() {
		list = append(list, dialog.Period{Since: visit, Words: p.T("digest.visit", m.look.Time.Moment(visit, now, now.Location()))})
	}
	slices.SortStableFunc(list, func(a, b dialog.Period) int { return b.Since.Compare(a.Since) })
	return list, slices.IndexFunc(list, func(p dialog.Period) bool { return p.Since.Equal(last) })
}

// digest tells what happened since yesterday evening.
func (m *Model) digest() tea.Cmd {
	list, at := m.periods(time.Time{})
	d := &dialog.Digest{Periods: list, At: at}
	m.push(d)
	return tea.Batch(m.loadDigest(list[at].Since), m.findVisit())
}

func (m *Model) loadDigest(since time.Time) tea.Cmd {
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		told, err := b.Digest(ctx, since)
		return digestReadMsg{since, told, err}
	})
}

// farVisit is how many events are looked through for the last visit.
const farVisit = 1000

// findVisit looks for the last act of this person in another session.
func (m *Model) findVisit() tea.Cmd {
	b, by := m.backend, m.by
	if by.Line == "" {
		return nil
	}
	return m.call(func(ctx context.Context) tea.Msg {
		list, err := b.Log(ctx, 0, farVisit)
		if err != nil {
			return visitFoundMsg{}
		}
		for _, e := range list {
			if e.Event.Actor == inbox.Human && e.Event.Line == by.Line && e.Event.Session != by.Session {
				return visitFoundMsg{e.Event.At}
			}
		}
		return visitFoundMsg{}
	})
}

func (m *Model) gotVisit(msg visitFoundMsg) tea.Cmd {
	d, ok := m.below().(*dialog.Digest)
	if !ok || msg.at.IsZero() {
		return nil
	}
	since := d.Periods[d.At].Since
	d.Periods, _ = m.periods(msg.at)
	d.At = max(slices.IndexFunc(d.Periods, func(p dialog.Period) bool { return p.Since.Equal(since) }), 0)
	return nil
}

// loadDayEnd loads what may keep the day from ending, and what was done today.
func (m *Model) loadDayEnd() tea.Cmd {
	b, now, heads := m.backend, m.look.Now, m.heads
	y, mon, d := now.Date()
	midnight := time.Date(y, mon, d, 0, 0, 0, 0, now.Location())
	return m.call(func(ctx context.Context) tea.Msg {
		var msg dayReadMsg
		if msg.acts, msg.err = b.Outbox(ctx); msg.err != nil {
			return msg
		}
		if msg.drafts, msg.err = b.Drafts(ctx, 0); msg.err != nil {
			return msg
		}
		about := slices.Clone(msg.acts)
		for _, d := range msg.drafts {
			about = append(about, inbox.Action{Thread: d.Thread})
		}
		msg.heads = headsOf(ctx, b, about, heads)
		msg.told, msg.err = b.Digest(ctx, midnight)
		return msg
	})
}

// dayAct carries out what the screens of the day want.
func (m *Model) dayAct(a dialog.Action) (tea.Cmd, bool) {
	switch a := a.(type) {
	case dialog.LogWanted:
		return m.loadLog(a.Before), true
	case dialog.ClientPicked:
		if d, ok := m.top().(*dialog.Journal); ok {
			switch {
			case a.N > len(m.look.Clients):
				return m.warn("why.no-client", a.N), true
			case a.N == 0:
				return m.act(d.Narrow("")), true
			}
			return m.act(d.Narrow(m.look.Clients[a.N-1].ID)), true
		}
	case dialog.DigestWanted:
		return m.loadDigest(a.Since), true
	case dialog.ViewWanted:
		m.pop()
		m.client, m.filter = a.Client, ""
		return m.pickView(0), true
	case dialog.LeftPicked:
		m.pop()
		if a.Action != nil {
			m.seek = a.Action.ID
			return m.openByID(a.Action.Thread), true
		}
		if a.Draft == nil {
			return m.openByID(a.Thread), true
		}
		return m.compose(inbox.DraftRequest{Thread: a.Draft.Thread, ID: a.Draft.ID}, ""), true
	}
	return nil, false
}

// dayData takes what the loads of the screens of the day bring.
func (m *Model) dayData(msg tea.Msg) (tea.Cmd, bool) {
	var err error
	switch msg := msg.(type) {
	case escalationsReadMsg:
		if d, ok := m.below().(*dialog.Escalations); ok && msg.err == nil {
			d.Set(msg.threads)
		}
		err = msg.err
	case logReadMsg:
		if d, ok := m.below().(*dialog.Journal); ok && msg.err == nil {
			return m.act(d.Append(msg.before, msg.list)), true
		} else if ok {
			d.Failed()
		}
		err = msg.err
	case visitFoundMsg:
		return m.gotVisit(msg), true
	case digestReadMsg:
		if d, ok := m.below().(*dialog.Digest); ok && msg.err == nil {
			d.Set(msg.since, msg.told)
		}
		err = msg.err
	case dayReadMsg:
		if d, ok := m.below().(*dialog.DayEnd); ok && msg.err == nil {
			d.Set(msg.acts, msg.drafts, msg.heads, msg.told)
		}
		err = msg.err
	default:
		return nil, false
	}
	if err != nil {
		if !m.unread() {
			return m.wrong(err), true
		}
		m.pop()
		m.deafen() // what is being typed was for what closes
		return tea.Batch(m.wrong(err), m.hearSoon()), true
	}
	return nil, true
}

// unread reports whether the dialog on top has nothing to show but what could
// not be read.
func (m *Model) unread() bool {
	d, ok := m.top().(interface{ Loaded() bool })
	return ok && !d.Loaded()
}

// reloadDay loads the screen of the day on top anew: something changed.
func (m *Model) reloadDay() tea.Cmd {
	switch d := m.below().(type) {
	case *dialog.Escalations:
		return m.loadEscalations()
	case *dialog.DayEnd:
		return m.loadDayEnd()
	case *dialog.Digest:
		return m.loadDigest(d.Periods[d.At].Since)
	}
	return nil
}

// hasItem reports whether a line of the dialog on top is chosen.
func (m *Model) hasItem() keys.Need {
	if d, ok := m.top().(interface{ Any() bool }); ok && d.Any() {
		return keys.NeedItem
	}
	return 0
}
