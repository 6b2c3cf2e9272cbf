package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/list"
	"vigie/tui/standing"
)

// settleNow is the yes to sending an act again, or to giving it up.
type settleNow struct {
	intent keys.Intent
	action inbox.Action
}

// settling is what may be done to an act of ours as it stands.
func settling(a inbox.Action) keys.Need {
	var met keys.Need
	can := standing.ActsOn(a)
	for need, on := range map[keys.Need]bool{
		keys.NeedConfirm: can.Confirm, keys.NeedRetry: can.Retry, keys.NeedDrop: can.Drop, keys.NeedEdit: can.Edit,
	} {
		if on {
			met |= need
		}
	}
	return met
}

// settle does something to an act of ours: of the outbox, or in its thread.
// Giving up asks first, and so does sending again what may have arrived.
func (m *Model) settle(i keys.Intent, a inbox.Action) tea.Cmd {
	l := m.look
	switch i {
	case keys.Open:
		m.pop()
		m.seek = a.ID
		return m.openByID(a.Thread)
	case keys.Retry:
		if a.State == inbox.FailedAct || (a.State == inbox.RetryWait && !a.Doubted) {
			return m.settleNow(settleNow{i, a}) // surely not carried out
		}
		m.push(&dialog.Confirm{Head: "again.title", Lines: m.known(a), Quote: body(a), Yes: settleNow{i, a}, Firm: true})
	case keys.Drop:
		d := &dialog.Confirm{Head: "dialog.drop", Lines: []string{l.P.T("dialog.drop-text")}, Quote: body(a), Yes: settleNow{i, a}, Firm: true}
		if !a.Kind.Writes() {
			d.Head, d.Lines = "drop.act", []string{l.P.T("drop.act-text", m.kindWord(a))}
		}
		m.push(d)
	case keys.Confirm:
		return m.settleNow(settleNow{i, a})
	case keys.Edit:
		if _, ok := m.top().(*dialog.Outbox); ok {
			m.pop()
		}
		return m.takeBack(a)
	}
	return nil
}

// known is what is known of an act that may have arrived.
func (m *Model) known(a inbox.Action) []string {
	l := m.look
	what, _ := standing.Why(l, a)
	if what == "" {
		what = standing.Of(l, a, nil).Text
	}
	lines := []string{l.P.T("again.known", what)}
	if tried := standing.Tried(l, a); tried != "" {
		lines = append(lines, tried)
	}
	return append(lines, l.P.T("again.warning", l.Settle.Link))
}

// body is the text of an act; "" for one that has none.
func body(a inbox.Action) string {
	if a.Brief != nil {
		return a.Brief.Question.String()
	}
	return a.Text
}

// kindWord names what an act is.
func (m *Model) kindWord(a inbox.Action) string { return m.look.P.T(lang.Key("act." + string(a.Kind))) }

func (m *Model) settleNow(s settleNow) tea.Cmd {
	b, by, id := m.backend, m.by, s.action.ID
	act, say := b.ConfirmAction, lang.Key("done.confirmed")
	switch s.intent {
	case keys.Retry:
		act, say = b.RetryAction, "done.retried"
	case keys.Drop:
		act, say = b.DropAction, "done.dropped"
	}
	said := m.look.P.T(say)
	if s.intent == keys.Drop && !s.action.Kind.Writes() {
		said = m.look.P.T("drop.act-done", m.kindWord(s.action))
	}
	return m.call(func(ctx context.Context) tea.Msg { return doneMsg{err: act(ctx, by, id), done: said} })
}

// takeBack brings the text of an act into the composer: what waits is taken
// out of the outbox, what failed or is in doubt is given up.
func (m *Model) takeBack(a inbox.Action) tea.Cmd {
	m.wait = true
	b, by := m.backend, m.by
	return m.call(func(ctx context.Context) tea.Msg {
		msg := undoneMsg{asked: true, undid: inbox.Undid{Verb: inbox.Replied, Threads: []inbox.ThreadID{a.Thread}, Action: &a}}
		if standing.Stuck(a) {
			msg.err = b.DropAction(ctx, by, a.ID)
		} else {
			_, msg.err = b.CancelAction(ctx, by, a.ID)
		}
		a.State = inbox.Dropped
		return msg
	})
}

// settleChosen does something to the act that is chosen in the thread.
func (m *Model) settleChosen(i keys.Intent) tea.Cmd {
	if a := m.reader.Chosen().Action; a != nil {
		return m.settle(i, *a)
	}
	return nil
}

// stuck are the acts that a person must look at, of the client that the list
// is narrowed to.
func (m *Model) stuck() []list.Stuck {
	var out []list.Stuck
	for _, a := range m.outbox {
		if !standing.Stuck(a) || (m.client != "" && a.Client != m.client) {
			continue
		}
		t, ok := m.heads[a.Thread]
		if !ok {
			t = inbox.Thread{ID: a.Thread, Client: a.Client, Account: a.Account}
		}
		out = append(out, list.Stuck{Action: a, Thread: t})
	}
	return out
}

// followStuck brings the act under the cursor into the reader's view.
func (m *Model) followStuck() {
	st, _ := m.list.Stuck()
	if st.Action.ID == m.row {
		return
	}
	m.row = st.Action.ID
	if m.row == 0 || m.composer.Active() {
		return
	}
	if m.seek = m.row; m.reader.ID() == st.Thread.ID {
		m.reader.Seek(m.seek)
	}
}

// nextTrouble opens the next act that a person must look at, round and round.
func (m *Model) nextTrouble() tea.Cmd {
	all := m.stuck()
	if len(all) == 0 {
		return m.warn("why.no-trouble")
	}
	next := all[0]
	if a := m.reader.Chosen().Action; a != nil && m.focus == onReader {
		for _, st := range all {
			if st.Action.ID > a.ID {
				next = st
				break
			}
		}
	}
	m.seek = next.Action.ID
	if m.reader.ID() == next.Thread.ID {
		m.reader.Seek(m.seek)
	}
	return m.goTo(next.Thread)
}

// clickStuck selects a stuck act; a second click opens it.
func (m *Model) clickStuck(id inbox.ActionID) tea.Cmd {
	if st, ok := m.list.Stuck(); ok && st.Action.ID == id && m.focus == onList {
		return m.open()
	}
	m.focus = onList
	m.list.SelectStuck(id)
	return m.follow()
}
