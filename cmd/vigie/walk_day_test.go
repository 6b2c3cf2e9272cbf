//go:build walk

package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
	"vigie/tui/lang"
)

// far is a link like a train's: 300 ms there and back, 32 kB a second.
func far() link { return link{delay: 150 * time.Millisecond, rate: 32 << 10} }

// TestWalk is the day of a community manager, step by step as the person does
// it, on the real program. Each step says what must be true.
func TestWalk(t *testing.T) {
	bin := build(t)
	for _, m := range []manner{
		{lang: lang.French}, {lang: lang.English, mono: true}, {lang: lang.French, mono: true, link: far()}, {lang: lang.English, link: far()},
	} {
		t.Run(m.String(), func(t *testing.T) {
			w := newWalker(t, bin, m)
			for _, s := range []struct {
				name string
				do   func(*walker)
			}{
				{"1 attach", attachInTheMorning}, {"2 digest", readTheDigest}, {"3 next due", goToTheNextDue},
				{"4 open", openIt}, {"5-7 answer", answerIt},
			} {
				begun := time.Now()
				s.do(w)
				t.Logf("%s: %v", s.name, time.Since(begun).Round(time.Millisecond))
			}
		})
	}
}

const (
	regular = "Clara Vidal" // writes to Miette again, and her window closes soon
	gram    = inbox.AccountID("miette-minigram")
)

// attachInTheMorning: the header names the clients with what they wait for,
// the next deadline and the health of the networks.
func attachInTheMorning(w *walker) {
	w.attach()
	w.see("Miette", "Atlas", "Nordlys", "Clair")
	w.term.quiet()
	if !regexp.MustCompile(`(échéance|due) .*4[0-3] min`).MatchString(w.term.text()) {
		w.t.Errorf("the header does not tell the next deadline:\n%s", w.term.text())
	}
}

// readTheDigest: what the screen tells is what the command tells.
func readTheDigest(w *walker) {
	w.press("d")
	told := w.vigie("digest", "--since", "yesterday", "--json")
	if !strings.Contains(told, `"miette"`) {
		w.t.Errorf("digest: %s", told)
	}
	w.see("Miette", "Atlas")
	w.press("esc")
}

// goToTheNextDue: the cursor is on the thread whose window closes first, and
// its row says when.
func goToTheNextDue(w *walker) {
	w.press("g", "d")
	w.see(regular)
	row := w.line(regular)
	if !regexp.MustCompile(`(fenêtre|window) 4[0-3] min`).MatchString(w.term.text()) {
		w.t.Errorf("the row does not say when its window closes: %q\n%s", row, w.term.text())
	}
}

// openIt: who speaks is told above and below, the charter stands beside.
func openIt(w *walker) {
	w.press("esc", "enter")
	w.see("Miette", "@miette.lyon", "12 croissants")
}

// answerIt: a saved reply, a slip that the charter stops, an answer that is
// taken back before it leaves and sent after all.
func answerIt(w *walker) {
	begun := w.clock.Now()
	w.press("r")
	w.press(";hor", "tab")
	w.term.quiet()
	w.press(" Tu passes quand ?", "ctrl+s")
	w.see("tu")
	if n := len(w.answers(gram, begun)); n != 0 {
		w.t.Fatalf("%d answers left against the charter", n)
	}
	for range len(" Tu passes quand ?") {
		w.term.press("backspace")
	}
	w.press("ctrl+s")
	w.see("10 s")
	w.press("u")
	w.term.quiet()
	if n := len(w.answers(gram, begun)); n != 0 {
		w.t.Fatalf("%d answers left though taken back", n)
	}
	w.press("ctrl+s")
	w.until("one answer reaches the network", func() bool { return len(w.answers(gram, begun)) == 1 })
	w.until("the thread is theirs", func() bool {
		return strings.Contains(w.vigie("list", "--json", "account:miette-minigram kind:dm state:theirs"), "clara")
	})
}

var _ = bytes.Contains
var _ sandbox.Item
