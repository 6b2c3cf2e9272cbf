package tui

import (
	"strings"

	"vigie/inbox"
	"vigie/tui/keys"
	"vigie/tui/standing"
	"vigie/tui/status"
	"vigie/tui/theme"
)

// statusLine says what is wrong, or what just happened, or who else is here.
func (m *Model) statusLine() string {
	l := m.look
	s := l.Spans(m.w)
	pen, words := m.news()
	right, keep := m.others(), 0
	if news := m.tabNews(); news != "" && !m.lay.tabs.empty() && !status.NewsFit(l, m.desk(), m.w, news) {
		right, keep = news, l.Width(news)+3 // the tabs have no room for them
	}
	first, _ := m.wrapped(words)
	if keep > 0 && m.flash.text != "" && l.Width(first)+1+keep > s.Left() {
		right, keep = "", 0 // what was just done is told whole
	}
	s.Add(pen, " "+l.Cut(first, s.Left()-1-keep))
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

// wrapped parts an error that is longer than the status line: what is left of
// it takes the place of the hints while it is told.
func (m *Model) wrapped(words string) (first, rest string) {
	if m.flash.kind != wrong || m.flash.text == "" || m.lay.hints.empty() {
		return words, ""
	}
	lines := m.look.Wrap(words, max(m.w-2, 1))
	return lines[0], strings.Join(lines[1:], " ")
}

// tail is the line below the status line: what is left of an error, else the
// hints.
func (m *Model) tail() string {
	pen, words := m.news()
	if _, rest := m.wrapped(words); rest != "" {
		return m.look.Spans(m.w).Add(pen, "   "+m.look.Cut(rest, max(m.w-4, 1))).End(m.look.Bar)
	}
	return m.hints()
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
	if a, held := m.held(); held && !m.scopes()[0].Text() { // there, the key that undoes is a letter
		return l.BarWarn, l.Glyphs.Wait + " " + m.heldWords(a)
	}
	if words := m.markedWords(); words != "" {
		return l.BarStrong, words
	}
	if words := m.fault(); words != "" {
		return l.BarDanger, l.Glyphs.Fail + " " + words
	}
	if words := m.stuckWords(); words != "" {
		return l.BarDanger, words
	}
	if pen, words, bad := m.sick(); bad {
		return pen, words
	}
	n := standing.Count(l, m.outbox)
	if n[standing.Doubted] > 0 {
		words := l.Glyphs.Ask + " " + l.P.T("status.looking", n[standing.Doubted])
		if rest := m.waiting(n); rest != "" {
			words += " " + l.Glyphs.Dot + " " + rest
		}
		return l.BarWarn, words
	}
	if words := m.waiting(n); words != "" {
		return l.BarMuted, words
	}
	return l.BarMuted, l.P.T("status.calm")
}

// heldWords count down an act that undo would take back next.
func (m *Model) heldWords(a inbox.Action) string {
	words := m.holdWords(a)
	if m.buried > 0 { // something else comes first
		return words
	}
	return m.look.P.T("hold.undo", words, m.keys.Key(keys.Undo))
}

// holdWords say what is held, for how long and for whom.
func (m *Model) holdWords(a inbox.Action) string {
	l := m.look
	rest := a.NotBefore.Sub(l.Now)
	if m.linear { // said again each second it would cover everything else
		rest = (rest + spokenStep - 1).Truncate(spokenStep)
	}
	left := l.Time.Left(rest)
	whom := m.whom(a) + " (" + l.Cut(l.Client(a.Client).Name, 20) + ")"
	switch {
	case a.Kind == inbox.ActEdit:
	case a.Kind.Writes():
		return l.P.T("hold.reply", left, whom)
	case a.Kind == inbox.ActEscalate:
		return l.P.T("hold.escalation", left, whom)
	}
	return l.P.T("hold.act", m.kindWord(a), left, whom)
}

// waiting counts what leaves by itself, and apart from it what waits for its
// account or for the time it was asked for; "" for none.
func (m *Model) waiting(n [standing.Stages]int) string {
	l := m.look
	rest := standing.Counted(l, n, standing.Account, standing.Behind, standing.Planned)
	if n[standing.OnWay] == 0 {
		return rest
	}
	words := l.P.T("status.waiting", n[standing.OnWay])
	if rest != "" {
		words += " " + l.Glyphs.Dot + " " + rest
	}
	return words
}

// stuckWords count the acts that a person must look at, and beside them those
// in doubt; "" for none.
func (m *Model) stuckWords() string {
	n := standing.Count(m.look, m.outbox)
	if n[standing.ForYou] == 0 {
		return ""
	}
	words := m.look.Glyphs.Fail + " " + standing.Counted(m.look, n, standing.ForYou, standing.Doubted)
	if k := m.keys.Key(keys.OutboxBox); k != "" {
		words += " — " + k
	}
	return words
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
		what, next := l.AccountProblem(a)
		words := l.Glyphs.Fail + " " + l.P.T("status.sick", l.Client(a.Account.Client).Name, l.On(a.Account.ID, a.Account.Network), what)
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

// called is how another session is named: one of this person's own is theirs.
func (m *Model) called(s inbox.SessionInfo) string {
	if s.Line != "" && s.Line == m.by.Line {
		return m.look.P.T("session.yours", s.Name)
	}
	return s.Name
}

// writesHere names the own other terminal that writes in a thread, when it is
// the only session that does.
func (m *Model) writesHere(id inbox.ThreadID) (name string, ok bool) {
	for _, s := range m.sessions {
		if s.Composing != id || s.ID == m.by.Session {
			continue
		}
		if s.Line == "" || s.Line != m.by.Line {
			return "", false
		}
		name, ok = m.called(s), true
	}
	return name, ok
}

// others names the other sessions.
func (m *Model) others() string {
	var names []string
	for _, s := range m.sessions {
		if s.ID != m.by.Session {
			names = append(names, m.look.Cut(m.called(s), 32))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return m.look.P.T("status.others", strings.Join(names, ", "))
}
