package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/dialog"
	"vigie/tui/keys"
)

type (
	// linkedOutMsg says what the terminal took of an answer that is given on
	// the network itself.
	linkedOutMsg struct {
		draft          string
		copied, opened bool
	}
	// answeredMsg: a person's word that they answered there was kept, or not.
	answeredMsg struct{ err error }
)

// answeredMessage is the message that an answer is for: the one with the remote
// id, for "" the newest of theirs.
func answeredMessage(v inbox.ThreadView, remote string) (msg inbox.Message) {
	for _, m := range v.Messages {
		if (remote == "" && !m.Outgoing && !m.Deleted && !m.Damaged) || (remote != "" && m.Remote == remote) {
			msg = m
		}
	}
	return msg
}

// awayOf is where people answer when vigie cannot; "" when it can, or when
// there is no such place. Where nothing proves who wrote, a link leads nowhere.
func awayOf(v inbox.ThreadView, d inbox.Draft) string {
	c := v.Caps.Acts[inbox.ActReply]
	msg := answeredMessage(v, d.Parent)
	if d.Note || d.Private || d.Edit != "" || c.OK || c.Why != inbox.CodeReadOnly || msg.Status == inbox.StatusSuspect {
		return ""
	}
	for _, raw := range []string{msg.URL, v.Thread.URL} {
		if url, ok := text.URL(raw); ok {
			return url
		}
	}
	return ""
}

// linkOut copies the text and shows the link. Nothing is sent: the person is
// asked whether they answered.
func (m *Model) linkOut() tea.Cmd {
	msg := linkedOutMsg{draft: m.composer.Draft().ID}
	if m.term == nil {
		return m.gotLinkedOut(msg)
	}
	m.wait = true
	term, body, url := m.term, m.composer.Value(), m.composer.Away
	return m.call(func(ctx context.Context) tea.Msg {
		msg.copied = term.Copy(ctx, body) == nil
		msg.opened = term.Local() && term.Open(ctx, url) == nil
		return msg
	})
}

// gotLinkedOut asks. What was typed meanwhile was meant for another screen.
func (m *Model) gotLinkedOut(msg linkedOutMsg) tea.Cmd {
	m.typed, m.wait = nil, false
	if !m.composer.Active() || m.composer.Draft().ID != msg.draft {
		return nil
	}
	return m.pushSoon(&dialog.LinkOut{
		Thread: m.composer.Thread, Text: m.composer.Value(), URL: m.composer.Away, Copied: msg.copied, Opened: msg.opened,
		Keys: m.keys.In(keys.LinkingOut),
	})
}

// answeredThere keeps the person's word, with the text.
func (m *Model) answeredThere() tea.Cmd {
	if !m.composer.Active() {
		return nil
	}
	m.wait = true
	m.write.n++
	b, by, k, n := m.backend, m.by, m.keeper, m.write.n
	d := m.composer.Draft()
	return m.call(func(ctx context.Context) tea.Msg {
		return answeredMsg{k.change(ctx, d.ID, n, func() error {
			err := b.Answered(ctx, by, inbox.AnsweredRequest{Thread: d.Thread, Text: d.Text, Draft: d.ID})
			if err == nil {
				// The word is kept: a draft that stays must not make it fail.
				_ = b.DropDraft(ctx, by, d.ID)
			}
			return err
		})}
	})
}

func (m *Model) gotAnswered(msg answeredMsg) tea.Cmd {
	if msg.err != nil {
		m.composer.Why = m.sentence(msg.err)
		return tea.Batch(m.draftChanged(), m.replay())
	}
	m.stepped(inbox.Action{})
	id := m.composer.Thread.ID
	told := m.say("done.answered")
	return tea.Batch(told, m.closeComposer(), m.answeredIn(id, false), m.loadThreads(), m.loadCounts(), m.loadThread(id), m.replay())
}

// openAway shows the link again, over the question.
func (m *Model) openAway(url string) tea.Cmd {
	if m.term == nil || !m.term.Local() {
		return m.show(warned, m.look.P.T("media.not-here"))
	}
	term, told, why := m.term, m.look.P.T("media.opened", m.look.Cut(text.Host(url), 40)), m.look.P.T("media.not-here")
	return m.call(func(ctx context.Context) tea.Msg {
		return copiedMsg{shown: url, said: told, why: why, err: term.Open(ctx, url)}
	})
}
