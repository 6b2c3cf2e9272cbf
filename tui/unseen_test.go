package tui

import (
	"testing"

	"vigie/inbox"
)

// heldBack makes all of a thread wait for moderation.
func (f *fake) heldBack(id inbox.ThreadID) {
	ft := f.threads[id]
	ft.t.Status = inbox.StatusHeld
	for i := range ft.messages {
		ft.messages[i].Status = inbox.StatusHeld
	}
	f.threads[id] = ft
}

// Who answers what others do not see is told that they do not see the answer
// either, and how to publish both; "public" is not said.
func TestAnswerToAHeldComment(t *testing.T) {
	f := world()
	f.everything()
	f.heldBack(f.find(t, "Alice Martin").ID)
	s := newSim(t, f, 80, 24, nil)
	s.on(t, "Alice Martin")
	s.keys("r", "text:Bonjour")
	s.wants("en attente : invisible, et la réponse aussi · m a publie")
	s.lacks("public ·")
	s.keys("ctrl+p")
	s.wants("Ce qui sera vu", "! en attente : invisible, et la réponse aussi")
	s.lacks("Lu par : ")
	s.keys("esc", "esc")
	s.wants("brouillon", "à modérer") // both are in the row
	f.caps[inbox.ActApprove] = inbox.Capability{}
	s.keys("j", "k", "r")
	s.wants("en attente : invisible, et la réponse aussi")
	s.lacks("m a publie")
}

// A correction that left is called one, and is corrected again.
func TestUndoOfACorrectionThatLeft(t *testing.T) {
	f := world()
	s := newSim(t, f, 160, 40, nil)
	th := s.on(t, "Claire Dupont")
	f.fail = inbox.Problem{Code: inbox.CodeConflict, Args: []string{string(inbox.Accepted)}}
	f.undid = &inbox.Undid{Verb: inbox.Replied, Kind: inbox.ActEdit, Threads: []inbox.ThreadID{th.ID}}
	s.keys("u")
	s.wants("correction pour Claire Dupont (Miette) : déjà partie, elle ne se reprend plus ; m E : corriger encore")
	s.lacks("supprimer")
}

// Where the dialog has no room for what is lost meanwhile, a question tells it.
func TestSnoozePastAWindowOnFewLines(t *testing.T) {
	s := newSim(t, world(), 20, 5, nil)
	s.closing(t)
	s.keys("z", "text:lundi 9h")
	s.screen()
	s.keys("enter")
	asleep := func() (n int) {
		for _, ft := range s.f.threads {
			if ft.t.Author.Name.String() == "Claire Dupont" && ft.t.State == inbox.Snoozed {
				n++
			}
		}
		return n
	}
	s.wants("En pause sans")
	if asleep() != 0 {
		t.Fatal("asleep before the yes")
	}
	s.keys("enter")
	if asleep() != 1 {
		t.Errorf("not asleep after the yes:\n%s", s.screen())
	}
	s = newSim(t, world(), 80, 24, nil) // with room, it was told
	s.closing(t)
	s.keys("z", "text:lundi 9h")
	s.wants("1 fenêtre se ferme")
	s.keys("enter")
	if asleep() != 1 {
		t.Errorf("asked twice:\n%s", s.screen())
	}
}
