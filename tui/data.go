package tui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/query"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/standing"
)

const (
	// loadTime is the longest a load or an act may take.
	loadTime = 20 * time.Second
	// restTime is how long the cursor rests before the thread under it is
	// loaded, so that a run of keys draws rows only.
	restTime = 50 * time.Millisecond
	// settleTime is how long after the start the cursor stays on the first row,
	// if nobody touches a key.
	settleTime = 3 * time.Second
	// gatherTime is how long changes gather before they are asked for again.
	gatherTime = 120 * time.Millisecond
	// calmTick and busyTick are how often the time is told: the latter while
	// something counts down.
	calmTick = 20 * time.Second
	busyTick = time.Second
)

// loadKind is a kind of load that tells when it fails, in the order of telling.
type loadKind uint8

const (
	listLoad loadKind = iota
	threadLoad
	deskLoad
	outboxLoad
	draftsLoad
	accountsLoad
	countsLoad
	loadKinds
)

// loads holds the generation of each kind of load: a reply of an older one is
// dropped. again says that another is wanted when the running one is back.
type loads struct {
	list, thread, search        int
	moderate                    int
	many                        []inbox.Thread // of the dialog for many, to be read again
	manyBusy                    bool
	listBusy, listAgain         bool
	countsBusy, countsAgain     bool
	outboxBusy, outboxAgain     bool
	draftsBusy, draftsAgain     bool
	accountsBusy, accountsAgain bool
}

type (
	deskLoadedMsg struct {
		clients  []look.Client
		views    []inbox.View
		accounts []inbox.AccountStatus
		trouble  inbox.Problem
		place    inbox.Place // where the line's last session was
		placed   bool        // there is one
		err      error
	}
	threadsLoadedMsg struct {
		gen    int
		follow bool // the window that follows, to append
		// narrowed: the first window of another filter, while that is typed.
		narrowed bool
		filter   string
		page     inbox.ThreadPage
		err      error
	}
	threadLoadedMsg struct {
		gen  int
		view inbox.ThreadView
		err  error
	}
	countsLoadedMsg struct {
		counts inbox.Counters
		first  []inbox.Thread // of all that is ours, by rank: the deadlines
		ranked bool           // they could be read
		err    error
	}
	accountsLoadedMsg struct {
		accounts []inbox.AccountStatus
		trouble  inbox.Problem
		err      error
	}
	outboxLoadedMsg struct {
		actions []inbox.Action
		heads   map[inbox.ThreadID]inbox.Thread
		err     error
	}
	sessionsLoadedMsg struct{ sessions []inbox.SessionInfo }
	subscribedMsg     struct{ sub Subscription }
	changesCameMsg    struct{ changes []inbox.Change }
	engineStoppedMsg  struct{}
	timeCameMsg       struct {
		gen int
		now time.Time
	}
	cursorRestedMsg struct{ gen int }
	settledMsg      struct{}
)

// call makes a command with the session's deadline.
func (m *Model) call(f func(ctx context.Context) tea.Msg) tea.Cmd {
	root := m.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(root, loadTime)
		defer cancel()
		return f(ctx)
	}
}

// loadDesk loads what the configuration says: clients, views, accounts.
func (m *Model) loadDesk() tea.Cmd {
	b, by, styles := m.backend, m.by, m.look.Styles
	return m.call(func(ctx context.Context) tea.Msg {
		msg := deskLoadedMsg{views: b.Views()}
		for _, c := range b.Clients() {
			zone, err := time.LoadLocation(c.Zone)
			if err != nil {
				zone = time.UTC
			}
			msg.clients = append(msg.clients, look.Client{Client: c, Pens: styles.Client(c.Color), Zone: zone})
		}
		msg.accounts, msg.err = b.Accounts(ctx)
		msg.trouble = b.Trouble()
		msg.place, msg.placed = b.Place(by)
		return msg
	})
}

// query is what the list shows.
func (m *Model) query() inbox.ViewQuery {
	q := inbox.ViewQuery{Client: m.client, Filter: m.filter}
	if m.view < len(m.views) {
		q.View = m.views[m.view]
	}
	return q
}

// loadThreads loads the window of the list again.
func (m *Model) loadThreads() tea.Cmd {
	if !m.ready {
		return nil
	}
	if m.loads.listBusy {
		m.loads.listAgain = true
		return nil
	}
	m.loads.listBusy = true
	m.loads.list++
	q := m.query()
	q.After, q.Limit = m.list.Window()
	return m.threads(q, false)
}

// loadMore loads the window that the cursor comes near to.
func (m *Model) loadMore() tea.Cmd {
	if m.loads.listBusy {
		return nil
	}
	after, follow, back := m.list.Wants()
	switch {
	case follow:
		m.loads.listBusy = true
		m.loads.list++
		q := m.query()
		q.After, q.Limit = after, listPage
		return m.threads(q, true)
	case back:
		return m.loadThreads()
	}
	return nil
}

func (m *Model) threads(q inbox.ViewQuery, follow bool) tea.Cmd {
	b, gen := m.backend, m.loads.list
	return m.call(func(ctx context.Context) tea.Msg {
		page, err := b.Threads(ctx, q)
		return threadsLoadedMsg{gen: gen, follow: follow, filter: q.Filter, page: page, err: err}
	})
}

// loadThread loads the thread that the reader is to show, at once.
func (m *Model) loadThread(id inbox.ThreadID) tea.Cmd {
	if id == 0 {
		return nil
	}
	m.loads.thread++
	b, gen := m.backend, m.loads.thread
	return m.call(func(ctx context.Context) tea.Msg {
		v, err := b.Thread(ctx, id)
		return threadLoadedMsg{gen, v, err}
	})
}

func (m *Model) loadCounts() tea.Cmd {
	if m.loads.countsBusy {
		m.loads.countsAgain = true
		return nil
	}
	m.loads.countsBusy = true
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		var msg countsLoadedMsg
		msg.counts, msg.err = b.Counts(ctx)
		page, err := b.Threads(ctx, inbox.ViewQuery{View: pressing(), Limit: firstDue})
		msg.first, msg.ranked = page.Threads, err == nil
		return msg
	})
}

func (m *Model) loadAccounts() tea.Cmd {
	if m.loads.accountsBusy {
		m.loads.accountsAgain = true
		return nil
	}
	m.loads.accountsBusy = true
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		a, err := b.Accounts(ctx)
		return accountsLoadedMsg{a, b.Trouble(), err}
	})
}

func (m *Model) loadOutbox() tea.Cmd {
	if m.loads.outboxBusy {
		m.loads.outboxAgain = true
		return nil
	}
	m.loads.outboxBusy = true
	b, heads := m.backend, m.heads
	return m.call(func(ctx context.Context) tea.Msg {
		a, err := b.Outbox(ctx)
		return outboxLoadedMsg{a, headsOf(ctx, b, a, heads), err}
	})
}

// mostHeads is how many threads of the outbox are read for their names.
const mostHeads = 100

// headsOf finds the threads of the acts: those in known, but for what is stuck,
// which is read anew. One that cannot be read goes without its name.
func headsOf(ctx context.Context, b Backend, as []inbox.Action, known map[inbox.ThreadID]inbox.Thread) map[inbox.ThreadID]inbox.Thread {
	heads := make(map[inbox.ThreadID]inbox.Thread, len(as))
	for _, a := range as {
		if _, there := heads[a.Thread]; there || a.Thread == 0 || len(heads) >= mostHeads {
			continue
		}
		if t, ok := known[a.Thread]; ok && !standing.Stuck(a) {
			heads[a.Thread] = t
			continue
		}
		if v, err := b.Thread(ctx, a.Thread); err == nil {
			heads[a.Thread] = v.Thread
		}
	}
	return heads
}

func (m *Model) loadSessions() tea.Cmd {
	b := m.backend
	return func() tea.Msg { return sessionsLoadedMsg{b.Sessions()} }
}

func (m *Model) subscribe() tea.Cmd {
	b := m.backend
	return func() tea.Msg { return subscribedMsg{b.Subscribe()} }
}

// listen waits for changes. It ends with the session or with the engine.
func (m *Model) listen() tea.Cmd {
	ctx, sub := m.ctx, m.sub
	return func() tea.Msg {
		changes, err := sub.Next(ctx)
		if err != nil {
			sub.Close()
			if ctx.Err() != nil {
				return nil
			}
			return engineStoppedMsg{}
		}
		return changesCameMsg{changes}
	}
}

// tickNow tells the time at once and goes on telling it.
func (m *Model) tickNow() tea.Cmd {
	m.tick++
	gen, clock := m.tick, m.clock
	return func() tea.Msg { return timeCameMsg{gen, clock()} }
}

// tickLater tells the time after a while.
func (m *Model) tickLater() tea.Cmd {
	gen, clock, d := m.tick, m.clock, calmTick
	if m.busy() {
		d = busyTick
	}
	return m.timer(d, func() tea.Msg { return timeCameMsg{gen, clock()} })
}

// busy reports whether something on the screen counts seconds.
func (m *Model) busy() bool {
	_, held := m.held()
	return held || m.flash.text != "" || m.reader.Counts()
}

// failed puts an error of a load on the status line; nil takes it away. What
// another kind of load did says nothing of this one.
func (m *Model) failed(of loadKind, err error) bool {
	if err == nil {
		m.faults[of] = ""
		return false
	}
	if !errors.Is(err, context.Canceled) {
		m.faults[of] = m.sentence(err)
	}
	return true
}

// fault is what could not be loaded, in words; "" when all is well.
func (m *Model) fault() string {
	for _, words := range m.faults {
		if words != "" {
			return words
		}
	}
	return ""
}

// sentence says an error in words, with what to do next.
func (m *Model) sentence(err error) string {
	var parse *query.ParseError
	if errors.As(err, &parse) {
		return m.parseSentence(parse)
	}
	p := inbox.ProblemOf(err)
	if errors.Is(err, inbox.ErrConflict) {
		p = inbox.Problem{Code: inbox.CodeConflict}
	}
	if errors.Is(err, inbox.ErrNotFound) {
		p.Code = inbox.CodeNotFound
	}
	what, next := m.look.Problem(p, p.Detail)
	return m.instead(what, next)
}

// instead joins what is wrong and what can be done about it; "" for nothing.
func (m *Model) instead(what, next string) string {
	if next == "" {
		return what
	}
	return what + " " + m.look.Glyphs.To + " " + next
}

// parseSentence says where a query is wrong and why.
func (m *Model) parseSentence(e *query.ParseError) string {
	args := make([]any, len(e.Args))
	for i, a := range e.Args {
		args[i] = a
	}
	return m.look.P.T("cli.query", e.Pos+1, m.look.P.T(lang.Key("query."+string(e.Reason)), args...))
}
