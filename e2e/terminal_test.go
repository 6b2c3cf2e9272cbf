//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// program is a script of the shell in a directory of its own.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// The person's editor gets the terminal as it was found, and what it saves is
// the answer's text.
func TestTerminalEditor(t *testing.T) {
	editor := script(t, `head -1 "$1"; echo "editor here $(stty -a | grep -o ' icanon')"; read line; echo "$line" > "$1"`)
	d := openDemo(t, 100, 30, "EDITOR="+editor)
	d.Type("r")
	d.Wait("ctrl\\+s")
	d.Type("begun")
	d.Press("C-e")
	d.Wait("editor here  icanon", "^# ")
	if m := d.Modes(); m != atHome {
		t.Errorf("the editor's terminal is %+v", m)
	}
	d.Pane.Resize(90, 28)
	d.Type("written in the editor")
	d.Press("Enter")
	d.Wait("written in the editor", "ctrl\\+s")
	if m := d.Modes(); !m.Alternate {
		t.Errorf("the screen does not come back: %+v", m)
	}
	d.Type(" and here")
	d.Wait("written in the editor and here")
	d.Press("Escape")
	d.WaitGone("ctrl\\+s")
	d.Type("q")
	d.Home(0)
}

// What is copied by a key is what the terminal is given; a tmux that takes it
// holds it.
func TestTerminalClipboard(t *testing.T) {
	d := openDemo(t, 100, 30)
	d.tmux("set-option", "-s", "set-clipboard", "on")
	d.Type("yt")
	Until(t, "the text is copied", func() bool {
		out, err := d.try("show-buffer")
		return err == nil && len(strings.TrimSpace(out)) > 3
	})
	d.Type("q")
	d.Home(0)
}

// Somebody who has configured nothing presses d, looks at the demonstration,
// and is back where it was offered.
func TestTerminalWelcome(t *testing.T) {
	b := NewBox(t, "")
	p := NewDesk(t, b.Environ).Open(80, 24)
	p.Command(vigie(t) + " --config " + filepath.Join(b.Dir, "config.yaml"))
	p.Wait("Welcome to vigie", "add a first account")
	p.Type("d")
	p.Wait(anyThread)
	p.Type("q")
	p.Wait("Welcome to vigie")
	p.Type("a")
	p.Wait("Name of the client")
	p.Command("Miette")
	p.Wait("Network")
	p.Command("feeds")
	p.Wait("Address of feed 1")
	p.Command("http://127.0.0.1:9/feed.xml")
	p.Wait("Address of feed 2")
	p.Press("Enter")
	p.Wait("Word that counts 1")
	p.Press("Enter")
	p.Wait("Answer again") // nobody listens there
	p.Command("n")
	p.Wait("Enter to go on")
	p.Press("Enter")
	p.Wait(`1 Miette`)
	p.Type("q")
	p.Home(0)
}

// A screen for screen readers: no frame, and the cursor on its row.
func TestTerminalLinear(t *testing.T) {
	b := NewBox(t, "")
	p := NewDesk(t, b.Environ).Open(80, 24)
	p.Command(vigie(t) + " demo --linear --seed 1 --data " + b.Dir)
	p.Wait("^unread ")
	if strings.ContainsAny(p.Screen(), "─━│┃▌●╎") {
		t.Errorf("a frame is drawn:\n%s", p.Screen())
	}
	before := p.tmux("display-message", "-p", "-t", p.id, "#{cursor_y}")
	p.Type("j")
	Until(t, "the cursor follows", func() bool {
		return p.tmux("display-message", "-p", "-t", p.id, "#{cursor_y}") != before
	})
	p.Type("q")
	p.Home(0)
}

// A terminal that cannot move its cursor is told so.
func TestTerminalDumb(t *testing.T) {
	b := NewBox(t, "")
	p := NewDesk(t, b.Environ).Open(80, 24)
	p.Command("TERM=dumb " + vigie(t))
	p.Wait("TERM=dumb\\) cannot", "^<2>$")
}
