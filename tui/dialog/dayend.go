package dialog

import (
	"slices"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/standing"
)

// DayEnd says whether the day can end: it cannot while threads are ours,
// something waits in the outbox, failed, or is begun and not sent. It names what
// is left, and tells what was done today.
type DayEnd struct {
	base
	left   []leftOver
	told   *inbox.Digest
	ready  bool
	pick   chooser
	height int
}

// leftOver is what keeps the day from ending: an act, a draft, or else a thread
// that presses.
type leftOver struct {
	action *inbox.Action
	draft  *inbox.Draft
	thread inbox.Thread
}

// is reports whether both are the same.
func (l leftOver) is(o leftOver) bool {
	switch {
	case l.action != nil && o.action != nil:
		return l.action.ID == o.action.ID
	case l.draft != nil && o.draft != nil:
		return l.draft.ID == o.draft.ID
	}
	return l.presses() && o.presses() && l.thread.ID == o.thread.ID
}

func (l leftOver) presses() bool { return l.action == nil && l.draft == nil }

// LeftPicked: go to what keeps the day from ending. One of the first two is
// set, or neither: then it is the thread.
type LeftPicked struct {
	Action *inbox.Action
	Draft  *inbox.Draft
	Thread inbox.ThreadID
}

// Set takes what there is: acts that have not arrived, drafts, their threads,
// and what happened today. The chosen line stays chosen.
func (d *DayEnd) Set(acts []inbox.Action, drafts []inbox.Draft, heads map[inbox.ThreadID]inbox.Thread, told inbox.Digest) {
	old := d.left
	d.left, d.told, d.ready = nil, &told, true
	for _, stuck := range []bool{true, false} {
		for i := range acts {
			if a := &acts[i]; standing.Open(*a) && standing.Stuck(*a) == stuck {
				d.left = append(d.left, leftOver{action: a, thread: heads[a.Thread]})
			}
		}
	}
	d.left = append(d.left, pressing(told)...)
	for i := range drafts {
		d.left = append(d.left, leftOver{draft: &drafts[i], thread: heads[drafts[i].Thread]})
	}
	if d.pick.at < len(old) {
		if i := slices.IndexFunc(d.left, old[d.pick.at].is); i >= 0 {
			d.pick.at = i
		}
	}
	d.pick.move(0, len(d.left))
}

// pressing are the threads with a window that is about to close, or that are
// late, in the order of lists: of each client the first.
func pressing(told inbox.Digest) (list []leftOver) {
	for _, c := range told.Clients {
		for _, t := range c.First {
			if closes(t) && t.Window.After(told.Until) || t.Overdue(told.Until) {
				list = append(list, leftOver{thread: t})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b leftOver) int { return inbox.RankOf(a.thread).Compare(inbox.RankOf(b.thread)) })
	return list
}

// closes reports whether a thread's window is about to close.
func closes(t inbox.Thread) bool { return inbox.RankOf(t).Class == inbox.RankAlarm }

// Loaded reports whether there is something to read.
func (d *DayEnd) Loaded() bool { return d.ready }

// Zero reports whether nothing is left.
func (d *DayEnd) Zero() bool { return d.ready && len(d.left) == 0 && d.sum(waiting) == 0 }

func waiting(c inbox.ClientDigest) int { return c.Waiting }
func overdue(c inbox.ClientDigest) int { return c.Overdue }
func closing(c inbox.ClientDigest) int { return c.Closing }

// Any reports whether a line is chosen.
func (d *DayEnd) Any() bool { return len(d.left) > 0 }

// Scopes: its own keys, then those of lists.
func (*DayEnd) Scopes() []keys.Scope { return []keys.Scope{keys.DayEnding, keys.Pick} }

// Large: a table needs room.
func (*DayEnd) Large() bool { return true }

// Title names it.
func (*DayEnd) Title(l look.Look) string { return l.P.T("end.title") }

// View draws the dialog.
func (d *DayEnd) View(l look.Look, w, h int) []string {
	if !d.ready {
		return []string{l.Spans(w).Add(l.Muted, " "+l.P.T("end.loading")).End(l.Text)}
	}
	out := d.verdict(l, w)
	today := d.today(l, w, h-len(out)-len(d.left))
	d.height = max(h-len(out)-len(today), 1)
	from, to := d.pick.window(len(d.left), d.height)
	for i := from; i < to; i++ {
		out = append(out, d.line(l, w, i))
	}
	out = append(out, today...)
	return out[:min(len(out), h)]
}

// verdict says whether all is done, else how much is not.
func (d *DayEnd) verdict(l look.Look, w int) (out []string) {
	pen, words := l.OK, l.Glyphs.OK+" "+l.P.T("end.zero")
	if !d.Zero() {
		pen, words = l.Danger, l.Glyphs.Fail+" "+l.P.T("end.not-zero")+" "+d.counted(l)
	}
	for _, s := range l.Wrap(words, max(w-2, 1)) {
		out = append(out, l.Spans(w).Add(pen, " "+s).End(l.Text))
	}
	return out
}

// today is the table of what was done, as far as there are h lines for it: what
// is left comes before it.
func (d *DayEnd) today(l look.Look, w, h int) []string {
	const around = 5 // blank, title, head, rule, sum
	n := min(len(d.told.Clients), h-around)
	if n < 0 || n == 0 && len(d.told.Clients) > 0 {
		return nil
	}
	out := []string{cell.Spaces(w), l.Spans(w).Add(l.Title, " "+l.P.T("end.today")).End(l.Text)}
	return append(out, figures(l, w, *d.told, 0, n, -1)...)
}

// sum adds a figure of all clients.
func (d *DayEnd) sum(of func(inbox.ClientDigest) int) int {
	n := 0
	for _, c := range d.told.Clients {
		n += of(c)
	}
	return n
}

// closesIn is what is left of the window that closes first.
func (d *DayEnd) closesIn(l look.Look) string {
	var first inbox.Thread
	for _, c := range d.told.Clients {
		for _, t := range c.First {
			if closes(t) && t.Window.After(l.Now) && (first.ID == 0 || t.Window.Before(first.Window)) {
				first = t
			}
		}
	}
	return l.Remains(l.Until(first.Window))
}

// counted says how much of what is left.
func (d *DayEnd) counted(l look.Look) string {
	var acts []inbox.Action
	drafts := 0
	for _, left := range d.left {
		switch {
		case left.action != nil:
			acts = append(acts, *left.action)
		case left.draft != nil:
			drafts++
		}
	}
	n, words := standing.Count(l, acts), ""
	add := func(key lang.Key, n int, args ...any) {
		if n > 0 && words != "" {
			words += ", "
		}
		if n > 0 {
			words += l.P.T(key, append([]any{n}, args...)...)
		}
	}
	add("end.ours", d.sum(waiting))
	add("end.late", d.sum(overdue))
	add("end.closing", d.sum(closing), d.closesIn(l))
	add("end.stuck", n[standing.ForYou])
	add("end.doubt", n[standing.Doubted])
	add("end.on-way", n[standing.OnWay]+n[standing.Account])
	add("end.planned", n[standing.Planned])
	add("end.drafts", drafts)
	return words + "."
}

func (d *DayEnd) line(l look.Look, w, i int) string {
	it := d.left[i]
	client := it.thread.Client
	if it.action != nil {
		client = it.action.Client
	}
	c := l.Client(client)
	who := l.Cut(look.Author(it.thread.Author), 24)
	return chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
		s.Fixed(c.Pens.Plain, c.Name, l.ClientWidth).Add(l.Text, " ")
		if a := it.action; a != nil {
			st := standing.Of(l, *a, nil)
			s.Add(st.Pen, l.Cut(st.String(), max(w/3, 10))).Add(l.Muted, " "+l.Glyphs.Dot+" "+l.P.T(lang.Key("act."+string(a.Kind))))
			s.Add(l.Muted, " "+l.Glyphs.Dot+" "+who+" "+l.Glyphs.Dot+" ").Add(l.Text, body(*a))
			return
		}
		if it.presses() {
			s.Add(l.Danger, l.Deadline(look.Due(it.thread))).Add(l.Muted, " "+l.Glyphs.Dot+" "+who+" "+l.Glyphs.Dot+" ")
			s.Safe(l.Text, it.thread.Snippet, s.Left())
			return
		}
		key := lang.Key("end.draft")
		if it.draft.Note {
			key = "end.draft-note"
		}
		s.Add(l.Warn, l.P.T(key, who)).Add(l.Muted, " "+l.Glyphs.Dot+" ")
		s.Safe(l.Text, text.CleanLine(look.Head(it.draft.Text, 400)), s.Left())
	})
}

// Do moves, and goes to the chosen line.
func (d *DayEnd) Do(i keys.Intent) Action {
	if delta, ok := step(i, d.height); ok {
		d.pick.move(delta, len(d.left))
		return nil
	}
	if i == keys.Open && d.pick.at < len(d.left) {
		it := d.left[d.pick.at]
		return LeftPicked{it.action, it.draft, it.thread.ID}
	}
	return nil
}
