package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/status"
)

// What the network answered stands in the thread and in the outbox.
func TestTheNetworksOwnWords(t *testing.T) {
	f := world()
	f.put(f.find(t, "Bob"), inbox.ActReply, inbox.FailedAct, func(a *inbox.Action) {
		a.Problem = inbox.Problem{Code: inbox.CodeInvalid, Detail: "reply: the network refused the content: the program answered: votre compte est limité"}
	})
	s := newSim(t, f, 80, 24, nil)
	s.keys("g v")
	s.wants("le réseau refuse ce contenu", "réponse reçue : « votre compte est limité »")
	s.keys("g o")
	s.wants("réponse reçue : « votre compte est limité »")
	if strings.Contains(s.screen(), "the program answered") {
		t.Error("our own words stand beside the network's")
	}
}

// An act without a text is told so that its name agrees with what became of it.
func TestActsAgree(t *testing.T) {
	f := world()
	f.put(f.find(t, "Bob"), inbox.ActEscalate, inbox.FailedAct, func(a *inbox.Action) {
		a.Problem = inbox.Problem{Code: inbox.CodeInvalid, Detail: "x"}
	})
	s := newSim(t, f, 120, 40, nil)
	s.wants("escalade : échec")
	s.lacks("pas fait")
}

// Who will read an answer is always said, and a choice is told until it is there.
func TestWhoWillRead(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.keys("j r", "text:Oui.")
	unsaved := func(why string) {
		s.m.composer.Unsaved = why
		s.send(tea.WindowSizeMsg{Width: 80, Height: 24}) // whatever makes it be drawn
	}
	unsaved("le disque est plein")
	s.wants("public · ✗ pas enregistré : le disque est plein")
	unsaved("")
	s.wants("public · Miette", "ctrl+v qui lira", "f1 aide", "esc garder")
	s.keys("ctrl+v")
	s.keys("ctrl+v")
	word := s.m.look.Visibility(s.m.composer.Draft().Visibility)
	if word == "" || word == "public" {
		t.Fatalf("it is %q", word)
	}
	s.wants(word + " · Miette")
	s.keys("ctrl+s")
	s.pass(time.Second)
	s.keys("enter")
	s.wants("Vous ◷ en attente 10 s, annulable · " + word)
	s.keys("g o")
	s.wants("réponse · " + word + " · @miette@piaille.fr")

	s = newSim(t, world(), 80, 24, nil)
	s.on(t, "Claire Dupont")
	s.keys("r", "text:Oui.")
	s.wants("RÉPONDRE EN PRIVÉ : Miette", "PRIVÉ · lu dans cette conversation seulement")
	s.lacks("qui lira")
	s.keys("ctrl+v")
	s.wants("qui lira ne se choisit pas ici")
}

// Keys that do nothing are not offered, and one that is pressed says why.
func TestFootersOfferWhatWorks(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.keys("j n", "text:Note.")
	s.lacks("plus tard")
	s.keys("ctrl+x", "enter")
	s.keys("g b")
	s.wants("ramener")
	s.keys("esc", "U")

	f := world()
	f.caps = map[inbox.ActionKind]inbox.Capability{inbox.ActHide: {Why: inbox.CodeNotOurs}}
	s = newSim(t, f, 80, 24, nil)
	s.keys("g b")
	s.lacks("ramener")
	s.keys("esc", "j m", "h")
	s.wants("Modérer")
	if s.m.flash.text != "possible seulement sous nos propres publications" {
		t.Errorf("it says %q", s.m.flash.text)
	}
}

// A reason that has no room behind an act stands below it, whole.
func TestModerationReasonsAreWhole(t *testing.T) {
	f := world()
	f.caps = map[inbox.ActionKind]inbox.Capability{}
	for _, k := range []inbox.ActionKind{inbox.ActHide, inbox.ActBlock, inbox.ActRead} {
		f.caps[k] = inbox.Capability{Why: inbox.CodeNotOurs}
	}
	for _, size := range [][2]int{{60, 24}, {80, 24}, {120, 40}} {
		s := newSim(t, f, size[0], size[1], nil)
		s.keys("j m")
		if n := strings.Count(s.screen(), "propres publications"); n != 3 {
			t.Errorf("%d×%d tells %d reasons whole:\n%s", size[0], size[1], n, s.screen())
		}
	}
}

// Home and End go through the outbox, and its history begins with its queue.
func TestOutboxEnds(t *testing.T) {
	f := world()
	for _, id := range f.order[:12] {
		f.put(f.threads[id].t, inbox.ActReply, inbox.Queued, func(a *inbox.Action) {
			a.SendAt = monday().Add(24 * time.Hour)
			a.NotBefore = a.SendAt
		})
	}
	for i := range f.accounts {
		f.accounts[i].Problem = inbox.Problem{}
	}
	s := newSim(t, f, 80, 24, nil)
	s.wants("12 prévus")
	s.lacks("en route")
	s.keys("g o", "end")
	if a, _ := s.m.top().(*dialog.Outbox).Chosen(); a.ID != 12 {
		t.Errorf("End chose %d", a.ID)
	}
	s.keys("home", "h")
	if a, _ := s.m.top().(*dialog.Outbox).Chosen(); a.ID != 1 {
		t.Errorf("Home chose %d", a.ID)
	}
	s.wants("08:27 mis en file · partira demain 08:30 · fuseau Europe/Paris")
}

// News about the list take no tab's place.
func TestTabsStay(t *testing.T) {
	s := newSim(t, world(), 86, 24, nil)
	l, d := s.m.look, s.m.desk()
	const news = "▲ 3 nouveaux"
	if status.NewsFit(l, d, 86, news) || !status.NewsFit(l, d, 99, news) {
		t.Fatal("the tabs are of another width than this test's")
	}
	if with, without := status.Tabs(l, d, 86, news), status.Tabs(l, d, 86, ""); with != without {
		t.Errorf("the tabs become\n%s\nnot\n%s", with, without)
	}
	s.keys("x") // marks one: news of the list
	s.wants("1 fil, 1 client, 1 réseau", "Questions")
}

// An error that is longer than the status line goes on below it, and the hints
// come back after it.
func TestLongErrorsWrap(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.run(s.m.wrong(inbox.Problem{Code: inbox.CodeVisibility, Args: []string{"followers", "public, unlisted, private, direct"}}))
	s.wants("il connaît : public,", "→ rien n'est parti")
	s.lacks("enter ouvrir")
	s.pass(time.Minute)
	s.wants("enter ouvrir")
}

// The other terminal of the same person is called so.
func TestOwnOtherTerminal(t *testing.T) {
	f := world()
	f.sessions[1].Line = "me"
	f.sessions[1].Composing = f.find(t, "Bob").ID
	for i := range f.accounts {
		f.accounts[i].Problem = inbox.Problem{}
	}
	s := newSim(t, f, 180, 40, func(o *Options) { o.By.Line = "me" })
	s.wants("aussi ouvert : votre autre terminal (pts/3)")
	s.on(t, "Bob")
	s.wants("écrit ici : votre autre terminal (pts/3)")
}

// What is stopped because the person writes in another terminal is not said of
// somebody else.
func TestOwnOtherTerminalWrites(t *testing.T) {
	f := world()
	f.sessions[1].Line = "me"
	s, th := answering(t, f)
	f.sessions[1].Composing = th.ID
	f.changed(inbox.Change{Session: true})
	s.pass(time.Second)
	s.keys("ctrl+s")
	s.wants("Vous écrivez déjà ici", "Une réponse à ce fil est ouverte sur votre autre terminal (pts/3).")
	s.lacks("Quelqu'un d'autre")
}
