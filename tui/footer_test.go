package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// The text stays in sight through every size, and the cursor where it was.
func TestResizeWhileWriting(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.on(t, "Claire Dupont")
	long := "début " + strings.Repeat("Une phrase assez longue pour faire plusieurs lignes. ", 6) + "fin"
	s.send(press("r"))
	s.send(tea.PasteMsg{Content: "premier\n" + long})
	for _, size := range [][2]int{{70, 20}, {40, 15}, {200, 60}, {20, 6}, {80, 24}} {
		s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		s.rest()
		s.screen()
	}
	s.wants("premier", "début", "fin")
	s.keys("text:!")
	if got, want := s.m.composer.Value(), "premier\n"+long+"!"; got != want {
		t.Errorf("the cursor went elsewhere: %q", got)
	}
	s.keys("left left left left")
	s.send(tea.WindowSizeMsg{Width: 50, Height: 18})
	s.keys("text:_")
	if !strings.HasSuffix(s.m.composer.Value(), "_fin!") {
		t.Errorf("the cursor went elsewhere: %q", s.m.composer.Value())
	}
}

// The last line offers what is possible here and names what enter does.
func TestHintsFitThePlace(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.wants("r répondre")
	s.lacks("P promouvoir")
	s.keys("w")
	s.wants("P promouvoir")
	s.lacks("r répondre")
	s.keys("w")
	s.on(t, "Bob")
	s.keys("!")
	s.wants("enter champ suivant")
	s.keys("tab tab")
	s.wants("enter accepter")
	s.keys("esc", "r", "text:oui", "ctrl+s")
	s.rest()
	s.wants("enter oui  esc non")
}

// Before the first collection an empty list promises nothing.
func TestEmptyBeforeTheFirstCollection(t *testing.T) {
	f := newFake(monday())
	f.clients = testClients()
	a := account("miette-masto", "miette", "mastodon", "@miette@piaille.fr")
	a.OKAt = time.Time{}
	f.accounts = append(f.accounts, a)
	s := newSim(t, f, 120, 40, nil)
	s.wants("Relève en cours…")
	s.lacks("Tout est traité")
	f.accounts[0].OKAt = f.now
	s.run(s.m.loadAccounts())
	s.wants("Rien à traiter jusqu'ici")
}
