package list

import (
	"slices"

	"vigie/inbox"
)

// steady takes the rows of a page over without moving what is on the screen:
// those rows stay where they are, in the order they have there. What the page
// ranks above them goes above the screen, and is counted when it was not there
// before; the rest goes below. What somebody at this screen has just sent
// here comes in at its rank.
func (m *Model) steady(page []inbox.Thread) {
	rank := make(map[inbox.ThreadID]int, len(page))
	for i, t := range page {
		rank[t.ID] = i
	}
	from, to := m.window()
	var seen []inbox.Thread
	var ranks []int
	shown := map[inbox.ThreadID]bool{}
	for _, t := range m.rows[from:to] {
		if i, there := rank[t.ID]; there {
			seen, ranks = append(seen, page[i]), append(ranks, i)
			shown[t.ID] = true
		}
	}
	if len(seen) == 0 {
		m.rows = page
		return
	}
	slices.Sort(ranks)
	middle := ranks[len(ranks)/2] // few move at once: most say where the screen is
	above := make(map[inbox.ThreadID]bool, from)
	for _, t := range m.rows[:from] {
		above[t.ID] = true
	}
	var before, after []inbox.Thread
	fresh := 0
	for i, t := range page {
		switch {
		case shown[t.ID]:
		case slices.Contains(m.freed, t.ID) && !above[t.ID]:
			seen = insert(seen, t, i, rank)
		case i < middle:
			before = append(before, t)
			if !above[t.ID] {
				fresh++
			}
		default:
			after = append(after, t)
		}
	}
	m.fresh += fresh
	m.rows = slices.Concat(before, seen, after)
	m.top = len(before)
}

// sort puts the rows into the order of the list, which those on the screen kept
// out of.
func (m *Model) sort() {
	m.rows = slices.Clone(m.rows)
	slices.SortStableFunc(m.rows, func(a, b inbox.Thread) int { return a.Rank.Compare(b.Rank) })
}

// window is which rows are on the screen.
func (m *Model) window() (from, to int) {
	from = min(m.top, len(m.rows))
	return from, min(from+m.Visible(), len(m.rows))
}

// insert puts a thread among rows before the first that the list ranks behind it.
func insert(rows []inbox.Thread, t inbox.Thread, at int, rank map[inbox.ThreadID]int) []inbox.Thread {
	i := slices.IndexFunc(rows, func(o inbox.Thread) bool { return rank[o.ID] > at })
	if i < 0 {
		i = len(rows)
	}
	return slices.Insert(rows, i, t)
}
