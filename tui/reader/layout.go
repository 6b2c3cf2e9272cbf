package reader

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/cell"
	"vigie/tui/look"
	"vigie/tui/standing"
	"vigie/tui/theme"
)

// item is a message, an event or an act of ours that is not there yet.
type item struct {
	at      time.Time
	draw    func(*page)
	remote  string // of a message
	message *inbox.Message
	action  inbox.ActionID // of an act that is no message yet
	msg     bool           // an item to scroll to: a message, not a remark
}

// spot is where an item that can be chosen was drawn.
type spot struct {
	remote   string
	action   inbox.ActionID
	from, to int
	match    int    // the line of the first word that was looked for; -1: none
	chosen   string // its first line when it is chosen
}

// page collects drawn lines of one width.
type page struct {
	l       look.Look
	v       inbox.ThreadView
	marks   map[string]standing.Mark
	names   map[string]string // who wrote a message
	fresh   map[string]bool   // messages that came since the last visit
	open    map[string]bool   // messages whose text is shown behind its warning
	zone    *time.Location
	w       int
	whole   bool
	found   found
	match   int
	lines   []string
	spots   []spot
	chosen  string
	row     row    // the one that is being drawn
	day     string // of the rule drawn last
	last    int    // the first line of the newest message
	newLine int    // where what is new begins; -1: nothing is
}

// Of a long thread, and of a long text, only so much is laid out before
// somebody goes to the beginning of the thread: the newest items, the first
// bytes of a text.
const (
	mostItems = 200
	mostText  = 12 << 10
)

// layout draws the thread, of a long one only the newest items unless whole.
func (m *Model) layout(l look.Look) *page {
	v := m.view
	p := &page{
		l: l, v: v, zone: l.Client(v.Thread.Client).Zone, w: m.width, whole: m.whole, found: m.found, fresh: m.fresh, open: m.open,
		marks: standing.Marks(v), names: map[string]string{}, newLine: -1,
	}
	for _, msg := range v.Messages {
		p.names[msg.Remote] = look.Author(msg.Author)
	}
	if v.Post != nil {
		p.post(*v.Post)
	}
	all := items(v)
	if older := len(all) - mostItems; older > 0 && !m.whole {
		p.add(p.line().Add(l.Accent, " "+l.Glyphs.Less+" "+l.P.T("reader.older", older)))
		all = all[older:]
	}
	var newest time.Time
	for _, r := range grow(all).rows(m.folded, m.fresh, levels(m.width)) {
		p.row = r
		p.rules()
		if r.msg && !r.at.Before(newest) {
			p.last, newest = len(p.lines), r.at
		}
		p.item(r.item)
	}
	p.row = row{}
	for i, it := range pending(v) {
		if i == 0 {
			p.rule(l.P.T("reader.pending"), l.Warn, l.Warn)
		}
		if it.msg {
			p.last = len(p.lines)
		}
		p.item(it)
	}
	return p
}

// rules draws what parts the row from the one before: another day, and where
// what is new begins.
func (p *page) rules() {
	l, r := p.l, p.row
	if d := l.Time.Day(r.at, p.zone); r.depth == 0 && d != p.day {
		p.day = d
		p.rule(d, l.Faint, l.Muted)
	}
	if r.remote != "" && p.fresh[r.remote] && p.newLine < 0 {
		p.newLine = len(p.lines)
		p.rule(l.P.T("reader.new"), l.Accent, l.Accent)
	}
}

// clock is when the item of the row was: a time of day where the rule above it
// says the day.
func (p *page) clock(at time.Time) string {
	if p.l.Time.Day(at, p.zone) == p.day {
		return p.l.Time.Clock(at, p.zone)
	}
	return p.l.Time.Moment(at, p.l.Now, p.zone)
}

// in is how far the row is indented, in cells.
func (p *page) in() int { return 2 * p.row.depth }

// item draws one item and remembers where, if it can be chosen.
func (p *page) item(it item) {
	s := spot{remote: it.remote, action: it.action, from: len(p.lines)}
	p.chosen, p.match = "", -1
	it.draw(p)
	if p.row.fold.answers > 0 {
		p.folded(p.row.fold)
	}
	if s.chosen, s.to, s.match = p.chosen, len(p.lines), p.match; s.chosen != "" {
		p.spots = append(p.spots, s)
	}
}

// folded tells what is hidden below a message.
func (p *page) folded(f fold) {
	l := p.l
	words := l.P.T("reader.folded", f.answers)
	if f.ours {
		words += ", " + l.P.T("reader.folded-ours")
	}
	s := p.line().Add(l.Text, cell.Spaces(p.in()+3)).Add(l.Accent, l.Glyphs.To+" "+words)
	if f.fresh > 0 {
		s.Add(l.Accent, " "+l.Glyphs.Dot+" ").Add(l.Warn, l.P.T("reader.folded-new", f.fresh))
	}
	p.add(s)
}

// items merges what happened in the order of time. An act that was undone is
// left out, and so is the undoing.
func items(v inbox.ThreadView) []item {
	gone := map[int]bool{}
	told := map[inbox.ActionID]bool{} // acts that an event tells
	for _, e := range v.Events {
		if e.Verb == inbox.Undone {
			gone[e.Undoes] = true
		}
		if e.Verb == inbox.Acted {
			told[e.Action] = true
		}
	}
	var out []item
	sent := map[string]inbox.Action{}
	open := map[inbox.ActionID]bool{}
	for _, a := range v.Actions {
		open[a.ID] = standing.Open(a)
		if a.Receipt.Remote != "" && a.Kind.Writes() {
			sent[a.Receipt.Remote] = a
		}
	}
	here := map[string]bool{}
	for i := range v.Messages {
		m := &v.Messages[i]
		here[m.Remote] = true
		out = append(out, item{at: m.At, msg: true, remote: m.Remote, message: m, draw: func(p *page) { p.message(*m, sent[m.Remote]) }})
	}
	for _, e := range v.Events {
		switch {
		case gone[e.N]:
		case look.OnTheirWord(e) && !e.Text.Empty():
			out = append(out, item{at: e.At, msg: true, draw: func(p *page) { p.answered(e) }})
		case !shown(e.Verb) && !look.OnTheirWord(e), e.Verb == inbox.Failed && open[e.Action]:
		case e.Verb == inbox.Noted:
			out = append(out, item{at: e.At, msg: true, draw: func(p *page) { p.note(e) }})
		default:
			out = append(out, item{at: e.At, draw: func(p *page) { p.event(e) }})
		}
	}
	for _, a := range v.Actions {
		if a.State == inbox.Dropped && a.MayBeThere() {
			out = append(out, item{at: left(a), action: a.ID, draw: func(p *page) { p.doubt(a) }})
		}
		if open[a.ID] || a.State == inbox.Dropped || told[a.ID] || (a.Receipt.Remote != "" && here[a.Receipt.Remote]) {
			continue
		}
		out = append(out, item{at: a.CreatedAt, action: a.ID, msg: a.Kind.Writes(), draw: func(p *page) { p.action(a) }})
	}
	slices.SortStableFunc(out, func(a, b item) int { return a.at.Compare(b.at) })
	return out
}

// pending are the acts of ours that the network has not got yet, in the order
// in which they leave.
func pending(v inbox.ThreadView) []item {
	var out []item
	for _, a := range v.Actions {
		if standing.Open(a) {
			out = append(out, item{at: a.CreatedAt, action: a.ID, msg: a.Kind.Writes() || standing.Stuck(a), draw: func(p *page) { p.action(a) }})
		}
	}
	slices.SortStableFunc(out, func(a, b item) int { return cmp.Compare(a.action, b.action) })
	return out
}

// shown leaves out events that messages and answers tell already.
func shown(v inbox.Verb) bool {
	switch v {
	case inbox.Received, inbox.Edited, inbox.Removed, inbox.Read, inbox.Unread, inbox.Replied, inbox.Prior, inbox.Undone:
		return false
	}
	return true
}

// head draws the first line of an item that can be chosen: its first cell is
// for the cursor.
func (p *page) head(draw func(s *cell.Spans)) {
	g := p.l.Glyphs
	for _, sign := range []string{g.Cursor, " "} {
		s := p.line()
		if sign == " " {
			s.Add(p.l.Text, sign)
		} else {
			s.Add(p.l.Key, sign)
		}
		draw(s)
		if sign == " " {
			p.add(s)
		} else {
			p.chosen = s.End(p.l.Text)
		}
	}
}

func (p *page) add(s *cell.Spans) { p.lines = append(p.lines, s.End(p.l.Text)) }

func (p *page) line() *cell.Spans { return p.l.Spans(p.w) }

// rule draws a line with a word in it.
func (p *page) rule(word string, line, ink theme.Pen) {
	g := p.l.Glyphs
	s := p.line().Add(line, cell.Repeat(g.Rule, 2)).Add(ink, " "+word+" ")
	p.add(s.Add(line, cell.Repeat(g.Rule, s.Left())))
}

// gutter draws a block of text behind a gutter.
func (p *page) gutter(sign string, pen theme.Pen, ink theme.Pen, indent int, t text.Safe) {
	w := max(p.w-indent-1-p.l.Width(sign), 1)
	line := func() *cell.Spans {
		return p.line().Add(p.l.Text, cell.Spaces(indent)).Add(pen, sign).Add(p.l.Text, " ")
	}
	rest := 0
	if s := t.String(); len(s) > mostText && !p.whole {
		rest = len(s) - mostText
		t = text.Clean(strings.ToValidUTF8(s[:mostText], ""))
	}
	from := len(p.lines)
	if y := p.found.words.Rows(p.l.Paragraph(t, w), ink, p.l.Hit, line, p.add); y >= 0 && p.match < 0 {
		p.match = from + y
	}
	if rest > 0 {
		p.add(line().Add(p.l.Accent, p.l.P.T("reader.longer", rest)))
	}
}
