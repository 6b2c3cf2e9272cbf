package tui

import (
	"fmt"
	"testing"
	"time"

	"vigie/inbox"
)

// Fifty messages a second, for ten seconds, load as often as somebody could
// see it, and no load brings more than the window.
func TestFloodIsGathered(t *testing.T) {
	const seconds, rate = 10, 50
	f := world()
	for i := range 1000 {
		f.add("miette-masto", nil, theirs(inbox.KindMention, time.Duration(i)*time.Minute, author("z@piaille.fr", "Zoé"), fmt.Sprintf("Fougasse %d", i)))
	}
	s := newSim(t, f, 120, 40, nil)
	s.keys("j")
	f.loads, f.windows = map[string]int{}, nil
	frames, frame := 0, s.m.View().Content
	for i := range seconds * rate {
		f.arrive(f.order[i%7+1], theirs(inbox.KindMention, 0, author("eve@piaille.fr", "Ève"), fmt.Sprintf("Encore %d", i)))
		s.pass(time.Second / rate)
		if now := s.m.View().Content; now != frame {
			frames, frame = frames+1, now
		}
	}
	most := int(seconds*time.Second/gatherTime) + 2
	for _, load := range []string{"threads", "drafts", "counts"} {
		if n := f.loads[load]; n > most {
			t.Errorf("%d loads of %s for %d messages", n, load, seconds*rate)
		}
	}
	if n := f.loads["threads"]; n < most/2 {
		t.Errorf("%d loads of the list in %d seconds: the screen lags behind", n, seconds)
	}
	if frames > 2*most { // the list, and the thread under the cursor once it rests
		t.Errorf("%d frames", frames)
	}
	for _, n := range f.windows {
		if n > listPage {
			t.Errorf("a load brought %d threads", n)
		}
	}
}

// A change that shows nowhere draws nothing: the frame is the very same.
func TestUnseenChangeDrawsNothing(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.rest()
	before := s.m.View().Content
	n := f.loads["threads"]
	for range 20 {
		f.changed(inbox.Change{Thread: f.order[len(f.order)-1]})
		s.pass(gatherTime)
	}
	if f.loads["threads"] == n {
		t.Fatal("no change was looked at")
	}
	if s.m.View().Content != before {
		t.Error("the screen changed")
	}
}

// Idle, nothing is drawn anew: late timers and the like do not count.
func TestIdleKeepsTheFrame(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.keys("j")
	s.m.View()
	for _, msg := range []any{cursorRestedMsg{-1}, threadsLoadedMsg{gen: -1}, threadLoadedMsg{gen: -1}, timeCameMsg{gen: -1}} {
		if s.m.Update(msg); !s.m.frame.drawn {
			t.Errorf("%T has the frame drawn anew", msg)
		}
	}
}

// The thread under the cursor is shown once the cursor has rested, and not
// while it goes on.
func TestPreviewFollowsRest(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	was, n := s.m.reader.ID(), f.loads["thread"]
	for range 5 {
		s.send(press("j"))
		s.pass(restTime - time.Millisecond)
	}
	if s.m.reader.ID() != was || f.loads["thread"] != n {
		t.Fatal("the thread was loaded while the cursor went on")
	}
	s.pass(time.Millisecond)
	if s.m.reader.ID() != s.current().ID || f.loads["thread"] != n+1 {
		t.Errorf("the reader shows %d after %d loads, the cursor is on %d", s.m.reader.ID(), f.loads["thread"]-n, s.current().ID)
	}
}

// A run of steps sends all rows of the pane once in half a screen.
func TestStepsTurnHalfScreens(t *testing.T) {
	s := bigSim(t, 1000)
	turns := 0
	for range 60 {
		before := s.m.screenLines()
		s.m.Update(press("j"))
		changed := 0
		for y, line := range s.m.screenLines() {
			if line != before[y] {
				changed++
			}
		}
		if changed > 4 {
			turns++
		}
	}
	if turns == 0 || turns > 60/(s.m.list.Visible()/2)+1 {
		t.Errorf("%d turns in 60 steps with %d rows", turns, s.m.list.Visible())
	}
}
