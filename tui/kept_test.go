package tui

import "testing"

// What is typed in a dialog is there when the same dialog opens again, for that
// thread only, until it is used or deleted.
func TestTextsOfDialogsAreKept(t *testing.T) {
	const kept = "le texte est gardé pour la prochaine fois, ici"
	f := world()
	f.everything()
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Alice Martin")

	s.keys("!", "tab", "text:Que dire ?", "esc")
	s.wants(kept)
	s.on(t, "Claire Dupont")
	s.keys("!")
	s.lacks("Que dire ?")
	s.keys("esc")
	s.on(t, "Alice Martin")
	s.keys("!")
	s.wants("Que dire ?")
	s.keys("tab", "ctrl+u", "esc", "!")
	s.lacks("Que dire ?")
	s.keys("esc")

	s.keys("m", "r", "text:insultes répétées", "esc", "esc", "m", "r")
	s.wants("insultes répétées")
	s.keys("enter", "enter")
	if len(f.mod.reports) != 1 || f.mod.reports[0].Text != "insultes répétées" {
		t.Fatalf("reported %+v", f.mod.reports)
	}
	s.keys("m", "r")
	s.lacks("insultes répétées")
	s.keys("esc", "esc")

	s.keys("p", "n", "text:cliente fidèle", "esc")
	s.wants(kept)
	s.keys("n")
	s.wants("cliente fidèle")
	s.keys("enter", "n")
	s.keys("text:x")
	s.lacks("cliente fidèlex")
}
