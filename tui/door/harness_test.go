package door

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"go.uber.org/goleak"
	gossh "golang.org/x/crypto/ssh"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come: never reached but in
// a failure.
const patience = 2 * time.Minute

// screenModel is a tiny program that says what it sees and fails when told.
type screenModel struct {
	session Session
	width   int
	height  int
	typed   string
	boom    bool

	words  string // for the effects of a terminal
	edited string // set by one, before its didMsg
	did    string // how the last one ended
}

type (
	floodMsg struct{}
	didMsg   struct{ err error }
)

func (m *screenModel) effect(do func(context.Context, *Terminal) error) tea.Cmd {
	return func() tea.Msg { return didMsg{do(context.Background(), m.session.Terminal)} }
}

func (m *screenModel) Init() tea.Cmd { return nil }

func (m *screenModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	boom := func() tea.Msg { panic("a text of a message") }
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case didMsg:
		m.did = fmt.Sprintf("did %v %q", msg.err, m.edited)
	case floodMsg:
		return m, tea.Sequence(func() tea.Msg { return written(strings.Repeat("x", 64<<10)) }, func() tea.Msg { return floodMsg{} })
	case tea.KeyPressMsg:
		m.typed += msg.String()
		switch msg.String() {
		case "q":
			return m, tea.Quit
		case "i":
			return m, tea.Interrupt
		case "z":
			return m, tea.Suspend
		case "1":
			panic("a text of a message")
		case "2":
			m.boom = true
		case "3":
			return m, boom
		case "4":
			return m, tea.Batch(tea.ClearScreen, boom)
		case "5":
			return m, tea.Sequence(tea.ClearScreen, tea.Batch(boom, tea.ClearScreen))
		case "6":
			m.typed += "\x1b[" + strings.Repeat("1;", 40) + "m"
		case "f": // more output than any buffer on the way holds
			return m, func() tea.Msg { return floodMsg{} }
		case "c":
			return m, tea.Batch(tea.SetClipboard("secret"), tea.Raw("\x1b]52;c;c2VjcmV0\a"), m.effect(func(ctx context.Context, t *Terminal) error { return t.Copy(ctx, "secret") }))
		case "n":
			return m, m.effect(func(ctx context.Context, t *Terminal) error { return t.Notify(ctx, m.words, m.words) })
		case "e":
			return m, m.effect(func(ctx context.Context, t *Terminal) (err error) {
				m.edited, err = t.Edit(ctx, "header", m.words)
				return err
			})
		case "o":
			return m, m.effect(func(ctx context.Context, t *Terminal) error { return t.Open(ctx, m.words) })
		case "d":
			return m, m.effect(func(ctx context.Context, t *Terminal) error { return t.Run(ctx, m.words) })
		}
	}
	return m, nil
}

func (m *screenModel) View() tea.View {
	if m.boom {
		panic("a text of a message")
	}
	line := fmt.Sprintf("size %dx%d typed [%s] env %q\n%s\n", m.width, m.height, m.typed, m.session.Environ, m.did)
	v := tea.NewView(line)
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	return v
}

// testLog collects what the door logs.
type testLog struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *testLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *testLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

type testDoor struct {
	*Door
	log     *testLog
	socket  string
	changes chan int
	served  chan error
}

// openDoor serves a door on a socket until the test ends.
func openDoor(t *testing.T, change func(*Options)) *testDoor {
	t.Helper()
	td := &testDoor{log: &testLog{}, changes: make(chan int, 1000), served: make(chan error, 1)}
	td.socket = filepath.Join(shortDir(t), "run", "s")
	opts := Options{
		Socket:   td.socket,
		Language: "en",
		Model: func(_ context.Context, s Session) (tea.Model, error) {
			return &screenModel{session: s}, nil
		},
		Exec: func(context.Context, Command) int { return 0 },
		Changed: func(n int) {
			td.changes <- n
		},
		Log: slog.New(slog.NewTextHandler(td.log, nil)),
	}
	if change != nil {
		change(&opts)
	}
	d, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	td.Door = d
	go func() { td.served <- d.Serve(context.Background()) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := d.Shutdown(ctx); err != nil {
			t.Errorf("shut down: %v", err)
		}
		if err := <-td.served; err != nil {
			t.Errorf("serve: %v", err)
		}
		if t.Failed() {
			t.Logf("log:\n%s", td.log)
		}
	})
	return td
}

// shortDir is a directory whose sockets have paths of a legal length.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "door")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (td *testDoor) dial(t *testing.T) *gossh.Client {
	t.Helper()
	conn, err := net.Dial("unix", td.socket)
	if err != nil {
		t.Fatal(err)
	}
	return handshake(t, conn)
}

func handshake(t *testing.T, conn net.Conn, auth ...gossh.AuthMethod) *gossh.Client {
	t.Helper()
	client, err := signIn(conn, auth...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func signIn(conn net.Conn, auth ...gossh.AuthMethod) (*gossh.Client, error) {
	c, chans, reqs, err := gossh.NewClientConn(conn, "door", &gossh.ClientConfig{
		User: "ines\x1b[2J", Auth: auth,
		HostKeyCallback: func(string, net.Addr, gossh.PublicKey) error { return nil },
	})
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return gossh.NewClient(c, chans, reqs), nil
}

// terminal is a session with a pty whose output is kept.
type terminal struct {
	*gossh.Session
	in io.Writer

	mu   sync.Mutex
	out  bytes.Buffer
	grew chan struct{}
}

func (s *terminal) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.Write(p)
	select {
	case s.grew <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (s *terminal) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

// expect waits until the output holds a text.
func (s *terminal) expect(t *testing.T, want string) {
	t.Helper()
	s.expectAfter(t, 0, want)
}

// echo types a character and waits until it is shown.
func (s *terminal) echo(t *testing.T, key string) {
	t.Helper()
	from := len(s.text())
	s.key(t, key)
	s.expectAfter(t, from, key+"]")
}

func (s *terminal) expectAfter(t *testing.T, from int, want string) {
	t.Helper()
	limit := time.After(patience)
	for !strings.Contains(s.text()[from:], want) {
		select {
		case <-s.grew:
		case <-limit:
			t.Fatalf("%q never came; got %q", want, s.text())
		}
	}
}

func (s *terminal) key(t *testing.T, keys string) {
	t.Helper()
	if _, err := io.WriteString(s.in, keys); err != nil {
		t.Fatal(err)
	}
}

// code waits for the end and returns the exit code; -1 when none was told.
func (s *terminal) code(t *testing.T) int {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- s.Wait() }()
	select {
	case err := <-ended:
		return exitCode(err)
	case <-time.After(patience):
		t.Fatal("the session does not end")
	}
	return -1
}

func exitCode(err error) int {
	switch err := err.(type) {
	case nil:
		return 0
	case *gossh.ExitError:
		return err.ExitStatus()
	}
	return -1
}

func open(t *testing.T, client *gossh.Client, width, height int, environ ...string) *terminal {
	t.Helper()
	sess, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	s := &terminal{Session: sess, grew: make(chan struct{}, 1)}
	sess.Stdout, sess.Stderr = s, s
	if s.in, err = sess.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		_ = sess.Setenv(name, value) // a refusal is what some tests are about
	}
	if err := sess.RequestPty("xterm-256color", height, width, nil); err != nil {
		t.Fatal(err)
	}
	if err := sess.Shell(); err != nil {
		t.Fatal(err)
	}
	return s
}

// restored are the sequences that give a terminal back: main screen, cursor,
// mouse.
func (s *terminal) restored(t *testing.T) {
	t.Helper()
	for _, pair := range [][2]string{{"\x1b[?1049h", "\x1b[?1049l"}, {"\x1b[?25l", "\x1b[?25h"}, {"\x1b[?1002h", "\x1b[?1002l"}} {
		on, off := strings.LastIndex(s.text(), pair[0]), strings.LastIndex(s.text(), pair[1])
		if on < 0 || off < on {
			t.Errorf("%q at %d, %q at %d", pair[0], on, pair[1], off)
		}
	}
}
