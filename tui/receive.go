package tui

import (
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/list"
	"vigie/tui/look"
	"vigie/tui/standing"
)

const listPage = list.PageRows

// data puts what came where it belongs.
func (m *Model) data(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case deskLoadedMsg:
		return m.gotDesk(msg)
	case threadsLoadedMsg:
		return m.gotThreads(msg)
	case allMarkedMsg:
		return m.gotAllMarked(msg)
	case talliedMsg:
		return m.gotTally(msg)
	case threadLoadedMsg:
		return m.gotThread(msg)
	case countsLoadedMsg:
		return m.gotCounts(msg)
	case zenReadyMsg:
		return m.gotZen(msg)
	case batchReadyMsg:
		return m.gotBatch(msg)
	case performedMsg:
		return m.gotPerformed(msg)
	case viewsChangedMsg:
		return m.gotViews(msg)
	case placeDueMsg:
		return m.savePlace()
	case talliesLoadedMsg:
		return m.gotTallies(msg)
	case talliesDueMsg:
		return m.loadTallies()
	case accountsLoadedMsg:
		m.loads.accountsBusy = false
		if !m.failed(accountsLoad, msg.err) {
			m.gotAccounts(msg.accounts)
			m.serverTrouble = msg.trouble
		}
		return again(&m.loads.accountsAgain, m.loadAccounts)
	case outboxLoadedMsg:
		m.loads.outboxBusy = false
		cmd := again(&m.loads.outboxAgain, m.loadOutbox)
		if !m.failed(outboxLoad, msg.err) {
			m.heads = msg.heads
			return tea.Batch(m.gotOutbox(msg.actions), cmd)
		}
		return cmd
	case sessionsLoadedMsg:
		m.gotSessions(msg.sessions)
	case subscribedMsg:
		m.sub = msg.sub
		return m.listen()
	case changesCameMsg:
		return m.gotChanges(msg.changes)
	case engineStoppedMsg:
		m.outcome = Stopped
		return tea.Quit
	case noticesLoadedMsg:
		return m.gotNotices(msg)
	case zeroLoadedMsg:
		m.zero = msg.zero
	case errandEndedMsg:
		return m.errandEnded(msg)
	case tellDueMsg:
		m.notices.due = false
		return m.tell()
	case timeCameMsg:
		return m.gotTime(msg)
	case mendDueMsg:
		return m.loadFaulty()
	case settledMsg:
		m.list.Settle()
	case cursorRestedMsg:
		if msg.gen == m.loads.thread {
			return m.loadCurrent()
		}
	default:
		if cmd, ok := m.readData(msg); ok {
			return cmd
		}
		return m.acted(msg)
	}
	return nil
}

// again repeats a load that was asked for while it ran.
func again(wanted *bool, load func() tea.Cmd) tea.Cmd {
	if !*wanted {
		return nil
	}
	*wanted = false
	return load()
}

func (m *Model) gotDesk(msg deskLoadedMsg) tea.Cmd {
	first := !m.ready
	m.ready = true
	var resumed tea.Cmd
	old := m.query().View.ID
	m.look.Clients, m.views = msg.clients, msg.views
	m.view = max(slices.IndexFunc(m.views, func(v inbox.View) bool { return v.ID == old }), 0)
	if !slices.ContainsFunc(msg.clients, func(c look.Client) bool { return c.ID == m.client }) {
		m.client = ""
	}
	m.look.ClientWidth = 4
	for _, c := range msg.clients {
		m.look.ClientWidth = max(m.look.ClientWidth, min(m.look.Width(c.Name), 10))
	}
	if first && msg.placed {
		resumed = m.resumePlace(msg.place)
	}
	m.failed(deskLoad, msg.err)
	m.gotAccounts(msg.accounts)
	m.serverTrouble = msg.trouble
	m.changedLook()
	m.reader.Relayout(m.look)
	list := m.turned()
	if list == nil {
		list = m.loadThreads()
	}
	cmds := []tea.Cmd{list, m.loadCounts(), m.loadTallies(), resumed}
	if first {
		cmds = append(cmds, m.loadOutbox(), m.loadDrafts(), m.loadSessions(), m.loadNotices(), m.timer(settleTime, func() tea.Msg { return settledMsg{} }))
	}
	return tea.Batch(cmds...)
}

func (m *Model) gotAccounts(as []inbox.AccountStatus) {
	m.accounts = as
	byID, own := make(map[inbox.AccountID]inbox.Account, len(as)), map[inbox.AccountID]string{}
	renamed := len(as) != len(m.look.Accounts)
	for _, a := range as {
		acc := a.Account
		if acc.Handle == "" {
			acc.Handle = a.Identity.Handle
		}
		renamed = renamed || m.look.Accounts[acc.ID] != acc || m.look.Own[acc.ID] != a.Identity.Network
		byID[acc.ID], own[acc.ID] = acc, a.Identity.Network
	}
	if renamed {
		m.look.Accounts, m.look.Own = byID, own
		m.changedLook()
		m.reader.Relayout(m.look)
	}
	if d, ok := m.below().(*dialog.Health); ok {
		d.Accounts = as
	}
}

// gotThreads takes a list over; keys that came before it are typed then.
func (m *Model) gotThreads(msg threadsLoadedMsg) tea.Cmd {
	if msg.gen != m.loads.list {
		return nil
	}
	cmd := m.took(msg)
	if !m.early || (m.loads.listBusy && m.list.Len() == 0) {
		return cmd
	}
	m.early = false
	return tea.Batch(cmd, m.replay())
}

func (m *Model) took(msg threadsLoadedMsg) tea.Cmd {
	m.loads.listBusy = false
	if msg.narrowed {
		return m.gotNarrowed(msg)
	}
	if m.failed(listLoad, msg.err) {
		m.loads.listAgain = false
		return nil
	}
	if m.top() != nil || m.composer.Active() {
		m.list.Free() // the cursor stays where what is chosen or written is for
	}
	if msg.follow {
		m.list.Append(msg.page)
	} else {
		m.list.Set(msg.page)
	}
	if m.loads.listAgain {
		m.loads.listAgain = false
		return tea.Batch(m.loadThreads(), m.follow())
	}
	m.list.Free() // what came was asked for after the act
	switch {
	case m.composer.Active():
		m.list.Pin(m.composer.Thread)
	case m.want != 0 && m.top() == nil:
		m.list.Select(m.want)
	}
	m.want = 0
	count := tea.Batch(m.moveOn(), m.goOnReading())
	if !msg.follow {
		count = tea.Batch(count, m.countMatches())
	}
	return tea.Batch(m.follow(), m.loadMore(), count, m.loadZero())
}

func (m *Model) gotThread(msg threadLoadedMsg) tea.Cmd {
	if msg.gen != m.loads.thread || m.writesElsewhere(msg.view.Thread.ID) {
		return nil
	}
	if errors.Is(msg.err, inbox.ErrNotFound) {
		m.failed(threadLoad, nil)
		m.reader.Await(0)
		return nil
	}
	if m.failed(threadLoad, msg.err) {
		return nil
	}
	m.reader.Show(msg.view, m.look)
	m.reader.Seek(m.seek)
	if m.hit.Thread.ID == msg.view.Thread.ID {
		m.reader.SeekHit(m.hit.Message, m.hit.Words, m.look)
	}
	m.seek, m.hit = 0, dialog.HitPicked{}
	m.list.Update(msg.view.Thread)
	cmds := []tea.Cmd{m.composerSaw(msg.view), m.follow(), m.loadCard()}
	if m.reader.Counts() {
		cmds = append(cmds, m.tickNow())
	}
	return tea.Batch(cmds...)
}

// writesElsewhere reports whether somebody writes here, in another thread than
// this one: then the reader keeps showing the one that is written in.
func (m *Model) writesElsewhere(id inbox.ThreadID) bool {
	return m.composer.Active() && m.composer.Thread.ID != id
}

// follow lets the reader follow the cursor, once it rests. While somebody
// writes it follows nothing.
func (m *Model) follow() tea.Cmd {
	m.followStuck()
	t, ok := m.list.Current()
	switch {
	case m.composer.Active():
		return nil
	case !ok:
		m.loads.thread++
		if m.list.Loaded() {
			m.reader.Await(0)
			m.focus = onList
		}
		return nil
	case t.ID == m.reader.ID() && m.reader.Current(t):
		return nil
	case m.lay.reader.empty():
		return nil
	}
	m.loads.thread++
	gen := m.loads.thread
	return m.timer(restTime, func() tea.Msg { return cursorRestedMsg{gen} })
}

// loadCurrent loads the thread under the cursor into the reader.
func (m *Model) loadCurrent() tea.Cmd {
	if t, ok := m.list.Current(); ok && !m.composer.Active() {
		return m.loadThread(t.ID)
	}
	return nil
}

func (m *Model) gotOutbox(as []inbox.Action) tea.Cmd {
	m.outbox = as
	m.look.Trouble, m.look.Planned = nil, nil
	for _, a := range as {
		m.plan(a)
		if a.State.Trouble() && a.Thread != 0 {
			if m.look.Trouble == nil {
				m.look.Trouble = map[inbox.ThreadID]inbox.SendState{}
			}
			m.look.Trouble[a.Thread] = a.State
		}
	}
	m.changedLook()
	m.list.SetStuck(m.stuck())
	if d, ok := m.below().(*dialog.Outbox); ok {
		d.Set(as, m.heads)
	}
	told := tea.Batch(m.ended(), m.greet(&m.greeting.outbox))
	if _, held := m.held(); held {
		return tea.Batch(told, m.tickNow())
	}
	return told
}

// plan notes when the next answer of a thread leaves that was asked for later.
func (m *Model) plan(a inbox.Action) {
	if !standing.Later(m.look, a) {
		return
	}
	if m.look.Planned == nil {
		m.look.Planned = map[inbox.ThreadID]time.Time{}
	}
	if at, known := m.look.Planned[a.Thread]; !known || a.SendAt.Before(at) {
		m.look.Planned[a.Thread] = a.SendAt
	}
}

func (m *Model) gotSessions(ss []inbox.SessionInfo) {
	m.sessions = ss
	m.look.Writing = nil
	for _, s := range ss {
		if s.Composing != 0 && s.ID != m.by.Session {
			if m.look.Writing == nil {
				m.look.Writing = map[inbox.ThreadID]string{}
			}
			m.look.Writing[s.Composing] = m.called(s)
		}
	}
	if m.composer.Active() {
		m.composer.Others = m.look.Writing[m.composer.Thread.ID]
	}
	m.listDrafts()
	m.changedLook()
}

// gotChanges loads again what is visible of what changed.
func (m *Model) gotChanges(changes []inbox.Change) tea.Cmd {
	var all, threads, shown, outbox, health, session, notice bool
	for _, c := range changes {
		all = all || c.All || c.Views
		threads = threads || c.Thread != 0
		shown = shown || (c.Thread != 0 && c.Thread == m.reader.ID())
		outbox = outbox || c.Outbox
		health = health || c.Health
		session = session || c.Session
		notice = notice || c.Notice
	}
	var cmds []tea.Cmd
	if all {
		cmds = append(cmds, m.loadDesk())
	}
	if all || threads {
		cmds = append(cmds, m.loadThreads(), m.loadCounts(), m.loadDrafts(), m.reloadDay())
	}
	if (all || shown || outbox) && m.reader.ID() != 0 {
		cmds = append(cmds, m.loadThread(m.reader.ID()))
	}
	if all || outbox {
		cmds = append(cmds, m.loadOutbox())
	}
	if (all || health) && m.ready {
		cmds = append(cmds, m.loadAccounts())
	}
	if all || session {
		cmds = append(cmds, m.loadSessions())
	}
	if all || notice {
		cmds = append(cmds, m.loadNotices())
	}
	cmds = append(cmds, m.followModerate(changes))
	listen := m.listen()
	cmds = append(cmds, m.timer(gatherTime, func() tea.Msg { return listenAgainMsg{listen} }))
	return tea.Batch(cmds...)
}

// listenAgainMsg re-arms the subscription after changes had time to gather.
type listenAgainMsg struct{ listen tea.Cmd }

func (m *Model) gotTime(msg timeCameMsg) tea.Cmd {
	if msg.gen != m.tick {
		return nil
	}
	old := m.look.Now
	m.look.Now = msg.now
	if !old.Truncate(time.Minute).Equal(msg.now.Truncate(time.Minute)) {
		m.changedLook()
	}
	m.reader.Tick(m.look)
	switch {
	case m.flash.until.IsZero():
		m.flash.until = msg.now.Add(m.flash.last)
	case !msg.now.Before(m.flash.until):
		m.flash = flash{}
	}
	return m.tickLater()
}
