package composer

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// quoteFrom is the height, in lines, from which one of them says which message
// is answered.
const quoteFrom = 7

// quotes reports whether a line says which message is answered.
func (m *Model) quotes() bool { return !m.Note && m.parent.Remote != "" && m.height >= quoteFrom }

// head is how many lines stand above the field.
func (m *Model) head() int {
	if m.quotes() {
		return 2
	}
	return 1
}

// rows is how many lines the field has.
func (m *Model) rows() int { return max(m.height-m.head()-1, 1) }

// Cursor is the place of the real cursor in the pane, nil when there is none.
func (m *Model) Cursor() *tea.Cursor {
	if !m.open || m.height < 3 {
		return nil
	}
	c := m.area.Cursor()
	if c == nil {
		return nil
	}
	c.X = min(c.X+1, max(m.width-1, 0))
	c.Y = min(c.Y+m.head(), max(m.height-2, 0))
	return c
}

// View draws the pane, exactly the size it was given.
func (m *Model) View(l look.Look) []string {
	if m.width <= 0 || m.height <= 0 {
		return nil
	}
	out := []string{m.above(l)}
	if m.quotes() {
		out = append(out, m.quote(l))
	}
	for _, line := range strings.Split(m.area.View(), "\n") {
		if len(out) < m.height-1 {
			out = append(out, m.text(l, line))
		}
	}
	out = cell.Height(out, m.height-1, m.width)
	return append(out, m.below(l))[:m.height]
}

// text puts a line of the field into the pane. The field draws plain text
// only: its styles are empty and selections are switched off.
func (m *Model) text(l look.Look, line string) string {
	return l.Spans(m.width).Add(l.Text, " "+strings.TrimRight(line, " ")).End(l.Text)
}

func (m *Model) who(l look.Look) string {
	c := l.Client(m.Thread.Client)
	return c.Name + " " + l.Glyphs.Dot + " " + l.Handle(m.Thread.Account) + " " + l.Glyphs.Dot + " " + l.Network(m.Thread.Network)
}

// whom is who gets the answer.
func (m *Model) whom() inbox.Author {
	if m.parent.Remote != "" {
		return m.parent.Author
	}
	return m.Thread.Author
}

func (m *Model) band(l look.Look) theme.Pen {
	if m.Note {
		return l.Note
	}
	return l.Client(m.Thread.Client).Pens.Band
}

func (m *Model) above(l look.Look) string {
	p := m.band(l)
	s := l.Spans(m.width)
	if m.Note {
		s.Add(p, " "+l.P.T("composer.note")+" "+l.Glyphs.Dot+" "+l.P.T("composer.note-stays"))
		return s.End(p)
	}
	verb, short := l.P.T("composer.reply")+" ", l.P.T("composer.reply")+" "
	if m.secret() { // whoever may read it is never left out
		verb, short = l.P.T("composer.private-reply")+" ", l.P.T("composer.private-short")+" "+l.Glyphs.Dot+" "
	}
	c, dot := l.Client(m.Thread.Client).Name, " "+l.Glyphs.Dot+" "
	to := " " + l.Glyphs.To + " " + look.Author(m.whom())
	account, network := dot+l.Handle(m.Thread.Account), dot+l.Network(m.Thread.Network)
	words := ""
	for _, words = range []string{verb + c + account + network + to, verb + c + account + to, short + c + account + to, short + c + to} {
		if l.Width(words)+1 <= s.Left() {
			break
		}
	}
	s.Add(p, " "+words)
	return s.End(p)
}

// quote says which message is answered, and when the answer leaves. A second
// thing to tell takes its place.
func (m *Model) quote(l look.Look) string {
	s := l.Spans(m.width)
	if told := m.notices(l); len(told) > 1 {
		return s.Add(told[1].pen, " "+told[1].words).End(l.Text)
	}
	at := m.leaves(l)
	if at != "" {
		at = " " + l.Glyphs.Wait + " " + at + " "
	}
	said := m.said
	if m.parent.Deleted {
		said = l.P.T("reader.deleted")
	}
	words := " " + l.Glyphs.Back + " " + l.Cut(look.Author(m.parent.Author), 24) + ": " + said
	s.Add(l.Muted, l.Cut(words, s.Left()-l.Width(at)))
	return s.Fill(l.Text, l.Width(at)).Add(l.Warn, at).End(l.Text)
}

// leaves says when the answer will be sent, "" for as soon as it may.
func (m *Model) leaves(l look.Look) string {
	if m.At.IsZero() {
		return ""
	}
	return l.P.T("composer.later", l.Time.Moment(m.At, l.Now, l.Client(m.Thread.Client).Zone))
}

// notice is something to tell while somebody writes.
type notice struct {
	pen   theme.Pen
	words string
}

// notices are what there is to tell, the most urgent first.
func (m *Model) notices(l look.Look) (out []notice) {
	if m.Why != "" {
		out = append(out, notice{l.Danger, l.Glyphs.Fail + " " + m.Why})
	}
	if m.Unsaved != "" {
		out = append(out, notice{l.Danger, l.Glyphs.Fail + " " + l.P.T("composer.unsaved", m.Unsaved)})
	}
	if m.Meanwhile != "" {
		out = append(out, notice{l.Warn, l.Glyphs.More + " " + l.P.T("composer.meanwhile", m.Meanwhile)})
	}
	if m.Others != "" {
		out = append(out, notice{l.Warn, l.Glyphs.Writing + " " + l.P.T("reader.writing", m.Others)})
	}
	return out
}

// below is the second band: what there is to tell, else who speaks or that
// nobody hears it; and the counter.
func (m *Model) below(l look.Look) string {
	p := m.band(l)
	s := l.Spans(m.width)
	counter := m.counter(l)
	short := counter
	if n := m.Length(); n.Limit.Max > 0 {
		short = l.P.T("composer.short", n.Count, n.Limit.Max)
	}
	words := m.who(l)
	pen := p
	switch told := m.notices(l); {
	case len(told) > 0:
		if !m.Note && !m.secret() { // the band above says what is private
			s.Add(p, " "+m.readers(l)+" "+l.Glyphs.Dot)
		}
		pen, words = told[0].pen, told[0].words
	case m.Note:
		words = l.P.T("composer.private")
	case m.Private():
		words = l.P.T("composer.private-only", l.Cut(look.Author(m.whom()), 30))
	case m.Thread.Kind == inbox.KindDM:
		words = l.P.T("composer.conversation")
	default: // who will read it comes first: what is cut is said above too
		words = m.readers(l) + " " + l.Glyphs.Dot + " " + words
	}
	s.Add(pen, l.Cut(" "+words, s.Left()-l.Width(short)-2))
	if at := m.leaves(l); at != "" && !m.quotes() {
		s.Add(p, l.Cut(" "+l.Glyphs.Wait+" "+at, s.Left()-l.Width(short)-2))
	}
	if l.Width(counter)+2 > s.Left() {
		counter = short
	}
	if w := l.Width(counter) + 1; w <= s.Left() {
		s.Fill(p, w)
		if m.Length().Over() {
			s.Add(l.Danger, counter)
		} else {
			s.Add(p, counter)
		}
	}
	return s.End(p)
}

// secret reports whether only those in a conversation will read the answer.
func (m *Model) secret() bool {
	return m.Private() || (!m.Note && (m.Thread.Kind == inbox.KindDM || m.visible() == direct))
}

// direct is the visibility of what only those it names can read.
const direct = "direct"

// narrowing are the visibilities whose order is known, the widest first: an
// answer is never read by more people than what it answers.
var narrowing = []string{"public", "unlisted", "private", direct}

// visible is the network's word for who will read the answer: the choice, or
// what is answered when that is read by fewer; "" when nothing is known.
func (m *Model) visible() string {
	of := m.parent.Visibility
	if m.visibility == "" || slices.Index(narrowing, of) > slices.Index(narrowing, m.visibility) {
		return of
	}
	return m.visibility
}

// readers says in words who will read the answer.
func (m *Model) readers(l look.Look) string {
	switch v := m.visible(); v {
	case "":
		return l.P.T("composer.public")
	case direct:
		return l.P.T("composer.conversation")
	default:
		return l.Visibility(v)
	}
}

// counter writes the length in the network's own unit.
func (m *Model) counter(l look.Look) string {
	n := m.Length()
	unit := lang.Key("unit." + string(n.Limit.Unit))
	switch {
	case n.Limit.Max == 0:
		return l.P.T("composer.count", n.Count)
	case n.Over() && n.Count > n.Limit.Max:
		return l.P.T("composer.over", -n.Left(), n.Count, n.Limit.Max, l.P.T(unit))
	case n.Over():
		return l.P.T("composer.over-bytes", n.Bytes-n.Limit.MaxBytes, n.Bytes, n.Limit.MaxBytes)
	}
	return l.P.T("composer.left", n.Count, n.Limit.Max, l.P.T(unit))
}
