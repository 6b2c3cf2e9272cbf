package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
)

// The first key after a pause is stored at once, then twice a second.
func TestDraftIsStoredAtOnce(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("r")
	s.send(typed('a'))
	if got := f.writing(th.ID).Text; got != "a" {
		t.Fatalf("at once the draft is %q", got)
	}
	for range 100 {
		s.send(typed('b'))
		s.pass(50 * time.Millisecond)
		if behind := len(s.m.composer.Value()) - len(f.writing(th.ID).Text); behind > 10 {
			t.Fatalf("%d letters are not stored", behind)
		}
	}
	if f.saves > 15 {
		t.Errorf("%d saves in five seconds", f.saves)
	}
	s.pass(time.Second)
	saves := f.saves
	s.pass(10 * time.Second)
	if f.saves != saves || f.writing(th.ID).Text != s.m.composer.Value() {
		t.Errorf("%d saves of a text that rests", f.saves-saves)
	}
}

// A disk that is full costs no text: it stays, says so, and is tried again.
func TestDraftThatCannotBeStored(t *testing.T) {
	f := world()
	s := newSim(t, f, 160, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("r")
	f.full = inbox.ErrFull
	s.keys("text:Important")
	s.wants("pas enregistré", "Important")
	s.keys("esc")
	if !s.m.composer.Active() {
		t.Fatal("the composer closed over a text that nobody has")
	}
	s.keys("text: !")
	s.wants("Important !", "pas enregistré")
	f.full = nil
	s.pass(3 * time.Second)
	s.lacks("pas enregistré")
	if got := f.writing(th.ID).Text; got != "Important !" {
		t.Fatalf("the draft is %q", got)
	}
	s.keys("esc")
	s.wants("brouillon gardé")
}

// What was typed last is stored when the session ends, though no command of it
// ever runs again.
func TestFlush(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("r", "text:avant")
	var late []tea.Cmd
	for _, r := range " la fin" {
		_, cmd := s.m.Update(typed(r))
		late = append(late, cmd)
	}
	flush := func() {
		t.Helper()
		if err := s.m.Flush(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	flush()
	if got := f.writing(th.ID).Text; got != "avant la fin" {
		t.Fatalf("the draft is %q", got)
	}
	for _, cmd := range late { // an older text that comes late
		s.run(cmd)
	}
	if got := f.writing(th.ID).Text; got != "avant la fin" {
		t.Fatalf("the draft became %q", got)
	}
	// Of a text that is sent no draft is left, whatever runs first.
	_, save := s.m.Update(typed('.'))
	s.m.seen[th.Account] = true
	_, send := s.m.Update(press("ctrl+s"))
	if msg, ok := send().(repliedMsg); !ok || msg.err != nil {
		t.Fatalf("sending gave %v", msg)
	}
	flush()
	if save != nil {
		save()
	}
	if d := f.writing(th.ID); d.ID != "" || len(f.actions) != 1 {
		t.Errorf("%d sent, the draft is %+v", len(f.actions), d)
	}
}

// The store may hang: the end of a session does not.
func TestFlushGivesUp(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Claire Dupont")
	s.keys("r")
	s.m.Update(typed('x'))
	s.m.keeper.turn <- struct{}{} // a save that does not come back
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.m.Flush(ctx); err == nil {
		t.Error("the text is said to be stored")
	}
}

// A store that hangs keeps nobody here: leaving the program still works while
// the composer waits to close.
func TestLeavingWhileTheStoreHangs(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("r")
	s.m.Update(typed('x'))
	s.m.Update(press("esc")) // neither save comes back
	s.m.Update(typed('e'))
	s.send(press("ctrl+c"))
	s.send(press("ctrl+c"))
	if !s.quit || f.writing(th.ID).Text != "x" {
		t.Errorf("left: %v, draft %q", s.quit, f.writing(th.ID).Text)
	}
}

// begun3 puts drafts of several people into the store.
func (f *fake) begun3(t *testing.T) (mine, theirs, note inbox.Thread) {
	t.Helper()
	mine, theirs, note = f.find(t, "Claire Dupont"), f.find(t, "Bob"), f.find(t, "Alice Martin")
	for _, d := range []inbox.Draft{
		{ID: "1", Thread: mine.ID, Account: mine.Account, Text: "Chère Claire,\nnous", SavedAt: f.now.Add(-hour), Line: "me"},
		{ID: "2", Thread: theirs.ID, Account: theirs.Account, Text: "Cher Bob", SavedAt: f.now.Add(-minute), Line: "paul"},
		{ID: "3", Thread: note.ID, Account: note.Account, Text: "Voir Paul", Note: true, SavedAt: f.now.Add(-2 * hour), Line: "me"},
	} {
		f.drafts[d.ID] = d
	}
	return mine, theirs, note
}

func me(o *Options) { o.By.Line = "me" }

func TestDraftsAreListed(t *testing.T) {
	f := world()
	mine, theirs, _ := f.begun3(t)
	s := newSim(t, f, 160, 40, me)
	s.wants("brouillon")
	s.keys("g b")
	s.wants("Brouillons", "Miette  réponse → Claire Dupont · 1 h · @miette@piaille.fr", "Chère Claire,", "par un autre poste", "note privée → Alice Martin")
	if screen := s.screen(); strings.Index(screen, "Cher Bob") > strings.Index(screen, "Chère Claire,") {
		t.Error("the newest is not the first")
	}
	f.sessions[1].Line, f.sessions[1].Draft = "paul", "2"
	f.changed(inbox.Change{Session: true})
	f.changed(inbox.Change{Thread: theirs.ID})
	s.pass(time.Second)
	s.wants("en cours d'écriture : pts/3")
	s.keys("enter x") // is being written elsewhere
	if _, listed := s.m.draftBox(); !listed || len(f.drafts) != 3 {
		t.Fatal("a draft that is being written elsewhere was taken")
	}
	s.keys("down enter")
	s.wants("RÉPONDRE", "Chère Claire,", "nous")
	if s.m.composer.Draft().ID != "1" || s.current().ID != mine.ID {
		t.Errorf("the composer has %+v", s.m.composer.Draft())
	}
}

func TestListedDraftIsDropped(t *testing.T) {
	f := world()
	f.begun3(t)
	s := newSim(t, f, 120, 40, me)
	s.keys("g b", "x")
	s.wants("Jeter le brouillon ?", "Cher Bob", "u le ramène")
	s.keys("enter")
	s.lacks("Cher Bob")
	if len(f.drafts) != 2 {
		t.Fatal("not dropped")
	}
	s.keys("u")
	s.wants("Cher Bob", "brouillon revenu")
	if d := f.drafts["2"]; d.Line != "paul" || d.Text != "Cher Bob" {
		t.Errorf("what came back is %+v", d)
	}
	s.keys("u")
	s.wants("rien à annuler")
	s.keys("x enter", "x enter", "x enter")
	s.wants("aucun brouillon")
	s.keys("esc")
	s.pass(20 * time.Second)
	s.lacks("brouillon")
}

// A draft that was dropped comes back by undo, in its place among other acts.
func TestDroppedDraftComesBack(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("r", "text:Chère Claire", "ctrl+x")
	s.keys("enter")
	s.wants("brouillon jeté · u pour annuler")
	bob := s.on(t, "Bob")
	s.keys("e")
	if f.threads[bob.ID].t.State != inbox.Done || len(f.drafts) != 0 {
		t.Fatal("not done")
	}
	s.keys("u")
	if f.threads[bob.ID].t.State != inbox.Ours || len(f.drafts) != 0 {
		t.Fatal("undo began with the draft")
	}
	s.keys("u")
	s.wants("Chère Claire", "brouillon revenu")
	if f.writing(th.ID).Text != "Chère Claire" || s.current().ID != th.ID {
		t.Error("the draft is not back")
	}
	s.keys("esc", "u")
	s.wants("rien à annuler")
}

// Emptying the text is dropping the draft, without a question.
func TestEmptiedDraftIsGone(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Claire Dupont")
	s.keys("r", "text:ab", "backspace backspace", "ctrl+x")
	if s.m.composer.Active() || s.m.top() != nil || len(f.drafts) != 0 {
		t.Errorf("left: %+v", f.drafts)
	}
}

// Whatever a stranger or another session wrote, in every new place.
func TestHostileWriting(t *testing.T) {
	for _, c := range hostileCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			f := hostileWorld(c.Text)
			id := inbox.ThreadID(2)
			f.sessions = append(f.sessions, inbox.SessionInfo{ID: "x", Name: c.Text, Line: c.Text, Draft: "other"})
			f.drafts["other"] = inbox.Draft{ID: "other", Thread: id, Account: "miette-masto", Text: c.Text, Line: c.Text, Private: true}
			f.sessions[0].Composing = 0
			delete(f.drafts, "d") // the composer itself has its own test
			s := newSim(t, f, 120, 40, nil)
			check := func(what string) {
				t.Helper()
				for _, size := range [][2]int{{40, 12}, {80, 24}} {
					s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					s.checkFrame(what)
				}
			}
			s.keys("g b")
			check("drafts")
			s.keys("x")
			check("dropping")
			s.keys("esc esc", "home down r", "text:Bonjour")
			s.m.seen["miette-masto"] = true
			m := theirs(inbox.KindMention, -minute, f.threads[id].messages[0].Author, "")
			m.Text = f.threads[id].messages[0].Text
			f.arrive(id, m)
			f.another(id, c.Text)
			s.pass(time.Second)
			check("meanwhile")
			s.keys("ctrl+s")
			check("guard")
			s.keys("esc")
			s.run(s.m.guard(inbox.Problem{Code: inbox.CodeComposing, Args: []string{c.Text}}, inbox.ThreadView{}))
			check("composing")
			s.rest()
			s.keys("esc")
			s.run(s.m.guard(inbox.Problem{Code: inbox.CodeOtherClient, Args: []string{c.Text, c.Text, c.Text}}, inbox.ThreadView{}))
			check("other client")
			s.rest()
			s.keys("esc", "ctrl+t")
			s.send(tea.PasteMsg{Content: c.Text})
			check("later")
		})
	}
}
