package composer

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/cell"
	"vigie/tui/composer/area"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// quoteFrom is the height, in lines, from which one of them says which message
// is answered.
const quoteFrom = 7

// The sizes from which a client's charter has its place, in cells and lines.
const (
	cardFrom  = 72 // beside the text
	cardWidth = 30
	guideFrom = 7  // on one line under the text
	linesFrom = 11 // on more than one
	mostGuide = 3
	mostShown = 5 // of what is offered
)

// plan is what the pane's lines are for.
type plan struct {
	head  int // lines above the text
	rows  int // of the text
	width int // of the text, in cells
	card  int // cells of the charter beside the text; 0: not there
	under int // lines under the text: what is offered, or the charter
	files int // lines of the files, under the text
}

func (m *Model) plan() plan {
	p := plan{head: 1, width: max(m.width-2, 1)}
	if m.quotes() {
		p.head = 2
	}
	guided := !m.Note && !m.view.Client.Charter.Zero()
	if guided && m.width >= cardFrom && m.height >= guideFrom {
		p.card = cardWidth
		p.width -= cardWidth + 3
	}
	room := max(m.height-p.head-1, 1)
	p.files = m.fileLines(room)
	room -= p.files
	switch why := m.explained(); {
	case len(why) > 0:
		p.under = min(len(why), room-1)
	case m.Offering():
		p.under = max(min(len(m.offer.items), mostShown, room-2), min(room-1, 1))
	case !guided || p.card > 0 || m.height < guideFrom:
	case m.height < linesFrom:
		p.under = 1
	default:
		p.under = mostGuide
	}
	p.rows = max(room-p.under, 1)
	return p
}

// explained is the reason of a refusal on lines of its own, where the band
// below has no room for it.
func (m *Model) explained() []string {
	if m.Why == "" || m.height < guideFrom || m.kit.Width(m.Why) <= m.width-bandRoom {
		return nil
	}
	lines := m.kit.Wrap(m.Why, max(m.width-4, 1))
	return lines[:min(len(lines), mostGuide)]
}

// bandRoom is what the band below says besides a reason, in cells.
const bandRoom = 40

// quotes reports whether a line says which message is answered.
func (m *Model) quotes() bool { return !m.Note && m.parent.Remote != "" && m.height >= quoteFrom }

// Cursor is the place of the real cursor in the pane, nil when there is none.
func (m *Model) Cursor() *tea.Cursor {
	if !m.open || m.height < 3 {
		return nil
	}
	x, y := m.area.Cursor()
	return tea.NewCursor(min(x+1, max(m.width-1, 0)), min(y+m.plan().head, max(m.height-2, 0)))
}

// View draws the pane, exactly the size it was given.
func (m *Model) View(l look.Look) []string {
	if m.width <= 0 || m.height <= 0 {
		return nil
	}
	m.area.SetKit(l.Kit)
	m.kit, m.now = l.Kit, l.Now
	m.resize()
	p := m.plan()
	out := []string{m.above(l)}
	if p.head > 1 {
		out = append(out, m.quote(l))
	}
	out = append(m.field(l, p, out), m.files(l, p.files)...)
	why := m.explained()
	switch {
	case len(why) > 0:
		for i, words := range why[:p.under] {
			sign := "  "
			if i == 0 {
				sign = l.Glyphs.Fail + " "
			}
			out = append(out, l.Spans(m.width).Add(l.Danger, " "+sign+words).End(l.Text))
		}
	case m.Offering():
		out = append(out, m.offered(l, p.under)...)
	case p.under > 0:
		for _, line := range m.guide(l, m.width-2, p.under) {
			out = append(out, l.Spans(m.width).Add(l.Text, " ").Add(line.pen, line.words).End(l.Text))
		}
	}
	out = cell.Height(out, m.height-1, m.width)
	return append(out, m.below(l))[:m.height]
}

// field draws the text, and the charter beside it.
func (m *Model) field(l look.Look, p plan, out []string) []string {
	rows := m.area.Rows()
	var card []line
	if p.card > 0 {
		card = m.guide(l, p.card, p.rows)
	}
	for i := range p.rows {
		s := l.Spans(m.width).Add(l.Text, " ")
		if i < len(rows) {
			for _, piece := range rows[i] {
				s.Add(pieceOf(l, piece), piece.Text)
			}
		}
		if p.card > 0 {
			s.Fill(l.Text, p.card+2).Add(l.Rule, l.Glyphs.Column+" ")
			if i < len(card) {
				s.Add(card[i].pen, card[i].words)
			}
		}
		out = append(out, s.End(l.Text))
	}
	return out
}

// pieceOf is the pen of a part of the text: a gap is seen without colours by
// its braces.
func pieceOf(l look.Look, p area.Piece) theme.Pen {
	switch {
	case p.Selected:
		return l.Match
	case p.Gap:
		return l.Warn
	}
	return l.Text
}

func (m *Model) who(l look.Look) string {
	c := l.Client(m.Thread.Client)
	return c.Name + " " + l.Glyphs.Dot + " " + l.Handle(m.Thread.Account) + " " + l.Glyphs.Dot + " " + l.On(m.Thread.Account, m.Thread.Network)
}

// whom is who gets the answer.
func (m *Model) whom() inbox.Author {
	if m.parent.Remote != "" {
		return m.parent.Author
	}
	if !m.sentTo.Empty() { // nobody has answered yet
		return inbox.Author{Handle: m.sentTo}
	}
	return m.Thread.Author
}

// steered is the address that whoever is answered wants the answer at, when it
// is not their own.
func (m *Model) steered() string {
	if m.Note || m.Private() || m.Edits() || m.Away != "" || m.parent.Outgoing {
		return ""
	}
	to, _ := m.whom().AnswersTo()
	return to.String()
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
	switch {
	case m.Edits():
		verb, short = l.P.T("composer.edit")+" ", l.P.T("composer.edit-short")+" "
	case m.Away != "":
		verb, short = l.P.T("composer.away")+" ", l.P.T("composer.away-short")+" "
	case m.secret(): // whoever may read it is never left out
		verb, short = l.P.T("composer.private-reply")+" ", l.P.T("composer.private-short")+" "+l.Glyphs.Dot+" "
	}
	c, dot := l.Client(m.Thread.Client).Name, " "+l.Glyphs.Dot+" "
	to := " " + l.Glyphs.To + " " + look.Author(m.whom())
	if address := m.steered(); address != "" {
		to = " " + l.Glyphs.To + " " + address
	}
	account, network := dot+l.Handle(m.Thread.Account), dot+l.On(m.Thread.Account, m.Thread.Network)
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
	words := " " + l.Glyphs.Back + " " + l.P.T("composer.quote", l.Cut(look.Author(m.parent.Author), 24), said)
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
	if m.Why != "" && len(m.explained()) == 0 {
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
	if address := m.steered(); address != "" {
		out = append(out, notice{l.Warn, l.Glyphs.To + " " + l.P.T("composer.steered", address)})
	}
	if words := m.unseen(l); words != "" {
		out = append(out, notice{l.Warn, "! " + words})
	}
	if c := m.check(); m.Why == "" && c.long.Over() && !m.InParts() && len(c.parts) > 1 && m.Keys.Parts != "" {
		out = append(out, notice{l.Warn, l.P.T("composer.part-it", len(c.parts), m.Keys.Parts)})
	}
	if p := m.plan(); p.card == 0 && (p.under == 0 || m.Offering()) {
		if f, there := m.Offends(false); there {
			out = append(out, notice{l.Warn, m.Offence(l, f)})
		}
	}
	return out
}

// below is the second band: what there is to tell, else who speaks or that
// nobody hears it; and the counter.
func (m *Model) below(l look.Look) string {
	p := m.band(l)
	s := l.Spans(m.width)
	words := m.who(l)
	pen := p
	told := m.notices(l)
	switch {
	case len(told) > 0:
		if !m.Note && !m.secret() && m.Away == "" && m.unseen(l) == "" { // the band above says what is private
			s.Add(p, " "+m.readers(l)+" "+l.Glyphs.Dot)
		}
		pen, words = told[0].pen, told[0].words
	case m.Note:
		words = l.P.T("composer.private")
	case m.Away != "":
		words = l.P.T("composer.away-how", m.Keys.Send, text.Host(m.Away))
	case m.Private():
		words = l.P.T("composer.private-only", l.Cut(look.Author(m.whom()), 30))
	case m.Thread.Kind == inbox.KindDM:
		words = l.P.T("composer.conversation")
	default: // who will read it comes first: what is cut is said above too
		words = m.readers(l) + " " + l.Glyphs.Dot + " " + words
	}
	counter := m.counted(l, len(told) > 0, s.Left()-l.Width(words)-3)
	keep := l.Width(counter) + 2
	s.Add(pen, l.Cut(" "+words, s.Left()-keep))
	if at := m.leaves(l); at != "" && !m.quotes() {
		s.Add(p, l.Cut(" "+l.Glyphs.Wait+" "+at, s.Left()-keep))
	}
	if keep-1 <= s.Left() {
		s.Fill(p, keep-1)
		if m.Length().Over() && !m.InParts() {
			s.Add(l.Danger, counter)
		} else {
			s.Add(p, counter)
		}
	}
	return s.End(p)
}

// counted is the longest form of the counter that leaves room for what stands
// before it: of so many cells, or when the text is too long, of a part of the
// line.
func (m *Model) counted(l look.Look, told bool, room int) string {
	if m.Length().Over() && !m.InParts() {
		room = m.width * 44 / 100
		if told {
			room = m.width * 33 / 100
		}
	}
	forms := m.counters(l)
	for _, s := range forms {
		if l.Width(s) <= room {
			return s
		}
	}
	return forms[len(forms)-1]
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
