package dialog

import (
	"cmp"
	"slices"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Moderate offers the acts without a text: on a message of theirs, on an
// answer of ours, on their author. What cannot be done says why.
type Moderate struct {
	base
	view   inbox.ThreadView
	theirs *inbox.Message // nil: none
	ours   *inbox.Message // nil: none
	acts   []moderation
	never  map[keys.Intent]string // why what is in a sentence only cannot be done
	absent string                 // why what is nowhere cannot be done
	lacks  []string               // sentences about what cannot be done here
	keys   map[keys.Intent]string
	pick   chooser
	many   []Stand // the threads, when it is for many
}

// ModerationPicked: do this on the message. Undoable says whether the network
// can take it back.
type ModerationPicked struct {
	Thread   inbox.Thread
	Kind     inbox.ActionKind
	Message  inbox.Message
	Undoable bool
	Reasons  []string // that a report may give
}

// NewModerate offers what can be done in a thread. about is the message that
// was chosen, nil for none: then it is the newest of theirs, and for a
// deletion the newest of ours. bs are the keys of its scope.
func NewModerate(l look.Look, v inbox.ThreadView, about *inbox.Message, bs []keys.Binding) *Moderate {
	d := &Moderate{keys: firstKeys(bs)}
	switch {
	case about == nil:
	case about.Outgoing:
		d.ours = about
	default:
		d.theirs = about
	}
	d.absent, _ = l.Problem(inbox.Problem{Code: inbox.CodeUnsupported}, l.Handle(v.Thread.Account))
	d.Set(l, v)
	return d
}

func firstKeys(bs []keys.Binding) map[keys.Intent]string {
	out := map[keys.Intent]string{}
	for _, b := range bs {
		if len(b.Keys) > 0 {
			out[b.Intent] = b.Keys[0]
		}
	}
	return out
}

// Thread is the one it was opened in; 0 when it is for many.
func (d *Moderate) Thread() inbox.ThreadID { return d.view.Thread.ID }

// Set takes the thread as it is now, about the same messages: the acts are
// those that make sense since, and the cursor stays on the one it is on.
func (d *Moderate) Set(l look.Look, v inbox.ThreadView) {
	d.view = v
	d.theirs, d.ours = meant(v, d.theirs, false), meant(v, d.ours, true)
	d.again(func() { d.offer(l) })
}

// again offers anew: at first what can be done stands before what cannot;
// later each act stays where it is, and the cursor on its own.
func (d *Moderate) again(offer func()) {
	on, place := keys.Intent(""), map[keys.Intent]int{}
	if d.pick.at < len(d.acts) {
		on = d.acts[d.pick.at].intent
	}
	for i, m := range d.acts {
		place[m.intent] = i + 1
	}
	d.acts, d.lacks, d.never = nil, nil, map[keys.Intent]string{}
	offer()
	slices.SortStableFunc(d.acts, func(a, b moderation) int {
		if len(place) > 0 {
			return cmp.Compare(cmp.Or(place[a.intent], far), cmp.Or(place[b.intent], far))
		}
		return cmp.Compare(a.rank(), b.rank())
	})
	d.pick.at = max(slices.IndexFunc(d.acts, func(m moderation) bool { return m.intent == on }), 0)
}

// rank is 0 for what can be done, or is about to be, and 1 for the rest.
func (m moderation) rank() int {
	if m.why == "" || m.waits {
		return 0
	}
	return 1
}

// meant is a message of a side as it is now: the one that was meant, else the
// newest; nil for none.
func meant(v inbox.ThreadView, was *inbox.Message, outgoing bool) *inbox.Message {
	var newest *inbox.Message
	for i := range v.Messages {
		m := &v.Messages[i]
		switch {
		case m.Outgoing != outgoing:
		case was != nil && m.Remote == was.Remote:
			return m
		case !m.Deleted && !m.Damaged:
			newest = m
		}
	}
	return cmp.Or(was, newest)
}

// Scopes: its own keys, then those of lists.
func (*Moderate) Scopes() []keys.Scope { return []keys.Scope{keys.Moderating, keys.Pick} }

// Title names the act and the thread.
func (d *Moderate) Title(l look.Look) string {
	about := threads(l, []inbox.Thread{d.view.Thread})
	if d.many != nil {
		about = d.named(l)
	}
	return l.P.T("moderation.title") + " " + l.Glyphs.Dot + " " + about
}

// Rows: the messages concerned, the acts, and what cannot be done.
func (d *Moderate) Rows(l look.Look, w int) int { return d.rows(l, w) + len(d.foot(l, w)) }

// foot are the sentences about what cannot be done.
func (d *Moderate) foot(l look.Look, w int) (out []string) {
	for _, sentence := range d.lacks {
		for _, s := range l.Wrap(sentence, max(w-3, 1)) {
			out = append(out, l.Spans(w).Add(l.Faint, "  "+s).End(l.Text))
		}
	}
	return out
}

func (d *Moderate) rows(l look.Look, w int) int {
	n := len(d.head(l, w))
	for i := range d.acts {
		n += len(d.line(l, w, i))
	}
	return max(n, 3)
}

// keepAbout is the height, in lines, from which the messages concerned are
// shown though not all acts fit.
const keepAbout = 7

// View draws the dialog. Where not all acts fit, the last line says how many
// there are above and below.
func (d *Moderate) View(l look.Look, w, h int) []string {
	fits := d.rows(l, w) <= h
	var out []string
	if fits || h >= keepAbout {
		out = append(out, d.head(l, w)...)
	}
	if len(d.acts) == 0 {
		out = append(out, l.Spans(w).Add(l.Muted, " "+l.P.T("moderation.none")).End(l.Text))
		out = append(out, d.foot(l, w)...)
		return out[:min(len(out), h)]
	}
	room := h - len(out)
	if !fits && room > 2 {
		room--
	}
	lines, at, top := make([][]string, len(d.acts)), 0, len(out)
	for i := range lines {
		lines[i] = d.line(l, w, i)
	}
	from := d.from(lines, room)
	to := from
	for ; to < len(lines) && (len(out)-top+len(lines[to]) <= room || to == from); to++ {
		if to == d.pick.at {
			at = len(out)
		}
		out = append(out, lines[to]...)
	}
	if !fits && h-top > 2 {
		out = append(out[:min(len(out), h-1)], d.beyond(l, w, from, len(lines)-to))
	}
	d.setCursor(0, 1+at, true)
	if fits {
		out = append(out, d.foot(l, w)...)
	}
	return out[:min(len(out), h)]
}

// beyond says how many acts are not on the screen.
func (d *Moderate) beyond(l look.Look, w, above, below int) string {
	s := l.Spans(w).Add(l.Text, "  ")
	if above > 0 {
		s.Add(l.Muted, l.Glyphs.Less+" "+l.P.T("moderation.above", above)+"  ")
	}
	if below > 0 {
		s.Add(l.Muted, l.Glyphs.More+" "+l.P.T("moderation.more", below))
	}
	return s.End(l.Text)
}

// from is the first act to draw so that the chosen one is whole in h lines.
func (d *Moderate) from(lines [][]string, h int) int {
	from, used := d.pick.at, len(lines[d.pick.at])
	for from > 0 && used+len(lines[from-1]) <= h {
		from--
		used += len(lines[from])
	}
	return from
}

// head says what the acts are about.
func (d *Moderate) head(l look.Look, w int) []string {
	if d.many != nil {
		return d.places(l, w)
	}
	return []string{
		d.about(l, w, "moderation.theirs", "moderation.theirs-no", d.theirs),
		d.about(l, w, "moderation.ours", "moderation.ours-no", d.ours),
	}
}

// about shows which message is meant.
func (d *Moderate) about(l look.Look, w int, word, none lang.Key, m *inbox.Message) string {
	s := l.Spans(w).Add(l.Muted, " "+l.P.T(word)+" ")
	if m == nil {
		return s.Add(l.Faint, l.P.T(none)).End(l.Text)
	}
	if !m.Outgoing {
		s.Add(l.Strong, l.Cut(look.Author(m.Author), 24)).Add(l.Text, " ")
	}
	if word := l.Status(m.Status); word != "" {
		s.Add(l.Warn, "["+word+"] ")
	}
	return s.Safe(l.Text, look.Said(*m), s.Left()).End(l.Text)
}

// line draws an act, and why it cannot be done everywhere: behind it where
// there is room, else below.
func (d *Moderate) line(l look.Look, w, i int) []string {
	m := d.acts[i]
	told := cmp.Or(m.why, m.some)
	why, fits := " "+l.Glyphs.Dot+" "+told, true
	out := []string{chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
		ink, on := l.Text, l.Key
		if m.why != "" {
			ink, on = l.Faint, l.Faint
		}
		s.Add(on, d.keys[m.intent]+" ").Add(ink, d.words(l, m))
		if fits = l.Width(why) <= s.Left(); told != "" && fits {
			s.Add(l.Warn, why)
		}
	})}
	if told == "" || fits {
		return out
	}
	for _, s := range l.Wrap(told, max(w-4, 1)) {
		out = append(out, l.Spans(w).Add(l.Text, "    ").Add(l.Warn, s).End(l.Text))
	}
	return out
}

// Do moves, and picks an act that can be done.
func (d *Moderate) Do(i keys.Intent) Action {
	if delta, ok := step(i, len(d.acts)); ok {
		d.pick.move(delta, len(d.acts))
		return nil
	}
	for n, m := range d.acts {
		if m.intent == i {
			d.pick.at = n
			return d.picked(m)
		}
	}
	switch {
	case (i == keys.Accept || i == keys.Send) && len(d.acts) > 0:
		return d.picked(d.acts[d.pick.at])
	case d.keys[i] != "":
		return Cannot{cmp.Or(d.never[i], d.absent), i.Types()}
	}
	return nil
}

func (d *Moderate) picked(m moderation) Action {
	if m.why != "" {
		return Cannot{m.why, m.intent.Types()}
	}
	if d.many != nil {
		return ManyPicked{threadsOf(d.many), m.kind}
	}
	back, can := m.kind.Inverse()
	return ModerationPicked{d.view.Thread, m.kind, *m.message, can && d.view.Caps.Can(back), d.view.Caps.Reasons}
}
