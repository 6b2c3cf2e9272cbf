package tui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/standing"
)

type (
	// performNow is the yes to an act without a text.
	performNow struct{ picked dialog.ModerationPicked }
	// moderateReadyMsg brings the thread to moderate in.
	moderateReadyMsg struct {
		view   inbox.ThreadView
		intent keys.Intent
		err    error
	}
	// moderateChangedMsg brings it as it is now, for the dialog that is open.
	moderateChangedMsg struct {
		gen  int
		view inbox.ThreadView
		err  error
	}
)

// moderate opens the dialog of acts without a text, and carries one of them
// out when i names it.
func (m *Model) moderate(i keys.Intent) tea.Cmd {
	ts := m.list.Targets()
	if len(ts) > 1 {
		return m.moderateMany(ts, i)
	}
	t := ts[0]
	if v, ok := m.reader.Thread(); ok && v.Thread.ID == t.ID {
		return m.pushModerate(v, i)
	}
	m.wait = true // what is pressed next is for the dialog
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		v, err := b.Thread(ctx, t.ID)
		return moderateReadyMsg{v, i, err}
	})
}

// gotModerate opens the dialog and gives it the keys that were pressed for it.
func (m *Model) gotModerate(msg moderateReadyMsg) tea.Cmd {
	if msg.err != nil {
		m.typed, m.wait = nil, false
		return m.wrong(msg.err)
	}
	if ts := m.list.Targets(); m.composer.Active() || m.top() != nil || len(ts) != 1 || ts[0].ID != msg.view.Thread.ID {
		m.typed, m.wait = nil, false
		return nil // the hand has gone on
	}
	return tea.Batch(m.pushModerate(msg.view, msg.intent), m.replay())
}

func (m *Model) pushModerate(v inbox.ThreadView, i keys.Intent) tea.Cmd {
	var about *inbox.Message
	if m.focus == onReader && m.reader.ID() == v.Thread.ID {
		about = m.reader.Chosen().Message
	}
	d := dialog.NewModerate(m.look, v, about, m.keys.In(keys.Moderating))
	m.push(d)
	if i == keys.Moderate {
		return nil
	}
	return m.act(d.Do(i))
}

// followModerate loads the thread of the dialog again when it has changed.
func (m *Model) followModerate(changes []inbox.Change) tea.Cmd {
	d, open := m.below().(*dialog.Moderate)
	if open && d.Many() != nil {
		return m.followMany(d, changes)
	}
	if !open || !slices.ContainsFunc(changes, func(c inbox.Change) bool { return c.All || c.Outbox || c.Thread == d.Thread() }) {
		return nil
	}
	m.loads.moderate++
	b, gen := m.backend, m.loads.moderate
	return m.call(func(ctx context.Context) tea.Msg {
		v, err := b.Thread(ctx, d.Thread())
		return moderateChangedMsg{gen, v, err}
	})
}

func (m *Model) gotModerateChange(msg moderateChangedMsg) tea.Cmd {
	d, open := m.below().(*dialog.Moderate)
	switch {
	case msg.gen != m.loads.moderate || !open:
	case msg.err != nil:
		return m.wrong(msg.err)
	case d.Thread() == msg.view.Thread.ID:
		d.Set(m.look, msg.view)
	}
	return nil
}

// askModeration asks once before what others notice or what cannot be taken
// back.
func (m *Model) askModeration(p dialog.ModerationPicked) tea.Cmd {
	switch {
	case p.Kind == inbox.ActReport:
		m.push(dialog.NewReport(p))
		return nil
	case p.Kind == inbox.ActEdit:
		return m.correct(p)
	}
	l := m.look
	who := l.Cut(look.Author(p.Message.Author), 40)
	if p.Kind == inbox.ActDelete {
		who = l.Cut(look.Author(p.Thread.Author), 40)
	}
	head, what, asks := question(p)
	if !asks {
		return m.perform(p)
	}
	lines := append(m.inWhoseName(p.Thread), l.P.T(what, who), l.P.T("moderation.hold", m.keys.Key(keys.Undo)))
	m.push(&dialog.Confirm{Head: head, Lines: lines, Quote: look.Said(p.Message).String(), Yes: performNow{p}, Firm: true})
	return nil
}

// inWhoseName says for which client, as whom and where an act is done.
func (m *Model) inWhoseName(t inbox.Thread) []string {
	l := m.look
	return []string{l.P.T("moderation.as", l.Client(t.Client).Name, l.Handle(t.Account), l.On(t.Account, t.Network))}
}

// question is what is asked before an act, and what it will do; false: nothing
// is asked.
func question(p dialog.ModerationPicked) (head, what lang.Key, asks bool) {
	switch p.Kind {
	case inbox.ActHide:
		head, what = "moderation.hide-ask", "moderation.hide-what"
	case inbox.ActBlock:
		head, what = "moderation.block-ask", "moderation.block-what"
	case inbox.ActDetach:
		head, what = "moderation.detach-ask", "moderation.detach-what"
	case inbox.ActLeave:
		head, what = "moderation.leave-ask", "moderation.leave-what"
	case inbox.ActRemove:
		return "moderation.remove-ask", "moderation.remove-what", true
	case inbox.ActDelete:
		return "moderation.delete-ask", "moderation.del-what", true
	default:
		return "", "", false
	}
	if !p.Undoable {
		what = lang.Key(strings.TrimSuffix(string(what), "what") + "once")
	}
	return head, what, true
}

// perform puts an act without a text into the outbox.
func (m *Model) perform(p dialog.ModerationPicked) tea.Cmd {
	b, by := m.backend, m.by
	said := m.look.P.T("done.act", m.look.P.T(lang.Key("act."+string(p.Kind))), m.about([]inbox.Thread{p.Thread}))
	return m.call(func(ctx context.Context) tea.Msg {
		a, err := b.Perform(ctx, by, p.Thread.ID, p.Kind, p.Message.Remote)
		return doneMsg{err: err, done: said, action: a}
	})
}

// like likes the chosen message of theirs, else their newest; with marks, the
// newest of each marked thread, after a look at what that does.
func (m *Model) like() tea.Cmd {
	if m.list.Marked() > 0 {
		return m.batch(inbox.ActLike, m.list.Targets())
	}
	t, target := m.list.Targets()[0], ""
	if msg := m.reader.Chosen().Message; msg != nil && m.focus == onReader {
		if msg.Outgoing {
			return m.warn("moderation.no-theirs")
		}
		v, _ := m.reader.Thread()
		if standing.Marks(v)[msg.Remote].Liked {
			return m.warn("already.liked", m.keys.Key(keys.Moderate))
		}
		target = msg.Remote
	}
	b, by, said := m.backend, m.by, m.look.P.T("done.liked", m.about([]inbox.Thread{t}))
	return m.call(func(ctx context.Context) tea.Msg {
		a, err := b.Perform(ctx, by, t.ID, inbox.ActLike, target)
		return doneMsg{err: err, done: said, action: a}
	})
}
