package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"vigie/cmd/vigie/attach"
	"vigie/connectors/sandbox"
	"vigie/inbox"
	"vigie/tui/lang"
)

// guided answers the questions of "account add" and returns the configuration.
func guidedAdd(t *testing.T, dir string, answers ...string) (conf, said string, code int) {
	t.Helper()
	var out bytes.Buffer
	p := &program{
		in: strings.NewReader(strings.Join(answers, "\n") + "\n"), out: &out, err: &out, terminal: true, local: true,
		env:       func(name string) string { return map[string]string{"HOME": dir, "LANG": "en"}[name] },
		transport: indoors{},
	}
	path := filepath.Join(dir, "config.yaml")
	code = p.run(t.Context(), []string{"--config=" + path, "--data=" + filepath.Join(dir, "data"), "account", "add"})
	raw, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(raw), out.String(), code
}

// indoors reaches this machine only.
type indoors struct{}

func (indoors) RoundTrip(r *http.Request) (*http.Response, error) {
	if !here(r.URL.Hostname()) {
		return nil, errors.New("a test wants to call " + r.URL.Host)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// loopback are simulated networks with the accounts on them.
func loopback(t *testing.T, networks ...inbox.Network) map[inbox.Network]sandbox.Account {
	t.Helper()
	s, err := sandbox.Start(t.Context(), sandbox.Options{Empty: true, Networks: networks, Every: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	out := map[inbox.Network]sandbox.Account{}
	for _, a := range s.Accounts() {
		out[a.Network] = a
	}
	return out
}

func TestAccountAdd(t *testing.T) {
	dir := t.TempDir()
	accounts := loopback(t, "feeds")
	feed := accounts["feeds"].Lists["urls"][0]
	conf, said, code := guidedAdd(t, dir, "", "Crème & Co", "x", "feeds", feed, "")
	if code != exitOK || !strings.Contains(conf, "id: creme-co-feeds") || !strings.Contains(conf, feed) || !strings.Contains(said, "is only read") {
		t.Fatalf("%d, %s\n%s", code, said, conf)
	}
	// an account that cannot sign in is written when the person wants it
	conf, said, code = guidedAdd(t, dir, "crème & co", "2", "@creme.invalid", "the-secret-word", "y", "@creme.invalid", "the-secret-word", "perhaps", "n")
	if code != exitOK || !strings.Contains(conf, "handle: creme.invalid") || strings.Count(conf, "name: ") != 1 {
		t.Fatalf("%d, %s\n%s", code, said, conf)
	}
	if strings.Contains(conf+said, "the-secret-word") {
		t.Error("the password is told")
	}
	path := filepath.Join(dir, "data", "secrets", "creme-co-bluesky.password")
	raw, err := os.ReadFile(path)
	info, err2 := os.Stat(path)
	if err != nil || err2 != nil || string(raw) != "the-secret-word\n" || info.Mode().Perm() != 0o600 || !strings.Contains(conf, "file:"+path) {
		t.Errorf("%q, %v, %v", raw, err, info)
	}
	if info, err := os.Stat(filepath.Join(dir, "config.yaml")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the configuration: %v, %v", info, err)
	}
}

// TestGuidedNetworks: the configuration takes what is asked for of each.
func TestGuidedNetworks(t *testing.T) {
	list, menu := offered(lang.For(lang.English))
	for i, n := range list {
		answers := []string{"Miette", strconv.Itoa(i + 1)}
		for _, q := range n.questions {
			switch {
			case q.secret != "":
				answers = append(answers, "the-secret-word")
			case q.many:
				answers = append(answers, "http://127.0.0.1:1/feed", "")
			case q.ask == "account.add.address":
				answers = append(answers, "contact@miette.invalid")
			case q.ask == "account.add.imap", q.ask == "account.add.smtp":
				answers = append(answers, "127.0.0.1:1")
			default:
				answers = append(answers, "http://127.0.0.1:1")
			}
		}
		conf, said, code := guidedAdd(t, t.TempDir(), append(answers, "n")...)
		if !strings.Contains(conf, "network: "+string(n.network)) || code == exitConfig || strings.Contains(said+conf, "the-secret-word") {
			t.Errorf("%s: %d, %s\n%s", n.network, code, said, conf)
		}
		if !n.login && code != exitOK {
			t.Errorf("%s (%s): %d, %s", n.network, menu, code, said)
		}
	}
}

func TestAccountAddWritesNothingWrong(t *testing.T) {
	dir := t.TempDir()
	for _, answers := range [][]string{
		{"Miette"},                        // the end of the questions
		{"Miette", "feeds", "no address"}, // no URL
		{"Miette", "feeds", "file:///etc/passwd", ""},
		{"Miette", "bluesky", "@a.example", ""},           // no password
		{"Miette", "bluesky", "@a.invalid", "word"},       // neither again nor as it is
		{"Miette", "mastodon", "http://mastodon.example"}, // not without TLS
	} {
		if conf, said, code := guidedAdd(t, dir, answers...); conf != "" || code == exitOK {
			t.Errorf("%q: %d, %s\n%s", answers, code, said, conf)
		}
	}
}

// Whoever leaves the questions hears that nothing is written, and what was
// wrong with an answer.
func TestAccountAddTellsWhatHappened(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.yaml")
	add := func(ctx context.Context, in io.Reader) (said string, code int) {
		var out bytes.Buffer
		p := &program{
			in: in, out: &out, err: &out, terminal: true, local: true,
			env: func(name string) string { return map[string]string{"HOME": dir, "LANG": "fr"}[name] },
		}
		code = p.run(ctx, []string{"--config=" + path, "--data=" + filepath.Join(dir, "data"), "account", "add"})
		return out.String(), code
	}
	nothing := func(said string, code int) {
		t.Helper()
		if code != attach.ExitInterrupted || !strings.Contains(said, "abandonné, rien n'est écrit") || strings.Contains(said, "EOF") {
			t.Errorf("%d, %s", code, said)
		}
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("written: %v", err)
		}
	}
	said, code := add(t.Context(), strings.NewReader("\nMiette\n99\nfeeds\nxx\n"))
	nothing(said, code)
	for _, why := range []string{"Il faut une réponse", "« 99 » n'est pas dans la liste", "« xx » n'est pas une adresse"} {
		if !strings.Contains(said, why) {
			t.Errorf("%q is not said:\n%s", why, said)
		}
	}
	typed, typing := io.Pipe()
	defer typing.Close() //nolint:errcheck // a pipe
	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		_, _ = io.WriteString(typing, "Miette\n2\n@a.example\n")
		interrupt() // at the password
	}()
	nothing(add(ctx, typed))
}

func TestSlugs(t *testing.T) {
	for name, want := range map[string]string{
		"Miette": "miette", "Crème Brûlée & fils": "creme-brulee-fils", "漢字": "client", "A very long name of a company": "a-very-long-name-of-a-co",
	} {
		if got := slug(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// What a wrong password brings fits a narrow terminal, and names no command for
// an account that is not there yet.
func TestAccountAddRefused(t *testing.T) {
	blog := loopback(t, "wordpress")["wordpress"]
	site, user := blog.Settings["server"], blog.Settings["user"]
	_, said, code := guidedAdd(t, t.TempDir(), "Miette", "wordpress", site, user, "wrong", "y", site, user, blog.Secrets["password"])
	if code != exitOK || !strings.Contains(said, "refused the sign-in\n") || strings.Contains(said, "account check") {
		t.Errorf("%d, %s", code, said)
	}
	if !strings.Contains(said, "signed in as") || !strings.Contains(said, "cannot: private answer, like, hiding,") {
		t.Errorf("what it may do: %s", said)
	}
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "        ") && len(line) > 80 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}

// A network is called in the menu as everywhere, and answers to that name.
func TestAccountAddTitles(t *testing.T) {
	if _, menu := offered(lang.For(lang.French)); !strings.Contains(menu, "6 Courriel, 7 Flux") {
		t.Errorf("the menu: %s", menu)
	}
	if _, menu := offered(lang.For(lang.English)); !strings.Contains(menu, "6 Mail, 7 Feeds") {
		t.Errorf("the menu: %s", menu)
	}
}
