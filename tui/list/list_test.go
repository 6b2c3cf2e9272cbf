package list_test

import (
	"fmt"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/lang"
	"vigie/tui/list"
	"vigie/tui/look"
	"vigie/tui/stamp"
	"vigie/tui/theme"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// thread is the n-th thread, the higher the newer.
func thread(n int) inbox.Thread {
	at := noon.Add(time.Duration(n) * time.Second)
	return inbox.Thread{
		ID: inbox.ThreadID(n), Client: "c", SortAt: at, LastAt: at, Rank: inbox.Rank{Class: inbox.RankRest, At: at},
		Author: inbox.Author{ID: fmt.Sprint(n), Name: text.CleanLine(fmt.Sprintf("author %d", n))},
	}
}

// page holds the threads from one number down to another.
func page(from, to int, more bool) inbox.ThreadPage {
	p := inbox.ThreadPage{More: more}
	for n := from; n >= to; n-- {
		t := thread(n)
		p.Threads = append(p.Threads, t)
		p.Next = inbox.ListCursor{Rank: inbox.Rank{At: t.SortAt}, ID: t.ID}
	}
	return p
}

func current(t *testing.T, m *list.Model) int {
	t.Helper()
	th, ok := m.Current()
	if !ok {
		t.Fatal("nothing is selected")
	}
	return int(th.ID)
}

func TestCursorStaysOnItsThread(t *testing.T) {
	var m list.Model
	m.SetSize(100, 11, true)
	m.Set(page(50, 1, false))
	m.Settle()
	m.Move(3)
	line := func() int {
		for y := range 11 {
			if id, ok := m.At(y); ok && int(id) == current(t, &m) {
				return y
			}
		}
		t.Fatal("the cursor is not on the screen")
		return 0
	}
	before := line()
	m.Set(page(55, 1, false)) // five more came in
	if current(t, &m) != 47 || line() != before {
		t.Errorf("the cursor is on %d at line %d, want 47 at line %d", current(t, &m), line(), before)
	}
	if m.Fresh() != 5 {
		t.Errorf("%d rows are new, want 5", m.Fresh())
	}
	m.Ends(false)
	if m.Fresh() != 0 || current(t, &m) != 55 {
		t.Errorf("at the top %d are new, the cursor is on %d", m.Fresh(), current(t, &m))
	}
}

func TestCursorOfAThreadThatIsGone(t *testing.T) {
	var m list.Model
	m.SetSize(100, 11, true)
	m.Set(page(10, 1, false))
	m.Settle()
	m.Move(4) // on 6
	p := page(10, 1, false)
	p.Threads = append(p.Threads[:4], p.Threads[5:]...)
	m.Set(p)
	if current(t, &m) != 6 || m.Len() != 10 {
		t.Fatalf("the cursor is on %d of %d rows, want it to stay on 6", current(t, &m), m.Len())
	}
	m.Free(6)
	m.Set(p)
	if current(t, &m) != 5 || m.Len() != 9 {
		t.Errorf("the cursor is on %d, want the next, 5", current(t, &m))
	}
	m.Free(5)
	m.Set(page(10, 7, false))
	if current(t, &m) != 7 {
		t.Errorf("the cursor is on %d, want the one before, 7", current(t, &m))
	}
	m.Free(7)
	m.Set(inbox.ThreadPage{})
	if _, ok := m.Current(); ok {
		t.Error("an empty list has a cursor")
	}
}

// A thread that was kept goes when the cursor does.
func TestKeptUntilTheCursorMoves(t *testing.T) {
	var m list.Model
	m.SetSize(100, 11, true)
	m.Set(page(10, 1, false))
	m.Settle()
	m.Move(4) // on 6
	p := page(10, 1, false)
	p.Threads = append(p.Threads[:4], p.Threads[5:]...)
	m.Set(p)
	if m.Unpin() {
		t.Error("a kept thread is no opened one")
	}
	m.Move(1)
	if current(t, &m) != 5 || m.Len() != 9 {
		t.Errorf("the cursor is on %d of %d rows", current(t, &m), m.Len())
	}
}

// At the start, before anybody looked, the cursor stays on the newest.
func TestUnsettled(t *testing.T) {
	var m list.Model
	m.SetSize(100, 11, true)
	m.Set(page(10, 1, false))
	m.Set(page(14, 1, false))
	if current(t, &m) != 14 || m.Fresh() != 0 {
		t.Errorf("the cursor is on %d, %d are new", current(t, &m), m.Fresh())
	}
}

// A walk down a long list and up again sees every row once, in order, and
// never keeps more than a few windows.
func TestWindow(t *testing.T) {
	const total = 2000
	load := func(after inbox.ListCursor, limit int) inbox.ThreadPage {
		from := total
		if !after.Zero() {
			from = int(after.ID) - 1
		}
		to := max(from-limit+1, 1)
		return page(from, to, to > 1)
	}
	var m list.Model
	m.SetSize(100, 21, true)
	m.Set(load(m.Window()))
	m.Settle()
	step := func(delta int) {
		m.Move(delta)
		after, follow, back := m.Wants()
		switch {
		case follow:
			m.Append(load(after, list.PageRows))
		case back:
			m.Set(load(m.Window()))
		}
		if m.Len() > 4*list.PageRows {
			t.Fatalf("%d rows are kept", m.Len())
		}
	}
	for want := total - 1; want >= 1; want-- {
		if step(1); current(t, &m) != want {
			t.Fatalf("going down: on %d, want %d", current(t, &m), want)
		}
	}
	for want := 2; want <= total; want++ {
		if step(-1); current(t, &m) != want {
			t.Fatalf("going up: on %d, want %d", current(t, &m), want)
		}
	}
}

func TestPin(t *testing.T) {
	var m list.Model
	m.SetSize(100, 11, true)
	m.Set(page(10, 1, false))
	m.Pin(thread(99))
	if current(t, &m) != 99 {
		t.Fatalf("the cursor is on %d", current(t, &m))
	}
	m.Set(page(10, 1, false))
	if current(t, &m) != 99 {
		t.Error("a pinned thread went away with a load")
	}
	m.Pin(thread(5))
	if m.Len() != 10 || current(t, &m) != 5 {
		t.Errorf("%d rows, the cursor is on %d", m.Len(), current(t, &m))
	}
	m.Pin(thread(99))
	if !m.Unpin() || m.Len() != 10 || current(t, &m) != 5 {
		t.Errorf("unpinned: %d rows, the cursor is on %d", m.Len(), current(t, &m))
	}
}

func TestMarks(t *testing.T) {
	var m list.Model
	m.SetSize(100, 11, true)
	m.Set(page(10, 1, false))
	m.ToggleMark()
	m.ToggleMark()
	if ts := m.Targets(); len(ts) != 2 || ts[0].ID != 9 || ts[1].ID != 10 {
		t.Errorf("targets %v", ts)
	}
	m.Move(-2)
	m.ToggleMark()
	if m.Marked() != 1 || !m.ClearMarks() || m.ClearMarks() {
		t.Error("marks are not taken away")
	}
	if ts := m.Targets(); len(ts) != 1 {
		t.Errorf("without marks %d targets", len(ts))
	}
}

// A move of the cursor draws two rows; the others are kept.
func TestRowsAreKept(t *testing.T) {
	l := look.Look{Styles: theme.New(theme.Dark, true, theme.Unicode()), P: lang.For(lang.English), Now: noon}
	l.Time = stamp.For(l.P)
	var m list.Model
	m.SetSize(100, 41, true)
	m.Set(page(100, 1, false))
	first := m.View(l, "all", true)
	m.Move(1)
	second := m.View(l, "all", true)
	changed := 0
	for y := range first {
		if first[y] != second[y] {
			changed++
		}
	}
	if changed != 2 {
		t.Errorf("%d rows changed", changed)
	}
	kept := testing.AllocsPerRun(20, func() { m.View(l, "all", true) })
	if kept > 30 {
		t.Errorf("a frame without a change allocates %v times", kept)
	}
}
