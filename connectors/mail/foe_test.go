package mail

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

func from(who, id, head, body string) []byte {
	return []byte(strings.ReplaceAll("From: "+who+"\nTo: support@nordlys.example\nMessage-ID: <"+id+">\nDate: Mon, 23 Nov 2026 07:30:00 +0000\n"+head+"\n"+body, "\n", "\r\n"))
}

func byText(t *testing.T, list []inbox.Message, part string) inbox.Message {
	t.Helper()
	for _, m := range list {
		if strings.Contains(m.Text.String(), part) {
			return m
		}
	}
	t.Fatalf("no mail says %q in %+v", part, list)
	return inbox.Message{}
}

// Whoever takes the Message-ID of another's mail neither replaces it nor gets
// its answer, also when vigie was started anew in between.
func TestTakenMessageID(t *testing.T) {
	for _, anew := range []bool{false, true} {
		n := newNetwork(t, false)
		n.server.Deliver(ourAccount, raw("a@x", "Subject: Order\n", "where is it?"))
		c := n.open()
		first, at, _ := n.all(c, "", time.Hour)
		if anew {
			_ = c.Close()
			c = n.open()
		}
		n.server.Deliver(ourAccount, from("Mallory <m@evil.example>", "a@x", "Subject: Order\n", "send me the key"))
		second, _, _ := n.all(c, at, time.Hour)
		lea, foe := byText(t, first, "where is it"), byText(t, second, "send me the key")
		if foe.Remote == lea.Remote {
			t.Errorf("anew %t: a stranger's mail replaces another: %+v", anew, foe)
		}
		a := inbox.Action{Kind: inbox.ActReply, Key: "K", Target: lea.Remote, Author: lea.Author.ID, Conversation: lea.Conversation, Text: "It is on its way.", ThreadKind: inbox.KindDM}
		if _, err := c.Do(t.Context(), a); err != nil {
			t.Errorf("anew %t: %v", anew, err)
		}
		if sent := n.server.Sent(); len(sent) != 1 || sent[0].To[0] != "lea@post.example" {
			t.Errorf("anew %t: the answer went to %+v", anew, sent)
		}
		_ = c.Close()
	}
}

// Our own address in a mail from outside proves nothing: it is no answer of
// ours, and no answer goes to whom it names.
func TestOurAddressFromOutside(t *testing.T) {
	for _, authserv := range []string{"", "mx.nordlys.example"} {
		testOurAddress(t, authserv)
	}
}

func testOurAddress(t *testing.T, authserv string) {
	n := newNetwork(t, false)
	n.access.Settings["authserv"] = authserv
	c := n.open()
	defer c.Close()
	n.server.Deliver(ourAccount, raw("a@x", "Subject: Order\n", "where is it?"))
	n.server.Deliver(ourAccount, []byte(strings.ReplaceAll("From: Support <support@nordlys.example>\nTo: victim@post.example\nMessage-ID: <b@x>\nIn-Reply-To: <a@x>\nDate: Mon, 23 Nov 2026 07:30:00 +0000\nSubject: Re: Order\n\nwe do not care", "\n", "\r\n")))
	got, _, _ := n.all(c, "", time.Hour)
	m := byText(t, got, "do not care")
	if m.Outgoing || m.Status != inbox.StatusSuspect {
		t.Errorf("it counts as ours: %+v", m)
	}
	thread := inbox.Thread{Kind: inbox.KindDM, Author: m.Author}
	if can := c.ThreadCaps(thread).Acts[inbox.ActReply]; can.OK {
		t.Error("an answer is offered")
	}
	_, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Key: "K", Target: m.Remote, Author: m.Author.ID, Text: "Hello", ThreadKind: inbox.KindDM})
	if err == nil || len(n.server.Sent()) != 0 {
		t.Errorf("%v, sent %+v", err, n.server.Sent())
	}
}

// What we sent comes back as it likes: nobody rewrites it by sending it to us
// in our name under its own Message-ID.
func TestOurMailSentBack(t *testing.T) {
	for _, anew := range []bool{false, true} {
		n := newNetwork(t, false)
		id := n.say(inbox.KindDM, "Bonjour ?")
		c := n.open()
		a := inbox.Action{Kind: inbox.ActReply, Key: "01ABC", Target: id, Conversation: id, Text: "Oui.", ThreadKind: inbox.KindDM}
		r, err := c.Do(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		_, at, _ := n.all(c, "", time.Hour)
		if anew {
			_ = c.Close()
			c = n.open()
		}
		n.server.Deliver(ourAccount, from("Support <support@nordlys.example>", r.Remote, "Subject: Re: Bonjour\n", "Non, allez au diable."))
		got, _, _ := n.all(c, at, time.Hour)
		for _, m := range got {
			if m.Remote == r.Remote || m.Outgoing {
				t.Errorf("anew %t: our answer reads %q now", anew, m.Text)
			}
		}
		_ = c.Close()
	}
}

// No Message-ID stands for an id that is made here.
func TestMadeIDsAreOurs(t *testing.T) {
	for _, id := range []string{"told:xing:1", "head:00", "TOLD:xing:1"} {
		h := readHead(from("m@evil.example", id, "", ""))
		if got := h.id("nordlys.example"); strings.HasPrefix(got, toldMark) || got == "head:00" {
			t.Errorf("%q is %q", id, got)
		}
	}
}

// A mail without a Message-ID can be answered by another process, too.
func TestAnswerWithoutMessageID(t *testing.T) {
	n := newNetwork(t, false)
	n.server.Deliver(ourAccount, []byte("From: lea@post.example\r\nSubject: Order\r\n\r\nwhere is it?"))
	c := n.open()
	got, _, _ := n.all(c, "", time.Hour)
	_ = c.Close()
	c = n.open()
	defer c.Close()
	m := byText(t, got, "where is it")
	_, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Key: "K", Target: m.Remote, Author: m.Author.ID, Text: "On its way.", ThreadKind: inbox.KindDM})
	if err != nil || len(n.server.Sent()) != 1 {
		t.Errorf("%v, sent %+v", err, n.server.Sent())
	}
}

// A machine's word in a conversation does not take away who waits in it.
func TestBounceLeavesTheConversationOpen(t *testing.T) {
	n := newNetwork(t, false)
	n.server.Deliver(ourAccount, raw("a@x", "Subject: Order\n", "where is it?"))
	n.server.Deliver(ourAccount, raw("b@x", "Subject: Away\nIn-Reply-To: <a@x>\nAuto-Submitted: auto-replied\n", "I am away"))
	c := n.open()
	defer c.Close()
	got, _, _ := n.all(c, "", time.Hour)
	thread := inbox.Thread{Kind: inbox.KindDM, Author: byText(t, got, "I am away").Author}
	if can := c.ThreadCaps(thread).Acts[inbox.ActReply]; !can.OK {
		t.Error("who wrote before cannot be answered any more")
	}
	_, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Key: "K", Target: "b@x", Author: "lea@post.example", Text: "Hello", ThreadKind: inbox.KindDM})
	if err == nil || len(n.server.Sent()) != 0 {
		t.Errorf("a machine is answered: %v", err)
	}
}

// A mail that comes now is of now, whatever its writer's clock says: else it
// would be history that nobody looks at.
func TestWrongClocks(t *testing.T) {
	n := newNetwork(t, false)
	c := n.open()
	defer c.Close()
	_, at, _ := n.all(c, "", time.Hour)
	for _, date := range []string{"Thu, 01 Jan 2009 00:00:00 +0000", "Fri, 01 Jan 2049 00:00:00 +0000", "yesterday", ""} {
		n.server.Deliver(ourAccount, []byte(strings.ReplaceAll("From: lea@post.example\nMessage-ID: <d"+strings.ReplaceAll(date, " ", "")+"@x>\nDate: "+date+"\n\nhello", "\n", "\r\n")))
	}
	got, _, _ := n.all(c, at, time.Hour)
	if len(got) != 4 {
		t.Fatalf("%d mails", len(got))
	}
	for _, m := range got {
		if age := n.clock.Now().Sub(m.At); age > 24*time.Hour || age < -time.Hour {
			t.Errorf("%s is from %s", m.Remote, m.At)
		}
	}
}

// A mail made to be slow is not: what is copied grows as the mail does.
func TestLinesWithoutEnd(t *testing.T) {
	copied := func(n int) uint64 {
		s, h := strings.Repeat("a \n", n), []byte("X: a\n"+strings.Repeat(" a\n", n))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		unflow(s, false)
		readHead(h)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if small, large := copied(2000), copied(32000); large > 64*small {
		t.Errorf("16 times as many lines take %d bytes in place of %d", large, small)
	}
}
