package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
)

func typeName(v any) string { return fmt.Sprintf("%T", v) }

// find is the thread whose newest author has that name.
func (f *fake) find(t testing.TB, name string) inbox.Thread {
	t.Helper()
	for _, ft := range f.threads {
		if ft.t.Author.Name.String() == name {
			return ft.t
		}
	}
	t.Fatalf("no thread of %q", name)
	return inbox.Thread{}
}

// on puts the cursor on somebody's thread.
func (s *sim) on(t testing.TB, name string) inbox.Thread {
	t.Helper()
	th := s.f.find(t, name)
	if !s.m.list.Select(th.ID) {
		t.Fatalf("the list does not show %q", name)
	}
	s.m.list.Settle()
	s.run(s.m.follow())
	s.rest()
	return th
}

func (s *sim) current() inbox.Thread {
	t, _ := s.m.list.Current()
	return t
}

func TestReplyHoldUndo(t *testing.T) {
	f := world()
	s := newSim(t, f, 160, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("r", "text:Bonjour Claire,\nnous regardons.")
	s.wants("RÉPONDRE EN PRIVÉ : Miette · @miette@piaille.fr → Claire Dupont", "nous regardons.", "/500 caractères")
	if f.composed != th.ID {
		t.Errorf("others are told that thread %d is written in, want %d", f.composed, th.ID)
	}
	s.keys("ctrl+s")
	s.wants("Vous répondez au nom de : Miette")
	if len(f.actions) != 0 {
		t.Fatal("sent before the account was confirmed")
	}
	s.keys("enter")
	if len(f.actions) != 1 || f.actions[0].Text != "Bonjour Claire,\nnous regardons." || f.actions[0].Thread != th.ID {
		t.Fatalf("the outbox holds %+v", f.actions)
	}
	s.wants("réponse en attente", "u pour annuler", "en attente 10 s, annulable")
	if f.composed != 0 {
		t.Error("the others still see us writing")
	}
	s.keys("u")
	if f.actions[0].State != inbox.Dropped {
		t.Fatalf("after the undo the answer is %s", f.actions[0].State)
	}
	s.wants("le texte est revenu", "nous regardons.")
	s.keys("text: Vraiment.", "ctrl+s") // no second question for the same account
	if len(f.actions) != 2 || f.actions[1].Text != "Bonjour Claire,\nnous regardons. Vraiment." {
		t.Fatalf("the second answer is %+v", f.actions[1:])
	}
	s.lacks("Vous répondez au nom de")
}

func TestHoldCountsDown(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.on(t, "Claire Dupont")
	s.keys("r", "text:oui", "ctrl+s")
	s.keys("enter")
	s.wants("réponse en attente 10 s")
	s.pass(3 * time.Second)
	s.wants("réponse en attente 7 s")
	s.pass(8 * time.Second)
	s.lacks("réponse en attente")
}

func TestComposerRefuses(t *testing.T) {
	f := world()
	f.limit = inbox.TextLimit{Max: 10, Unit: inbox.Graphemes}
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Claire Dupont")
	s.keys("r", "ctrl+s")
	s.wants("rien à envoyer")
	s.keys("text:01234567890", "ctrl+s")
	s.wants("trop long", "11/10")
	s.keys("backspace", "ctrl+s")
	s.keys("enter")
	if len(f.actions) != 1 {
		t.Fatal("a text that fits was not sent")
	}
}

func TestSendFailureKeepsText(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Claire Dupont")
	s.keys("r", "text:Important", "ctrl+s")
	f.fail = inbox.Problem{Code: inbox.CodeConflict}
	s.keys("enter")
	s.wants("Important", "modifié entre-temps")
	s.keys("ctrl+s")
	if len(f.actions) != 1 {
		t.Fatal("the second try was not sent")
	}
}

func TestDraft(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("r")
	s.send(typed('a'))
	s.pass(time.Second)
	if f.writing(th.ID).Text != "a" {
		t.Fatalf("a second after the key the draft is %q", f.writing(th.ID).Text)
	}
	for range 30 { // typing without a pause is saved too
		s.send(typed('b'))
		s.pass(200 * time.Millisecond)
	}
	if got := len(f.writing(th.ID).Text); got < 25 {
		t.Errorf("after 6 s of typing %d letters are saved", got)
	}
	s.keys("text:fin", "esc")
	s.wants("brouillon gardé")
	want := "a" + strings.Repeat("b", 30) + "fin"
	if f.writing(th.ID).Text != want {
		t.Fatalf("esc kept %q", f.writing(th.ID).Text)
	}
	s.keys("r")
	s.wants("bbbfin")
	s.keys("ctrl+x")
	s.wants("Jeter le brouillon ?")
	s.keys("enter")
	if f.writing(th.ID).ID != "" || s.m.composer.Active() {
		t.Error("the draft is still there")
	}
}

func TestPasteNeverSends(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Claire Dupont")
	s.send(tea.PasteMsg{Content: "e\nq\n"})
	s.rest()
	if s.quit || f.find(t, "Claire Dupont").State == inbox.Done {
		t.Fatal("a paste outside of a text field did something")
	}
	s.keys("r")
	s.send(tea.PasteMsg{Content: "une\ndeux\x13\n"})
	s.rest()
	if len(f.actions) != 0 || !strings.HasPrefix(s.m.composer.Value(), "une\ndeux") {
		t.Fatalf("after a paste: %d sent, text %q", len(f.actions), s.m.composer.Value())
	}
}

// Keys typed while the composer opens go into it and are no commands.
func TestTypeAhead(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	_, open := s.m.Update(press("r"))
	for _, r := range "eeu!" {
		s.m.Update(typed(r))
	}
	s.run(open)
	s.rest()
	if got := s.m.composer.Value(); got != "eeu!" {
		t.Errorf("the composer holds %q", got)
	}
	if f.threads[th.ID].t.State != inbox.Ours {
		t.Error("a key meant for the text was a command")
	}
}

func TestNote(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("r", "text:brouillon", "esc", "n")
	s.wants("NOTE PRIVÉE", "jamais publiée")
	s.keys("text:rappeler", "esc") // must not overwrite the answer's draft
	s.pass(2 * time.Second)
	if d := f.writing(th.ID); d.Note || d.Text != "brouillon" {
		t.Fatalf("the answer's draft became %+v", d)
	}
	s.keys("n")
	s.wants("rappeler")
	s.keys("text: demain", "ctrl+s")
	s.wants("NOTE PRIVÉE", "rappeler demain")
	if f.threads[th.ID].t.Notes != 1 || len(f.actions) != 0 {
		t.Error("the note is not a note")
	}
	if f.writing(th.ID).Text != "brouillon" {
		t.Error("the answer's draft is gone")
	}
}

func TestDoneUndoRedo(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, moving)
	th := s.on(t, "Claire Dupont")
	s.keys("j")
	next := s.current()
	s.keys("k e enter")
	if f.threads[th.ID].t.State != inbox.Done {
		t.Fatal("not done")
	}
	if s.current().ID != next.ID {
		t.Errorf("the cursor is on %s, want the next thread", s.current().Author.Name)
	}
	s.wants("fait : Claire Dupont", "u pour annuler", "À traiter        28")
	s.keys("u")
	if f.threads[th.ID].t.State != inbox.Ours {
		t.Fatal("not undone")
	}
	s.wants("annulé : fait")
	s.keys("U")
	if f.threads[th.ID].t.State != inbox.Done {
		t.Fatal("not redone")
	}
	s.keys("u u u u")
	s.wants("rien à annuler")
}

func TestBulk(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Alice Martin")
	s.keys("x x x")
	s.wants("3 fils, 2 clients, 2 réseaux")
	s.keys("t")
	s.wants("3 fils, 2 clients")
	s.keys("text:lot", "enter")
	s.wants("étiqueté : 3 fils")
	n := 0
	for _, ft := range f.threads {
		if ft.t.HasTag("lot") {
			n++
		}
	}
	if n != 3 || len(f.steps) != 1 {
		t.Fatalf("%d threads tagged in %d steps", n, len(f.steps))
	}
	s.keys("x x e")
	s.wants("fait : 2 fils")
	s.keys("x esc")
	s.lacks("coché")
}

func TestTagCompletes(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("t", "text:liv", "tab", "text:Urgent", "enter")
	if got := strings.Join(f.threads[th.ID].t.Tags, " "); got != "livraison urgent" {
		t.Fatalf("tags %q", got)
	}
	s.keys("t", "text:-urg", "tab", "enter")
	if got := strings.Join(f.threads[th.ID].t.Tags, " "); got != "livraison" {
		t.Fatalf("tags %q", got)
	}
	s.keys("t", "text:a;b", "enter")
	s.wants("ne peut pas être une étiquette")
}

func TestSnooze(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("z", "text:bientôt", "enter")
	s.wants("pas compris")
	s.keys("ctrl+u", "text:demain 9h")
	s.wants("mardi 24 novembre 2026, 09:00, heure de Miette")
	s.keys("enter")
	got := f.threads[th.ID].t
	if want := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC); got.State != inbox.Snoozed || !got.Until.Equal(want) {
		t.Fatalf("%s until %s", got.State, got.Until)
	}
	s.keys("tab tab tab")
	s.wants("jusqu'à demain 09:00")
}

// A moment is meant in the client's zone.
func TestSnoozeZone(t *testing.T) {
	f := world()
	f.clients[0].Zone = "America/Montreal"
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("z", "text:demain 9h")
	s.wants("1 fenêtre se ferme")
	s.keys("enter")
	if got, want := f.threads[th.ID].t.Until, time.Date(2026, 11, 24, 14, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("until %s, want %s", got, want)
	}
}

func TestEscalate(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Bob")
	s.keys("!", "down", "enter", "enter")
	s.keys("enter") // without a question it goes nowhere
	s.wants("il manque la question")
	s.keys("text:Que dire ?", "enter", "text:14:00", "enter")
	got := f.threads[th.ID].t
	if got.State != inbox.Escalated || got.Escalation.Contact != "marc" || got.Escalation.Question.String() != "Que dire ?" {
		t.Fatalf("%s %+v", got.State, got.Escalation)
	}
	if want := time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC); !got.Escalation.Due.Equal(want) {
		t.Errorf("due %s, want %s", got.Escalation.Due, want)
	}
	s.keys("tab tab")
	s.wants("escaladé → Marc Le Goff, 14:00", "14:00│")
}

func TestDisabledSaysWhy(t *testing.T) {
	f := world()
	f.noReply = inbox.CodeUnsupported
	s := newSim(t, f, 120, 40, nil)
	s.keys("j")
	s.keys("r")
	s.wants("ce réseau ne le permet pas")
	s.keys("esc", "P")
	s.wants("ce fil n'est pas de la veille")
	s.keys(":", "text:promote")
	s.wants("ce fil n'est pas de la veille")
}

// The list may know less than the network: then opening the composer refuses.
func TestReplyRefusedOnNarrowScreen(t *testing.T) {
	f := world()
	f.noReply = inbox.CodeUnsupported
	s := newSim(t, f, 50, 20, nil)
	s.keys("j r")
	s.wants("ce réseau ne le permet pas")
	if s.m.composer.Active() {
		t.Error("the composer is open")
	}
}

func TestActFailure(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Bob")
	f.fail = errors.New("disk full")
	s.keys("e")
	s.wants("✗")
	if f.find(t, "Bob").State != inbox.Ours {
		t.Error("done nevertheless")
	}
}

func TestPromote(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.keys("w")
	s.wants("ActuaLitté")
	s.keys("P")
	if got := f.find(t, "ActuaLitté"); !got.Promoted || got.Split() != inbox.Inbox {
		t.Fatal("not promoted")
	}
	s.keys("w")
	s.wants("ActuaLitté")
}
