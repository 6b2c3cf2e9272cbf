package tui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
)

// lag is a person in front of a slow engine: what is asked for comes back some
// time later, in any order, while messages come in and somebody else works.
type lag struct {
	*walk
	waiting []tea.Cmd
	did     []string
}

// ask puts a command where answers come from.
func (w *lag) ask(cmd tea.Cmd) {
	if cmd != nil {
		w.waiting = append(w.waiting, cmd)
	}
}

// come lets one answer come.
func (w *lag) come() {
	if len(w.waiting) == 0 {
		return
	}
	i := w.r.IntN(len(w.waiting))
	cmd := w.waiting[i]
	w.waiting = slices.Delete(w.waiting, i, i+1)
	switch msg := cmd().(type) {
	case nil, tea.QuitMsg:
	case tea.BatchMsg:
		w.waiting = append(w.waiting, msg...)
	default:
		if known(msg) {
			w.did = append(w.did, fmt.Sprintf("%T", msg))
			_, next := w.s.m.Update(msg)
			w.ask(next)
		}
	}
}

// world changes: a message comes, or somebody else finishes a thread.
func (w *lag) change() {
	id := w.s.f.order[w.r.IntN(len(w.s.f.order))]
	if w.r.IntN(3) == 0 {
		must(w.s.f.Done(w.s.t.(*testing.T).Context(), inbox.By{Actor: inbox.Human, Session: "there"}, []inbox.ThreadID{id}))
		w.did = append(w.did, fmt.Sprintf("%d is done", id))
	} else {
		w.n++
		w.s.f.arrive(id, theirs(inbox.KindMention, -time.Duration(w.n)*time.Second, author("eve@piaille.fr", "Ève"), fmt.Sprintf("Encore %d fois", w.n)))
		w.did = append(w.did, fmt.Sprintf("a message in %d", id))
	}
	w.ask(w.s.m.listen())
}

// hand is what is under the hand: a thread of the list, and what is written in.
type hand struct{ thread, composes inbox.ThreadID }

func (m *Model) hand() hand {
	t, _ := m.list.Current()
	return hand{t.ID, m.composer.Thread.ID}
}

// Whatever comes and when, it never takes what is under the hand away while a
// dialog is open or something is written; and no thread is acted on but those
// that were under the hand when the key was pressed.
func TestNothingMovesUnderTheHand(t *testing.T) {
	presses := append(slices.Clone(strolls), "e", "e", "M", "x", "V", "s", "+", "F", "*", "i", "p", "y", "c", "d", "D", ":", "d", "o", "n", "e", "enter")
	for seed := range uint64(24) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &lag{walk: newWalk(t, seed+100)}
			m := w.s.m
			m.stay = seed%2 == 0
			for range 600 {
				if w.s.quit || m.outcome != Running {
					return
				}
				held := m.top() != nil || m.composer.Active()
				before, top := m.hand(), m.top()
				switch w.r.IntN(8) {
				case 0, 1, 2:
					k := presses[w.r.IntN(len(presses))]
					free := !held && !m.wait && m.seq == "" && !m.deaf.all && m.deaf.key == "" && !m.newcomer()
					var targets []inbox.ThreadID
					for _, th := range m.list.Targets() {
						targets = append(targets, th.ID)
					}
					events := map[inbox.ThreadID]int{}
					for id, ft := range w.s.f.threads {
						events[id] = len(ft.events)
					}
					w.did = append(w.did, "key "+k)
					_, cmd := m.Update(press(k))
					if free && k == "e" {
						w.s.run(cmd) // at once: what is acted on is seen
						for id, ft := range w.s.f.threads {
							if len(ft.events) > events[id] && ft.events[len(ft.events)-1].Verb == inbox.Finished && !slices.Contains(targets, id) {
								t.Fatalf("%q: %d was acted on, under the hand was %v", w.did, id, targets)
							}
						}
						continue
					}
					w.ask(cmd)
					continue
				case 3:
					w.change()
				case 4:
					w.s.f.now = w.s.f.now.Add(time.Duration(w.r.IntN(900)) * time.Millisecond)
					for i := 0; i < len(w.s.timers); i++ {
						if tm := w.s.timers[i]; !tm.at.After(w.s.f.now) {
							w.s.timers = slices.Delete(w.s.timers, i, i+1)
							_, cmd := m.Update(tm.f())
							w.ask(cmd)
							break
						}
					}
				default:
					w.come()
				}
				_, narrows := top.(*dialog.Filter)
				if after := m.hand(); held && !narrows && m.top() == top && before.thread != 0 && before.composes == after.composes && after != before {
					t.Fatalf("after %q the hand is on %+v, was on %+v, %T", w.did[max(len(w.did)-12, 0):], after, before, top)
				}
				w.s.checkFrame("late")
			}
		})
	}
}
