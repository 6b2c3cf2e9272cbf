package dialog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Period is since when a digest tells.
type Period struct {
	Since time.Time
	Words string // for people
}

// Digest tells what happened at each client since a time.
type Digest struct {
	base
	Periods []Period // the shortest first
	At      int      // the one that is told
	told    *inbox.Digest
	pick    chooser
	height  int
}

// DigestWanted: count what happened since.
type DigestWanted struct{ Since time.Time }

// ViewWanted: show a client's threads that are ours.
type ViewWanted struct{ Client inbox.ClientID }

// Set takes what was counted; what another period brought is dropped.
func (d *Digest) Set(since time.Time, told inbox.Digest) {
	if d.Periods[d.At].Since.Equal(since) {
		d.keep(told)
		d.told = &told
		d.pick.move(0, len(told.Clients))
	}
}

// keep leaves the choice on its client when others come before it.
func (d *Digest) keep(told inbox.Digest) {
	if d.told == nil || d.pick.at >= len(d.told.Clients) {
		return
	}
	id := d.told.Clients[d.pick.at].Client
	if i := slices.IndexFunc(told.Clients, func(c inbox.ClientDigest) bool { return c.Client == id }); i >= 0 {
		d.pick.at = i
	}
}

// Loaded reports whether there is something to read.
func (d *Digest) Loaded() bool { return d.told != nil }

// Any reports whether a line is chosen.
func (d *Digest) Any() bool { return d.told != nil && len(d.told.Clients) > 0 }

// Scopes: its own keys, then those of lists.
func (*Digest) Scopes() []keys.Scope { return []keys.Scope{keys.Digesting, keys.Pick} }

// Large: a table needs room.
func (*Digest) Large() bool { return true }

// Title names it and its period.
func (d *Digest) Title(l look.Look) string {
	return l.P.T("digest.title") + " " + l.Glyphs.Dot + " " + d.Periods[d.At].Words
}

// View draws the dialog.
func (d *Digest) View(l look.Look, w, h int) []string {
	if d.told == nil {
		return []string{l.Spans(w).Add(l.Muted, " "+l.P.T("digest.loading")).End(l.Text)}
	}
	if len(d.told.Clients) == 0 {
		return []string{l.Spans(w).Add(l.Muted, " "+l.P.T("digest.none")).End(l.Text)}
	}
	foot := d.foot(l, w)
	d.height = max(h-len(foot)-4, 1)
	from, to := d.pick.window(len(d.told.Clients), d.height)
	out := figures(l, w, *d.told, from, to, d.pick.at)
	out = append(out, foot...)
	return out[:min(len(out), h)]
}

// foot tells of the chosen client what the table does not.
func (d *Digest) foot(l look.Look, w int) []string {
	c := d.told.Clients[d.pick.at]
	name := l.Client(c.Client).Name
	var kinds []string
	for _, k := range c.Received {
		kinds = append(kinds, called(l, c.Client, k.Network)+" "+l.P.T(lang.Key("digest.kind."+string(k.Kind)), k.Messages))
	}
	words := l.P.T("digest.calm")
	if len(kinds) > 0 {
		words = strings.Join(kinds, ", ") + " " + l.Glyphs.Dot + " " + l.P.T("digest.persons", c.Persons)
	}
	out := []string{cell.Spaces(w)}
	for _, s := range []string{l.P.T("digest.detail", name, words), l.P.T("digest.now", c.Waiting, c.Overdue)} {
		for _, part := range l.Wrap(s, max(w-2, 1)) {
			out = append(out, l.Spans(w).Add(l.Muted, " "+part).End(l.Text))
		}
	}
	for _, t := range c.First {
		out = append(out, first(l, w, t))
	}
	return out
}

// first is a line about a thread that is ours: who, by when or since when, what.
func first(l look.Look, w int, t inbox.Thread) string {
	pen, words := l.Warn, ""
	if at, why := look.Due(t); why != "" {
		if words = l.Deadline(at, why); !at.After(l.Now) || inbox.RankOf(t).Class == inbox.RankAlarm {
			pen = l.Danger
		}
	} else {
		pen, words = l.Muted, l.P.T("digest.waits", l.Time.Moment(waitsSince(t), l.Now, l.Client(t.Client).Zone))
	}
	s := l.Spans(w).Add(l.Text, "   "+l.Cut(look.Author(t.Author), 20)+" "+l.Glyphs.Dot+" ").Add(pen, words).Add(l.Muted, " "+l.Glyphs.Dot+" ")
	return s.Safe(l.Text, t.Snippet, s.Left()).End(l.Text)
}

// waitsSince is when the message came that waits for us.
func waitsSince(t inbox.Thread) time.Time {
	if t.WaitAt.IsZero() {
		return t.SortAt
	}
	return t.WaitAt
}

// Do moves, chooses the period and opens a client.
func (d *Digest) Do(i keys.Intent) Action {
	if delta, ok := step(i, d.height); ok {
		if d.Any() {
			d.pick.move(delta, len(d.told.Clients))
		}
		return nil
	}
	at := d.At
	switch i {
	case keys.PeriodBefore:
		at = max(at-1, 0)
	case keys.PeriodAfter:
		at = min(at+1, len(d.Periods)-1)
	case keys.Open:
		if d.Any() {
			return ViewWanted{d.told.Clients[d.pick.at].Client}
		}
	}
	if at == d.At {
		return nil
	}
	d.At, d.told = at, nil
	return DigestWanted{d.Periods[at].Since}
}

// column is a figure of a digest.
type column struct {
	head lang.Key
	of   func(inbox.ClientDigest) int
	bad  bool // anything but 0 is bad news
	rank int  // the higher go first when there is no room
}

// columns are the figures in the order in which they stand.
func columns() []column {
	return []column{
		{"digest.col.in", inbox.ClientDigest.Total, false, 0},
		{"digest.col.watched", func(c inbox.ClientDigest) int { return c.Watched }, false, 8},
		{"digest.col.persons", func(c inbox.ClientDigest) int { return c.Persons }, false, 9},
		{"digest.col.answered", func(c inbox.ClientDigest) int { return c.Answered }, false, 1},
		{"digest.col.done", func(c inbox.ClientDigest) int { return c.Done }, false, 2},
		{"digest.col.snoozed", func(c inbox.ClientDigest) int { return c.Snoozed }, false, 10},
		{"digest.col.escalated", func(c inbox.ClientDigest) int { return c.Escalated }, false, 7},
		{"digest.col.hidden", func(c inbox.ClientDigest) int { return c.Hidden }, false, 11},
		{"digest.col.failed", func(c inbox.ClientDigest) int { return c.Failed }, true, 6},
		{"digest.col.missed", func(c inbox.ClientDigest) int { return c.Missed }, true, 5},
		{"digest.col.overdue", func(c inbox.ClientDigest) int { return c.Overdue }, true, 4},
		{"digest.col.waiting", func(c inbox.ClientDigest) int { return c.Waiting }, false, 3},
	}
}

// fitting are the columns for which w cells have room.
func fitting(l look.Look, w int) []column {
	all := columns()
	width := func(c column) int { return max(l.Width(l.P.T(c.head)), 4) + 1 }
	keep := map[int]bool{}
	for rank := range all {
		for i, c := range all {
			if n := width(c); c.rank == rank && n <= w {
				keep[i] = true
				w -= n
			}
		}
	}
	var out []column
	for i, c := range all {
		if keep[i] {
			out = append(out, c)
		}
	}
	return out
}

// figures draws the table of a digest: the clients from one to another, and
// the sum of all. at is the chosen one; -1: none is.
func figures(l look.Look, w int, told inbox.Digest, from, to, at int) []string {
	name := l.ClientWidth
	cols := fitting(l, w-2-name)
	width := func(c column) int { return max(l.Width(l.P.T(c.head)), 4) }
	s := l.Spans(w).Add(l.Muted, cell.Spaces(2+name))
	for _, c := range cols {
		s.Add(l.Muted, " "+l.Right(l.P.T(c.head), width(c)))
	}
	out := []string{s.End(l.Text)}
	row := func(s *cell.Spans, of func(column) int) {
		for _, c := range cols {
			n, pen, words := of(c), l.Text, l.Glyphs.Dot
			switch {
			case n == 0:
				pen = l.Faint
			case c.bad:
				pen = l.Danger
			}
			if n != 0 {
				words = strconv.Itoa(n)
			}
			s.Add(pen, " "+l.Right(words, width(c)))
		}
	}
	for i := from; i < to; i++ {
		d := told.Clients[i]
		c := l.Client(d.Client)
		out = append(out, chosen(l, w, i == at, func(s *cell.Spans) {
			s.Fixed(c.Pens.Plain, c.Name, name)
			row(s, func(c column) int { return c.of(d) })
		}))
	}
	s = l.Spans(w).Add(l.Text, "  ").Fixed(l.Strong, l.P.T("digest.total"), name)
	row(s, func(c column) int {
		n := 0
		for _, d := range told.Clients {
			n += c.of(d)
		}
		return n
	})
	return append(out, l.Spans(w).Add(l.Faint, cell.Repeat(l.Glyphs.Rule, w)).End(l.Text), s.End(l.Text))
}

// called is a network's name as a client's accounts have it: that of an external
// program is its own, where they agree.
func called(l look.Look, client inbox.ClientID, n inbox.Network) string {
	name := ""
	for id, a := range l.Accounts {
		if a.Client != client || a.Network != n {
			continue
		}
		if own := l.On(id, n); name == "" || name == own {
			name = own
		} else {
			return l.Network(n)
		}
	}
	return cmp.Or(name, l.Network(n))
}
