package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"vigie/inbox"
)

// partSign is in the text of every part, which no two share.
const partSign = " · "

func partText(s string) bool { return strings.Contains(s, partSign) }

// inParts queues an answer in three parts.
func (s *stage) inParts(p step) {
	s.t.Helper()
	s.told++
	text := func(n int) string { return fmt.Sprintf("%s%s%d.%d.", p.Text, partSign, s.told, n) }
	_, err := s.eng.Reply(s.t.Context(), s.by, inbox.ReplyRequest{
		Thread: s.thread(p.Topic), Text: text(1), More: []string{text(2), text(3)}, Hold: -1, Despite: []string{inbox.CodeAnswered},
	})
	if err != nil && !errors.Is(err, errDead) {
		s.t.Errorf("answer in parts: %v", err)
	}
}

// revise gives one of our messages of a conversation another text.
func (s *stage) revise(p step) {
	s.t.Helper()
	messages, err := s.repo.Messages(s.t.Context(), s.thread(p.Topic), time.Time{}, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	messages = slices.DeleteFunc(messages, func(m inbox.Message) bool { return !m.Outgoing })
	if len(messages) == 0 {
		return
	}
	s.told++
	_, err = s.eng.Reply(s.t.Context(), s.by, inbox.ReplyRequest{
		Thread: s.thread(p.Topic), Edit: messages[p.Pick%len(messages)].Remote, Text: fmt.Sprintf("%s (corrigé %d)", p.Text, s.told), Hold: -1,
	})
	if err != nil && !errors.Is(err, errDead) {
		s.t.Errorf("revise: %v", err)
	}
}

// revised compares what we have of our messages with what the network has, once
// all is settled and nothing was given up in doubt.
func (s *stage) revised() (wrong []string) {
	doubtful, err := s.repo.Actions(s.t.Context(), func(a inbox.Action) bool {
		return a.Kind == inbox.ActEdit && a.State != inbox.Accepted && a.State != inbox.Verified && a.MayBeThere()
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if len(doubtful) > 0 {
		return nil
	}
	s.net.mu.Lock()
	defer s.net.mu.Unlock()
	for _, p := range s.net.posts {
		m, err := s.repo.MessageOf(s.t.Context(), "miette-social", p.id)
		if err == nil && m.Text.String() != p.text {
			wrong = append(wrong, fmt.Sprintf("message %s is %q, and %q on the network", p.id, m.Text, p.text))
		}
	}
	return wrong
}

// held reports whether a part waits, rightly, behind one that asks for a person
// or failed.
func (s *stage) held(a inbox.Action) bool {
	for a.Follows != 0 && a.State == inbox.Queued {
		lead, err := s.repo.Action(s.t.Context(), a.Follows)
		if err != nil {
			return false
		}
		if lead.State == inbox.NeedsYou || lead.State == inbox.FailedAct {
			return true
		}
		a = lead
	}
	return false
}

// unsettled are the answers that neither ended nor ask for a person when the
// network has been well for hours; a refusal to sign in has no part in it.
func (s *stage) unsettled() (wrong []string) {
	open, err := s.repo.Actions(s.t.Context(), func(a inbox.Action) bool { return !a.State.Terminal() })
	if err != nil {
		s.t.Fatal(err)
	}
	for _, a := range open {
		if s.held(a) {
			continue
		}
		wrong = append(wrong, fmt.Sprintf("action %d is still %s after hours: %v", a.ID, a.State, a.Problem))
	}
	return wrong
}
