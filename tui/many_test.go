package tui

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

// unequal blocks nobody in one thread, and mutes nobody at all.
type unequal struct {
	simBackend
	blind *inbox.ThreadID
}

func (b unequal) Thread(ctx context.Context, id inbox.ThreadID) (inbox.ThreadView, error) {
	v, err := b.simBackend.Thread(ctx, id)
	v.Caps.Acts = maps.Clone(v.Caps.Acts)
	v.Caps.Acts[inbox.ActMute] = inbox.Capability{Why: inbox.CodeReadOnly}
	delete(v.Caps.Acts, inbox.ActUnmute)
	if id == *b.blind {
		v.Caps.Acts[inbox.ActBlock] = inbox.Capability{Why: inbox.CodeReadOnly}
	}
	return v, err
}

func marking(t *testing.T) (*sim, *fake) {
	t.Helper()
	f := world()
	f.everything()
	s := newSim(t, f, 120, 40, nil)
	s.keys("1", "x x")
	return s, f
}

// The dialog is about what is marked, wherever the cursor stands: its names, its
// acts, and the question.
func TestModerateIsAboutTheMarked(t *testing.T) {
	s, f := marking(t)
	ts := s.m.list.Marks()
	on, _ := s.m.list.Current()
	if len(ts) != 2 || on.ID == ts[0].ID || on.ID == ts[1].ID {
		t.Fatalf("marked %v, on %v", ts, on)
	}
	names := ts[0].Author.Name.String() + ", " + ts[1].Author.Name.String()
	s.keys("m")
	s.wants("Modérer · 2 fils : "+names, "b bloquer ces personnes", "h masquer ces messages", "Un fil à la fois, sans autre coche : ")
	s.lacks("bloquer "+on.Author.Name.String(), "Leur message :")
	s.keys("r")
	s.wants("cela se fait sur un fil à la fois")
	s.keys("esc", "b")
	s.wants("Pour tous ceux-là ?", "blocage : 2 fils", names)
	if len(f.actions) != 0 {
		t.Fatal("done before the yes")
	}
	s.keys("enter")
	if len(f.actions) != 2 || f.actions[0].Thread != ts[0].ID || f.actions[1].Thread != ts[1].ID {
		t.Fatalf("the outbox holds %+v", f.actions)
	}
}

// One that is marked is the one meant, not the one under the cursor.
func TestModerateTheOneMarked(t *testing.T) {
	f := world()
	f.everything()
	s := newSim(t, f, 120, 40, nil)
	s.keys("1", "x")
	ts := s.m.list.Marks()
	s.keys("m", "b")
	s.wants("Bloquer cette personne ?")
	s.keys("enter")
	if len(f.actions) != 1 || f.actions[0].Thread != ts[0].ID {
		t.Fatalf("the outbox holds %+v for %v", f.actions, ts)
	}
}

// Several clients are refused before anything is offered, by the key and by
// the palette.
func TestModerateNeverSpansClients(t *testing.T) {
	f := world()
	f.everything()
	s := newSim(t, f, 160, 40, nil)
	s.keys("x x x", "m")
	s.wants("jamais sur plusieurs clients à la fois : 3 fils, 2 clients")
	if s.m.top() != nil {
		t.Fatal("a dialog is open")
	}
	for _, name := range []string{"hide", "report", "block"} {
		s.keys(":", "text:"+name, "enter")
		s.wants("jamais sur plusieurs clients à la fois")
		if s.m.top() != nil || len(f.actions) != 0 {
			t.Fatalf("%s: a dialog is open, or %d acts", name, len(f.actions))
		}
	}
}

// By the palette an act is done to what is marked too.
func TestModerateMarkedByThePalette(t *testing.T) {
	s, f := marking(t)
	s.keys(":", "text:hide", "enter")
	s.wants("Pour tous ceux-là ?", "masquage : 2 fils")
	s.keys("esc", ":", "text:report", "enter")
	s.wants("cela se fait sur un fil à la fois")
	s.keys("esc")
	s.wants("Modérer · 2 fils")
	s.keys("enter", "esc")
	if len(f.mod.reports) != 0 || len(f.actions) != 0 {
		t.Fatalf("reported %+v, acts %+v", f.mod.reports, f.actions)
	}
}

// What some of them cannot do is offered with how many can, and why not the
// others; what none can is greyed.
func TestModerateMarkedSomeCannot(t *testing.T) {
	f, blind := world(), inbox.ThreadID(0)
	f.everything()
	s := newSim(t, f, 200, 50, func(o *Options) { o.Backend = unequal{simBackend{f}, &blind} })
	s.keys("1", "x x")
	blind = s.m.list.Marks()[1].ID
	s.keys("m")
	s.wants("b bloquer ces personnes · 1 sur 2 : cela ne se fait que sur le réseau lui-même",
		"i mettre ces personnes en sourdine · cela ne se fait que sur le réseau lui-même")
	s.keys("i")
	if s.m.top() == nil || len(f.actions) != 0 {
		t.Fatalf("%d acts", len(f.actions))
	}
	s.keys("b")
	s.wants("blocage : 1 fil,", "1 laissé : cela ne se fait que")
}

// What happens meanwhile changes what is offered: the cursor stays on its act,
// and what can be done stands first.
func TestModerateMarkedFollows(t *testing.T) {
	f, blind := world(), inbox.ThreadID(0)
	f.everything()
	s := newSim(t, f, 200, 50, func(o *Options) { o.Backend = unequal{simBackend{f}, &blind} })
	s.keys("1", "x x", "m", "j j")
	_, on := s.cursorLine()
	s.wants("b bloquer ces personnes")
	s.lacks("1 sur 2")
	blind = s.m.list.Marks()[1].ID
	f.changed(inbox.Change{Thread: blind, Outbox: true})
	s.pass(time.Second)
	s.wants("b bloquer ces personnes · 1 sur 2 : cela ne se fait que sur le réseau lui-même")
	if _, now := s.cursorLine(); now != on {
		t.Errorf("the cursor went from %q to %q", on, now)
	}
	lines := strings.Split(s.screen(), "\n")
	at := func(words string) int {
		return slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, words) })
	}
	if at("b bloquer ces personnes") > at("i mettre ces personnes en sourdine") {
		t.Error("what cannot be done stands before what can")
	}
}
