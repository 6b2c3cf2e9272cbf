package mail

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"vigie/inbox"
)

// newDeafLine lets an account reach its mailbox by a line on which the server
// does not say that it has IDLE.
func newDeafLine(n *network) {
	n.t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(n.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		n.t.Fatalf("listen: %v", err)
	}
	n.t.Cleanup(func() { _ = listener.Close() })
	to := n.access.Settings["imap"]
	n.access.Settings["imap"] = listener.Addr().String()
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", to)
			if err != nil {
				_ = client.Close()
				return
			}
			go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
			go hushed(client, server)
		}
	}()
}

// hushed carries what a server says, but for that word.
func hushed(client, server net.Conn) {
	defer client.Close()
	defer server.Close()
	for r := bufio.NewReader(server); ; {
		said, err := r.ReadBytes('\n')
		if bytes.Contains(said, []byte("CAPABILITY")) {
			said = bytes.ReplaceAll(said, []byte(" IDLE"), nil)
		}
		if _, failed := client.Write(said); err != nil || failed != nil {
			return
		}
	}
}

// A server without IDLE is asked by the clock, and no mail is missed.
func TestWithoutIDLE(t *testing.T) {
	n := newNetwork(t, false)
	newDeafLine(n)
	n.server.Deliver(ourAccount, raw("a@x", "Subject: Order\n", "first"))
	c := n.open()
	defer c.Close()
	if !c.Caps().Push {
		t.Error("what nobody has asked the server is taken as denied")
	}
	err := c.(inbox.Waiter).Wait(t.Context())
	if !errors.Is(err, inbox.ErrUnsupported) || c.Caps().Push {
		t.Errorf("it waits: %v, and says that news are pushed: %t", err, c.Caps().Push)
	}
	cursor := ""
	for _, want := range []string{"first", "second"} {
		p, err := c.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMessages, Cursor: cursor, History: time.Hour, Now: n.clock.Now()})
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Messages) != 1 || p.Messages[0].Text.String() != want || p.PollAfter != minPoll {
			t.Errorf("%d messages, to be asked again after %s, want %q", len(p.Messages), p.PollAfter, want)
		}
		cursor = p.Cursor
		n.server.Deliver(ourAccount, raw("b@x", "Subject: Order\n", "second"))
	}
}
