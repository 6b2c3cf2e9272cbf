package tui

import "testing"

// The key of help shows the keys of the screen one is on, and goes back to it.
func TestHelpOfDialogs(t *testing.T) {
	for _, c := range []struct{ open, help, shows, title string }{
		{"D", "?", "Fin de journée", "Fin de journée"},
		{"g a", "?", "relever ce compte", "Comptes"},
		{"g e", "f1", "Escalades", "Escalades"},
		{"g l", "?", "Journal", "Journal"},
		{"d", "?", "Bilan", "Bilan"},
		{"p", "?", "Fiche", "Claire Dupont"},
		{"z", "f1", "Dialogues", "Mettre en pause"},
		{"/", "f1", "Recherche", "Chercher"},
		{"g o", "f1", "Boîte d'envoi", "Boîte d'envoi"},
	} {
		s := newSim(t, world(), 80, 24, nil)
		s.keys(c.open)
		s.wants(c.title)
		s.keys(c.help)
		s.wants("Touches", c.shows)
		s.keys(c.help)
		s.lacks("Touches")
		s.wants(c.title)
	}
}

// In text "?" is typed, and the hints say which key helps.
func TestHelpInText(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.keys("r", "text:Quoi ?")
	s.wants("Quoi ?", "f1 aide", "; types", "@ noms")
	s.keys("f1")
	s.wants("En écrivant", "réponses types", "noms du fil")
}
