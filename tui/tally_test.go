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
		s.wants("2 fils")
		f.counted = 1
		s.keys("ctrl+u", "text:Brioche", "enter")
		s.wants("1+ fils")
		s.keys("esc esc")
		s.lacks("1+ fils")
	}
}

// A filter that asks for what its view never shows says why nothing is there.
func TestFilterForAnotherState(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.keys("f", "text:is:done", "enter")
	s.wants("La vue « À traiter » ne montre pas l'état", "tab passe")
	for _, other := range []string{"zzzz", "is:open zzzz", "is:any zzzz"} {
		s.keys("f", "ctrl+u", "text:"+other, "enter")
		s.wants("Rien ne correspond au filtre.")
		s.lacks("ne montre pas l'état")
	}
	s.keys("esc", "tab tab tab tab", "f", "text:zzzz", "enter") // what is done
	s.wants("Rien ne correspond au filtre.")
}
