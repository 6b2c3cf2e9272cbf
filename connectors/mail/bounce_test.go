package mail

import (
	"testing"
	"time"

	"vigie/inbox"
)

// A mail that came back is none of somebody who is away, whichever program says
// so and in whatever form; it stands with the mail that came back.
func TestBounces(t *testing.T) {
	n := newNetwork(t, false)
	n.server.Deliver(ourAccount, from(lea, morning, "a@x", "Subject: Order\n", "Where is it?"))
	answers := "In-Reply-To: <a@x>\nReferences: <a@x>\n"
	automatic := "Auto-Submitted: auto-replied\n"
	for i, b := range []struct{ from, head, said string }{
		{"Mail Delivery System <Mailer-Daemon@mx.example>", "Subject: Mail delivery failed: returning message to sender\nX-Failed-Recipients: lea@post.example\n" + answers + automatic, "of exim"},
		{"Mail Delivery System <Mailer-Daemon@mx.example>", answers + automatic, "without a word"},
		{"MAILER-DAEMON@mx.example", "Subject: failure notice\n", "of qmail\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <support@nordlys.example>\nMessage-ID: <mine@x>\nReferences: <a@x>\nSubject: Re: Order\n\nIt left."},
		{"mailer-daemon@googlemail.example", "Subject: Delivery Status Notification (Failure)\nX-Failed-Recipients: lea@post.example\n" + answers + automatic, "of gmail"},
		{"postmaster@outlook.example", "Subject: Undeliverable: Order\nReturn-Path: <>\nX-MS-Exchange-Message-Sent-Representing-Type: 1\n" + answers, "of outlook"},
		{"System <admin@mx.example>", "Subject: Non remis : Order\nReturn-Path: <>\n" + answers, "of another"},
		{"Post <relay@mx.example>", "X-Failed-Recipients: lea@post.example\n" + answers, "by its field"},
	} {
		n.server.Deliver(ourAccount, from(b.from, noon, string(rune('b'+i))+"@x", b.head, b.said))
	}
	n.server.Deliver(ourAccount, from(lea, noon, "y@x", "Subject: Absent: Undeliverable\nReturn-Path: <>\n"+answers+automatic, "is away"))
	n.server.Deliver(ourAccount, from(lea, noon, "z@x", "Subject: Re: Undeliverable: Order\nReturn-Path: <>\n"+answers+automatic, "is also away"))
	n.server.Deliver(ourAccount, from("postmaster@post.example", noon, "p@x", "Subject: Order\n"+answers, "of a person"))
	c := n.open()
	defer c.Close()
	got, _, _ := n.all(c, "", time.Hour)
	for said, auto := range map[string]inbox.Auto{
		"of exim": inbox.AutoNews, "without a word": inbox.AutoNews, "of qmail": inbox.AutoNews, "of gmail": inbox.AutoNews,
		"of outlook": inbox.AutoNews, "of another": inbox.AutoNews, "by its field": inbox.AutoNews,
		"is away": inbox.AutoReply, "is also away": inbox.AutoReply, "of a person": inbox.AutoNews,
	} {
		if m := one(t, got, said); m.Auto != auto || m.Conversation != "a@x" {
			t.Errorf("%q: %d, in %q", said, m.Auto, m.Conversation)
		}
	}
}
