package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"
)

// messageLines are n messages of three accounts, in threads of four.
func messageLines(n int) string {
	var b strings.Builder
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		fmt.Fprintf(&b, `{"v":1,"type":"message","client":"c","account":"a%d","network":"mastodon","kind":"comment","thread":"t%d","id":"m%d","at":"%s","author":{"id":"u%d"},"text":"bonjour %d"}`+"\n",
			i/4%3, i/4, i, at.Add(time.Duration(i)*time.Minute).Format(time.RFC3339), i%7, i)
	}
	return b.String()
}

// newDir is a data directory for a process of its own.
func newDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// exported is what an export of a data directory gives.
func exported(t *testing.T, dir string) string {
	t.Helper()
	got := process(t, dir, "", "export")
	if got.code != exitOK || got.err != "" {
		t.Fatalf("export: %+v", got)
	}
	return got.out
}

// straight is what an export gives after an import in one go.
func straight(t *testing.T, in string) string {
	t.Helper()
	dir := newDir(t)
	if got := process(t, dir, in, "import", "--create", "-"); got.code != exitOK {
		t.Fatalf("import: %+v", got)
	}
	return exported(t, dir)
}

// fed is a command that is given its standard input bit by bit.
type fed struct {
	t    *testing.T
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  bytes.Buffer
	err  bytes.Buffer
	gave strings.Builder
}

func feed(t *testing.T, dir string, args ...string) *fed {
	t.Helper()
	f := &fed{t: t, cmd: vigie(dir, args...)}
	var err error
	if f.in, err = f.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	f.cmd.Stdout, f.cmd.Stderr = &f.out, &f.err
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fed) give(s string) {
	f.t.Helper()
	if _, err := io.WriteString(f.in, s); err != nil {
		f.t.Fatal(err)
	}
	f.gave.WriteString(s)
}

// noted gives more of what changes nothing until there is a note of how far
// the import is.
func (f *fed) noted(dir string) (note string) {
	f.t.Helper()
	note = filepath.Join(dir, progressName)
	for begun := time.Now(); ; {
		if _, err := os.Stat(note); err == nil {
			return note
		}
		if time.Since(begun) > quick {
			f.t.Fatal("no note of how far it is")
		}
		f.give(strings.Repeat(messageLines(1), 100))
	}
}

// end sends a signal and waits; standard input stays open meanwhile.
func (f *fed) end(sig syscall.Signal) said {
	f.t.Helper()
	if err := f.cmd.Process.Signal(sig); err != nil {
		f.t.Fatal(err)
	}
	late := time.AfterFunc(quick, func() { _ = f.cmd.Process.Kill() })
	defer late.Stop()
	var exit *exec.ExitError
	if err := f.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		f.t.Fatal(err)
	}
	return said{f.out.String(), f.err.String(), f.cmd.ProcessState.ExitCode()}
}

// TestImportGoesOnAfterAKill kills an import between two of its lines.
func TestImportGoesOnAfterAKill(t *testing.T) {
	dir := newDir(t)
	f := feed(t, dir, "import", "--create", "-")
	f.give(messageLines(3000))
	note := f.noted(dir)
	f.end(syscall.SIGKILL)

	file := filepath.Join(newDir(t), "all.jsonl")
	all := f.gave.String() + strings.TrimPrefix(messageLines(4000), messageLines(3000))
	if err := os.WriteFile(file, []byte(all), 0o600); err != nil {
		t.Fatal(err)
	}
	got := process(t, dir, "", "import", "--create", "--resume", file)
	if got.code != exitPartly && got.code != exitOK || !strings.Contains(got.err, "going on at line ") || strings.Contains(got.out, "4000 messages new") {
		t.Errorf("exit %d, %s%s", got.code, got.out, got.err)
	}
	if exported(t, dir) != straight(t, messageLines(4000)) {
		t.Error("not what an import in one go gives")
	}
	if _, err := os.Stat(note); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the note of a finished import: %v", err)
	}
}

// TestImportGoesOnAfterAnInterrupt presses ctrl+c while an import waits for
// more.
func TestImportGoesOnAfterAnInterrupt(t *testing.T) {
	all := messageLines(4000)
	want := straight(t, all)
	for _, server := range []bool{false, true} {
		t.Run(fmt.Sprint("server ", server), func(t *testing.T) {
			dir := newDir(t)
			if server {
				defer serving(t, vigie(dir, "serve"), func() said { return process(t, dir, "", "stop") })()
			}
			f := feed(t, dir, "import", "--create", "-")
			f.give(messageLines(2000))
			f.noted(dir)
			got := f.end(syscall.SIGINT)
			if got.code != 130 || !strings.Contains(got.err, "interrupted; the ") || !strings.Contains(got.err, "--resume goes on") {
				t.Errorf("exit %d, %s", got.code, got.err)
			}
			rest := strings.TrimPrefix(all, messageLines(2000))
			got = process(t, dir, f.gave.String()+rest, "import", "--create", "--resume", "-")
			if got.code != exitOK || !strings.Contains(got.err, "going on at line ") || strings.Contains(got.out, "4000 messages new") {
				t.Errorf("exit %d, %s%s", got.code, got.out, got.err)
			}
			if exported(t, dir) != want {
				t.Error("not what an import in one go gives")
			}
		})
	}
}

// runOn is run with an input that may fail, and a context that may end.
func (r *rig) runOn(ctx context.Context, in io.Reader, args ...string) said {
	r.t.Helper()
	var out, errs bytes.Buffer
	p := &program{in: in, out: &out, err: &errs, env: func(name string) string { return r.env[name] }, terminal: true, local: true}
	code := p.run(ctx, append([]string{"--data", r.dir}, args...))
	return said{out.String(), errs.String(), code}
}

// TestImportGoesOnFromAnyPlace breaks an input with triage after more and more
// of it: gone on with, it gives what an import in one go gives.
func TestImportGoesOnFromAnyPlace(t *testing.T) {
	from := newRig(t, "")
	from.eventful()
	all := from.must("export")
	empty := newRig(t, "")
	for at := 0; at < len(all); at += len(all)/7 + 1 {
		broken := io.MultiReader(strings.NewReader(all[:at]), iotest.ErrReader(errors.New("the line is cut")))
		got := empty.runOn(t.Context(), broken, "import", "-")
		if got.code != exitFailure || !strings.Contains(got.err, "the line is cut") || (at > 2000 && !strings.Contains(got.err, "--resume will go on")) {
			t.Fatalf("at %d: %+v", at, got)
		}
		if got := empty.run(all, "import", "--resume", "-"); got.code != exitOK {
			t.Fatalf("at %d: %+v", at, got)
		}
		if again := empty.must("export"); again != all {
			t.Fatalf("at %d:\n%s\nwant\n%s", at, again, all)
		}
		empty = newRig(t, "")
	}
}

func TestResumeNoticesWhatChanged(t *testing.T) {
	r := newRig(t, "")
	all := messageLines(300)
	stop := func() {
		t.Helper()
		cut := io.MultiReader(strings.NewReader(all[:len(all)/2]), iotest.ErrReader(errors.New("cut")))
		if got := r.runOn(t.Context(), cut, "import", "--create", "-"); got.code != exitFailure {
			t.Fatalf("%+v", got)
		}
	}
	stop()
	for _, c := range []struct {
		name, in, says string
		args           []string
		code           int
	}{
		{"other flags", all, "run with: --create", []string{"import", "--resume", "-"}, exitUsage},
		{"another file", messageLines(500)[100:], "not the input", []string{"import", "--create", "--resume", "-"}, exitFailure},
		{"shorter", all[:1000], "not the input", []string{"import", "--create", "--resume", "-"}, exitFailure},
		{"changed", strings.Replace(all, "bonjour 1", "bonsoir 1", 1), "not the input", []string{"import", "--create", "--resume", "-"}, exitFailure},
		{"the same, and more", all + messageLines(301), "going on at line 151", []string{"import", "--create", "--resume", "-"}, exitOK},
		{"finished", all, "no import was interrupted here", []string{"import", "--create", "--resume", "-"}, exitOK},
	} {
		if got := r.run(c.in, c.args...); got.code != c.code || !strings.Contains(got.err, c.says) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	stop()
	other := newRig(t, "")
	other.run(messageLines(1), "import", "--create", "-")
	raw, err := os.ReadFile(filepath.Join(r.dir, progressName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other.dir, progressName), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := other.run(all, "import", "--create", "--resume", "-"); got.code != exitFailure || !strings.Contains(got.err, "the store is no longer") {
		t.Errorf("another store: %+v", got)
	}
}
