package tui

import (
	"strings"
	"testing"
)

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

// Help begins with what is done most, and says that there is more below.
func TestHelpOrder(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.keys("?")
	lines := strings.Split(s.screen(), "\n")
	if !strings.Contains(lines[3], "Agir sur le fil") || !strings.Contains(lines[4], "répondre") {
		t.Errorf("it begins with %q, %q", lines[3], lines[4])
	}
	s.wants("suite : pgdown")
	s.keys("pgdown pgdown pgdown pgdown")
	s.lacks("suite : pgdown")
	s.wants("Souris")
}

// Keys that do nothing here say why, and not what another key said.
func TestDeadKeysSayWhy(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.keys("E")
	s.wants("déjà à traiter")
	s.keys("enter", "h", ". .")
	s.wants("pas d'autre message")
	s.lacks("rien à replier")
}

// So do keys and sequences that mean nothing at all; text fields take them.
func TestKeysOfNothing(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	for _, c := range []struct{ open, key, says string }{
		{"", "Q", "Q ne fait rien ici · touches : ?"},
		{"", "g x", "g x ne fait rien ici"},
		{"g a", "Z", "Z ne fait rien ici"},
		{"?", "9", "9 ne fait rien ici"},
	} {
		if c.open != "" {
			s.keys(c.open)
		}
		s.keys(c.key)
		s.wants(c.says)
		s.keys("esc")
	}
	s = newSim(t, world(), 80, 24, nil)
	s.keys("f", "Q")
	s.lacks("ne fait rien")
	s.keys("esc", "g", "esc")
	s.lacks("ne fait rien")
}

// In a narrow window a choice of moments keeps its hour.
func TestNarrowMomentsKeepTheHour(t *testing.T) {
	s := newSim(t, world(), 40, 20, nil)
	s.keys("z")
	s.wants("dans 2h", "10:30", "demain 09:00", "18:00")
}
