package tui

import (
	"testing"
	"time"

	"vigie/inbox"
)

// What cannot be taken back is named, and one key goes there.
func TestRefusedUndoNamesAndOffersTheThread(t *testing.T) {
	f := world()
	s := newSim(t, f, 80, 24, nil)
	th := s.answered(t, "Claire Dupont")
	s.on(t, "Bob")
	s.send(press("u"))
	s.send(press("enter")) // too soon to be an answer
	s.wants("Cela ne se reprend pas", "réponse pour Claire Dupont (Miette) : déjà partie", "Aller à ce fil ?")
	s.pass(time.Second)
	s.keys("enter")
	if s.current().ID != th.ID || s.m.reader.ID() != th.ID {
		t.Fatalf("the cursor is on %s", s.current().Author.Name)
	}
	f.fail, f.undid = inbox.Problem{Code: inbox.CodeConflict, Args: []string{string(inbox.Accepted)}}, &inbox.Undid{Verb: inbox.Replied, Threads: []inbox.ThreadID{th.ID}}
	s.keys("u")
	s.wants("réponse pour Claire Dupont (Miette) : déjà partie")
	if s.m.top() != nil {
		t.Error("it offers to go where one is")
	}
	f.undid.Verb = inbox.Escalate
	s.keys("u")
	s.wants("escalade pour Claire Dupont (Miette) : déjà partie", "; u, encore, reprend le geste d'avant")
	s.lacks("supprimer notre réponse")
	f.undid.Verb, f.undid.Kind = inbox.Acted, inbox.ActReport
	s.keys("u")
	s.wants("signalement pour Claire Dupont (Miette) : déjà parti, cela ne se")
	s.lacks("supprimer notre réponse")
	f.fail, f.undid = nil, &inbox.Undid{Verb: inbox.Acted, Kind: inbox.ActLike, Threads: f.order[:6], Actions: 6}
	s.keys("u")
	s.wants("annulé : j'aime · 6 fils")
}

// The row of a thread says when its answer leaves.
func TestRowTellsWhenTheAnswerLeaves(t *testing.T) {
	f := world()
	s, _ := answering(t, f)
	s.keys("ctrl+t", "text:demain 9h", "enter")
	s.send(press("esc"))
	s.send(press("j"))
	s.rest()
	s.wants("◷ demain 09:00")
}

// The countdown is that of what undo takes next, and says whose.
func TestCountdownIsWhatUndoTakes(t *testing.T) {
	f := world()
	s := newSim(t, f, 160, 40, nil)
	s.held(t, "Claire Dupont", "merci")
	s.pass(3 * time.Second)
	s.held(t, "Bob", "oui")
	s.wants("réponse en attente 10 s : Bob (Atlas) — u pour annuler")
	s.on(t, "Sys Op 👩‍🚀")
	s.keys("e")
	s.pass(6 * time.Second)
	s.wants("réponse en attente 3 s : Bob (Atlas)")
	s.lacks("Bob (Atlas) — u pour annuler") // the mark of done comes first
	s.keys("u")
	s.pass(6*time.Second + 300*time.Millisecond)
	s.lacks("Bob (Atlas) — u")
}

func TestNoCountdownWhereItsKeyIsALetter(t *testing.T) {
	f := world()
	s := newSim(t, f, 160, 40, nil)
	s.held(t, "Claire Dupont", "merci")
	s.on(t, "Bob")
	s.keys("r")
	s.lacks("u pour annuler")
	s.keys("esc")
	s.wants("réponse en attente", "Claire Dupont (Miette) — u pour annuler")
	s.keys("e", "r") // nor is what was just said about that key
	s.lacks("u pour annuler")
}

// An empty field says that the draft is open in the other terminal.
func TestOwnDraftOpenElsewhere(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, me)
	th := s.on(t, "Claire Dupont")
	f.sessions[1].Line, f.sessions[1].Composing = "me", th.ID
	f.changed(inbox.Change{Session: true})
	s.pass(time.Second)
	s.keys("r")
	s.wants("votre autre terminal (pts/3) a déjà un brouillon ici : en voici un autre")
}

func TestLeavingDuringAHold(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.held(t, "Claire Dupont", "merci")
	s.keys("q")
	s.wants("q encore : sortir ; réponse en attente 10 s : Claire Dupont (Miette), partira")
	if s.quit {
		t.Fatal("left without a word")
	}
	s.keys("q")
	if !s.quit {
		t.Error("the second q does not leave")
	}
	s = newSim(t, world(), 120, 40, nil)
	s.held(t, "Claire Dupont", "merci")
	s.keys("q")
	s.pass(11 * time.Second)
	s.keys("q")
	if !s.quit {
		t.Error("nothing is held any more")
	}
}

// What waits is told once when a terminal attaches.
func TestWhatWaitsIsToldAtTheStart(t *testing.T) {
	f := world()
	th := f.find(t, "Bob")
	f.put(th, inbox.ActReply, inbox.FailedAct, nil)
	for _, id := range []string{"a", "b"} {
		f.drafts[id] = inbox.Draft{ID: id, Thread: th.ID, Text: "…", Line: "me"}
	}
	f.drafts["c"] = inbox.Draft{ID: "c", Thread: th.ID, Text: "…", Line: "paul"}
	s := newSim(t, f, 80, 24, me)
	s.wants("à votre retour : 2 brouillons (g b), 1 à vérifier (g o)")
	s.pass(10 * time.Second)
	s.lacks("à votre retour")
	s.keys("g b")
	s.pass(time.Second)
	s.lacks("à votre retour")
}
