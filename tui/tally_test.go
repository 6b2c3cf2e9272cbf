package tui

import "testing"

// A filter says how many threads it leaves, also beyond what is loaded, and
// stays right while threads come and go.
func TestFilterIsCounted(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		f := crumbs()
		s := newSim(t, f, size[0], size[1], nil)
		if f.loads["tally"] != 0 {
			t.Error("a list without a filter is counted")
		}
		s.keys("f")
		s.lettersSlowly("Fougasse")
		s.wants("40 fils")
		s.keys("enter", "down", "e")
		s.wants("39 fils")
		s.keys("2")
		s.wants("0 fil")
		s.keys("0", "f", "text: 11")
		s.wants("3 fils")
		f.counted = 1
		s.keys("ctrl+u", "text:Brioche", "enter")
		s.wants("1+ fils")
		s.keys("esc esc")
		s.lacks("1+ fils")
	}
}
