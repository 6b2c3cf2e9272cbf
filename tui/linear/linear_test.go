package linear

import (
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"vigie/tui/lang"
	"vigie/tui/theme"
)

func TestSignsAreSaid(t *testing.T) {
	s, g := New(lang.For(lang.English), 7)
	line := "\x1b[1m" + g.Cursor + g.Unread + "\x1b[m Miette    " + g.Dot + " Alice" + strings.Repeat(" ", 30) + g.Tag + "noël  4 min  "
	if got, want := s.Line(line, 80), "\x1b[1munread\x1b[m Miette, Alice  tag noël  4 min"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := s.Line(strings.Repeat(g.Heavy, 2)+" Title "+strings.Repeat(g.Heavy, 40), 80); got != "Title" {
		t.Errorf("a rule with a title is %q", got)
	}
	if got := ansi.StringWidth(s.Line("a long line of words", 10)); got != 10 {
		t.Errorf("%d cells", got)
	}
	if got := s.Row([]string{"a", "b" + g.Resting, g.Cursor + "c", g.Cursor}); got != 2 {
		t.Errorf("the cursor is on line %d", got)
	}
	if got := s.Row([]string{"a"}); got != -1 {
		t.Errorf("the cursor is on line %d", got)
	}
	if got := s.Blank(g.Column+"two  blanks "+g.Rule, 20); got != " two  blanks  " {
		t.Errorf("what is typed is %q", got)
	}
}

// Every sign is a character of its own, which is no sign of another session.
func TestSignsAreTheirOwn(t *testing.T) {
	_, g := New(lang.For(lang.French), 0)
	_, other := New(lang.For(lang.French), 1000)
	seen := map[string]bool{}
	v := reflect.ValueOf(g)
	for i := range v.NumField() {
		if v.Field(i).Kind() != reflect.String {
			continue
		}
		sign := v.Field(i).String()
		if seen[sign] || ansi.StringWidth(sign) != 1 || len([]rune(sign)) != 1 {
			t.Errorf("%s is %q", v.Type().Field(i).Name, sign)
		}
		seen[sign] = true
	}
	if seen[other.Cursor] || (theme.Glyphs{}) == g {
		t.Error("two sessions have the same signs")
	}
}
