package tui

import (
	"testing"
	"time"

	"vigie/inbox"
)

// answered answers somebody and lets the network take it.
func (s *sim) answered(t *testing.T, name string) inbox.Thread {
	t.Helper()
	th := s.on(t, name)
	s.keys("r", "text:oui", "ctrl+s")
	s.keys("enter")
	s.pass(11 * time.Second)
	s.f.accept(s.f.actions[0].ID)
	s.pass(time.Second)
	return th
}

// The thread that was answered leaves the view, but not the hand.
func TestAnsweredThreadStays(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.answered(t, "Claire Dupont")
	if got := f.threads[th.ID].t.State; got != inbox.Theirs {
		t.Fatalf("the answered thread is %s", got)
	}
	if s.current().ID != th.ID || s.m.reader.ID() != th.ID {
		t.Fatalf("the cursor went to %s", s.current().Author.Name)
	}
	s.keys("e")
	if f.threads[th.ID].t.State != inbox.Done {
		t.Error("the key acted on another thread")
	}
	s.wants("fait : Claire Dupont")
	s.keys("j")
	if _, there := s.m.list.Find(th.ID); there {
		t.Error("the thread that is done is still in the view")
	}
}

func TestAnsweredThreadGoesWithTheCursor(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.answered(t, "Claire Dupont")
	s.keys("j")
	if _, there := s.m.list.Find(th.ID); there {
		t.Error("the answered thread is still in the view")
	}
}

// Another session's act takes nothing away either.
func TestOthersTakeNothingAway(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	must(f.Done(t.Context(), inbox.By{Actor: inbox.Human, Session: "there"}, []inbox.ThreadID{th.ID}))
	s.pass(time.Second)
	if s.current().ID != th.ID {
		t.Fatalf("the cursor went to %s", s.current().Author.Name)
	}
	s.keys("e")
	s.wants("déjà fait")
}

// answerAll answers people elsewhere.
func (f *fake) answerAll(names ...string) {
	for _, ft := range f.threads {
		for _, name := range names {
			if ft.t.Author.Name.String() == name {
				f.arrive(ft.t.ID, answer(inbox.KindComment, 0, "oui"))
			}
		}
	}
}

// What was opened from elsewhere goes when it is left.
func TestOpenedThreadIsUnpinned(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.keys("tab")
	f.answerAll("Lecteur 01", "Lecteur 02")
	s.pass(time.Second)
	before := s.on(t, "Lecteur 01")
	s.keys("g d", "esc")
	if s.current().ID != before.ID {
		t.Errorf("esc left the cursor on %s", s.current().Author.Name)
	}
	s.keys("g d")
	due := s.current()
	if due.State != inbox.Ours {
		t.Fatalf("g d shows a thread that is %s", due.State)
	}
	s.keys("j")
	if _, there := s.m.list.Find(due.ID); there {
		t.Error("the due thread stays in the view")
	}
}
