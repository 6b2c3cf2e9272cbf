package mail

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/connectors/mail/notice"
	"vigie/inbox"
)

// post delivers a mail of the corpus of notifications.
func (n *network) post(name string) {
	n.t.Helper()
	raw, err := os.ReadFile("notice/testdata/" + name + ".eml")
	if err != nil {
		n.t.Fatalf("%v", err)
	}
	n.server.Deliver(ourAccount, raw)
}

// every fetches until there is no more.
func (n *network) every(c inbox.Connector, cursor string) (out inbox.Page) {
	n.t.Helper()
	out.Cursor, out.More = cursor, true
	for out.More {
		page, err := c.Fetch(n.t.Context(), inbox.FetchRequest{Stream: inbox.StreamMessages, Cursor: out.Cursor, Now: n.clock.Now(), History: 30 * 24 * time.Hour})
		if err != nil {
			n.t.Fatalf("%v", err)
		}
		out.Messages, out.Refused = append(out.Messages, page.Messages...), append(out.Refused, page.Refused...)
		out.Cursor, out.More = page.Cursor, page.More
	}
	return out
}

// threadOf is the thread of a message, as an engine has it.
func threadOf(m inbox.Message) inbox.Thread {
	return inbox.Thread{Remote: m.Conversation, Kind: m.Kind, Author: m.Author, Status: m.Status, URL: m.URL}
}

// What the parser reads of the corpus's own mails arrives through the mailbox,
// too: the proof, the parts and the charsets are those of the connector.
func TestToldAsTheCorpusSays(t *testing.T) {
	files, err := filepath.Glob("notice/testdata/*/*.eml")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d mails, %v", len(files), err)
	}
	n := newNetwork(t, false)
	c := n.open()
	defer func() { _ = c.Close() }()
	cursor := ""
	known := map[string]bool{}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "notice/testdata/"), ".eml")
		raw, err := os.ReadFile("notice/testdata/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var want struct {
			Verdict string
			Notices []notice.Notice
		}
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		n.post(name)
		page := n.every(c, cursor)
		cursor = page.Cursor
		if strings.HasPrefix(name, "loom/") {
			continue // there is no rule for it
		}
		if want.Verdict != "read" {
			if len(page.Messages) != 1 || page.Messages[0].Kind != inbox.KindDM || (page.Messages[0].Status == inbox.StatusSuspect) != (want.Verdict == "suspect") {
				t.Errorf("%s: %+v", name, page.Messages)
			}
			if (len(page.Refused) == 1) != (want.Verdict == "unread") {
				t.Errorf("%s: refused %+v", name, page.Refused)
			}
			continue
		}
		if len(page.Messages) != len(want.Notices) || len(page.Refused) != 0 {
			t.Errorf("%s: %d messages, want %d", name, len(page.Messages), len(want.Notices))
			continue
		}
		for i, m := range page.Messages {
			w := want.Notices[i]
			if m.Kind != w.Kind || m.URL != w.Link || m.Text.String() != w.Text || m.Author.Name.String() != w.AuthorName || !m.At.Equal(w.At) || m.Status != "" {
				t.Errorf("%s: %+v, want %+v", name, m, w)
			}
			can := c.ThreadCaps(threadOf(m)).Acts
			if can[inbox.ActReply] != (inbox.Capability{Why: inbox.CodeReadOnly}) || !can[inbox.ActRead].OK || !can[inbox.ActTrash].OK {
				t.Errorf("%s: %+v", name, can)
			}
			known[m.Remote] = true
		}
		n.post(name) // the same mail once more
		again := n.every(c, cursor)
		cursor = again.Cursor
		for _, m := range again.Messages {
			if !known[m.Remote] {
				t.Errorf("%s: the second time %q is new", name, m.Remote)
			}
		}
	}
	if len(known) < 30 {
		t.Errorf("%d things were told", len(known))
	}
}

func TestForgedNotificationLeadsNowhere(t *testing.T) {
	n := newNetwork(t, false)
	c := n.open()
	defer func() { _ = c.Close() }()
	n.post("pinterest/forged-en")
	page := n.every(c, "")
	if len(page.Messages) != 1 {
		t.Fatalf("%+v", page)
	}
	m := page.Messages[0]
	if m.URL != "" || m.Author.URL != "" || m.Status != inbox.StatusSuspect {
		t.Errorf("%+v", m)
	}
	if got := c.ThreadCaps(threadOf(m)).Acts[inbox.ActReply]; got != (inbox.Capability{Why: inbox.CodeSuspect}) {
		t.Errorf("reply: %+v", got)
	}
}

// The mail that told something is found again, by a connector that has just
// started, too; a reply is refused and nothing is sent.
func TestActsOnWhatWasTold(t *testing.T) {
	n := newNetwork(t, false)
	c := n.open()
	n.post("pinterest/unknown-en")
	n.post("pinterest/comment-fr")
	n.post("xing/message-de")
	page := n.every(c, "")
	_ = c.Close()
	cursor := page.Cursor
	for _, m := range page.Messages {
		if !strings.HasPrefix(m.Remote, toldMark) {
			continue
		}
		c := n.open()
		act := inbox.Action{Key: "01JD", Account: ourAccount, Target: m.Remote, Conversation: m.Conversation, ThreadKind: m.Kind, Text: "Yes"}
		for _, kind := range []inbox.ActionKind{inbox.ActRead, inbox.ActTrash, inbox.ActRestore} {
			act.Kind = kind
			if _, err := c.Do(t.Context(), act); err != nil {
				t.Errorf("%s %s: %v", kind, m.Remote, err)
			}
			if kind == inbox.ActTrash {
				got := n.every(c, cursor)
				if len(got.Messages) != 1 || got.Messages[0].Remote != m.Remote || got.Messages[0].Status != inbox.StatusTrash {
					t.Errorf("in the bin: %+v", got.Messages)
				}
			}
		}
		got := n.every(c, cursor)
		if cursor = got.Cursor; len(got.Messages) != 1 || got.Messages[0].Remote != m.Remote || got.Messages[0].Status != "" {
			t.Errorf("back: %+v", got.Messages)
		}
		act.Kind = inbox.ActReply
		if _, err := c.Do(t.Context(), act); !errors.Is(err, inbox.ErrUnsupported) {
			t.Errorf("reply: %v", err)
		}
		_ = c.Close()
	}
	if sent := n.server.Sent(); len(sent) != 0 {
		t.Errorf("sent: %+v", sent)
	}
}
