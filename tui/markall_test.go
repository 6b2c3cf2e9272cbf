package tui

import (
	"fmt"
	"testing"
	"time"

	"vigie/inbox"
)

func loaves(n int) *fake {
	f := world()
	for i := range n {
		f.add("miette-masto", nil, theirs(inbox.KindMention, time.Duration(i)*time.Minute, author("z@piaille.fr", "Zoé"), fmt.Sprintf("Pain %d", i)))
	}
	return f
}

// One key marks all that a list is of, also what is not loaded, and no more
// than it says.
func TestMarkAll(t *testing.T) {
	s := newSim(t, loaves(450), 120, 40, nil)
	s.keys("f", "text:Pain", "enter", "*", "enter")
	if n := s.m.list.Marked(); n != 450 {
		t.Errorf("%d are marked", n)
	}
	s.wants("450 fils, 1 client, 1 réseau")
	s.keys("e", "f", "ctrl+u", "enter")
	if s.lacks("Pain 7"); s.m.list.Marked() != 0 {
		t.Error("the marks outlive the act")
	}
	most := newSim(t, loaves(mostMarked+30), 80, 24, nil)
	most.keys("*", "enter")
	if n := most.m.list.Marked(); n != mostMarked {
		t.Errorf("%d are marked", n)
	}
	most.wants("les 1\u00A0000 premiers sont cochés")
}

// Keys that come faster than the list loads take no mark away again.
func TestMarksThatComeTooFast(t *testing.T) {
	s := newSim(t, loaves(450), 120, 40, nil)
	var waiting []func()
	for range 998 {
		_, cmd := s.m.Update(press("x"))
		waiting = append(waiting, func() { s.run(cmd) })
	}
	if n := s.m.list.Marked(); n != listPage {
		t.Errorf("%d are marked of the %d that are loaded", n, listPage)
	}
	for _, run := range waiting {
		run()
	}
	s.rest()
	s.keys("down x x")
	if n := s.m.list.Marked(); n != listPage+2 {
		t.Errorf("%d are marked once the rest is there", n)
	}
}
