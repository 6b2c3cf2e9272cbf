package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/lang"
)

// put queues an act of ours in a thread, in any state.
func (f *fake) put(t inbox.Thread, kind inbox.ActionKind, state inbox.SendState, change func(*inbox.Action)) inbox.ActionID {
	a := inbox.Action{
		ID: inbox.ActionID(len(f.actions) + 1), Kind: kind, Client: t.Client, Account: t.Account, Thread: t.ID,
		State: state, CreatedAt: f.now.Add(-3 * time.Minute), Session: "there", Key: fmt.Sprintf("kept-%d", len(f.actions)+1),
	}
	if kind.Writes() {
		a.Text = fmt.Sprintf("Bonjour %s, oui.", t.Author.Name)
	}
	if change != nil {
		change(&a)
	}
	f.actions = append(f.actions, a)
	return a.ID
}

// manyStuck puts five acts that need a person into five threads.
func (s *sim) manyStuck() {
	s.keys("j", "k")
	for i, id := range s.f.order[:5] {
		state, p := inbox.FailedAct, inbox.Problem{Code: inbox.CodeInvalid}
		if i%2 == 1 {
			state, p = inbox.NeedsYou, inbox.Problem{Code: inbox.CodeUncertain}
		}
		s.f.put(s.f.threads[id].t, inbox.ActReply, state, func(a *inbox.Action) { a.Problem = p })
	}
	s.run(s.m.loadOutbox())
	s.rest()
}

// full fills the server's disk.
func (s *sim) full() {
	s.f.mu.Lock()
	s.f.trouble = inbox.Problem{Code: inbox.CodeFull}
	s.f.mu.Unlock()
	s.f.changed(inbox.Change{Health: true})
	s.pass(time.Second)
}

// Every state of an answer is told in its thread in words, with its times.
func TestLadder(t *testing.T) {
	at := monday().Add(10 * time.Minute)
	cases := []struct {
		name string
		put  func(*inbox.Action)
		want []string
	}{
		{"held", func(a *inbox.Action) { a.NotBefore = monday().Add(8500 * time.Millisecond) }, []string{"◷ en attente 8 s, annulable"}},
		{"send later", func(a *inbox.Action) { a.SendAt, a.NotBefore = at, at }, []string{"◷ partira 08:40"}},
		{"queued", nil, []string{"◷ en file · "}},
		{"sending", func(a *inbox.Action) { a.State = inbox.Sending }, []string{"◷ envoi en cours"}},
		{"retry", func(a *inbox.Action) {
			a.State, a.NotBefore, a.Problem = inbox.RetryWait, at, inbox.Problem{Code: inbox.CodeRetry}
		}, []string{"◷ nouvel essai prévu", "pas joignable pour l'instant", "→ nouvel essai 08:40"}},
		{"uncertain", func(a *inbox.Action) {
			a.State, a.NotBefore, a.Looks, a.Problem = inbox.Uncertain, at, 1, inbox.Problem{Code: inbox.CodeUncertain}
		}, []string{"? peut-être envoyé", "→ recherché à nouveau 08:40 (2 sur 5)", "V il est là"}},
		{
			"needs you", func(a *inbox.Action) { a.State, a.Problem = inbox.NeedsYou, inbox.Problem{Code: inbox.CodeUncertain} },
			[]string{"? à vérifier par vous", "→ regarder sur le réseau, puis décider", "V il est là", "S renvoyer", "X abandonner", "C corriger"},
		},
		{
			"failed", func(a *inbox.Action) { a.State, a.Problem = inbox.FailedAct, inbox.Problem{Code: inbox.CodeInvalid} },
			[]string{"✗ non envoyé", "le réseau refuse ce contenu", "→ corriger le texte", "S renvoyer", "X abandonner", "C corriger"},
		},
		{"private", func(a *inbox.Action) { a.Kind, a.State = inbox.ActPrivate, inbox.Accepted }, []string{"✓ envoyé · en privé"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := world()
			th := f.find(t, "Claire Dupont")
			f.put(th, inbox.ActReply, inbox.Queued, c.put)
			s := newSim(t, f, 120, 40, nil)
			s.on(t, "Claire Dupont")
			s.wants(c.want...)
			s.wants("Bonjour Claire Dupont, oui.")
		})
	}
	t.Run("behind another", func(t *testing.T) {
		f := world()
		th := f.find(t, "Claire Dupont")
		f.put(th, inbox.ActReply, inbox.Uncertain, nil)
		f.put(th, inbox.ActReply, inbox.Queued, nil)
		s := newSim(t, f, 160, 40, nil)
		s.on(t, "Claire Dupont")
		s.wants("◷ en file, derrière un envoi de ce fil")
	})
}

// The thread counts the seconds of a hold, also of another session's.
func TestThreadCountsDown(t *testing.T) {
	f := world()
	th := f.find(t, "Claire Dupont")
	f.put(th, inbox.ActReply, inbox.Queued, func(a *inbox.Action) { a.NotBefore = f.now.Add(30 * time.Second) })
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Claire Dupont")
	s.pass(10 * time.Second)
	s.wants("en attente 20 s, annulable")
	s.pass(25 * time.Second)
	s.lacks("annulable")
}

// An answer stands at the end of its thread until it is there, and then among
// the messages, with a word that it was seen.
func TestAnswerBecomesMessage(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.answered(t, "Claire Dupont")
	s.lacks("pas encore arrivé")
	s.f.become(1, func(a *inbox.Action) { a.State = inbox.Verified })
	s.pass(time.Second)
	s.wants("Vous ✓ envoyé, vu sur le réseau")
}

// What is stuck stands above the rows of every view and moves no cursor.
func TestStuckStandsOnTop(t *testing.T) {
	f := world()
	s := newSim(t, f, 80, 24, nil)
	s.on(t, "Sys Op 👩‍🚀")
	before := s.line(t, "Sys Op")
	th := f.find(t, "Bob")
	f.put(th, inbox.ActReply, inbox.FailedAct, func(a *inbox.Action) { a.Problem = inbox.Problem{Code: inbox.CodeInvalid} })
	s.run(s.m.loadOutbox())
	s.rest()
	if s.current().Author.Name.String() != "Sys Op 👩‍🚀" {
		t.Fatalf("the cursor went to %s", s.current().Author.Name)
	}
	if after := s.line(t, "Sys Op"); after != before {
		t.Errorf("the selected row went from line %d to %d", before, after)
	}
	want := "✗ Atlas   Bob            non envoyé · le réseau refuse ce contenu"
	s.wants(want, "✗ 1 à vérifier — g o")
	for range 6 {
		s.keys("tab")
		s.wants(want)
	}
	s.keys("tab", "3") // another client's trouble is counted, not shown
	s.lacks(want)
	s.wants("✗ 1 à vérifier — g o")
}

// line is the line of the screen that shows a text.
func (s *sim) line(t *testing.T, text string) int {
	t.Helper()
	for y, l := range strings.Split(s.screen(), "\n") {
		if strings.Contains(l, text) {
			return y
		}
	}
	t.Fatalf("the screen does not show %q:\n%s", text, s.screen())
	return 0
}

func TestStuckIsCounted(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.manyStuck()
	s.wants("… encore 2 à vérifier : g o", "✗ 5 à vérifier — g o")
}

// From the row on top to its thread, and one key each there.
func TestStuckIsSettledInItsThread(t *testing.T) {
	cases := []struct {
		name  string
		state inbox.SendState
		keys  []string
		want  inbox.SendState
		says  string
	}{
		{"it is there", inbox.NeedsYou, []string{"V", "enter"}, inbox.Verified, "noté : confirmé par vous"},
		{"it is there, thought better of", inbox.NeedsYou, []string{"V", "esc"}, inbox.NeedsYou, "à vérifier"},
		{"again, surely not done", inbox.FailedAct, []string{"S"}, inbox.Queued, "renvoyé"},
		{"again, in doubt", inbox.NeedsYou, []string{"S", "enter"}, inbox.Queued, "renvoyé"},
		{"again, thought better of", inbox.NeedsYou, []string{"S", "esc"}, inbox.NeedsYou, "à vérifier"},
		{"drop", inbox.FailedAct, []string{"X", "enter"}, inbox.Dropped, "envoi abandonné"},
		{"drop, in doubt", inbox.NeedsYou, []string{"X", "enter"}, inbox.Dropped, "peut-être arrivé quand même"},
		{"drop, in doubt, thought better of", inbox.NeedsYou, []string{"X", "esc"}, inbox.NeedsYou, "à vérifier"},
		{"edit", inbox.FailedAct, []string{"C"}, inbox.Dropped, "Bonjour Bob, oui."},
		{"edit, in doubt", inbox.NeedsYou, []string{"C", "enter"}, inbox.Dropped, "Bonjour Bob, oui."},
		{"edit, in doubt, thought better of", inbox.NeedsYou, []string{"C", "esc"}, inbox.NeedsYou, "à vérifier"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := world()
			th := f.find(t, "Bob")
			f.put(th, inbox.ActReply, c.state, func(a *inbox.Action) { a.Problem = inbox.Problem{Code: inbox.CodeUncertain} })
			s := newSim(t, f, 80, 24, nil)
			s.keys("k", "enter")
			if s.m.focus != onReader || s.m.reader.ID() != th.ID {
				t.Fatalf("the row opened thread %d", s.m.reader.ID())
			}
			s.wants("S renvoyer", "▌  Vous")
			s.keys(c.keys...)
			if got := f.actions[0].State; got != c.want {
				t.Errorf("it is %s", got)
			}
			s.wants(c.says)
			if s.m.reader.ID() != th.ID {
				t.Error("the thread went from under the hand")
			}
		})
	}
}

// Sending again what may have arrived tells what is known first.
func TestAgainWarns(t *testing.T) {
	f := world()
	th := f.find(t, "Bob")
	f.put(th, inbox.ActReply, inbox.NeedsYou, func(a *inbox.Action) {
		a.Problem, a.LastWire, a.Looks = inbox.Problem{Code: inbox.CodeUncertain}, f.now, 5
	})
	s := newSim(t, f, 160, 40, nil)
	s.keys("g v", "S")
	s.wants("Renvoyer, au risque du double ?", "peut-être envoyé, peut-être pas", "Recherché 5 fois", "il y sera deux fois")
	if f.actions[0].State != inbox.NeedsYou {
		t.Error("sent again without a yes")
	}
}

// Keys for what is stuck do nothing where nothing of the kind is chosen.
func TestSettlingNeedsAChoice(t *testing.T) {
	f := world()
	th := f.find(t, "Bob")
	f.put(th, inbox.ActReply, inbox.FailedAct, nil)
	s := newSim(t, f, 120, 40, nil)
	s.keys("S")
	s.wants("aucun envoi à refaire n'est choisi")
	s.on(t, "Bob")
	s.keys("enter", ",", "V")
	s.wants("aucun envoi douteux n'est choisi")
	s.keys("S")
	if f.actions[0].State != inbox.FailedAct {
		t.Error("sent again though a message was chosen")
	}
}

// An act that went by itself takes no key that was meant for it.
func TestOutboxMovedUnderTheHand(t *testing.T) {
	f := world()
	for _, name := range []string{"Bob", "Claire Dupont"} {
		f.put(f.find(t, name), inbox.ActReply, inbox.NeedsYou, nil)
	}
	s := newSim(t, f, 120, 40, nil)
	s.keys("g o")
	f.become(1, func(a *inbox.Action) { a.State = inbox.Verified })
	s.pass(time.Second)
	s.keys("v")
	s.wants("la liste a changé sous la main")
	if f.actions[1].State != inbox.NeedsYou {
		t.Fatal("the key was for another one")
	}
	s.keys("v")
	s.keys("enter")
	if f.actions[1].State != inbox.Verified {
		t.Error("the second press did nothing")
	}
}

func TestOutboxHistory(t *testing.T) {
	f := world()
	f.put(f.find(t, "Bob"), inbox.ActReply, inbox.Queued, func(a *inbox.Action) {
		a.Move(inbox.Sending, f.now.Add(-2*time.Minute), "", "")
		a.Move(inbox.Uncertain, f.now.Add(-time.Minute), inbox.CodeUncertain, "")
		a.Move(inbox.NeedsYou, f.now, inbox.WhyAbsent, "")
	})
	s := newSim(t, f, 120, 40, nil)
	s.keys("g o", "h")
	s.wants("08:28 ◷ envoi en cours", "08:29 ? peut-être envoyé", "08:30 ? à vérifier par vous · cherché, absent du réseau")
}

// Nothing is lost when the outbox is longer than the screen.
func TestOutboxScrolls(t *testing.T) {
	f := world()
	th := f.find(t, "Bob")
	for i := range 30 {
		f.put(th, inbox.ActReply, inbox.Queued, func(a *inbox.Action) { a.Text = fmt.Sprintf("Réponse n° %02d", i) })
	}
	for _, size := range [][2]int{{80, 24}, {40, 12}} {
		s := newSim(t, f, size[0], size[1], nil)
		s.keys("g o")
		for i := range 30 {
			s.screen()
			s.wants(fmt.Sprintf("Réponse n° %02d", i))
			s.keys("j")
		}
	}
}

func TestUndoWords(t *testing.T) {
	act := func(kind inbox.ActionKind, state inbox.SendState, of uint64) *inbox.Action {
		return &inbox.Action{ID: 9, Kind: kind, State: state, Of: of}
	}
	cases := []struct {
		name  string
		undid inbox.Undid
		want  string
	}{
		{"an inverse act", inbox.Undid{Verb: inbox.Acted, Action: act(inbox.ActUnlike, inbox.Queued, 3)}, "le j'aime est en train d'être retiré"},
		{"before it left", inbox.Undid{Action: act(inbox.ActHide, inbox.Dropped, 0)}, "annulé avant de partir : masquage"},
		{"some left alone", inbox.Undid{Verb: inbox.Finished, Threads: []inbox.ThreadID{1, 2}, Left: 2}, "annulé : fait · 2 fils · 2 fils laissés tels quels"},
		{"all left alone", inbox.Undid{Left: 1}, "rien repris"},
		{"nothing", inbox.Undid{}, "rien à annuler"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := world()
			f.undid = &c.undid
			s := newSim(t, f, 120, 40, nil)
			s.keys("u")
			s.wants(c.want)
		})
	}
	t.Run("what cannot be taken back at all", func(t *testing.T) {
		f := world()
		f.undid, f.fail = &inbox.Undid{}, inbox.Problem{Code: inbox.CodeConflict, Detail: "a deletion that left"}
		s := newSim(t, f, 160, 40, nil)
		s.keys("u")
		s.wants("cela ne se reprend pas", "m : supprimer une réponse")
	})
	t.Run("an answer that left", func(t *testing.T) {
		s := newSim(t, world(), 120, 40, nil)
		s.answered(t, "Claire Dupont")
		s.pass(10 * time.Second)
		s.keys("u")
		s.wants("déjà partie, elle ne se reprend plus ; m : supprimer notre réponse")
	})
}

// What is wrong with the server has a line of its own, at every size that has
// one to spare.
func TestBanner(t *testing.T) {
	s := newSim(t, world(), 80, 24, func(o *Options) { o.Lang = lang.English })
	s.full()
	want, _ := s.m.look.Problem(inbox.Problem{Code: inbox.CodeFull}, "")
	if want == "" {
		t.Fatal("a full disk has no sentence")
	}
	first := strings.Join(strings.Fields(want)[:3], " ")
	if s.line(t, first) != 2 {
		t.Errorf("the banner is on line %d", s.line(t, first))
	}
	s.send(tea.WindowSizeMsg{Width: 60, Height: 8})
	s.wants(first)
}

// A click on what is stuck selects it, the second opens it.
func TestClickStuck(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.manyStuck()
	click := func(y int) {
		s.send(tea.MouseClickMsg{X: 10, Y: y, Button: tea.MouseLeft})
		s.rest()
	}
	click(3)
	if st, ok := s.m.list.Stuck(); !ok || st.Action.ID != 2 {
		t.Fatalf("the click chose %d", st.Action.ID)
	}
	click(3)
	if c := s.m.reader.Chosen().Action; s.m.focus != onReader || c == nil || c.ID != 2 {
		t.Errorf("the second click opened %v", c)
	}
}
