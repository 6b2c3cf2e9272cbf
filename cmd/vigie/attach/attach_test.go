package attach

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/creack/pty"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"vigie/tui/door"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

type model struct {
	session       door.Session
	width, height int
	typed         string
	did           string // how the last effect ended
}

type didMsg string

func (m *model) Init() tea.Cmd { return nil }

func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case didMsg:
		m.did = string(msg)
	case tea.KeyPressMsg:
		m.typed = msg.String()
		return m, m.react(m.session.Terminal)
	}
	return m, nil
}

func (m *model) react(t *door.Terminal) tea.Cmd {
	ctx, typed := context.Background(), m.typed
	return func() tea.Msg {
		switch typed {
		case "q":
			return tea.QuitMsg{}
		case "e":
			got, err := t.Edit(ctx, "header", "old words")
			return didMsg(fmt.Sprintf("edited %q %v", got, err))
		case "o":
			return didMsg(fmt.Sprintf("opened %v", t.Open(ctx, "https://example.com/a?b=c&d=$(id)")))
		case "d":
			return didMsg(fmt.Sprintf("ran %v", t.Run(ctx, "demo")))
		}
		return nil
	}
}

func (m *model) View() tea.View {
	v := tea.NewView(fmt.Sprintf("%dx%d [%s] %s %s\n%s", m.width, m.height, m.typed, m.session.Term, m.session.Name, m.did))
	v.AltScreen = true
	v.MouseMode = tea.MouseModeAllMotion
	return v
}

func serve(t testing.TB, exec func(context.Context, door.Command) int) (*door.Door, string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "attach")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	d, err := door.New(door.Options{
		Socket: socket, Language: "auto", Exec: exec, Log: slog.New(slog.DiscardHandler),
		Model: func(_ context.Context, s door.Session) (tea.Model, error) { return &model{session: s}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- d.Serve(context.Background()) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := errors.Join(d.Shutdown(ctx), <-served); err != nil {
			t.Error(err)
		}
	})
	return d, socket
}

// screen is a pty with Shell at its end.
type screen struct {
	master, slave *os.File
	before        unix.Termios
	cancel        context.CancelFunc
	ended         chan outcome

	mu   sync.Mutex
	out  bytes.Buffer
	grew chan struct{}
}

type outcome struct {
	code int
	err  error
}

func attach(t testing.TB, socket string, width, height int) *screen {
	t.Helper()
	return attachWith(t, Options{Socket: socket}, width, height)
}

// attachWith is attach with an opener, errands and more variables.
func attachWith(t testing.TB, o Options, width, height int) *screen {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{master: master, slave: slave, ended: make(chan outcome, 1), grew: make(chan struct{}, 1)}
	s.resize(t, width, height)
	s.before = s.modes(t)
	read := make(chan struct{})
	go func() {
		defer close(read)
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			s.mu.Lock()
			s.out.Write(buf[:n])
			s.mu.Unlock()
			select {
			case s.grew <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	go func() {
		o.Stdin, o.Stdout, o.Language = slave, slave, "auto"
		o.Environ = append([]string{"TERM=xterm-256color", "LANG=fr"}, o.Environ...)
		code, err := Shell(ctx, o)
		s.ended <- outcome{code, err}
	}()
	t.Cleanup(func() {
		cancel()
		_ = slave.Close()
		_ = master.Close()
		<-read
	})
	return s
}

func (s *screen) resize(t testing.TB, width, height int) {
	t.Helper()
	if err := pty.Setsize(s.master, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}); err != nil {
		t.Fatal(err)
	}
}

func (s *screen) modes(t testing.TB) unix.Termios {
	t.Helper()
	modes, err := unix.IoctlGetTermios(int(s.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return *modes
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

func (s *screen) expect(t testing.TB, want string) {
	t.Helper()
	limit := time.After(patience)
	for !strings.Contains(s.text(), want) {
		select {
		case <-s.grew:
		case <-limit:
			t.Fatalf("%q never came; got %q", want, s.text())
		}
	}
}

func (s *screen) key(t testing.TB, key string) {
	t.Helper()
	if _, err := io.WriteString(s.master, key); err != nil {
		t.Fatal(err)
	}
}

// end waits until Shell has returned and the terminal is as it was.
func (s *screen) end(t testing.TB) outcome {
	t.Helper()
	var o outcome
	select {
	case o = <-s.ended:
	case <-time.After(patience):
		t.Fatal("Shell does not return")
	}
	if s.modes(t) != s.before {
		t.Error("the terminal's modes are not restored")
	}
	// What was written last may not have come through the pty yet.
	limit := time.After(patience)
	for strings.LastIndex(s.text(), "\x1b[?2004l") < strings.LastIndex(s.text(), "\x1b[?2004h") {
		select {
		case <-s.grew:
		case <-limit:
			t.Fatalf("the terminal is not given back: %q", s.text())
		}
	}
	for _, pair := range [][2]string{{"\x1b[?1049h", "\x1b[?1049l"}, {"\x1b[?25l", "\x1b[?25h"}, {"\x1b[?1003h", "\x1b[?1003l"}, {"\x1b[?2004h", "\x1b[?2004l"}} {
		on, off := strings.LastIndex(s.text(), pair[0]), strings.LastIndex(s.text(), pair[1])
		if on < 0 || off < on {
			t.Errorf("%q at %d, %q at %d", pair[0], on, pair[1], off)
		}
	}
	return o
}

func TestShell(t *testing.T) {
	_, socket := serve(t, nil)
	s := attach(t, socket, 83, 21)
	s.expect(t, "83x21 [] xterm-256color pts/")
	s.key(t, "x")
	s.expect(t, "x")
	s.resize(t, 66, 12)
	// The kernel sends SIGWINCH to a pty's foreground group; this process is
	// not in it.
	if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	s.expect(t, "66x12")
	s.key(t, "q")
	if o := s.end(t); o.code != 0 || o.err != nil {
		t.Errorf("got %+v", o)
	}
	// What is typed afterwards is for who comes next.
	s.key(t, "next\n")
	buf := make([]byte, 10)
	if n, err := s.slave.Read(buf); err != nil || string(buf[:n]) != "next\n" {
		t.Errorf("read %q, %v", buf[:n], err)
	}
}

func TestShellWhenTheServerStops(t *testing.T) {
	d, socket := serve(t, nil)
	s := attach(t, socket, 80, 24)
	s.expect(t, "80x24")
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := d.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if o := s.end(t); o.code != 0 || o.err != nil {
		t.Errorf("got %+v", o)
	}
	s.expect(t, "le serveur s'est arrêté")
}

// relay stands between Shell and the door, and breaks the link when told.
func relay(t *testing.T, to string) (path string, cut func()) {
	t.Helper()
	path = to + "r"
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	ends := make(chan net.Conn, 2)
	go func() {
		here, err := l.Accept()
		if err != nil {
			return
		}
		there, err := net.Dial("unix", to)
		if err != nil {
			_ = here.Close()
			return
		}
		ends <- here
		ends <- there
		go func() { _, _ = io.Copy(there, here) }()
		_, _ = io.Copy(here, there)
	}()
	t.Cleanup(func() { _ = l.Close() })
	return path, func() {
		for range 2 {
			_ = (<-ends).Close()
		}
	}
}

func TestShellWhenTheServerDies(t *testing.T) {
	_, socket := serve(t, nil)
	path, cut := relay(t, socket)
	s := attach(t, path, 80, 24)
	s.expect(t, "80x24")
	cut()
	if o := s.end(t); o.code != ExitLost || !errors.Is(o.err, ErrLost) {
		t.Errorf("got %+v", o)
	}
	s.expect(t, "vigie: liaison avec le serveur perdue")
}

func TestShellHangsUp(t *testing.T) {
	d, socket := serve(t, nil)
	other := attach(t, socket, 80, 24)
	other.expect(t, "80x24")
	s := attach(t, socket, 90, 24)
	s.expect(t, "90x24")
	s.cancel()
	if o := s.end(t); o.code != ExitInterrupted || o.err != nil {
		t.Errorf("got %+v", o)
	}
	other.key(t, "w")
	other.expect(t, "w")
	if n := len(d.Sessions()); n > 2 {
		t.Errorf("%d sessions", n)
	}
	// One signal reaches both terminals of this process; only one is left.
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if o := other.end(t); o.code != 128+int(syscall.SIGTERM) || o.err != nil {
		t.Errorf("got %+v", o)
	}
}

func TestShellNeedsATerminalAndAServer(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := Shell(t.Context(), Options{Stdin: f, Stdout: f}); !errors.Is(err, ErrNoTerminal) {
		t.Errorf("without a terminal: %v", err)
	}
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer slave.Close()
	if _, err := Shell(t.Context(), Options{Socket: filepath.Join(t.TempDir(), "no"), Stdin: slave, Stdout: slave}); !errors.Is(err, ErrNotRunning) {
		t.Errorf("without a server: %v", err)
	}
}

func TestRunning(t *testing.T) {
	_, socket := serve(t, nil)
	if !Running(t.Context(), socket) {
		t.Error("a server runs")
	}
	if Running(t.Context(), socket+"x") {
		t.Error("no server runs there")
	}
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket + "s", Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	_ = stale.Close()
	if Running(t.Context(), socket+"s") {
		t.Error("a stale socket counts")
	}
}
