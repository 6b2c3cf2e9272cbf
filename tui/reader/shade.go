package reader

import (
	"strconv"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/cell"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// status says in a clause what keeps a message from being seen like any other.
func (p *page) status(m inbox.Message, sign string, pen theme.Pen, indent int) {
	if words := p.l.StatusWhat(m); words != "" && !m.Deleted {
		p.gutter(sign, pen, p.l.Warn, indent, text.Clean(words))
	}
}

// warned draws what the author wants read first; true: the rest stays folded
// until somebody asks for it.
func (p *page) warned(m inbox.Message, sign string, pen theme.Pen, indent int) bool {
	if m.Warning.Empty() || m.Deleted {
		return false
	}
	l := p.l
	shut := !p.open[m.Remote]
	p.gutter(sign, pen, l.Warn, indent, text.Clean(l.P.T("reader.warning")+" "+l.Glyphs.Dot+" "+m.Warning.String()))
	if l.FoldKey == "" {
		return shut
	}
	words := l.P.T("reader.warning-shut", l.FoldKey)
	if shut {
		words = l.P.T("reader.warning-open", l.FoldKey)
	}
	p.add(p.line().Add(l.Text, cell.Spaces(indent)).Add(pen, sign).Add(l.Accent, " "+l.Glyphs.To+" "+words))
	return shut
}

// mostBar is the longest bar of a poll, in cells; leastBar the shortest that
// says anything.
const (
	mostBar  = 24
	leastBar = 4
)

// poll draws the answers to choose from, each with its bar, its votes and its
// part, in columns.
func (p *page) poll(q *inbox.Poll, sign string, pen theme.Pen, indent int) {
	if q == nil || len(q.Options) == 0 {
		return
	}
	l := p.l
	line := func() *cell.Spans {
		return p.line().Add(l.Text, cell.Spaces(indent)).Add(pen, sign).Add(l.Text, " ")
	}
	whole, label, votes := 0, 0, 1
	for _, o := range q.Options {
		whole += o.Votes
		label = max(label, l.Width(o.Text.String()))
		votes = max(votes, len(strconv.Itoa(o.Votes)))
	}
	if q.Multiple && q.Voters > 0 {
		whole = q.Voters
	}
	s := line().Add(l.Strong, l.P.T("poll.title"))
	for _, words := range p.about(q) {
		s.Add(l.Muted, " "+l.Glyphs.Dot+" "+words)
	}
	p.add(s)
	const percents = 6
	room := max(p.w-indent-1-l.Width(sign)-2, 0)
	label = min(label, room/2)
	bar := min(room-label-votes-percents-3, mostBar)
	for _, o := range q.Options {
		part := 0
		if whole > 0 {
			part = (o.Votes*200 + whole) / (2 * whole)
		}
		s := line().Fixed(l.Text, o.Text.String(), label).Add(l.Text, " ")
		if bar >= leastBar {
			n := min(part*bar/100, bar)
			s.Add(l.Accent, cell.Repeat(l.Glyphs.Heavy, n)).Add(l.Text, cell.Spaces(bar-n+1))
		}
		s.Add(l.Muted, l.Right(strconv.Itoa(o.Votes), votes)+" ").Add(l.Text, l.Right(l.P.T("poll.percent", part), percents))
		p.add(s)
	}
}

// about says how many voted and until when one can.
func (p *page) about(q *inbox.Poll) (out []string) {
	l := p.l
	if q.Voters > 0 {
		out = append(out, l.P.T("poll.voters", q.Voters))
	}
	if at := q.Ends; !at.IsZero() {
		key := lang.Key("poll.ends")
		if !at.After(l.Now) {
			key = "poll.ended"
		}
		out = append(out, l.P.T(key, l.Time.Moment(at, l.Now, p.zone)))
	}
	if q.Multiple {
		out = append(out, l.P.T("poll.multiple"))
	}
	return out
}

// uncover shows what a warning of the chosen message hides, or hides it again;
// false: it has none.
func (m *Model) uncover(remote string, l look.Look) bool {
	for _, msg := range m.view.Messages {
		if msg.Remote != remote || msg.Warning.Empty() || msg.Deleted {
			continue
		}
		m.setOpen(remote, !m.open[remote])
		m.sel = spot{remote: remote}
		m.Relayout(l)
		m.reveal()
		return true
	}
	return false
}

// setOpen changes which texts are shown behind their warnings.
func (m *Model) setOpen(remote string, on bool) {
	open := map[string]bool{remote: on}
	for r, was := range m.open {
		if r != remote {
			open[r] = was
		}
	}
	m.open = open
}

// answered draws what a person says to have answered on the network itself.
func (p *page) answered(e inbox.Event) {
	l := p.l
	p.add(p.line().Add(l.Accent, cell.Spaces(p.in())+"   "+l.P.T("reader.you")).
		Add(l.Muted, " "+l.Glyphs.Dot+" "+p.clock(e.At)+" "+l.Glyphs.Dot+" "+l.P.T("reader.answered-there")))
	p.gutter(l.Glyphs.Ours, l.Ours, l.Text, 3+p.in(), e.Text)
}
