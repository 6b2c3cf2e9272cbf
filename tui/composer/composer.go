// Package composer is where an answer or a private note is written: a text
// field between two bands that say in words who speaks, where and to whom,
// with the network's own counter. It refuses to send what the network would
// refuse. It never sends by itself and a paste never sends.
package composer

import (
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/length"
	"vigie/inbox/text"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// maxLines is how many lines a draft can have.
const maxLines = 5000

// saidBytes is how much of the message answered is kept: more than a line.
const saidBytes = 1 << 10

// Model is the composer. It is open while Thread is not zero.
type Model struct {
	Thread inbox.Thread
	Caps   inbox.Caps
	Note   bool
	// Others says which other session writes in the same thread, "" for none.
	Others string
	// Meanwhile says what happened in the thread that the writer has not
	// confirmed to have seen, "" for nothing.
	Meanwhile string
	// Unsaved is why the text could not be stored, "" when it is or will be.
	Unsaved string
	// Why is the reason the last sending was refused; a key takes it away.
	Why string
	// At is when the answer is to be sent; zero: as soon as its hold is over.
	At time.Time

	draft      inbox.Draft   // as it was opened
	parent     inbox.Message // the one that is answered; without Remote: none
	said       string        // its first words, on one line
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
	m.area.SetHeight(m.rows())
	m.area.View() // the lines to scroll are those of the new width
	m.area.MoveToBegin()
	for range m.area.Length() + row {
		if m.area.Line() >= row {
			break
		}
		m.area.CursorDown()
	}
	m.area.SetCursorColumn(at.StartColumn + at.ColumnOffset)
	m.area.SetHeight(m.rows())
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

// Private reports whether a private answer is written.
func (m *Model) Private() bool { return m.draft.Private }

// Follow tells the composer what its thread has become, and so which message
// is answered: the draft's own, else the newest of theirs.
func (m *Model) Follow(v inbox.ThreadView) {
	had := m.quotes()
	m.parent = inbox.Message{}
	for _, msg := range v.Messages {
		newest := m.draft.Parent == "" && !msg.Outgoing && !msg.Deleted && !msg.Damaged
		if newest || (m.draft.Parent != "" && msg.Remote == m.draft.Parent) {
			m.parent = msg
		}
	}
	m.said = strings.Join(strings.Fields(look.Head(m.parent.Text.String(), saidBytes)), " ")
	if m.open && m.quotes() != had {
		m.resize()
	}
}

// Saw moves the mark up to which the writer has seen the thread.
func (m *Model) Saw(n int) { m.draft.SeenN = max(m.draft.SeenN, n) }

// Chooses reports whether the network lets the writer choose who will read.
func (m *Model) Chooses() bool {
	return len(m.Caps.Visibilities) > 0 && !m.Note && !m.Private() && m.Thread.Kind != inbox.KindDM
}

// NextVisibility goes to the next choice the network offers.
func (m *Model) NextVisibility() {
	if !m.Chooses() {
		return
	}
	choices := m.Caps.Visibilities
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
