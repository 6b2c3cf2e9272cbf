package mail

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"vigie/inbox"
)

// A folder that is not there keeps none of the others from being read and none
// of their mails from being answered; it is told once, and by Check.
func TestFolderThatIsNotThere(t *testing.T) {
	n := newNetwork(t, false)
	n.access.Lists = map[string][]string{"folders": {"Réclamations", "trash"}}
	n.access.Settings["sent"] = "Envoyés par moi"
	n.server.Deliver(ourAccount, from(lea, morning, "a@x", "Subject: Order\n", "Where is it?"))
	c := n.open()
	defer c.Close()
	var told []string
	cursor := ""
	var got []inbox.Message
	for range 3 {
		p, err := c.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMessages, Cursor: cursor, History: time.Hour, Now: n.clock.Now()})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Refused {
			told = append(told, r.Item)
		}
		got, cursor = append(got, p.Messages...), p.Cursor
	}
	question := one(t, got, "Where is it")
	if list := strings.Join(told, ", "); list != "folder Envoyés par moi, folder Réclamations" {
		t.Errorf("told: %q", list)
	}
	_, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Key: "K", Target: question.Remote, Conversation: question.Conversation, Text: "Here.", ThreadKind: inbox.KindDM})
	if err != nil {
		t.Errorf("answer: %v", err)
	}
	_, err = c.Check(t.Context())
	if p := inbox.ProblemOf(err); p.Code != inbox.CodeMissing || !strings.Contains(p.Detail, "Réclamations") || !strings.Contains(p.Detail, "Envoyés par moi") {
		t.Errorf("check: %v", err)
	}
}

// A folder is found however people write its name.
func TestFolderNames(t *testing.T) {
	list := []*imap.ListData{{Mailbox: "INBOX", Delim: '.'}, {Mailbox: "INBOX.Réclamations.À lire", Delim: '.'}, {Mailbox: "INBOX.sav", Delim: '.'}, {Mailbox: "SAV", Delim: '.'}}
	for wanted, name := range map[string]string{
		"INBOX.Réclamations.À lire": "INBOX.Réclamations.À lire", "réclamations/à lire": "INBOX.Réclamations.À lire",
		"Re\u0301clamations.A\u0300 lire": "INBOX.Réclamations.À lire", "sav": "SAV", "inbox/SAV": "INBOX.sav", "inbox": "INBOX",
	} {
		if got, ok := spelled(list, wanted); !ok || got != name {
			t.Errorf("%q is %q", wanted, got)
		}
	}
	if got, ok := spelled(list, "Autre"); ok || got != "Autre" {
		t.Errorf("what is not there is %q", got)
	}
}

// A server that wants to be asked later has not refused a folder: what lies there
// is not gone, and nothing else is asked instead.
func TestFolderRefusedForNow(t *testing.T) {
	no := func(code imap.ResponseCode, words string) error {
		return fmt.Errorf("select: %w", &imap.Error{Type: imap.StatusResponseTypeNo, Code: code, Text: words})
	}
	for name, c := range map[string]struct {
		folder string
		err    error
		want   bool
	}{
		"not there":   {"SAV", no(imap.ResponseCodeNonExistent, "no such folder"), true},
		"no word why": {"SAV", no("", "no"), true},
		"the inbox":   {inboxName, no(imap.ResponseCodeNonExistent, "no such folder"), false},
		"later":       {"SAV", no(imap.ResponseCodeUnavailable, "try again"), false},
		"slower":      {"SAV", no("", "Request is throttled. Suggested Backoff Time: 30000 milliseconds"), false},
		"in use":      {"SAV", no(imap.ResponseCodeInUse, "locked"), false},
		"no answer":   {"SAV", io.ErrUnexpectedEOF, false},
	} {
		if got := refuses(c.folder, c.err); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
