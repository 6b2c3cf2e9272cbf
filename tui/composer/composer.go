// Package composer is where an answer or a private note is written: a text
// field between two bands that say in words who speaks, where and to whom,
// with the network's own counter. It refuses to send what the network would
// refuse. It never sends by itself and a paste never sends.
package composer

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/length"
	"vigie/inbox/text"
	"vigie/tui/cell"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// maxLines is how many lines a draft can have.
const maxLines = 5000

// Model is the composer. It is open while Thread is not zero.
type Model struct {
	Thread inbox.Thread
	Caps   inbox.Caps
	Note   bool
	// Others says which other session writes in the same thread, "" for none.
	Others string
	// Why is the reason the last sending was refused; a key takes it away.
	Why string

	draft      inbox.Draft // as it was opened
	visibility string
	area       textarea.Model
	open       bool
	width      int
	height     int
}

// Open starts writing with the text of a draft.
func (m *Model) Open(t inbox.Thread, caps inbox.Caps, d inbox.Draft, styles theme.Styles) {
	area := textarea.New()
	area.ShowLineNumbers = false
	area.Prompt = ""
	area.CharLimit = 0
	area.MaxHeight = maxLines
	area.EndOfBufferCharacter = ' '
	area.KeyMap = keyMap(area.KeyMap)
	area.SetVirtualCursor(false)
	area.SetStyles(styles.Textarea())
	*m = Model{
		Thread: t, Caps: caps, Note: d.Note, draft: d,
		visibility: d.Visibility, area: area, open: true, width: m.width, height: m.height,
	}
	m.area.Focus()
	m.resize()
	m.area.SetValue(text.Clean(d.Text).String())
	m.area.MoveToEnd()
}

// keyMap takes away what would reach the clipboard of the machine that serves
// the session, selections, and the keys that the composer needs itself.
func keyMap(k textarea.KeyMap) textarea.KeyMap {
	for _, b := range []*key.Binding{
		&k.Paste, &k.CopySelection, &k.PageUp, &k.PageDown, &k.SelectAll, &k.SelectLineUp, &k.SelectLineDown,
		&k.SelectCharacterForward, &k.SelectCharacterBackward, &k.SelectWordForward, &k.SelectWordBackward,
	} {
		b.SetEnabled(false)
	}
	k.InsertNewline = key.NewBinding(key.WithKeys("enter", "ctrl+j", "shift+enter", "ctrl+m"))
	return k
}

// Close ends writing.
func (m *Model) Close() { *m = Model{width: m.width, height: m.height} }

// Active reports whether somebody writes.
func (m *Model) Active() bool { return m.open }

// SetSize tells the composer its cells, the two bands included.
func (m *Model) SetSize(w, h int) {
	if w == m.width && h == m.height {
		return
	}
	m.width, m.height = w, h
	if m.open {
		m.resize()
	}
}

// resize gives the field its cells. It scrolls from the top to the cursor's
// line: the field alone would keep the place that a smaller one had.
func (m *Model) resize() {
	row, at := m.area.Line(), m.area.LineInfo()
	m.area.SetWidth(max(m.width-2, 1))
	m.area.SetHeight(max(m.height-2, 1))
	m.area.View() // the lines to scroll are those of the new width
	m.area.MoveToBegin()
	for range m.area.Length() + row {
		if m.area.Line() >= row {
			break
		}
		m.area.CursorDown()
	}
	m.area.SetCursorColumn(at.StartColumn + at.ColumnOffset)
	m.area.SetHeight(max(m.height-2, 1))
}

// SetStyles follows a change of theme.
func (m *Model) SetStyles(s theme.Styles) {
	if m.open {
		m.area.SetStyles(s.Textarea())
	}
}

// Value is the text as typed.
func (m *Model) Value() string {
	if !m.open {
		return ""
	}
	return m.area.Value()
}

// Visibility is the network's word for who may read it; "" lets the
// connector choose.
func (m *Model) Visibility() string { return m.visibility }

// NextVisibility goes to the next choice the network offers.
func (m *Model) NextVisibility() {
	choices := m.Caps.Visibilities
	if len(choices) == 0 || m.Note {
		return
	}
	m.visibility = choices[(slices.Index(choices, m.visibility)+1)%len(choices)]
}

// Key types a key; changed says that the text did.
func (m *Model) Key(msg tea.KeyPressMsg) (changed bool) {
	before := m.area.Value()
	m.area, _ = m.area.Update(msg)
	m.Why = ""
	return m.area.Value() != before
}

// Paste puts in what was pasted, cleaned as text of strangers is.
func (m *Model) Paste(s string) {
	m.area.InsertString(text.Clean(s).String())
	m.Why = ""
}

// Length measures what is written.
func (m *Model) Length() length.Length {
	limit := m.Caps.LimitFor(m.Thread.Kind)
	if m.Note {
		limit = inbox.TextLimit{}
	}
	return length.Measure(m.Value(), limit)
}

// Refuse says why the text cannot be sent as it is; "" when it can.
func (m *Model) Refuse() lang.Key {
	switch {
	case strings.TrimSpace(m.Value()) == "":
		return "composer.empty"
	case m.Length().Over():
		return "composer.too-long"
	}
	return ""
}

// Draft is what to keep of the writing.
func (m *Model) Draft() inbox.Draft {
	d := m.draft
	d.Text, d.Visibility = m.Value(), m.visibility
	return d
}

// Cursor is the place of the real cursor in the pane, nil when there is none.
func (m *Model) Cursor() *tea.Cursor {
	if !m.open || m.height < 3 {
		return nil
	}
	c := m.area.Cursor()
	if c == nil {
		return nil
	}
	c.X = min(c.X+1, max(m.width-1, 0))
	c.Y = min(c.Y+1, max(m.height-2, 0))
	return c
}

// View draws the pane, exactly the size it was given.
func (m *Model) View(l look.Look) []string {
	if m.width <= 0 || m.height <= 0 {
		return nil
	}
	out := []string{m.above(l)}
	for _, line := range strings.Split(m.area.View(), "\n") {
		if len(out) < m.height-1 {
			out = append(out, m.text(l, line))
		}
	}
	out = cell.Height(out, m.height-1, m.width)
	return append(out, m.below(l))[:m.height]
}

// text puts a line of the field into the pane. The field draws plain text
// only: its styles are empty and selections are switched off.
func (m *Model) text(l look.Look, line string) string {
	return l.Spans(m.width).Add(l.Text, " "+strings.TrimRight(line, " ")).End(l.Text)
}

func (m *Model) who(l look.Look) string {
	c := l.Client(m.Thread.Client)
	return c.Name + " " + l.Glyphs.Dot + " " + l.Handle(m.Thread.Account) + " " + l.Glyphs.Dot + " " + l.Network(m.Thread.Network)
}

func (m *Model) band(l look.Look) theme.Pen {
	if m.Note {
		return l.Note
	}
	return l.Client(m.Thread.Client).Pens.Band
}

func (m *Model) above(l look.Look) string {
	p := m.band(l)
	s := l.Spans(m.width)
	if m.Note {
		s.Add(p, " "+l.P.T("composer.note")+" "+l.Glyphs.Dot+" "+l.P.T("composer.note-stays"))
		return s.End(p)
	}
	words := m.who(l) + " " + l.Glyphs.To + " " + look.Author(m.Thread.Author)
	if verb := l.P.T("composer.reply") + " "; l.Width(verb)+l.Width(words)+1 <= s.Left() {
		words = verb + words
	}
	s.Add(p, " "+words)
	return s.End(p)
}

// below is the second band: who speaks, or that nobody hears it, the counter, what is wrong.
func (m *Model) below(l look.Look) string {
	p := m.band(l)
	s := l.Spans(m.width)
	counter := m.counter(l)
	switch {
	case m.Why != "":
		s.Add(l.Danger, " "+l.Glyphs.Fail+" "+m.Why+" ")
	case m.Others != "":
		s.Add(p, " "+l.Glyphs.Writing+" "+l.P.T("reader.writing", m.Others))
	case m.Note:
		s.Add(p, " "+l.P.T("composer.private"))
	default:
		s.Add(p, " "+m.who(l))
		if m.visibility != "" {
			s.Add(p, " "+l.Glyphs.Dot+" "+m.visibilityWord(l))
		}
	}
	if n := m.Length(); l.Width(counter)+2 > s.Left() && n.Limit.Max > 0 {
		counter = l.P.T("composer.short", n.Count, n.Limit.Max)
	}
	if w := l.Width(counter) + 1; w <= s.Left() {
		s.Fill(p, w)
		if m.Length().Over() {
			s.Add(l.Danger, counter)
		} else {
			s.Add(p, counter)
		}
	}
	return s.End(p)
}

func (m *Model) visibilityWord(l look.Look) string {
	if k := lang.Key("visibility." + m.visibility); l.P.Has(k) {
		return l.P.T(k)
	}
	return m.visibility
}

// counter writes the length in the network's own unit.
func (m *Model) counter(l look.Look) string {
	n := m.Length()
	unit := lang.Key("unit." + string(n.Limit.Unit))
	switch {
	case n.Limit.Max == 0:
		return l.P.T("composer.count", n.Count)
	case n.Over() && n.Count > n.Limit.Max:
		return l.P.T("composer.over", -n.Left(), n.Count, n.Limit.Max, l.P.T(unit))
	case n.Over():
		return l.P.T("composer.over-bytes", n.Bytes-n.Limit.MaxBytes, n.Bytes, n.Limit.MaxBytes)
	}
	return l.P.T("composer.left", n.Count, n.Limit.Max, l.P.T(unit))
}
