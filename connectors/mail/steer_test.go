package mail

import (
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

// TestWhoElseGotIt: those in To and Cc are told, without us and who wrote it,
// and get no answer.
func TestWhoElseGotIt(t *testing.T) {
	n := newNetwork(t, false)
	n.server.Deliver(ourAccount, raw("a@x", "Cc: Paul <PAUL@post.example>, Support@Nordlys.example,\n lea@post.example, ana@other.example, paul@post.example\n", "Hello"))
	c := n.open()
	defer c.Close()
	got, _, _ := n.all(c, "", time.Hour)
	if len(got) != 1 || len(got[0].To) != 2 || got[0].To[0].String() != "paul@post.example" || got[0].To[1].String() != "ana@other.example" {
		t.Fatalf("%+v", got)
	}
	if _, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Key: "K", Target: got[0].Remote, Conversation: got[0].Conversation, Text: "Yes", ThreadKind: inbox.KindDM}); err != nil {
		t.Fatal(err)
	}
	if sent := n.server.Sent()[0]; strings.Join(sent.To, ",") != "lea@post.example" || strings.Contains(string(sent.Raw), "Cc:") {
		t.Errorf("sent to %v:\n%s", sent.To, sent.Raw)
	}
}

// TestWhereAnswersGo: what is told of a mail is where its answer goes, which is
// never our own address.
func TestWhereAnswersGo(t *testing.T) {
	n := newNetwork(t, false)
	for id, replyTo := range map[string]string{
		"a@x": "", "b@x": "Reply-To: Billing <billing@elsewhere.example>\n",
		"c@x": "Reply-To: support@NORDLYS.example\n", "d@x": "Reply-To: support@nordlys.example, other@post.example\n", "e@x": "Reply-To: <>\n",
	} {
		n.server.Deliver(ourAccount, raw(id, replyTo, "Hello"))
	}
	c := n.open()
	defer c.Close()
	got, _, _ := n.all(c, "", time.Hour)
	want := map[string]string{"a@x": "lea@post.example", "b@x": "billing@elsewhere.example", "c@x": "lea@post.example", "d@x": "other@post.example", "e@x": "lea@post.example"}
	if len(got) != len(want) {
		t.Fatalf("%d mails", len(got))
	}
	for i, m := range got {
		id, _ := bare(m.Remote)
		if m.Author.URL != "mailto:"+want[id] {
			t.Errorf("%s: told %s", id, m.Author.URL)
		}
		if _, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Key: "K" + id, Target: m.Remote, Conversation: m.Conversation, Text: "Yes", ThreadKind: inbox.KindDM}); err != nil {
			t.Fatal(id, err)
		}
		if to := strings.Join(n.server.Sent()[i].To, ","); to != want[id] {
			t.Errorf("%s: sent to %s", id, to)
		}
	}
}
