package secrets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"filippo.io/age"
	"filippo.io/age/armor"
	"github.com/zalando/go-keyring"

	"vigie/inbox"
)

// canary is the value that must never be seen in an error.
const canary = "canary-7f3a"

// system is a resolver over a made-up environment.
func system(env map[string]string, ring func(service, user string) (string, error)) resolver {
	if env["PATH"] == "" && env != nil {
		env["PATH"] = os.Getenv("PATH")
	}
	return resolver{env: func(k string) string { return env[k] }, keyring: ring}
}

func write(t *testing.T, path, text string, mode os.FileMode) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestResolve(t *testing.T) {
	dir := t.TempDir()
	good := write(t, filepath.Join(dir, "good"), canary+"\n", 0o600)
	strict := write(t, filepath.Join(dir, "strict"), canary, 0o400)
	link := filepath.Join(dir, "link")
	if err := os.Symlink(good, link); err != nil {
		t.Fatal(err)
	}
	ring := func(service, user string) (string, error) {
		if service == "vigie" && user == "a/b" {
			return canary, nil
		}
		return "", keyring.ErrNotFound
	}
	r := system(map[string]string{"TOKEN": canary, "HOME": dir}, ring)
	for name, ref := range map[string]Ref{
		"env": {Ref: "env:TOKEN"}, "file": {Ref: "file:" + good}, "strict file": {Ref: "file:" + strict}, "link": {Ref: "file:" + link},
		"home": {Ref: "file:~/good"}, "keyring": {Ref: "keyring:vigie/a/b"},
		"command": {Command: []string{"cat", good}}, "first line": {Command: []string{"printf", canary + "\nuser: x\n"}},
		"crlf": {Command: []string{"printf", canary + "\r\n"}}, "no shell": {Command: []string{"printf", "%s", canary}},
	} {
		got, err := r.resolve(t.Context(), ref)
		if err != nil || got.Reveal() != canary {
			t.Errorf("%s: %q, %v", name, got.Reveal(), err)
		}
	}
}

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	wide := write(t, filepath.Join(dir, "wide"), canary, 0o640)
	open := write(t, filepath.Join(dir, "open"), canary, 0o604)
	empty := write(t, filepath.Join(dir, "empty"), "\n", 0o600)
	huge := write(t, filepath.Join(dir, "huge"), strings.Repeat(canary, maxSecret/len(canary)+1), 0o600)
	r := system(map[string]string{"HOME": dir}, func(string, string) (string, error) { return "", errors.New("no bus") })
	for name, tt := range map[string]struct {
		ref  Ref
		want string
	}{
		"no variable":      {Ref{Ref: "env:NONE"}, "not set"},
		"wide":             {Ref{Ref: "file:" + wide}, "mode 0640"},
		"open":             {Ref{Ref: "file:" + open}, "mode 0604"},
		"empty":            {Ref{Ref: "file:" + empty}, "empty"},
		"huge":             {Ref{Ref: "file:" + huge}, "64 kB"},
		"none":             {Ref{Ref: "file:" + dir + "/none"}, "no such file"},
		"directory":        {Ref{Ref: "file:" + dir}, "not a file"},
		"relative":         {Ref{Ref: "file:wide"}, "not absolute"},
		"literal":          {Ref{Ref: canary}, "not a reference"},
		"literal, colon":   {Ref{Ref: canary + ":x"}, "not a reference"},
		"nothing":          {Ref{}, "not a reference"},
		"keyring shape":    {Ref{Ref: "keyring:vigie"}, "SERVICE/USER"},
		"headless":         {Ref{Ref: "keyring:vigie/a"}, "no keyring here (no bus)"},
		"no program":       {Ref{Command: []string{"/nonexistent/pass"}}, "cmd:pass"},
		"program fails":    {Ref{Command: []string{"sh", "-c", "echo " + canary + "; echo " + canary + " >&2; exit 3"}}, "code 3"},
		"program is mute":  {Ref{Command: []string{"true"}}, "empty"},
		"program babbles":  {Ref{Command: []string{"head", "-c", "100000", "/dev/zero"}}, "more than 64 kB"},
		"no age identity":  {Ref{Ref: "age:" + wide}, "age identity: " + dir},
		"age file missing": {Ref{Ref: "age:x"}, "not absolute"},
	} {
		got, err := r.resolve(t.Context(), tt.ref)
		var problem inbox.Problem
		if !errors.As(err, &problem) || problem.Code != inbox.CodeMissing || len(problem.Args) != 1 || !got.Empty() {
			t.Errorf("%s: %v, %+v", name, got, err)
			continue
		}
		if !strings.Contains(problem.Detail, tt.want) {
			t.Errorf("%s: %s", name, problem.Detail)
		}
		if strings.Contains(fmt.Sprintf("%+v %v", problem, err), canary) {
			t.Errorf("%s tells the secret: %+v", name, problem)
		}
	}
}

func TestCommandEnvironment(t *testing.T) {
	r := system(map[string]string{"HOME": "/h", "VIGIE_TOKEN": canary, "GNUPGHOME": "/g"}, nil)
	got, err := r.resolve(t.Context(), Ref{Command: []string{"sh", "-c", `printf %s "$HOME $GNUPGHOME [$VIGIE_TOKEN]"`}})
	if err != nil || got.Reveal() != "/h /g []" {
		t.Errorf("%q, %v", got.Reveal(), err)
	}
}

func TestGivenUp(t *testing.T) {
	r := system(map[string]string{}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	started := filepath.Join(t.TempDir(), "fifo")
	done := make(chan error, 1)
	go func() {
		_, err := r.resolve(ctx, Ref{Command: []string{"sh", "-c", "mkfifo " + started + "; cat " + started}})
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("given up with %v", err)
	}
}

// TestKeyringThatNeverAnswers runs on a fake clock.
func TestKeyringThatNeverAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		never := make(chan struct{})
		defer close(never)
		r := system(map[string]string{}, func(string, string) (string, error) { <-never; return canary, nil })
		_, err := r.resolve(t.Context(), Ref{Ref: "keyring:vigie/a"})
		if err == nil || !strings.Contains(err.Error(), "did not answer in 3s") {
			t.Errorf("%v", err)
		}
	})
}

func TestAge(t *testing.T) {
	dir := t.TempDir()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	seal := func(name string, text bool, to age.Recipient) string {
		t.Helper()
		var buf bytes.Buffer
		var out io.WriteCloser = struct {
			io.Writer
			io.Closer
		}{&buf, io.NopCloser(nil)}
		if text {
			out = armor.NewWriter(&buf)
		}
		w, err := age.Encrypt(out, to)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, canary+"\n"); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Close(), out.Close()); err != nil {
			t.Fatal(err)
		}
		return write(t, filepath.Join(dir, name), buf.String(), 0o644)
	}
	binary, text, foreign := seal("binary", false, id.Recipient()), seal("text", true, id.Recipient()), seal("foreign", false, other.Recipient())
	if err := os.MkdirAll(filepath.Join(dir, ".config", "vigie"), 0o700); err != nil {
		t.Fatal(err)
	}
	keyFile := write(t, filepath.Join(dir, ".config", "vigie", "age.txt"), "# ours\n"+id.String()+"\n", 0o600)
	r := system(map[string]string{"HOME": dir}, nil)
	for _, path := range []string{binary, text} {
		if got, err := r.resolve(t.Context(), Ref{Ref: "age:" + path}); err != nil || got.Reveal() != canary {
			t.Errorf("%s: %q, %v", path, got.Reveal(), err)
		}
	}
	if got, err := r.resolve(t.Context(), Ref{Ref: "age:" + foreign}); err == nil || !strings.Contains(err.Error(), "decrypt") {
		t.Errorf("foreign: %q, %v", got.Reveal(), err)
	}
	named := system(map[string]string{"VIGIE_AGE_IDENTITY": write(t, filepath.Join(dir, "id"), id.String(), 0o600)}, nil)
	if got, err := named.resolve(t.Context(), Ref{Ref: "age:" + binary}); err != nil || got.Reveal() != canary {
		t.Errorf("named identity: %v", err)
	}
	for text, want := range map[string]string{id.String() + "x": "no age identity", "": "no age identity"} {
		write(t, keyFile, text, 0o600)
		if _, err := r.resolve(t.Context(), Ref{Ref: "age:" + binary}); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "AGE-SECRET") {
			t.Errorf("identity %q: %v", text, err)
		}
	}
	write(t, keyFile, id.String(), 0o644)
	if _, err := r.resolve(t.Context(), Ref{Ref: "age:" + binary}); err == nil || !strings.Contains(err.Error(), "mode 0644") {
		t.Errorf("open identity: %v", err)
	}
}

func TestVault(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "vault")
	v := NewVault(dir)
	get := func(account inbox.AccountID, name, want string) {
		t.Helper()
		got, ok, err := v.Get(account, name)
		if err != nil || got.Reveal() != want || ok != (want != "") {
			t.Errorf("%s/%s: %q, %v, %v", account, name, got.Reveal(), ok, err)
		}
	}
	put := func(account inbox.AccountID, name, value string) {
		t.Helper()
		if err := v.Put(account, name, inbox.NewSecret(value)); err != nil {
			t.Errorf("%s/%s: %v", account, name, err)
		}
	}
	get("a", "token", "")
	put("a", "token", "one\ntwo\n")
	get("a", "token", "one\ntwo\n")
	put("a", "token", canary)
	put("a@b", "c", "x")
	put("a", "b@c", "y")
	put("../../etc", "passwd", "z")
	get("a", "token", canary)
	get("a@b", "c", "x")
	get("a", "b@c", "y")
	get("../../etc", "passwd", "z")
	put("a", "b@c", "")
	put("a", "b@c", "")
	get("a", "b@c", "")
	if err := v.Put("a", "big", inbox.NewSecret(strings.Repeat(canary, maxSecret))); err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("too big: %.100v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v", e.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v", err)
	}
	if err := os.Chmod(v.file("a", "token"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.Get("a", "token"); err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("open file: %v", err)
	}
}

func TestVaultTogether(t *testing.T) {
	v := NewVault(filepath.Join(t.TempDir(), "vault"))
	values := []string{strings.Repeat("a", 5000), strings.Repeat("b", 5000)}
	var wg sync.WaitGroup
	for _, value := range values {
		wg.Go(func() {
			for range 5 {
				if err := v.Put("a", "token", inbox.NewSecret(value)); err != nil {
					t.Error(err)
				}
				if got, _, err := v.Get("a", "token"); err != nil || got.Reveal() != values[0] && got.Reveal() != values[1] {
					t.Errorf("%.10s…, %v", got.Reveal(), err)
				}
			}
		})
	}
	wg.Wait()
}
