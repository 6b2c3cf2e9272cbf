package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/composer"
	"vigie/tui/dialog"
	"vigie/tui/keys"
)

// compose loads thread and draft and then opens the composer. Keys that come
// meanwhile are kept for it.
func (m *Model) compose(r inbox.DraftRequest, parent string) tea.Cmd {
	m.flash = flash{} // its keys are letters in the composer
	return m.openComposer(opening{request: r, parent: parent})
}

// chosenOf is the message of theirs that was chosen in a thread that is being
// read; "" for none: the newest is answered.
func (m *Model) chosenOf(id inbox.ThreadID) string {
	c := m.reader.Chosen().Message
	if m.focus != onReader || m.reader.ID() != id || c == nil || c.Outgoing || c.Deleted {
		return ""
	}
	return c.Remote
}

func (m *Model) openComposer(o opening) tea.Cmd {
	if o.request.Thread == 0 {
		return nil
	}
	m.wait = true
	if o.sudden {
		m.deafen()
	}
	b, by := m.backend, m.by
	return m.call(func(ctx context.Context) tea.Msg {
		msg := composerReadyMsg{opening: o}
		if msg.view, msg.err = b.Thread(ctx, o.request.Thread); msg.err != nil {
			return msg
		}
		msg.draft, msg.err = b.OpenDraft(ctx, by, o.request)
		if o.text == "" || inbox.ProblemOf(msg.err).Code != inbox.CodeNotFound {
			return msg
		}
		o.request.ID = ""
		if msg.draft, msg.err = b.OpenDraft(ctx, by, o.request); msg.draft.Text == "" {
			msg.draft.Text, msg.draft.Media, msg.filled = o.text, o.media, true
		}
		return msg
	})
}

// rewrite opens the composer with an answer that was taken back: its text is
// the draft that is named after its key.
func (m *Model) rewrite(a inbox.Action, sudden bool) tea.Cmd {
	return m.openComposer(opening{
		request: inbox.DraftRequest{Thread: a.Thread, Private: a.Kind == inbox.ActPrivate, Edit: edited(a), ID: a.Key},
		at:      a.SendAt, text: a.Text, media: a.Media, sudden: sudden,
	})
}

// edited is the message that an act corrects; "" for an act that corrects none.
func edited(a inbox.Action) string {
	if a.Kind == inbox.ActEdit {
		return a.Target
	}
	return ""
}

// correct opens the composer with an answer of ours that is there.
func (m *Model) correct(p dialog.ModerationPicked) tea.Cmd {
	return m.compose(inbox.DraftRequest{Thread: p.Thread.ID, Edit: p.Message.Remote}, p.Message.Parent)
}

// fillIn gives the draft of a correction the text that it corrects.
func fillIn(msg *composerReadyMsg) {
	if msg.draft.Edit == "" || msg.draft.Text != "" || msg.err != nil {
		return
	}
	for _, old := range msg.view.Messages {
		if old.Remote == msg.draft.Edit && !old.Deleted {
			msg.draft.Text, msg.draft.Parent = old.Text.String(), old.Parent
			return
		}
	}
	msg.err = inbox.Problem{Code: inbox.CodeGone}
}

func (m *Model) gotComposer(msg composerReadyMsg) tea.Cmd {
	t := msg.view.Thread
	if msg.err == nil {
		msg.err = refused(msg.view, msg.draft, msg.parent)
	}
	begun := msg.draft.Text != "" || len(msg.draft.Media) > 0
	fillIn(&msg)
	if msg.err != nil {
		m.deaf.all = false
		return tea.Batch(m.present(), m.noText(m.sentence(msg.err)), m.replay())
	}
	var before tea.Cmd
	if m.composer.Active() && m.unsaved() {
		before = m.storeDraft()
	}
	m.loads.thread++ // what was asked for the reader before is not for this thread
	m.seek, m.hit = 0, dialog.HitPicked{}
	m.list.Pin(t)
	m.reader.Show(msg.view, m.look)
	m.list.Update(t)
	if n := lastEvent(msg.view); msg.draft.Text == "" && n > 0 {
		msg.draft.SeenN = min(msg.draft.SeenN, n) // what came between the two loads was not seen
	}
	if msg.draft.Text == "" && !msg.draft.Note {
		msg.draft.Parent = msg.parent
	}
	m.write = writing{n: m.write.n, kept: m.write.n, stored: begun && !msg.filled, rest: msg.draft.Rest}
	m.composer.Open(t, msg.view.Caps, msg.draft, m.look)
	m.composer.Away = awayOf(msg.view, msg.draft)
	m.composer.Keys = composer.Keys{
		Publish: m.moderating(keys.Approve),
		Parts:   m.keys.Key(keys.Parts), Card: m.keys.Key(keys.Charter), Complete: m.keys.Key(keys.Complete), Send: m.keys.Key(keys.Send),
	}
	m.composer.Others = m.look.Writing[t.ID]
	for _, at := range []time.Time{msg.draft.SendAt, msg.at} {
		if at.After(m.look.Now) {
			m.composer.At = at
		}
	}
	m.arrange()
	cmds := []tea.Cmd{before, m.present(), m.composerSaw(msg.view), m.markSeen()}
	if own, ok := m.writesHere(t.ID); ok && msg.draft.Text == "" && !msg.draft.Note {
		cmds = append(cmds, m.warn("drafts.yours", own))
	}
	if msg.filled {
		cmds = append(cmds, m.draftChanged())
	}
	if msg.sudden {
		cmds = append(cmds, m.hearSoon())
	}
	return tea.Batch(append(cmds, m.replay())...)
}

// refused says why what a draft is for cannot be done in its thread; nil when
// it can. parent is the message that is to be answered; "": the newest.
func refused(v inbox.ThreadView, d inbox.Draft, parent string) error {
	act := inbox.ActReply
	switch {
	case d.Note:
		return nil
	case d.Private:
		act = inbox.ActPrivate
	case d.Edit != "":
		act = inbox.ActEdit
	}
	if v.Caps.Can(act) {
		return nil
	}
	if d.Parent == "" {
		d.Parent = parent
	}
	why := v.Caps.Acts[act].Why
	switch {
	case awayOf(v, d) != "":
		return nil
	case why == inbox.CodeReadOnly && answeredMessage(v, d.Parent).Status == inbox.StatusSuspect:
		why = inbox.CodeSuspect
	case why == "":
		why = inbox.CodeUnsupported
	}
	return inbox.Problem{Code: why}
}
