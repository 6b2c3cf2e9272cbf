//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience bounds each run of the program, and each wait for it.
const patience = 2 * time.Minute

// Box is an inbox in a directory of its own, worked by the built program and
// by nothing else.
type Box struct {
	t       testing.TB
	Dir     string // configuration, store, socket
	Environ []string
}

// Said is what a command wrote, and its exit code.
type Said struct {
	Out, Err string
	Code     int
}

// vigie is the program under test: VIGIE_E2E_BIN, or what make build makes.
func vigie(t testing.TB) string {
	t.Helper()
	path := os.Getenv("VIGIE_E2E_BIN")
	if path == "" {
		path = filepath.Join("..", "bin", "vigie")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("no program to test; make build makes it: %v", err)
	}
	return path
}

// environ is all that programs under test see of this one's environment.
func environ(home string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LANG=C.UTF-8", "TZ=Europe/Paris", "TMPDIR=" + os.TempDir(),
		"VIGIE_E2E_MARK=" + os.Getenv("VIGIE_E2E_MARK"), // by which run.sh finds what is left when it is interrupted
	}
}

// NewBox makes an inbox with a configuration. A server that runs there at the
// end of the test is stopped.
func NewBox(t testing.TB, config string) *Box {
	t.Helper()
	b := &Box{t: t, Dir: filepath.Join(t.TempDir(), "box")}
	b.Environ = append(environ(t.TempDir()), "VIGIE_DATA="+b.Dir)
	if err := os.Mkdir(b.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	b.Write("config.yaml", config)
	t.Cleanup(func() {
		if pid := b.PID(); pid != 0 {
			b.Run("stop")
			b.gone(pid)
		}
	})
	return b
}

// Write puts a private file into the box and returns its path.
func (b *Box) Write(name, content string) string {
	b.t.Helper()
	path := filepath.Join(b.Dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}

// Command prepares a run of the program; ctx bounds it.
func (b *Box) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, vigie(b.t), args...)
	cmd.Env = b.Environ
	cmd.WaitDelay = time.Second
	return cmd
}

// Run carries out one command line.
func (b *Box) Run(args ...string) Said { return b.Feed(nil, args...) }

// Feed is Run with something on standard input.
func (b *Box) Feed(stdin io.Reader, args ...string) Said {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := b.Command(ctx, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		b.t.Fatalf("vigie %q: %v", args, err)
	}
	if ctx.Err() != nil {
		b.t.Fatalf("vigie %q did not end: %s%s", args, out.String(), errs.String())
	}
	s := Said{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
	if strings.Contains(s.Err, "panic:") || strings.Contains(s.Err, "goroutine ") {
		b.t.Fatalf("vigie %q crashed: %s", args, s.Err)
	}
	return s
}

// Must is Run for a command that has to work; it returns what it wrote.
func (b *Box) Must(args ...string) string {
	b.t.Helper()
	s := b.Run(args...)
	if s.Code != 0 {
		b.t.Fatalf("vigie %q: exit %d\n%s%s", args, s.Code, s.Out, s.Err)
	}
	return s.Out
}

// JSON reads one JSON object a line.
func JSON[T any](t testing.TB, lines string) []T {
	t.Helper()
	var all []T
	for dec := json.NewDecoder(strings.NewReader(lines)); ; {
		var one T
		err := dec.Decode(&one)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("not one JSON object a line: %v in %s", err, lines)
		}
		all = append(all, one)
	}
}

// Row is a thread as "list --json" gives it.
type Row struct {
	ID, Client, Account, Network, Kind, State string
	Unread                                    bool
	Tags                                      []string
	Author                                    struct{ ID, Handle, Name string }
	Title, Snippet, URL, Thread               string
	Messages, Notes                           int
	EscalatedTo                               string `json:"escalated_to"`
}

// List is the threads of a query.
func (b *Box) List(query ...string) []Row {
	b.t.Helper()
	return JSON[Row](b.t, b.Must(append([]string{"list", "--json"}, query...)...))
}

// One is the only thread of a query.
func (b *Box) One(query ...string) Row {
	b.t.Helper()
	rows := b.List(query...)
	if len(rows) != 1 {
		b.t.Fatalf("%q matches %d threads: %+v", query, len(rows), rows)
	}
	return rows[0]
}

// Pass is what "sync --json" tells of an account.
type Pass struct {
	Account                                  string
	New, Edited, Deleted, Unchanged, Refused int
	Problem                                  json.RawMessage
}

// Sync is one collection of all accounts.
func (b *Box) Sync() []Pass {
	b.t.Helper()
	return JSON[Pass](b.t, b.Must("sync", "--json"))
}

// Sent is an action as "outbox --json" and "reply --json" give it.
type Sent struct {
	ID, Kind, State, Thread, Text, URL string
	RemoteID                           string `json:"remote_id"`
	Attempt                            int
	Problem                            struct{ Code, Detail string }
}

// Status is what "status --json" says of a server.
type Status struct {
	Running  bool
	PID      int
	Listen   string
	Sessions []struct{ ID, Name string }
}

// Status asks for it; without a server it is zero.
func (b *Box) Status() Status {
	b.t.Helper()
	s := b.Run("status", "--json")
	if s.Code != 0 {
		return Status{}
	}
	return JSON[Status](b.t, s.Out)[0]
}

// PID is the running server's, 0 without one.
func (b *Box) PID() int { return b.Status().PID }

// Serve starts a server in the foreground of nothing and waits until it
// listens. It is stopped at the end of the test.
func (b *Box) Serve(args ...string) int {
	b.t.Helper()
	cmd := b.Command(context.Background(), append([]string{"serve"}, args...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	b.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		select {
		case <-ended:
		case <-time.After(patience):
			_ = cmd.Process.Kill()
			b.t.Error("the server did not end on SIGTERM")
		}
	})
	Until(b.t, "the server listens", func() bool {
		select {
		case err := <-ended:
			ended <- err
			b.t.Fatalf("the server ended: %v: %s", err, errs.String())
		default:
		}
		return b.PID() == cmd.Process.Pid
	})
	return cmd.Process.Pid
}

// gone waits until a process has ended.
func (b *Box) gone(pid int) {
	b.t.Helper()
	Until(b.t, "the process has ended", func() bool { return !alive(pid) })
}

// alive reports whether a process runs; one that waits to be buried does not,
// when none of its threads is left: until then its files are open.
func alive(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return false
	}
	threads, err := os.ReadDir(filepath.Join("/proc", strconv.Itoa(pid), "task"))
	if err != nil {
		return false
	}
	_, rest, _ := bytes.Cut(stat, []byte(") "))
	return !bytes.HasPrefix(rest, []byte("Z")) || len(threads) > 1
}

// Until asks again and again until it is so.
func Until(t testing.TB, what string, so func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		if time.Since(began) > patience {
			t.Fatalf("still not so after %s: %s", patience, what)
		}
		<-tick.C
	}
	return time.Since(began)
}
