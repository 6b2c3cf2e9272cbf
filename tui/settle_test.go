package tui

import (
	"testing"
	"time"

	"vigie/inbox"
)

// doubt puts an answer into a thread of which nobody knows whether it left.
func (f *fake) doubt(t inbox.Thread) inbox.ActionID {
	return f.put(t, inbox.ActReply, inbox.NeedsYou, func(a *inbox.Action) {
		a.Problem, a.Doubted, a.LastWire, a.Looks = inbox.Problem{Code: inbox.CodeUncertain}, true, f.now.Add(-time.Minute), 5
		a.Session, a.Line = "here", "me"
	})
}

func TestDoubtIsNeverForgotten(t *testing.T) {
	for _, key := range []string{"C", "X"} {
		t.Run(key, func(t *testing.T) {
			f := world()
			th := f.find(t, "Bob")
			f.doubt(th)
			s := newSim(t, f, 160, 40, me)
			s.m.seen[th.Account] = true
			s.keys("g v", key)
			s.wants("sans savoir s'il est parti", "Ce qu'on sait : peut-être envoyé", "n'enlève rien du réseau", "Atlas · @atlas-fc.bsky.social, Bluesky → Bob")
			s.keys("enter")
			s.wants("? envoi douteux de 08:29, abandonné", "peut-être arrivé quand même")
			if key == "X" {
				s.keys("r", "text:Bonjour encore.")
			}
			s.keys("ctrl+s")
			s.wants("Déjà une réponse", "envoi douteux · vous · 08:29", "Bonjour Bob, oui.")
			if len(f.actions) != 1 {
				t.Fatal("sent though the first may be there")
			}
		})
	}
}

// One's own doubtful answer is asked about before another follows it.
func TestDoubtIsAskedBeforeAnotherAnswer(t *testing.T) {
	f := world()
	th := f.find(t, "Bob")
	f.doubt(th)
	s := newSim(t, f, 160, 40, me)
	s.m.seen[th.Account] = true
	s.on(t, "Bob")
	s.keys("r", "text:Oui dès 7h", "ctrl+s")
	s.wants("Déjà une réponse", "envoi douteux · vous · 08:29", "Bonjour Bob, oui.")
}

// So is one that leaves later.
func TestPlannedIsAskedBeforeAnotherAnswer(t *testing.T) {
	f := world()
	s, _ := answering(t, f)
	s.keys("ctrl+t", "text:demain 9h", "enter")
	s.keys("r", "text:Autre.", "ctrl+s")
	s.wants("Déjà une réponse", "réponse prévue · vous · demain 09:00", "Bonjour Claire.")
	if len(f.actions) != 1 {
		t.Fatal("a second answer was sent unasked")
	}
}

// A person's word is asked for once, and told as one.
func TestConfirmedByYou(t *testing.T) {
	f := world()
	f.doubt(f.find(t, "Bob"))
	s := newSim(t, f, 160, 40, me)
	s.keys("g v", "V")
	s.wants("Il est là ?", "Atlas · @atlas-fc.bsky.social, Bluesky → Bob", "│ Bonjour Bob, oui.", "confirmé par vous")
	if f.actions[0].State != inbox.NeedsYou {
		t.Fatal("confirmed without a yes")
	}
	s.keys("enter")
	s.wants("noté : confirmé par vous", "Vous ✓ confirmé par vous")
	s.lacks("vu sur le réseau")
}

// From the outbox too, a question says whose act it is about.
func TestOutboxQuestionsNameWhom(t *testing.T) {
	f := world()
	f.put(f.find(t, "Bob"), inbox.ActReply, inbox.FailedAct, nil)
	s := newSim(t, f, 80, 24, nil)
	s.keys("g o", "x")
	s.wants("Abandonner cet envoi ?", "Atlas · @atlas-fc.bsky.social, Bluesky → Bob", "Bonjour Bob, oui.")
}

// What waits and what is in doubt is told where nothing needs a person.
func TestNoTroubleTellsWhatIsOpen(t *testing.T) {
	f := world()
	th := f.find(t, "Bob")
	f.put(th, inbox.ActReply, inbox.Uncertain, nil)
	f.put(th, inbox.ActReply, inbox.Queued, nil)
	s := newSim(t, f, 120, 40, nil)
	s.keys("g v")
	s.wants("rien à vérifier par vous ; 1 incertain", "1 en route — g o")
	s.lacks("tout est parti")
	f.put(th, inbox.ActReply, inbox.FailedAct, nil)
	s.run(s.m.loadOutbox())
	s.keys("1", "g v")
	s.wants("rien à vérifier pour ce client ; ailleurs : 1 à vérifier")
}

// Nothing said is no time.
func TestLaterNeedsATime(t *testing.T) {
	f := world()
	s, _ := answering(t, f)
	s.keys("ctrl+t", "enter")
	s.wants("Envoyer plus tard", "dire quand, ou choisir une ligne")
	s.lacks("vide : tout de suite")
	if len(f.requests) != 0 {
		t.Fatal("sent though no time was given")
	}
	s.keys("text:demain 9h", "enter")
	s.keys("u")
	s.rest()
	s.keys("ctrl+t", "down", "enter")
	if r := f.requests[len(f.requests)-1]; len(f.requests) < 2 || !r.At.IsZero() {
		t.Fatalf("a time that was taken away stays: %+v", r)
	}
}
