package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
)

const (
	// graceTime is how long a dialog that opened by itself takes no keys:
	// they were meant for what was there before.
	graceTime = 300 * time.Millisecond
	// twiceTime is how soon the second ctrl+c must follow the first.
	twiceTime = 2 * time.Second
	// maxTyped is how many keys and pastes are kept while a composer opens.
	maxTyped = 500
)

type (
	dialogArmedMsg struct{ d dialog.Dialog }
	ctrlCForgotMsg struct{}
)

// scopes are the places whose keys count now, innermost first.
func (m *Model) scopes() []keys.Scope {
	switch d := m.top(); {
	case d != nil:
		return d.Scopes()
	case m.composer.Active():
		return []keys.Scope{keys.Writing}
	case m.newcomer():
		return []keys.Scope{keys.Welcome, keys.Root}
	case m.focus == onReader:
		return []keys.Scope{keys.Reader, keys.Thread, keys.Root}
	}
	return []keys.Scope{keys.List, keys.Thread, keys.Root}
}

// key gives a key to whoever has the focus: a binding first, then the text.
func (m *Model) key(k tea.KeyPressMsg) tea.Cmd {
	m.list.Settle()
	if k.String() != "ctrl+c" { // a store that hangs holds nobody
		if cmd, deaf := m.unheard(k); deaf {
			return cmd
		}
		if m.wait {
			if len(m.typed) < maxTyped {
				m.typed = append(m.typed, k)
			}
			return nil
		}
		if m.top() != nil && !m.armed {
			m.deaf.key = k.String() // it may be held down: it answers only when let go
			return tea.Batch(m.hearKey(), m.tooSoon(k))
		}
	}
	m.pressed, m.flash.old = k.String(), true
	scopes := m.scopes()
	names := keys.Names(k.Key())
	if scopes[0].Text() {
		names = names[:1] // what is typed is text, whatever the layout
	}
	pending := m.seq
	b, seq, more := m.keys.Lookup(pending, names, scopes...)
	m.seq = ""
	switch {
	case more:
		m.seq = seq
		return nil
	case b.Intent != "" && pending == "" && m.tooEarly(b):
		m.typed, m.wait, m.early = append(m.typed, k), true, true
		return nil
	case b.Intent != "":
		return m.bound(b)
	}
	if cmd, taken := m.typeText(k); taken || scopes[0].Text() || k.Code == tea.KeyEscape { // which ends a sequence
		return cmd
	}
	return m.deadKey(strings.TrimSpace(pending + " " + m.pressed))
}

// tooEarly reports whether a key is for a thread of a list that is on its way:
// whoever types ahead means what they have asked for.
func (m *Model) tooEarly(b keys.Binding) bool {
	return b.Needs&keys.NeedThread != 0 && m.loads.listBusy && m.list.Len() == 0 && m.top() == nil && !m.composer.Active()
}

// deadKey says that a key does nothing here, and which tells the keys that do.
func (m *Model) deadKey(name string) tea.Cmd {
	return m.warn("key.dead", m.look.Cut(name, 12), m.keys.Key(keys.Help))
}

// bound carries a binding out, or says why it makes no sense here.
func (m *Model) bound(b keys.Binding) tea.Cmd {
	if b.Intent == keys.Interrupt {
		return m.interrupt()
	}
	if why := b.Blocked(m.met()); why != "" {
		if b.Intent.Types() {
			return m.noText(m.blocked(b, why))
		}
		return m.show(warned, m.blocked(b, why))
	}
	if d := m.top(); d != nil {
		switch b.Intent {
		case keys.Back:
			return m.act(dialog.Closed{})
		case keys.Help:
			return m.help()
		}
		return m.act(d.Do(b.Intent))
	}
	return m.apply(b.Intent)
}

// blocked says why a binding makes no sense here, and what can be done instead:
// of an answer, what the network says where it does.
func (m *Model) blocked(b keys.Binding, why lang.Key) string {
	act := map[keys.Intent]inbox.ActionKind{keys.Reply: inbox.ActReply, keys.Private: inbox.ActPrivate, keys.Like: inbox.ActLike}[b.Intent]
	v, shown := m.reader.Thread()
	if t, ok := m.list.Current(); act == "" || !ok || !shown || v.Thread.ID != t.ID || v.Caps.Acts[act].Why == "" {
		return m.look.P.T(why)
	}
	p := inbox.Problem{Code: v.Caps.Acts[act].Why}
	if act == inbox.ActReply && p.Code == inbox.CodeReadOnly && answeredMessage(v, m.chosenOf(v.Thread.ID)).Status == inbox.StatusSuspect {
		p.Code = inbox.CodeSuspect
	}
	what, next := m.look.ActProblem(inbox.Action{Kind: act, Account: v.Thread.Account, Problem: p})
	if what == "" {
		return m.look.P.T(why)
	}
	if !b.Intent.Types() {
		return what // there is a line for it
	}
	return m.instead(what, next)
}

// typeText gives a key that is no binding to the text field, if there is one;
// taken says that it meant something there.
func (m *Model) typeText(k tea.KeyPressMsg) (cmd tea.Cmd, taken bool) {
	if d := m.top(); d != nil {
		a := d.Key(k)
		return m.act(a), a != nil
	}
	if m.composer.Active() && m.composer.Key(k) {
		return m.draftChanged(), true
	}
	return nil, false
}

// paste puts text in and never does anything else.
func (m *Model) paste(s string) tea.Cmd {
	switch d := m.top(); {
	case m.deaf.all:
		return nil
	case m.wait:
		if len(m.typed) < maxTyped {
			m.typed = append(m.typed, tea.PasteMsg{Content: s})
		}
		return nil
	case d != nil:
		return m.act(d.Paste(s))
	case m.composer.Active():
		if !m.composer.Paste(s) {
			return tea.Batch(m.warn("composer.paste-cut"), m.draftChanged())
		}
		return m.draftChanged()
	}
	return nil
}

// interrupt leaves at the second ctrl+c.
func (m *Model) interrupt() tea.Cmd {
	if m.ctrlC {
		return m.detach()
	}
	m.ctrlC = true
	return tea.Batch(m.warn("app.ctrl-c"), m.timer(twiceTime, func() tea.Msg { return ctrlCForgotMsg{} }))
}

// replay types what was typed while a composer was being opened.
func (m *Model) replay() tea.Cmd {
	typed := m.typed
	m.typed, m.wait = nil, false
	var cmds []tea.Cmd
	for _, msg := range typed {
		switch msg := msg.(type) {
		case tea.KeyPressMsg:
			cmds = append(cmds, m.key(msg))
		case tea.PasteMsg:
			cmds = append(cmds, m.paste(msg.Content))
		}
	}
	return tea.Batch(cmds...)
}

// met is what is there for intents to work on.
func (m *Model) met() keys.Need {
	var met keys.Need
	if len(m.look.Clients) > 0 {
		met |= keys.NeedDesk
	}
	switch d := m.top().(type) {
	case *dialog.Outbox:
		if a, ok := d.Chosen(); ok {
			met |= keys.NeedItem | settling(a)
		}
	case *dialog.Drafts:
		if d.Len() > 0 {
			met |= keys.NeedItem
		}
	default:
		met |= m.hasItem()
	}
	t, ok := m.list.Current()
	if !ok {
		return met
	}
	if a := m.reader.Chosen().Action; m.top() == nil && m.focus == onReader && a != nil {
		met |= settling(*a)
	}
	met |= keys.NeedThread | keys.NeedReply | keys.NeedPrivate | keys.NeedLike
	if v, shown := m.reader.Thread(); shown && v.Thread.ID == t.ID {
		if !v.Caps.Can(inbox.ActReply) && awayOf(v, inbox.Draft{Parent: m.chosenOf(t.ID)}) == "" {
			met &^= keys.NeedReply
		}
		if !v.Caps.Can(inbox.ActPrivate) {
			met &^= keys.NeedPrivate
		}
		if !v.Caps.Can(inbox.ActLike) {
			met &^= keys.NeedLike
		}
	}
	if m.list.Marked() > 0 { // what cannot be done with one of them is told when it is asked
		met |= keys.NeedOpen | keys.NeedLike | keys.NeedDone
	}
	if t.Open() {
		met |= keys.NeedOpen
	}
	if t.State != inbox.Ours {
		met |= keys.NeedDone
	}
	if t.Split() == inbox.Watches {
		met |= keys.NeedWatch
	}
	if _, ok := text.URL(t.URL); ok || m.reader.HasLinks(t.ID) {
		met |= keys.NeedLink
	}
	if len(m.look.Client(t.Client).Contacts) > 0 {
		met |= keys.NeedContact
	}
	return met
}

// flash is a sentence on the status line that goes away by itself.
type flash struct {
	text  string
	kind  flashKind
	last  time.Duration
	until time.Time // set when the time is told next: the one known is old
	old   bool      // a key or a click came since
}

type flashKind uint8

const (
	said flashKind = iota
	warned
	wrong
)

const (
	saidTime  = 6 * time.Second
	wrongTime = 15 * time.Second
)

func (m *Model) show(kind flashKind, s string) tea.Cmd {
	d := saidTime
	if kind == wrong {
		d = wrongTime
	}
	m.flash = flash{text: s, kind: kind, last: d}
	return m.tickNow()
}

func (m *Model) say(key lang.Key, args ...any) tea.Cmd { return m.show(said, m.look.P.T(key, args...)) }

func (m *Model) warn(key lang.Key, args ...any) tea.Cmd {
	return m.show(warned, m.look.P.T(key, args...))
}

// told tells of what was asked for a while ago, and leaves the answer to the
// newest key in its place.
func (m *Model) told(words string) tea.Cmd {
	if m.answers() {
		return m.show(m.flash.kind, m.flash.text+" "+m.look.Glyphs.Dot+" "+words)
	}
	return m.show(said, words)
}

// answers reports whether the flash says why the newest key did nothing.
func (m *Model) answers() bool { return m.flash.kind != said && !m.flash.old && m.flash.text != "" }

func (m *Model) wrong(err error) tea.Cmd { return m.show(wrong, m.sentence(err)) }
