package sandbox

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

const gramAccount = inbox.AccountID("miette-minigram")

// gram is an account's connection to a simulated Minigram.
type gram struct {
	t     *testing.T
	conn  net.Conn
	lines *bufio.Reader
	n     int
}

func dialGram(t *testing.T, m *Minigram) *gram {
	t.Helper()
	srv := httptest.NewServer(m)
	t.Cleanup(srv.Close)
	t.Cleanup(func() { _ = m.Close() })
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	fmt.Fprintf(conn, "GET /?account=%s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: bridge\r\n\r\n", gramAccount)
	g := &gram{t: t, conn: conn, lines: bufio.NewReader(conn)}
	resp, err := http.ReadResponse(g.lines, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%v %v", resp, err)
	}
	return g
}

// call returns the result, or the kind of the error.
func (g *gram) call(method string, params fields) (result struct {
	ID       string
	Cursor   string
	More     bool
	Deleted  []string
	Messages []struct{ ID, Thread, Kind, Parent, Text string }
	Limits   struct{ Windows map[string]int }
}, refused string,
) {
	g.t.Helper()
	g.n++
	if err := json.NewEncoder(g.conn).Encode(fields{"jsonrpc": "2.0", "id": g.n, "method": method, "params": params}); err != nil {
		g.t.Fatal(err)
	}
	line, err := g.lines.ReadBytes('\n')
	if err != nil {
		g.t.Fatal(err)
	}
	var answer struct {
		ID     int
		Result json.RawMessage
		Error  struct{ Data struct{ Kind string } }
	}
	if err := json.Unmarshal(line, &answer); err != nil || answer.ID != g.n {
		g.t.Fatalf("%s: %v", line, err)
	}
	if len(answer.Result) > 0 {
		if err := json.Unmarshal(answer.Result, &result); err != nil {
			g.t.Fatal(err)
		}
	}
	return result, answer.Error.Data.Kind
}

func TestMinigram(t *testing.T) {
	clock := newHandClock()
	w := world(t, Options{Clock: clock, Empty: true})
	g := dialGram(t, NewMinigram(w))
	hello, _ := g.call("hello", nil)
	if hello.Limits.Windows["dm"] != 86400 || hello.Limits.Windows["comment"] != 604800 {
		t.Errorf("windows %v", hello.Limits.Windows)
	}
	dm, err := w.Say(gramAccount, inbox.KindDM, "Ouverts lundi ?")
	if err != nil {
		t.Fatal(err)
	}
	page, _ := g.call("fetch", fields{"stream": "messages", "cursor": ""})
	if len(page.Messages) != 1 || page.Messages[0].Text != "Ouverts lundi ?" || page.Messages[0].Kind != "dm" {
		t.Fatalf("%+v", page)
	}
	if again, _ := g.call("fetch", fields{"stream": "messages", "cursor": page.Cursor}); len(again.Messages) != 0 || again.Cursor != page.Cursor {
		t.Errorf("caught up: %+v", again)
	}
	reply := fields{"kind": "reply", "key": "K1", "thread": page.Messages[0].Thread, "parent": page.Messages[0].ID, "text": "Oui !"}
	first, refused := g.call("do", reply)
	second, _ := g.call("do", reply)
	if refused != "" || first.ID == "" || first.ID != second.ID {
		t.Errorf("once: %q %q %q", refused, first.ID, second.ID)
	}
	if found, _ := g.call("find", fields{"key": "K1"}); found.ID != first.ID {
		t.Errorf("found %q", found.ID)
	}
	clock.Advance(24*time.Hour + time.Second)
	if _, refused := g.call("do", fields{"kind": "reply", "key": "K2", "parent": page.Messages[0].ID, "text": "Encore"}); refused != "invalid" {
		t.Errorf("after the window: %q", refused)
	}
	if err := w.Delete(dm.ID); err != nil {
		t.Fatal(err)
	}
	if gone, _ := g.call("fetch", fields{"stream": "messages", "cursor": page.Cursor}); len(gone.Deleted) != 1 || gone.Deleted[0] != page.Messages[0].ID {
		t.Errorf("deleted: %+v", gone)
	}
	if _, refused := g.call("do", fields{"kind": "like", "parent": page.Messages[0].ID}); refused != "gone" {
		t.Errorf("like of what is gone: %q", refused)
	}
}

// TestMinigramPages: everything comes once, in pages.
func TestMinigramPages(t *testing.T) {
	w := world(t, Options{Clock: newHandClock(), Empty: true})
	g := dialGram(t, NewMinigram(w))
	const total = 2*gramPage + 7
	for i := range total {
		if _, err := w.Say(gramAccount, inbox.KindComment, fmt.Sprint("c", i)); err != nil {
			t.Fatal(err)
		}
	}
	seen, cursor := map[string]bool{}, ""
	for more := true; more; {
		page, _ := g.call("fetch", fields{"stream": "comments", "cursor": cursor})
		for _, m := range page.Messages {
			if seen[m.ID] {
				t.Errorf("%s twice", m.ID)
			}
			seen[m.ID] = true
		}
		cursor, more = page.Cursor, page.More
	}
	if len(seen) != total {
		t.Errorf("%d of %d", len(seen), total)
	}
}

// An answer goes where there is a conversation behind it, too.
func TestMinigramAnswersAComment(t *testing.T) {
	w := world(t, Options{Clock: newHandClock(), Empty: true})
	g := dialGram(t, NewMinigram(w))
	for range 2 {
		if _, err := w.Say(gramAccount, inbox.KindComment, "Miam"); err != nil {
			t.Fatal(err)
		}
	}
	page, _ := g.call("fetch", fields{"stream": "comments", "cursor": ""})
	for i, m := range page.Messages {
		got, refused := g.call("do", fields{"kind": "reply", "key": fmt.Sprint("K", i), "parent": m.ID, "text": "Merci !"})
		if refused != "" || got.ID == "" {
			t.Errorf("answer %d: %q %q", i, got.ID, refused)
		}
	}
}
