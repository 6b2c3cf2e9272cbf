package tui

import (
	"context"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
)

type (
	// sendSeen: send what was looked at.
	sendSeen struct{}
	// draftFoundMsg brings a draft that was open when its session ended.
	draftFoundMsg struct{ draft inbox.Draft }
	// editedMsg brings what became of a text in the person's own editor.
	editedMsg struct {
		draft, text string
		err         error
	}
)

// textIntent carries out what concerns the text that is written.
func (m *Model) textIntent(i keys.Intent) tea.Cmd {
	switch i {
	case keys.WriteUndo:
		return m.changedOr(m.composer.Undo(), "why.no-undo")
	case keys.WriteRedo:
		return m.changedOr(m.composer.Redo(), "why.no-redo")
	case keys.Complete:
		changed, done := m.composer.Complete(m.look)
		if done && !changed {
			return nil
		}
		return m.changedOr(done, "why.no-complete")
	case keys.Parts:
		return m.inParts()
	case keys.Preview:
		m.push(&dialog.Page{Head: "dialog.preview", Lines: m.composer.Preview, Yes: sendSeen{}, Tall: m.composer.InParts()})
	case keys.Charter:
		m.push(&dialog.Page{Head: "dialog.charter", Lines: m.composer.Card})
	case keys.Editor:
		return m.edit()
	}
	return nil
}

// changedOr stores the text that changed, or says why nothing did.
func (m *Model) changedOr(changed bool, why lang.Key) tea.Cmd {
	if !changed {
		return m.warn(why)
	}
	return m.draftChanged()
}

// inParts sends a text that is too long in parts, and shows where it is cut;
// the same key puts it together again.
func (m *Model) inParts() tea.Cmd {
	switch {
	case m.composer.Note:
		return m.warn("why.note-parts")
	case !m.composer.TurnParts():
		return m.warn("why.no-parts")
	case m.composer.InParts():
		return m.textIntent(keys.Preview)
	}
	return nil
}

// edit opens the person's own editor with the text. Nothing typed meanwhile is
// for the composer.
func (m *Model) edit() tea.Cmd {
	if m.term == nil || !m.term.Local() {
		return m.warn("why.no-editor")
	}
	m.wait = true
	term, ctx := m.term, m.ctx
	d, header := m.composer.Draft(), m.composer.Header(m.look)
	return tea.Batch(m.say("composer.editing"), func() tea.Msg {
		back, err := term.Edit(ctx, header, d.Text)
		return editedMsg{d.ID, back, err}
	})
}

// gotEdited takes the text back, as one step.
func (m *Model) gotEdited(msg editedMsg) tea.Cmd {
	m.typed, m.wait = nil, false
	if !m.composer.Active() || m.composer.Draft().ID != msg.draft {
		return tea.ClearScreen
	}
	if p := (inbox.Problem{}); errors.As(msg.err, &p) {
		return tea.Batch(tea.ClearScreen, m.wrong(msg.err))
	}
	if msg.err != nil {
		return tea.Batch(tea.ClearScreen, m.show(wrong, m.look.P.T("composer.no-edit", text.CleanLine(msg.err.Error()).String())))
	}
	if !m.composer.Rewrite(strings.TrimRight(msg.text, "\r\n")) {
		m.flash = flash{}
		return tea.ClearScreen
	}
	return tea.Batch(tea.ClearScreen, m.say("composer.edited"), m.draftChanged())
}

// resumeDraft opens the composer again with the draft that was being written
// when the line's last session ended. One that is gone, or open elsewhere, is
// left alone.
func (m *Model) resumeDraft(id string) tea.Cmd {
	if id == "" {
		return nil
	}
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		drafts, err := b.Drafts(ctx, 0)
		if err != nil {
			return nil // the list of drafts says it, when it is asked for
		}
		if i := slices.IndexFunc(drafts, func(d inbox.Draft) bool { return d.ID == id }); i >= 0 {
			return draftFoundMsg{drafts[i]}
		}
		return nil
	})
}

// resume opens a draft that nobody pressed a key for, unless something else is
// under way.
func (m *Model) resume(d inbox.Draft) tea.Cmd {
	open := slices.ContainsFunc(m.sessions, func(s inbox.SessionInfo) bool { return s.Draft == d.ID && s.ID != m.by.Session })
	if open || m.wait || m.composer.Active() || m.top() != nil {
		return nil
	}
	return m.openComposer(opening{request: inbox.DraftRequest{Thread: d.Thread, ID: d.ID}, sudden: true})
}
