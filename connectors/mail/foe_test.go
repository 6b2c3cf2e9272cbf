package mail

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

// Nobody is answered who only says to be us, whether or not the mailbox's
// server proves who wrote.
func TestOurNameIsNotAnswered(t *testing.T) {
	for _, authserv := range []string{"", "mx.nordlys.example"} {
		n := newNetwork(t, false)
		n.access.Settings["authserv"] = authserv
		n.server.Deliver(ourAccount, from(lea, morning, "a@x", "Subject: Order\n", "Where is it?"))
		n.server.Deliver(ourAccount, from(ourselfs, noon, "b@x", "Reply-To: victim@post.example\nIn-Reply-To: <a@x>\n", "We do not care."))
		c := n.open()
		got, _, _ := n.all(c, "", time.Hour)
		m := one(t, got, "do not care")
		if m.Outgoing || m.Status != inbox.StatusSuspect {
			t.Errorf("it counts as ours: %+v", m)
		}
		if can := c.ThreadCaps(inbox.Thread{Kind: inbox.KindDM, Author: m.Author}).Acts[inbox.ActReply]; can.Why != inbox.CodeSuspect {
			t.Errorf("an answer is offered: %+v", can)
		}
		_, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Key: "K", Target: m.Remote, Author: m.Author.ID, Text: "Hello", ThreadKind: inbox.KindDM})
		if inbox.ProblemOf(err).Code != inbox.CodeSuspect || len(n.server.Sent()) != 0 {
			t.Errorf("%v, sent %+v", err, n.server.Sent())
		}
		_ = c.Close()
	}
}

// No Message-ID stands for an id that is made here, nor leads to what a network
// told.
func TestMadeIDsAreOurs(t *testing.T) {
	for _, id := range []string{"told:xing:1", "head:00"} {
		h := readHead(from(mallory, noon, id, "References: <"+id+">\nIn-Reply-To: <"+id+">\n", ""))
		if h.messageID() != "" || !strings.HasPrefix(h.remote(false), hashed+"20261123:") || len(h.ids("references"))+len(h.ids("in-reply-to")) != 0 {
			t.Errorf("%q counts: %q, %q", id, h.remote(false), h.ids("references"))
		}
	}
}

// A machine's word in a conversation makes nobody wait, and is not answered:
// what was written before it is.
func TestMachineInAConversation(t *testing.T) {
	n := newNetwork(t, false)
	n.server.Deliver(ourAccount, from(lea, morning, "a@x", "Subject: Order\n", "Where is it?"))
	c := n.open()
	defer c.Close()
	first, _, _ := n.all(c, "", time.Hour)
	question := one(t, first, "Where is it")
	answer := inbox.Action{Kind: inbox.ActReply, Key: "01ABC", Target: question.Remote, Conversation: question.Conversation, Text: "It left.", ThreadKind: inbox.KindDM}
	receipt, err := c.Do(t.Context(), answer)
	if err != nil {
		t.Fatal(err)
	}
	n.server.Deliver(ourAccount, from(lea, noon, "b@x", "Subject: Away\nIn-Reply-To: <"+receipt.Remote+">\nAuto-Submitted: auto-replied\n", "I am away."))
	n.server.Deliver(ourAccount, from(lea, noon, "c@x", "Subject: Seen\nIn-Reply-To: <a@x>\nPrecedence: auto_reply\n", "We have your mail."))
	n.server.Deliver(ourAccount, from(mallory, noon, "d@x", "Subject: News\nReferences: <a@x>\nList-Post: <mailto:all@x>\n", "Read all about it."))
	n.server.Deliver(ourAccount, from("MAILER-DAEMON@x", noon, "e@x", "References: <a@x>\nAuto-Submitted: auto-replied\nContent-Type: multipart/report; boundary=B\n", "--B\nContent-Type: text/plain\n\nIt came back.\n--B--\n"))
	n.server.Deliver(ourAccount, from(lea, noon, "f@x", "Subject: =?utf-8?q?R=C3=A9ponse_automatique=C2=A0:?= Order\nIn-Reply-To: <a@x>\nAuto-Submitted: auto-generated\n", "Back on Monday."))
	n.server.Deliver(ourAccount, from("Help <help@desk.example>", noon, "g@x", "Subject: Re: Order\nIn-Reply-To: <a@x>\nAuto-Submitted: auto-generated\n", "A person of our desk wrote this."))
	got, _, _ := n.all(c, "", time.Hour)
	for i, want := range []struct {
		text string
		auto inbox.Auto
	}{{"Where is it", inbox.ByHand}, {"I am away", inbox.AutoReply}, {"have your mail", inbox.AutoReply}, {"all about it", inbox.AutoNews}, {"came back", inbox.AutoNews}, {"on Monday", inbox.AutoReply}, {"of our desk", inbox.AutoNews}} {
		m := one(t, got, want.text)
		if m.Auto != want.auto || m.Auto != inbox.ByHand && m.Author.URL != "" || m.Conversation != "a@x" {
			t.Errorf("%q: %d, %+v, in %q", want.text, m.Auto, m.Author, m.Conversation)
		}
		_, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Key: fmt.Sprint("K", i), Target: m.Remote, Author: m.Author.ID, Conversation: m.Conversation, Text: "Hello", ThreadKind: inbox.KindDM})
		if sendable := i < 2; (err == nil) != sendable { // to who is away by what we had written to them
			t.Errorf("an answer to %q: %v", want.text, err)
		}
	}
	for _, sent := range n.server.Sent() {
		if strings.Join(sent.To, ",") != "lea@post.example" {
			t.Errorf("something went to %q", sent.To)
		}
	}
}

// A mail made to be slow is not: what is copied grows as the mail does.
func TestLinesWithoutEnd(t *testing.T) {
	copied := func(n int) (least uint64) {
		s, h := strings.Repeat("a \n", n), []byte("X: a\n"+strings.Repeat(" a\n", n))
		for i := range 3 { // others may copy meanwhile
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			unflow(s, false)
			readHead(h)
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; i == 0 || took < least {
				least = took
			}
		}
		return least
	}
	if small, large := copied(2000), copied(32000); large > 64*small {
		t.Errorf("16 times as many lines take %d bytes in place of %d", large, small)
	}
}
