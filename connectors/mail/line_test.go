package mail

import (
	"context"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// line is a way to the mailbox's server that is measured.
type line struct {
	listener net.Listener
	to       string
	carried  atomic.Int64 // bytes that the server gave
}

// newLine lets an account reach its mailbox by a line.
func newLine(n *network) *line {
	n.t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(n.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		n.t.Fatalf("listen: %v", err)
	}
	l := &line{listener: listener, to: n.access.Settings["imap"]}
	n.t.Cleanup(func() { _ = listener.Close() })
	n.access.Settings["imap"] = listener.Addr().String()
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go l.carry(client)
		}
	}()
	return l
}

// carry carries one connection.
func (l *line) carry(client net.Conn) {
	defer client.Close()
	server, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", l.to)
	if err != nil {
		return
	}
	defer server.Close()
	go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
	b := make([]byte, 64<<10)
	for {
		k, err := server.Read(b)
		l.carried.Add(int64(k))
		if _, failed := client.Write(b[:k]); err != nil || failed != nil {
			return
		}
	}
}

// Of a mail of 50 MB, with its text and its files, no more is read than what is
// shown.
func TestMailOf50MB(t *testing.T) {
	n := newNetwork(t, false)
	words, file := strings.Repeat("Where is it? ", 20<<20/13), strings.Repeat("QUJD", 30<<20/4)
	n.server.Deliver(ourAccount, raw("big@x", "Subject: Big\nContent-Type: multipart/mixed; boundary=B\n",
		"--B\nContent-Type: text/plain\n\n"+words+"\n--B\nContent-Type: application/pdf; name=map.pdf\nContent-Transfer-Encoding: base64\n\n"+file+"\n--B--\n"))
	l := newLine(n)
	c := n.open()
	defer c.Close()
	got, _, _ := n.all(c, "", time.Hour)
	if len(got) != 1 || len(got[0].Media) != 1 || got[0].Media[0].Alt.String() != "map.pdf" || !strings.HasPrefix(got[0].Text.String(), "Where is it?") {
		t.Fatalf("%d messages", len(got))
	}
	if most := int64(maxHead + maxLead + maxPart + 64<<10); l.carried.Load() > most {
		t.Errorf("%d bytes were read, want %d at most", l.carried.Load(), most)
	}
}

// A server without MOVE, UIDPLUS and SPECIAL-USE is read, answered and tidied.
func TestPlainServer(t *testing.T) {
	n := networkOf(t, func(s *sandbox.Mail) { s.Plain = true })
	n.server.Deliver(ourAccount, raw("a@x", "Subject: Order\n", "first"))
	n.server.Deliver(ourAccount, raw("b@x", "Subject: Order\n", "second"))
	c := n.open().(*connector)
	defer c.Close()
	got, cursor, _ := n.all(c, "", time.Hour)
	first, second := one(t, got, "first"), one(t, got, "second")
	do := func(kind inbox.ActionKind, m inbox.Message) error {
		_, err := c.Do(t.Context(), inbox.Action{Kind: kind, Key: "K", Target: m.Remote, Author: m.Author.ID, Conversation: m.Conversation, Text: "Hello", ThreadKind: inbox.KindDM})
		return err
	}
	for _, kind := range []inbox.ActionKind{inbox.ActReply, inbox.ActRead, inbox.ActTrash} {
		if err := do(kind, first); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if in, bin := n.lies(c, inboxName), n.lies(c, "Trash"); in != 1 || bin != 1 {
		t.Errorf("%d mails in INBOX, %d in Trash", in, bin)
	}
	again, _, _ := n.all(c, cursor, time.Hour)
	if m := one(t, again, "first"); m.Status != inbox.StatusTrash {
		t.Errorf("it is %q", m.Status)
	}
	if err := do(inbox.ActRestore, first); err != nil {
		t.Errorf("restore: %v", err)
	}
	// What another program has marked for removal stays: it is not ours to remove.
	n.mark(c, "b@x")
	if err := do(inbox.ActTrash, first); inbox.ProblemOf(err).Code != inbox.CodeUnsupported {
		t.Errorf("beside a mail that is marked: %v", err)
	}
	if in, bin := n.lies(c, inboxName), n.lies(c, "Trash"); in != 2 || bin != 0 {
		t.Errorf("%d mails in INBOX, %d in Trash, %q", in, bin, second.Remote)
	}
}

// A mail that cannot be copied to where it should go stays where it is.
func TestNotMovedIsNotLost(t *testing.T) {
	n := networkOf(t, func(s *sandbox.Mail) { s.Plain = true })
	n.server.Deliver(ourAccount, raw("a@x", "Subject: Order\n", "first"))
	c := n.open().(*connector)
	defer c.Close()
	err := c.with(t.Context(), "move", func(s *session) error {
		if err := s.at(inboxName); err != nil {
			return err
		}
		return s.move(1, "Nowhere")
	})
	if err == nil || n.lies(c, inboxName) != 1 {
		t.Errorf("%v, %d mails in INBOX", err, n.lies(c, inboxName))
	}
}

// lies is how many mails lie in a folder.
func (n *network) lies(c *connector, folder string) (count int) {
	n.t.Helper()
	if err := c.with(n.t.Context(), "count", func(s *session) error {
		data, err := s.choose(folder)
		if err == nil {
			count = int(data.NumMessages)
		}
		return err
	}); err != nil {
		n.t.Fatalf("count: %v", err)
	}
	return count
}

// mark marks a mail of INBOX for removal, as another program does.
func (n *network) mark(c *connector, id string) {
	n.t.Helper()
	if err := c.with(n.t.Context(), "mark", func(s *session) error {
		if _, err := s.choose(inboxName); err != nil {
			return err
		}
		found, err := s.search(byID(id))
		if err != nil {
			return err
		}
		return s.Store(imap.UIDSetNum(found...), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close()
	}); err != nil {
		n.t.Fatalf("mark: %v", err)
	}
}
