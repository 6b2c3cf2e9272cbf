package attach

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/vt"
)

// Why there is no program is said on the terminal, which stays as it was.
func TestShellSaysWhyThereIsNoProgram(t *testing.T) {
	_, socket := serve(t, nil)
	s := attachWith(t, Options{Socket: socket, Environ: []string{"TERM=dumb"}}, 80, 24)
	s.expect(t, "TERM=dumb")
	o := <-s.ended
	if o.code != 2 || o.err != nil || s.modes(t) != s.before || strings.Contains(s.text(), "\x1b") {
		t.Errorf("%+v: %q", o, s.text())
	}
}

// However fast the window changes, the size at the end is the one that is
// shown, and keys go on working.
func TestShellInAStormOfSizes(t *testing.T) {
	_, socket := serve(t, nil)
	s := attach(t, socket, 80, 24)
	s.expect(t, "80x24")
	for i := range 300 {
		s.resize(t, 20+i%150, 5+i%50)
		if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
			t.Fatal(err)
		}
		if i%10 == 0 {
			s.key(t, "x")
		}
	}
	s.resize(t, 71, 17)
	if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	s.expect(t, "71x17")
	s.key(t, "q")
	if o := s.end(t); o.code != 0 || o.err != nil {
		t.Errorf("%+v", o)
	}
}

// leave puts a terminal back whatever it was in the middle of: a sequence that
// was cut off swallows nothing of it, and nothing of it is shown.
func TestLeaveEndsWhatWasCutOff(t *testing.T) {
	for _, cut := range []string{"", "\x1b", "\x1b[38;5;1", "\x1b]52;c;AAAA", "\x1b]2;ti", "\x1bP+q54", "\x1b[?2026h\x1b[1m", "é"[:1]} {
		e := vt.NewEmulator(40, 4)
		for _, out := range []string{"before", "\x1b[?1049h\x1b[?25l\x1b[?1003h\x1b[5 q", cut, leave, "after"} {
			if _, err := e.WriteString(out); err != nil {
				t.Fatal(err)
			}
		}
		if got := strings.TrimSpace(strings.Split(e.String(), "\n")[0]); got != "aftere" { // over "before"
			t.Errorf("after %q there is %q", cut, got)
		}
	}
}
