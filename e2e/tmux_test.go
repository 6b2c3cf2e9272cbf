//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Desk is a tmux server of its own: one for each test, so that nothing of
// whoever runs the tests is touched.
type Desk struct {
	t      testing.TB
	socket string
	env    []string
	panes  int
}

// Pane is a terminal with a shell in it.
type Pane struct {
	*Desk
	id string
}

// prompt is what the shell of a pane asks with: the last exit code.
const prompt = "<$?> "

// NewDesk starts a tmux server whose shells see the environment, with more
// added. It ends with the test.
func NewDesk(t testing.TB, env []string, more ...string) *Desk {
	t.Helper()
	dir, err := os.MkdirTemp("", "vigie-tmux-")
	if err != nil {
		t.Fatal(err)
	}
	d := &Desk{t: t, socket: filepath.Join(dir, "tmux")}
	rc := filepath.Join(dir, "rc") // what an interactive sh reads first
	if err := os.WriteFile(rc, []byte("PS1='"+prompt+"'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.env = append(append([]string{"ENV=" + rc, "TERM=xterm-256color"}, env...), more...)
	t.Cleanup(func() {
		if d.panes > 0 {
			_, _ = d.try("kill-server") // the last pane may have ended it
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *Desk) try(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "tmux", append([]string{"-u", "-f", "/dev/null", "-S", d.socket}, args...)...)
	cmd.Env = d.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("tmux %q: %w: %s", args, err, out)
	}
	return string(out), nil
}

func (d *Desk) tmux(args ...string) string {
	d.t.Helper()
	out, err := d.try(args...)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// Open opens a terminal of a size with a shell; env is added to its
// environment.
func (d *Desk) Open(width, height int, env ...string) *Pane {
	d.t.Helper()
	args := []string{"new-session", "-d", "-P", "-F", "#{pane_id}", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height)}
	for _, e := range env {
		args = append(args, "-e", e)
	}
	out := d.tmux(append(args, "sh")...)
	d.panes++
	p := &Pane{d, strings.TrimSpace(out)}
	p.Wait(`^<0>$`)
	return p
}

// Type types text as it is.
func (p *Pane) Type(text string) { p.t.Helper(); p.tmux("send-keys", "-t", p.id, "-l", "--", text) }

// Press presses keys by tmux's names, such as Enter, Escape, C-s.
func (p *Pane) Press(keys ...string) {
	p.t.Helper()
	p.tmux(append([]string{"send-keys", "-t", p.id, "--"}, keys...)...)
}

// Command types a command line into the shell.
func (p *Pane) Command(line string) { p.t.Helper(); p.Type(line); p.Press("Enter") }

// Screen is the text that is there now.
func (p *Pane) Screen() string {
	p.t.Helper()
	return p.tmux("capture-pane", "-p", "-t", p.id)
}

// Wait waits until the screen matches all patterns; ^ and $ are a line's ends.
func (p *Pane) Wait(patterns ...string) time.Duration {
	p.t.Helper()
	return p.until(true, patterns...)
}

// WaitGone waits until the screen matches none of the patterns.
func (p *Pane) WaitGone(patterns ...string) { p.t.Helper(); p.until(false, patterns...) }

func (p *Pane) until(there bool, patterns ...string) time.Duration {
	p.t.Helper()
	began := time.Now()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		screen := p.Screen()
		wrong := ""
		for _, pattern := range patterns {
			if regexp.MustCompile("(?m)"+pattern).MatchString(screen) != there {
				wrong = pattern
			}
		}
		switch {
		case wrong == "":
			return time.Since(began)
		case time.Since(began) > screenPatience:
			p.t.Fatalf("after %s the screen should match %q (%v):\n%s", screenPatience, wrong, there, screen)
		}
		<-tick.C
	}
}

// screenPatience is how long a screen may take; what must be quick is
// measured where it is asked for.
const screenPatience = patience

// Has checks the screen of this moment.
func (p *Pane) Has(patterns ...string) {
	p.t.Helper()
	screen := p.Screen()
	for _, pattern := range patterns {
		if !regexp.MustCompile("(?m)" + pattern).MatchString(screen) {
			p.t.Errorf("the screen lacks %q:\n%s", pattern, screen)
		}
	}
}

// Modes are those of the terminal that a program must give back.
type Modes struct{ Alternate, Cursor, Mouse bool }

// atHome is how a shell has its terminal.
var atHome = Modes{Cursor: true}

// Modes asks for them.
func (p *Pane) Modes() Modes {
	p.t.Helper()
	var alternate, cursor, mouse int
	out := p.tmux("display-message", "-p", "-t", p.id, "#{alternate_on} #{cursor_flag} #{mouse_any_flag}")
	if _, err := fmt.Sscan(out, &alternate, &cursor, &mouse); err != nil {
		p.t.Fatalf("modes %q: %v", out, err)
	}
	return Modes{alternate == 1, cursor == 1, mouse == 1}
}

// Home waits until the shell asks again, with an exit code, and checks that
// the terminal is as it was.
func (p *Pane) Home(code int) {
	p.t.Helper()
	p.Wait(fmt.Sprintf(`^<%d>$`, code))
	if m := p.Modes(); m != atHome {
		p.t.Errorf("the terminal was not given back: %+v", m)
	}
}

// Shell is the process id of the pane's shell.
func (p *Pane) Shell() int {
	p.t.Helper()
	var pid int
	if _, err := fmt.Sscan(p.tmux("display-message", "-p", "-t", p.id, "#{pane_pid}"), &pid); err != nil {
		p.t.Fatal(err)
	}
	return pid
}

// Close closes the terminal as a window is closed: its programs get SIGHUP.
func (p *Pane) Close() { p.t.Helper(); p.tmux("kill-pane", "-t", p.id) }

// Resize gives the terminal another size.
func (p *Pane) Resize(width, height int) {
	p.t.Helper()
	p.tmux("resize-window", "-t", p.id, "-x", fmt.Sprint(width), "-y", fmt.Sprint(height))
}

// Record writes all that programs send to the terminal into a file.
func (p *Pane) Record(path string) {
	p.t.Helper()
	p.tmux("pipe-pane", "-t", p.id, "cat >"+path)
}
