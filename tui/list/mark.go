package list

import (
	"maps"
	"slices"

	"vigie/inbox"
)

// span is the part of the list that is marked while the cursor moves.
type span struct {
	from   inbox.ThreadID
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
	m.span = &span{from: m.sel, before: maps.Clone(m.marks)}
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

// stretch marks from where marking began to row i.
func (m *Model) stretch(i int) {
	if m.span == nil {
		return
	}
	from := m.find(m.span.from)
	if from < 0 { // it left the window: what is marked stays, and goes on from here
		m.span = &span{from: m.rows[i].ID, before: maps.Clone(m.marks)}
		from = i
	}
	m.marks = maps.Clone(m.span.before)
	m.Mark(m.rows[min(from, i) : max(from, i)+1])
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
