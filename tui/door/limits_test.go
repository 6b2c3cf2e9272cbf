package door

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	gossh "golang.org/x/crypto/ssh"
)

// A connection that says nothing, or too many of them, keep nobody out for long.
func TestConnectionsThatDoNotSignIn(t *testing.T) {
	key := newSigner(t)
	td, _ := remoteDoor(t, func(o *Options) { o.Limits = Limits{Unproven: 2, Handshake: 3 * time.Second} }, line(key))
	idle := []net.Conn{td.dialTCP(t), td.dialTCP(t)}
	for _, c := range idle {
		defer c.Close()
		if _, err := io.ReadFull(c, make([]byte, 4)); err != nil {
			t.Fatal(err)
		}
	}
	third := td.dialTCP(t)
	if n, err := third.Read(make([]byte, 4)); err == nil {
		t.Errorf("a third one is let in: %d bytes", n)
	}
	_ = third.Close()
	for _, c := range idle {
		if _, err := io.Copy(io.Discard, c); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Logf("ended with %v", err)
		}
	}
	handshake(t, td.dialTCP(t), gossh.PublicKeys(key))
}

func TestSessionLimits(t *testing.T) {
	key := newSigner(t)
	td, _ := remoteDoor(t, func(o *Options) { o.Limits = Limits{Sessions: 3, PerKey: 2} }, line(key))
	client := handshake(t, td.dialTCP(t), gossh.PublicKeys(key))
	for range 2 {
		open(t, client, 80, 24).expect(t, "size")
	}
	full := func(c *gossh.Client, why string) {
		t.Helper()
		if s := open(t, c, 80, 24); s.code(t) != 75 || !strings.Contains(s.text(), "too many open sessions") {
			t.Errorf("%s: %q", why, s.text())
		}
	}
	full(client, "a third session of one key")
	local := td.dial(t)
	open(t, local, 80, 24).expect(t, "size")
	full(local, "a fourth session of the door")
	more := td.dial(t)
	for i := range maxChannels + 1 {
		ch, reqs, err := more.OpenChannel("session", nil)
		if (err == nil) != (i < maxChannels) {
			t.Errorf("channel %d: %v", i, err)
		}
		if err == nil {
			go gossh.DiscardRequests(reqs)
			defer ch.Close()
		}
	}
}

func TestBucket(t *testing.T) {
	g := newGate(&Door{limits: Limits{}.withDefaults()}, false)
	now := time.Unix(1e9, 0)
	draws := func(addr string, at time.Time) int {
		n := 0
		for n < 1000 && g.drawLocked(netip.MustParseAddr(addr), at) {
			n++
		}
		return n
	}
	for _, c := range []struct {
		addr string
		at   time.Duration
		want int
	}{
		{"192.0.2.1", 0, bucketSize},
		{"192.0.2.2", 0, bucketSize},
		{"192.0.2.1", time.Second, bucketPerSec},
		{"192.0.2.1", time.Hour, bucketSize},
		{"192.0.2.1", time.Minute, 0}, // a clock that goes back gives nothing
		{"2001:db8::1", 0, bucketSize},
		{"2001:db8::ffff", 0, 0},
		{"2001:db8:0:1::1", 0, bucketSize},
	} {
		if got := draws(c.addr, now.Add(c.at)); got != c.want {
			t.Errorf("%s after %v: %d draws, want %d", c.addr, c.at, got, c.want)
		}
	}
	for i := range 2 * maxBuckets {
		g.drawLocked(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), now)
	}
	if len(g.buckets) > maxBuckets {
		t.Errorf("%d buckets", len(g.buckets))
	}
}

func TestIdleAndTotal(t *testing.T) {
	for name, c := range map[string]struct {
		idleFor func(since time.Duration) time.Duration // at a time since the start
		want    ending
		after   time.Duration
	}{
		"never a key":      {func(d time.Duration) time.Duration { return d }, endIdle, 30 * time.Minute},
		"one at minute 20": {func(d time.Duration) time.Duration { return d - 20*time.Minute }, endIdle, 50 * time.Minute},
		"always keys":      {func(time.Duration) time.Duration { return 0 }, endTotal, 12 * time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			ch := &channel{door: &Door{limits: Limits{}.withDefaults()}}
			s := &session{attached: true}
			begun := time.Now()
			ch.watch(t.Context(), s, func() time.Duration { return c.idleFor(time.Since(begun)) })
			if took := time.Since(begun); s.reason() != c.want || took != c.after {
				t.Errorf("%s: ended for %v after %v", name, s.reason(), took)
			}
		})
	}
}

func TestListenAddress(t *testing.T) {
	for in, want := range map[string]string{
		":2222": "127.0.0.1:2222", "0.0.0.0:2222": "0.0.0.0:2222", "[::1]:22": "[::1]:22", "box:0": "box:0", "2222": "", "": "",
	} {
		if got, err := listenAddress(in); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

// slowConn stops taking what the server sends once told to.
type slowConn struct {
	net.Conn
	mu      sync.Mutex
	stopped chan struct{}
}

func (c *slowConn) Read(p []byte) (int, error) {
	c.mu.Lock()
	stopped := c.stopped
	c.mu.Unlock()
	if stopped != nil {
		<-stopped
	}
	return c.Conn.Read(p)
}

// A visitor that takes no output, be it that it reads nothing from its
// connection or that it opens no window, ends its own session only, and makes
// nobody wait meanwhile.
func TestStuckVisitor(t *testing.T) {
	for _, name := range []string{"connection", "window"} {
		t.Run(name, func(t *testing.T) {
			td := openDoor(t, func(o *Options) { o.Limits = Limits{Write: 5 * time.Second} })
			raw, err := net.Dial("unix", td.socket)
			if err != nil {
				t.Fatal(err)
			}
			slow := &slowConn{Conn: raw}
			client := handshake(t, slow)
			sess, err := client.NewSession()
			if err != nil {
				t.Fatal(err)
			}
			in, err := sess.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := sess.StdoutPipe(); err != nil { // nobody reads it
				t.Fatal(err)
			}
			if err := errors.Join(sess.RequestPty("xterm", 24, 80, nil), sess.Shell()); err != nil {
				t.Fatal(err)
			}
			release := make(chan struct{})
			defer close(release)
			if name == "connection" {
				slow.mu.Lock()
				slow.stopped = release
				slow.mu.Unlock()
			}
			if _, err := io.WriteString(in, "f"); err != nil {
				t.Fatal(err)
			}
			other := open(t, td.dial(t), 1000, 24)
			for <-td.changes != 2 {
				continue // both have begun
			}
			served := 0 // keys, while the stuck session was there
			for i := 0; ; i++ {
				other.echo(t, string(rune('A'+i%26)))
				select {
				case n := <-td.changes:
					if n != 1 || served == 0 {
						t.Errorf("%d sessions are left, %d keys were served before", n, served)
					}
					return
				case <-time.After(50 * time.Millisecond):
					served++
				}
				if i > 400 {
					t.Fatal("the stuck session never ends")
				}
			}
		})
	}
}

// Nothing that is written to a connection waits longer than the limit: replies
// and commands too, not only the frames of a program.
func TestConnectionWriteLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		defer there.Close()
		v := &visit{Conn: here, gate: newGate(&Door{limits: Limits{}.withDefaults()}, true)}
		defer v.Close()
		begun := time.Now()
		if _, err := v.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(begun) != 10*time.Second {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
	})
}

// noisy shows on a screen that differs everywhere with each key how many there
// were, as a letter.
type noisy struct {
	n, width, height int
	behind           chan int // how many keys it has seen
}

func (m *noisy) Init() tea.Cmd { return nil }

func (m *noisy) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		m.n++
		m.behind <- m.n
	}
	return m, nil
}

func (m *noisy) View() tea.View {
	lines := make([]string, m.height)
	for y := range lines {
		lines[y] = strings.Repeat(string(rune('a'+(m.n+y)%26)), max(m.width-10, 0))
	}
	return tea.NewView(told(m.n) + "\n" + strings.Join(lines, "\n"))
}

// told is a number in letters of which none is where another number has it:
// only what differs is drawn.
func told(n int) string { return strings.Repeat(string(rune('A'+n)), 4) }

// A visitor that stops reading for a while sees the newest frame at last.
func TestVisitorThatComesBack(t *testing.T) {
	const keys = 25
	behind := make(chan int, keys)
	td := openDoor(t, func(o *Options) {
		o.Model = func(context.Context, Session) (tea.Model, error) { return &noisy{behind: behind}, nil }
	})
	raw, err := net.Dial("unix", td.socket)
	if err != nil {
		t.Fatal(err)
	}
	slow := &slowConn{Conn: raw}
	s := open(t, handshake(t, slow), 200, 60)
	s.expect(t, told(0))
	release := make(chan struct{})
	slow.mu.Lock()
	slow.stopped = release
	slow.mu.Unlock()
	s.key(t, strings.Repeat("x", keys))
	<-behind
	close(release)
	s.expect(t, told(keys))
}
