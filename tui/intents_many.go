package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
)

// manyReadyMsg brings what can be done in many threads.
type manyReadyMsg struct {
	threads []inbox.Thread
	many    []dialog.Stand
	intent  keys.Intent
	err     error
}

// manyChangedMsg brings what can be done now in those of them that changed.
type manyChangedMsg struct {
	dialog *dialog.Moderate
	many   []dialog.Stand
	err    error
}

// moderateMany opens the dialog of acts without a text for the marked threads,
// and carries one of them out when i names it.
func (m *Model) moderateMany(ts []inbox.Thread, i keys.Intent) tea.Cmd {
	if spans(ts) {
		return m.warn("batch.clients", m.counted(ts))
	}
	m.wait = true // what is pressed next is for the dialog
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		many, err := eachThread(ctx, b, ts, dialog.StandOf)
		return manyReadyMsg{ts, many, i, err}
	})
}

// gotMany opens the dialog and gives it the keys that were pressed for it.
func (m *Model) gotMany(msg manyReadyMsg) tea.Cmd {
	same := slices.EqualFunc(m.list.Marks(), msg.threads, func(a, b inbox.Thread) bool { return a.ID == b.ID })
	if msg.err != nil || m.composer.Active() || m.top() != nil || !same {
		m.typed, m.wait = nil, false
		if msg.err != nil {
			return m.wrong(msg.err)
		}
		return nil // the hand has gone on
	}
	d := dialog.NewModerateMany(m.look, msg.many, m.keys.In(keys.Moderating))
	m.push(d)
	var act tea.Cmd
	if msg.intent != keys.Moderate {
		act = m.act(d.Do(msg.intent))
	}
	return tea.Batch(act, m.replay())
}

// followMany reads those threads of the dialog again that changed; those that
// change meanwhile wait until these are there.
func (m *Model) followMany(d *dialog.Moderate, changes []inbox.Change) tea.Cmd {
	for _, t := range d.Many() {
		changed := slices.ContainsFunc(changes, func(c inbox.Change) bool { return c.All || c.Thread == t.ID })
		if waits := slices.ContainsFunc(m.loads.many, func(w inbox.Thread) bool { return w.ID == t.ID }); changed && !waits {
			m.loads.many = append(m.loads.many, t)
		}
	}
	return m.readMany(d)
}

func (m *Model) readMany(d *dialog.Moderate) tea.Cmd {
	ts := m.loads.many
	if len(ts) == 0 || m.loads.manyBusy {
		return nil
	}
	m.loads.many, m.loads.manyBusy = nil, true
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		many, err := eachThread(ctx, b, ts, dialog.StandOf)
		return manyChangedMsg{d, many, err}
	})
}

func (m *Model) gotManyChange(msg manyChangedMsg) tea.Cmd {
	m.loads.manyBusy = false
	d, open := m.below().(*dialog.Moderate)
	switch {
	case !open || d.Many() == nil:
		m.loads.many = nil
		return nil
	case d != msg.dialog:
	case msg.err != nil:
		return tea.Batch(m.wrong(msg.err), m.readMany(d))
	default:
		d.SetMany(m.look, msg.many)
	}
	return m.readMany(d)
}

// moderating are the keys of an act of that dialog, from the list; "" for none.
func (m *Model) moderating(i keys.Intent) string {
	open := m.keys.Key(keys.Moderate)
	for _, b := range m.keys.In(keys.Moderating) {
		if b.Intent == i && len(b.Keys) > 0 && open != "" {
			return open + " " + b.Keys[0]
		}
	}
	return ""
}
