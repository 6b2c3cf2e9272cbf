package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
)

type (
	// opening is a composer that is to be opened.
	opening struct {
		request inbox.DraftRequest
		parent  string    // remote id of the message that was chosen to be answered; "": the newest
		at      time.Time // when it was to be sent, for an answer that was taken back
		text    string    // of that answer, in case its draft is gone
		media   []inbox.Upload
		sudden  bool // nobody pressed a key of its own for it
	}
	composerReadyMsg struct {
		opening
		view   inbox.ThreadView
		draft  inbox.Draft
		filled bool // the text is no draft yet
		err    error
	}
	repliedMsg struct {
		action inbox.Action
		err    error
		view   inbox.ThreadView // as it is now, when somebody must look again; zero when it could not be read
	}
	notedMsg struct{ err error }
	sendNow  struct{} // the person has said yes to the account
	dropNow  struct{} // the person has said yes to losing the draft
)

// writeIntent carries out what concerns writing.
func (m *Model) writeIntent(i keys.Intent) (tea.Cmd, bool) {
	switch i {
	case keys.Reply, keys.Private, keys.Note:
		t, _ := m.list.Current()
		return m.compose(inbox.DraftRequest{Thread: t.ID, Note: i == keys.Note, Private: i == keys.Private}, m.chosenOf(t.ID)), true
	case keys.Send:
		return m.send(), true
	case keys.Later:
		return m.later(), true
	case keys.Attach:
		return m.attach(), true
	case keys.WriteUndo, keys.WriteRedo, keys.Complete, keys.Preview, keys.Parts, keys.Charter, keys.Editor:
		return m.textIntent(i), true
	case keys.Visible:
		if !m.composer.Chooses() {
			return m.warn("why.no-choice"), true
		}
		m.composer.NextVisibility()
		return m.draftChanged(), true
	case keys.Discard:
		if m.composer.Blank() || m.composer.Unchanged() {
			return m.leaveComposer(), true
		}
		m.push(&dialog.Confirm{Head: "dialog.discard", Lines: []string{m.look.P.T("dialog.discard-text", m.keys.Key(keys.Undo))}, Yes: dropNow{}})
		return nil, true
	}
	return nil, false
}

// leaveComposer closes it and keeps the draft. It stays open until the store
// has the text. What is offered is refused first.
func (m *Model) leaveComposer() tea.Cmd {
	switch {
	case m.composer.Dismiss():
		return nil
	case m.composer.Blank(), m.composer.Unchanged():
		return tea.Batch(m.forget(), m.closeComposer())
	case m.unsaved():
		m.wait, m.write.leaving = true, true
		return m.storeDraft()
	}
	return tea.Batch(m.say("composer.kept"), m.closeComposer())
}

// forget removes the stored draft of a text that was emptied.
func (m *Model) forget() tea.Cmd {
	if !m.write.stored && !m.write.saving {
		return nil
	}
	return m.dropDraft(m.composer.Draft())
}

func (m *Model) closeComposer() tea.Cmd {
	m.composer.Close()
	m.write = writing{n: m.write.n, kept: m.write.n}
	m.arrange()
	return tea.Batch(m.present(), m.loadDrafts(), m.follow())
}

// present tells the other sessions what is written here, if anything is.
func (m *Model) present() tea.Cmd {
	b, by, t, d := m.backend, m.by, m.composer.Thread.ID, m.composer.Draft().ID
	return func() tea.Msg { b.Compose(by, t, d); return nil }
}

// discard closes the composer and removes the draft; undo brings it back.
func (m *Model) discard() tea.Cmd {
	d := m.composer.Draft()
	words := m.look.P.T("composer.dropped")
	if k := m.keys.Key(keys.Undo); k != "" {
		words += " " + m.look.Glyphs.Dot + " " + m.look.P.T("done.undo", k)
	}
	m.dropped = append(m.dropped, droppedDraft{draft: d})
	return tea.Batch(m.dropDraft(d), m.closeComposer(), m.show(said, words))
}

// send checks and sends what is in the composer.
func (m *Model) send() tea.Cmd {
	m.write.despite = nil
	if why := m.composer.Refuse(m.look.P); why != "" {
		m.composer.Why = why
		return nil
	}
	if !m.composer.Note {
		if cmd, stopped := m.charter(); stopped {
			return cmd
		}
	}
	if at := m.composer.At; !at.IsZero() && !at.After(m.look.Now) {
		m.composer.Why, m.composer.At = m.look.P.T("when.past"), time.Time{}
		return m.later()
	}
	if m.composer.Away != "" {
		return m.linkOut()
	}
	return m.sendOn()
}

// sendOn asks what is still to be asked, then sends.
func (m *Model) sendOn() tea.Cmd {
	if m.composer.Note || m.seen[m.composer.Thread.Account] {
		return m.sendNow()
	}
	t := m.composer.Thread
	d := &dialog.Confirm{
		Head: "dialog.first-send",
		Lines: []string{m.look.P.T("dialog.first-send-text", m.look.Client(t.Client).Name,
			m.look.Handle(t.Account), m.look.On(t.Account, t.Network))},
		Yes: sendNow{}, Firm: true,
	}
	return m.pushSoon(d)
}

// later asks when the answer is to leave.
func (m *Model) later() tea.Cmd {
	if m.composer.Note {
		m.composer.Why = m.look.P.T("composer.note-stays")
		return nil
	}
	if m.composer.Away != "" {
		m.composer.Why = m.look.P.T("composer.away-later")
		return nil
	}
	if why := m.composer.Refuse(m.look.P); why != "" {
		m.composer.Why = why
		return nil
	}
	m.push(dialog.NewLater(m.composer.Thread, m.look, m.look.Now, !m.composer.At.IsZero()))
	return nil
}

// sendLater sends at the time that was asked for; zero: now. The composer
// keeps the time until the answer is on its way.
func (m *Model) sendLater(at time.Time) tea.Cmd {
	m.composer.At = at
	return tea.Batch(m.draftChanged(), m.send())
}

// sendNow hands the text to the engine. Keys wait until it has answered.
func (m *Model) sendNow() tea.Cmd {
	m.wait = true
	m.write.n++
	t, b, by, k := m.composer.Thread, m.backend, m.by, m.keeper
	d, n, stored := m.composer.Draft(), m.write.n, m.write.stored || m.write.saving
	again := m.write.tried
	m.write.tried = true
	m.seen[t.Account] = m.seen[t.Account] || !d.Note
	if d.Note {
		return m.call(func(ctx context.Context) tea.Msg {
			return notedMsg{k.change(ctx, d.ID, n, func() error {
				err := b.Note(ctx, by, t.ID, d.Text)
				if err == nil && stored {
					// The note is there: a draft that stays must not make it fail.
					_ = b.DropDraft(ctx, by, d.ID)
				}
				return err
			})}
		})
	}
	parts := m.composer.Parts()
	r := inbox.ReplyRequest{
		Thread: t.ID, Parent: d.Parent, Text: parts[0], More: parts[1:], Visibility: d.Visibility, Private: d.Private,
		Edit: d.Edit, Media: d.Media,
		Hold: -1, At: m.composer.At, Draft: d.ID, SeenN: d.SeenN, Despite: m.write.despite,
	}
	return m.call(func(ctx context.Context) tea.Msg {
		var msg repliedMsg
		msg.err = k.change(ctx, d.ID, n, func() (err error) {
			msg.action, err = b.Reply(ctx, by, r)
			switch {
			case err != nil || !again:
			case msg.action.Text != r.Text: // an earlier try was queued unheard
				err = inbox.ErrConflict
			default: // what is left of the draft does not make the answer fail
				_ = b.DropDraft(ctx, by, d.ID)
			}
			return err
		})
		if guards(msg.err) {
			msg.view, _ = b.Thread(ctx, t.ID) // without it the question has fewer words
		}
		return msg
	})
}

// wrote receives the outcome of writing.
func (m *Model) wrote(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case composerReadyMsg:
		return m.gotComposer(msg)
	case autosaveMsg:
		return m.autosave()
	case draftSavedMsg:
		return m.gotSaved(msg)
	case draftsLoadedMsg:
		return m.gotDrafts(msg)
	case draftBackMsg:
		return m.gotBack(msg)
	case draftFoundMsg:
		return m.resume(msg.draft)
	case editedMsg:
		return m.gotEdited(msg)
	case repliedMsg:
		if advises(msg.err) {
			return tea.Batch(m.advised(m.whyNot(msg.err)), m.draftChanged(), m.replay())
		}
		if guards(msg.err) {
			return m.guard(inbox.ProblemOf(msg.err), msg.view)
		}
		m.expect(msg.action)
		return m.gotSent(msg.err, msg.action)
	case notedMsg:
		return m.gotSent(msg.err, inbox.Action{})
	case enclosedMsg:
		return m.gotEnclosed(msg)
	case linkedOutMsg:
		return m.gotLinkedOut(msg)
	case answeredMsg:
		return m.gotAnswered(msg)
	default:
		return m.found(msg)
	}
}

// gotSent closes the composer, or says in it why nothing was sent.
func (m *Model) gotSent(err error, a inbox.Action) tea.Cmd {
	if err != nil {
		m.composer.Why = m.whyNot(err)
		return tea.Batch(m.draftChanged(), m.replay())
	}
	m.stepped(a)
	tell := m.say("done.noted")
	switch {
	case m.composer.Note:
	case a.SendAt.After(m.look.Now):
		c := m.look.Client(a.Client)
		tell = m.say("composer.waits", m.look.Time.Moment(a.SendAt, m.look.Now, c.Zone), m.keys.Key(keys.Undo))
	default:
		m.flash = flash{} // the countdown of the hold is what matters now
	}
	id, note := m.composer.Thread.ID, m.composer.Note
	closed := m.closeComposer()
	return tea.Batch(tell, closed, m.answeredIn(id, note), m.loadThreads(), m.loadCounts(), m.loadOutbox(), m.loadThread(id), m.replay())
}

// held is the act of this person that was held last: the one that undo takes
// back first. One that is to be sent later is no countdown.
func (m *Model) held() (inbox.Action, bool) {
	var last inbox.Action
	found := false
	for _, a := range m.outbox {
		if a.State != inbox.Queued || a.Line != m.by.Line || !a.NotBefore.After(m.look.Now) || a.SendAt.After(m.look.Now) {
			continue
		}
		if !found || a.ID > last.ID {
			last, found = a, true
		}
	}
	return last, found
}
