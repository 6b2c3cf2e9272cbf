package engine_test

import (
	"errors"
	"fmt"
	"strings"

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
