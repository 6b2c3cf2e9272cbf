package tui

import (
	"testing"
	"time"
)

// minutes lets minutes pass.
func (s *sim) minutes(n int) {
	for range n {
		s.pass(time.Minute)
	}
}

func TestNextDue(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.wants("fenêtre 43 min!", "fenêtre 3 h 20", "SLA 1 h 10", "escalade en retard", "échéance dans 43 min")
	s.on(t, "Lecteur 05")
	for _, want := range []string{"Claire Dupont", "Alice Martin", "Ultra 69 ⚠️", "Bob", "Sys Op 👩‍🚀", "Claire Dupont"} {
		s.keys("g d")
		if got := s.current().Author.Name.String(); got != want {
			t.Errorf("the cursor is on %q, want %q", got, want)
		}
	}
	s.keys("3", "g d")
	if got := s.current().Client; got != "nordlys" {
		t.Errorf("with one client chosen it goes to one of %s", got)
	}
	s.keys("4", "g d")
	s.wants("aucune échéance")
	s.keys("0", "home")
	s.minutes(12)
	s.wants("fenêtre 32 min!", "SLA 59 min!")
	s.minutes(32)
	s.wants("fenêtre fermée")
}
