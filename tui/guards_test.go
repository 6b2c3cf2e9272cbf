package tui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
)

// answering begins an answer to Claire in a session of its own line.
func answering(t *testing.T, f *fake) (*sim, inbox.Thread) {
	t.Helper()
	s := newSim(t, f, 200, 40, func(o *Options) { o.By.Line = "me" })
	th := s.on(t, "Claire Dupont")
	s.keys("r", "text:Bonjour Claire.")
	s.m.seen[th.Account] = true
	return s, th
}

// another answers in the thread, as somebody else in vigie.
func (f *fake) another(id inbox.ThreadID, body string) {
	f.mu.Lock()
	ft := f.threads[id]
	m := answer(ft.t.Kind, 0, body)
	m.At, m.Account, m.Thread, m.Origin = f.now, ft.t.Account, id, inbox.Live
	f.receive(ft, m)
	last := &ft.events[len(ft.events)-1]
	last.Actor, last.Session, last.Line = inbox.Human, "there", "paul"
	f.mu.Unlock()
	f.changed(inbox.Change{Thread: id})
}

func TestChangedThreadIsShownBeforeSending(t *testing.T) {
	f := world()
	s, th := answering(t, f)
	for i, body := range []string{"Ah, elle vient d'arriver !", "Oubliez ma question."} {
		f.arrive(th.ID, theirs(inbox.KindDM, -time.Duration(i+1)*minute, author("claire.d@piaille.fr", "Claire Dupont"), body))
	}
	s.pass(time.Second)
	s.wants("entre-temps : 2 nouveaux messages")
	s.keys("ctrl+s")
	s.wants("Le fil a changé depuis que vous écrivez", "nouveau · Claire Dupont", "Oubliez ma question.", "envoyer quand même", "Bonjour Claire.")
	if len(f.actions) != 0 {
		t.Fatal("sent without a look")
	}
	s.keys("esc")
	s.lacks("Le fil a changé", "entre-temps")
	s.keys("text: Super !", "ctrl+s") // seen once is seen
	if len(f.actions) != 1 || f.actions[0].Text != "Bonjour Claire. Super !" {
		t.Fatalf("the outbox holds %+v", f.actions)
	}
	if n := len(f.threads[th.ID].events); f.requests[1].SeenN < n-1 || len(f.requests[1].Despite) != 0 {
		t.Errorf("asked with %+v", f.requests[1])
	}
}

func TestSendAnywayIsTold(t *testing.T) {
	f := world()
	s, th := answering(t, f)
	f.another(th.ID, "On s'en occupe, Claire.")
	s.pass(time.Second)
	s.wants("entre-temps : pts/3 a répondu")
	s.keys("ctrl+s")
	s.wants("Déjà une réponse", "réponse · pts/3", "On s'en occupe, Claire.")
	s.keys("enter")
	if len(f.actions) != 1 || len(f.requests) != 2 || !slices.Equal(f.requests[1].Despite, []string{inbox.CodeAnswered}) {
		t.Fatalf("sent: %d, asked with %+v", len(f.actions), f.requests)
	}
}

// Two terminals of one person are two answers too.
func TestAnotherTerminalOfMine(t *testing.T) {
	f := world()
	f.sessions[1].Line = "me"
	s, th := answering(t, f)
	by := inbox.By{Actor: inbox.Human, Session: "there", Line: "me"}
	_, err := f.Reply(t.Context(), by, inbox.ReplyRequest{Thread: th.ID, Text: "Déjà répondu d'ici."})
	must(err)
	s.pass(time.Second)
	s.wants("entre-temps : réponse en attente (votre autre terminal (pts/3))")
	delete(s.m.seen, th.Account)
	s.keys("ctrl+s")
	s.wants("Premier envoi de ce compte")
	s.keys("enter") // one yes is not another
	s.wants("réponse qui attend · votre autre terminal (pts/3)", "Déjà répondu d'ici.")
	if len(f.actions) != 1 {
		t.Fatal("sent without a look")
	}
	s.keys("enter")
	if len(f.actions) != 2 {
		t.Fatal("not sent")
	}
}

// A draft of another time is compared with what the thread has become.
func TestOldDraftIsComparedToo(t *testing.T) {
	f := world()
	th := f.find(t, "Claire Dupont")
	f.drafts["d"] = inbox.Draft{ID: "d", Thread: th.ID, Account: th.Account, Text: "Bonjour", SeenN: 1, Line: "me"}
	f.arrive(th.ID, theirs(inbox.KindDM, -minute, author("claire.d@piaille.fr", "Claire Dupont"), "Toujours rien."))
	s := newSim(t, f, 200, 40, me)
	s.on(t, "Claire Dupont")
	s.keys("r")
	s.wants("entre-temps : 1 nouveau message")
	s.m.seen[th.Account] = true
	s.keys("ctrl+s")
	s.wants("Le fil a changé", "nouveau · Claire Dupont")
}

func TestWhoComposesIsAsked(t *testing.T) {
	f := world()
	s, th := answering(t, f)
	f.mu.Lock()
	f.sessions[1].Composing = th.ID
	f.mu.Unlock()
	s.keys("ctrl+s")
	s.wants("Quelqu'un d'autre écrit ici", "pts/3 écrit en ce moment une réponse")
	s.keys("esc", "ctrl+s")
	if len(f.actions) != 0 {
		t.Fatal("sent without a yes")
	}
	s.keys("enter")
	if len(f.actions) != 1 {
		t.Fatal("not sent after the yes")
	}
}

// A key that was meant for the text never answers a question: not the second
// enter, not the send key held down.
func TestKeysHeldDownNeverConfirm(t *testing.T) {
	f := world()
	s, th := answering(t, f)
	f.arrive(th.ID, theirs(inbox.KindDM, -minute, author("claire.d@piaille.fr", "Claire Dupont"), "Au fait…"))
	s.send(press("ctrl+s"))
	s.send(press("enter"))
	s.send(press("enter"))
	for range 100 { // three seconds of repeats
		s.send(press("ctrl+s"))
		s.pass(30 * time.Millisecond)
	}
	if len(f.actions) != 0 {
		t.Fatal("sent by a key that repeats")
	}
	s.keys("esc")
	delete(s.m.seen, th.Account)
	for range 100 {
		s.send(press("ctrl+s"))
		s.pass(30 * time.Millisecond)
	}
	s.wants("Premier envoi de ce compte")
	if len(f.actions) != 0 {
		t.Fatal("the account was confirmed by a key that repeats")
	}
	s.keys("enter enter enter", "ctrl+s ctrl+s")
	if len(f.actions) != 1 {
		t.Fatalf("%d answers for one", len(f.actions))
	}
}

// The send key, pressed while the engine takes its time, sends once.
func TestSendIsOnce(t *testing.T) {
	f := world()
	s, _ := answering(t, f)
	_, slow := s.m.Update(press("ctrl+s"))
	for range 20 {
		_, cmd := s.m.Update(press("ctrl+s"))
		s.run(cmd)
		_, cmd = s.m.Update(press("enter"))
		s.run(cmd)
	}
	s.run(slow)
	s.rest()
	if len(f.actions) != 1 || len(f.requests) != 1 {
		t.Errorf("%d answers, asked %d times", len(f.actions), len(f.requests))
	}
}

// An answer that was queued without this session being told is not queued
// again: the next try finds it.
func TestSendIsOnceThoughTheOutcomeIsLost(t *testing.T) {
	f := world()
	s, _ := answering(t, f)
	f.lost = context.DeadlineExceeded
	s.keys("ctrl+s")
	if !s.m.composer.Active() || len(f.actions) != 1 {
		t.Fatal("the text is gone though nobody knows whether it is queued")
	}
	s.keys("ctrl+s")
	if s.m.composer.Active() || len(f.actions) != 1 || len(f.drafts) != 0 {
		t.Errorf("%d answers, writing: %v, drafts %v", len(f.actions), s.m.composer.Active(), f.drafts)
	}
	s.wants("réponse en attente")
	// Another text is no second try: nothing of it is lost.
	s, _ = answering(t, world())
	s.f.lost = context.DeadlineExceeded
	s.keys("ctrl+s", "text: Et encore.", "ctrl+s")
	s.wants("modifié entre-temps")
	if got := s.m.composer.Value(); got != "Bonjour Claire. Et encore." || s.f.actions[0].Text != "Bonjour Claire." {
		t.Errorf("the composer holds %q", got)
	}
}

// A paste with line feeds and every control there is sends nothing.
func TestPasteWithLineFeeds(t *testing.T) {
	f := world()
	s, _ := answering(t, f)
	s.send(tea.PasteMsg{Content: "une\r\ndeux\n\n\x13\x0d\x1b[13~\nfin\n"})
	s.rest()
	if len(f.requests) != 0 || !strings.Contains(s.m.composer.Value(), "une\ndeux") {
		t.Errorf("asked %d times, text %q", len(f.requests), s.m.composer.Value())
	}
	s.keys("ctrl+s")
	s.send(tea.PasteMsg{Content: "\n\n"})
	s.rest()
	if len(f.actions) != 1 {
		t.Errorf("%d answers", len(f.actions))
	}
}

func TestOtherClientIsStopped(t *testing.T) {
	f := world()
	s, _ := answering(t, f)
	s.keys("text: Voyez Atlas !", "ctrl+s")
	s.wants("Ce texte cite ATLAS (« Atlas »). Tapez MIETTE pour envoyer.")
	s.keys("enter", "ctrl+s ctrl+s enter")
	s.wants("ce n'est pas MIETTE : rien n'est envoyé")
	s.keys("text:Atlas", "enter")
	s.wants("ce n'est pas MIETTE")
	s.keys("ctrl+u")
	s.send(tea.PasteMsg{Content: "Miette"})
	s.keys("enter")
	if len(f.actions) != 0 {
		t.Fatal("sent without the name being typed")
	}
	s.keys("esc")
	s.wants("Bonjour Claire. Voyez Atlas !")
	s.keys("ctrl+s")
	s.keys("text: mièTTe ", "enter")
	if len(f.actions) != 1 || !slices.Equal(f.requests[2].Despite, []string{inbox.CodeOtherClient}) {
		t.Fatalf("sent %d, asked with %+v", len(f.actions), f.requests)
	}
}

// What was overruled stays so while the questions follow each other, and no
// longer.
func TestQuestionsFollowEachOther(t *testing.T) {
	f := world()
	s, th := answering(t, f)
	f.another(th.ID, "Déjà fait.")
	s.keys("text: Voyez Atlas !", "ctrl+s")
	s.wants("Déjà une réponse")
	s.keys("enter")
	s.wants("Tapez MIETTE")
	s.keys("text:miette", "enter")
	if len(f.actions) != 1 || !slices.Equal(f.requests[2].Despite, []string{inbox.CodeAnswered, inbox.CodeOtherClient}) {
		t.Fatalf("sent %d, asked with %+v", len(f.actions), f.requests)
	}
}

// More than fits is counted, and what happens while one looks is shown.
func TestGuardShowsWhatFits(t *testing.T) {
	f := world()
	s, th := answering(t, f)
	for i := range 30 {
		f.arrive(th.ID, theirs(inbox.KindDM, -time.Duration(i+1)*time.Second, author("claire.d@piaille.fr", "Claire Dupont"), strings.Repeat("Encore un mot. ", 40)))
	}
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.keys("ctrl+s")
	s.wants("… et 2", "envoyer quand même")
	s.checkFrame("guard")
	g := s.m.top()
	f.arrive(th.ID, theirs(inbox.KindDM, -2*minute, author("claire.d@piaille.fr", "Claire Dupont"), "Et ceci."))
	s.pass(200 * time.Millisecond)
	s.send(press("enter")) // too soon after what has just appeared
	s.wants("enter est venu trop tôt : lire d'abord, puis de nouveau")
	if s.m.top() != g || len(f.actions) != 0 {
		t.Fatal("a key answered what was not read")
	}
	s.pass(time.Second)
	s.keys("enter")
	if len(f.actions) != 1 {
		t.Fatal("not sent")
	}
}

func TestPrivateReply(t *testing.T) {
	f := world()
	s := newSim(t, f, 200, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("R")
	s.wants("pas de réponse privée possible ici")
	if s.m.composer.Active() {
		t.Fatal("the composer opened")
	}
	f.caps = map[inbox.ActionKind]inbox.Capability{inbox.ActPrivate: {OK: true, Class: inbox.ClassA}}
	s.run(s.m.loadThread(th.ID))
	s.keys("r", "text:public", "esc", "R")
	s.wants("RÉPONDRE EN PRIVÉ : Miette", "PRIVÉ · lu par Claire Dupont seulement")
	s.keys("text:entre nous", "ctrl+s")
	s.keys("enter")
	if r := f.requests[0]; !r.Private || r.Text != "entre nous" || f.actions[0].Kind != inbox.ActPrivate {
		t.Fatalf("asked with %+v", r)
	}
	s.keys("u")
	s.wants("RÉPONDRE EN PRIVÉ", "entre nous")
	s.send(tea.WindowSizeMsg{Width: 44, Height: 20})
	s.wants("PRIVÉ · Miette")
}

// Undo brings everything back, not the text alone.
func TestUndoBringsAllBack(t *testing.T) {
	f := world()
	th := f.find(t, "Alice Martin")
	first := f.threads[th.ID].messages[0].Remote
	f.drafts["d"] = inbox.Draft{ID: "d", Thread: th.ID, Account: th.Account, Text: "Deux\n\n lignes  ", Parent: first, Visibility: "unlisted"}
	s := newSim(t, f, 200, 40, nil)
	s.on(t, "Alice Martin")
	s.keys("r", "ctrl+s")
	s.keys("enter", "u")
	d := s.m.composer.Draft()
	if d.Text != "Deux\n\n lignes  " || d.Parent != first || d.Visibility != "unlisted" || f.requests[0].Parent != first {
		t.Errorf("the composer holds %+v", d)
	}
}

func TestComposerShowsWhatIsAnswered(t *testing.T) {
	s := newSim(t, world(), 200, 40, nil)
	s.on(t, "Claire Dupont")
	s.keys("r")
	s.wants("↩ Claire Dupont : Ma commande n° 4412")
}

func TestSendLater(t *testing.T) {
	f := world()
	f.clients[0].Zone = "America/Montreal"
	s, th := answering(t, f)
	s.keys("ctrl+t", "text:hier 9h", "enter")
	s.wants("Envoyer plus tard · Miette")
	if len(f.requests) != 0 {
		t.Fatal("sent at a time that is no time")
	}
	s.keys("ctrl+u", "text:demain 9h")
	s.wants("mardi 24 novembre 2026, 09:00 (America/Montreal)", "demain 14:00 chez vous")
	s.keys("enter")
	at := time.Date(2026, 11, 24, 14, 0, 0, 0, time.UTC)
	if len(f.actions) != 1 || !f.requests[0].At.Equal(at) {
		t.Fatalf("asked with %+v", f.requests)
	}
	s.wants("envoi prévu demain 09:00 — u pour annuler")
	s.pass(20 * time.Second)
	s.lacks("réponse en attente") // no countdown of a day
	s.keys("u")
	s.wants("Bonjour Claire.", "partira demain 09:00")
	s.rest()
	if f.writing(th.ID).Text != "Bonjour Claire." {
		t.Error("the draft is not back")
	}
	// The time asked for stays with the text until it is changed.
	f.arrive(th.ID, theirs(inbox.KindDM, -minute, author("claire.d@piaille.fr", "Claire Dupont"), "Alors ?"))
	s.keys("ctrl+s")
	s.keys("esc", "ctrl+s")
	if r := f.requests[len(f.requests)-1]; len(f.actions) != 2 || !r.At.Equal(at) {
		t.Fatalf("sent %d, asked with %+v", len(f.actions), r)
	}
}

func TestSendLaterRefuses(t *testing.T) {
	f := world()
	s := newSim(t, f, 200, 40, nil)
	s.on(t, "Claire Dupont")
	s.keys("r", "ctrl+t")
	s.wants("rien à envoyer")
	s.keys("esc", "n", "text:note", "ctrl+t")
	s.wants("jamais publiée")
	if s.m.top() != nil {
		t.Error("a note was asked for a time")
	}
	s.keys("esc")
	s, _ = answering(t, f)
	s.keys("ctrl+t", "text:demain 9h")
	s.keys("enter")
	s.keys("u")
	f.now = f.now.Add(48 * time.Hour)
	s.run(s.m.tickNow())
	s.keys("ctrl+s") // its time has come and gone
	s.wants("Envoyer plus tard · Miette", "déjà passé")
}

// A key that is held down while a question comes up does not answer it.
func TestHeldEnterConfirmsNothing(t *testing.T) {
	f := world()
	s, th := answering(t, f)
	delete(s.m.seen, th.Account)
	s.send(press("ctrl+s"))
	for range 60 {
		s.send(press("enter"))
		s.pass(20 * time.Millisecond)
	}
	if len(f.actions) != 0 {
		t.Fatal("a held key sent it")
	}
	s.wants("Premier envoi de ce compte")
	s.pass(time.Second)
	s.keys("enter")
	if len(f.actions) != 1 {
		t.Error("not sent after the key was let go")
	}
}
