package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/palette"
)

// push opens a dialog that a key asked for: it takes keys at once.
func (m *Model) push(d dialog.Dialog) {
	m.restore(d)
	m.dialogs, m.armed = append(m.dialogs, d), true
}

// pushSoon opens a dialog that nobody asked for: it takes keys after a moment.
func (m *Model) pushSoon(d dialog.Dialog) tea.Cmd {
	m.dialogs, m.armed = append(m.dialogs, d), false
	return m.timer(graceTime, func() tea.Msg { return dialogArmedMsg{d} })
}

// noText says why a field for text does not open. It takes what is typed for
// that field: as commands, letters would do what nobody asked for.
func (m *Model) noText(why string) tea.Cmd {
	m.push(&dialog.Notice{Words: why})
	return nil
}

func (m *Model) pop() {
	if n := len(m.dialogs); n > 0 {
		m.dialogs = m.dialogs[:n-1]
	}
	m.stopAsking()
	m.armed = true
}

// screen carries out what opens something, and what concerns the session.
func (m *Model) screen(i keys.Intent) (tea.Cmd, bool) {
	switch i {
	case keys.Search:
		return m.hunt(), true
	case keys.Filter:
		m.push(dialog.NewFilter(m.filter, m.completer()))
	case keys.Palette:
		m.push(m.palette(""))
	case keys.Help:
		return m.help(), true
	case keys.OutboxBox:
		d := &dialog.Outbox{}
		d.Set(m.outbox, m.heads)
		m.push(d)
		return m.loadOutbox(), true
	case keys.DraftBox:
		m.push(&dialog.Drafts{})
		return m.loadDrafts(), true
	case keys.Accounts:
		m.push(&dialog.Health{Accounts: m.accounts})
		return m.loadAccounts(), true
	case keys.Sync:
		b := m.backend
		return tea.Batch(m.say("done.sync"), func() tea.Msg { b.Sync(); return nil }), true
	case keys.NextView:
		return m.turnView(1), true
	case keys.PrevView:
		return m.turnView(-1), true
	case keys.Watches:
		return m.watches(), true
	case keys.NextDue:
		return m.nextDue(), true
	case keys.Focus:
		return m.startZen(), true
	case keys.SaveView:
		return m.nameView(), true
	case keys.DropView:
		return m.dropView(""), true
	case keys.Quiet:
		return m.commandQuiet(""), true
	case keys.Redraw:
		m.changedLook()
		return tea.Batch(tea.ClearScreen, m.loadThreads(), m.loadCounts()), true
	case keys.Detach:
		return m.quit(), true
	default:
		return nil, false
	}
	return nil, true
}

// help shows the keys of where one is; on the help itself it closes it.
func (m *Model) help() tea.Cmd {
	if _, open := m.top().(*palette.Help); open {
		return m.act(dialog.Closed{})
	}
	m.push(palette.NewHelp(m.keys, m.helpScopes()...))
	return nil
}

// below is the dialog on top, or the one that help is read over: what was asked
// for it is still for it.
func (m *Model) below() dialog.Dialog {
	d := m.top()
	if _, help := d.(*palette.Help); help && len(m.dialogs) > 1 {
		return m.dialogs[len(m.dialogs)-2]
	}
	return d
}

// helpScopes are the places help tells of: first where one is.
func (m *Model) helpScopes() []keys.Scope {
	if d := m.top(); d != nil {
		return d.Scopes()
	}
	if m.composer.Active() {
		return []keys.Scope{keys.Writing}
	}
	if m.newcomer() {
		return m.scopes()
	}
	if m.focus == onReader {
		return []keys.Scope{keys.Thread, keys.Reader, keys.Root, keys.Writing}
	}
	return []keys.Scope{keys.Thread, keys.List, keys.Root, keys.Writing}
}

// act carries out what a dialog wants.
func (m *Model) act(a dialog.Action) tea.Cmd {
	switch a := a.(type) {
	case nil:
		return nil
	case dialog.Closed:
		d := m.top()
		m.pop()
		return tea.Batch(m.keep(d), m.dismissed(d), m.widen(d))
	case dialog.Typed:
		return m.searchSoon()
	case dialog.MoreWanted:
		return m.ask(a.Asked, a.Limit)
	case dialog.ActionWanted:
		return m.settle(a.Intent, a.Action)
	case palette.Unknown:
		return m.unknown(a)
	case dialog.Refused:
		return m.warn(a.Why)
	case dialog.Cannot:
		if a.Text {
			return m.noText(a.Words)
		}
		return m.show(warned, a.Words)
	case dialog.DraftWanted:
		return m.onDraft(a)
	case dialog.FileDropped:
		if d, ok := m.top().(*dialog.Attach); ok {
			return m.unattach(d, a.At)
		}
		return nil
	case dialog.LinkWanted:
		return m.openAway(a.URL)
	case dialog.ReportPicked:
		m.askReport(a)
		return nil
	case sendDespite:
		d := m.top()
		m.pop()
		return m.despite(d, a.code)
	case dialog.SyncWanted:
		b := m.backend
		return tea.Batch(m.say("done.sync"), func() tea.Msg { b.Sync(a.Account); return nil })
	}
	if cmd, ok := m.readAct(a); ok {
		return cmd
	}
	d := m.top()
	switch a := a.(type) {
	case dialog.EscalatePicked:
		m.pop()
		m.used(d)
		return m.escalateTo(a, d)
	case dialog.AttachPicked:
		m.pop()
		return m.enclose(a, d)
	}
	m.pop()
	return m.answered(a)
}

// textLostMsg: an act with a text of its own failed; the dialog still has it.
type textLostMsg struct {
	d   dialog.Dialog
	err error
}

// giveBack opens the dialog again, over whatever is there now, so that nothing
// has to be typed twice.
func (m *Model) giveBack(msg textLostMsg) tea.Cmd {
	return tea.Batch(m.wrong(msg.err), m.pushSoon(msg.d))
}

// escalateTo takes a thread to a contact.
func (m *Model) escalateTo(a dialog.EscalatePicked, d dialog.Dialog) tea.Cmd {
	b, by := m.backend, m.by
	said := m.look.P.T("done.escalated", a.Contact.Name)
	return m.call(func(ctx context.Context) tea.Msg {
		queued, err := b.Escalate(ctx, by, a.Thread.ID, a.Request)
		if err != nil {
			return textLostMsg{d, err}
		}
		return doneMsg{done: said, action: queued, threads: []inbox.ThreadID{a.Thread.ID}}
	})
}

// answered carries out the answer of a dialog that is closed.
func (m *Model) answered(a dialog.Action) tea.Cmd {
	b, by := m.backend, m.by
	switch a := a.(type) {
	case dialog.Run:
		return m.run(a.Intent)
	case dialog.TagPicked:
		return m.bulkOn(a.Threads, "done.tagged", func(ctx context.Context, ids []inbox.ThreadID) error {
			return b.Tag(ctx, by, ids, a.Changes)
		})
	case dialog.SnoozePicked:
		if lost := a.Lost; len(lost) > 0 {
			a.Lost = nil
			m.push(&dialog.Confirm{Head: "close.nap", Lines: []string{m.about(a.Threads), m.look.Closes(lost)}, Yes: a, Firm: true})
			return nil
		}
		return m.bulkOn(a.Threads, "done.snoozed", func(ctx context.Context, ids []inbox.ThreadID) error {
			return b.Nap(ctx, by, ids, a.Words)
		}, a.Says)
	case doneNow:
		return m.doneWith(a.threads)
	case palette.Typed:
		return m.command(a)
	case performAllNow:
		return m.performAll(a)
	case dialog.MarkPicked:
		return m.marked(a)
	case dialog.FilterPicked:
		return m.filterBy(a.Query)
	case dialog.Opened:
		return m.goTo(a.Thread)
	case dialog.HitPicked:
		return m.openAt(a)
	case sendNow:
		return m.sendNow()
	case sendSeen:
		return m.send()
	case dialog.LaterPicked:
		return m.sendLater(a.At)
	case dropNow:
		return m.discard()
	case dropListed:
		return m.dropFromList(a.draft)
	case settleNow:
		return m.settleNow(a)
	case dialog.ModerationPicked:
		return m.askModeration(a)
	case dialog.ManyPicked:
		return m.batch(a.Kind, a.Threads)
	case performNow:
		return m.perform(a.picked)
	case reportNow:
		return m.report(a.picked)
	case dialog.AnsweredThere:
		return m.answeredThere()
	}
	return nil
}

// run carries out an intent of the palette as its key would.
func (m *Model) run(i keys.Intent) tea.Cmd {
	if b, ok := m.keys.Of(i); ok {
		return m.bound(b)
	}
	n := slices.IndexFunc(m.views, func(v inbox.View) bool { return keys.ViewIntent(v.ID) == i })
	return m.pickView(n)
}

// commands is what the palette offers: every act of the key table, clients
// and views by their names.
func (m *Model) commands() []palette.Item {
	items := palette.Items(m.keys, m.look.P, m.met(), keys.List, keys.Thread, keys.Moderating, keys.Root, keys.Reader)
	items = append(items, palette.Elsewhere(m.keys, m.look.P, items)...)
	for i, c := range m.look.Clients {
		if b, ok := m.keys.Of(keys.ClientIntent(i + 1)); ok && i < 9 {
			items = append(items, palette.Item{Intent: b.Intent, Help: m.look.P.T("palette.client", c.Name), Keys: b.Keys})
		}
	}
	for _, v := range m.views {
		items = append(items, palette.Item{Intent: keys.ViewIntent(v.ID), Help: m.look.P.T("palette.view", m.look.ViewName(v))})
	}
	return items
}

// detach ends the session; the server goes on. What is being written is stored
// by Flush.
func (m *Model) detach() tea.Cmd {
	m.outcome = Detached
	b, by, sub := m.backend, m.by, m.sub
	keep := m.savePlace()
	return m.call(func(ctx context.Context) tea.Msg {
		if keep != nil {
			keep()
		}
		b.Compose(by, 0, "")
		if sub != nil {
			sub.Close()
		}
		return tea.QuitMsg{}
	})
}
