package tui

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
)

// walk is a person who presses anything, while messages come in, time passes
// and the window changes its size.
type walk struct {
	s *sim
	r *rand.Rand
	n int // messages that came
}

func newWalk(t *testing.T, seed uint64) *walk {
	return &walk{s: newSim(t, world(), 120, 40, nil), r: rand.New(rand.NewPCG(seed, 1))}
}

var strolls = []string{
	"j", "j", "j", "k", "k", "pgdown", "pgup", "home", "end", "enter", "esc", "esc", "J", "K", "space", "tab", "shift+tab",
	"x", "0", "1", "2", "3", "w", "g", "d", "o", "b", "a", "v", "e", "E", "M", "u", "U", "?", "/", "f", ":", "a", "l", "backspace",
	"down", "up", "t", "z", "!", "n", "r", "ctrl+v", "ctrl+s", "ctrl+l", ",", ";", "m", "P", "enter", "esc",
}

// step does one thing and says what.
func (w *walk) step() string {
	switch w.r.IntN(12) {
	case 0:
		d := []time.Duration{time.Millisecond, 60 * time.Millisecond, time.Second, 20 * time.Second, 3 * time.Hour}[w.r.IntN(5)]
		w.s.pass(d)
		return d.String()
	case 1:
		w.n++
		id := w.s.f.order[w.r.IntN(len(w.s.f.order))]
		w.s.f.arrive(id, theirs(inbox.KindMention, 0, author("eve@piaille.fr", "Ève"), fmt.Sprintf("Encore %d fois bonjour", w.n)))
		w.s.run(w.s.m.listen())
		return fmt.Sprintf("a message in %d", id)
	case 2:
		size := [][2]int{{120, 40}, {80, 24}, {200, 50}, {40, 12}, {100, 30}}[w.r.IntN(5)]
		w.s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		return fmt.Sprint(size)
	}
	k := strolls[w.r.IntN(len(strolls))]
	w.s.send(press(k))
	return k
}

// What is kept of a frame is what would be drawn anew.
func TestKeptIsFresh(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := newWalk(t, seed)
			m := w.s.m
			var did []string
			for range 250 {
				did = append(did, w.step())
				if w.s.quit {
					return
				}
				kept := m.View().Content
				if w.r.IntN(3) > 0 {
					continue // so that what is kept gets older than one step
				}
				m.changedLook()
				m.reader.Relayout(m.look)
				m.frame.drawn = false
				if fresh := m.View().Content; fresh != kept {
					t.Fatalf("after %q the screen shows\n%s\nand should show\n%s", did, strip(kept), strip(fresh))
				}
			}
		})
	}
}
