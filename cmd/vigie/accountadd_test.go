package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vigie/cmd/vigie/attach"
	"vigie/cmd/vigie/config"
	"vigie/connectors/all"
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
	conf, said, code := guidedAdd(t, dir, "", "Crème & Co", "x", "feeds", feed, "", "")
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
	for _, in := range all.Registry() {
		if !slices.ContainsFunc(list, func(n guidedNetwork) bool { return n.network == in.Network }) {
			t.Errorf("%s is not asked for", in.Network)
		}
	}
	for i, n := range list {
		answers := []string{"Miette", strconv.Itoa(i + 1)}
		for _, q := range n.questions {
			switch {
			case q.secret != "":
				answers = append(answers, "the-secret-word")
			case q.ask == "account.add.url":
				answers = append(answers, "http://127.0.0.1:1/feed", "")
			case q.ask == "account.add.program":
				answers = append(answers, "/nowhere/connector --quiet")
			case q.ask == "account.add.setting":
				answers = append(answers, "board=42", "")
			case q.named:
				answers = append(answers, "token", "the-secret-word", "")
			case q.many:
				answers = append(answers, "miette", "")
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
		if code != exitOK {
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

// browser is the terminal of somebody who opens the link that is shown and
// pastes what they make of its code.
type browser struct {
	t     *testing.T
	said  strings.Builder
	typed io.Writer
	brand string
	paste func(code string) string // "": they press Ctrl-C instead
	leave context.CancelFunc
}

func (b *browser) Write(raw []byte) (int, error) {
	b.said.Write(raw)
	at := strings.Index(string(raw), "http://127.0.0.1")
	if at < 0 || !strings.Contains(string(raw), "/oauth/authorize?") {
		return len(raw), nil
	}
	link, _, _ := strings.Cut(string(raw[at:]), "\n")
	page, query, _ := strings.Cut(link, "?")
	form, err := url.ParseQuery(query)
	if err != nil {
		b.t.Error(err)
	}
	form.Set("account", b.brand)
	res, err := http.PostForm(page, form) //nolint:noctx // a test
	if err != nil {
		b.t.Error(err)
		return len(raw), nil
	}
	defer res.Body.Close() //nolint:errcheck // a test
	body, err := io.ReadAll(res.Body)
	_, code, _ := strings.Cut(string(body), `readonly value="`)
	code, _, ok := strings.Cut(code, `"`)
	if err != nil || !ok {
		b.t.Errorf("no code: %s, %v", body, err)
	}
	if answer := b.paste(code); answer != "" {
		go func() { _, _ = io.WriteString(b.typed, answer) }()
	} else {
		b.leave()
	}
	return len(raw), nil
}

// TestAccountAddByBrowser: a wrong code is asked for again, a right one is
// tried at once; nothing is written before, nor when the person leaves there.
func TestAccountAddByBrowser(t *testing.T) {
	server := loopback(t, "mastodon")["mastodon"]
	add := func(dir string, paste func(string) string) (said string, code int) {
		in, typed := io.Pipe()
		defer typed.Close() //nolint:errcheck // a pipe
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		b := &browser{t: t, typed: typed, brand: string(server.Account), paste: paste, leave: leave}
		p := &program{
			in: in, out: b, err: b, terminal: true, local: true, transport: indoors{},
			env: func(name string) string { return map[string]string{"HOME": dir, "LANG": "en"}[name] },
		}
		go func() { _, _ = io.WriteString(typed, "Miette\nmastodon\n"+server.Settings["server"]+"\n") }()
		code = p.run(ctx, []string{"--config=" + filepath.Join(dir, "config.yaml"), "--data=" + filepath.Join(dir, "data"), "account", "add"})
		return b.said.String(), code
	}
	files := func(dir string) (out []string) {
		_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, _ error) error {
			if !d.IsDir() {
				out = append(out, strings.TrimPrefix(path, dir))
			}
			return nil
		})
		return out
	}
	left := t.TempDir()
	said, code := add(left, func(string) string { return "" })
	if code != attach.ExitInterrupted || !strings.Contains(said, "nothing is written") || len(files(left)) != 0 {
		t.Errorf("%d, %v, %s", code, files(left), said)
	}
	dir, n := t.TempDir(), 0
	said, code = add(dir, func(code string) string {
		if n++; n == 1 {
			return "wrong" + code + "\ny\n" + server.Settings["server"] + "\n"
		}
		return code + "\n"
	})
	if code != exitOK || n != 2 || !strings.Contains(said, "signed in as") || !strings.Contains(said, "can: ") || strings.Contains(said, "account login") {
		t.Errorf("%d after %d codes, %s", code, n, said)
	}
	if got := files(dir); len(got) != 2 || got[0] != "/config.yaml" || !strings.HasPrefix(got[1], "/data/vault/") {
		t.Errorf("written: %v", got)
	}
}

// TestAccountAddOfAProgram: what it is told is written, its secret apart.
func TestAccountAddOfAProgram(t *testing.T) {
	dir := t.TempDir()
	path, err := filepath.Abs("../../docs/examples/guestbook.py")
	if err != nil {
		t.Fatal(err)
	}
	conf, said, code := guidedAdd(t, dir, "Miette", "bridge", "'"+path, "python3 '"+path+"'", "Database=x", "database="+dir+"/a b.db", "",
		"a/b", "token", "", "the-secret-word", "")
	if code != exitOK || !strings.Contains(said, "signed in as site\n") || !strings.Contains(said, "can: answer, hiding") {
		t.Fatalf("%d, %s", code, said)
	}
	for _, want := range []string{"- python3\n", "database: " + dir + "/a b.db\n", "secrets:\n          token: file:" + dir} {
		if !strings.Contains(conf, want) {
			t.Errorf("no %q in\n%s", want, conf)
		}
	}
	if strings.Contains(conf+said, "the-secret-word") {
		t.Error("the secret is told")
	}
	for s, want := range map[string]int{"a b  c": 3, `a "b c" d''e ''`: 4, `a "b`: 0, "": 0, `""`: 1} {
		if got := argumentsOf(s); len(got) != want {
			t.Errorf("%s: %q", s, got)
		}
	}
}

// A mailbox's newest mails tell who proves what they say: it is proposed.
func TestAccountAddFindsWhoSigns(t *testing.T) {
	g := &guide{p: &program{out: io.Discard, env: func(string) string { return "" }}, found: map[string]string{"authserv": "mx.us.example"}}
	for answer, want := range map[string]string{"o": "mx.us.example", "n": ""} {
		g.in = bufio.NewReader(strings.NewReader(answer + "\n"))
		a := config.Account{Network: "mail"}
		if err := g.propose(t.Context(), &a); err != nil || a.AuthServ != want {
			t.Errorf("%s: %q, %v", answer, a.AuthServ, err)
		}
	}
	a := config.Account{Network: "mail", AuthServ: "mine.example"}
	if err := g.propose(t.Context(), &a); err != nil || a.AuthServ != "mine.example" {
		t.Errorf("one that is given: %q, %v", a.AuthServ, err)
	}
}
