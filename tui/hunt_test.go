package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/query"
	"vigie/tui/dialog"
)

// crumbs are 120 threads of which every third speaks of a fougasse.
func crumbs() *fake {
	f := world()
	for i := range 120 {
		body := fmt.Sprintf("Brioche %d", i)
		if i%3 == 0 {
			body = fmt.Sprintf("Fougasse %d", i)
		}
		f.add("miette-masto", nil, theirs(inbox.KindMention, time.Duration(i)*time.Minute, author("z@piaille.fr", "Zoé"), body))
	}
	return f
}

// cursorLine is the line of the screen with the cursor of the results.
func (s *sim) cursorLine() (n int, line string) {
	lines := strings.Split(s.screen(), "\n")
	for i, l := range lines[:len(lines)-1] {
		if strings.Contains(l, s.m.look.Glyphs.Cursor+" Miette  masto") {
			return i, lines[i+1]
		}
	}
	return -1, ""
}

// Looking at several results is Enter, Esc, down, Enter: the way back from a
// thread leads to the results, where they were left.
func TestBackToTheResults(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		s := newSim(t, crumbs(), size[0], size[1], nil)
		s.keys("down down down")
		under := s.m.list
		s.keys("/", "text:fougasse")
		for range 12 {
			s.keys("down")
		}
		n, hit := s.cursorLine()
		s.keys("enter")
		if c := s.m.reader.Chosen().Message; c == nil || !strings.Contains(hit, c.Text.String()) {
			t.Fatalf("%v was opened from %q", c, hit)
		}
		s.keys("e", "esc") // done: back to the results all the same
		if at, now := s.cursorLine(); at != n || now != hit {
			t.Errorf("back at line %d %q, was at %d %q", at, now, n, hit)
		}
		s.keys("down", "enter")
		if c := s.m.reader.Chosen().Message; c == nil || strings.Contains(hit, c.Text.String()) {
			t.Errorf("the next result is %v", c)
		}
		s.keys("esc", "esc")
		a, _ := under.Current()
		if b, _ := s.m.list.Current(); a.ID != b.ID || s.m.top() != nil {
			t.Errorf("the list is at %d, was at %d", b.ID, a.ID)
		}
	}
}

// The last query is there again, and what is typed takes its place.
func TestLastQueryIsKept(t *testing.T) {
	s := newSim(t, crumbs(), 120, 40, nil)
	s.keys("/", "text:fougasse")
	s.keys("down down down down", "esc", "/")
	s.wants("Chercher : fougasse", "40 messages")
	n, hit := s.cursorLine()
	s.f.add("miette-masto", nil, theirs(inbox.KindMention, 0, author("y@piaille.fr", "Yves"), "Une fougasse de plus"))
	s.keys("esc", "/")
	if at, now := s.cursorLine(); at != n || now != hit {
		t.Errorf("the cursor is at line %d %q, was at %d %q", at, now, n, hit)
	}
	s.keys("text:brioche")
	s.wants("Chercher : brioche", "80 messages")
	s.keys("esc", "/", "end", "text: 4")
	s.wants("Chercher : brioche 4")
	s.keys("esc", "/", "backspace")
	if d, _ := s.m.top().(*dialog.Search); d.Asks().Query != "" {
		t.Errorf("%q is left of a query that was taken away", d.Asks().Query)
	}
}

// Who has gone on from a result to its neighbour in the list stays there.
func TestAnotherThreadEndsTheVisit(t *testing.T) {
	s := newSim(t, crumbs(), 120, 40, nil)
	s.keys("/", "text:fougasse")
	s.keys("enter", "J", "esc")
	if s.m.top() != nil {
		t.Error("the results came back over another thread")
	}
	s.keys("enter", "esc")
	if s.m.top() != nil {
		t.Error("the results came back over a thread of the list")
	}
}

// A message that fills many screens is opened where it matches, and the words
// stay marked until the thread is opened in another way.
func TestMatchIsInView(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		for _, n := range []int{130, 700} { // the latter is more than is laid out at first
			f := world()
			long := strings.Repeat("Une ligne de remplissage qui ne dit rien.\n", n)
			id := f.add("miette-masto", nil, theirs(inbox.KindMention, time.Minute, author("z@piaille.fr", "Zoé"), long+"Et là un ornithorynque très rare.\n"+long))
			s := newSim(t, f, size[0], size[1], nil)
			s.keys("/", "text:\"ornithorynque tres\"")
			hit := inbox.Hit{Thread: f.threads[id].t, Message: f.threads[id].messages[0]}
			s.m.search.Found(inbox.Found{Total: 1, Hits: []inbox.Hit{hit}}, "")
			s.keys("enter")
			s.wants("là un ornithorynque très rare")
			marked := s.m.look.Hit.Draw("ornithorynque très")
			if !strings.Contains(s.m.View().Content, marked) {
				t.Errorf("%v, %d lines: the match is not marked", size, n)
			}
			s.keys("pgdown", "pgup")
			if !strings.Contains(s.m.View().Content, marked) {
				t.Errorf("%v, %d lines: the mark is gone after a page", size, n)
			}
			s.keys("esc", "esc", "home")
			s.m.list.Select(id)
			s.keys("enter")
			if strings.Contains(s.m.View().Content, marked) {
				t.Errorf("%v, %d lines: the mark outlives the search", size, n)
			}
		}
	}
}

// A list that is narrowed to a client searches that client, says so, and says
// the key that searches all.
func TestSearchWithinAClient(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.keys("/", "text:pourquoi")
	s.wants("Chercher · tous les clients ━", "1 message")
	s.lacks("ctrl+t")
	s.keys("ctrl+t", "esc", "1", "/")
	s.wants("Chercher · Miette · ctrl+t : tous les clients", "Chercher : pourquoi", "0 message")
	s.keys("ctrl+t")
	s.wants("Chercher · tous les clients · ctrl+t : Miette seulement", "1 message", "changer de sponsor")
	s.keys("enter", "esc")
	s.wants("ctrl+t : Miette seulement", "1 message")
	s.keys("ctrl+t")
	s.wants("0 message")
	s.keys("esc", "2", "/")
	s.wants("Chercher · Atlas", "1 message")
	s.keys("text:a OR \"pourquoi")
	s.wants("ce guillemet n'est pas refermé")
}

// What is typed stays whole within a client.
func TestWithin(t *testing.T) {
	for typed, want := range map[string]string{
		"pain":            "pain client:miette",
		"pain OR -gâteau": "(pain OR -gâteau) client:miette",
		`"un pain"`:       `"un pain" client:miette`,
	} {
		if got, err := within(dialog.Asked{Query: typed, Client: "miette"}); err != nil || got != want {
			t.Errorf("%q is %q (%v), want %q", typed, got, err, want)
		}
	}
}

// While the index is being made the search says so, and stops when it is whole.
func TestIndexIsBeingMade(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.f.index = inbox.IndexInfo{Messages: 1_000_000, Indexed: 350_000}
	s.keys("/")
	s.wants("l'index se fait (35 %)")
	s.f.index.Indexed = 360_000
	s.lettersSlowly("po")
	s.wants("message", "l'index se fait (36 %)")
	s.f.index.Indexed = 1_000_000
	s.lettersSlowly("u")
	s.lacks("l'index")
	n := s.f.loads["index"]
	s.lettersSlowly("r")
	if s.f.loads["index"] != n {
		t.Error("the index is asked for though it is whole")
	}
}

// What is wrong with a query is told whole, however narrow the screen.
func TestWrongQueryIsToldWhole(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.f.refuse = &query.ParseError{Reason: query.BadDate, Args: []string{"before", "après-demain ou jeudi"}}
	s.keys("/", "text:before:x")
	s.wants("la date", "hier, 3j")
	s.f.refuse = nil
	s.keys("ctrl+u", "text:pourquoi")
	s.wants("1 message")
}

// A jump into a thread says of which day the message is: the line that does is
// above the edge.
func TestJumpSaysTheDay(t *testing.T) {
	f := world()
	var msgs []inbox.Message
	for i := range 60 {
		body := "Ligne de remplissage"
		if i == 30 {
			body = "Le sésame cherché"
		}
		msgs = append(msgs, theirs(inbox.KindMention, 400*24*time.Hour-time.Duration(i)*time.Minute, author("z@piaille.fr", "Zoé"), body))
	}
	f.add("miette-masto", nil, msgs...)
	s := newSim(t, f, 80, 24, nil)
	s.keys("/", "text:sésame", "enter")
	s.wants("Le sésame cherché", "Zoé @z@piaille.fr · 19 oct. 2025 10:00", "· 10:01")
}
