package door

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"vigie/tui/door/wire"
)

func newLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

type output struct {
	stdout, stderr string
	code           int
}

// run runs one command line on a new channel.
func run(t *testing.T, client *gossh.Client, line string) (output, error) {
	t.Helper()
	sess, err := client.NewSession()
	if err != nil {
		return output{}, err
	}
	defer sess.Close()
	var stdout, stderr bytes.Buffer
	sess.Stdout, sess.Stderr = &stdout, &stderr
	err = sess.Run(line)
	return output{stdout.String(), stderr.String(), exitCode(err)}, err
}

func TestCommand(t *testing.T) {
	td := openDoor(t, func(o *Options) {
		o.Exec = func(_ context.Context, c Command) int {
			fmt.Fprintf(c.Stdout, "%q %v %s\n", c.Args, c.Local, c.Name)
			fmt.Fprint(c.Stderr, "aside\n")
			if slices.Contains(c.Args, "panic") {
				panic("a text of a message")
			}
			return len(c.Args)
		}
	})
	client := td.dial(t)
	for line, want := range map[string]output{
		"":                        {"[] true local\n", "aside\n", 0},
		"list --json":             {"[\"list\" \"--json\"] true local\n", "aside\n", 2},
		"reply 'a b' \"c;d\" \\|": {"[\"reply\" \"a b\" \"c;d\" \"|\"] true local\n", "aside\n", 4},
		"panic":                   {"[\"panic\"] true local\n", "aside\nvigie: this screen failed and was closed; the server goes on, run vigie again\n", 70},
	} {
		if got, _ := run(t, client, line); got != want {
			t.Errorf("%q: got %+v, want %+v", line, got, want)
		}
	}
	for _, line := range []string{"list; id", "list | id", "list && id", "list $(id)", "list `id`", "list > f", "(list)", "list\nid", "list 'x"} {
		if got, _ := run(t, client, line); got.code != 2 || got.stdout != "" || !strings.HasPrefix(got.stderr, "vigie: one command of vigie only") {
			t.Errorf("%q: got %+v", line, got)
		}
	}
	if strings.Contains(td.log.String(), "a text of a message") {
		t.Error("what a panic said is in the log")
	}
}

// A client with a terminal sees both streams with carriage returns, and the
// command learns the width.
func TestCommandOnATerminal(t *testing.T) {
	td := openDoor(t, func(o *Options) {
		o.Exec = func(_ context.Context, c Command) int {
			fmt.Fprintf(c.Stdout, "width %d\n", c.Width)
			fmt.Fprint(c.Stderr, "aside\n")
			return 0
		}
	})
	sess, err := td.dial(t).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := sess.RequestPty("xterm", 24, 77, nil); err != nil {
		t.Fatal(err)
	}
	out, err := sess.Output("list")
	if err != nil || string(out) != "width 77\r\naside\r\n" {
		t.Errorf("%q, %v", out, err)
	}
}

// Input is asked for when the command reads, and not before.
func TestCommandInput(t *testing.T) {
	td := openDoor(t, func(o *Options) {
		o.Exec = func(_ context.Context, c Command) int {
			if c.Args[0] == "deaf" {
				return 0
			}
			in, err := io.ReadAll(c.Stdin)
			fmt.Fprintf(c.Stdout, "%d %v", len(in), err)
			return 0
		}
	})
	for args, want := range map[string]bool{"deaf": false, "import": true} {
		ch, reqs, err := td.dial(t).OpenChannel("session", nil)
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := ch.SendRequest("exec", true, gossh.Marshal(struct{ C string }{args})); !ok || err != nil {
			t.Fatal(ok, err)
		}
		asked := false
		for req := range reqs {
			if req.Type == wire.StdinRequest {
				asked = true
				if _, err := ch.Write(make([]byte, 100_000)); err != nil {
					t.Fatal(err)
				}
				_ = ch.CloseWrite()
			}
		}
		out, _ := io.ReadAll(ch)
		if asked != want || (want && string(out) != "100000 <nil>") {
			t.Errorf("%s: asked %v, output %q", args, asked, out)
		}
	}
}

// Shutdown and a lost connection end the context of a command.
func TestCommandContext(t *testing.T) {
	begun, ended := make(chan struct{}, 2), make(chan struct{}, 2)
	td := openDoor(t, func(o *Options) {
		o.Exec = func(ctx context.Context, c Command) int {
			begun <- struct{}{}
			<-ctx.Done()
			fmt.Fprint(c.Stdout, "last words")
			ended <- struct{}{}
			return 7
		}
	})
	lost := td.dial(t)
	go func() { _, _ = run(t, lost, "sync") }()
	<-begun
	_ = lost.Close()
	<-ended

	stays, result := td.dial(t), make(chan output, 1)
	go func() {
		out, _ := run(t, stays, "sync")
		result <- out
	}()
	<-begun
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := td.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if out := <-result; out != (output{"last words", "", 7}) {
		t.Errorf("got %+v", out)
	}
}

func TestEverythingElseIsRefused(t *testing.T) {
	td := openDoor(t, nil)
	request := func(name string, payload any) bool {
		t.Helper()
		ch, reqs, err := td.dial(t).OpenChannel("session", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer ch.Close()
		go gossh.DiscardRequests(reqs)
		ok, err := ch.SendRequest(name, true, gossh.Marshal(payload))
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	type empty struct{ Nothing string }
	for name, payload := range map[string]any{
		"subsystem":                  struct{ Name string }{"sftp"},
		"auth-agent-req@openssh.com": empty{},
		"x11-req": struct {
			Single       bool
			Proto, Cooky string
			Screen       uint32
		}{false, "MIT-MAGIC-COOKIE-1", "00", 0},
		"signal":               struct{ Name string }{"KILL"},
		"break":                struct{ Length uint32 }{1},
		"window-change":        struct{ A, B, C, D uint32 }{1, 1, 1, 1}, // no terminal yet
		"eow@openssh.com":      empty{},
		"xon-xoff":             struct{ Can bool }{true},
		"env":                  struct{ Name, Value string }{"LD_PRELOAD", "x"},
		"something-new@vigie":  empty{},
		"hostkeys@openssh.com": empty{},
		"pty-req":              struct{ Term string }{"cut short"},
		"exec":                 struct{ Cut byte }{1},
	} {
		if request(name, payload) {
			t.Errorf("%s is granted", name)
		}
	}
	if !request("exec", struct{ C string }{"list"}) {
		t.Error("exec is not granted: the test proves nothing")
	}
	client := td.dial(t)
	for _, kind := range []string{"direct-tcpip", "forwarded-tcpip", "direct-streamlocal@openssh.com", "auth-agent@openssh.com", "x11", "tun@openssh.com", "default"} {
		_, _, err := client.OpenChannel(kind, nil)
		var refused *gossh.OpenChannelError
		if !errors.As(err, &refused) {
			t.Errorf("channel %s: %v", kind, err)
		}
	}
	for _, name := range []string{"tcpip-forward", "cancel-tcpip-forward", "streamlocal-forward@openssh.com", "no-more-sessions@openssh.com", "default"} {
		if ok, _, err := client.SendRequest(name, true, nil); ok || err != nil {
			t.Errorf("global request %s: %v, %v", name, ok, err)
		}
	}
}

func TestShellWithoutATerminal(t *testing.T) {
	td := openDoor(t, nil)
	sess, err := td.dial(t).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	sess.Stderr = &stderr
	if err := sess.Shell(); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(sess.Wait()); code != 2 || !strings.Contains(stderr.String(), "ssh -t") {
		t.Errorf("code %d, %q", code, stderr.String())
	}
}

func TestOneShellPerChannel(t *testing.T) {
	td := openDoor(t, nil)
	ch, reqs, err := td.dial(t).OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ch.Close()
	go gossh.DiscardRequests(reqs)
	pty := gossh.Marshal(struct {
		Term       string
		A, B, C, D uint32
		Modes      string
	}{"\x1b]0;x", 80, 24, 0, 0, ""})
	for i, c := range []struct {
		name    string
		payload []byte
		want    bool
	}{{"pty-req", pty, true}, {"pty-req", pty, false}, {"shell", nil, true}, {"shell", nil, false}, {"exec", gossh.Marshal(struct{ C string }{"list"}), false}, {"env", gossh.Marshal(struct{ A, B string }{"LANG", "fr"}), false}} {
		if ok, err := ch.SendRequest(c.name, true, c.payload); ok != c.want || err != nil {
			t.Errorf("%d: %s: %v, %v", i, c.name, ok, err)
		}
	}
}

func TestSocketFile(t *testing.T) {
	dir := shortDir(t)
	path := filepath.Join(dir, "run", "s")
	listen := func() (*Door, error) { return New(Options{Socket: path, Log: newLog(io.Discard)}) }
	d, err := listen()
	if err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]os.FileMode{filepath.Dir(path): 0o700, path: 0o600} {
		if info, err := os.Stat(p); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, %v", p, info.Mode(), err)
		}
	}
	if _, err := listen(); !errors.Is(err, ErrRunning) {
		t.Errorf("a second door on the socket: %v", err)
	}
	if _, err := net.Dial("unix", path); err != nil {
		t.Errorf("the second one broke the first: %v", err)
	}
	if err := d.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}

	// A socket that a killed server left behind.
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	_ = stale.Close()
	if d, err = listen(); err != nil {
		t.Fatalf("a stale socket is in the way: %v", err)
	}
	if err := d.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}

	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := listen(); err == nil {
		t.Error("a plain file was replaced")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(path), 0o770); err != nil {
		t.Fatal(err)
	}
	if _, err := listen(); err == nil {
		t.Error("a directory that others may write is taken")
	}
	path = filepath.Join(dir, strings.Repeat("x", 120))
	if _, err := listen(); err == nil || !strings.Contains(err.Error(), "bytes") {
		t.Errorf("a path that is too long: %v", err)
	}
}

func TestLabel(t *testing.T) {
	for in, want := range map[string]string{
		"pts/3": "pts/3", "ines@box": "ines@box", "é\x1b[2J\n": "??[2J?", "": "", strings.Repeat("a", 100): strings.Repeat("a", 64),
		"\u202eabc": "?abc",
	} {
		if got := label(in); got != want {
			t.Errorf("label(%q) = %q", in, got)
		}
	}
}
