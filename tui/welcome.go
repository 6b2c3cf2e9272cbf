package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/stamp"
)

// Where says where things are on the machine of the server, for people.
type Where struct{ Config, Data, Log string }

// newcomer reports whether nothing is configured yet.
func (m *Model) newcomer() bool { return m.ready && len(m.look.Clients) == 0 }

// welcome is the screen of somebody who has configured nothing yet.
func (m *Model) welcome(w int, r rect) []string {
	l := m.look
	p := page{m: m, w: w}
	p.line(l.Title, 2, l.P.T("welcome.title"))
	p.blank()
	p.text(2, l.P.T("welcome.what"))
	p.blank()
	p.line(l.Strong, 2, l.P.T("welcome.start"))
	for _, i := range []keys.Intent{keys.Demo, keys.AddAccount, keys.Language} {
		if b, ok := m.keys.Of(i); ok && m.welcomes(i) {
			p.pair(m.keys.Key(i), l.P.T(b.Help))
		}
	}
	p.pair(m.keys.Key(keys.Help), l.P.T("welcome.help"))
	p.pair(m.keys.Key(keys.Detach), l.P.T("welcome.quit"))
	if words := m.byHand(); words != "" {
		p.text(2, words)
	}
	p.blank()
	p.line(l.Strong, 2, l.P.T("welcome.where"))
	for _, place := range []struct {
		name lang.Key
		path string
	}{
		{"welcome.config", m.where.Config},
		{"welcome.data", m.where.Data},
		{"welcome.log", m.where.Log},
		{"welcome.docs", l.P.T("welcome.read")},
	} {
		if place.path != "" {
			p.named(l.P.T(place.name), place.path)
		}
	}
	p.blank()
	p.text(2, l.P.T("welcome.byhand"))
	return cell.Height(p.out, r.h, w)
}

// byHand says how to do what the client of this session cannot start.
func (m *Model) byHand() string {
	if _, ok := m.runner(); ok {
		return ""
	}
	return m.look.P.T("welcome.outside", "vigie demo, vigie account add")
}

// welcomes reports whether an intent does something on that screen.
func (m *Model) welcomes(i keys.Intent) bool {
	switch i {
	case keys.Demo, keys.AddAccount:
		_, ok := m.runner()
		return ok
	case keys.Language, keys.Help, keys.Detach:
		return true
	}
	return false
}

// runner is the terminal when it can run errands.
func (m *Model) runner() (Runner, bool) {
	if m.term == nil || !m.term.Local() {
		return nil, false
	}
	r, ok := m.term.(Runner)
	return r, ok
}

// start carries out what the welcome offers.
func (m *Model) start(i keys.Intent) (tea.Cmd, bool) {
	switch i {
	case keys.Demo:
		return m.errand(demoErrand, "", ""), true
	case keys.AddAccount:
		return m.errand(accountErrand, "welcome.added", "welcome.not-added"), true
	case keys.Language:
		m.speakOther()
		return nil, true
	}
	return nil, false
}

// errand gives the terminal to a command of vigie and comes back. said and
// failed tell how it ended; "": nothing does, and the error.
func (m *Model) errand(name string, said, failed lang.Key) tea.Cmd {
	r, ok := m.runner()
	if !ok {
		return m.show(warned, m.look.P.T("welcome.outside", "vigie demo, vigie account add"))
	}
	return m.call(func(ctx context.Context) tea.Msg {
		return errandEndedMsg{r.Run(ctx, name), said, failed}
	})
}

// errandEndedMsg: the terminal is ours again.
type errandEndedMsg struct {
	err          error
	said, failed lang.Key
}

func (m *Model) errandEnded(msg errandEndedMsg) tea.Cmd {
	switch p := inbox.ProblemOf(msg.err); {
	case msg.err != nil && msg.failed != "" && p.Code == "program": // it has told why
		return m.show(wrong, m.look.P.T(msg.failed))
	case msg.err != nil:
		return m.wrong(msg.err)
	case msg.said == "":
		return nil
	}
	return m.show(said, m.look.P.T(msg.said))
}

// speakOther takes the other language for this session.
func (m *Model) speakOther() {
	tag := lang.French
	if m.look.P.Tag() == lang.French {
		tag = lang.English
	}
	m.look.P = lang.For(tag)
	m.look.Time = stamp.For(m.look.P)
	if m.linear {
		m.speech = m.speech.In(m.look.P)
	}
	m.changedLook()
	m.reader.Relayout(m.look)
}

// page collects lines of a screen without panes.
type page struct {
	m   *Model
	w   int
	out []string
}

func (p *page) blank() { p.out = append(p.out, cell.Spaces(p.w)) }

func (p *page) line(pen cell.Drawer, indent int, words string) {
	p.out = append(p.out, p.m.look.Spans(p.w).Add(pen, cell.Spaces(indent)+words).End(p.m.look.Text))
}

func (p *page) text(indent int, words string) {
	for _, s := range p.m.look.Wrap(words, max(min(p.w, 90)-2*indent, 1)) {
		p.line(p.m.look.Text, indent, s)
	}
}

// pair is a key and what it does.
func (p *page) pair(key, words string) {
	l := p.m.look
	if key == "" {
		return // it was taken away: the palette has it
	}
	s := l.Spans(p.w).Add(l.Text, "    ").Add(l.Key, l.Fit(key, 3)).Add(l.Text, " "+words)
	p.out = append(p.out, s.End(l.Text))
}

// named is something with its name; a path that is too long goes on below.
func (p *page) named(name, what string) {
	l := p.m.look
	const column = 16
	for i, s := range l.Wrap(what, max(p.w-column-6, 8)) {
		if i > 0 {
			name = ""
		}
		p.out = append(p.out, l.Spans(p.w).Add(l.Muted, "    "+l.Fit(name, column)).Add(l.Text, s).End(l.Text))
	}
}
