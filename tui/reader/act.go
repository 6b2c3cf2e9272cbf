package reader

import (
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/cell"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/standing"
)

// action draws an act of ours that is no message: an answer that is not there
// yet as what it will be, any other act as one quiet line.
func (p *page) action(a inbox.Action) {
	l := p.l
	w := standing.Of(l, a, p.v.Actions)
	dot := " " + l.Glyphs.Dot + " "
	if !a.Kind.Writes() {
		what := l.P.T(lang.Key("act." + string(a.Kind)))
		if who := p.names[a.Target]; who != "" {
			what += dot + l.Cut(who, 30)
		}
		if a.Reason != "" {
			what += dot + l.Reason(a.Reason)
		}
		head := cell.Spaces(p.in()) + l.Glyphs.Bullet + " " + p.clock(a.CreatedAt) + " " + what
		below := l.Width(head+dot+w.String()) >= p.w
		p.head(func(s *cell.Spans) {
			if s.Add(l.Muted, head); !below {
				s.Add(l.Muted, dot).Add(w.Pen, w.String())
			}
		})
		if below {
			p.add(p.line().Add(l.Text, cell.Spaces(p.in()+3)).Add(w.Pen, w.String()))
		}
		p.why(a)
		return
	}
	p.head(func(s *cell.Spans) {
		s.Add(l.Accent, "  "+l.P.T("reader.you")).Add(l.Text, " ").Add(w.Pen, w.String())
		if a.Kind == inbox.ActEdit {
			s.Add(l.Note, dot+l.P.T("act.edit"))
		}
		if who := standing.Readers(l, a); who != "" {
			s.Add(l.Note, dot+who)
		}
		s.Add(l.Muted, dot+p.clock(a.CreatedAt)+dot+l.Handle(a.Account))
	})
	p.gutter(l.Glyphs.Ours, l.Ours, l.Text, 3, text.Clean(a.Text))
	for _, u := range a.Media {
		p.media(inbox.Media{Kind: u.Name, Alt: text.CleanLine(u.Alt)}, l.Glyphs.Ours, l.Ours, 3)
	}
	p.why(a)
}

// left is when an act left, as far as is known.
func left(a inbox.Action) time.Time {
	if a.LastWire.IsZero() {
		return a.CreatedAt
	}
	return a.LastWire
}

// doubt draws the quiet line of an act that was given up though it may have
// arrived.
func (p *page) doubt(a inbox.Action) {
	l := p.l
	at := p.clock(left(a))
	words := l.P.T("stand.doubt", at)
	if !a.Kind.Writes() {
		words = l.P.T("stand.doubt-act", l.P.T(lang.Key("act."+string(a.Kind))), at)
	}
	p.head(func(s *cell.Spans) {
		s.Add(l.Muted, l.Glyphs.Bullet+" ").Add(l.Warn, l.Glyphs.Ask+" "+words)
		if a.Kind.Writes() {
			s.Add(l.Muted, " "+l.Glyphs.Dot+" ").Safe(l.Muted, text.CleanLine(look.Head(a.Text, mostQuoted)), s.Left())
		}
	})
}

// mostQuoted is how much of a text a line quotes, in bytes: more than it shows.
const mostQuoted = 400

// why says why an act is not done, what comes next, and the keys that settle
// it when a person must.
func (p *page) why(a inbox.Action) {
	l := p.l
	what, next := standing.Why(l, a)
	if what != "" {
		for _, s := range l.Wrap(what, max(p.w-5, 1)) {
			p.add(p.line().Add(l.Text, "   ").Add(l.Danger, s))
		}
	}
	for _, s := range l.Wrap(standing.Quoted(l, a), max(p.w-5, 1)) {
		if s != "" {
			p.add(p.line().Add(l.Text, "   ").Add(l.Text, s))
		}
	}
	if next != "" {
		for _, s := range l.Wrap(l.Glyphs.To+" "+next, max(p.w-5, 1)) {
			p.add(p.line().Add(l.Text, "   ").Add(l.Muted, s))
		}
	}
	if a.State.Trouble() {
		p.keys(a)
	}
}

// keys shows the keys for an act that is in doubt, on as many lines as they
// take.
func (p *page) keys(a inbox.Action) {
	l, can := p.l, standing.ActsOn(a)
	s := p.line().Add(l.Text, "  ")
	began := false
	for _, k := range []struct {
		on   bool
		key  string
		word lang.Key
	}{
		{can.Confirm, l.Settle.Confirm, "stand.there"},
		{can.Retry, l.Settle.Retry, "stand.again"},
		{can.Drop, l.Settle.Drop, "stand.drop"},
		{can.Edit, l.Settle.Edit, "stand.edit"},
	} {
		if !k.on || k.key == "" {
			continue
		}
		word := l.P.T(k.word)
		if began && l.Width(k.key)+l.Width(word)+3 > s.Left() {
			p.add(s)
			s = p.line().Add(l.Text, "  ")
		}
		s.Add(l.Text, " ").Add(l.Key, k.key).Add(l.Text, " "+word+" ")
		began = true
	}
	if began {
		p.add(s)
	}
}

// did says what acts of ours made of a message.
func did(l look.Look, m standing.Mark) []string {
	var out []string
	for _, w := range []struct {
		on   bool
		word lang.Key
	}{{m.Liked, "stand.liked"}, {m.Hidden, "stand.hidden"}, {m.Blocked, "stand.blocked"}, {m.Muted, "stand.muted"}, {m.Reported, "stand.reported"}, {m.Detached, "stand.detached"}, {m.Left, "stand.left"}} {
		if w.on {
			out = append(out, l.P.T(w.word))
		}
	}
	return out
}

// counting reports whether an act of the thread counts down.
func counting(v inbox.ThreadView, l look.Look) bool {
	for _, a := range v.Actions {
		if standing.Held(l, a) {
			return true
		}
	}
	return false
}

// firstStuck is the oldest act of the thread that needs a person; 0: none.
func firstStuck(v inbox.ThreadView) inbox.ActionID {
	for _, a := range v.Actions {
		if standing.Stuck(a) {
			return a.ID
		}
	}
	return 0
}
