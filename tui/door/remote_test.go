package door

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

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
