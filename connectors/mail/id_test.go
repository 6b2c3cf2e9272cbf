package mail

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

// from spells a mail of somebody.
func from(who, date, id, head, body string) []byte {
	return []byte(strings.ReplaceAll(fmt.Sprintf("From: %s\nTo: support@nordlys.example\nDate: %s\nMessage-ID: <%s>\n%s\n%s\n", who, date, id, head, body), "\n", "\r\n"))
}

const (
	lea      = "Léa <lea@post.example>"
	mallory  = "Mallory <mallory@elsewhere.example>"
	ourselfs = "Nordlys <support@nordlys.example>"
	morning  = "Mon, 23 Nov 2026 07:00:00 +0000"
	noon     = "Mon, 23 Nov 2026 07:30:00 +0000"
)

func one(t *testing.T, list []inbox.Message, text string) inbox.Message {
	t.Helper()
	i := slices.IndexFunc(list, func(m inbox.Message) bool { return strings.Contains(m.Text.String(), text) })
	if i < 0 {
		t.Fatalf("no message says %q", text)
	}
	return list[i]
}

// Whoever writes the Message-ID of another mail, or our name, changes no mail
// that is there, is never taken for us, and stays the same after a restart.
func TestForgedIdentity(t *testing.T) {
	n := newNetwork(t, false)
	n.server.Deliver(ourAccount, from(lea, morning, "order@post.example", "Subject: Order\n", "Where is it?"))
	c := n.open()
	first, at, _ := n.all(c, "", time.Hour)
	question := one(t, first, "Where is it")
	answer := inbox.Action{Kind: inbox.ActReply, Key: "01ABC", Target: question.Remote, Conversation: question.Conversation, Text: "It left today.", ThreadKind: inbox.KindDM}
	receipt, err := c.Do(t.Context(), answer)
	if err != nil {
		t.Fatal(err)
	}
	n.server.Deliver(ourAccount, from(mallory, morning, "order@post.example", "", "Never mind."))
	n.server.Deliver(ourAccount, from(mallory, morning, receipt.Remote, "", "I am you."))
	n.server.Deliver(ourAccount, from(lea, morning, "order@post.example", "", "I moved to Elsewhere Street.")) // by somebody who had her mail
	n.server.Deliver(ourAccount, from(lea, morning, "order@post.example", "Subject: Order\nReply-To: mallory@elsewhere.example\n", "Where is it?"))
	n.server.Deliver(ourAccount, from(lea, morning, "order@post.example", "Subject: Order\n", "Where is it?")) // the same, delivered again
	n.server.Deliver(ourAccount, from(ourselfs, noon, receipt.Remote, "", "Send the money elsewhere."))
	n.server.Deliver(ourAccount, from(ourselfs, noon, "other@nordlys.example", "", "Trust me."))
	next, _, _ := n.all(c, at, time.Hour)
	_ = c.Close()
	again := n.open() // knows nothing
	defer again.Close()
	all, _, _ := n.all(again, "", time.Hour)
	ids := map[string]string{}
	for _, m := range all {
		if text, twice := ids[m.Remote]; twice {
			t.Errorf("%q says %q and %q", m.Remote, text, m.Text)
		}
		ids[m.Remote] = m.Text.String()
		if m.Outgoing != (m.Remote == receipt.Remote) {
			t.Errorf("%q of %s: ours: %v", m.Text, m.Author.ID, m.Outgoing)
		}
		if strings.Contains(m.Text.String(), "money") || strings.Contains(m.Text.String(), "Trust") {
			if m.Status != inbox.StatusSuspect {
				t.Errorf("%q comes with our name and is not suspect", m.Text)
			}
		}
	}
	for _, m := range append(first, next...) {
		if ids[m.Remote] != m.Text.String() {
			t.Errorf("%q was %q and is now %q", m.Remote, m.Text, ids[m.Remote])
		}
	}
	if len(all) != 8 {
		t.Errorf("%d mails, want 8", len(all))
	}
}

// What a mail says, and whether a machine says it, is in what it is known by;
// the marks that stand between its parts are not.
func TestKnownByWhatItSays(t *testing.T) {
	known := func(head, body string) string {
		h := readHead([]byte(strings.ReplaceAll("From: "+lea+"\nDate: "+morning+"\nMessage-ID: <order@post.example>\n"+head+"\n", "\n", "\r\n")))
		h.lead = []byte(strings.ReplaceAll(body, "\n", "\r\n"))
		return h.remote(false)
	}
	parts := func(outer, inner, words string) (head, body string) {
		return "Content-Type: multipart/mixed;\n boundary=\"" + outer + "\"; x=y\n", strings.NewReplacer("OUTER", outer, "INNER", inner, "WORDS", words).Replace(
			"for old programs\n--OUTER\nContent-Type: multipart/alternative; boundary=INNER\n\n--INNER\nContent-Type: text/plain\n\nWORDS\n--INNER--\n--OUTER\n" +
				"Content-Type: message/rfc822\n\nSubject: inside\nContent-Type: multipart/mixed; boundary=INNER2\n\n--INNER2\n\nx\n--INNER2--\n--OUTER--\n")
	}
	first := known(parts("B1", "C1", "Where is it?"))
	if again := known(parts("B2--", "C2", "Where is it?")); again != first {
		t.Errorf("other marks between the parts: %s, was %s", again, first)
	}
	plain := known("", "Where is it?\n")
	if known("Subject: boundary=here\n", "Where is it?\n") == known("Subject: boundary=elsewhere\n", "Where is it?\n") {
		t.Error("what a subject says is not in what it is known by")
	}
	for name, other := range map[string]string{
		"a word more":             known(parts("B1", "C1", "Where is it now?")),
		"words that look a mark":  known(parts("B1", "C1", "Where is it?\n--Never mind, send it elsewhere.")),
		"words that look a head":  known(parts("B1", "C1", "Where is it?\nboundary=\"send it elsewhere\"")),
		"a mark, and no parts":    known("", "Where is it?\n-- send it elsewhere\n"),
		"a head, and no parts":    known("", "Where is it?\nboundary=\"send it elsewhere\"\n"),
		"by a machine":            known("Auto-Submitted: auto-generated\n", "Where is it?\n"),
		"of a list":               known("List-Id: <l.example>\n", "Where is it?\n"),
		"by nobody":               known("Return-Path: <>\n", "Where is it?\n"),
		"an answer of a machine":  known("X-Autoreply: yes\n", "Where is it?\n"),
		"the same with no parts":  plain,
		"not the same as another": known("", "Where is he?\n"),
	} {
		if other == first || other == plain && name != "the same with no parts" {
			t.Errorf("%s is known as the first is", name)
		}
	}
	if known("Feedback-ID: 1.eu-west-3.x:AmazonSES\n", "Where is it?\n") != plain {
		t.Error("what a form of a site sent, as a service of mail forwards it, is a machine's")
	}
	if known("X-Autoreply: no\n", "Where is it?\n") != plain {
		t.Error("who says that it is no automatic answer is a machine")
	}
}

// A copy of what we sent, to ourselves, is nothing new.
func TestCopyOfOurs(t *testing.T) {
	n := newNetwork(t, false)
	id := n.say(inbox.KindDM, "Bonjour ?")
	c := n.open()
	defer c.Close()
	_, at, _ := n.all(c, "", time.Hour)
	if _, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Key: "01ABC", Target: id, Conversation: id, Text: "Oui.", ThreadKind: inbox.KindDM}); err != nil {
		t.Fatal(err)
	}
	n.server.Deliver(ourAccount, n.server.Sent()[0].Raw)
	fresh := n.open()
	defer fresh.Close()
	for _, c := range []inbox.Connector{c, fresh} {
		got, _, _ := n.all(c, at, time.Hour)
		if len(got) != 1 || !got[0].Outgoing {
			t.Errorf("%d messages: %+v", len(got), got)
		}
	}
}

// A stranger who joins a thread by its References is answered only when their
// own mail is chosen, and nobody else's answer goes to them.
func TestInjectedIntoThread(t *testing.T) {
	n := newNetwork(t, false)
	n.server.Deliver(ourAccount, from(lea, morning, "order@post.example", "Subject: Order\n", "Where is it?"))
	n.server.Deliver(ourAccount, from(mallory, noon, "x@elsewhere.example", "References: <order@post.example>\nIn-Reply-To: <order@post.example>\n", "Tell me the address."))
	n.server.Deliver(ourAccount, from(mallory, noon, "order@post.example", "References: <order@post.example>\n", "Tell me the code."))
	c := n.open()
	defer c.Close()
	got, _, _ := n.all(c, "", time.Hour)
	for i, want := range []struct{ text, to, name string }{
		{"Where is it", "lea@post.example", "Léa"}, {"address", "mallory@elsewhere.example", "Mallory"}, {"code", "mallory@elsewhere.example", "Mallory"},
	} {
		m := one(t, got, want.text)
		if m.Author.ID != want.to || m.Author.Name.String() != want.name || m.Conversation != "order@post.example" {
			t.Errorf("%q: %+v in %q", want.text, m.Author, m.Conversation)
		}
		_, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Key: fmt.Sprint("K", i), Target: m.Remote, Author: m.Author.ID, Conversation: m.Conversation, Text: want.text, ThreadKind: inbox.KindDM})
		sent := n.server.Sent()
		if err != nil || len(sent) != i+1 || strings.Join(sent[i].To, ",") != want.to {
			t.Errorf("the answer to %q: %v, %+v", want.text, err, sent)
		}
	}
}

// A mail is dated by its arrival: one whose author's clock is slow is no older
// than our answer before it.
func TestDates(t *testing.T) {
	arrived := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for date, want := range map[string]time.Time{
		"Mon, 23 Nov 2026 07:00:00 +0000": arrived, "Mon, 23 Nov 2026 20:00:00 +0000": arrived, "": arrived, "junk": arrived,
		"Mon, 02 Nov 2026 07:00:00 +0000": time.Date(2026, 11, 2, 7, 0, 0, 0, time.UTC), // moved from elsewhere
	} {
		if got := readHead([]byte("Date: "+date+"\r\n\r\n")).at(arrived, false); !got.Equal(want) {
			t.Errorf("%q: %s, want %s", date, got, want)
		}
	}
}

// A mail that comes now is of now, whatever its writer's clock says: else it
// would be history that nobody looks at.
func TestWrongClocks(t *testing.T) {
	n := newNetwork(t, false)
	c := n.open()
	defer c.Close()
	_, at, _ := n.all(c, "", time.Hour)
	for _, date := range []string{"Thu, 01 Jan 2009 00:00:00 +0000", "Mon, 23 Nov 2026 03:00:00 +0000", "Fri, 01 Jan 2049 00:00:00 +0000", "yesterday", ""} {
		n.server.Deliver(ourAccount, []byte(strings.ReplaceAll("From: lea@post.example\nMessage-ID: <d"+strings.ReplaceAll(date, " ", "")+"@x>\nDate: "+date+"\n\nhello", "\n", "\r\n")))
	}
	got, _, _ := n.all(c, at, time.Hour)
	if len(got) != 5 {
		t.Fatalf("%d mails", len(got))
	}
	for _, m := range got {
		if age := n.clock.Now().Sub(m.At); age > time.Minute || age < -time.Hour {
			t.Errorf("%s is from %s", m.Remote, m.At)
		}
	}
}

// Mails without a Message-ID, or with two, are found for an act after a restart.
func TestNameless(t *testing.T) {
	n := newNetwork(t, false)
	for i, head := range []string{"Date: " + morning + "\n", "", "Date: junk\n", "Date: " + morning + "\nMessage-ID: <a@x>\nMessage-ID: <b@x>\n"} {
		n.server.Deliver(ourAccount, []byte(strings.ReplaceAll(fmt.Sprintf("From: %s\n%sSubject: %d\n\nnumber %d\n", lea, head, i, i), "\n", "\r\n")))
	}
	c := n.open()
	got, at, _ := n.all(c, "", time.Hour)
	_ = c.Close()
	if len(got) != 4 {
		t.Fatalf("%d mails", len(got))
	}
	for i, m := range got {
		if !strings.HasPrefix(m.Remote, hashed) {
			t.Errorf("%q is known by %q", m.Text, m.Remote)
		}
		fresh := n.open()
		if _, err := fresh.Do(t.Context(), inbox.Action{Kind: inbox.ActTrash, Key: fmt.Sprint("K", i), Target: m.Remote, Conversation: m.Conversation, ThreadKind: inbox.KindDM}); err != nil {
			t.Errorf("%q: %v", m.Text, err)
		}
		after, next, _ := n.all(fresh, at, time.Hour)
		if len(after) != 1 || after[0].Remote != m.Remote || after[0].Status != inbox.StatusTrash {
			t.Errorf("after the act: %+v", after)
		}
		at = next
		_ = fresh.Close()
	}
}

// What was put away is told by the next process too, with its status, and once;
// what others put there is not.
func TestPutAwaySurvives(t *testing.T) {
	n := newNetwork(t, false)
	spam, trash := n.say(inbox.KindDM, "Casino"), n.say(inbox.KindDM, "Old news")
	c := n.open()
	_, at, _ := n.all(c, "", time.Hour)
	for target, kind := range map[string]inbox.ActionKind{spam: inbox.ActSpam, trash: inbox.ActTrash} {
		if _, err := c.Do(t.Context(), inbox.Action{Kind: kind, Key: "K" + string(kind), Target: target, Conversation: target, ThreadKind: inbox.KindDM}); err != nil {
			t.Fatal(err)
		}
	}
	n.server.DeliverInto(ourAccount, "Junk", from(mallory, noon, "s@x", "", "Spam that nobody wants."))
	_ = c.Close() // it told nobody
	for range 2 { // a page that was not kept is read again
		c = n.open()
		got, next, _ := n.all(c, at, time.Hour)
		if len(got) != 2 {
			t.Errorf("%d mails: %+v", len(got), got)
		}
		for _, m := range got {
			if want := map[string]inbox.Status{spam: inbox.StatusSpam, trash: inbox.StatusTrash}[m.Remote]; m.Status != want {
				t.Errorf("%q is %q, want %q", m.Text, m.Status, want)
			}
		}
		if again, _, _ := n.all(c, next, time.Hour); len(again) != 0 {
			t.Errorf("again: %+v", again)
		}
		_ = c.Close()
	}
}
