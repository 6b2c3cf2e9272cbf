package mail

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

// all reads a mailbox to its end.
func (n *network) all(c inbox.Connector, cursor string, history time.Duration) (messages []inbox.Message, at string, pages int) {
	n.t.Helper()
	for more := true; more; pages++ {
		p, err := c.Fetch(n.t.Context(), inbox.FetchRequest{Stream: inbox.StreamMessages, Cursor: cursor, Limit: 100, History: history, Now: n.clock.Now()})
		if err != nil {
			n.t.Fatalf("fetch: %v", err)
		}
		messages, cursor, more = append(messages, p.Messages...), p.Cursor, p.More
	}
	return messages, cursor, pages
}

func raw(id, head, body string) []byte {
	return []byte(strings.ReplaceAll("From: Léa <lea@post.example>\nTo: support@nordlys.example\nMessage-ID: <"+id+">\nDate: Mon, 23 Nov 2026 07:00:00 +0000\n"+head+"\n"+body, "\n", "\r\n"))
}

// The subject never joins, references do; a bounce stands with what came back.
func TestThreads(t *testing.T) {
	n := newNetwork(t, false)
	n.server.Deliver(ourAccount, raw("a@x", "Subject: Order\n", "one"))
	n.server.Deliver(ourAccount, raw("b@x", "Subject: Re: Order\nIn-Reply-To: <a@x>\n", "two\n\n> one\n"))
	n.server.Deliver(ourAccount, raw("c@x", "Subject: Order\n", "three"))
	n.server.Deliver(ourAccount, raw("d@x", "References: <a@x> <b@x>\nSubject: Other\n", "four"))
	n.server.Deliver(ourAccount, raw("e@x", "Content-Type: multipart/report; boundary=B\n",
		"--B\nContent-Type: text/plain\n\nNot delivered\n--B\nContent-Type: message/delivery-status\n\nStatus: 5.0.0\n--B\nContent-Type: message/rfc822\n\nMessage-ID: <d@x>\nSubject: x\n\nold\n--B--\n"))
	c := n.open()
	defer c.Close()
	got, _, _ := n.all(c, "", time.Hour)
	want := map[string]string{"a@x": "a@x", "b@x": "a@x", "c@x": "c@x", "d@x": "a@x", "e@x": "a@x"}
	if len(got) != len(want) {
		t.Fatalf("%d messages", len(got))
	}
	for _, m := range got {
		id, _ := bare(m.Remote)
		if m.Conversation != want[id] {
			t.Errorf("%s is in %q, want %q", id, m.Conversation, want[id])
		}
		if id == "b@x" && (m.Text.String() != "two" || m.Post.Text.String() != "Order") {
			t.Errorf("text %q, title %q", m.Text, m.Post.Text)
		}
		if id == "e@x" && !strings.Contains(m.Text.String(), "Not delivered") {
			t.Errorf("the bounce: %+v", m)
		}
	}
}

// A machine's mail is not answered, and the SMTP server hears nothing.
func TestMachinesAreNotAnswered(t *testing.T) {
	n := newNetwork(t, false)
	n.server.Deliver(ourAccount, raw("a@x", "List-Id: <news.x>\n", "Read all about it"))
	c := n.open()
	defer c.Close()
	got, _, _ := n.all(c, "", time.Hour)
	thread := inbox.Thread{Kind: inbox.KindDM, Author: got[0].Author}
	if can := c.ThreadCaps(thread).Acts[inbox.ActReply]; can.OK || can.Why != inbox.CodeMachine {
		t.Errorf("it is offered: %+v", can)
	}
	_, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Key: "K", Target: got[0].Remote, Text: "Hello", ThreadKind: inbox.KindDM})
	if inbox.ProblemOf(err).Code != inbox.CodeMachine || len(n.server.Sent()) != 0 {
		t.Errorf("%v, %d mails sent", err, len(n.server.Sent()))
	}
}

// Where the server files nothing, vigie does, once; then not finding is no
// proof.
func TestFiledByUs(t *testing.T) {
	n := newNetwork(t, true)
	id := n.say(inbox.KindDM, "Bonjour ?")
	parent, _ := bare(id)
	c := n.open()
	defer c.Close()
	a := inbox.Action{Kind: inbox.ActReply, Key: "01ABC", Target: id, Conversation: id, Text: "Oui.\r\nBcc: x@x", ThreadKind: inbox.KindDM}
	for range 2 {
		r, err := c.Do(t.Context(), a)
		if err != nil || r.Remote != "vigie.01abc@nordlys.example" {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	sent := n.server.Sent()
	if len(sent) != 1 || strings.Join(sent[0].To, ",") != "passant_1@piaille.example" {
		t.Fatalf("%d mails sent: %+v", len(sent), sent)
	}
	head, _, _ := strings.Cut(string(sent[0].Raw), "\r\n\r\n")
	for _, line := range []string{"In-Reply-To: <" + parent + ">", "References: <" + parent + ">", "Subject: Re: Bonjour ?", "Message-ID: <vigie.01abc@nordlys.example>"} {
		if !strings.Contains(head, line+"\r\n") {
			t.Errorf("no %q in\n%s", line, head)
		}
	}
	if strings.Contains(head, "Bcc") {
		t.Error("a text became a header")
	}
	got, _, _ := n.all(c, "", time.Hour)
	own := 0
	for _, m := range got {
		if m.Outgoing {
			own++
		}
	}
	if own != 1 || c.Caps().ReadsOwnWrites || c.Caps().ClassOf(inbox.ActReply) != inbox.ClassC {
		t.Errorf("%d own mails; %+v", own, c.Caps().Acts[inbox.ActReply])
	}
}

// Of a large mailbox only what is young is read, in pages; calls grow with the
// pages alone.
func TestLargeMailbox(t *testing.T) {
	n := newNetwork(t, false)
	const many, young = 3000, 250
	for i := range many {
		if i == many-young {
			n.clock.Advance(40 * 24 * time.Hour)
		}
		n.server.Deliver(ourAccount, raw(fmt.Sprintf("m%d@x", i), "Subject: x\n", "body"))
	}
	c := n.open()
	defer c.Close()
	got, at, pages := n.all(c, "", 24*time.Hour)
	if calls := n.server.Calls(); len(got) != young || pages != 4 || calls > 20 {
		t.Errorf("%d mails in %d pages by %d calls", len(got), pages, calls)
	}
	if again, next, _ := n.all(c, at, 24*time.Hour); len(again) != 0 || next != at {
		t.Errorf("again: %d mails, from %s to %s", len(again), at, next)
	}
}

// A mail that is quoted without marks, as Outlook does, or in HTML, is cut when
// it is the very mail that is answered, and else stays.
func TestQuotedBelow(t *testing.T) {
	const ours = "Bonjour Léa,\n\nelle part demain."
	above := "Merci !\n\nAh : et la facture ?"
	outlook := "\n\n________________________________\nDe : Nordlys <support@nordlys.example>\nEnvoyé : lundi 23 novembre 2026 09:00\nÀ : Léa <lea@post.example>\nObjet : Re: Order\n\n"
	for name, test := range map[string]struct{ head, body, want string }{
		"outlook":        {"", above + outlook + "Bonjour Léa,\nelle part\ndemain.\n", above},
		"outlook before": {"", above + "\n\n-----Original Message-----\nFrom: Nordlys\nSent: Monday\nTo: Léa\nSubject: Order\n\n" + ours, above},
		"rule alone":     {"", above + "\n\n-----Original Message-----\n" + ours, above},
		"no marks":       {"", above + "\n\nLe lun. 23 nov. 2026 à 09:00, Nordlys <support@nordlys.example> a écrit :\n\n" + ours, above},
		"html":           {"Content-Type: text/html; charset=utf-8\n", "<p>Merci !</p><p>Ah : et la facture ?</p><hr><div><b>De :</b> Nordlys<br><b>Envoyé :</b> lundi<br><b>À :</b> Léa<br><b>Objet :</b> Re: Order</div><blockquote><p>Bonjour Léa,</p><p>elle part demain.</p></blockquote>", above},
		"written within": {"", above + outlook + "Bonjour Léa,\nNON PAS DEMAIN\nelle part demain.\n", above + outlook + "Bonjour Léa,\nNON PAS DEMAIN\nelle part demain."},
		"other mail":     {"", above + outlook + "Tout autre chose.\n", above + outlook + "Tout autre chose."},
	} {
		for _, anew := range []bool{false, true} {
			n := newNetwork(t, false)
			id := n.say(inbox.KindDM, "Bonjour ?")
			c := n.open()
			r, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Key: "01ABC", Target: id, Conversation: id, Text: ours, ThreadKind: inbox.KindDM})
			if err != nil {
				t.Fatal(err)
			}
			_, at, _ := n.all(c, "", time.Hour)
			if anew {
				_ = c.Close()
				c = n.open()
			}
			head := test.head
			if head == "" {
				head = "Content-Type: text/plain; charset=utf-8\n"
			}
			n.server.Deliver(ourAccount, raw("b@x", "In-Reply-To: <"+r.Remote+">\nContent-Transfer-Encoding: 8bit\n"+head, test.body))
			got, _, _ := n.all(c, at, time.Hour)
			if len(got) != 1 || strings.Join(strings.Fields(got[0].Text.String()), " ") != strings.Join(strings.Fields(test.want), " ") || got[0].Parent != r.Remote {
				t.Errorf("%s, anew %t: %+v", name, anew, got)
			}
			_ = c.Close()
		}
	}
}
