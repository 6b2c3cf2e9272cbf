package door

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

func TestTwoSessionsKeepTheirSizes(t *testing.T) {
	td := openDoor(t, nil)
	a, b := open(t, td.dial(t), 80, 24), open(t, td.dial(t), 120, 40)
	a.expect(t, "size 80x24")
	b.expect(t, "size 120x40")
	if err := a.WindowChange(20, 60); err != nil {
		t.Fatal(err)
	}
	a.expect(t, "60x20")
	for range 200 {
		if err := b.WindowChange(99999, 0); err != nil {
			t.Fatal(err)
		}
	}
	b.expect(t, "80x1000")
	if strings.Contains(a.text(), "120x40") || strings.Contains(b.text(), "60x20") {
		t.Error("a size went to the other session")
	}
	if n := len(td.Sessions()); n != 2 {
		t.Errorf("%d sessions", n)
	}
	a.key(t, "q")
	if code := a.code(t); code != 0 {
		t.Errorf("code %d", code)
	}
	a.restored(t)
}

func TestLosingOneLeavesTheOther(t *testing.T) {
	td := openDoor(t, nil)
	lost := td.dial(t)
	a, b := open(t, lost, 80, 24), open(t, td.dial(t), 80, 24)
	a.expect(t, "size")
	b.expect(t, "size")
	drain(td.changes)
	_ = lost.Close()
	if n := <-td.changes; n != 1 {
		t.Errorf("%d sessions are left", n)
	}
	b.key(t, "x")
	b.expect(t, "x]")
}

func drain(c <-chan int) {
	for {
		select {
		case <-c:
		default:
			return
		}
	}
}

func TestClosingAChannelEndsItsSession(t *testing.T) {
	td := openDoor(t, nil)
	client := td.dial(t)
	a, b := open(t, client, 80, 24), open(t, client, 80, 24)
	a.expect(t, "size")
	b.expect(t, "size")
	drain(td.changes)
	_ = a.Close()
	if n := <-td.changes; n != 1 {
		t.Errorf("%d sessions are left", n)
	}
	b.key(t, "x")
	b.expect(t, "x]")
	// The end of its input is a hang-up too.
	if err := b.in.(io.Closer).Close(); err != nil {
		t.Fatal(err)
	}
	if code := b.code(t); code != 0 {
		t.Errorf("code %d", code)
	}
}

func TestPanicEndsThatSessionOnly(t *testing.T) {
	td := openDoor(t, nil)
	other := open(t, td.dial(t), 80, 24)
	for key, where := range map[string]string{"1": "Update", "2": "View", "3": "Cmd", "4": "Cmd", "5": "Cmd"} {
		s := open(t, td.dial(t), 80, 24)
		s.expect(t, "size")
		s.key(t, key)
		if code := s.code(t); code != 70 {
			t.Errorf("key %s: code %d", key, code)
		}
		s.restored(t)
		_, after, _ := strings.Cut(s.text(), "\x1b[?1049l")
		if n := strings.Count(after, "vigie: this screen failed"); n != 1 {
			t.Errorf("key %s: the sentence came %d times: %q", key, n, after)
		}
		if !strings.Contains(td.log.String(), "in="+where) {
			t.Errorf("key %s: the log does not name %s", key, where)
		}
	}
	if log := td.log.String(); strings.Contains(log, "a text of a message") || !strings.Contains(log, "harness_test.go") {
		t.Errorf("the log holds the text, or no stack: %s", log)
	}
	other.key(t, "x")
	other.expect(t, "x]")
}

func TestModelThatFails(t *testing.T) {
	for name, model := range map[string]func(context.Context, Session) (tea.Model, error){
		"panic": func(context.Context, Session) (tea.Model, error) { panic("no") },
		"error": func(context.Context, Session) (tea.Model, error) { return nil, io.ErrUnexpectedEOF },
		"none":  func(context.Context, Session) (tea.Model, error) { return nil, nil },
	} {
		td := openDoor(t, func(o *Options) { o.Model = model })
		s := open(t, td.dial(t), 80, 24)
		if code := s.code(t); code != 70 || !strings.Contains(s.text(), "vigie: this screen failed") {
			t.Errorf("%s: code %d, %q", name, code, s.text())
		}
	}
}

// A control sequence that brings the renderer down must not reach it, whoever
// let it into a view.
func TestHostileFrameHarmsNobody(t *testing.T) {
	td := openDoor(t, nil)
	s := open(t, td.dial(t), 300, 24)
	s.expect(t, "size")
	s.key(t, "6")
	s.expect(t, "\uFFFD1;1;1;")
	s.key(t, "q")
	if code := s.code(t); code != 0 {
		t.Errorf("code %d", code)
	}
}

func TestSuspendAndInterrupt(t *testing.T) {
	td := openDoor(t, nil)
	s := open(t, td.dial(t), 80, 24)
	s.expect(t, "size")
	s.key(t, "zx")
	s.expect(t, "x]")
	s.key(t, "i")
	if code := s.code(t); code != 130 {
		t.Errorf("code %d", code)
	}
}

func TestShutdownGivesEachTerminalBack(t *testing.T) {
	td := openDoor(t, func(o *Options) { o.Language = "auto" })
	var all []*terminal
	for range 3 {
		s := open(t, td.dial(t), 80, 24, "LANG=fr_FR.UTF-8")
		s.expect(t, "size")
		all = append(all, s)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := td.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if code := s.code(t); code != 0 {
			t.Errorf("code %d", code)
		}
		s.restored(t)
		_, after, _ := strings.Cut(s.text(), "\x1b[?1049l")
		if !strings.Contains(after, "vigie: le serveur s'est arrêté") {
			t.Errorf("no word of it: %q", after)
		}
	}
	if _, err := os.Lstat(td.socket); err == nil {
		t.Error("the socket is still there")
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	d, err := New(Options{Socket: filepath.Join(shortDir(t), "s"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := d.Serve(ctx); err != nil {
		t.Error(err)
	}
	if err := d.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestGoodbye(t *testing.T) {
	td := openDoor(t, func(o *Options) { o.Goodbye = func(s Session) string { return "goes on without " + s.Name } })
	s := open(t, td.dial(t), 80, 24, "VIGIE_TTY=pts/3\u00e9")
	s.expect(t, "size")
	s.key(t, "q")
	if code := s.code(t); code != 0 || !strings.HasSuffix(s.text(), "goes on without pts/3?\r\n") {
		t.Errorf("code %d, %q", code, s.text())
	}
}

func TestEnvironment(t *testing.T) {
	td := openDoor(t, nil)
	s := open(t, td.dial(t), 300, 24, "COLORTERM=no", "LD_PRELOAD=x", "COLORTERM=truecolor", "VIGIE_X=1", "TMUX=x", "LANG=fr", "PATH=/", "SSH_TTY=x", "LC_ALL=a\nb")
	s.expect(t, `env ["COLORTERM=truecolor" "VIGIE_X=1" "LANG=fr"]`)
	many := make([]string, 100)
	for i := range many {
		many[i] = fmt.Sprintf("VIGIE_%d=", i)
	}
	s = open(t, td.dial(t), 1000, 24, many...)
	s.expect(t, `"VIGIE_31="]`)
}

// Somebody who has not signed in yet does not outlive the server.
func TestShutdownEndsAHandshake(t *testing.T) {
	td := openDoor(t, nil)
	conn, err := net.Dial("unix", td.socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	hello := make([]byte, len("SSH-2.0-"))
	if _, err := io.ReadFull(conn, hello); err != nil {
		t.Fatal(err)
	}
	if err := td.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("the connection is left open: %v", err)
	}
}
