package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
)

// enclosedMsg brings a file that was kept for the answer that is written.
type enclosedMsg struct {
	draft  string
	upload inbox.Upload
	asked  dialog.Dialog // it has what was typed
	err    error
}

// attach asks for a file, and shows those that are there.
func (m *Model) attach() tea.Cmd {
	if why := m.composer.NoFiles(); why != "" {
		return m.warn(why)
	}
	m.push(&dialog.Attach{Thread: m.composer.Thread, Limit: m.composer.Caps.Media, Files: m.composer.Files()})
	return nil
}

// enclose has the engine keep a file. Keys wait for it: the answer is not sent
// without.
func (m *Model) enclose(p dialog.AttachPicked, d dialog.Dialog) tea.Cmd {
	m.wait = true
	b, by, id, draft := m.backend, m.by, m.composer.Thread.ID, m.composer.Draft().ID
	return m.call(func(ctx context.Context) tea.Msg {
		u, err := b.Enclose(ctx, by, id, p.Path, p.Alt)
		return enclosedMsg{draft, u, d, err}
	})
}

func (m *Model) gotEnclosed(msg enclosedMsg) tea.Cmd {
	if !m.composer.Active() || m.composer.Draft().ID != msg.draft {
		return m.replay()
	}
	if msg.err != nil {
		m.typed, m.wait = nil, false // meant for the text
		if p := inbox.ProblemOf(msg.err); p.Code == inbox.CodeNotFound {
			return tea.Batch(m.show(wrong, m.look.P.T("attach.not-found", m.look.Cut(argument(p, 0), 60))), m.pushSoon(msg.asked))
		}
		return m.giveBack(textLostMsg{msg.asked, msg.err})
	}
	m.composer.Attach(msg.upload)
	return tea.Batch(m.say("composer.attached", m.look.Cut(msg.upload.Name, 40)), m.draftChanged(), m.replay())
}

// unattach takes a file away from the answer. What nothing refers to is
// forgotten by the engine.
func (m *Model) unattach(d *dialog.Attach, i int) tea.Cmd {
	if i >= len(d.Files) || !m.composer.Unattach(i) {
		return m.warn("why.no-file-chosen")
	}
	name := d.Files[i].Name
	d.Files = m.composer.Files()
	return tea.Batch(m.say("composer.unattached", m.look.Cut(name, 40)), m.draftChanged())
}
