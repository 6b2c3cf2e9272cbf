package door

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"vigie/inbox"
)

func newSigner(t *testing.T) gossh.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return signerOf(t, key)
}

func signerOf(t *testing.T, key any) gossh.Signer {
	t.Helper()
	signer, err := gossh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// line is the authorized_keys line of a key, without its line feed.
func line(s gossh.Signer) string {
	return strings.TrimSpace(string(gossh.MarshalAuthorizedKey(s.PublicKey())))
}

func TestParseKeysOptions(t *testing.T) {
	key := line(newSigner(t))
	clients := func(ids ...inbox.ClientID) []inbox.ClientID { return ids }
	for _, c := range []struct {
		line string
		want *Key // nil: refused
	}{
		{key, &Key{Role: RoleRead, Terminal: true}},
		{key + " ines@laptop", &Key{Name: "ines@laptop", Role: RoleRead, Terminal: true}},
		{key + " in\x1b[2Jes", &Key{Name: "in?[2Jes", Role: RoleRead, Terminal: true}},
		{`vigie-role="admin" ` + key, &Key{Role: RoleAdmin, Terminal: true}},
		{`vigie-role="send",vigie-clipboard ` + key, &Key{Role: RoleSend, Terminal: true, Clipboard: true}},
		{`vigie-clients="miette, atlas" ` + key, &Key{Role: RoleRead, Terminal: true, Clients: clients("miette", "atlas")}},
		{`restrict ` + key, &Key{Role: RoleRead}},
		{`restrict,pty ` + key, &Key{Role: RoleRead, Terminal: true}},
		{`no-pty,vigie-role="draft" ` + key, &Key{Role: RoleDraft}},
		{`no-port-forwarding,no-agent-forwarding,no-X11-forwarding,no-user-rc ` + key, &Key{Role: RoleRead, Terminal: true}},
		{`from="10.0.0.0/8,192.0.2.7,2001:db8::/32" ` + key, &Key{Role: RoleRead, Terminal: true, From: []netip.Prefix{
			netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("2001:db8::/32"),
		}}},
		{`expiry-time="20301231Z" ` + key, &Key{Role: RoleRead, Terminal: true, Expires: time.Date(2030, 12, 31, 0, 0, 0, 0, time.UTC)}},
		{`expiry-time="20301231235959Z" ` + key, &Key{Role: RoleRead, Terminal: true, Expires: time.Date(2030, 12, 31, 23, 59, 59, 0, time.UTC)}},
		{`expiry-time="203012312359" ` + key, &Key{Role: RoleRead, Terminal: true, Expires: time.Date(2030, 12, 31, 23, 59, 0, 0, time.Local)}},
		{`vigie-role="root" ` + key, nil},
		{`vigie-role="" ` + key, nil},
		{`vigie-role=send ` + key, nil},
		{`vigie-role ` + key, nil},
		{`vigie-role="read",vigie-role="admin" ` + key, nil},
		{`vigie-clients="" ` + key, nil},
		{`vigie-clients="a,,b" ` + key, nil},
		{`vigie-clipboard="no" ` + key, nil},
		{`restrict="x" ` + key, nil},
		{`command="/bin/sh" ` + key, nil},
		{`environment="A=b" ` + key, nil},
		{`permitopen="h:1" ` + key, nil},
		{`cert-authority ` + key, nil},
		{`no-touch-required ` + key, nil},
		{`verify-required ` + key, nil},
		{`future-limit="x" ` + key, nil},
		{`from="*.example.org" ` + key, nil},
		{`from="!10.0.0.1" ` + key, nil},
		{`from="10.0.0.1/8" ` + key, nil},
		{`expiry-time="soon" ` + key, nil},
		{`expiry-time="20301332Z" ` + key, nil},
		{`from="10.0.0.0/8 ` + key, nil},
		{"ssh-ed25519 AAAA", nil},
		{"ssh-ed25519 !!!", nil},
		{"ssh-ed25519", nil},
		{"ssh-rsa " + strings.Fields(key)[1], nil},
		{"nonsense", nil},
	} {
		keys, refused := ParseKeys([]byte(c.line))
		if c.want == nil {
			if len(keys) != 0 || len(refused) != 1 || refused[0].Reason == "" {
				t.Errorf("%.60s: %d keys, refused %v; want it refused", c.line, len(keys), refused)
			}
			continue
		}
		if len(keys) != 1 || len(refused) != 0 {
			t.Errorf("%.60s: refused %v", c.line, refused)
			continue
		}
		got, want := keys[0], *c.want
		if want.Name == "" {
			want.Name = got.Finger
		}
		if got.Name != want.Name || got.Role != want.Role || got.Terminal != want.Terminal || got.Clipboard != want.Clipboard ||
			!got.Expires.Equal(want.Expires) || !slices.Equal(got.Clients, want.Clients) || !slices.Equal(got.From, want.From) {
			t.Errorf("%.60s: got %+v, want %+v", c.line, got, want)
		}
	}
}

func TestParseKeysKinds(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	short, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	long, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		t.Fatal(err)
	}
	ed := newSigner(t)
	sk := gossh.Marshal(struct {
		Name, Key, App string
	}{gossh.KeyAlgoSKED25519, string(ed.PublicKey().(gossh.CryptoPublicKey).CryptoPublicKey().(ed25519.PublicKey)), "ssh:"})
	cert := &gossh.Certificate{Key: ed.PublicKey(), CertType: gossh.UserCert, ValidBefore: gossh.CertTimeInfinity}
	if err := cert.SignCert(rand.Reader, newSigner(t)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		line string
		ok   bool
	}{
		"ed25519":     {line(ed), true},
		"ecdsa":       {line(signerOf(t, ec)), true},
		"rsa 3072":    {line(signerOf(t, long)), true},
		"rsa 2048":    {line(signerOf(t, short)), false},
		"hardware":    {gossh.KeyAlgoSKED25519 + " " + base64.StdEncoding.EncodeToString(sk), true},
		"certificate": {cert.Type() + " " + base64.StdEncoding.EncodeToString(cert.Marshal()), false},
		"dsa":         {"ssh-dss AAAAB3NzaC1kc3MAAAAA", false},
	} {
		if keys, refused := ParseKeys([]byte(c.line)); (len(keys) == 1) != c.ok {
			t.Errorf("%s: %d keys, refused %v", name, len(keys), refused)
		}
	}
}

// One bad line must not lock the keys behind it out, nor let in twice what a
// line before it limits.
func TestParseKeysOtherLines(t *testing.T) {
	a, b := line(newSigner(t)), line(newSigner(t))
	file := "# keys\r\n\n\x00\xff garbage\nfuture=\"x\" " + a + "\n  " + b + " me  \r\nvigie-role=\"admin\" " + b + "\n"
	keys, refused := ParseKeys([]byte(file))
	if len(keys) != 1 || keys[0].Name != "me" || keys[0].Role != RoleRead {
		t.Errorf("keys %+v", keys)
	}
	var at []int
	for _, r := range refused {
		at = append(at, r.Line)
	}
	if !slices.Equal(at, []int{3, 4, 6}) {
		t.Errorf("refused lines %v", refused)
	}
}

func TestKeyAdmits(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	addr := netip.MustParseAddr
	k := Key{From: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Expires: now}
	for name, got := range map[string]bool{
		"inside":            k.admits(addr("10.1.2.3"), now.Add(-1)),
		"inside, mapped":    k.admits(addr("::ffff:10.1.2.3"), now.Add(-1)),
		"not outside":       !k.admits(addr("11.1.2.3"), now.Add(-1)),
		"not expired":       !k.admits(addr("10.1.2.3"), now),
		"not without addr":  !k.admits(netip.Addr{}, now.Add(-1)),
		"anywhere, forever": Key{}.admits(netip.Addr{}, now),
	} {
		if !got {
			t.Errorf("%s: wrong", name)
		}
	}
}

func TestRoles(t *testing.T) {
	order := []Role{RoleRead, RoleDraft, RoleSend, RoleAdmin}
	for i, r := range order {
		for j, need := range order {
			if r.Allows(need) != (i >= j) {
				t.Errorf("%s.Allows(%s) = %v", r, need, r.Allows(need))
			}
		}
		if r.Allows("") || r.Allows("root") || Role("").Allows(r) || Role("root").Allows(r) {
			t.Errorf("%s: an unknown role counts", r)
		}
	}
}

func writeKeys(t *testing.T, path string, lines ...string) {
	t.Helper()
	tmp := path + ".tmp"
	if err := os.WriteFile(tmp, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(tmp, path); err != nil {
		t.Fatal(err)
	}
}

func TestKeyringFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	a, b := newSigner(t), newSigner(t)
	log := slog.New(slog.DiscardHandler)
	if _, err := openKeyring(path, log); err == nil {
		t.Error("opened without a file")
	}
	writeKeys(t, path, "# none", "bad")
	if _, err := openKeyring(path, log); err == nil {
		t.Error("opened without a key")
	}
	writeKeys(t, path, line(a))
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := openKeyring(path, log); err == nil {
		t.Error("opened a file that others may read")
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	ring, err := openKeyring(path, log)
	if err != nil {
		t.Fatal(err)
	}
	finds := func(s gossh.Signer) bool { _, ok := ring.find(s.PublicKey()); return ok }
	holds := func(s gossh.Signer) bool { _, ok := ring.holds(gossh.FingerprintSHA256(s.PublicKey())); return ok }
	if !finds(a) || finds(b) {
		t.Error("the wrong key is found")
	}
	writeKeys(t, path, line(b), "# a longer file")
	if finds(a) || !finds(b) || holds(a) || !holds(b) {
		t.Error("a change is not seen")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	ring.look()
	if finds(b) || !holds(b) {
		t.Error("at the first failure: nobody new, but who is in stays")
	}
	ring.look()
	if finds(b) || holds(b) {
		t.Error("at the second failure nobody stays")
	}
	writeKeys(t, path, line(a))
	if !finds(a) || !holds(a) || holds(b) {
		t.Error("the file is back and not read")
	}
}

func FuzzParseKeys(f *testing.F) {
	f.Add([]byte(`vigie-role="admin",from="10.0.0.0/8" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0p1u6RrxGzIBkVfKGzJMRSqZmCQmFyBpKnnBhVrJAe me`))
	f.Add([]byte("a=\"\\\"b c\" ssh-rsa AAAA\n\n#x\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		keys, _ := ParseKeys(file)
		for _, k := range keys {
			if k.Role.rank() == 0 || k.Public == nil || k.Name != label(k.Name) {
				t.Errorf("a key that is not whole: %+v", k)
			}
		}
	})
}
