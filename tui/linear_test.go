package tui

import (
	"fmt"
	"strings"
	"testing"

	"vigie/tui/lang"
)

func linearly(o *Options) { o.Linear = true }

// line is what a screen reader reads where the cursor is.
func (s *sim) heard() string {
	c := s.m.View().Cursor
	if c == nil {
		s.t.Fatalf("no cursor:\n%s", s.screen())
	}
	lines := strings.Split(s.screen(), "\n")
	if c.Y >= len(lines) {
		s.t.Fatalf("the cursor is on line %d of %d", c.Y, len(lines))
	}
	return lines[c.Y]
}

func TestGoldenLinear(t *testing.T) {
	for _, st := range stages() {
		for _, tag := range []lang.Tag{lang.French, lang.English} {
			name := fmt.Sprintf("linear-%s-80x24-%s", st.name, tag)
			if main := map[string]bool{"list": true, "reader": true, "composer": true, "snooze": true, "outbox": true, "help": true}; !main[st.name] {
				continue
			}
			t.Run(name, func(t *testing.T) {
				s := newSim(t, world(), 80, 24, func(o *Options) { linearly(o); o.Lang = tag })
				s.play(st)
				golden(t, name, s.screen())
			})
		}
	}
}

// signs that a screen reader would spell out, or stumble over.
func drawn(r rune) bool {
	return r >= 0x2500 && r <= 0x259F || r >= 0x25A0 && r <= 0x25FF || r >= 0xE000 && r <= 0xF8FF || r >= 0xF0000
}

// The line of clients says them whole with their numbers, over the whole width.
func TestLinearHeader(t *testing.T) {
	s := newSim(t, world(), 80, 24, linearly)
	s.wants("1 Miette 10", "2 Atlas 10", "3 Nordlys 9", "4 Clair")
	s.lacks("1 Mi…")
	s.wants("échéance dans 43 min", "bsky attention")
}

// Panes use the width there is, and say what they say once.
func TestLinearWidth(t *testing.T) {
	for w, least := range map[int]int{80: 66, 120: 106, 200: 186} {
		s := newSim(t, world(), w, 40, linearly)
		if s.m.w < least || s.m.w >= w {
			t.Errorf("panes are %d wide in %d", s.m.w, w)
		}
		if n := strings.Count("\n"+s.screen(), "\nvigie "); n > 1 {
			t.Errorf("the program is named %d times", n)
		}
		s.wants("échéance dans 43 min", "fenêtre 43 min!")
	}
}

// The cursor is on the row, and moving it changes nothing else.
func TestLinearCursor(t *testing.T) {
	s := newSim(t, world(), 80, 24, linearly)
	for range 3 {
		cur, _ := s.m.list.Current()
		if !strings.Contains(s.heard(), s.m.look.Client(cur.Client).Name) {
			t.Fatalf("at %q, not %s", s.heard(), cur.Snippet)
		}
		before := s.m.View()
		s.keys("j")
		after := s.m.View()
		if before.Cursor.Y == after.Cursor.Y {
			t.Fatal("the cursor stays")
		}
		if before.Content != after.Content {
			t.Errorf("moving changes the screen:\n%s\n%s", before.Content, after.Content)
		}
	}
	s.keys("r")
	s.keys("text:two  blanks")
	if got := s.heard(); !strings.Contains(got, "two  blanks") || s.m.View().Cursor.X < len("two  blanks") {
		t.Errorf("typed %q, cursor at %d", got, s.m.View().Cursor.X)
	}
}

// In linear mode the mouse stays the terminal's, for who selects text.
func TestLinearHasNoMouse(t *testing.T) {
	s := newSim(t, world(), 80, 24, linearly)
	if v := s.m.View(); v.MouseMode != 0 {
		t.Error("the mouse is taken")
	}
}
