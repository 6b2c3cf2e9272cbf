package dialog

import (
	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/standing"
)

// Moderate offers the acts without a text: on a message of theirs, on an
// answer of ours, on their author. What cannot be done says why.
type Moderate struct {
	base
	view   inbox.ThreadView
	theirs *inbox.Message // nil: none
	ours   *inbox.Message // nil: none
	acts   []moderation
	keys   map[keys.Intent]string
	pick   chooser
}

// moderation is one line of the dialog.
type moderation struct {
	intent  keys.Intent
	kind    inbox.ActionKind
	message *inbox.Message
	word    lang.Key
	named   bool // the word names the author
	why     string
}

// ModerationPicked: do this on the message. Undoable says whether the network
// can take it back.
type ModerationPicked struct {
	Thread   inbox.Thread
	Kind     inbox.ActionKind
	Message  inbox.Message
	Undoable bool
}

// NewModerate offers what can be done in a thread. about is the message that
// was chosen, nil for none: then it is the newest of theirs, and for a
// deletion the newest of ours. bs are the keys of its scope.
func NewModerate(l look.Look, v inbox.ThreadView, about *inbox.Message, bs []keys.Binding) *Moderate {
	d := &Moderate{view: v, keys: map[keys.Intent]string{}}
	for _, b := range bs {
		if len(b.Keys) > 0 {
			d.keys[b.Intent] = b.Keys[0]
		}
	}
	for i := range v.Messages {
		m := &v.Messages[i]
		if m.Deleted || m.Damaged {
			continue
		}
		if m.Outgoing {
			d.ours = m
		} else {
			d.theirs = m
		}
	}
	switch {
	case about == nil:
	case about.Outgoing:
		d.ours = about
	default:
		d.theirs = about
	}
	d.offer(l)
	return d
}

// offer says what can be done.
func (d *Moderate) offer(l look.Look) {
	marks := standing.Marks(d.view)
	var mark standing.Mark
	if d.theirs != nil {
		mark = marks[d.theirs.Remote]
	}
	turn := func(on bool, yes, no inbox.ActionKind) inbox.ActionKind {
		if on {
			return no
		}
		return yes
	}
	d.acts = []moderation{
		{intent: keys.Like, kind: turn(mark.Liked, inbox.ActLike, inbox.ActUnlike), message: d.theirs},
		{intent: keys.Hide, kind: turn(mark.Hidden, inbox.ActHide, inbox.ActUnhide), message: d.theirs},
		{intent: keys.Block, kind: turn(mark.Blocked, inbox.ActBlock, inbox.ActUnblock), message: d.theirs, named: true},
		{intent: keys.Delete, kind: inbox.ActDelete, message: d.ours},
		{intent: keys.TellRead, kind: inbox.ActRead, message: d.theirs},
	}
	for i := range d.acts {
		m := &d.acts[i]
		m.word = lang.Key("moderation." + string(m.kind))
		m.why = d.refusal(l, *m)
	}
}

// refusal says why something cannot be done here; "" when it can.
func (d *Moderate) refusal(l look.Look, m moderation) string {
	switch {
	case m.message == nil && m.kind == inbox.ActDelete:
		return l.P.T("moderation.no-ours")
	case m.message == nil:
		return l.P.T("moderation.no-theirs")
	case m.message.Deleted:
		return l.P.T("moderation.gone")
	}
	c, known := d.view.Caps.Acts[m.kind]
	if !c.OK {
		if !known || c.Why == "" {
			c.Why = inbox.CodeUnsupported
		}
		what, _ := l.Problem(inbox.Problem{Code: c.Why}, l.Handle(d.view.Thread.Account))
		return what
	}
	for _, a := range d.view.Actions {
		if a.Kind == m.kind && a.Target == m.message.Remote && !a.State.Terminal() {
			return l.P.T("moderation.waits")
		}
	}
	return ""
}

// Scopes: its own keys, then those of lists.
func (*Moderate) Scopes() []keys.Scope { return []keys.Scope{keys.Moderating, keys.Pick} }

// Title names the act and the thread.
func (d *Moderate) Title(l look.Look) string {
	return l.P.T("moderation.title") + " " + l.Glyphs.Dot + " " + threads(l, []inbox.Thread{d.view.Thread})
}

// Rows: the messages concerned, and the acts.
func (d *Moderate) Rows(l look.Look, w int) int {
	n := 2
	for i := range d.acts {
		n += len(d.line(l, w, i))
	}
	return n
}

// View draws the dialog.
func (d *Moderate) View(l look.Look, w, h int) []string {
	out := []string{d.about(l, w, "moderation.theirs", "moderation.theirs-no", d.theirs), d.about(l, w, "moderation.ours", "moderation.ours-no", d.ours)}
	if h < d.Rows(l, w) {
		out = out[:0]
	}
	lines, at := make([][]string, len(d.acts)), 0
	for i := range lines {
		lines[i] = d.line(l, w, i)
	}
	for from := d.from(lines, h-len(out)); from < len(lines); from++ {
		if from == d.pick.at {
			at = len(out)
		}
		out = append(out, lines[from]...)
	}
	d.setCursor(0, 1+at, true)
	return out[:min(len(out), h)]
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

// about shows which message is meant.
func (d *Moderate) about(l look.Look, w int, word, none lang.Key, m *inbox.Message) string {
	s := l.Spans(w).Add(l.Muted, " "+l.P.T(word)+" ")
	if m == nil {
		return s.Add(l.Faint, l.P.T(none)).End(l.Text)
	}
	if !m.Outgoing {
		s.Add(l.Strong, l.Cut(look.Author(m.Author), 24)).Add(l.Text, " ")
	}
	return s.Safe(l.Text, m.Text, s.Left()).End(l.Text)
}

// line draws an act, and why it cannot be done: behind it where there is room,
// else below.
func (d *Moderate) line(l look.Look, w, i int) []string {
	m := d.acts[i]
	why, fits := " "+l.Glyphs.Dot+" "+m.why, true
	out := []string{chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
		ink, on := l.Text, l.Key
		if m.why != "" {
			ink, on = l.Faint, l.Faint
		}
		s.Add(on, d.keys[m.intent]+" ").Add(ink, d.words(l, m))
		if fits = l.Width(why) <= s.Left(); m.why != "" && fits {
			s.Add(l.Warn, why)
		}
	})}
	if m.why == "" || fits {
		return out
	}
	for _, s := range l.Wrap(m.why, max(w-4, 1)) {
		out = append(out, l.Spans(w).Add(l.Text, "    ").Add(l.Warn, s).End(l.Text))
	}
	return out
}

func (d *Moderate) words(l look.Look, m moderation) string {
	if !m.named {
		return l.P.T(m.word)
	}
	who := "?"
	if m.message != nil {
		who = l.Cut(look.Author(m.message.Author), 30)
	}
	return l.P.T(m.word, who)
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
	if i == keys.Accept || i == keys.Send {
		return d.picked(d.acts[d.pick.at])
	}
	return nil
}

func (d *Moderate) picked(m moderation) Action {
	if m.why != "" {
		return Cannot{m.why}
	}
	back, can := m.kind.Inverse()
	return ModerationPicked{d.view.Thread, m.kind, *m.message, can && d.view.Caps.Can(back)}
}
