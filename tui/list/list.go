// Package list is the pane of threads: a window on a list that may be very
// long, a cursor bound to a thread and not to a line, marks, and rows that are
// drawn once and kept. Its cost depends on what is visible, never on the inbox.
package list

import (
	"slices"

	"vigie/inbox"
)

const (
	// PageRows is how many rows are asked for at once.
	PageRows = 200
	// maxRows is how many rows are kept; those far above are let go.
	maxRows = 3 * PageRows
)

// Model is the list. The zero value is an empty list without a size.
type Model struct {
	rows   []inbox.Thread
	start  inbox.ListCursor   // the window begins after this place
	before []inbox.ListCursor // starts of windows that were let go above
	next   inbox.ListCursor
	more   bool
	loaded bool
	still  bool             // somebody has looked or moved: new rows push nothing away
	pinned *inbox.Thread    // shown while it is selected though the list does not hold it
	opened bool             // pinned because somebody opened it, not because it was kept
	origin inbox.ThreadID   // where the cursor was before that
	home   *home            // where it was before a visit; nil: this is none
	freed  []inbox.ThreadID // threads that the cursor may leave when they go

	sel   inbox.ThreadID
	found int // where sel was found last
	top   int // first row on the screen
	fresh int // rows that came in above the screen
	marks map[inbox.ThreadID]inbox.Thread
	span  *span // marking while moving; nil: not

	stuck []Stuck        // stand above the rows, in every view
	at    inbox.ActionID // the cursor is on one of them; 0: on the rows

	width, height int
	taller        taller // zero: it was never taller than it is
	place         int    // width of the column of deadlines and ages
	measured      rowsSeen
	bare          bool // without a title line
	cache         map[inbox.ThreadID]drawn
}

// SetSize tells the list its cells, and whether the first line is a title.
func (m *Model) SetSize(w, h int, titled bool) {
	if w == m.width && h == m.height && m.bare == !titled {
		return
	}
	if h < m.height && m.taller.height < m.height && m.top < len(m.rows) {
		m.taller = taller{m.height, m.rows[m.top].ID}
	}
	m.width, m.height, m.bare = w, h, !titled
	if h >= m.taller.height {
		if i := m.find(m.taller.first); i >= 0 {
			m.top = i
		}
		m.taller = taller{}
	}
	m.keepHand(m.stuck)
	m.show()
}

// taller is the screen as it was before it got lower.
type taller struct {
	height int
	first  inbox.ThreadID // on its first line
}

// Reset empties the list before another view is loaded.
func (m *Model) Reset() {
	*m = Model{width: m.width, height: m.height, bare: m.bare, still: m.still, stuck: m.stuck, cache: m.cache}
}

// Window is what to ask for to load the list again where it stands.
func (m *Model) Window() (after inbox.ListCursor, limit int) {
	return m.start, min(max(len(m.rows), PageRows), maxRows)
}

// Set replaces the window by a newly loaded one. The cursor stays on its
// thread and on its line of the screen, and what is on the screen keeps its
// order, whatever the list's: see steady. When the cursor's thread is gone it is
// kept there until the cursor moves, unless it was freed: then the cursor goes to
// the one that followed it.
func (m *Model) Set(page inbox.ThreadPage) {
	old, line := m.rows, m.index()-m.top
	first := !m.loaded
	m.loaded = true
	m.next, m.more = page.Next, page.More
	if first || !m.still {
		m.rows = page.Threads
	} else {
		m.steady(page.Threads)
	}
	m.keep(old, line)
	m.sel = m.heir(old)
	if !m.still && m.pinned == nil && len(m.rows) > 0 {
		m.sel = m.rows[0].ID
	}
	if first || m.sel == 0 || !m.still {
		m.top, m.fresh = 0, 0
		m.show()
		return
	}
	m.top = max(m.index()-max(line, 0), 0)
	m.show()
}

// Settle binds the cursor to its thread. Until then, just after the start,
// it stays on the first row while the first threads come in.
func (m *Model) Settle() { m.still = true }

// heir is the selected thread, or the nearest that is still there.
func (m *Model) heir(old []inbox.Thread) inbox.ThreadID {
	if len(m.rows) == 0 {
		return 0
	}
	if m.find(m.sel) >= 0 {
		return m.sel
	}
	here := make(map[inbox.ThreadID]bool, len(m.rows))
	for _, t := range m.rows {
		here[t.ID] = true
	}
	i := slices.IndexFunc(old, func(t inbox.Thread) bool { return t.ID == m.sel })
	if i >= 0 {
		for _, t := range old[i:] {
			if here[t.ID] {
				return t.ID
			}
		}
		for j := i - 1; j >= 0; j-- {
			if here[old[j].ID] {
				return old[j].ID
			}
		}
	}
	return m.rows[0].ID
}

// Append adds the window that follows.
func (m *Model) Append(page inbox.ThreadPage) {
	seen := make(map[inbox.ThreadID]bool, len(m.rows))
	for _, t := range m.rows {
		seen[t.ID] = true
	}
	for _, t := range page.Threads {
		if !seen[t.ID] {
			m.rows = append(m.rows, t)
		}
	}
	m.next, m.more = page.Next, page.More
	if len(m.rows) > maxRows && m.top > PageRows {
		m.before = append(m.before, m.start)
		last := m.rows[PageRows-1]
		m.start = inbox.ListCursor{Rank: last.Rank, ID: last.ID}
		m.rows = slices.Clone(m.rows[PageRows:])
		m.top -= PageRows
	}
	m.show()
}

// Wants tells what to load because the cursor comes near an end: the window
// that follows (a cursor to ask after), or the one before (ask for Window
// again: the list has moved its start back).
func (m *Model) Wants() (after inbox.ListCursor, follow, back bool) {
	i := m.index()
	if m.more && i+2*m.Visible() >= len(m.rows) {
		return m.next, true, false
	}
	if len(m.before) > 0 && i < 2*m.Visible() {
		m.start = m.before[len(m.before)-1]
		m.before = m.before[:len(m.before)-1]
		return m.start, false, true
	}
	return inbox.ListCursor{}, false, false
}

// Pin shows a thread on top of the list if the list does not hold it, and
// selects it. It stays until the cursor moves away, or until Unpin.
func (m *Model) Pin(t inbox.Thread) {
	from := m.sel
	if m.Select(t.ID) {
		return
	}
	m.drop()
	m.pinned, m.opened, m.origin = &t, true, from
	m.rows = slices.Insert(slices.Clone(m.rows), 0, t)
	m.sel = t.ID
	m.show()
}

// home is where the cursor was: on what, and on which line of the screen.
type home struct {
	sel  inbox.ThreadID
	at   inbox.ActionID
	line int
}

// Visit is Pin for a look elsewhere: until the cursor moves, Return takes it
// back to where it was before the first of several visits.
func (m *Model) Visit(t inbox.Thread) {
	from := m.home
	if from == nil {
		from = &home{m.sel, m.at, m.index() - m.top}
	}
	m.Pin(t)
	m.at, m.home = 0, from
}

// Return ends a visit, if this is one.
func (m *Model) Return() {
	from := m.home
	if from == nil {
		return
	}
	m.home = nil
	if m.opened {
		m.drop()
	}
	if m.Select(from.sel) {
		m.top = max(m.index()-max(from.line, 0), 0)
	}
	m.at = from.at
	m.show()
}

// Unpin takes a thread away that Pin put there; the cursor goes back to where
// it was. A thread that was kept stays. It reports whether there was one.
func (m *Model) Unpin() bool {
	if m.pinned == nil || !m.opened {
		return false
	}
	from := m.origin
	m.drop()
	if !m.Select(from) {
		m.show()
	}
	return true
}

// Free lets the cursor go on when these threads leave the list: somebody at
// this screen sends them away. It holds until the next call.
func (m *Model) Free(ids ...inbox.ThreadID) { m.freed = ids }

// keep puts the selected thread back into a window that came without it, on its
// line of the screen.
func (m *Model) keep(old []inbox.Thread, line int) {
	i := slices.IndexFunc(old, func(t inbox.Thread) bool { return t.ID == m.sel })
	if i < 0 || m.find(m.sel) >= 0 || (!m.still && m.pinned == nil) || slices.Contains(m.freed, m.sel) {
		m.pinned, m.opened = nil, false
		return
	}
	t := old[i]
	m.pinned = &t
	m.rows = slices.Insert(slices.Clone(m.rows), min(m.top+max(line, 0), len(m.rows)), t)
}

// drop takes the pinned thread out.
func (m *Model) drop() {
	if m.pinned == nil {
		return
	}
	if i := m.find(m.pinned.ID); i >= 0 {
		m.rows = slices.Delete(slices.Clone(m.rows), i, i+1)
		if i < m.top {
			m.top--
		}
	}
	m.pinned, m.opened = nil, false
}

// Update replaces one thread's row by a newer head, if the list shows it.
func (m *Model) Update(t inbox.Thread) {
	if m.pinned != nil && m.pinned.ID == t.ID {
		m.pinned = &t
	}
	for i := range m.stuck {
		if m.stuck[i].Thread.ID == t.ID {
			m.stuck[i].Thread = t
		}
	}
	for i := range m.rows {
		if m.rows[i].ID == t.ID {
			m.rows[i], m.measured = t, rowsSeen{}
			return
		}
	}
}

// Current is the thread under the cursor.
func (m *Model) Current() (inbox.Thread, bool) {
	if i := m.stuckIndex(); i >= 0 {
		return m.stuck[i].Thread, true
	}
	if i := m.index(); i >= 0 {
		return m.rows[i], true
	}
	return inbox.Thread{}, false
}

// Find returns a thread of the window.
func (m *Model) Find(id inbox.ThreadID) (inbox.Thread, bool) {
	if i := m.find(id); i >= 0 {
		return m.rows[i], true
	}
	return inbox.Thread{}, false
}

// Len is the number of rows loaded; More says that there are others below.
func (m *Model) Len() int { return len(m.rows) }

// Loaded reports whether the list has been loaded since the last Reset.
func (m *Model) Loaded() bool { return m.loaded }

// Fresh is how many rows came in above the screen.
func (m *Model) Fresh() int { return m.fresh }

// index is the row under the cursor; -1: none. It is mostly where it was.
func (m *Model) index() int {
	if m.found < len(m.rows) && m.rows[m.found].ID == m.sel {
		return m.found
	}
	i := m.find(m.sel)
	m.found = max(i, 0)
	return i
}

// find is the row of a thread; -1: none.
func (m *Model) find(id inbox.ThreadID) int {
	for i := range m.rows {
		if m.rows[i].ID == id {
			return i
		}
	}
	return -1
}

// Tags are the tags of the rows that are loaded, sorted.
func (m *Model) Tags() []string {
	var out []string
	for _, t := range m.rows {
		out = append(out, t.Tags...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Spoken are the handles of the authors of the rows that are loaded, and the
// languages they write in, each once and sorted.
func (m *Model) Spoken() (authors, langs []string) {
	for _, t := range m.rows {
		if h := t.Author.Handle.String(); h != "" {
			authors = append(authors, h)
		}
		if t.Lang != "" {
			langs = append(langs, t.Lang)
		}
	}
	slices.Sort(authors)
	slices.Sort(langs)
	return slices.Compact(authors), slices.Compact(langs)
}
