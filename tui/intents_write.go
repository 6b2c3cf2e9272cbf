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
	stored bool // the store has a draft of this thread and kind
	apart  bool // the store holds a draft of the other kind: this one stays in memory
	then   func() tea.Cmd
	// notes are private notes that could not be stored as drafts because an
	// answer's draft has the place.
	notes map[inbox.ThreadID]string
}

type (
	composerReadyMsg struct {
		view  inbox.ThreadView
		draft inbox.Draft
		has   bool
		note  bool
		text  string // instead of a draft that is not there
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
		return m.compose(t.ID, i == keys.Note, ""), true
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
func (m *Model) compose(id inbox.ThreadID, note bool, text string) tea.Cmd {
	if id == 0 {
		return nil
	}
	m.wait = true
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		msg := composerReadyMsg{note: note, text: text}
		if msg.view, msg.err = b.Thread(ctx, id); msg.err == nil {
			msg.draft, msg.has, msg.err = b.Draft(ctx, id)
		}
		return msg
	})
}

// rewrite opens the composer with an answer that was taken back.
func (m *Model) rewrite(a inbox.Action) tea.Cmd { return m.compose(a.Thread, false, a.Text) }

func (m *Model) gotComposer(msg composerReadyMsg) tea.Cmd {
	t := msg.view.Thread
	if msg.err == nil && !msg.note && !msg.view.Caps.Can(inbox.ActReply) {
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
	d := m.draftFor(msg)
	m.write = writing{notes: m.write.notes, stored: msg.has && msg.draft.Note == msg.note}
	m.write.apart = msg.note && msg.has && !msg.draft.Note
	m.composer.Open(t, msg.view.Caps, d, m.look.Styles)
	m.composer.Others = m.look.Writing[t.ID]
	m.arrange()
	b, by := m.backend, m.by
	present := func() tea.Msg { b.Compose(by, t.ID); return nil }
	return tea.Batch(present, m.markSeen(), m.replay())
}

// draftFor is what the composer begins with.
func (m *Model) draftFor(msg composerReadyMsg) inbox.Draft {
	t := msg.view.Thread
	d := inbox.Draft{Thread: t.ID, Account: t.Account, Note: msg.note, BegunAt: m.look.Now, SeenN: t.Events}
	switch {
	case msg.has && msg.draft.Note == msg.note:
		d = msg.draft
	case msg.note:
		d.Text = m.write.notes[t.ID]
	default:
		d.Text = msg.text
		if msg.has { // a note's draft makes place: this session keeps it
			m.keepNote(t.ID, msg.draft.Text)
		}
	}
	return d
}

func (m *Model) keepNote(id inbox.ThreadID, text string) {
	if m.write.notes == nil {
		m.write.notes = map[inbox.ThreadID]string{}
	}
	m.write.notes[id] = text
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
	if m.write.apart {
		m.keepNote(d.Thread, d.Text)
		return nil
	}
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
	id := m.composer.Thread.ID
	return m.store(func(ctx context.Context, b Backend) error { return b.DropDraft(ctx, id) })
}

func (m *Model) closeComposer() tea.Cmd {
	m.composer.Close()
	m.write.dirty, m.write.stored = false, false
	m.arrange()
	b, by := m.backend, m.by
	return tea.Batch(func() tea.Msg { b.Compose(by, 0); return nil }, m.follow())
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
	r := inbox.ReplyRequest{Thread: t.ID, Text: body, Visibility: m.composer.Visibility(), Hold: -1}
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
		delete(m.write.notes, m.composer.Thread.ID)
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
		if a.State != inbox.Queued || a.Session != m.by.Session || !a.NotBefore.After(m.look.Now) {
			continue
		}
		if !found || a.NotBefore.Before(first.NotBefore) {
			first, found = a, true
		}
	}
	return first, found
}
