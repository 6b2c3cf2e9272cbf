package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

type (
	// doneMsg is an act that worked or did not; done says what to tell.
	doneMsg struct {
		err  error
		done string
		say  lang.Key // of what done says, for those who count
		bulk bool     // the marks have served
		step bool     // undo takes it back
		// threads are those that were acted on: the cursor may leave them.
		threads []inbox.ThreadID
		action  inbox.Action // what waits in the outbox now, if anything
	}
	// quietMsg is an act of which only a failure is told.
	quietMsg  struct{ err error }
	undoneMsg struct {
		undid  inbox.Undid
		thread inbox.Thread // the one it was about, or the first of them
		redo   bool
		asked  bool     // for the text: what is typed meanwhile is meant for it
		said   lang.Key // what to tell; "" what an undo tells
		err    error
	}
)

// triage carries out acts on threads.
func (m *Model) triage(i keys.Intent) (tea.Cmd, bool) {
	switch i {
	case keys.Done:
		return m.done(), true
	case keys.Reopen:
		b, by := m.backend, m.by
		return m.bulk("done.reopened", func(ctx context.Context, ids []inbox.ThreadID) error {
			return b.Reopen(ctx, by, ids)
		}), true
	case keys.ToggleRd:
		return m.toggleRead(), true
	case keys.Tag:
		m.push(dialog.NewTag(m.list.Targets(), m.list.Tags()))
	case keys.Snooze:
		m.push(dialog.NewSnooze(m.list.Targets(), m.look, m.look.Now))
		return m.tickNow(), true
	case keys.Promote:
		return m.promote(), true
	case keys.Positive, keys.Neutral, keys.Negative, keys.Unfelt:
		return m.feel(i), true
	case keys.Like:
		return m.like(), true
	case keys.Moderate, keys.Approve, keys.Hide, keys.Spam, keys.Trash, keys.Remove, keys.Unquote, keys.Report, keys.Mute,
		keys.Block, keys.Leave, keys.TellRead, keys.EditOwn, keys.Delete:
		return m.moderate(i), true
	case keys.Confirm, keys.Retry, keys.Drop, keys.Edit:
		return m.settleChosen(i), true
	case keys.NextTrouble:
		return m.nextTrouble(), true
	case keys.Undo:
		return m.undo(false), true
	case keys.Redo:
		return m.undo(true), true
	default:
		return nil, false
	}
	return nil, true
}

// bulk does one act on the marked threads, or on the current one.
func (m *Model) bulk(say lang.Key, act func(ctx context.Context, ids []inbox.ThreadID) error) tea.Cmd {
	return m.bulkOn(m.list.Targets(), say, act)
}

// bulkOn tells what it did with what more there is to say of it.
func (m *Model) bulkOn(ts []inbox.Thread, say lang.Key, act func(ctx context.Context, ids []inbox.ThreadID) error, more ...string) tea.Cmd {
	if len(ts) == 0 {
		return nil
	}
	ids := make([]inbox.ThreadID, len(ts))
	for i, t := range ts {
		ids[i] = t.ID
	}
	said := strings.Join(append([]string{m.look.P.T(say, m.about(ts))}, more...), " "+m.look.Glyphs.Dot+" ")
	if k := m.keys.Key(keys.Undo); k != "" && say != "done.read" { // reading is no act
		said += " " + m.look.Glyphs.Dot + " " + m.look.P.T("done.undo", k)
	}
	return m.call(func(ctx context.Context) tea.Msg {
		return doneMsg{err: act(ctx, ids), done: said, say: say, bulk: true, threads: ids}
	})
}

// about names the threads of an act: one by its author and client, many by
// their number.
func (m *Model) about(ts []inbox.Thread) string {
	if len(ts) == 1 {
		return m.look.Cut(look.Author(ts[0].Author), 24) + " (" + m.look.Cut(m.look.Client(ts[0].Client).Name, 20) + ")"
	}
	p, clients := m.look.P, map[inbox.ClientID]bool{}
	for _, t := range ts {
		clients[t.Client] = true
	}
	words := p.T("dialog.threads", len(ts))
	if len(clients) > 1 {
		words += ", " + p.T("dialog.clients", len(clients))
	}
	return words
}

// feel marks the sentiment of the threads.
func (m *Model) feel(i keys.Intent) tea.Cmd {
	f := map[keys.Intent]inbox.Feeling{keys.Positive: inbox.Positive, keys.Neutral: inbox.Neutral, keys.Negative: inbox.Negative}[i]
	b, by := m.backend, m.by
	return m.bulk(lang.Key("done.felt-"+f.String()), func(ctx context.Context, ids []inbox.ThreadID) error {
		return b.Feel(ctx, by, ids, f)
	})
}

// leaves reports whether an act leaves nothing to do in a thread, so that the
// cursor goes on.
func leaves(said lang.Key) bool {
	switch said {
	case "done.done", "done.snoozed", "done.promoted", "done.escalated":
		return true
	}
	return false
}

// doneNow: the threads are done, with their windows open.
type doneNow struct{ threads []inbox.Thread }

// done asks once where an answer would soon be refused.
func (m *Model) done() tea.Cmd {
	ts := m.list.Targets()
	lost := look.Closing(ts, m.look.Now, m.look.Now.Add(inbox.FirstAlarm))
	if len(lost) == 0 {
		return m.doneWith(ts)
	}
	m.push(&dialog.Confirm{Head: "close.title", Lines: []string{m.about(ts), m.look.Closes(lost)}, Yes: doneNow{ts}, Firm: true})
	return nil
}

func (m *Model) doneWith(ts []inbox.Thread) tea.Cmd {
	b, by := m.backend, m.by
	return m.bulkOn(ts, "done.done", func(ctx context.Context, ids []inbox.ThreadID) error {
		return b.Done(ctx, by, ids)
	})
}

// toggleRead marks all targets read if one of them is unread, else unread.
func (m *Model) toggleRead() tea.Cmd {
	ts := m.list.Targets()
	read := false
	for _, t := range ts {
		read = read || t.Unread
	}
	say := lang.Key("done.unread")
	if read {
		say = "done.read"
	}
	b, by := m.backend, m.by
	return m.bulkOn(ts, say, func(ctx context.Context, ids []inbox.ThreadID) error {
		return b.MarkRead(ctx, by, ids, read)
	})
}

func (m *Model) promote() tea.Cmd {
	t, _ := m.list.Current()
	b, by := m.backend, m.by
	return m.bulkOn([]inbox.Thread{t}, "done.promoted", func(ctx context.Context, ids []inbox.ThreadID) error {
		return b.Promote(ctx, by, ids[0])
	})
}

func (m *Model) undo(redo bool) tea.Cmd {
	if !redo {
		if cmd, ok := m.undrop(); ok {
			return cmd
		}
	}
	m.wait = true // what is undone next depends on what this one brings
	b, by := m.backend, m.by
	act := b.Undo
	if redo {
		act = b.Redo
	}
	return m.call(func(ctx context.Context) tea.Msg {
		u, err := act(ctx, by)
		msg := undoneMsg{undid: u, redo: redo, err: err}
		if len(u.Threads) > 0 {
			v, err := b.Thread(ctx, u.Threads[0])
			msg.thread = v.Thread
			if err != nil { // it is told without the name
				msg.thread = inbox.Thread{}
			}
		}
		return msg
	})
}

// acted receives the outcome of acts.
func (m *Model) acted(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case doneMsg:
		return m.gotDone(msg)
	case endedMsg:
		return m.gotEnd(msg)
	case quietMsg:
		if msg.err != nil {
			return m.wrong(msg.err)
		}
		return tea.Batch(m.loadThreads(), m.loadCounts())
	case undoneMsg:
		return m.gotUndone(msg)
	case textLostMsg:
		return m.giveBack(msg)
	case reportedMsg:
		return m.gotReported(msg)
	case moderateReadyMsg:
		return m.gotModerate(msg)
	case manyReadyMsg:
		return m.gotMany(msg)
	case manyChangedMsg:
		return m.gotManyChange(msg)
	case moderateChangedMsg:
		return m.gotModerateChange(msg)
	case dueFoundMsg:
		return m.gotDue(msg)
	case dialogArmedMsg:
		m.armed = m.armed || msg.d == m.top()
	case hearMsg:
		m.deaf.hear(msg)
	case ctrlCForgotMsg:
		m.ctrlC = false
	case quitForgotMsg:
		m.quits = false
	case listenAgainMsg:
		return msg.listen
	default:
		return m.wrote(msg)
	}
	return nil
}

func (m *Model) gotDone(msg doneMsg) tea.Cmd {
	if msg.err != nil {
		return m.wrong(msg.err)
	}
	if msg.bulk {
		m.list.Unmark(msg.threads) // others may have been marked meanwhile
	}
	if !m.stay && m.top() == nil {
		m.list.Free(msg.threads...)
	}
	var on tea.Cmd
	if m.zenDid(msg.threads, zenOf(msg.say)); leaves(msg.say) {
		on = m.advance(msg.threads)
	}
	m.expect(msg.action)
	if msg.bulk || msg.step || msg.action.ID != 0 {
		m.stepped(msg.action)
	}
	tell := m.tickNow()
	switch held := msg.action.State == inbox.Queued && msg.action.NotBefore.After(m.look.Now); {
	case !held:
		tell = m.told(msg.done)
	case !m.answers():
		m.flash = flash{} // the countdown of the hold says it
	}
	return tea.Batch(tell, on, m.loadThreads(), m.loadCounts(), m.loadOutbox(), m.loadThread(m.reader.ID()))
}
