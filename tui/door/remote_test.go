package door

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"vigie/inbox"
)

// remoteDoor serves on TCP too, with these lines as keys.
func remoteDoor(t *testing.T, change func(*Options), lines ...string) (td *testDoor, keys string) {
	t.Helper()
	dir := t.TempDir()
	keys = filepath.Join(dir, "keys")
	writeKeys(t, keys, lines...)
	td = openDoor(t, func(o *Options) {
		o.Listen, o.HostKeyPath, o.AuthorizedKeysPath = ":0", filepath.Join(dir, "host"), keys
		if change != nil {
			change(o)
		}
	})
	return td, keys
}

func (td *testDoor) dialTCP(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", td.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestRemoteSession(t *testing.T) {
	owner := newSigner(t)
	seen := make(chan Visitor, 1)
	td, _ := remoteDoor(t, func(o *Options) {
		o.Exec = func(_ context.Context, c Command) int {
			seen <- c.Visitor
			return 0
		}
	}, `vigie-role="send",vigie-clients="miette" `+line(owner)+" laptop")
	if host, _, _ := net.SplitHostPort(td.Addr().String()); host != "127.0.0.1" {
		t.Errorf("listens on %s", host)
	}
	client := handshake(t, td.dialTCP(t), gossh.PublicKeys(owner))
	if v := string(client.ServerVersion()); v != "SSH-2.0-vigie" {
		t.Errorf("version %q", v)
	}
	s := open(t, client, 80, 24, "VIGIE_TTY=pts/9")
	s.expect(t, "size 80x24")
	s.key(t, "c") // the clipboard is not this key's to write
	s.expect(t, "c]")
	if strings.Contains(s.text(), "\x1b]52") {
		t.Error("the clipboard was written")
	}
	s.key(t, "q")
	if code := s.code(t); code != 0 {
		t.Errorf("code %d", code)
	}
	s.restored(t)
	if _, err := run(t, client, "list"); err != nil {
		t.Error(err)
	}
	v := <-seen
	if v.Local || v.Role != RoleSend || v.Key != "laptop" || v.Finger != gossh.FingerprintSHA256(owner.PublicKey()) ||
		v.User != "ines?[2J" || v.Name != "ssh ines?[2J@127.0.0.1" || !slices.Equal(v.Clients, []inbox.ClientID{"miette"}) || v.Clipboard {
		t.Errorf("visitor %+v", v)
	}
	if strings.Contains(td.log.String(), "\x1b") {
		t.Error("an escape is in the log")
	}
}

// lyingSigner offers one key and signs with another.
type lyingSigner struct {
	offered gossh.PublicKey
	gossh.Signer
}

func (l lyingSigner) PublicKey() gossh.PublicKey { return l.offered }

func TestIdentityIsTheKeyThatSigned(t *testing.T) {
	owner, stranger, reader := newSigner(t), newSigner(t), newSigner(t)
	role := make(chan Role, 1)
	td, _ := remoteDoor(t, func(o *Options) {
		o.Exec = func(_ context.Context, c Command) int {
			role <- c.Role
			return 0
		}
	}, `vigie-role="admin" `+line(owner), line(reader))
	for name, auth := range map[string]gossh.AuthMethod{
		"an unknown key":                   gossh.PublicKeys(stranger),
		"the owner's, signed by another":   gossh.PublicKeys(lyingSigner{owner.PublicKey(), stranger}),
		"the owner's, signed by a reader":  gossh.PublicKeys(lyingSigner{owner.PublicKey(), reader}),
		"a password":                       gossh.Password("x"),
		"keyboard-interactive":             gossh.KeyboardInteractive(func(string, string, []string, []bool) ([]string, error) { return nil, nil }),
		"nothing":                          gossh.PublicKeys(),
		"too many keys before the right 1": gossh.PublicKeys(newSigner(t), newSigner(t), newSigner(t), owner),
	} {
		if client, err := signIn(td.dialTCP(t), auth); err == nil {
			_ = client.Close()
			t.Errorf("%s signs in", name)
		}
	}
	client := handshake(t, td.dialTCP(t), gossh.PublicKeys(newSigner(t), reader))
	if _, err := run(t, client, "list"); err != nil {
		t.Fatal(err)
	}
	if got := <-role; got != RoleRead {
		t.Errorf("role %q", got)
	}
}

func TestKeyFromElsewhereOrExpired(t *testing.T) {
	away, old, here := newSigner(t), newSigner(t), newSigner(t)
	td, _ := remoteDoor(t, nil, `from="10.0.0.0/8" `+line(away), `expiry-time="20200101Z" `+line(old), `from="127.0.0.0/8" `+line(here))
	for name, s := range map[string]gossh.Signer{"away": away, "old": old} {
		if client, err := signIn(td.dialTCP(t), gossh.PublicKeys(s)); err == nil {
			_ = client.Close()
			t.Errorf("%s signs in", name)
		}
	}
	handshake(t, td.dialTCP(t), gossh.PublicKeys(here))
}

func TestRemovedKeyEndsItsSessions(t *testing.T) {
	a, b := newSigner(t), newSigner(t)
	td, keys := remoteDoor(t, nil, line(a), line(b))
	clientA := handshake(t, td.dialTCP(t), gossh.PublicKeys(a))
	sa := open(t, clientA, 80, 24)
	sb := open(t, handshake(t, td.dialTCP(t), gossh.PublicKeys(b)), 80, 24)
	local := open(t, td.dial(t), 80, 24)
	for _, s := range []*terminal{sa, sb, local} {
		s.expect(t, "size")
	}
	writeKeys(t, keys, line(b))
	td.Reload()
	sa.expect(t, "vigie: this key is no longer allowed")
	if code := sa.code(t); code != 0 {
		t.Errorf("code %d", code)
	}
	sa.restored(t)
	if _, err := clientA.NewSession(); err == nil {
		t.Error("its connection still opens sessions")
	}
	for _, s := range []*terminal{sb, local} {
		s.key(t, "x")
		s.expect(t, "x]")
	}
}

func TestCommandsOnlyKey(t *testing.T) {
	key := newSigner(t)
	td, _ := remoteDoor(t, nil, "restrict "+line(key))
	client := handshake(t, td.dialTCP(t), gossh.PublicKeys(key))
	if s := open(t, client, 80, 24); s.code(t) != 2 || !strings.Contains(s.text(), "commands only") {
		t.Errorf("got %q", s.text())
	}
	if _, err := run(t, client, "list"); err != nil {
		t.Error(err)
	}
}

func TestRemoteNeedsKeysAndAPlaceForThem(t *testing.T) {
	dir := t.TempDir()
	keys, host := filepath.Join(dir, "keys"), filepath.Join(dir, "host")
	log := &testLog{}
	try := func(change func(*Options)) error {
		o := Options{Listen: "127.0.0.1:0", HostKeyPath: host, AuthorizedKeysPath: keys, Log: newLog(log)}
		change(&o)
		d, err := New(o)
		if err == nil {
			_ = d.Shutdown(t.Context())
		}
		return err
	}
	if err := try(func(*Options) {}); err == nil {
		t.Error("starts without a file of keys")
	}
	writeKeys(t, keys, "# nobody")
	if err := try(func(*Options) {}); !errors.Is(err, ErrNoKeys) {
		t.Errorf("starts without a key: %v", err)
	}
	writeKeys(t, keys, line(newSigner(t)))
	if err := try(func(o *Options) { o.HostKeyPath = "" }); err == nil {
		t.Error("starts without a path for the host key")
	}
	if err := try(func(o *Options) { o.Listen = "2222" }); err == nil {
		t.Error("takes an address without a port")
	}
	if err := try(func(*Options) {}); err != nil {
		t.Fatal(err)
	}
	first, err := Fingerprint(host)
	if err != nil || !strings.HasPrefix(first, "SHA256:") {
		t.Fatalf("fingerprint %q, %v", first, err)
	}
	if err := try(func(*Options) {}); err != nil {
		t.Fatal(err)
	}
	if again, _ := Fingerprint(host); again != first {
		t.Errorf("the host key changed from %s to %s", first, again)
	}
	if info, err := os.Stat(host); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("host key mode %v, %v", info.Mode(), err)
	}
	if err := os.Chmod(host, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := try(func(*Options) {}); !errors.Is(err, errExposed) {
		t.Errorf("starts with a host key that others may read: %v", err)
	}
	if err := os.Remove(host); err != nil {
		t.Fatal(err)
	}
	if err := try(func(*Options) {}); !errors.Is(err, ErrHostKeyLost) {
		t.Errorf("makes a second host key: %v", err)
	}
	if err := try(func(o *Options) { o.Listen = "" }); err == nil {
		t.Error("starts with neither socket nor address")
	}
}

// A connection that says nothing, or too many of them, keep nobody out for long.
func TestConnectionsThatDoNotSignIn(t *testing.T) {
	key := newSigner(t)
	td, _ := remoteDoor(t, func(o *Options) { o.Limits = Limits{Unproven: 2, Handshake: 300 * time.Millisecond} }, line(key))
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
			td := openDoor(t, func(o *Options) { o.Limits = Limits{Write: time.Second} })
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
			for i := 0; ; i++ {
				begun := time.Now()
				other.echo(t, string(rune('A'+i%26)))
				if took := time.Since(begun); took > time.Second/2 {
					t.Errorf("a key took %v", took)
				}
				select {
				case n := <-td.changes:
					if n != 1 {
						t.Errorf("%d sessions are left", n)
					}
					return
				case <-time.After(50 * time.Millisecond):
				}
				if i > 400 {
					t.Fatal("the stuck session never ends")
				}
			}
		})
	}
}
