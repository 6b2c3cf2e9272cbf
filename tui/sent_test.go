package tui

import (
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/query"
)

func TestSentIsTold(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.answered(t, "Claire Dupont")
	s.wants("envoyé : Claire Dupont (Miette)", "Vous ✓ envoyé")
	s.pass(10 * time.Second)
	s.lacks("envoyé : Claire Dupont")
}

func TestFailureIsTold(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("r", "text:oui", "ctrl+s")
	s.keys("enter")
	s.pass(11 * time.Second)
	_, err := f.set(1, func(a *inbox.Action) {
		a.State, a.Problem = inbox.FailedAct, inbox.Problem{Code: inbox.CodeInvalid}
	})
	must(err)
	f.changed(inbox.Change{Thread: th.ID, Outbox: true})
	s.pass(time.Second)
	s.wants("✗ non envoyé : Claire Dupont (Miette) — g o", "Vous ✗ non envoyé")
}

// An escalation counts down and is taken back under its own name.
func TestEscalationHold(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Bob")
	s.keys("!", "enter")
	s.keys("text:Que dire ?", "enter", "enter")
	s.wants("escalade en attente 10 s : Service com (Atlas) — u pour annuler")
	s.keys("u")
	s.wants("escalade annulée")
	if f.actions[0].State != inbox.Dropped {
		t.Errorf("the escalation is %s", f.actions[0].State)
	}
}

// A mistake in a query is told as the command line tells it.
func TestBadQueryIsExplained(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	_, bad := query.Parse("auteur:x")
	f.refuse = bad
	s.keys("/", "text:auteur:x")
	s.wants("^ terme inconnu « auteur: »")
	s.keys("esc")
	f.refuse = bad
	s.keys("f", "text:auteur:x", "enter")
	s.wants("Filtrer la liste")
	s.wants("terme inconnu « auteur: » ; le plus proche : from:")
	s.lacks("pas joignable")
}

// What is undone is named, and the cursor goes there.
func TestUndoNamesTheThread(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("e", "enter", "j j j", "r", "text:brouillon", "esc")
	s.keys("u")
	s.wants("annulé : fait · Claire Dupont (Miette)")
	if s.current().ID != th.ID {
		t.Errorf("the cursor is on %s", s.current().Author.Name)
	}
}

// A private note looks like one from its first band to its keys.
func TestNoteLooksPrivate(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.on(t, "Claire Dupont")
	s.keys("n", "text:rappeler")
	s.wants("NOTE PRIVÉE", "PRIVÉ · pour l'équipe seulement", "8", "ctrl+s garder la note")
	s.lacks("8/0", "ctrl+s envoyer")
}

// What is wrong with the server itself stands in the status line.
func TestTroubleOfTheServerIsTold(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	f.mu.Lock()
	f.trouble = inbox.Problem{Code: inbox.CodeConfig, Args: []string{"config.yaml:3:1: zone"}}
	f.mu.Unlock()
	f.changed(inbox.Change{Health: true})
	s.pass(time.Second)
	s.wants("la configuration changée n'est pas reprise : config.yaml:3:1: zone")
}
