package list_test

import (
	"slices"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/tui/list"
)

// shown are the threads on the screen, from its first line on.
func shown(m *list.Model, lines int) []int {
	var out []int
	for y := range lines {
		if id, ok := m.At(y); ok {
			out = append(out, int(id))
		}
	}
	return out
}

// ranked is a page of these threads, in this order, the first ranked first.
func ranked(ns ...int) inbox.ThreadPage {
	var p inbox.ThreadPage
	for i, n := range ns {
		t := thread(n)
		t.Rank = inbox.Rank{Class: inbox.RankDue, At: noon.Add(time.Duration(i) * time.Hour)}
		p.Threads = append(p.Threads, t)
	}
	return p
}

// What comes in, or moves, takes nothing on the screen from its line.
func TestScreenIsSteady(t *testing.T) {
	for _, c := range []struct {
		name  string
		page  inbox.ThreadPage
		want  []int
		fresh int
	}{
		{"one at the top", ranked(99, 1, 2, 3, 4, 5, 6, 7, 8), []int{1, 2, 3, 4, 5}, 1},
		{"one among them", ranked(1, 2, 99, 3, 4, 5, 6, 7, 8), []int{1, 2, 3, 4, 5}, 1},
		{"one below", ranked(1, 2, 3, 4, 5, 6, 99, 7, 8), []int{1, 2, 3, 4, 5}, 0},
		{"one moves up from below", ranked(7, 1, 2, 3, 4, 5, 6, 8), []int{1, 2, 3, 4, 5}, 1},
		{"those on it change places", ranked(5, 4, 3, 2, 1, 6, 7, 8), []int{1, 2, 3, 4, 5}, 0},
		{"the last one drops to the end", ranked(1, 2, 3, 4, 6, 7, 8, 5), []int{1, 2, 3, 4, 5}, 0},
		{"one below the cursor goes", ranked(1, 2, 3, 5, 6, 7, 8), []int{1, 2, 3, 5, 6}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var m list.Model
			m.SetSize(100, 6, true)
			m.Set(ranked(1, 2, 3, 4, 5, 6, 7, 8))
			m.Settle()
			m.Move(1)
			m.Set(c.page)
			if got := shown(&m, 6); !slices.Equal(got, c.want) {
				t.Errorf("the screen shows %v, want %v", got, c.want)
			}
			if current(t, &m) != 2 || m.Fresh() != c.fresh {
				t.Errorf("the cursor is on %d, %d are new, want 2 and %d", current(t, &m), m.Fresh(), c.fresh)
			}
			m.Ends(false)
			var order []int
			for _, th := range c.page.Threads[:5] {
				order = append(order, int(th.ID))
			}
			if got := shown(&m, 6); !slices.Equal(got, order) {
				t.Errorf("at the top the screen shows %v, want %v", got, order)
			}
		})
	}
}

// What an undo brings back comes in at its rank, on the screen.
func TestOwnThreadComesInAtItsRank(t *testing.T) {
	var m list.Model
	m.SetSize(100, 6, true)
	m.Set(ranked(1, 2, 4, 5, 6, 7, 8))
	m.Settle()
	m.Free(3)
	m.Set(ranked(1, 2, 3, 4, 5, 6, 7, 8))
	if got := shown(&m, 6); !slices.Equal(got, []int{1, 2, 3, 4, 5}) {
		t.Errorf("the screen shows %v", got)
	}
}

// The thread under the cursor keeps its line though it is gone and others came.
func TestGoneThreadKeepsItsLine(t *testing.T) {
	var m list.Model
	m.SetSize(100, 6, true)
	m.Set(ranked(1, 2, 3, 4, 5, 6, 7, 8))
	m.Settle()
	m.Move(2)
	m.Set(ranked(98, 99, 1, 2, 4, 5, 6, 7, 8))
	if got := shown(&m, 6); !slices.Equal(got, []int{1, 2, 3, 4, 5}) {
		t.Errorf("the screen shows %v", got)
	}
}
