package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
)

// saveTime is how long after a key a draft is saved at the latest, with time
// to spare within the second that is promised.
const saveTime = 700 * time.Millisecond

// writing is the state of the draft in the composer.
type writing struct {
	dirty  bool // changed since the last save
	timer  bool // a save is coming
	saving bool // a save is on its way: the next one waits for it
	stored bool // the store has this draft
	then   func() tea.Cmd
}

type (
	composerReadyMsg struct {
		view  inbox.ThreadView
		draft inbox.Draft
		err   error
	}
	autosaveMsg   struct{}
	draftSavedMsg struct{ err error }
	repliedMsg    struct {
		action inbox.Action
		err    error
	}
	notedMsg struct{ err error }
	sendNow  struct{} // the person has said yes to the account
	dropNow  struct{} // the person has said yes to losing the draft
)

// writeIntent carries out what concerns writing.
func (m *Model) writeIntent(i keys.Intent) (tea.Cmd, bool) {
	switch i {
	case keys.Reply, keys.Note:
		t, _ := m.list.Current()
		return m.compose(inbox.DraftRequest{Thread: t.ID, Note: i == keys.Note}), true
	case keys.Send:
		return m.send(), true
	case keys.Visible:
		m.composer.NextVisibility()
		return m.draftChanged(), true
	case keys.Discard:
		m.push(&dialog.Confirm{Head: "dialog.discard", Lines: []string{m.look.P.T("dialog.discard-text")}, Yes: dropNow{}})
		return nil, true
	}
	return nil, false
}

// compose loads thread and draft and then opens the composer. Keys that come
// meanwhile are kept for it.
func (m *Model) compose(r inbox.DraftRequest) tea.Cmd {
	if r.Thread == 0 {
		return nil
	}
	m.wait = true
	b, by := m.backend, m.by
	return m.call(func(ctx context.Context) tea.Msg {
		var msg composerReadyMsg
		if msg.view, msg.err = b.Thread(ctx, r.Thread); msg.err == nil {
			msg.draft, msg.err = b.OpenDraft(ctx, by, r)
		}
		return msg
	})
}

// rewrite opens the composer with an answer that was taken back: its text is
// the thread's newest draft.
func (m *Model) rewrite(a inbox.Action) tea.Cmd {
	return m.compose(inbox.DraftRequest{Thread: a.Thread, Private: a.Kind == inbox.ActPrivate})
}

func (m *Model) gotComposer(msg composerReadyMsg) tea.Cmd {
	t := msg.view.Thread
	if msg.err == nil && !msg.draft.Note && !msg.view.Caps.Can(inbox.ActReply) {
		why := msg.view.Caps.Acts[inbox.ActReply].Why
		if why == "" {
			why = inbox.CodeUnsupported
		}
		msg.err = inbox.Problem{Code: why}
	}
	if msg.err != nil {
		m.typed, m.wait = nil, false
		return m.wrong(msg.err)
	}
	m.list.Pin(t)
	m.reader.Show(msg.view, m.look)
	m.list.Update(t)
	m.write = writing{stored: msg.draft.Text != ""}
	m.composer.Open(t, msg.view.Caps, msg.draft, m.look.Styles)
	m.composer.Others = m.look.Writing[t.ID]
	m.arrange()
	b, by := m.backend, m.by
	present := func() tea.Msg { b.Compose(by, t.ID, msg.draft.ID); return nil }
	return tea.Batch(present, m.markSeen(), m.replay())
}

// draftChanged saves soon.
func (m *Model) draftChanged() tea.Cmd {
	m.write.dirty = true
	if m.write.timer {
		return nil
	}
	m.write.timer = true
	return m.timer(saveTime, func() tea.Msg { return autosaveMsg{} })
}

// saveDraft saves what is in the composer, if it changed.
func (m *Model) saveDraft() tea.Cmd {
	if !m.write.dirty || !m.composer.Active() {
		return nil
	}
	m.write.dirty = false
	d := m.composer.Draft()
	m.write.stored = true
	return m.store(func(ctx context.Context, b Backend) error { return b.SaveDraft(ctx, m.by, d) })
}

// store changes the stored draft; one change after the other, so that an
// older text can never overwrite a newer one.
func (m *Model) store(change func(ctx context.Context, b Backend) error) tea.Cmd {
	return m.afterSave(func() tea.Cmd {
		m.write.saving = true
		b := m.backend
		return m.call(func(ctx context.Context) tea.Msg { return draftSavedMsg{change(ctx, b)} })
	})
}

// afterSave runs f when no save is on its way.
func (m *Model) afterSave(f func() tea.Cmd) tea.Cmd {
	if !m.write.saving {
		return f()
	}
	before := m.write.then
	m.write.then = func() tea.Cmd {
		if before == nil {
			return f()
		}
		return tea.Batch(before(), m.afterSave(f))
	}
	return nil
}

func (m *Model) gotSaved(msg draftSavedMsg) tea.Cmd {
	m.write.saving = false
	var cmds []tea.Cmd
	if msg.err != nil {
		m.write.dirty = m.composer.Active()
		cmds = append(cmds, m.wrong(msg.err))
	}
	if then := m.write.then; then != nil {
		m.write.then = nil
		cmds = append(cmds, then())
	}
	return tea.Batch(cmds...)
}

// leaveComposer closes it and keeps the draft.
func (m *Model) leaveComposer() tea.Cmd {
	empty := m.composer.Value() == ""
	var cmds []tea.Cmd
	switch {
	case empty && m.write.stored:
		cmds = append(cmds, m.dropDraft())
	case !empty:
		cmds = append(cmds, m.saveDraft(), m.say("composer.kept"))
	}
	return tea.Batch(append(cmds, m.closeComposer())...)
}

func (m *Model) dropDraft() tea.Cmd {
	id, by := m.composer.Draft().ID, m.by
	return m.store(func(ctx context.Context, b Backend) error { return b.DropDraft(ctx, by, id) })
}

func (m *Model) closeComposer() tea.Cmd {
	m.composer.Close()
	m.write.dirty, m.write.stored = false, false
	m.arrange()
	b, by := m.backend, m.by
	return tea.Batch(func() tea.Msg { b.Compose(by, 0, ""); return nil }, m.follow())
}

// send checks and sends what is in the composer.
func (m *Model) send() tea.Cmd {
	if why := m.composer.Refuse(); why != "" {
		m.composer.Why = m.look.P.T(why)
		return nil
	}
	if m.composer.Note || m.seen[m.composer.Thread.Account] {
		return m.sendNow()
	}
	t := m.composer.Thread
	d := &dialog.Confirm{
		Head: "dialog.first-send",
		Lines: []string{m.look.P.T("dialog.first-send-text", m.look.Client(t.Client).Name,
			m.look.Handle(t.Account), m.look.Network(t.Network))},
		Yes: sendNow{},
	}
	return m.pushSoon(d)
}

// sendNow hands the text to the engine. Keys wait until it has answered.
func (m *Model) sendNow() tea.Cmd {
	m.wait, m.write.dirty = true, false
	t, b, by := m.composer.Thread, m.backend, m.by
	m.seen[t.Account] = m.seen[t.Account] || !m.composer.Note
	body := m.composer.Value()
	if m.composer.Note {
		return m.afterSave(func() tea.Cmd {
			return m.call(func(ctx context.Context) tea.Msg { return notedMsg{b.Note(ctx, by, t.ID, body)} })
		})
	}
	d := m.composer.Draft()
	r := inbox.ReplyRequest{Thread: t.ID, Parent: d.Parent, Text: body, Visibility: d.Visibility, Private: d.Private, Hold: -1, Draft: d.ID, SeenN: d.SeenN}
	return m.afterSave(func() tea.Cmd {
		return m.call(func(ctx context.Context) tea.Msg {
			a, err := b.Reply(ctx, by, r)
			return repliedMsg{a, err}
		})
	})
}

// wrote receives the outcome of writing.
func (m *Model) wrote(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case composerReadyMsg:
		return m.gotComposer(msg)
	case autosaveMsg:
		m.write.timer = false
		return m.saveDraft()
	case draftSavedMsg:
		return m.gotSaved(msg)
	case repliedMsg:
		m.expect(msg.action)
		return m.gotSent(msg.err, "")
	case notedMsg:
		return m.gotSent(msg.err, "done.noted")
	default:
		return m.found(msg)
	}
}

// gotSent closes the composer, or says in it why nothing was sent.
func (m *Model) gotSent(err error, say lang.Key) tea.Cmd {
	if err != nil {
		m.composer.Why = m.sentence(err)
		m.write.dirty = true
		return tea.Batch(m.draftChanged(), m.replay())
	}
	cmds := []tea.Cmd{}
	if m.composer.Note {
		if m.write.stored {
			cmds = append(cmds, m.dropDraft())
		}
	}
	if say != "" {
		cmds = append(cmds, m.say(say))
	} else {
		m.flash = flash{} // the countdown of the hold is what matters now
	}
	id := m.composer.Thread.ID
	cmds = append(cmds, m.closeComposer(), m.loadThreads(), m.loadCounts(), m.loadOutbox(), m.loadThread(id), m.replay())
	return tea.Batch(cmds...)
}

// held is the answer of this session that leaves next and can still be undone.
func (m *Model) held() (inbox.Action, bool) {
	var first inbox.Action
	found := false
	for _, a := range m.outbox {
		if a.State != inbox.Queued || a.Line != m.by.Line || !a.NotBefore.After(m.look.Now) {
			continue
		}
		if !found || a.NotBefore.Before(first.NotBefore) {
			first, found = a, true
		}
	}
	return first, found
}
