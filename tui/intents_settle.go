package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/list"
	"vigie/tui/look"
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
	switch i {
	case keys.Open:
		m.pop()
		m.seek = a.ID
		return m.openByID(a.Thread)
	case keys.Retry, keys.Drop, keys.Confirm, keys.Edit:
		if q := m.question(i, a); q != nil {
			m.push(q)
			return nil
		}
		return m.settleNow(settleNow{i, a})
	}
	return nil
}

// doubtful reports whether nobody knows if an act was carried out.
func doubtful(a inbox.Action) bool {
	return a.MayBeThere() || (a.State == inbox.NeedsYou && a.Problem.Code == inbox.CodeUncertain)
}

// question is what to ask before an act is settled; nil when nothing is to be
// asked. Whatever is asked names whose act it is, and to whom.
func (m *Model) question(i keys.Intent, a inbox.Action) *dialog.Confirm {
	l := m.look
	d := &dialog.Confirm{Lines: []string{m.place(a)}, Quote: body(a), Yes: settleNow{i, a}, Firm: true}
	ask := func(head lang.Key, lines ...string) *dialog.Confirm {
		d.Head, d.Lines = head, append(d.Lines, lines...)
		return d
	}
	known := append(m.known(a), "")
	tell := func(key lang.Key, args ...any) []string { known[len(known)-1] = l.P.T(key, args...); return known }
	switch doubt := doubtful(a); {
	case i == keys.Confirm && !a.Kind.Writes():
		return ask("settle.done", tell("settle.there-text", m.keys.Key(keys.Undo))...)
	case i == keys.Confirm:
		return ask("settle.there", tell("settle.there-text", m.keys.Key(keys.Undo))...)
	case i == keys.Retry && doubt:
		return ask("again.title", tell("settle.twice")...)
	case i == keys.Retry && a.State == inbox.NeedsYou:
		why, _ := standing.Why(l, a)
		return ask("settle.again", l.P.T("settle.again-text", why))
	case i == keys.Drop && doubt:
		return ask("settle.drop", tell("settle.drop-text")...)
	case i == keys.Drop && a.Kind.Writes():
		return ask("dialog.drop", l.P.T("dialog.drop-text"))
	case i == keys.Drop:
		return ask("drop.act", l.P.T("drop.act-text", m.kindWord(a)))
	case i == keys.Edit && doubt:
		return ask("settle.edit", tell("settle.edit-text")...)
	}
	return nil
}

// place names the client, the account, the network and the person of an act.
func (m *Model) place(a inbox.Action) string {
	l := m.look
	return l.P.T("settle.place", l.Client(a.Client).Name, l.Handle(a.Account), l.On(a.Account, l.Accounts[a.Account].Network), m.whom(a))
}

// whom is who gets an act, or whose thread it is about.
func (m *Model) whom(a inbox.Action) string {
	if a.Kind == inbox.ActEscalate {
		for _, c := range m.look.Client(a.Client).Contacts {
			if c.ID == a.Contact {
				return m.look.Cut(c.Name, 30)
			}
		}
	}
	t := m.heads[a.Thread]
	if v, shown := m.reader.Thread(); shown && v.Thread.ID == a.Thread {
		t = v.Thread
	}
	return m.look.Cut(look.Author(t.Author), 30)
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
	return lines
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
	act, said := b.ConfirmAction, m.look.P.T("settle.confirmed")
	switch s.intent {
	case keys.Edit:
		if _, ok := m.top().(*dialog.Outbox); ok {
			m.pop()
		}
		return m.takeBack(s.action)
	case keys.Retry:
		act, said = b.RetryAction, m.look.P.T("done.retried")
	case keys.Drop:
		act, said = b.DropAction, m.dropWords(s.action)
	}
	return m.call(func(ctx context.Context) tea.Msg {
		return doneMsg{err: act(ctx, by, id), done: said, step: s.intent == keys.Confirm}
	})
}

// dropWords say that an act was given up.
func (m *Model) dropWords(a inbox.Action) string {
	switch {
	case doubtful(a):
		return m.look.P.T("settle.dropped")
	case a.Kind.Writes():
		return m.look.P.T("done.dropped")
	}
	return m.look.P.T("drop.act-done", m.kindWord(a))
}

// takeBack brings the text of an act into the composer: what surely waits is
// taken out of the outbox, what failed or is in doubt is given up.
func (m *Model) takeBack(a inbox.Action) tea.Cmd {
	m.wait = true
	b, by := m.backend, m.by
	msg := undoneMsg{asked: true, undid: inbox.Undid{Verb: inbox.Replied, Threads: []inbox.ThreadID{a.Thread}, Action: &a}}
	give := func(ctx context.Context) error { return b.DropAction(ctx, by, a.ID) }
	switch {
	case doubtful(a):
		msg.said = "settle.edited"
	case standing.Stuck(a):
		msg.said = "settle.back"
	default:
		give = func(ctx context.Context) error { _, err := b.CancelAction(ctx, by, a.ID); return err }
	}
	return m.call(func(ctx context.Context) tea.Msg {
		msg.err = give(ctx)
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
		return m.noTrouble()
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

// noTrouble says that nothing needs a person here, and what the outbox holds
// all the same.
func (m *Model) noTrouble() tea.Cmd {
	n := standing.Count(m.look, m.outbox)
	words := standing.Counted(m.look, n, standing.ForYou, standing.Doubted, standing.Account, standing.Behind, standing.OnWay, standing.Planned)
	switch box := m.keys.Key(keys.OutboxBox); {
	case words == "":
		return m.warn("why.no-trouble")
	case n[standing.ForYou] > 0:
		return m.warn("trouble.other", words, box)
	default:
		return m.warn("trouble.none", words, box)
	}
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
