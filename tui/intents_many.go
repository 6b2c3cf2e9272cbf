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
