package tui

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/charter"
	"vigie/inbox/text"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/standing"
)

// sendDespite: the person has seen why the answer was stopped and sends it.
type sendDespite struct{ code string }

// guards reports whether an error asks for a look before sending, not for
// another text.
func guards(err error) bool {
	var p inbox.Problem
	if !errors.As(err, &p) {
		return false
	}
	switch p.Code {
	case inbox.CodeChanged, inbox.CodeAnswered, inbox.CodeComposing, inbox.CodeOtherClient, inbox.CodeReplyTo:
		return true
	}
	return false
}

// advises reports whether an error is what a client's charter advises against.
func advises(err error) bool { return inbox.ProblemOf(err).Code == inbox.CodeTone }

// charter stops a text that the client's charter forbids, and once one that it
// advises against.
func (m *Model) charter() (cmd tea.Cmd, stopped bool) {
	asked := m.write.advised != "" && m.write.advised == m.composer.Value()
	if f, stops := m.composer.Offends(asked); stops {
		words := m.composer.Offence(m.look, f)
		if f.Blocks() {
			m.composer.Why = words
			return nil, true
		}
		return m.advised(words), true
	}
	if asked {
		m.write.despite = append(m.write.despite, inbox.CodeTone)
	}
	return nil, false
}

// whyNot says why the engine refused a text: in the words of the charter's own
// findings where it is that.
func (m *Model) whyNot(err error) string {
	switch p := inbox.ProblemOf(err); p.Code {
	case inbox.CodeCharter, inbox.CodeTone:
		return m.composer.Offence(m.look, charter.Finding{Code: p.Code, Rule: argument(p, 0), Why: argument(p, 1)})
	}
	return m.sentence(err)
}

// advised tells it in the composer. The key that sends, pressed again for the
// same text, sends it anyway; held down, it does not.
func (m *Model) advised(words string) tea.Cmd {
	m.write.advised = m.composer.Value()
	m.composer.Why = m.look.P.T("composer.again", words, m.keys.Key(keys.Send))
	if all := m.composer.Offences(m.look); len(all) > 1 {
		points := m.look.P.T("charter.points", len(all), strings.Join(all, " "+m.look.Glyphs.Dot+" "))
		m.composer.Why = m.look.P.T("composer.again-all", m.keys.Key(keys.Send), m.keys.Key(keys.Charter), points)
	}
	m.deaf.key = m.pressed
	return m.hearKey()
}

// guard shows why an answer was stopped. The composer keeps the text, and what
// was typed after the key that sends is dropped: it was meant for another
// screen.
func (m *Model) guard(p inbox.Problem, v inbox.ThreadView) tea.Cmd {
	m.wait, m.typed = false, nil
	t := m.composer.Thread
	c := m.look.Client(t.Client)
	saves := m.draftChanged()
	var seen tea.Cmd
	if v.Thread.ID == t.ID {
		m.reader.Show(v, m.look)
		m.list.Update(v.Thread)
		seen = m.composerSaw(v)
	}
	if p.Code == inbox.CodeOtherClient {
		d := &dialog.OtherClient{Client: c.Client, Other: argument(p, 0), Word: argument(p, 1), Yes: sendDespite{p.Code}}
		return tea.Batch(saves, seen, m.pushSoon(d))
	}
	d := &dialog.Guard{Head: lang.Key("guard." + p.Code), Zone: c.Zone, Yes: sendDespite{p.Code}}
	if p.Code == inbox.CodeComposing {
		d.Words = m.look.P.T("guard.composing-text", m.somebody(argument(p, 0)))
		if own, ok := m.writesHere(t.ID); ok {
			d.Head, d.Words = "guard.composing-yours", m.look.P.T("guard.composing-there", own)
		}
		return tea.Batch(saves, seen, m.pushSoon(d))
	}
	if p.Code == inbox.CodeReplyTo {
		d.Words = m.look.P.T("guard.replyto-text", argument(p, 0), argument(p, 1))
		return tea.Batch(saves, seen, m.pushSoon(d))
	}
	d.Items, d.Seen = m.happened(v), lastEvent(v)
	if len(d.Items) == 0 {
		d.Words = m.problemWords(p)
	}
	return tea.Batch(saves, seen, m.pushSoon(d))
}

// problemWords says with the problem's own words what happened.
func (m *Model) problemWords(p inbox.Problem) string {
	if p.Code == inbox.CodeAnswered {
		return m.look.P.T("since.answered", m.somebody(argument(p, 0)))
	}
	var words []string
	for i, k := range []lang.Key{"since.new", "since.edited", "since.deleted"} {
		if n, err := strconv.Atoi(argument(p, i)); err == nil && n > 0 {
			words = append(words, m.look.P.T(k, n))
		}
	}
	return strings.Join(words, ", ")
}

func argument(p inbox.Problem, i int) string {
	if i < len(p.Args) {
		return p.Args[i]
	}
	return ""
}

func (m *Model) somebody(name string) string {
	if name == "" {
		return m.look.P.T("since.somebody")
	}
	return m.look.Cut(name, 40)
}

// despite sends what was stopped, after the yes.
func (m *Model) despite(d dialog.Dialog, code string) tea.Cmd {
	saves := m.dismissed(d)
	m.write.despite = append(m.write.despite, code)
	return tea.Batch(saves, m.sendOn())
}

// dismissed notes what the person has seen in a dialog that is over.
func (m *Model) dismissed(d dialog.Dialog) tea.Cmd {
	g, ok := d.(*dialog.Guard)
	if !ok || !m.composer.Active() || g.Seen == 0 {
		return nil
	}
	m.composer.Saw(g.Seen)
	m.composer.Meanwhile = ""
	return m.draftChanged()
}

// composerSaw tells the composer what its thread has become: the message that
// is answered, and what happened that the writer has not seen. Nothing is
// unseen while nothing is written.
func (m *Model) composerSaw(v inbox.ThreadView) tea.Cmd {
	if !m.composer.Active() || m.composer.Thread.ID != v.Thread.ID {
		return nil
	}
	m.composer.Follow(v)
	if m.composer.Value() == "" {
		m.composer.Saw(lastEvent(v))
	}
	items := m.happened(v)
	m.composer.Meanwhile = m.meanwhile(items)
	g, open := m.top().(*dialog.Guard)
	if !open || g.Seen == 0 || g.Seen == lastEvent(v) || len(items) <= len(g.Items) {
		return nil
	}
	g.Items, g.Seen, m.armed = items, lastEvent(v), false
	return m.timer(graceTime, func() tea.Msg { return dialogArmedMsg{g} })
}

// happened is what others did in the thread since the writer has seen it:
// messages of theirs, and answers that this person did not write.
func (m *Model) happened(v inbox.ThreadView) []dialog.Happened {
	seen := m.composer.Draft().SeenN
	messages := make(map[string]inbox.Message, len(v.Messages))
	for _, msg := range v.Messages {
		messages[msg.Remote] = msg
	}
	var out []dialog.Happened
	at := map[string]int{} // place in out, by message
	for _, e := range v.Events {
		if e.N <= seen {
			continue
		}
		msg := messages[e.Message]
		it := dialog.Happened{Who: look.Author(msg.Author), At: e.At, Text: few(msg.Text.String())}
		switch e.Verb {
		case inbox.Received:
			it.What = "guard.new"
		case inbox.Edited:
			it.What = "guard.edited"
			if _, listed := at[e.Message]; listed {
				continue
			}
		case inbox.Removed:
			it.What = "guard.deleted"
		case inbox.Replied:
			if m.mine(e.Line, e.Session) {
				continue
			}
			it.What, it.Who = "guard.answer", m.answerer(e)
			if msg.Remote == "" {
				it.Text = actionText(v, e.Action)
			}
		default:
			continue
		}
		if i, listed := at[e.Message]; listed && e.Message != "" {
			out[i] = it
			continue
		}
		at[e.Message] = len(out)
		out = append(out, it)
	}
	for _, a := range v.Actions {
		if it, counts := m.unsettled(a); counts {
			out = append(out, it)
		}
	}
	slices.SortStableFunc(out, func(a, b dialog.Happened) int { return a.At.Compare(b.At) })
	return out
}

// unsettled is an answer that may be there already, or that will be: of others
// whatever waits, of one's own what is in doubt or was asked for later.
func (m *Model) unsettled(a inbox.Action) (it dialog.Happened, counts bool) {
	mine := m.mine(a.Line, a.Session)
	it = dialog.Happened{What: "guard.waits", Who: m.nameOf(a.Line, a.Session), At: a.CreatedAt, Text: few(a.Text)}
	if mine {
		it.Who = m.look.P.T("guard.you")
	}
	switch {
	case !a.Kind.Writes(), a.State == inbox.Accepted, a.State == inbox.Verified:
		return it, false
	case doubtful(a):
		it.What = "guard.doubt"
		if !a.LastWire.IsZero() {
			it.At = a.LastWire
		}
		return it, true
	case standing.Later(m.look, a):
		it.What, it.At = "guard.planned", a.SendAt
		return it, true
	}
	return it, !mine && !a.State.Terminal()
}

// meanwhile says in a few words what happened.
func (m *Model) meanwhile(items []dialog.Happened) string {
	count := map[lang.Key]int{}
	var words []string
	for _, it := range items {
		switch it.What {
		case "guard.answer":
			words = append(words, m.look.P.T("since.answered", m.look.Cut(it.Who, 32)))
		case "guard.waits", "guard.planned", "guard.doubt":
			if it.Who == m.look.P.T("guard.you") { // nothing that happened while one writes
				continue
			}
			words = append(words, m.look.P.T("since.waits", m.look.Cut(it.Who, 32)))
		default:
			count[it.What]++
		}
	}
	for _, k := range []struct{ what, words lang.Key }{
		{"guard.new", "since.new"}, {"guard.edited", "since.edited"}, {"guard.deleted", "since.deleted"},
	} {
		if n := count[k.what]; n > 0 {
			words = append(words, m.look.P.T(k.words, n))
		}
	}
	return strings.Join(words, ", ")
}

// mine reports whether it was done in this terminal.
func (m *Model) mine(line, session string) bool {
	return line == m.by.Line && session == m.by.Session
}

// answerer names who answered.
func (m *Model) answerer(e inbox.Event) string {
	if e.Actor == inbox.Native || e.Session == "" {
		return m.look.P.T("since.network")
	}
	return m.nameOf(e.Line, e.Session)
}

// nameOf names a session by what is attached now.
func (m *Model) nameOf(line, session string) string {
	i := slices.IndexFunc(m.sessions, func(s inbox.SessionInfo) bool { return s.ID == session })
	if i < 0 {
		i = slices.IndexFunc(m.sessions, func(s inbox.SessionInfo) bool {
			return line != "" && s.Line == line && s.ID != m.by.Session
		})
	}
	switch {
	case i >= 0:
		return m.called(m.sessions[i])
	case line != "" && line == m.by.Line:
		return m.look.P.T("since.you")
	}
	return m.look.P.T("since.somebody")
}

// fewBytes is how much of a text a question shows at most.
const fewBytes = 2 << 10

// few is the beginning of a text, cleaned.
func few(s string) text.Safe { return text.Clean(look.Head(s, fewBytes)) }

// lastEvent is the number of the newest event of a thread that is loaded.
func lastEvent(v inbox.ThreadView) int {
	if n := len(v.Events); n > 0 {
		return v.Events[n-1].N
	}
	return 0
}

// actionText is the text of an action of the thread, cleaned.
func actionText(v inbox.ThreadView, id inbox.ActionID) text.Safe {
	for _, a := range v.Actions {
		if a.ID == id && id != 0 {
			return few(a.Text)
		}
	}
	return text.Safe{}
}
