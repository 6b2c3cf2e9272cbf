package run

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestCPUOf(t *testing.T) {
	const stat = "4242 (a (strange) name) S 1 4242 4242 0 -1 4194560 1 2 3 4 120 30 5 6 20 0 9 0 100 1 2"
	if got, want := cpuOf(stat), 1610*time.Millisecond; got != want {
		t.Errorf("%v, want %v", got, want)
	}
	for _, bad := range []string{"", "1 (x", "1 (x) S 1 2"} {
		if got := cpuOf(bad); got != 0 {
			t.Errorf("%q: %v", bad, got)
		}
	}
}

func TestMemoryOf(t *testing.T) {
	const status = "Name:\tvigie\nVmPeak:\t  900 kB\nVmHWM:\t  2048 kB\nVmRSS:\t 1024 kB\nRssAnon:\t     512 kB\nRssFile:\t 512 kB\nThreads:\t9\n"
	want := Usage{RSS: 1 << 20, Anon: 512 << 10, Peak: 2 << 20}
	if got := memoryOf(status); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestScreen(t *testing.T) {
	for name, c := range map[string]struct{ bytes, want string }{
		"text":              {"READY", "READY"},
		"place":             {"\x1b[2;3Hoh", "\n  oh"},
		"cleared":           {"gone\x1b[2J\x1b[Hnew", "new"},
		"line cleared":      {"abcdef\r\x1b[3Cx\x1b[K", "abcx"},
		"scrolled":          {"\x1b[1;2r\x1b[1;1Hone\r\ntwo\r\nthree", "two\nthree"},
		"repeated":          {"a\x1b[3b", "aaaa"},
		"wide":              {"👍x", "👍x"},
		"alternate":         {"main\x1b[?1049hother", "other"},
		"cut in the middle": {"\x1b[3", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScreen(20, 4, func(string) {})
			s.write([]byte(c.bytes))
			var got []string
			for line := range strings.Lines(s.String()) {
				got = append(got, strings.TrimRight(line, " \n"))
			}
			if text := strings.TrimRight(strings.Join(got, "\n"), "\n"); text != c.want {
				t.Errorf("%q, want %q", text, c.want)
			}
		})
	}
}

// Whatever comes, the screen stays one: nothing a program writes ends the run.
func FuzzScreen(f *testing.F) {
	f.Add([]byte("\x1b[2J\x1b[5;9r\x1b[99;99H👍\x1b[3L\x1b[9P\x1bM\x1b[?1049h\x1b]11;?\x1b\\"))
	f.Fuzz(func(t *testing.T, p []byte) {
		s := newScreen(12, 5, func(string) {})
		s.write(p)
		if rows := strings.Count(s.String(), "\n"); rows != 5 {
			t.Errorf("%d rows", rows)
		}
	})
}

// A sequence that comes in pieces is one sequence.
func TestScreenInPieces(t *testing.T) {
	s := newScreen(20, 2, func(string) {})
	for _, b := range []byte("\x1b[2;5Hété") {
		s.write([]byte{b})
	}
	if got := s.String(); !strings.Contains(got, "\n    été") {
		t.Errorf("%q", got)
	}
}

func TestScreenAnswers(t *testing.T) {
	var said []string
	s := newScreen(20, 2, func(a string) { said = append(said, a) })
	s.write([]byte("\x1b[c\x1b[6n\x1b[?2026$p"))
	if got := strings.Join(said, " "); got != "\x1b[?62;22c \x1b[1;1R \x1b[?2026;2$y" {
		t.Errorf("%q", got)
	}
}

func TestCommand(t *testing.T) {
	ctx := context.Background()
	u, err := Command{Argv: []string{"sh", "-c", "echo $GREETING; cat"}, Env: []string{"GREETING=salut"}, Stdin: strings.NewReader("toi"), Watch: true}.Run(ctx)
	if err != nil || string(u.Out) != "salut\ntoi" || u.Wall <= 0 {
		t.Errorf("%+v %v", u, err)
	}
	if _, err := (Command{Argv: []string{"sh", "-c", "echo why >&2; exit 3"}}).Run(ctx); err == nil || !strings.Contains(err.Error(), "why") {
		t.Errorf("a failure says %v", err)
	}
	if _, err := (Command{Argv: []string{"sh", "-c", "exec tail -f /dev/null"}, Limit: 20 * time.Millisecond}).Run(ctx); !errors.Is(err, ErrTooLong) {
		t.Errorf("an endless command gives %v", err)
	}
}

func TestSession(t *testing.T) {
	s, err := Open(nil, "sh", "-c", `stty -echo; printf READY; read x; printf " got $x"; read y`)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close("\n")
	at, err := s.UntilText(10*time.Second, "READY")
	if err != nil || at.Before(s.Started) {
		t.Fatal(at, err)
	}
	if err := s.Send("a\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.UntilText(10*time.Second, "got a"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.UntilText(time.Millisecond, "never"); !errors.Is(err, ErrSilent) {
		t.Errorf("a text that never comes: %v", err)
	}
}

func TestOnCPU(t *testing.T) {
	if got := onCPU("123456789 42 7\n"); got != 123456789 {
		t.Errorf("%v", got)
	}
	if got := onCPU("x"); got != 0 {
		t.Errorf("%v", got)
	}
}
