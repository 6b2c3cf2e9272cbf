package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox/text"
)

// The mark of an error stands below the word that is wrong, however far the
// field has been pushed to the left.
func TestErrorsPointAtTheSpot(t *testing.T) {
	for _, w := range []int{40, 80, 100} {
		for _, query := range []string{
			`windw:1h is:unread`, `is:unread windw:1h`, `"日本語 👍🏽" windw:1h`,
			strings.Repeat("is:unread ", 8) + "windw:1h is:unread",
			strings.Repeat("ÉTÉ ", 30) + "windw:1h",
		} {
			for _, key := range []string{"f", "*"} {
				s := newSim(t, world(), w, 24, nil)
				s.keys(key)
				s.send(tea.PasteMsg{Content: query + " "})
				s.rest()
				lines := strings.Split(strip(s.m.View().Content), "\n")
				below := -1
				for i, line := range lines {
					if i > 0 && strings.Contains(line, "^") && strings.Contains(lines[i-1], "windw:1h") {
						below = i
					}
				}
				if below < 0 {
					t.Errorf("%d columns, %s %q: no mark below the field:\n%s", w, key, query, strings.Join(lines, "\n"))
					continue
				}
				before, _, _ := strings.Cut(lines[below-1], "windw:1h")
				mark, _, _ := strings.Cut(lines[below], "^")
				if got, want := s.m.look.Ink.Width(text.CleanLine(mark)), s.m.look.Ink.Width(text.CleanLine(before)); got != want {
					t.Errorf("%d columns, %s %q: the mark is at %d, the word at %d", w, key, query, got, want)
				}
				if said := strings.Join(strings.Fields(strings.Join(lines[below:], " ")), " "); !strings.Contains(said, "plus proche") || !strings.Contains(said, ": window") {
					t.Errorf("%d columns, %s: the nearest term is not told whole: %q", w, key, said)
				}
			}
		}
	}
}

// A query that names a client there is not says so, with those there are.
func TestAbsentClient(t *testing.T) {
	for _, key := range []string{"/", "f", "*"} {
		s := newSim(t, world(), 120, 30, nil)
		s.keys(key)
		s.send(tea.PasteMsg{Content: "client:nobody"})
		s.rest()
		s.wants("client:nobody n'existe pas ; il y a : ")
	}
}

// A mistyped moment names the word, and the one that was meant.
func TestMistypedMoment(t *testing.T) {
	s := newSim(t, world(), 100, 30, nil)
	s.keys("z")
	s.send(tea.PasteMsg{Content: "demian 9h"})
	s.wants("« demian » n'est pas compris : demain ?")
}

// How much is marked is told at once, whatever was told last.
func TestMarksAreToldAtOnce(t *testing.T) {
	for _, keys := range []string{"x", "v", "* enter", "i"} {
		s := newSim(t, world(), 120, 30, nil)
		s.keys("j j j j j j e u")
		s.wants("annulé")
		s.keys(keys)
		s.lacks("annulé")
		s.wants(" réseau")
	}
}
