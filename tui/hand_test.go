package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
)

// backwards runs what a command brings in the opposite order: what was asked
// for last comes back first.
func (s *sim) backwards(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range slices.Backward(msg) {
			s.backwards(c)
		}
	default:
		if known(msg) {
			_, next := s.m.Update(msg)
			s.backwards(next)
		}
	}
}

// held answers somebody and leaves the answer in its hold.
func (s *sim) held(t *testing.T, name, body string) inbox.Thread {
	t.Helper()
	th := s.on(t, name)
	s.m.seen[th.Account] = true
	s.keys("r", "text:"+body, "ctrl+s")
	return th
}

// sameThread fails unless the reader shows the thread that is written in.
func (s *sim) sameThread(t *testing.T, when string) {
	t.Helper()
	if !s.m.composer.Active() {
		t.Fatalf("%s: nobody writes", when)
	}
	v, shown := s.m.reader.Thread()
	if want := s.m.composer.Thread.ID; !shown || v.Thread.ID != want || s.current().ID != want {
		t.Fatalf("%s: written in %d, the reader shows %d, the cursor is on %d", when, want, v.Thread.ID, s.current().ID)
	}
}

// The thread above the composer is the one that is answered, whatever the list
// shows and in whatever order things come back.
func TestReaderShowsWhatIsWrittenIn(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.held(t, "Claire Dupont", "oui")
	s.keys("2", "j")
	_, cmd := s.m.Update(press("u"))
	s.backwards(cmd)
	s.sameThread(t, "undone under another client")
	s.rest()
	s.sameThread(t, "a moment later")
	if s.m.composer.Thread.ID != th.ID {
		t.Fatalf("written in %d", s.m.composer.Thread.ID)
	}
	other := f.find(t, "Bob")
	s.run(s.m.loadThread(other.ID))
	s.sameThread(t, "another thread came late")
	s.send(dueFoundMsg{threads: []inbox.Thread{other}})
	s.send(openedMsg{view: inbox.ThreadView{Thread: other}})
	s.send(moderateReadyMsg{view: inbox.ThreadView{Thread: other}, intent: "moderate"})
	s.sameThread(t, "what was looked for came late")
	if s.m.top() != nil {
		t.Fatal("a dialog about another thread opened over the text")
	}
	must(f.Done(t.Context(), inbox.By{Actor: inbox.Human, Session: "there"}, []inbox.ThreadID{th.ID}))
	f.changed(inbox.Change{All: true})
	s.pass(time.Second)
	s.sameThread(t, "the list changed")
	s.send(threadLoadedMsg{gen: s.m.loads.thread, err: inbox.ErrNotFound})
	s.send(cursorRestedMsg{gen: s.m.loads.thread})
	s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	s.rest()
	s.sameThread(t, "resized")
}

// A thread that was asked for before the composer opened does not take the
// reader when it comes after.
func TestLateThreadStaysAway(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Claire Dupont")
	late := s.m.loadThread(f.find(t, "Bob").ID)
	rest := cursorRestedMsg{gen: s.m.loads.thread}
	s.keys("r", "text:oui")
	s.run(late)
	s.send(rest)
	s.sameThread(t, "late")
}

// What undo takes back opens with its own text, not with the thread's newest.
func TestUndoBringsItsOwnText(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.held(t, "Claire Dupont", "première")
	s.held(t, "Claire Dupont", "seconde")
	s.keys("u")
	if got := s.m.composer.Value(); got != "seconde" {
		t.Fatalf("the first undo brought %q", got)
	}
	s.keys("esc", "u")
	if got := s.m.composer.Value(); got != "première" {
		t.Fatalf("the second undo brought %q", got)
	}
}

// A text that is no draft any more comes back all the same.
func TestEditBringsTheTextThoughItsDraftIsGone(t *testing.T) {
	f := world()
	f.put(f.find(t, "Bob"), inbox.ActReply, inbox.FailedAct, nil)
	s := newSim(t, f, 120, 40, nil)
	s.keys("g v")
	f.lose = true
	s.keys("C")
	if got := s.m.composer.Value(); got != "Bonjour Bob, oui." {
		t.Fatalf("the composer holds %q", got)
	}
	s.pass(time.Second)
	if got := f.writing(f.find(t, "Bob").ID).Text; got != "Bonjour Bob, oui." {
		t.Errorf("the draft is %q", got)
	}
}

// A key that is held down stops at the first text that it brings back, and
// types nothing into it.
func TestHeldUndoStops(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.held(t, "Claire Dupont", "merci")
	s.held(t, "Bob", "oui")
	s.send(press("u"))
	s.pass(500 * time.Millisecond) // before keyboards repeat
	for range 60 {
		s.send(press("u"))
		s.pass(30 * time.Millisecond)
	}
	if got := s.m.composer.Value(); got != "oui" || f.actions[0].State != inbox.Queued {
		t.Fatalf("the composer holds %q, the other answer is %s", got, f.actions[0].State)
	}
	s.keys("text: et plus", "text:u")
	if got := s.m.composer.Value(); got != "oui et plusu" {
		t.Errorf("the composer holds %q", got)
	}
}

// The engine is slow: no second undo leaves before the first is answered, and
// nothing typed meanwhile reaches the text.
func TestUndoIsOneAtATime(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.held(t, "Claire Dupont", "merci")
	s.held(t, "Bob", "oui")
	_, slow := s.m.Update(press("u"))
	for range 20 {
		_, cmd := s.m.Update(press("u"))
		s.run(cmd)
	}
	s.run(slow)
	s.send(press("x"))
	s.rest()
	if got := s.m.composer.Value(); got != "oui" || f.actions[0].State != inbox.Queued {
		t.Fatalf("the composer holds %q, the other answer is %s", got, f.actions[0].State)
	}
	s.send(press("x"))
	if got := s.m.composer.Value(); !strings.HasSuffix(got, "x") {
		t.Errorf("the composer holds %q: it stays deaf", got)
	}
}

// Acts that bring no text back are all undone, one after the other.
func TestQuickUndosAllCount(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.on(t, "Bob")
	s.keys("e", "e", "e")
	_, slow := s.m.Update(press("u"))
	s.m.Update(press("u"))
	s.m.Update(press("u"))
	s.run(slow)
	s.rest()
	for _, ft := range f.threads {
		if ft.t.State == inbox.Done && ft.events[len(ft.events)-1].Session == "here" {
			t.Errorf("%s is still done", ft.t.Author.Name)
		}
	}
}

// Reading and writing take the list's room; when they give it back, it shows the
// same rows.
func TestListComesBackAsItWas(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.keys("down down")
	before := s.screen()
	for _, keys := range []string{"r esc", "enter esc", "n esc", "r f1 esc esc"} {
		s.keys(keys)
		lines, was := strings.Split(strings.ReplaceAll(s.screen(), "●", " "), "\n"), strings.Split(strings.ReplaceAll(before, "●", " "), "\n")
		for i := 2; i < 12; i++ {
			if lines[i] != was[i] {
				t.Fatalf("after %s line %d is %q, was %q", keys, i, lines[i], was[i])
			}
		}
	}
}

// Keys for a thread of a list that is on its way wait for it.
func TestTypedAhead(t *testing.T) {
	s := newSim(t, loaves(5), 100, 30, nil)
	list := s.m.relist()
	s.keys("r", "text:Bonjour")
	if s.m.composer.Active() {
		t.Fatal("an answer is written to nobody")
	}
	s.run(list)
	s.rest()
	if got := s.m.composer.Value(); got != "Bonjour" {
		t.Errorf("the composer holds %q", got)
	}
}

// When the list does not come, the key says that nothing is there.
func TestTypedAheadOfNothing(t *testing.T) {
	s := newSim(t, loaves(5), 100, 30, nil)
	list := s.m.relist()
	s.keys("r")
	s.f.order = nil
	s.run(list)
	s.rest()
	s.wants(s.m.look.P.T("why.no-thread"))
	s.keys("?")
	if s.m.top() == nil {
		t.Error("no key is heard any more")
	}
}
