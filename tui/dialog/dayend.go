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

// DayEnd says whether the day can end: it cannot while something waits in the
// outbox, failed, or is begun and not sent. Then it tells what was done today.
type DayEnd struct {
	base
	left   []leftOver
	told   *inbox.Digest
	ready  bool
	pick   chooser
	height int
}

// leftOver is an act or a draft that keeps the day from ending.
type leftOver struct {
	action *inbox.Action
	draft  *inbox.Draft
	thread inbox.Thread
}

// is reports whether both are the same act or draft.
func (l leftOver) is(o leftOver) bool {
	if l.action == nil || o.action == nil {
		return l.draft != nil && o.draft != nil && l.draft.ID == o.draft.ID
	}
	return l.action.ID == o.action.ID
}

// LeftPicked: go to what keeps the day from ending. One of both is set.
type LeftPicked struct {
	Action *inbox.Action
	Draft  *inbox.Draft
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

// Loaded reports whether there is something to read.
func (d *DayEnd) Loaded() bool { return d.ready }

// Zero reports whether nothing is left.
func (d *DayEnd) Zero() bool { return d.ready && len(d.left) == 0 }

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
	var out []string
	if d.Zero() {
		for _, s := range l.Wrap(l.Glyphs.OK+" "+l.P.T("end.zero"), max(w-2, 1)) {
			out = append(out, l.Spans(w).Add(l.OK, " "+s).End(l.Text))
		}
		out = append(out, cell.Spaces(w), l.Spans(w).Add(l.Title, " "+l.P.T("end.today")).End(l.Text))
		n := max(min(len(d.told.Clients), h-len(out)-4), 0)
		out = append(out, figures(l, w, *d.told, 0, n, -1)...)
		out = append(out, l.Spans(w).Add(l.Muted, " "+l.P.T("end.still-ours", d.ours())).End(l.Text))
		return out[:min(len(out), h)]
	}
	for _, s := range l.Wrap(l.Glyphs.Fail+" "+l.P.T("end.not-zero")+" "+d.counted(l), max(w-2, 1)) {
		out = append(out, l.Spans(w).Add(l.Danger, " "+s).End(l.Text))
	}
	d.height = max(h-len(out), 1)
	from, to := d.pick.window(len(d.left), d.height)
	for i := from; i < to; i++ {
		out = append(out, d.line(l, w, i))
	}
	return out[:min(len(out), h)]
}

// ours is how many threads are still ours.
func (d *DayEnd) ours() int {
	n := 0
	for _, c := range d.told.Clients {
		n += c.Waiting
	}
	return n
}

// counted says how much of what is left.
func (d *DayEnd) counted(l look.Look) string {
	var acts []inbox.Action
	drafts := 0
	for _, left := range d.left {
		if left.action != nil {
			acts = append(acts, *left.action)
		} else {
			drafts++
		}
	}
	n, words := standing.Count(l, acts), ""
	add := func(key lang.Key, n int) {
		if n > 0 && words != "" {
			words += ", "
		}
		if n > 0 {
			words += l.P.T(key, n)
		}
	}
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
		return LeftPicked{d.left[d.pick.at].action, d.left[d.pick.at].draft}
	}
	return nil
}
