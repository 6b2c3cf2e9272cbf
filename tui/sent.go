package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/standing"
)

// endedMsg says what became of an act of this session.
type endedMsg struct {
	thread inbox.Thread
	action inbox.Action
}

// expect remembers an act of this session until its end is told.
func (m *Model) expect(a inbox.Action) {
	if a.ID != 0 && a.Kind != inbox.ActRead { // reading is no act to talk of
		m.sent[a.ID] = a.Thread
	}
}

// underWay reports whether an act may still leave by itself.
func underWay(s inbox.SendState) bool {
	return s == inbox.Queued || s == inbox.Sending || s == inbox.RetryWait
}

// ended asks what became of the acts that are no longer on their way. The
// outbox forgets those that arrived: their threads know.
func (m *Model) ended() tea.Cmd {
	waiting := make(map[inbox.ActionID]bool, len(m.outbox))
	for _, a := range m.outbox {
		if underWay(a.State) {
			waiting[a.ID] = true
			if a.Line == m.by.Line {
				m.expect(a)
			}
		}
	}
	var cmds []tea.Cmd
	for id, thread := range m.sent {
		if !waiting[id] {
			delete(m.sent, id)
			cmds = append(cmds, m.askEnd(id, thread))
		}
	}
	return tea.Batch(cmds...)
}

func (m *Model) askEnd(id inbox.ActionID, thread inbox.ThreadID) tea.Cmd {
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		v, err := b.Thread(ctx, thread)
		if err != nil {
			return nil // the outbox and the thread still tell it
		}
		for _, a := range v.Actions {
			if a.ID == id {
				return endedMsg{v.Thread, a}
			}
		}
		return nil
	})
}

// gotEnd tells it. What a person took back needs no word.
func (m *Model) gotEnd(msg endedMsg) tea.Cmd {
	a := msg.action
	who := m.about([]inbox.Thread{msg.thread})
	switch {
	case underWay(a.State):
		m.expect(a) // the outbox was older than the act
		return nil
	case a.State.Trouble():
		return m.show(wrong, m.look.P.T("sent.trouble", standing.Named(m.look, a, nil), who, m.keys.Key(keys.OutboxBox)))
	case a.State == inbox.Dropped:
		return nil
	case a.Kind == inbox.ActEscalate:
		return m.told(m.look.P.T("sent.escalation", who))
	case !a.Kind.Writes() && m.flash.text != "":
		return nil // its mark in the thread says it; what is being read stays
	case !a.Kind.Writes():
		return m.say("sent.act", m.look.P.T(lang.Key("act."+string(a.Kind))), who)
	}
	if a.Kind == inbox.ActEdit {
		return m.told(m.look.P.T("sent.act", m.look.P.T("act.edit"), who))
	}
	return m.told(m.look.P.T("sent.reply", who))
}
