package tui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
)

// gotUndone tells what was taken back, or done again; an answer that was held
// comes back into the composer.
func (m *Model) gotUndone(msg undoneMsg) tea.Cmd {
	u := msg.undid
	if msg.err != nil || (u.Verb == "" && u.Action == nil) {
		return m.notUndone(msg)
	}
	m.taken(msg.redo)
	m.list.Free(u.Threads...)
	if len(u.Threads) > 0 {
		m.want = u.Threads[0]
	}
	words := m.undoneWords(msg)
	if msg.said != "" {
		words = m.look.P.T(msg.said)
	}
	if u.Left > 0 {
		words += " " + m.look.Glyphs.Dot + " " + m.look.P.T("back.left", u.Left)
	}
	cmds := []tea.Cmd{m.show(said, words), m.loadThreads(), m.loadCounts(), m.loadOutbox(), m.loadThread(m.reader.ID())}
	if a := u.Action; a != nil {
		if a.State != inbox.Dropped {
			m.expect(*a)
		} else if a.Kind.Writes() && !msg.redo {
			return tea.Batch(append(cmds, m.rewrite(*a, !msg.asked))...)
		}
	}
	return tea.Batch(append(cmds, m.replay())...)
}

// notUndone says why nothing was taken back.
func (m *Model) notUndone(msg undoneMsg) tea.Cmd {
	if msg.asked {
		m.typed = nil // meant for the text
	}
	var tell tea.Cmd
	switch t, _ := m.list.Current(); {
	case msg.err != nil && msg.thread.ID != 0 && msg.thread.ID != t.ID:
		m.typed = nil // meant for what was on the screen
		tell = m.pushSoon(&dialog.Confirm{
			Head: "back.title", Lines: []string{m.refusal(msg), m.look.P.T("back.go")}, Yes: dialog.Opened{Thread: msg.thread}, Firm: true,
		})
	case msg.err != nil:
		tell = m.show(wrong, m.refusal(msg))
	case msg.undid.Left > 0:
		tell = m.warn("back.all-left")
	case msg.redo:
		tell = m.warn("undo.nothing-redo")
	default:
		tell = m.warn("undo.nothing")
	}
	return tea.Batch(tell, m.replay())
}

// undoneWords say what an undo or a redo did, in one sentence.
func (m *Model) undoneWords(msg undoneMsg) string {
	p, u := m.look.P, msg.undid
	if a := u.Action; a != nil {
		act := p.T(lang.Key("act." + string(a.Kind)))
		inverse := lang.Key("back." + string(a.Kind))
		switch {
		case a.State != inbox.Dropped && a.Of != 0 && p.Has(inverse):
			return p.T(inverse)
		case a.State != inbox.Dropped:
			return p.T("back.queued", act)
		case a.Kind.Writes():
			return p.T("undo.reply")
		case a.Kind == inbox.ActEscalate:
			return p.T("undo.escalation")
		}
		return p.T("back.taken", act)
	}
	key := lang.Key("undo.done")
	if msg.redo {
		key = "undo.redone"
	}
	what := m.didWord(u)
	if what == "" {
		what = string(u.Verb)
	}
	switch n := len(u.Threads); {
	case n > 1:
		what += " " + m.look.Glyphs.Dot + " " + p.T("dialog.threads", n)
	case msg.thread.ID != 0:
		what += " " + m.look.Glyphs.Dot + " " + m.about([]inbox.Thread{msg.thread})
	}
	if u.Draft {
		what += " " + m.look.Glyphs.Dot + " " + p.T("undo.draft-again")
	}
	return p.T(key, what)
}

// didWord names what an act was.
func (m *Model) didWord(u inbox.Undid) string {
	if k := lang.Key("act." + string(u.Kind)); (u.Verb == inbox.Acted || u.Kind == inbox.ActEdit) && m.look.P.Has(k) {
		return m.look.P.T(k)
	}
	return m.verbWord(u.Verb)
}

// verbWord names what somebody did; "" for what has no name.
func (m *Model) verbWord(v inbox.Verb) string {
	if k := lang.Key("verb." + string(v)); m.look.P.Has(k) {
		return m.look.P.T(k)
	}
	return ""
}

// refusal says what cannot be taken back, whose it is, and why.
func (m *Model) refusal(msg undoneMsg) string {
	why := m.undoFailed(msg)
	if msg.thread.ID == 0 {
		return why
	}
	whose, what := m.about([]inbox.Thread{msg.thread}), m.didWord(msg.undid)
	if what == "" {
		what = m.look.P.T("back.act")
	}
	return m.look.P.T("back.whose", what, whose, why)
}

// undoFailed says why an act cannot be taken back, and what can be done.
func (m *Model) undoFailed(msg undoneMsg) string {
	var p inbox.Problem
	if !errors.As(msg.err, &p) || p.Code != inbox.CodeConflict {
		return m.sentence(msg.err)
	}
	if msg.redo {
		return m.look.P.T("back.no-redo", m.keys.Key(keys.DraftBox))
	}
	moderate, state := m.keys.Key(keys.Moderate), ""
	if len(p.Args) > 0 {
		state = p.Args[0]
	}
	switch inbox.SendState(state) {
	case inbox.Accepted, inbox.Verified:
		if msg.undid.Verb == inbox.Escalate {
			return m.look.P.T("back.gone-escalation", m.keys.Key(keys.Undo))
		}
		if msg.undid.Verb == inbox.Acted {
			return m.look.P.T("back.gone-act")
		}
		if edit := m.moderating(keys.EditOwn); msg.undid.Kind == inbox.ActEdit && edit != "" {
			return m.look.P.T("back.gone-edit", edit)
		}
		return m.look.P.T("back.gone", moderate)
	case inbox.Sending:
		return m.look.P.T("back.flying", moderate)
	case inbox.Uncertain, inbox.NeedsYou:
		return m.look.P.T("back.doubt", m.keys.Key(keys.OutboxBox))
	}
	return m.look.P.T("back.never", moderate)
}
