package list

import (
	"maps"
	"slices"

	"vigie/inbox"
)

// span is the part of the list that is marked while the cursor moves.
type span struct {
	path   []inbox.Thread                  // what the cursor went over, in its order
	before map[inbox.ThreadID]inbox.Thread // the marks there were
}

// Visual marks what the cursor goes over from here on, until it is called again
// or EndVisual is. It reports whether marking goes on.
func (m *Model) Visual() bool {
	if m.EndVisual() {
		return false
	}
	i := m.index()
	if i < 0 || m.at != 0 {
		return false
	}
	m.span = &span{path: []inbox.Thread{m.rows[i]}, before: maps.Clone(m.marks)}
	m.stretch(i)
	return true
}

// EndVisual ends marking while moving; the marks stay. It reports whether that
// was on.
func (m *Model) EndVisual() bool {
	on := m.span != nil
	m.span = nil
	return on
}

// Visually reports whether moving marks.
func (m *Model) Visually() bool { return m.span != nil }

// stretch marks from where marking began to row i: what the cursor went over,
// not what came in between since.
func (m *Model) stretch(i int) {
	if m.span == nil {
		return
	}
	at := make(map[inbox.ThreadID]int, len(m.rows))
	for j := range m.rows {
		at[m.rows[j].ID] = j
	}
	from, there := at[m.span.path[0].ID]
	if !there { // it left the window: what is marked stays, and goes on from here
		m.span = &span{path: []inbox.Thread{m.rows[i]}, before: maps.Clone(m.marks)}
		from = i
	}
	m.span.reach(i, from, at, m.rows)
	m.marks = maps.Clone(m.span.before)
	m.Mark(m.span.path)
}

// reach goes on to row i, or back to it, from row from; at tells the rows of
// threads.
func (s *span) reach(i, from int, at map[inbox.ThreadID]int, rows []inbox.Thread) {
	if k := slices.IndexFunc(s.path, func(t inbox.Thread) bool { return t.ID == rows[i].ID }); k >= 0 {
		s.path = s.path[:k+1]
		return
	}
	last, there := from, true
	for len(s.path) > 1 {
		last, there = at[s.path[len(s.path)-1].ID]
		if away := last - from; !there || away*(i-from) >= 0 && max(away, -away) <= max(i-from, from-i) {
			break
		}
		s.path, last = s.path[:len(s.path)-1], from
	}
	if !there {
		last = i - 1
	}
	for last != i {
		if last < i {
			last++
		} else {
			last--
		}
		s.path = append(s.path, rows[last])
	}
}

// Invert marks those of these that are not marked, and unmarks the others.
func (m *Model) Invert(ts []inbox.Thread) {
	m.span = nil
	old := m.marks
	m.marks = nil
	for _, t := range ts {
		if _, marked := old[t.ID]; !marked {
			m.Mark([]inbox.Thread{t})
		}
	}
}

// Marks are the marked threads, as they were when they were marked.
func (m *Model) Marks() []inbox.Thread {
	if len(m.marks) == 0 {
		return nil
	}
	return m.Targets()
}

// ToggleMark marks the thread under the cursor, or unmarks it, and goes on to
// the next.
func (m *Model) ToggleMark() {
	t, ok := m.Current()
	if !ok || m.at != 0 || m.ahead(t.ID) {
		return
	}
	if m.marks == nil {
		m.marks = map[inbox.ThreadID]inbox.Thread{}
	}
	if _, marked := m.marks[t.ID]; marked {
		delete(m.marks, t.ID)
	} else {
		m.marks[t.ID] = t
	}
	m.Move(1)
}

// ahead reports whether marking has come to the last row that is loaded while
// others are on their way: to go on would take this one's mark away again.
func (m *Model) ahead(id inbox.ThreadID) bool {
	_, marked := m.marks[id]
	return marked && m.more && m.index() == len(m.rows)-1
}

// Mark marks these besides those that are.
func (m *Model) Mark(ts []inbox.Thread) {
	if m.marks == nil {
		m.marks = make(map[inbox.ThreadID]inbox.Thread, len(ts))
	}
	for _, t := range ts {
		m.marks[t.ID] = t
	}
}

// ClearMarks unmarks all; it reports whether there were any.
func (m *Model) ClearMarks() bool {
	had := len(m.marks) > 0
	m.marks, m.span = nil, nil
	return had
}

// Unmark unmarks these.
func (m *Model) Unmark(ids []inbox.ThreadID) {
	for _, id := range ids {
		delete(m.marks, id)
	}
	m.span = nil
}

// Marked is how many threads are marked.
func (m *Model) Marked() int { return len(m.marks) }

// Targets are the threads an act is for: the marked ones in the order of
// their ids, else the one under the cursor.
func (m *Model) Targets() []inbox.Thread {
	if len(m.marks) == 0 {
		if t, ok := m.Current(); ok {
			return []inbox.Thread{t}
		}
		return nil
	}
	out := make([]inbox.Thread, 0, len(m.marks))
	for id, t := range m.marks {
		if now, ok := m.Find(id); ok {
			t = now
		}
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b inbox.Thread) int { return int(a.ID) - int(b.ID) })
	return out
}
