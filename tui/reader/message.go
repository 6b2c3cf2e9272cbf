package reader

import (
	"slices"
	"strconv"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/cell"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/standing"
	"vigie/tui/theme"
)

func (p *page) post(post inbox.Post) {
	l := p.l
	head := l.P.T("reader.post")
	if k := lang.Key("reader.post." + string(p.v.Thread.Network)); l.P.Has(k) {
		head = l.P.T(k)
	}
	s := p.line().Add(l.Muted, " "+head)
	if post.Deleted {
		s.Add(l.Muted, " "+l.Glyphs.Dot+" "+l.P.T("reader.post-gone"))
	}
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
		p.add(p.line().Add(l.Danger, cell.Spaces(p.in())+" "+l.Glyphs.Bullet+" "+l.Time.Clock(m.At, p.zone)+" "+l.P.T("reader.damaged")))
		return
	}
	sign, pen, indent := l.Glyphs.Theirs, l.Theirs, 1+p.in()
	if m.Outgoing {
		sign, pen, indent = l.Glyphs.Ours, l.Ours, 3+p.in()
	}
	p.messageHead(m, a)
	p.others(m, indent)
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
	p.status(m, sign, pen, indent)
	if p.warned(m, sign, pen, indent) {
		return
	}
	if !m.Text.Empty() {
		p.gutter(sign, pen, l.Text, indent, m.Text)
	}
	for _, media := range m.Media {
		p.media(media, sign, pen, indent)
	}
	p.poll(m.Poll, sign, pen, indent)
	if m.Kind == inbox.KindWatch && m.Status != inbox.StatusSuspect {
		p.host(m.URL, sign, indent)
	}
	p.hosts(m, sign, pen, indent)
}

// others says who else got a message.
func (p *page) others(m inbox.Message, indent int) {
	words := p.l.Others(m)
	if words == "" {
		return
	}
	for _, part := range p.l.Wrap(words, max(p.w-indent, 1)) {
		p.add(p.line().Add(p.l.Text, cell.Spaces(indent)).Add(p.l.Muted, part))
	}
}

// messageHead draws the first line of a message: who, when, and what is to be
// known of it.
func (p *page) messageHead(m inbox.Message, a inbox.Action) {
	l := p.l
	at := p.clock(m.At)
	if m.Remote == p.found.remote { // the line with the day may be far above
		at = l.Time.Moment(m.At, l.Now, p.zone)
	}
	p.head(func(s *cell.Spans) {
		s.Add(l.Text, cell.Spaces(p.in()))
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
			for _, word := range []string{l.Status(m.Status), l.Auto(m)} {
				if word != "" {
					room -= l.Width(word) + 3
				}
			}
			for _, w := range did(l, p.marks[m.Remote]) {
				room -= l.Width(w) + 3
			}
			if !m.Author.Name.Empty() && !m.Author.Handle.Empty() && room > 4 {
				s.Add(l.Muted, " "+l.Cut(m.Author.Handle.String(), min(room-1, 40)))
			}
		}
		s.Add(l.Muted, " "+l.Glyphs.Dot+" "+at)
		if word := l.Status(m.Status); word != "" && !m.Deleted {
			s.Add(l.Muted, " "+l.Glyphs.Dot+" ").Add(l.Warn, word)
		}
		if word := l.Auto(m); word != "" && !m.Deleted {
			s.Add(l.Muted, " "+l.Glyphs.Dot+" "+word)
		}
		if p.fresh[m.Remote] {
			s.Add(l.Muted, " "+l.Glyphs.Dot+" ").Add(l.Accent, l.P.T("reader.fresh"))
		}
		if to := p.names[p.row.to]; to != "" {
			s.Add(l.Muted, " "+l.Glyphs.Dot+" "+l.P.T("reader.to", l.Cut(to, 24)))
		}
		p.marksOf(s, m, a.State != "")
	})
}

// marksOf are the words behind the time of a message.
func (p *page) marksOf(s *cell.Spans, m inbox.Message, told bool) {
	l := p.l
	dot := " " + l.Glyphs.Dot + " "
	for _, w := range did(l, p.marks[m.Remote]) {
		s.Add(l.Accent, dot+w)
	}
	if !m.Edited.IsZero() {
		s.Add(l.Warn, dot+l.P.T("reader.edited", p.clock(m.Edited)))
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
		s.Add(l.Warn, dot+l.P.T("reader.elsewhere", l.Cut(look.Author(m.Author), 30)))
	} else if m.Outgoing {
		s.Add(l.Muted, dot+l.Handle(p.v.Thread.Account))
	}
}

func (p *page) media(m inbox.Media, sign string, pen theme.Pen, indent int) {
	p.gutter(sign, pen, p.l.Muted, indent, p.l.Medium(m))
}

// hosts says where the links in a text go.
func (p *page) hosts(m inbox.Message, sign string, pen theme.Pen, indent int) {
	l := p.l
	var hosts []string
	for _, url := range addresses(m.Text.String()) {
		if h := text.Host(url); !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	if len(hosts) == 0 || m.Deleted || m.Status == inbox.StatusSuspect {
		return
	}
	s := p.line().Add(l.Text, cell.Spaces(indent)).Add(pen, sign).Add(l.Text, " ")
	for _, h := range hosts {
		s.Add(l.Link, l.Glyphs.Link+" "+h).Add(l.Text, " ")
	}
	p.add(s)
}

// note draws a private note: a band with its word, and a frame of its own that
// no message has, in every theme and set of signs.
func (p *page) note(e inbox.Event) {
	l := p.l
	sign := cell.Repeat(l.Glyphs.Note, 2)
	s := p.line().Add(l.Text, cell.Spaces(p.in()+1))
	s.Add(l.Note, sign+" "+l.P.T("reader.note")+" "+l.Glyphs.Dot+" "+p.clock(e.At))
	if who := p.l.Session(e.Session, e.Line); who != "" {
		s.Add(l.Note, " "+l.Glyphs.Dot+" "+l.P.T("reader.note-by", l.Cut(who, 30)))
	}
	p.add(s.Add(l.Note, " "))
	p.gutter(sign, l.NoteText, l.NoteText, 1+p.in(), e.Text)
}

func (p *page) event(e inbox.Event) {
	l := p.l
	words := eventWords(l, e, p.v.Thread)
	if words == "" {
		return
	}
	if who := p.names[e.Message]; (e.Verb == inbox.Acted || e.Verb == inbox.Moderated) && who != "" {
		words += " " + l.Glyphs.Dot + " " + l.Cut(who, 30)
	}
	head := cell.Spaces(p.in()) + " " + l.Glyphs.Bullet + " " + p.clock(e.At) + " "
	for _, part := range l.Wrap(words, max(p.w-l.Width(head), 1)) {
		p.add(p.line().Add(l.Muted, head+part))
		head = cell.Spaces(l.Width(head))
	}
	if e.Verb == inbox.Escalate && !e.Text.Empty() {
		p.gutter(l.Glyphs.Post, l.Post, l.Muted, 3+p.in(), e.Text)
	}
}
