package tui

import (
	"context"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/person"
	"vigie/tui/standing"
)

type (
	// personReadMsg brings what is known of who a thread is with; line: for
	// the line under the head of the thread only.
	personReadMsg struct {
		thread inbox.ThreadID
		card   inbox.PersonCard
		list   []person.Exchange
		did    []person.Measure
		line   bool
		err    error
	}
	// personChangedMsg is a change of a card that worked or did not.
	personChangedMsg struct {
		thread inbox.ThreadID
		said   string
		err    error
	}
	// joinFoundMsg brings the thread that a card is to be joined with.
	joinFoundMsg struct {
		with inbox.Thread
		err  error
	}
	// joinNow and partNow are the yes to joining and taking apart.
	joinNow struct{ id, with inbox.Thread }
	partNow struct{ id inbox.Thread }
)

// cardWidth is the width of windows that show a line about who writes.
const cardWidth = 160

// person opens the card of who the current thread is with.
func (m *Model) person() tea.Cmd {
	t, ok := m.list.Current()
	if !ok {
		return nil
	}
	m.push(person.New(t, person.Keys{
		Badge: m.keys.Key(keys.Badge), Note: m.noteKey(), Block: m.moderating(keys.Block), Mute: m.moderating(keys.Mute),
	}))
	return m.loadPerson(t.ID)
}

// noteKey is the key of a note on the card.
func (m *Model) noteKey() string {
	for _, b := range m.keys.In(keys.Card) {
		if b.Intent == keys.Note && len(b.Keys) > 0 {
			return b.Keys[0]
		}
	}
	return ""
}

// loadPerson loads a card, with how its exchanges ended.
func (m *Model) loadPerson(id inbox.ThreadID) tea.Cmd {
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		c, err := b.Person(ctx, id)
		msg := personReadMsg{thread: id, card: c, err: err}
		for _, t := range c.Threads {
			msg.list = append(msg.list, exchange(ctx, b, t))
		}
		for _, did := range c.Measures {
			msg.did = append(msg.did, measure(ctx, b, did))
		}
		return msg
	})
}

// exchange tells how a thread ended; of one that cannot be read, its head does.
func exchange(ctx context.Context, b Backend, t inbox.Thread) person.Exchange {
	e := person.Exchange{Thread: t}
	v, err := b.Thread(ctx, t.ID)
	if err != nil {
		return e
	}
	for _, mark := range standing.Marks(v) {
		e.Hidden = e.Hidden || mark.Hidden || mark.Deleted
	}
	for _, ev := range v.Events {
		if ev.Verb == inbox.Escalate {
			e.Handled, e.To = true, ""
			for _, a := range ev.Args {
				e.To = a // the name stands last
			}
		}
	}
	return e
}

// measure tells whether what was done can be taken back where it was done.
func measure(ctx context.Context, b Backend, did inbox.Measure) person.Measure {
	v, err := b.Thread(ctx, did.Thread)
	back, _ := did.Kind.Inverse()
	return person.Measure{Measure: did, Back: err == nil && v.Caps.Can(back)}
}

// loadCard loads the line under the head of the thread, in wide windows.
func (m *Model) loadCard() tea.Cmd {
	v, ok := m.reader.Thread()
	if !ok || m.w < cardWidth {
		return nil
	}
	b, id := m.backend, v.Thread.ID
	return m.call(func(ctx context.Context) tea.Msg {
		c, err := b.Person(ctx, id)
		return personReadMsg{thread: id, card: c, line: true, err: err}
	})
}

func (m *Model) gotPerson(msg personReadMsg) tea.Cmd {
	if msg.err != nil && msg.line {
		return nil // the line stays empty; the card says why
	}
	if msg.err != nil {
		c, ok := m.top().(*person.Card)
		if !ok || c.Loaded() || c.Thread.ID != msg.thread {
			return m.wrong(msg.err)
		}
		m.pop()
		m.deafen() // what is being typed was for what closes
		return tea.Batch(m.wrong(msg.err), m.hearSoon())
	}
	m.reader.About(msg.thread, person.Summary(m.look, msg.card))
	if d, ok := m.below().(*person.Card); ok && d.Thread.ID == msg.thread && !msg.line {
		d.Set(msg.card, msg.list, msg.did)
	}
	return nil
}

// cardBelow is the card that is open, also under a dialog that it opened.
func (m *Model) cardBelow() (*person.Card, bool) {
	for _, d := range slices.Backward(m.dialogs) {
		if c, ok := d.(*person.Card); ok {
			return c, true
		}
	}
	return nil, false
}

// personAct carries out what a card wants.
func (m *Model) personAct(a dialog.Action) (tea.Cmd, bool) {
	c, open := m.cardBelow()
	if !open {
		return nil, false
	}
	switch a := a.(type) {
	case person.Wanted:
		return m.personWanted(c, a.Intent), true
	case dialog.Prompted:
		d := m.top()
		m.pop()
		m.used(d)
		return m.personPrompted(c, a, d), true
	case joinNow:
		m.pop()
		said := m.look.P.T("done.joined", m.short(a.id), m.short(a.with))
		return m.changePerson(a.id.ID, said, func(ctx context.Context) error {
			return m.backend.Link(ctx, m.by, a.id.ID, a.with.ID)
		}), true
	case partNow:
		m.pop()
		said := m.look.P.T("done.parted", m.short(a.id))
		return m.changePerson(a.id.ID, said, func(ctx context.Context) error {
			return m.backend.Unlink(ctx, m.by, a.id.ID)
		}), true
	}
	return nil, false
}

// short names who a thread is with.
func (m *Model) short(t inbox.Thread) string { return m.look.Cut(look.Author(t.Author), 30) }

func (m *Model) personWanted(c *person.Card, i keys.Intent) tea.Cmd {
	ask := func(head, label, hint lang.Key, foot string) {
		m.push(&dialog.Prompt{Head: head, Label: label, Hint: hint, Foot: foot, About: m.short(c.Thread), For: i, Of: c.Thread.ID})
	}
	switch i {
	case keys.CopyAuthor:
		card, _ := c.Known()
		if name := handle(card.Author); name != "" {
			return m.copyOut(name, m.look.P.T("copied.author", m.look.Cut(name, 40)))
		}
		return m.warn("copied.none-here")
	case keys.Badge:
		ask("badge.title", "badge.field", "badge.hint", m.look.P.T("badge.rings"))
	case keys.Note:
		ask("card-note.title", "card-note.field", "card-note.hint", m.look.P.T("person.only-client", m.look.Client(c.Thread.Client).Name))
	case keys.JoinPerson:
		ts := slices.DeleteFunc(slices.Clone(m.list.Targets()), func(t inbox.Thread) bool { return t.ID == c.Thread.ID })
		if m.list.Marked() > 0 && len(ts) == 1 {
			return m.askJoin(c, ts[0])
		}
		ask("join.title", "join.field", "join.hint", "")
	case keys.PartPerson:
		card, _ := c.Known()
		if len(card.Identities) < 2 {
			return m.warn("part.alone")
		}
		m.push(&dialog.Confirm{
			Head: "part.title", Lines: []string{m.look.P.T("part.ask", m.short(c.Thread), m.look.On(c.Thread.Account, c.Thread.Network))},
			Yes: partNow{c.Thread}, Firm: true,
		})
	}
	return nil
}

// askJoin asks whether two threads are with the same person.
func (m *Model) askJoin(c *person.Card, with inbox.Thread) tea.Cmd {
	l, t := m.look, c.Thread
	switch {
	case with.ID == t.ID:
		return m.warn("join.same")
	case with.Client != t.Client:
		return m.warn("join.client")
	}
	card, _ := c.Known()
	if slices.ContainsFunc(card.Identities, func(id inbox.PersonIdentity) bool {
		return id.Account == with.Account && id.Author.ID == with.Author.ID
	}) {
		return m.warn("join.already")
	}
	key := ""
	for _, b := range m.keys.In(keys.Card) {
		if b.Intent == keys.PartPerson && len(b.Keys) > 0 {
			key = b.Keys[0]
		}
	}
	m.push(&dialog.Confirm{Head: "join.title", Lines: []string{
		l.P.T("join.ask", m.short(t), l.On(t.Account, t.Network), m.short(with), l.On(with.Account, with.Network)),
		l.P.T("join.ask-back", key),
	}, Yes: joinNow{t, with}, Firm: true})
	return nil
}

// personPrompted does what a line of d was asked for.
func (m *Model) personPrompted(c *person.Card, a dialog.Prompted, d dialog.Dialog) tea.Cmd {
	b, by, id := m.backend, m.by, c.Thread.ID
	switch a.For {
	case keys.Badge:
		words := strings.FieldsFunc(a.Text, func(r rune) bool { return r == ' ' || r == ',' })
		return m.changePerson(id, m.look.P.T("done.badge", m.look.Cut(strings.Join(words, " "), 40)), func(ctx context.Context) error {
			return b.Badge(ctx, by, id, words)
		})
	case keys.Note:
		said := m.look.P.T("done.card-note", m.short(c.Thread))
		return m.call(func(ctx context.Context) tea.Msg {
			if err := b.PersonNote(ctx, by, id, a.Text); err != nil {
				return textLostMsg{d, err}
			}
			return personChangedMsg{thread: id, said: said}
		})
	case keys.JoinPerson:
		n, err := strconv.ParseUint(strings.TrimLeft(a.Text, "#n°N "), 10, 64)
		if err != nil {
			return m.warn("join.no-number")
		}
		return m.call(func(ctx context.Context) tea.Msg {
			v, err := b.Thread(ctx, inbox.ThreadID(n))
			return joinFoundMsg{v.Thread, err}
		})
	}
	return nil
}

func (m *Model) gotJoin(msg joinFoundMsg) tea.Cmd {
	c, ok := m.top().(*person.Card)
	switch {
	case msg.err != nil:
		return m.wrong(msg.err)
	case !ok:
		return nil // the hand has gone on
	}
	return m.askJoin(c, msg.with)
}

// changePerson changes a card and shows what became of it.
func (m *Model) changePerson(id inbox.ThreadID, said string, change func(context.Context) error) tea.Cmd {
	return m.call(func(ctx context.Context) tea.Msg {
		return personChangedMsg{id, said, change(ctx)}
	})
}

func (m *Model) gotPersonChanged(msg personChangedMsg) tea.Cmd {
	if msg.err != nil {
		return m.wrong(msg.err)
	}
	m.stepped(inbox.Action{})
	return tea.Batch(m.show(said, msg.said), m.loadPerson(msg.thread))
}
