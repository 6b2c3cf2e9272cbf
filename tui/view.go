package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/query"
	"vigie/tui/cell"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/palette"
	"vigie/tui/status"
)

// title is the terminal's title: constant, for it is written raw.
const title = "vigie"

// View draws the screen. It changes nothing but what is kept of the drawing.
func (m *Model) View() tea.View {
	if !m.frame.drawn {
		m.frame.view, m.frame.drawn = m.draw(), true
	}
	return m.frame.view
}

func (m *Model) draw() tea.View {
	lines, cursor := m.screenLines(), m.cursor()
	if m.linear {
		lines, cursor = m.spoken(lines, cursor)
	}
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen = true
	v.WindowTitle = title
	v.ReportFocus = m.term != nil // what is told depends on who looks
	if m.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.Cursor = cursor
	return v
}

// screenLines is the frame: exactly as many lines as the window has.
func (m *Model) screenLines() []string {
	l, lay := m.look, m.lay
	d := m.desk()
	out := make([]string, 0, m.h)
	if !lay.header.empty() && m.zen != nil {
		out = append(out, m.zenLine())
	} else if !lay.header.empty() {
		out = append(out, m.frame.header.of(m.deskKey(m.window, lay.header.h), func() []string { return m.header(d) })...)
	}
	if !lay.tabs.empty() {
		out = append(out, status.Tabs(l, d, m.w, m.tabNews()))
	}
	out = m.body(m.drawBanner(out))
	if !lay.status.empty() {
		out = append(out, m.statusLine())
	}
	if !lay.hints.empty() {
		out = append(out, m.tail())
	}
	return cell.Height(out, m.h, m.w)
}

// cursor is the real cursor: screen readers and input methods follow it.
func (m *Model) cursor() *tea.Cursor {
	var c *tea.Cursor
	at := m.lay.composer
	if d := m.top(); d != nil {
		c, at = d.Cursor(), m.lay.sheet
	} else {
		c = m.composer.Cursor()
	}
	if c == nil || c.X >= at.w || c.Y >= at.h {
		return nil
	}
	moved := *c
	moved.X += at.x
	moved.Y += at.y
	return &moved
}

func (m *Model) desk() status.Desk {
	return status.Desk{
		Views: m.views, View: m.view, Client: m.client, Counts: m.counts, Tallies: m.tallies.of,
		Stale:    m.tallies.client != m.client,
		Accounts: m.accounts, Due: m.due,
	}
}

// body draws the panes side by side or above each other.
func (m *Model) body(out []string) []string {
	l, lay := m.look, m.lay
	if m.newcomer() && m.top() == nil {
		return append(out, m.welcome(m.w, lay.all)...)
	}
	sep := l.Rule.Draw(l.Glyphs.Column)
	if !lay.side.empty() {
		side := cell.Pane{Width: lay.side.w, Lines: m.frame.side.of(m.deskKey(lay.side.w, lay.side.h), func() []string {
			return status.Side(l, m.desk(), lay.side.w, lay.side.h)
		})}
		if lay.sheet.w == lay.all.w {
			work := cell.Pane{Width: lay.all.w, Lines: m.work(sep)}
			return cell.Beside(out, lay.side.h, sep, side, work)
		}
		return cell.Beside(out, lay.side.h, sep, side,
			cell.Pane{Width: lay.list.w, Lines: m.drawList()},
			cell.Pane{Width: lay.reader.w, Lines: m.drawReader()})
	}
	return append(out, m.work(sep)...)
}

// work draws list, thread and composer, and a dialog over their lower part.
func (m *Model) work(sep string) []string {
	lay := m.lay
	var out []string
	if lay.sheet.h == lay.all.h && lay.sheet.w == lay.all.w && lay.sheet.h > 0 {
		return dialog.Sheet(m.top(), m.look, lay.sheet.w, lay.sheet.h)
	}
	if lay.beside() {
		out = cell.Beside(nil, lay.all.h, sep,
			cell.Pane{Width: lay.list.w, Lines: m.drawList()},
			cell.Pane{Width: lay.reader.w, Lines: m.drawReader()})
	} else {
		out = append(append(out, m.drawList()...), m.drawReader()...)
	}
	return m.cover(out)
}

// cover puts a dialog that is as wide as the work area over its lower part.
func (m *Model) cover(lines []string) []string {
	s := m.lay.sheet
	if s.empty() || s.w != m.lay.all.w {
		return lines
	}
	from := s.y - m.lay.all.y
	copy(lines[from:], dialog.Sheet(m.top(), m.look, s.w, s.h))
	return lines
}

func (m *Model) drawList() []string {
	r := m.lay.list
	if r.empty() {
		return nil
	}
	focused := m.focus == onList && !m.composer.Active()
	if m.list.Loaded() && m.list.Len() == 0 {
		return m.emptyList(r)
	}
	return m.list.View(m.look, m.listTitle(), focused)
}

// drawReader draws the column of the thread: the thread, the composer below
// it, and a dialog over the lower part when the column has a sidebar's width.
func (m *Model) drawReader() []string {
	lay := m.lay
	lines := m.reader.View(m.look, m.focus == onReader)
	lines = append(lines, m.composer.View(m.look)...)
	s := lay.sheet
	if !s.empty() && s.w == lay.reader.w && s.w != lay.all.w {
		copy(lines[s.y-lay.reader.y:], dialog.Sheet(m.top(), m.look, s.w, s.h))
	}
	return lines
}

// listTitle says what the list shows.
func (m *Model) listTitle() string {
	l := m.look
	name := ""
	if m.view < len(m.views) {
		name = l.ViewName(m.views[m.view])
	}
	if m.client != "" {
		name += " " + l.Glyphs.Dot + " " + l.Client(m.client).Name
	}
	if m.filter != "" {
		name += " " + l.Glyphs.Dot + " " + l.Cut(m.filter, 40)
	}
	if n := m.matching(); n != "" {
		name += " " + l.Glyphs.Dot + " " + n
	}
	return name
}

// tabNews is what the title of the list would say, where tabs take its place.
func (m *Model) tabNews() string {
	words := m.list.News(m.look)
	if m.filter != "" {
		words = strings.TrimRight(m.look.Cut(m.filter, 24)+"  "+strings.Join([]string{m.matching(), words}, "  "), " ")
	}
	return words
}

// emptyList says that nothing is there, and that this is fine.
func (m *Model) emptyList(r rect) []string {
	l := m.look
	key := lang.Key("empty.view")
	if v := m.query().View; l.P.Has(lang.Key("empty." + v.ID)) {
		key = lang.Key("empty." + v.ID)
	}
	switch {
	case m.filter != "":
		key = "empty.filter"
	case m.collecting():
		key = "empty.collecting"
	}
	words := l.P.T(key)
	if m.filteredAway() {
		words = l.P.T("empty.filter-state", l.ViewName(m.query().View), m.keys.Key(keys.NextView))
	}
	out := m.list.View(l, m.listTitle(), true)
	at := min(max(r.h/3, m.list.Head(), 1), r.h-1)
	if m.nothingLeft() {
		m.drawZero(out, max(min(at, r.h-6), min(m.list.Head(), r.h-1)), r.w)
		return out
	}
	for i, s := range l.Wrap(words, max(r.w-4, 1)) {
		if at+i < len(out) {
			out[at+i] = l.Spans(r.w).Add(l.Muted, "  "+s).End(l.Text)
		}
	}
	return out
}

// filteredAway reports whether the filter asks for states of which the view
// shows none, such as is:done among what is to do.
func (m *Model) filteredAway() bool {
	states := m.query().View.State
	filter, err := query.Parse(m.filter)
	each, err2 := query.Parse("is:any") // a filter without a word of states is about all
	if err != nil || err2 != nil || len(states) == 0 {
		return false
	}
	return !slices.ContainsFunc(query.And(filter, each).States(), func(s inbox.State) bool { return slices.Contains(states, s) })
}

// collecting reports whether the first collection is still to come: nothing
// there means nothing yet.
func (m *Model) collecting() bool {
	coming := false
	for _, a := range m.accounts {
		if m.client != "" && a.Account.Client != m.client {
			continue
		}
		if !a.OKAt.IsZero() {
			return false
		}
		coming = coming || a.Problem.Zero()
	}
	return coming
}

// hints is the last line: the keys that matter here, or how a sequence that
// was begun goes on.
func (m *Model) hints() string {
	scopes, met := m.scopes(), m.hinted()
	key := hintsKey{m.look.Rev, m.w, scopes[0], m.seq, met, m.fitKey()}
	return m.frame.hints.of(key, func() string {
		if m.seq != "" {
			return status.Hints(m.look, m.keys.After(m.seq, scopes...), nil, m.w)
		}
		return m.drawHints(scopes, met)
	})
}

// hinted is what the hints take to be there.
func (m *Model) hinted() keys.Need {
	// What depends on the thread under the cursor stays: a line that flickers
	// with every move would be read by nobody. The key says why when pressed.
	met := m.met() | keys.NeedOpen | keys.NeedLike | keys.NeedContact
	if watching := m.query().View.Split == inbox.Watches; watching {
		return (met | keys.NeedWatch) &^ keys.NeedReply
	}
	return (met | keys.NeedReply) &^ keys.NeedWatch
}

func (m *Model) drawHints(scopes []keys.Scope, met keys.Need) string {
	bs, last := m.hintBindings(scopes, met)
	return status.Hints(m.look, bs, last, m.w)
}

// hintBindings are what the hints tell: what fits, and what is told in any case.
func (m *Model) hintBindings(scopes []keys.Scope, met keys.Need) (bs, last []keys.Binding) {
	for _, b := range m.keys.In(scopes...) {
		b = m.fitting(b)
		if b.Scope == keys.Writing && b.Intent == keys.Complete && !m.composer.Note {
			bs = append(bs, keys.Typed()...)
		}
		switch {
		case !b.Hint || b.Blocked(met) != "":
		case b.Intent == keys.Back, b.Intent == keys.Help:
			last = append(last, b)
		default:
			bs = append(bs, b)
		}
	}
	return bs, last
}

// fitting is a binding in the words of where it is about to be pressed.
func (m *Model) fitting(b keys.Binding) keys.Binding {
	_, help := m.top().(*palette.Help)
	switch {
	case b.Intent == keys.Help && help:
		b.Hint = false // esc says it
	case m.newcomer() && m.top() == nil && !m.welcomes(b.Intent):
		b.Hint = false
	case b.Intent == keys.Send && m.composer.Active() && m.composer.Note:
		b.Help = "key.keep-note"
	case b.Intent == keys.Send && m.composer.Away != "":
		b.Help = "key.link-out"
	case b.Intent == keys.Later && m.composer.Away != "":
		b.Hint = false
	case b.Intent == keys.Later && m.composer.Active() && m.composer.Note:
		b.Hint = false
	case b.Intent == keys.Widen:
		d, ok := m.top().(*dialog.Search)
		b.Hint = ok && d.Narrowed()
	case b.Intent == keys.Visible:
		b.Hint = m.composer.Chooses()
	case b.Scope == keys.Drafts && b.Intent == keys.Undo:
		b.Hint = len(m.dropped) > 0
	case b.Intent == keys.Accept:
		if d, ok := m.top().(*dialog.Escalate); ok && !d.Last() {
			b.Help = "key.enter-field"
		}
		switch m.top().(type) {
		case *dialog.Confirm:
			b.Help, b.Hint = "dialog.yes", true
		case *dialog.Guard:
			b.Help, b.Hint = "guard.send", true
		case *dialog.OtherClient, *dialog.Later:
			b.Help = "key.send"
		case *dialog.Drafts:
			b.Help, b.Hint = "key.open-draft", true
		case *dialog.Notice:
			b.Hint = false // it says itself when enter closes it
		}
	case b.Intent == keys.Back:
		switch m.top().(type) {
		case *dialog.Confirm:
			b.Help = "dialog.no"
		case *dialog.LinkOut:
			b.Hint = b.Scope == keys.LinkingOut
		case *dialog.Guard, *dialog.OtherClient:
			b.Help = "guard.back"
		}
	}
	return b
}
