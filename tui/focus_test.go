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
	s.keys("e")
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
	s.keys("e", "e")
	s.wants("2 vus sur 2", "2 faits")
}
