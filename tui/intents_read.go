package tui

import (
	"context"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/reader"
)

// readIntent carries out what is about reading: the thread that is shown, who
// it is with, and the screens of the day.
func (m *Model) readIntent(i keys.Intent) (tea.Cmd, bool) {
	switch i {
	case keys.Fold:
		if why := m.reader.Fold(m.look); why != "" {
			return m.warn(why), true
		}
	case keys.FoldAll:
		return m.say(m.reader.FoldAll(m.look)), true
	case keys.Link:
		return m.withThread(i), true
	case keys.OpenMedia, keys.CopyLink, keys.CopyText, keys.CopyAuthor:
		return m.withThread(i), true
	case keys.Escalate:
		return m.escalate(), true
	case keys.Person:
		return m.person(), true
	case keys.Escalations:
		m.push(&dialog.Escalations{})
		return m.loadEscalations(), true
	case keys.Journal:
		d := &dialog.Journal{}
		m.push(d)
		return m.act(d.Begin()), true
	case keys.Digest:
		return m.digest(), true
	case keys.DayEnd:
		m.push(&dialog.DayEnd{})
		return m.loadDayEnd(), true
	default:
		return nil, false
	}
	return nil, true
}

// threadReadMsg brings the thread that an intent about its messages is for.
type threadReadMsg struct {
	view   inbox.ThreadView
	intent keys.Intent
	err    error
}

// withThread carries out an intent about a message of the current thread,
// which may have to be read first.
func (m *Model) withThread(i keys.Intent) tea.Cmd {
	t, ok := m.list.Current()
	if !ok {
		return nil
	}
	if v, shown := m.reader.Thread(); shown && v.Thread.ID == t.ID {
		return m.onMessage(i, &m.reader)
	}
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		v, err := b.Thread(ctx, t.ID)
		return threadReadMsg{v, i, err}
	})
}

// onMessage carries out an intent about the message that a reader means.
func (m *Model) onMessage(i keys.Intent, r *reader.Model) tea.Cmd {
	v, _ := r.Thread()
	msg, ok := r.Subject()
	if msg.Status == inbox.StatusSuspect && (i == keys.Link || i == keys.OpenMedia || i == keys.CopyLink) {
		return m.wrong(inbox.Problem{Code: inbox.CodeSuspect})
	}
	switch i {
	case keys.OpenMedia:
		return m.media(r)
	case keys.Link:
		return m.links(v, msg)
	case keys.CopyLink:
		raw := msg.URL
		if _, fine := text.URL(raw); !fine {
			raw = v.Thread.URL
		}
		if url, fine := text.URL(raw); fine {
			return m.copyLink(url, text.Host(raw))
		}
		return m.warn("why.no-link")
	case keys.CopyText:
		if ok && !msg.Text.Empty() {
			return m.copyOut(msg.Text.String(), m.look.P.T("copied.text", utf8.RuneCountInString(msg.Text.String())))
		}
	case keys.CopyAuthor:
		who := msg.Author
		if !ok {
			who = v.Thread.Author
		}
		if name := handle(who); name != "" {
			return m.copyOut(name, m.look.P.T("copied.author", m.look.Cut(name, 40)))
		}
	}
	return m.warn("copied.none-here")
}

// handle is the name by which an author is found on the network.
func handle(a inbox.Author) string {
	if !a.Handle.Empty() {
		return a.Handle.String()
	}
	return a.Name.String()
}

// links offers the addresses of a message.
func (m *Model) links(v inbox.ThreadView, msg inbox.Message) tea.Cmd {
	l := m.look
	d := &dialog.Links{Head: "links.dialog", Whose: look.Author(msg.Author)}
	word := map[reader.LinkKind]lang.Key{reader.LinkPage: "links.page", reader.LinkText: "links.text", reader.LinkPost: "links.post"}
	if msg.URL == "" {
		msg.URL = v.Thread.URL
	}
	for _, link := range reader.Links(msg, v.Post) {
		d.Items = append(d.Items, dialog.Address{What: l.P.T(word[link.Kind]), URL: link.URL, Host: link.Host})
	}
	if len(d.Items) == 0 {
		return m.warn("why.no-link")
	}
	m.push(d)
	return nil
}

// media offers the attachments that are meant; none is fetched.
func (m *Model) media(r *reader.Model) tea.Cmd {
	l := m.look
	msg, ok := r.WithMedia()
	if !ok {
		return m.warn("media.none")
	}
	d := &dialog.Links{Head: "media.dialog", Whose: look.Author(msg.Author)}
	for _, link := range reader.MediaLinks(msg) {
		what := link.Media.Kind
		if k := lang.Key("media." + what); l.P.Has(k) {
			what = l.P.T(k)
		}
		alt := l.P.T("media.no-alt")
		if !link.Media.Alt.Empty() {
			alt = text.CleanLine(look.Head(link.Media.Alt.String(), 400)).String()
		}
		d.Items = append(d.Items, dialog.Address{What: "[" + what + "] " + alt, URL: link.URL, Host: link.Host})
	}
	m.push(d)
	return nil
}

// copiedMsg is what became of a copy; shown is what was to be copied.
type copiedMsg struct {
	shown, said string
	why         string // for people; "" with a nil error
	err         error
}

func (m *Model) copyLink(url, host string) tea.Cmd {
	return m.copyOut(url, m.look.P.T("copied.link", m.look.Cut(host, 40)))
}

// copyOut asks the terminal to put a text on its clipboard, and tells so.
// Where it cannot, the text is shown.
func (m *Model) copyOut(s, told string) tea.Cmd {
	why := m.look.P.T("copy.why")
	if m.term == nil {
		m.push(&dialog.Shown{Why: why, Text: s})
		return nil
	}
	term := m.term
	return m.call(func(ctx context.Context) tea.Msg {
		return copiedMsg{shown: s, said: told, why: why, err: term.Copy(ctx, s)}
	})
}

func (m *Model) gotCopied(msg copiedMsg) tea.Cmd {
	if msg.err == nil {
		return m.show(said, msg.said)
	}
	if m.composer.Active() {
		return m.show(warned, msg.why)
	}
	m.push(&dialog.Shown{Why: msg.why, Text: msg.shown})
	return nil
}

// openAddress shows an address with the person's own opener; where there is
// none it is copied.
func (m *Model) openAddress(w dialog.OpenWanted) tea.Cmd {
	if m.term == nil || !m.term.Local() {
		return m.copyLink(w.URL, w.Host)
	}
	term, told := m.term, m.look.P.T("media.opened", m.look.Cut(w.Host, 40))
	why := m.look.P.T("media.not-here")
	return m.call(func(ctx context.Context) tea.Msg {
		return copiedMsg{shown: w.URL, said: told, why: why, err: term.Open(ctx, w.URL)}
	})
}

// escalate asks to whom the current thread goes.
func (m *Model) escalate() tea.Cmd {
	t, ok := m.list.Current()
	if !ok {
		return nil
	}
	d := dialog.NewEscalate(t, m.look, m.look.Now)
	m.push(d)
	if v, shown := m.reader.Thread(); shown && v.Thread.ID == t.ID {
		d.Saw(v)
		return m.tickNow()
	}
	b := m.backend
	return tea.Batch(m.tickNow(), m.call(func(ctx context.Context) tea.Msg {
		v, err := b.Thread(ctx, t.ID)
		return threadReadMsg{v, keys.Escalate, err}
	}))
}

func (m *Model) gotThreadRead(msg threadReadMsg) tea.Cmd {
	if msg.err != nil {
		return m.wrong(msg.err)
	}
	if d, ok := m.below().(*dialog.Escalate); ok && msg.intent == keys.Escalate {
		d.Saw(msg.view)
		return nil
	}
	if t, _ := m.list.Current(); m.composer.Active() || m.top() != nil || t.ID != msg.view.Thread.ID {
		return nil // the hand has gone on
	}
	var r reader.Model
	r.Show(msg.view, m.look)
	return m.onMessage(msg.intent, &r)
}

// readAct carries out what the dialogs of reading want; false: it is none of
// theirs.
func (m *Model) readAct(a dialog.Action) (tea.Cmd, bool) {
	switch a := a.(type) {
	case dialog.CopyWanted:
		m.pop()
		return m.copyLink(a.URL, a.Host), true
	case dialog.OpenWanted:
		m.pop()
		return m.openAddress(a), true
	case dialog.ThreadWanted:
		m.pop()
		return m.visit(a), true
	default:
		if cmd, ok := m.personAct(a); ok {
			return cmd, true
		}
		return m.dayAct(a)
	}
}

// threadSoughtMsg brings a thread of one of the dialogs.
type threadSoughtMsg struct {
	view inbox.ThreadView
	then keys.Intent
	err  error
}

// visit shows a thread of a dialog, and does there what is wanted.
func (m *Model) visit(w dialog.ThreadWanted) tea.Cmd {
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		v, err := b.Thread(ctx, w.Thread)
		return threadSoughtMsg{v, w.Then, err}
	})
}

func (m *Model) gotThreadSought(msg threadSoughtMsg) tea.Cmd {
	if msg.err != nil {
		return m.wrong(msg.err)
	}
	if m.composer.Active() || m.top() != nil {
		return nil // the hand has gone on
	}
	cmd := m.goTo(msg.view.Thread)
	if msg.then == keys.Escalate {
		return tea.Batch(cmd, m.escalate())
	}
	return cmd
}

// readData takes what the loads of reading bring; false: it is none of theirs.
func (m *Model) readData(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case threadReadMsg:
		return m.gotThreadRead(msg), true
	case threadSoughtMsg:
		return m.gotThreadSought(msg), true
	case copiedMsg:
		return m.gotCopied(msg), true
	case personReadMsg:
		return m.gotPerson(msg), true
	case personChangedMsg:
		return m.gotPersonChanged(msg), true
	case joinFoundMsg:
		return m.gotJoin(msg), true
	default:
		return m.dayData(msg)
	}
}
