package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
)

// moving is a session whose cursor goes on after an act.
func moving(o *Options) { o.Stay, o.By.Line = false, "me" }

// After an act the next thread is there: under the cursor, or open.
func TestNextAfterAnAct(t *testing.T) {
	acts := map[string][]string{
		"done": {"e", "enter"}, "snooze": {"z", "text:demain 9h", "enter", "enter"}, "answer": {"r", "text:Oui.", "ctrl+s"},
		"snoozed by command": {":", "text:snooze demain 9h", "enter"},
	}
	for name, keys := range acts {
		t.Run(name, func(t *testing.T) {
			for _, reading := range []bool{false, true} {
				f := world()
				s := newSim(t, f, 120, 40, moving)
				th := s.on(t, "Claire Dupont")
				s.m.seen[th.Account] = true
				if reading {
					s.keys("enter")
				}
				s.keys(keys...)
				s.pass(time.Second)
				if got := s.current().Author.Name.String(); got != "Alice Martin" {
					t.Errorf("the cursor is on %s", got)
				}
				if reading && (s.m.focus != onReader || s.m.reader.ID() != s.current().ID || f.threads[s.current().ID].t.Unread) {
					t.Error("the next thread is not open")
				}
				if f.threads[th.ID].t.State == inbox.Ours && name != "answer" {
					t.Error("nothing was done")
				}
			}
		})
	}
}

// Marking while moving takes and gives back; esc ends it, then unmarks.
func TestVisualMarks(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.keys("v j j j k")
	if n := s.m.list.Marked(); n != 3 {
		t.Errorf("%d are marked", n)
	}
	s.wants("3 fils, 2 clients, 2 réseaux", "en cours")
	s.keys("esc j")
	if n := s.m.list.Marked(); n != 3 {
		t.Errorf("after the end %d are marked", n)
	}
	s.keys("i")
	if n := s.m.list.Marked(); n != 26 {
		t.Errorf("inverted, %d are marked", n)
	}
	s.keys("esc")
	if n := s.m.list.Marked(); n != 0 {
		t.Errorf("unmarked, %d are marked", n)
	}
	s.keys("*", "text:commande", "enter")
	s.wants("1 fil, 1 client, 1 réseau")
	s.keys("esc", "*", "text:(a", "enter")
	if s.m.top() == nil || s.m.list.Marked() != 0 {
		t.Error("half a query marks")
	}
	s.wants("^")
}

// A batch is one step: undo takes all of it back.
func TestBatchIsOneStep(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, moving)
	s.keys("v j j", "e", "enter")
	s.wants("fait : 3 fils, 2 clients")
	s.keys("u")
	for _, ft := range f.threads {
		if ft.t.State == inbox.Done {
			t.Errorf("%s is still done", ft.t.Author.Name)
		}
	}
}

func TestFeeling(t *testing.T) {
	f := world()
	s := newSim(t, f, 80, 24, nil)
	th := s.on(t, "Claire Dupont")
	for keys, want := range map[string]inbox.Feeling{"s -": inbox.Negative, "s +": inbox.Positive, "s 0": inbox.Neutral} {
		s.keys(keys)
		if got := f.threads[th.ID].t.Feeling; got != want {
			t.Errorf("%s: %s", keys, got)
		}
	}
	s.keys("s -")
	s.wants("- négatif")
	s.keys("s")
	s.wants("ton positif", "ton négatif") // how the sequence goes on
	s.keys("x")
	s.lacks("- négatif")
}

func TestCommands(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	command := func(line string) { s.keys(":", "text:"+line, "enter") }
	command("tag urgent -rien")
	if !f.threads[th.ID].t.HasTag("urgent") {
		t.Error("not tagged")
	}
	command("client nordlys")
	if s.m.client != "nordlys" {
		t.Errorf("the client is %q", s.m.client)
	}
	command("client")
	command("quiet 1h")
	if got := f.desk.quiet.Sub(f.now); got < 59*time.Minute || got > time.Hour {
		t.Errorf("quiet for %s", got)
	}
	command("snoze demain")
	s.wants("commande inconnue : snoze demain — snooze ?")
	s.keys("esc", ":", "up")
	if got := s.screen(); !strings.Contains(got, ": quiet 1h") {
		t.Errorf("the command before is not there:\n%s", got)
	}
	s.keys("esc", ":", "text:clie", "tab")
	s.wants(": client", "miette", "atlas")
	s.keys("text:no", "tab")
	s.wants(": client nordlys")
	s.keys("enter")
	if s.m.client != "nordlys" {
		t.Errorf("the client is %q", s.m.client)
	}
	command("done")
	if f.threads[s.current().ID].t.State != inbox.Done {
		t.Error("an act by its name is not carried out")
	}
}

func TestViewsAreSaved(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.keys(":", "text:view save Vide", "enter")
	s.wants("rien à garder")
	s.keys("f", "text:commande", "enter", ":", "text:view save Mes commandes", "enter")
	s.pass(3 * time.Second)
	want := inbox.View{ID: "mes-commandes", Name: "Mes commandes", Query: "commande", State: []inbox.State{inbox.Ours}, Saved: true}
	if len(f.desk.saved) != 1 || f.desk.saved[0].ID != want.ID || f.desk.saved[0].Query != want.Query || !slices.Equal(f.desk.saved[0].State, want.State) || !f.desk.saved[0].Saved {
		t.Fatalf("saved is %+v", f.desk.saved)
	}
	s.wants("Mes commandes")
	if s.m.query().View.ID != want.ID || s.m.filter != "" {
		t.Errorf("the view is %s, the filter %q", s.m.query().View.ID, s.m.filter)
	}
	s.keys("esc", ":", "text:view drop questions", "enter")
	s.wants("vient de la configuration")
	s.keys(":", "text:split drop mes commandes", "enter")
	s.pass(3 * time.Second)
	if len(f.desk.saved) != 0 {
		t.Error("not dropped")
	}
}

// Dropping tells apart what is vigie's own, the configuration's, and a saved view
// that the configuration's hides.
func TestViewsThatStay(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.keys(":", "text:view drop", "enter")
	s.wants("« À traiter » est intégré à vigie : il reste")
	s.keys(":", "text:view drop questions", "enter")
	s.wants("« Questions » vient de la configuration")
	f.desk.saved = []inbox.View{{ID: "questions", Name: "Questions", Query: "is:overdue", Saved: true}}
	s.keys(":", "text:view drop questions", "enter")
	s.wants("« Questions » de la configuration reste")
	if len(f.desk.saved) != 0 {
		t.Error("the saved one is still there")
	}
}

// A view that hides itself when it is empty has no tab then, and tab passes it.
func TestHiddenView(t *testing.T) {
	f := world()
	f.desk.saved = []inbox.View{{ID: "rien", Name: "Rien", Query: "has:question", State: []inbox.State{inbox.Snoozed}, Hide: true}}
	s := newSim(t, f, 160, 50, nil)
	s.pass(5 * time.Second)
	s.lacks("Rien")
	s.keys("shift+tab")
	if id := s.m.query().View.ID; id != "questions" {
		t.Errorf("the view is %s", id)
	}
	s.wants("Questions")
}

// A new session of the same line begins where the last one was.
func TestPlace(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, moving)
	s.keys("1", "f", "text:Message", "enter", "j j j", "enter")
	s.pass(2 * time.Second)
	th := s.current()
	n := f.desk.marks
	s.pass(time.Minute)
	if f.desk.marks != n {
		t.Errorf("a place that does not change was kept %d times", f.desk.marks-n)
	}
	again := newSim(t, f, 80, 24, moving)
	again.pass(time.Second)
	if again.current().ID != th.ID || again.m.client != "miette" || again.m.filter != "Message" || again.m.focus != onReader {
		t.Errorf("on %s, client %q, filter %q", again.current().Author.Name, again.m.client, again.m.filter)
	}
	other := newSim(t, f, 80, 24, func(o *Options) { o.By.Line = "another" })
	if other.m.client != "" {
		t.Error("another line begins there too")
	}
}

// Leaving at once keeps the place.
func TestPlaceOfOneWhoLeaves(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, moving)
	s.keys("j j")
	s.send(press("j"))
	s.send(press("q"))
	if got := f.desk.places["me"].Thread; got != s.current().ID || !s.quit {
		t.Errorf("kept %d, was on %d", got, s.current().ID)
	}
}

// The line between list and reader is moved with the mouse, and stays.
func TestDragTheSplit(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {80, 24}} {
		s := newSim(t, world(), size[0], size[1], nil)
		list, reader := s.m.lay.list, s.m.lay.reader
		x, y := list.x+list.w, reader.y+2
		dx, dy := 9, 0
		if list.y != reader.y {
			x, y, dx, dy = 10, reader.y, 0, 3
		}
		s.send(tea.MouseMotionMsg{X: x + dx, Y: y + dy, Button: tea.MouseLeft})
		if s.m.lay.list != list {
			t.Fatal("a motion without a click moves it")
		}
		s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
		s.send(tea.MouseMotionMsg{X: x + dx, Y: y + dy, Button: tea.MouseLeft})
		s.send(tea.MouseReleaseMsg{X: x + dx, Y: y + dy, Button: tea.MouseLeft})
		if got := s.m.lay.list; got.w < list.w+dx-1 || got.h < list.h+dy-1 {
			t.Errorf("%v became %v", list, got)
		}
		s.checkFrame("dragged")
		for _, far := range []int{0, 500} {
			s.send(tea.MouseClickMsg{X: s.m.lay.list.x + s.m.lay.list.w, Y: s.m.lay.reader.y, Button: tea.MouseLeft})
			s.send(tea.MouseMotionMsg{X: far, Y: far, Button: tea.MouseLeft})
			s.checkFrame("dragged far")
		}
	}
}

// What may follow is shown under a query, and tab takes it.
func TestQueryIsCompleted(t *testing.T) {
	s := newSim(t, world(), 100, 30, nil)
	s.keys("f", "text:cli")
	s.wants("client:")
	s.keys("tab", "text:mi", "tab")
	if got := strings.TrimSpace(s.m.filter); !strings.Contains(s.screen(), "client:miette") {
		t.Errorf("the query is %q:\n%s", got, s.screen())
	}
	s.keys("esc", "f", "text:auteur:x et")
	s.wants("^")
}

// A tab that was just made is on the screen, however many there are.
func TestNewTabIsSeen(t *testing.T) {
	f := world()
	for _, name := range []string{"Livraison", "Recettes", "Presse"} {
		f.desk.saved = append(f.desk.saved, inbox.View{ID: strings.ToLower(name), Name: name, Query: "commande", Saved: true})
	}
	s := newSim(t, f, 80, 24, nil)
	s.lacks("Presse")
	s.keys("f", "text:commande", "enter", ":", "text:view save Mes commandes", "enter")
	s.pass(3 * time.Second)
	s.wants("[Mes commandes", "Claire Dupont")
}
