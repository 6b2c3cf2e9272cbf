//go:build walk

package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"vigie/connectors/sandbox"
	"vigie/inbox"
	"vigie/tui/lang"
)

// TestWalkAmongHostiles: people whose names and texts are commands to a
// terminal, or break columns, reach no terminal but as words.
func TestWalkAmongHostiles(t *testing.T) {
	t.Parallel()
	w := newWalker(t, build(t), manner{lang: lang.French})
	stroll := func(query string) []byte {
		w.attach()
		w.see("Miette")
		w.term.quiet()
		w.command("filter " + query)
		w.aligned()
		n := len(w.threads(query))
		w.press("g", "g", "enter")
		for range n {
			w.press("J", "G")
			w.aligned()
		}
		w.press("p")
		w.press("esc")
		w.press("g", "l")
		w.press("esc")
		w.press("esc")
		w.press("esc")
		w.press("q")
		w.term.wait()
		return w.term.written()
	}
	w.meet("ordinary", []string{"Bonjour, êtes-vous ouverts ?", "Merci !"})
	plain := shapes(stroll("from:ordinary0"))
	texts := append(hostileTexts(t), strings.Repeat("\u202e\x1b]52;c;QQ==\x07W", 20_000))
	w.meet("hostile", texts)
	written := stroll("from:hostile kind:dm")
	for shape := range shapes(written) {
		if !plain[shape] {
			t.Errorf("a command to the terminal that only hostile people bring about: %s", shape)
		}
	}
	for _, r := range string(sequence.ReplaceAll(written, nil)) {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\b':
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u200b' || r == '\ufeff':
			t.Errorf("%U reached the terminal", r)
		}
	}
}

// meet lets people write to all of Miette's accounts, each under a name that is
// the text as well.
func (w *walker) meet(handle string, texts []string) {
	w.t.Helper()
	accounts := []inbox.AccountID{gram, "miette-mastodon", "miette-bluesky"}
	for i, s := range texts {
		p := w.world.Meet(sandbox.Person{Handle: fmt.Sprint(handle, i), Host: "piaille.example", Name: s, Bio: s, Lang: "fr", Followers: 1})
		if _, err := w.world.Write(sandbox.Item{Account: accounts[i%len(accounts)], Kind: sandbox.Direct, Person: p.ID, Text: s + " fin", Image: s, Lang: "fr"}); err != nil {
			w.t.Fatal(err)
		}
	}
	w.srv.eng.Sync(accounts...)
	w.until("all are collected", func() bool { return len(w.threads("from:"+handle)) >= len(texts)*9/10 })
}

// aligned looks whether the line between list and thread stands in one column;
// beside scripts whose signs join into one, terminals do not agree on widths.
func (w *walker) aligned() {
	w.t.Helper()
	lines := w.term.cells()
	lines = lines[2 : len(lines)-2]
	lines = slices.DeleteFunc(lines, func(l []string) bool {
		return strings.ContainsFunc(strings.Join(l, ""), func(r rune) bool {
			return unicode.Is(unicode.Mc, r) || unicode.In(r, unicode.Devanagari, unicode.Tamil)
		})
	})
	for x := range lines[0] {
		n := 0
		for _, l := range lines {
			if l[x] == "│" {
				n++
			}
		}
		if n == len(lines) {
			return
		}
	}
	w.t.Errorf("columns are not aligned:\n%s", w.term.text())
}

// shapes are the kinds of commands to a terminal that were written: what they
// do, without their numbers; titles as they are.
func shapes(written []byte) map[string]bool {
	digits, draws := regexp.MustCompile(`[0-9;:]+`), regexp.MustCompile(`^\x1b\[[0-9;:]*[ABCDGHJKXdm]$`)
	out := map[string]bool{}
	for _, s := range sequence.FindAll(written, -1) {
		switch {
		case draws.Match(s): // moves the cursor, erases, chooses a colour
		case strings.HasPrefix(string(s), "\x1b]"):
			out[fmt.Sprintf("%.40q", s)] = true
		case strings.HasPrefix(string(s), "\x1b[?"):
			out[fmt.Sprintf("%q", s)] = true
		default:
			out[fmt.Sprintf("%q", digits.ReplaceAll(s, nil))] = true
		}
	}
	return out
}
