package tui

import (
	"testing"
	"time"

	"vigie/inbox"
)

// One thread after another: each act goes on, and the end says what was done.
func TestFocusMode(t *testing.T) {
	f := world()
	s := newSim(t, f, 100, 30, moving)
	s.m.seen["miette-masto"] = true
	s.keys("1", "F")
	s.wants("Un par un 1/10", "Claire Dupont")
	s.lacks("VUES", "CLIENTS")
	s.keys("r", "text:Oui.")
	s.wants("Un par un 1/10", "Oui.")
	s.keys("ctrl+s")
	s.wants("Un par un 2/10", "Alice Martin")
	s.keys("e", "enter")
	s.wants("Un par un 3/10")
	s.keys("J", "K")
	s.wants("Un par un 3/10")
	s.keys("z", "text:demain 9h", "enter")
	s.wants("Un par un 4/10")
	s.keys("esc")
	s.wants("Un par un : ce qui a été fait", "4 vus sur 10", "1 répondu", "1 fait", "1 en pause", "1 passé")
	s.pass(time.Second)
	s.keys("esc")
	if s.m.top() != nil || s.m.zen != nil {
		t.Error("the summary stays")
	}
	s.wants("En attente")
	done := 0
	for _, ft := range f.threads {
		if ft.t.Client == "miette" && ft.t.State == inbox.Done {
			done++
		}
	}
	if done != 1 {
		t.Errorf("%d are done", done)
	}
}

// The marked threads are gone through, and after the last comes the end.
func TestFocusOnMarks(t *testing.T) {
	s := newSim(t, world(), 80, 24, moving)
	s.keys("x x", "F")
	s.wants("Un par un 1/2")
	s.keys("e", "enter", "e", "enter")
	s.wants("2 vus sur 2", "2 faits")
}

// Other tabs, clients and searches wait for the end of the mode, and say so; what
// a screen leads to ends it in words.
func TestFocusGoesNowhereElse(t *testing.T) {
	for _, key := range []string{"tab", "shift+tab", "2", "0", "w", "g d", "g v", "f", "/"} {
		s := newSim(t, world(), 80, 24, moving)
		s.keys("1", "F", key)
		s.wants("Un par un 1/10", "esc d'abord", "Claire Dupont")
		if s.m.top() != nil || s.m.view != 0 || s.m.client != "miette" {
			t.Errorf("%s leads elsewhere", key)
		}
		s.keys("esc")
		s.wants("revenir à la liste")
		s.lacks("revenir au texte")
	}
	s := newSim(t, world(), 80, 24, moving)
	s.keys("1", "F", "g e", "enter")
	s.lacks("Un par un 1/10")
	s.wants("fin de « un par un » : 1 vus sur 10")
}

// An act on one thread while others are marked says which it is on, and nothing
// speaks of the marks meanwhile.
func TestOneAmongMarks(t *testing.T) {
	for _, key := range []string{"r", "n", "p", "!"} {
		s := newSim(t, world(), 80, 24, nil)
		s.keys("x x")
		s.wants("2 fils")
		s.keys(key)
		s.wants("pour Ultra 69", "seulement ; les fils cochés (2) le restent")
		s.pass(time.Minute)
		s.lacks("2 fils")
		s.keys("esc")
		s.wants("2 fils")
	}
}
