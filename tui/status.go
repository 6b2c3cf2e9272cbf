package tui

import (
	"strings"

	"vigie/inbox"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/standing"
	"vigie/tui/theme"
)

// statusLine says what is wrong, or what just happened, or who else is here.
func (m *Model) statusLine() string {
	l := m.look
	s := l.Spans(m.w)
	pen, words := m.news()
	right := m.others()
	s.Add(pen, " "+l.Cut(words, s.Left()-1))
	bad := m.stuckWords()
	if bad == words {
		bad = ""
	}
	n := 0
	for _, part := range []string{bad, right} {
		if part != "" {
			n += l.Width(part) + 2
		}
	}
	if n > s.Left() {
		right, n = "", l.Width(bad)+2
	}
	if n < s.Left() {
		s.Fill(l.Bar, n)
		if bad != "" {
			s.Add(l.BarDanger, bad+"  ")
		}
		if right != "" {
			s.Add(l.BarMuted, right+" ")
		}
	}
	return s.End(l.Bar)
}

// news is the most important sentence there is to say.
func (m *Model) news() (theme.Pen, string) {
	l := m.look
	if m.flash.text != "" {
		switch m.flash.kind {
		case wrong:
			return l.BarDanger, l.Glyphs.Fail + " " + m.flash.text
		case warned:
			return l.BarWarn, m.flash.text
		}
		return l.BarStrong, m.flash.text
	}
	if a, held := m.held(); held {
		return l.BarWarn, l.Glyphs.Wait + " " + m.heldWords(a)
	}
	if m.fault != "" {
		return l.BarDanger, l.Glyphs.Fail + " " + m.fault
	}
	if words := m.stuckWords(); words != "" {
		return l.BarDanger, words
	}
	if pen, words, bad := m.sick(); bad {
		return pen, words
	}
	if n := m.count(func(a inbox.Action) bool { return a.State == inbox.Uncertain }); n > 0 {
		return l.BarWarn, l.Glyphs.Ask + " " + l.P.T("status.looking", n)
	}
	if n := m.count(onItsWay); n > 0 {
		return l.BarMuted, l.P.T("status.waiting", n)
	}
	return l.BarMuted, l.P.T("status.calm")
}

// heldWords count down an act that can still be undone.
func (m *Model) heldWords(a inbox.Action) string {
	l := m.look
	left, undo := l.Time.Left(a.NotBefore.Sub(l.Now)), m.keys.Key(keys.Undo)
	switch {
	case a.Kind.Writes():
		return l.P.T("status.held", left, undo)
	case a.Kind == inbox.ActEscalate:
		return l.P.T("status.held-escalation", left, undo)
	}
	return l.P.T("status.held-act", l.P.T(lang.Key("act."+string(a.Kind))), left, undo)
}

// stuckWords count the acts that a person must look at; "" for none.
func (m *Model) stuckWords() string {
	n := m.count(standing.Stuck)
	if n == 0 {
		return ""
	}
	return m.look.Glyphs.Fail + " " + m.look.P.T("status.stuck", n, m.keys.Key(keys.OutboxBox))
}

// count counts acts of the outbox.
func (m *Model) count(which func(inbox.Action) bool) (n int) {
	for _, a := range m.outbox {
		if which(a) {
			n++
		}
	}
	return n
}

// onItsWay reports whether an act leaves by itself.
func onItsWay(a inbox.Action) bool {
	return a.State == inbox.Queued || a.State == inbox.Sending || a.State == inbox.RetryWait
}

// banner says on lines of its own what is wrong with the server itself, and
// what to do; none when nothing is.
func (m *Model) banner() []string {
	if m.serverTrouble.Zero() {
		return nil
	}
	l := m.look
	what, next := l.Problem(m.serverTrouble, "")
	words := l.Glyphs.Fail + " " + what
	if next != "" {
		words += " " + l.Glyphs.To + " " + next
	}
	const most = 2
	lines := l.Wrap(words, max(m.w-2, 1))
	if len(lines) > most {
		lines = append(lines[:most-1], strings.Join(lines[most-1:], " "))
	}
	return lines
}

// drawBanner draws it on the lines it got.
func (m *Model) drawBanner(out []string) []string {
	if m.lay.banner.empty() {
		return out
	}
	l, lines, n := m.look, m.banner(), m.lay.banner.h
	lines = append(lines[:n-1:n-1], strings.Join(lines[n-1:], " "))
	for _, s := range lines {
		out = append(out, l.Spans(m.w).Add(l.BarDanger, " "+s).End(l.BarDanger))
	}
	return out
}

// sick says what is wrong with the server, else which account fails, why, and
// what to do.
func (m *Model) sick() (theme.Pen, string, bool) {
	l := m.look
	if !m.serverTrouble.Zero() && m.lay.banner.empty() {
		what, next := l.Problem(m.serverTrouble, "")
		return l.BarDanger, l.Glyphs.Fail + " " + what + " " + l.Glyphs.To + " " + next, true
	}
	for _, a := range m.accounts {
		if a.Problem.Zero() {
			continue
		}
		what, next := l.Problem(a.Problem, string(a.Account.ID))
		words := l.Glyphs.Fail + " " + l.P.T("status.sick", l.Client(a.Account.Client).Name, l.Network(a.Account.Network), what)
		if k := m.keys.Key(keys.Accounts); k != "" {
			words += " (" + k + ")"
		}
		if next != "" {
			words += " " + l.Glyphs.To + " " + next
		}
		return l.BarDanger, words, true
	}
	return theme.Pen{}, "", false
}

// others names the other sessions.
func (m *Model) others() string {
	var names []string
	for _, s := range m.sessions {
		if s.ID != m.by.Session {
			names = append(names, m.look.Cut(s.Name, 24))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return m.look.P.T("status.others", strings.Join(names, ", "))
}
