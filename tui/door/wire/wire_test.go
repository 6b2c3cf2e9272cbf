package wire

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestQuoteRoundTrips(t *testing.T) {
	arg := rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[ '"\\$(){};&|<>\n\t#*?~=!a-c]{0,12}`),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		args := rapid.SliceOf(arg).Draw(t, "args")
		got, err := Split(Quote(args))
		if err != nil || !slices.Equal(got, args) {
			t.Fatalf("Split(Quote(%q)) = %q, %v; line %q", args, got, err, Quote(args))
		}
	})
}

// The line means the same to a real shell, which OpenSSH users have on their
// side of the wire.
func TestQuoteMeansTheSameToAShell(t *testing.T) {
	args := []string{"reply", "it's \"5 $USER\"", "a;b|c&d", "", "`id`", "$(id)", `\n \\`, "*", "~", "é\n2", "#x"}
	out, err := exec.Command("/bin/sh", "-c", "printf '%s\\000' "+Quote(args)).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); !slices.Equal(got, args) {
		t.Errorf("the shell read %q, want %q", got, args)
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string // nil: refused
	}{
		{"", []string{}},
		{"  ", []string{}},
		{"list --json", []string{"list", "--json"}},
		{`list 'a b' "c d" e\ f`, []string{"list", "a b", "c d", "e f"}},
		{`a''b ""`, []string{"ab", ""}},
		{`"a\"b\\c\$d\e"`, []string{`a"b\c$d\e`}},
		{`search $HOME price $5 *.go ~ #1`, []string{"search", "$HOME", "price", "$5", "*.go", "~", "#1"}},
		{`'a;b|c&d$(e)' "f;g"`, []string{"a;b|c&d$(e)", "f;g"}},
		{`list\;id`, []string{"list;id"}},
		{"a\tb\rc", []string{"a", "b", "c"}},
		{"list; id", nil},
		{"list|id", nil},
		{"list & id", nil},
		{"list && id", nil},
		{"list > f", nil},
		{"list < f", nil},
		{"list $(id)", nil},
		{`list "$(id)"`, nil},
		{"list ${HOME}", nil},
		{"list `id`", nil},
		{"list \"`id`\"", nil},
		{"(list)", nil},
		{"list\nid", nil},
		{"list \\\nid", nil},
		{"list 'a", nil},
		{`list "a`, nil},
		{`list \`, nil},
	} {
		got, err := Split(c.line)
		if c.want == nil {
			if !errors.Is(err, ErrWords) {
				t.Errorf("Split(%q) = %q, %v; want it refused", c.line, got, err)
			}
			continue
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("Split(%q) = %q, %v; want %q", c.line, got, err, c.want)
		}
	}
}

func TestAllowed(t *testing.T) {
	for name, want := range map[string]bool{
		"COLORTERM": true, "NO_COLOR": true, "LANG": true, "LC_ALL": true, "LC_MESSAGES": true,
		"VIGIE_TTY": true, "VIGIE_X2": true,
		"VIGIE_": false, "VIGIE_a": false, "vigie_TTY": false, "VIGIE_A=B": false, "": false,
		"TERM": false, "WT_SESSION": false, "LD_PRELOAD": false, "PATH": false, "TMUX": false,
		"SSH_TTY": false, "LC_TIME": false, "TEA_TRACE": false, "LANGUAGE": false,
		"VIGIE_" + strings.Repeat("A", 80): false,
	} {
		if got := Allowed(name, "x"); got != want {
			t.Errorf("Allowed(%q) = %v", name, got)
		}
	}
	for _, value := range []string{"a\x1bb", "a\nb", "a\u009bb", strings.Repeat("x", MaxValueBytes+1)} {
		if Allowed("LANG", value) {
			t.Errorf("the value %.20q passes", value)
		}
	}
}

func TestTerminal(t *testing.T) {
	for term, want := range map[string]bool{
		"xterm-256color": true, "tmux": true, "dumb": true, "xterm+24bit": true, "rxvt-unicode_2.0": true,
		"": false, "x y": false, "../../etc": false, "x\x1b[": false, strings.Repeat("x", 65): false, strings.Repeat("x", 64): true,
	} {
		if got := Terminal(term); got != want {
			t.Errorf("Terminal(%q) = %v", term, got)
		}
	}
}

func TestLookup(t *testing.T) {
	env := []string{"A=1", "AB=2", "A=3", "C="}
	if got := Lookup(env, "A") + Lookup(env, "AB") + Lookup(env, "C") + Lookup(env, "D"); got != "32" {
		t.Errorf("got %q", got)
	}
}

func TestCheckPeer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for name, conn := range map[string]net.Conn{"client": client, "server": server} {
		if err := CheckPeer(conn, os.Geteuid()); err != nil {
			t.Errorf("%s side: own user refused: %v", name, err)
		}
		if err := CheckPeer(conn, os.Geteuid()+1); !errors.Is(err, ErrPeer) {
			t.Errorf("%s side: another user passes: %v", name, err)
		}
	}
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	if err := CheckPeer(a, os.Geteuid()); !errors.Is(err, ErrPeer) {
		t.Errorf("a connection without credentials passes: %v", err)
	}
	if matchUID(-1, -1) == nil {
		t.Error("an unknown user matches")
	}
}
