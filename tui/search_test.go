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

// lettersSlowly types with time to answer after each letter.
func (s *sim) lettersSlowly(text string) {
	for _, r := range text {
		s.send(typed(r))
		s.pass(2 * searchPause)
	}
}

// Each letter searches, when it is not followed at once by another.
func TestSearchAsYouType(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.keys("/")
	s.lettersSlowly("allerg")
	if f.loads["search"] != 6 {
		t.Errorf("%d searches for six letters", f.loads["search"])
	}
	s.wants("1 message", "allergique aux noix")
	s.keys("text:ique")
	if f.loads["search"] != 7 {
		t.Errorf("%d searches after four letters at once", f.loads["search"])
	}
}

// What was found is marked by more than a colour.
func TestHitsAreMarked(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.keys("/", "text:ALLERG")
	if l := s.m.look; !strings.Contains(s.m.View().Content, l.Hit.Draw("allergique")) || l.Hit.Draw("x") == l.Text.Draw("x") {
		t.Error("the match is not marked")
	}
	mono := newSim(t, world(), 120, 40, func(o *Options) { o.NoColor = true })
	if l := mono.m.look; l.Hit.Draw("x") == l.Text.Draw("x") {
		t.Error("without colours, a match looks like any text")
	}
}

// An answer to what is no longer in the field is dropped, and a search that
// runs ends when another letter comes.
func TestStaleAnswersAreDropped(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.keys("/", "text:commande")
	before := s.screen()
	s.m.Update(foundMsg{asked: dialog.Asked{Query: "comm"}, page: inbox.Found{Total: 77}})
	if s.screen() != before {
		t.Error("an old answer was shown")
	}
	f.answered = func() { // a letter comes while the search runs
		f.answered = nil
		s.send(typed('x'))
	}
	s.lettersSlowly("z")
	s.wants("Chercher : commandezx", "0 message")
	s.keys("backspace backspace")
	s.wants("1 message")
	if s.keys("esc"); s.m.asking != nil {
		t.Error("a search goes on after its dialog")
	}
}

// The first hits are shown with what is counted; the rest is counted behind.
func TestCountFollows(t *testing.T) {
	f := world()
	f.counted = 5
	s := newSim(t, f, 120, 40, nil)
	s.keys("/", "text:Message de test")
	if f.loads["count"] != 1 {
		t.Fatalf("%d counts", f.loads["count"])
	}
	d, _ := s.m.top().(*dialog.Search)
	d.Found(inbox.Found{Total: 1234, AtLeast: true}, "")
	s.keys("left")
	s.wants("1\u00A0234+ messages")
	s.m.Update(countedMsg{asked: dialog.Asked{Query: "something else"}, total: 9})
	s.wants("1\u00A0234+ messages")
	s.m.Update(countedMsg{asked: dialog.Asked{Query: "Message de test"}, total: 5678})
	s.wants("5\u00A0678 messages")
}

// A window of hits grows when its end comes near.
func TestMoreHits(t *testing.T) {
	f := world()
	for i := range 150 {
		f.add("miette-masto", nil, theirs(inbox.KindMention, time.Duration(i)*time.Minute, author("z@piaille.fr", "Zoé"), fmt.Sprintf("Fougasse %d", i)))
	}
	s := newSim(t, f, 120, 40, nil)
	s.keys("/", "text:fougasse")
	s.wants("150 messages ; voici les 50 plus récents")
	s.keys("pgdown pgdown pgdown")
	s.wants("150 messages")
	s.lacks("plus récents")
	s.keys("pgdown pgdown pgdown pgdown pgdown pgdown pgdown")
	s.wants("Fougasse 149")
}

// Enter opens a thread at the message found, however old, and never another
// than what the field asks for.
func TestEnterOpensAtTheMessage(t *testing.T) {
	f := world()
	var msgs []inbox.Message
	for i := range 300 {
		body := fmt.Sprintf("Ligne %d", i)
		if i == 20 {
			body = "Le sésame cherché"
		}
		msgs = append(msgs, theirs(inbox.KindMention, time.Duration(600-i)*time.Minute, author("z@piaille.fr", "Zoé"), body))
	}
	f.add("miette-masto", nil, msgs...)
	s := newSim(t, f, 120, 40, nil)
	s.keys("/", "text:allergique", "ctrl+u")
	for _, r := range "sésame" {
		s.send(typed(r))
	}
	s.send(press("enter")) // before the answer
	if s.m.top() == nil {
		t.Fatal("enter opened something before the answer came")
	}
	s.rest()
	s.wants("Le sésame cherché")
	if c := s.m.reader.Chosen().Message; c == nil || c.Text.String() != "Le sésame cherché" {
		t.Errorf("the reader's cursor is on %v", c)
	}
	s.keys("home", "esc", "/", "text:sésame", "enter") // shown already
	s.wants("Le sésame cherché")
}

// The list narrows with every letter; a query that is not whole yet changes
// nothing, and leaving the field brings back what was there.
func TestFilterAsYouType(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.keys("f")
	s.lettersSlowly("commande")
	s.wants("Claire Dupont")
	s.lacks("Lecteur 23")
	f.refuse = &query.ParseError{Reason: query.OpenQuote}
	s.lettersSlowly(" \"")
	s.wants("Claire Dupont")
	if s.m.fault() != "" {
		t.Errorf("half a query is told as %q", s.m.fault())
	}
	f.refuse = nil
	s.keys("esc")
	s.wants("Lecteur 23")
	if s.m.filter != "" {
		t.Errorf("the filter is %q", s.m.filter)
	}
	s.keys("f")
	s.lettersSlowly("commande")
	n := f.loads["threads"]
	s.send(press("enter"))
	if f.loads["threads"] != n || s.m.filter != "commande" {
		t.Errorf("enter loaded %d windows, the filter is %q", f.loads["threads"]-n, s.m.filter)
	}
}
