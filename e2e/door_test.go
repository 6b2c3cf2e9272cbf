//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/tui/door"
)

// doorPatience bounds each run of an OpenSSH program.
const doorPatience = patience

// sshBox is a door on TCP with the files an OpenSSH client needs for it.
type sshBox struct {
	dir, port string
	commands  atomic.Int64 // that reached Exec
}

type doorScreen struct{}

func (doorScreen) Init() tea.Cmd { return nil }

func (m doorScreen) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if key, ok := msg.(tea.KeyPressMsg); ok && key.String() == "q" {
		return m, tea.Quit
	}
	return m, nil
}

func (doorScreen) View() tea.View {
	v := tea.NewView("the inbox")
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	return v
}

func openBox(t *testing.T) *sshBox {
	t.Helper()
	b := &sshBox{dir: t.TempDir()}
	var keys []byte
	for name, role := range map[string]string{"owner": "admin", "reader": "read", "stranger": ""} {
		if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", b.path(name)).CombinedOutput(); err != nil {
			t.Fatalf("ssh-keygen: %v: %s", err, out)
		}
		public, err := os.ReadFile(b.path(name + ".pub"))
		if err != nil {
			t.Fatal(err)
		}
		if role != "" {
			keys = append(keys, fmt.Sprintf("vigie-role=%q %s", role, public)...)
		}
	}
	if err := os.WriteFile(b.path("keys"), keys, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := door.New(door.Options{
		Listen: ":0", HostKeyPath: b.path("host"), AuthorizedKeysPath: b.path("keys"), Language: "en",
		Model: func(context.Context, door.Session) (tea.Model, error) { return doorScreen{}, nil },
		Exec:  b.run, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- d.Serve(context.Background()) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), doorPatience)
		defer cancel()
		if err := errors.Join(d.Shutdown(ctx), <-served); err != nil {
			t.Error(err)
		}
	})
	_, b.port, err = net.SplitHostPort(d.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	host, err := os.ReadFile(b.path("host.pub"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.path("known"), fmt.Appendf(nil, "[127.0.0.1]:%s %s", b.port, host), 0o600); err != nil {
		t.Fatal(err)
	}
	return b
}

// run stands for vigie's commands: it knows list, and says who asks.
func (b *sshBox) run(_ context.Context, c door.Command) int {
	b.commands.Add(1)
	if len(c.Args) == 0 || c.Args[0] != "list" {
		fmt.Fprintln(c.Stderr, "unknown command")
		return 2
	}
	in, err := io.ReadAll(c.Stdin)
	fmt.Fprintf(c.Stdout, "%q %s %s %q %v %q\n", c.Args, c.Role, c.Key, in, err, c.Environ)
	return 7
}

func (b *sshBox) path(name string) string { return filepath.Join(b.dir, name) }

// options that all OpenSSH programs take; the host key is the known one.
func (b *sshBox) options(key string) []string {
	return []string{
		"-F", "/dev/null", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes",
		"-o", "UserKnownHostsFile=" + b.path("known"), "-i", b.path(key),
	}
}

// ssh runs "ssh flags… 127.0.0.1 words…" with a key.
func (b *sshBox) ssh(t *testing.T, key string, flags []string, words ...string) sshResult {
	t.Helper()
	args := append(b.options(key), "-p", b.port)
	args = append(append(args, flags...), "127.0.0.1")
	return sshRun(t, nil, nil, "ssh", append(args, words...)...)
}

func TestDoorCommands(t *testing.T) {
	b := openBox(t)
	args := append(b.options("owner"), "-p", b.port, "-o", "SendEnv=LANG LD_PRELOAD", "127.0.0.1", "list", "--json", "'a b'")
	got := sshRun(t, strings.NewReader("piped in"), []string{"LANG=fr_FR.UTF-8", "LD_PRELOAD="}, "ssh", args...)
	want := sshResult{"[\"list\" \"--json\" \"a b\"] admin owner \"piped in\" <nil> [\"LANG=fr_FR.UTF-8\"]\n", "", 7}
	if got != want {
		t.Errorf("got %+v", got)
	}
	for _, words := range [][]string{{"id"}, {"sh", "-c", "id"}, {"/bin/sh"}, {"scp", "-t", "/tmp"}} {
		if got := b.ssh(t, "owner", nil, words...); got.code != 2 || got.stdout != "" || got.stderr != "unknown command\n" {
			t.Errorf("%q: got %+v", words, got)
		}
	}
	before := b.commands.Load()
	for _, line := range []string{"list; id", "list | id", "list && id", "list $(id)", "list `id`", "list > " + b.path("made")} {
		if got := b.ssh(t, "owner", nil, line); got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "one command of vigie only") {
			t.Errorf("%q: got %+v", line, got)
		}
	}
	if b.commands.Load() != before {
		t.Error("a line with operators reached a command")
	}
	if _, err := os.Stat(b.path("made")); err == nil {
		t.Error("a file was made")
	}
}

func TestDoorKeys(t *testing.T) {
	b := openBox(t)
	if got := b.ssh(t, "stranger", nil, "list"); got.code != 255 || !strings.Contains(got.stderr, "Permission denied (publickey)") {
		t.Errorf("a stranger: %+v", got)
	}
	// The owner's key is offered by its public half alone and accepted; what
	// signs is the reader's. Who came in is the reader.
	if err := os.Rename(b.path("owner.pub"), b.path("offered.pub")); err != nil {
		t.Fatal(err)
	}
	got := b.ssh(t, "offered.pub", []string{"-v", "-i", b.path("reader")}, "list")
	if !strings.Contains(got.stderr, "Server accepts key: "+b.path("offered")) {
		t.Errorf("the owner's key was not offered first: %s", got.stderr)
	}
	if got.code != 7 || !strings.Contains(got.stdout, "read reader") {
		t.Errorf("who came in: %+v", got)
	}
}

func TestDoorTerminal(t *testing.T) {
	b := openBox(t)
	if got := b.ssh(t, "owner", []string{"-T"}); got.code != 2 || !strings.Contains(got.stderr, "ssh -t") {
		t.Errorf("without a terminal: %+v", got)
	}
	in, keys, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	defer keys.Close() // not before the end: a closed input hangs up
	screen := &onSight{what: "the inbox", do: func() {
		if _, err := io.WriteString(keys, "q"); err != nil {
			t.Error(err)
		}
	}}
	got := sshRunTo(t, in, screen, nil, "ssh", append(b.options("owner"), "-p", b.port, "-tt", "127.0.0.1")...)
	if got.code != 0 || !strings.Contains(got.stdout, "\x1b[?1049h") || !strings.Contains(got.stdout, "\x1b[?1049l") || !strings.Contains(got.stdout, "\x1b[?1002l") {
		t.Errorf("got %+v", got)
	}
}

func TestDoorRefusesFiles(t *testing.T) {
	b := openBox(t)
	if err := os.WriteFile(b.path("batch"), []byte("ls\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := sshRun(t, nil, nil, "sftp", append(b.options("owner"), "-P", b.port, "-b", b.path("batch"), "127.0.0.1")...); got.code == 0 || !strings.Contains(got.stderr, "subsystem request failed") {
		t.Errorf("sftp: %+v", got)
	}
	for _, flag := range []string{"-O", "-s"} {
		to := b.path("stolen" + flag)
		if got := sshRun(t, nil, nil, "scp", append(b.options("owner"), flag, "-P", b.port, "127.0.0.1:/etc/passwd", to)...); got.code == 0 {
			t.Errorf("scp %s down: %+v", flag, got)
		}
		if info, err := os.Stat(to); err == nil && info.Size() > 0 {
			t.Errorf("scp %s copied %d bytes", flag, info.Size())
		}
		if got := sshRun(t, nil, nil, "scp", append(b.options("owner"), flag, "-P", b.port, b.path("batch"), "127.0.0.1:"+b.path("up"+flag))...); got.code == 0 {
			t.Errorf("scp %s up: %+v", flag, got)
		}
		if _, err := os.Stat(b.path("up" + flag)); err == nil {
			t.Errorf("scp %s made a file", flag)
		}
	}
	if got := b.ssh(t, "owner", []string{"-s"}, "anything"); got.code == 0 || !strings.Contains(got.stderr, "subsystem request failed") {
		t.Errorf("-s: %+v", got)
	}
}

// doorTarget is what forwarding would reach; it counts who comes.
func doorTarget(t *testing.T) (addr string, reached *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	reached = &atomic.Int64{}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			reached.Add(1)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String(), reached
}

func TestDoorRefusesForwarding(t *testing.T) {
	b := openBox(t)
	target, reached := doorTarget(t)
	if got := b.ssh(t, "owner", []string{"-W", target}); got.code == 0 || !strings.Contains(got.stderr, "open failed") {
		t.Errorf("-W: %+v", got)
	}
	for _, to := range []string{"0:" + target, b.path("sock") + ":" + target} {
		if got := b.ssh(t, "owner", []string{"-N", "-o", "ExitOnForwardFailure=yes", "-R", to}); got.code == 0 || !strings.Contains(got.stderr, "forwarding failed") {
			t.Errorf("-R %s: %+v", to, got)
		}
	}
	host, port, _ := net.SplitHostPort(target)
	socks := append([]byte{5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1}, portBytes(t, port)...)
	for flag, c := range map[string]struct {
		spec string
		say  []byte
	}{
		"-L": {b.path("L") + ":" + host + ":" + port, []byte("hello")},
		"-D": {"", socks},
	} {
		t.Run(flag, func(t *testing.T) { b.forward(t, flag, c.spec, c.say) })
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("the target was reached %d times", n)
	}
}

func portBytes(t *testing.T, port string) []byte {
	t.Helper()
	n, err := net.LookupPort("tcp", port)
	if err != nil {
		t.Fatal(err)
	}
	return []byte{byte(n >> 8), byte(n)}
}

// forward runs a client that listens here, connects to it and expects to be
// refused: the end, or a SOCKS answer that is no success.
func (b *sshBox) forward(t *testing.T, flag, spec string, say []byte) {
	network, addr := "unix", b.path("L")
	if flag == "-D" {
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		network, addr = "tcp", free.Addr().String()
		spec = addr
		_ = free.Close()
	}
	ctx, cancel := context.WithTimeout(t.Context(), doorPatience)
	defer cancel()
	args := append(b.options("owner"), "-p", b.port, "-N", flag, spec, "127.0.0.1")
	cmd := exec.CommandContext(ctx, "ssh", args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel()
		_ = cmd.Wait() // killed
	}()
	conn := doorDial(ctx, t, network, addr)
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(doorPatience)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(say); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		t.Errorf("%s stays open", flag)
	}
	// A SOCKS greeting is answered by the client itself: 5, 0. What counts is
	// that no success (5, 0, 0, …) of the connection follows with data.
	if flag == "-L" && len(answer) > 0 {
		t.Errorf("%s answered %q", flag, answer)
	}
}

func doorDial(ctx context.Context, t *testing.T, network, addr string) net.Conn {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := net.Dial(network, addr)
		if err == nil {
			return conn
		}
		select {
		case <-ctx.Done():
			t.Fatalf("nobody listens on %s: %v", addr, err)
		case <-tick.C:
		}
	}
}

func TestDoorRefusesAgentAndDisplay(t *testing.T) {
	b := openBox(t)
	socket := b.path("agent")
	ctx, cancel := context.WithCancel(t.Context())
	agent := exec.CommandContext(ctx, "ssh-agent", "-D", "-a", socket)
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel()
		_ = agent.Wait() // killed
	}()
	_ = doorDial(ctx, t, "unix", socket).Close()
	args := append(b.options("owner"), "-p", b.port, "-v", "-A", "127.0.0.1", "list")
	got := sshRun(t, nil, []string{"SSH_AUTH_SOCK=" + socket}, "ssh", args...)
	if got.code != 7 || !strings.Contains(got.stderr, "Requesting authentication agent forwarding") || strings.Contains(got.stdout, "SSH_AUTH_SOCK") {
		t.Errorf("-A: %+v", got)
	}
	args = append(b.options("owner"), "-p", b.port, "-Y", "127.0.0.1", "list")
	got = sshRun(t, nil, []string{"DISPLAY=127.0.0.1:99"}, "ssh", args...)
	if got.code != 7 || !strings.Contains(got.stderr, "X11 forwarding request failed") {
		t.Errorf("-X: %+v", got)
	}
}
