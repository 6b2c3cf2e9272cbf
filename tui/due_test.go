package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
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

// The header's deadline is that of the first row, at once after an act, and stays
// beside numbers of three digits.
func TestHeaderDeadline(t *testing.T) {
	f := world()
	for i := range 90 {
		f.add("miette-masto", nil, theirs(inbox.KindComment, time.Duration(i+60)*hour, author(fmt.Sprintf("foule%d@piaille.fr", i), "Foule"), "Bonjour"))
	}
	s := newSim(t, f, 80, 24, nil)
	s.wants("0 Tous 119", "1 Miette 100", "2 Atlas 10", "3 Nordlys 9", "4 Clair", "◷ 43 min")
	s.keys("e", "enter")
	s.wants("◷ 3 h 20")
	s.keys("u")
	s.wants("◷ 43 min", "fenêtre 43 min!")
	s.send(tea.MouseClickMsg{X: strings.Index(strings.Split(s.screen(), "\n")[0], "3 Nord"), Y: 0, Button: tea.MouseLeft})
	s.rest()
	if s.m.client != "nordlys" {
		t.Errorf("a click on the third client chose %q", s.m.client)
	}
}

// Counts of another client are not told while the new ones are on their way.
func TestTabsOfAnotherClient(t *testing.T) {
	f := world()
	must(f.SaveView(context.Background(), inbox.View{ID: "tests", Name: "Tests", Query: "test", Saved: true}))
	s := newSim(t, f, 160, 50, nil)
	s.pass(3 * time.Second)
	s.wants("Tests                31")
	s.m.tallies.busy = true // the index takes its time
	s.keys("2")
	s.lacks("Tests                31")
	s.wants("Tests")
}
