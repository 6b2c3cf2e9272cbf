package attach

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// script is a program of the shell in a directory of its own.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// editWith presses e with an editor, and says what came of it and what is left
// of its files.
func editWith(t *testing.T, variable, editor, want string) {
	t.Helper()
	_, socket := serve(t, nil)
	dir := t.TempDir()
	s := attachWith(t, Options{Socket: socket, Environ: []string{
		variable + "=" + editor, "XDG_RUNTIME_DIR=" + dir, "PATH=" + os.Getenv("PATH"),
	}}, 80, 24)
	s.expect(t, "80x24 []")
	s.key(t, "e")
	s.expect(t, want)
	s.key(t, "q")
	if o := s.end(t); o.code != 0 || o.err != nil {
		t.Errorf("%d, %v", o.code, o.err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestEditor(t *testing.T) {
	change := `stat -c %a "$1" "$(dirname "$1")" | tr '\n' ' ' > "$1.modes"; head -1 "$1" > "$1.head"
		{ cat "$1.modes" "$1.head"; echo "new words é"; } > "$1"`
	for name, c := range map[string]struct{ variable, editor, want string }{
		"changes":             {"EDITOR", script(t, change), `edited "600 700 # header\nnew words é" <nil>`},
		"VISUAL with options": {"VISUAL", script(t, `[ "$1 $2" = "-f --wait" ] && echo fine > "$3"`) + " -f  --wait", `edited "fine" <nil>`},
		"a shell's line":      {"EDITOR", `sh -c 'echo "in a shell" > "$1"' x`, `edited "in a shell" <nil>`},
		"changes nothing":     {"EDITOR", "true", `edited "old words" <nil>`},
		"fails":               {"EDITOR", script(t, `echo lost > "$1"; exit 1`), `edited "" unsaved`},
		"dies":                {"EDITOR", script(t, `echo saved > "$1"; kill -9 $$`), `edited "saved" <nil>`},
		"is missing":          {"EDITOR", "/nowhere/editor", `edited "" noprogram`},
		"is missing, a shell": {"EDITOR", "no-such-editor 'x'", `edited "" noprogram`},
	} {
		t.Run(name, func(t *testing.T) { editWith(t, c.variable, c.editor, c.want) })
	}
}

// The terminal is the editor's: cooked, on its main screen, keys and all.
func TestEditorHasTheTerminal(t *testing.T) {
	_, socket := serve(t, nil)
	editor := script(t, `stty -a | grep -o ' icanon\| echo ' | tr -d '\n'; echo "editor here"; read line; echo "$line" > "$1"`)
	s := attachWith(t, Options{Socket: socket, Environ: []string{"EDITOR=" + editor, "PATH=" + os.Getenv("PATH")}}, 80, 24)
	s.expect(t, "80x24 []")
	s.key(t, "e")
	s.expect(t, " icanon echo editor here")
	if modes := s.modes(t); modes != s.before {
		t.Error("the terminal is not as it was found")
	}
	out := s.text()
	if strings.LastIndex(out, "\x1b[?1049l") < strings.LastIndex(out, "\x1b[?1049h") {
		t.Error("the editor is on the session's screen")
	}
	s.resize(t, 60, 20)
	s.key(t, "typed meanwhile\n")
	s.expect(t, `edited "typed meanwhile" <nil>`)
	s.expect(t, "60x20")
	s.key(t, "k") // and the session has the keys again
	s.expect(t, "k]")
	s.key(t, "q")
	s.end(t)
}

// When the link is lost under an editor it goes on, and the text stays.
func TestEditorOutlivesTheLink(t *testing.T) {
	d, socket := serve(t, nil)
	dir := t.TempDir()
	editor := script(t, `echo "editor here"; read line; echo "$line" > "$1"`)
	s := attachWith(t, Options{Socket: socket, Environ: []string{
		"EDITOR=" + editor, "XDG_RUNTIME_DIR=" + dir, "PATH=" + os.Getenv("PATH"),
	}}, 80, 24)
	s.expect(t, "80x24 []")
	s.key(t, "e")
	s.expect(t, "editor here")
	if err := d.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.key(t, "written in vain?\n")
	s.end(t)
	s.expect(t, "gardé dans "+dir)
	found, err := filepath.Glob(filepath.Join(dir, "vigie-*", "*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("kept: %v, %v", found, err)
	}
	if raw, err := os.ReadFile(found[0]); err != nil || string(raw) != "written in vain?\n" {
		t.Errorf("kept: %q, %v", raw, err)
	}
}

func TestOpenerAndErrands(t *testing.T) {
	_, socket := serve(t, nil)
	said := filepath.Join(t.TempDir(), "said")
	opener := script(t, `printf '%s|' "$@" > `+said)
	s := attachWith(t, Options{
		Socket: socket, Opener: []string{opener, "--new-tab"},
		Errands: map[string][]string{"demo": {"sh", "-c", "echo the demo runs"}},
		Environ: []string{"PATH=" + os.Getenv("PATH")},
	}, 80, 24)
	s.expect(t, "80x24 []")
	s.key(t, "o")
	s.expect(t, "opened <nil>")
	if raw, err := os.ReadFile(said); err != nil || string(raw) != "--new-tab|https://example.com/a?b=c&d=$(id)|" {
		t.Errorf("opened %q, %v", raw, err)
	}
	s.key(t, "d")
	s.expect(t, "the demo runs")
	s.expect(t, "ran ")
	s.key(t, "q")
	s.end(t)

	for words, want := range map[string]string{"exit 130": "ran abandoned", "kill -INT $$": "ran abandoned", "exit 1": "ran program"} {
		s = attachWith(t, Options{Socket: socket, Errands: map[string][]string{"demo": {"sh", "-c", words}}, Environ: []string{"PATH=" + os.Getenv("PATH")}}, 80, 24)
		s.expect(t, "80x24 []")
		s.key(t, "d")
		s.expect(t, want)
		s.key(t, "q")
		s.end(t)
	}

	s = attachWith(t, Options{Socket: socket, Opener: []string{"/nowhere"}}, 80, 24)
	s.expect(t, "80x24 []")
	s.key(t, "d")
	s.expect(t, "ran elsewhere")
	s.key(t, "o")
	s.expect(t, "opened noprogram")
	s.key(t, "q")
	s.end(t)
}

// A signal that ends the client ends its editor, whose text stays.
func TestEditorEndsWithTheClient(t *testing.T) {
	_, socket := serve(t, nil)
	dir := t.TempDir()
	editor := script(t, `echo "before the end" > "$1"; echo "editor here"; read line; read line`)
	s := attachWith(t, Options{Socket: socket, Environ: []string{
		"EDITOR=" + editor, "XDG_RUNTIME_DIR=" + dir, "PATH=" + os.Getenv("PATH"),
	}}, 80, 24)
	s.expect(t, "80x24 []")
	s.key(t, "e")
	s.expect(t, "editor here")
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil { // a key of the editor's
		t.Fatal(err)
	}
	s.cancel()
	if o := s.end(t); o.code != ExitInterrupted {
		t.Errorf("%+v", o)
	}
	s.expect(t, "gardé dans "+dir)
}
