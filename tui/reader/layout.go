package reader

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/cell"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/standing"
	"vigie/tui/theme"
)

// item is a message, an event or an act of ours that is not there yet.
type item struct {
	at     time.Time
	draw   func(*page)
	remote string         // of a message
	action inbox.ActionID // of an act that is no message yet
	msg    bool           // an item to scroll to: a message, not a remark
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
	l      look.Look
	v      inbox.ThreadView
	marks  map[string]standing.Mark
	names  map[string]string // who wrote a message
	zone   *time.Location
	w      int
	whole  bool
	found  found
	match  int
	lines  []string
	spots  []spot
	chosen string
}

// Of a long thread, and of a long text, only so much is laid out before
// somebody goes to the beginning of the thread: the newest items, the first
// bytes of a text.
const (
	mostItems = 200
	mostText  = 12 << 10
)

// layout draws a thread, of a long one only the newest items unless whole. It
// returns the page and the first line of the newest message.
func layout(v inbox.ThreadView, l look.Look, w int, newAt string, whole bool, sought found) (p *page, last int) {
	p = &page{l: l, v: v, zone: l.Client(v.Thread.Client).Zone, w: w, whole: whole, found: sought, marks: standing.Marks(v), names: map[string]string{}}
	for _, m := range v.Messages {
		p.names[m.Remote] = look.Author(m.Author)
	}
	if v.Post != nil {
		p.post(*v.Post)
	}
	day := ""
	all := items(v)
	if older := len(all) - mostItems; older > 0 && !whole {
		p.add(p.line().Add(l.Accent, " "+l.Glyphs.Less+" "+l.P.T("reader.older", older)))
		all = all[older:]
	}
	for _, it := range all {
		if d := l.Time.Day(it.at, p.zone); d != day {
			day = d
			p.rule(d, l.Faint, l.Muted)
		}
		if it.remote != "" && it.remote == newAt {
			p.rule(l.P.T("reader.new"), l.Accent, l.Accent)
		}
		if it.msg {
			last = len(p.lines)
		}
		p.item(it)
	}
	for i, it := range pending(v) {
		if i == 0 {
			p.rule(l.P.T("reader.pending"), l.Warn, l.Warn)
		}
		if it.msg {
			last = len(p.lines)
		}
		p.item(it)
	}
	return p, last
}

// item draws one item and remembers where, if it can be chosen.
func (p *page) item(it item) {
	s := spot{remote: it.remote, action: it.action, from: len(p.lines)}
	p.chosen, p.match = "", -1
	it.draw(p)
	if s.chosen, s.to, s.match = p.chosen, len(p.lines), p.match; s.chosen != "" {
		p.spots = append(p.spots, s)
	}
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
	for _, m := range v.Messages {
		here[m.Remote] = true
		out = append(out, item{at: m.At, msg: true, remote: m.Remote, draw: func(p *page) { p.message(m, sent[m.Remote]) }})
	}
	for _, e := range v.Events {
		switch {
		case gone[e.N] || !shown(e.Verb), e.Verb == inbox.Failed && open[e.Action]:
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
	w := max(p.w-indent-2, 1)
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

func (p *page) post(post inbox.Post) {
	l := p.l
	s := p.line().Add(l.Muted, " "+l.P.T("reader.post"))
	if !post.At.IsZero() {
		s.Add(l.Muted, " "+l.Glyphs.Dot+" "+l.Time.Moment(post.At, l.Now, p.zone))
	}
	if c := post.Counts; c.Known {
		s.Add(l.Muted, " "+l.Glyphs.Dot+" "+l.P.T("reader.counts", c.Likes, c.Reposts, c.Replies))
	}
	p.add(s)
	p.gutter(l.Glyphs.Post, l.Post, l.Muted, 1, post.Text)
	p.host(post.URL, l.Glyphs.Post, 1)
}

// host says where a link goes; a link that may not be opened is not shown.
func (p *page) host(url, sign string, indent int) {
	if h := text.Host(url); h != "" {
		p.add(p.line().Add(p.l.Text, cell.Spaces(indent)).Add(p.l.Post, sign).Add(p.l.Text, " ").Add(p.l.Link, p.l.Glyphs.Link+" "+h))
	}
}

func (p *page) message(m inbox.Message, a inbox.Action) {
	l := p.l
	if m.Damaged {
		p.add(p.line().Add(l.Danger, " "+l.Glyphs.Bullet+" "+l.Time.Clock(m.At, p.zone)+" "+l.P.T("reader.damaged")))
		return
	}
	at := l.Time.Clock(m.At, p.zone)
	if m.Remote == p.found.remote { // the line with the day may be far above
		at = l.Time.Moment(m.At, l.Now, p.zone)
	}
	sign, pen, indent := l.Glyphs.Theirs, l.Theirs, 1
	if m.Outgoing {
		sign, pen, indent = l.Glyphs.Ours, l.Ours, 3
	}
	p.head(func(s *cell.Spans) {
		if m.Outgoing {
			s.Add(l.Accent, "  "+l.P.T("reader.you"))
			if a.State != "" {
				w := standing.Of(l, a, p.v.Actions)
				s.Add(l.Text, " ").Add(w.Pen, w.String())
			}
		} else {
			s.Add(l.Strong, look.Author(m.Author))
			// What we did to it matters more than the whole of a handle.
			room := s.Left() - l.Width(at) - 3
			for _, w := range did(l, p.marks[m.Remote]) {
				room -= l.Width(w) + 3
			}
			if !m.Author.Name.Empty() && !m.Author.Handle.Empty() && room > 4 {
				s.Add(l.Muted, " "+l.Cut(m.Author.Handle.String(), min(room-1, 40)))
			}
		}
		s.Add(l.Muted, " "+l.Glyphs.Dot+" "+at)
		p.marksOf(s, m, a.State != "")
	})
	if m.Deleted {
		word := l.P.T("reader.deleted")
		switch {
		case m.Expired:
			word = "[" + l.P.T("reader.expired") + "]"
		case p.marks[m.Remote].Deleted:
			word = l.P.T("stand.deleted")
		}
		p.add(p.line().Add(l.Text, cell.Spaces(indent)).Add(pen, sign).Add(l.Muted, " "+word))
	}
	if !m.Text.Empty() {
		p.gutter(sign, pen, l.Text, indent, m.Text)
	}
	for _, media := range m.Media {
		p.media(media, sign, pen, indent)
	}
	if m.Kind == inbox.KindWatch {
		p.host(m.URL, sign, indent)
	}
}

// marksOf are the words behind the time of a message.
func (p *page) marksOf(s *cell.Spans, m inbox.Message, told bool) {
	l := p.l
	dot := " " + l.Glyphs.Dot + " "
	for _, w := range did(l, p.marks[m.Remote]) {
		s.Add(l.Accent, dot+w)
	}
	if !m.Edited.IsZero() {
		s.Add(l.Warn, dot+l.P.T("reader.edited", l.Time.Clock(m.Edited, p.zone)))
	}
	if m.Rating > 0 {
		s.Add(l.Accent, dot+strconv.Itoa(m.Rating)+"/5")
	}
	if m.Visibility != "" {
		if k := lang.Key("visibility." + m.Visibility); l.P.Has(k) {
			s.Add(l.Muted, dot+l.P.T(k))
		}
	}
	if m.Outgoing && !told && m.Origin == inbox.Live {
		s.Add(l.Muted, dot+l.P.T("reader.elsewhere"))
	}
	if m.Outgoing {
		s.Add(l.Muted, dot+l.Handle(p.v.Thread.Account))
	}
}

func (p *page) media(m inbox.Media, sign string, pen theme.Pen, indent int) {
	l := p.l
	kind := m.Kind
	if k := lang.Key("media." + m.Kind); l.P.Has(k) {
		kind = l.P.T(k)
	}
	alt := l.P.T("media.no-alt")
	if !m.Alt.Empty() {
		alt = m.Alt.String()
	}
	p.gutter(sign, pen, l.Muted, indent, text.Clean("["+kind+"] "+strings.TrimSpace(alt)))
}

func (p *page) note(e inbox.Event) {
	l := p.l
	s := p.line().Add(l.Note, " "+l.P.T("reader.note")+" ").Add(l.Muted, " "+l.Time.Clock(e.At, p.zone))
	p.add(s)
	p.gutter(l.Glyphs.Note, l.NoteText, l.NoteText, 1, e.Text)
}

func (p *page) event(e inbox.Event) {
	l := p.l
	words := eventWords(l, e, p.v.Thread)
	if words == "" {
		return
	}
	if who := p.names[e.Message]; e.Verb == inbox.Acted && who != "" {
		words += " " + l.Glyphs.Dot + " " + l.Cut(who, 30)
	}
	p.add(p.line().Add(l.Muted, " "+l.Glyphs.Bullet+" "+l.Time.Clock(e.At, p.zone)+" "+words))
	if e.Verb == inbox.Escalate && !e.Text.Empty() {
		p.gutter(l.Glyphs.Post, l.Post, l.Muted, 3, e.Text)
	}
}
