package engine_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// TestAnswerSteeredElsewhere: a message that wants its answer in another domain
// gets none before a person has seen where it goes.
func TestAnswerSteeredElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		from := inbox.Author{ID: "lea@post.example", Handle: text.CleanLine("lea@post.example"), URL: "mailto:billing@elsewhere.example"}
		n.brings(inbox.Message{Remote: "m2", Conversation: "c1", At: time.Now(), Author: from, Text: text.Clean("Où en est ma facture ?")})
		b.pass()
		everything := []string{inbox.CodeChanged, inbox.CodeAnswered, inbox.CodeComposing, inbox.CodeOtherClient, inbox.CodeTone}
		_, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "La voici.", Despite: everything})
		if p := inbox.ProblemOf(err); p.Code != inbox.CodeReplyTo || !slices.Equal(p.Args, []string{"billing@elsewhere.example", "lea@post.example"}) {
			t.Fatalf("answered: %v", err)
		}
		_, err = b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Parent: "m1", Text: "Oui."}) // that one does not
		b.must(err)
		_, err = b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Parent: "m2", Text: "La voici.", Despite: []string{inbox.CodeReplyTo, inbox.CodeAnswered}})
		b.must(err)
		b.settled()
		if got := n.given(); got != "Oui.>m1 La voici.>m2" && got != "Oui.>m1,La voici.>m2" {
			t.Errorf("given %s", got)
		}
	})
}
