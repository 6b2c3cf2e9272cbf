package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
)

// slowly presses a key whose command comes back when late is called.
func (s *sim) slowly(key string) (late func()) {
	_, cmd := s.m.Update(press(key))
	return func() { s.run(cmd); s.rest() }
}

// What is marked while an act is on its way stays marked.
func TestMarksMadeMeanwhileStay(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.keys("x")
	late := s.slowly("M")
	s.keys("x x")
	late()
	if n := s.m.list.Marked(); n != 2 {
		t.Errorf("%d threads are marked, want the 2 that nothing was done to", n)
	}
}

// Under a dialog the cursor stays: what is chosen in it is for the thread that
// was on the screen.
func TestCursorStaysUnderDialogs(t *testing.T) {
	for name, key := range map[string]string{"an act that went on": "e", "the next deadline": "g d"} {
		t.Run(name, func(t *testing.T) {
			f := world()
			s := newSim(t, f, 120, 40, func(o *Options) { o.Stay = false })
			th := s.on(t, "Lecteur 03")
			names := strings.Fields(key)
			for _, k := range names[:len(names)-1] {
				s.send(press(k))
			}
			late := s.slowly(names[len(names)-1])
			s.keys(":", "text:unread")
			late()
			if got := s.current(); got.ID != th.ID {
				t.Errorf("the cursor went to %s under the palette", got.Author.Name)
			}
		})
	}
}

// A screen that is open does not close because it could not be read again: the
// next key would be for another one.
func TestFailedReloadClosesNothing(t *testing.T) {
	for _, key := range []string{"g e", "d", "D"} {
		t.Run(key, func(t *testing.T) {
			s := newSim(t, world(), 120, 40, nil)
			s.keys(key)
			open := s.m.top()
			if open == nil {
				t.Fatal("nothing is open")
			}
			var msg tea.Msg
			switch open.(type) {
			case *dialog.Escalations:
				msg = escalationsReadMsg{err: inbox.ErrDamaged}
			case *dialog.Digest:
				msg = digestReadMsg{err: inbox.ErrDamaged}
			case *dialog.DayEnd:
				msg = dayReadMsg{err: inbox.ErrDamaged}
			}
			s.send(msg)
			if s.m.top() != open {
				t.Error("it closed")
			}
			s.wants("✗")
		})
	}
}

// The journal that was opened twice shows each event once.
func TestJournalIsReadOnce(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.send(press("g"))
	late := s.slowly("l")
	s.keys("esc", "g l")
	d := s.m.top().(*dialog.Journal)
	want := d.Len()
	late()
	if got := d.Len(); got != want || want == 0 {
		t.Errorf("%d lines, were %d", got, want)
	}
}

// failing is a Backend of which one act fails.
type failing struct {
	simBackend
	act string
}

var errNoStore = inbox.Problem{Code: inbox.CodeFull}

func (f failing) Escalate(ctx context.Context, by inbox.By, id inbox.ThreadID, e inbox.EscalateRequest) (inbox.Action, error) {
	if f.act == "escalate" {
		return inbox.Action{}, errNoStore
	}
	return f.simBackend.Escalate(ctx, by, id, e)
}

func (f failing) PersonNote(ctx context.Context, by inbox.By, id inbox.ThreadID, body string) error {
	if f.act == "card-note" {
		return errNoStore
	}
	return f.simBackend.PersonNote(ctx, by, id, body)
}

// A text that was typed into a dialog is there again when it was for nothing.
func TestFailedActsGiveTheTextBack(t *testing.T) {
	for act, way := range map[string][]string{
		"escalate":  {"!", "enter", "text:Que répondre sur le sponsor ?", "ctrl+s"},
		"card-note": {"p", "n", "text:Que répondre sur le sponsor ?", "enter"},
	} {
		t.Run(act, func(t *testing.T) {
			f := world()
			s := newSim(t, f, 120, 40, func(o *Options) { o.Backend = failing{simBackend{f}, act} })
			s.on(t, "Bob")
			s.keys(way...)
			s.wants("✗", "Que répondre sur le sponsor ?")
		})
	}
}

// What is pasted while a composer opens is for the composer.
func TestPasteWaitsForTheComposer(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.on(t, "Claire Dupont")
	late := s.slowly("r")
	s.send(typed('a'))
	s.send(tea.PasteMsg{Content: "collé"})
	s.send(typed('b'))
	late()
	if got := s.m.composer.Value(); got != "acolléb" {
		t.Errorf("the composer holds %q", got)
	}
}

// Keys pressed while the thread to moderate is read are for the dialog.
func TestModerationKeysWait(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.keys("j")
	s.send(press("j")) // the reader shows another thread
	late := s.slowly("m")
	s.send(press("d")) // not the digest
	late()
	if _, ok := s.m.top().(*dialog.Digest); ok {
		t.Error("the key was taken for another screen")
	}
	s.send(press("esc"))
	s.send(press("esc"))
	if s.m.wait {
		t.Error("no key is heard any more")
	}
}

// The question about many threads takes no key that was pressed before it came.
func TestBatchQuestionIsNotAnsweredUnread(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.keys("1 x x")
	late := func() func() {
		_, cmd := s.m.Update(press("l"))
		return func() { s.run(cmd) }
	}()
	late()
	s.send(press("enter"))
	if len(f.actions) != 0 {
		t.Fatalf("%d acts were queued unread", len(f.actions))
	}
	s.rest()
	s.pass(time.Second)
	s.keys("enter")
	if len(f.actions) != 2 {
		t.Errorf("%d acts were queued after the yes", len(f.actions))
	}
}

// Marks that were taken away while the question came are asked about no more.
func TestBatchOfNoMarksIsDropped(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.keys("1 x x")
	late := s.slowly("l")
	s.keys("esc")
	late()
	if s.m.top() != nil {
		t.Error("it asks about threads that are not marked any more")
	}
}

// What could not be loaded is told until that is loaded, whatever else is.
func TestFaultIsToldUntilItIsGone(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.send(threadsLoadedMsg{gen: s.m.loads.list, err: errors.Join(inbox.ErrDamaged)})
	s.run(s.m.loadCounts())
	s.rest()
	if s.m.fault() == "" {
		t.Fatal("what went well elsewhere took the fault away")
	}
	s.wants(s.m.fault()[:20])
	s.run(s.m.loadThreads())
	s.rest()
	if s.m.fault() != "" {
		t.Errorf("%q is told still", s.m.fault())
	}
}

// A range takes what the cursor went over, not what came in between.
func TestRangeLeavesNewcomersOut(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 24, nil)
	s.keys("v")
	for range 25 {
		s.send(press("j"))
	}
	before := s.m.list.Marked()
	for i := range 6 { // of those that wait the longest stand on top
		f.add("miette-masto", nil, theirs(inbox.KindMention, 72*hour-time.Duration(i)*hour, author("neuf@x", "Nouvelle"), "Bonjour"))
	}
	f.add("miette-masto", nil, theirs(inbox.KindMention, 41*hour, author("neuf2@x", "Nouvelle"), "Bonjour"))
	f.changed(inbox.Change{Thread: 1})
	s.pass(2 * time.Second)
	s.keys("j")
	if got := s.m.list.Marked(); got != before+1 {
		t.Errorf("%d threads are marked, want %d", got, before+1)
	}
	for _, th := range s.m.list.Targets() {
		if th.Author.Name.String() == "Nouvelle" {
			t.Errorf("a thread that nobody saw is marked: %d", th.ID)
		}
	}
	for range 30 {
		s.send(press("k"))
	}
	if got := s.m.list.Marked(); got > before {
		t.Errorf("going back leaves %d marks", got)
	}
}
