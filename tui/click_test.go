package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// clickOn clicks on the first place that shows some words.
func (s *sim) clickOn(words string) {
	s.t.Helper()
	for y, line := range strings.Split(s.screen(), "\n") {
		if before, _, found := strings.Cut(line, words); found {
			s.send(tea.MouseClickMsg{X: s.m.look.Width(before), Y: y, Button: tea.MouseLeft})
			s.rest()
			return
		}
	}
	s.t.Fatalf("nowhere %q:\n%s", words, s.screen())
}

// What the last line tells can be clicked, in dialogs and text too.
func TestHintsAreClicked(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.clickOn("r répondre")
	if !s.m.composer.Active() {
		t.Fatal("no composer")
	}
	s.keys("text:Oui")
	s.clickOn("esc garder")
	if s.m.composer.Active() {
		t.Fatal("the composer stays")
	}
	s.clickOn("z pause")
	s.wants("Mettre en pause")
	s.clickOn("f1 aide")
	s.wants("Touches")
	s.clickOn("esc retour")
	s.lacks("Touches")
	s.clickOn("esc retour")
	s.lacks("Mettre en pause")
}

// Rows of a dialog are chosen by a click, and taken by a second one; what its
// keys do can be clicked.
func TestDialogsAreClicked(t *testing.T) {
	f := world()
	s := newSim(t, f, 80, 24, nil)
	s.keys("z")
	s.clickOn("demain 9h  ")
	s.wants("▌ demain 9h")
	s.clickOn("demain 9h  ")
	s.lacks("Mettre en pause")
	s.keys("r", "text:Oui", "ctrl+x")
	s.clickOn("esc non")
	s.value("Oui")
	s.keys("ctrl+x")
	s.clickOn("enter oui")
	if s.m.composer.Active() {
		t.Error("the yes was not heard")
	}
	s.keys("g a")
	s.clickOn("@nordlys.io")
	s.wants("▌ ✓ Nordlys Bluesky @nordlys.io")
}
