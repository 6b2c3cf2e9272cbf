package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vigie/cmd/vigie/attach"
)

// guided answers the questions of "account add" and returns the configuration.
func guidedAdd(t *testing.T, dir string, answers ...string) (conf, said string, code int) {
	t.Helper()
	var out bytes.Buffer
	p := &program{
		in: strings.NewReader(strings.Join(answers, "\n") + "\n"), out: &out, err: &out, terminal: true, local: true,
		env: func(name string) string { return map[string]string{"HOME": dir, "LANG": "en"}[name] },
	}
	path := filepath.Join(dir, "config.yaml")
	code = p.run(t.Context(), []string{"--config=" + path, "--data=" + filepath.Join(dir, "data"), "account", "add"})
	raw, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(raw), out.String(), code
}

func TestAccountAdd(t *testing.T) {
	dir := t.TempDir()
	conf, said, code := guidedAdd(t, dir, "", "Crème & Co", "x", "3", "https://example.com/feed.xml", "")
	if code != exitOK || !strings.Contains(conf, "id: creme-co-feeds") || !strings.Contains(conf, "https://example.com/feed.xml") {
		t.Fatalf("%d, %s\n%s", code, said, conf)
	}
	conf, said, code = guidedAdd(t, dir, "crème & co", "2", "@creme.bsky.social", "the-secret-word")
	if code != exitOK || !strings.Contains(conf, "handle: creme.bsky.social") || strings.Count(conf, "name: ") != 1 {
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

func TestAccountAddWritesNothingWrong(t *testing.T) {
	dir := t.TempDir()
	for _, answers := range [][]string{
		{"Miette"},                    // the end of the questions
		{"Miette", "3", "no address"}, // no URL
		{"Miette", "3", "file:///etc/passwd", ""},
		{"Miette", "2", "@a.example", ""}, // no password
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
	said, code := add(t.Context(), strings.NewReader("\nMiette\n9\n3\nxx\n"))
	nothing(said, code)
	for _, why := range []string{"Il faut une réponse", "« 9 » n'est pas dans la liste", "« xx » n'est pas une adresse"} {
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
