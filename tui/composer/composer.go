// Package composer is where an answer or a private note is written: a text
// field between two bands that say in words who speaks, where and to whom,
// with the network's own counter. It refuses to send what the network would
// refuse. It never sends by itself and a paste never sends.
package composer

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/charter"
	"vigie/inbox/length"
	"vigie/inbox/text"
	"vigie/tui/cell"
	"vigie/tui/composer/area"
	"vigie/tui/look"
)

// saidBytes is how much of the message answered is kept: more than a line.
const saidBytes = 1 << 10

// Keys are the names of keys that the composer tells of; "" for none.
type Keys struct{ Parts, Card, Complete, Send, Publish string }

// Model is the composer. It is open while Thread is not zero.
type Model struct {
	Thread inbox.Thread
	Caps   inbox.Caps
	Note   bool
	Keys   Keys
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
	// Away is where people answer when vigie cannot: the text is copied and the
	// link is shown, nothing is sent. "": vigie answers.
	Away string

	draft      inbox.Draft      // as it was opened
	view       inbox.ThreadView // the thread as it is known, with client and account
	parent     inbox.Message    // the one that is answered; without Remote: none
	said       string           // its first words, on one line
	sentTo     text.Safe        // who got the newest of ours; empty where the network names nobody
	original   string           // of an answer that is corrected
	shown      int              // files that it has
	media      []inbox.Upload
	visibility string
	area       area.Area
	parts      bool // a text that is too long is sent in parts
	offer      offer
	checked    checked
	cuts       length.Cuts // of a text that is too long
	open       bool
	now        time.Time
	kit        cell.Kit
	width      int
	height     int
}

// checked is what was found out about a text, kept until it changes.
type checked struct {
	text  string
	limit inbox.TextLimit
	there bool
	long  length.Length
	words int
	gaps  []string
	found []charter.Finding
	parts []string
}

// Open starts writing with the text of a draft, and the cursor where it was.
func (m *Model) Open(t inbox.Thread, caps inbox.Caps, d inbox.Draft, l look.Look) {
	*m = Model{
		Thread: t, Caps: caps, Note: d.Note, draft: d, media: d.Media, visibility: d.Visibility, open: true, now: l.Now, kit: l.Kit, width: m.width, height: m.height,
		view: inbox.ThreadView{Thread: t, Client: l.Client(t.Client).Client, Account: l.Accounts[t.Account]},
	}
	m.offer.refused = -1
	m.area.SetKit(l.Kit)
	m.resize()
	m.area.Set(d.Text)
	if d.Rest > 0 {
		m.area.MoveTo(len(m.area.Value()) - d.Rest)
	}
	m.resize()
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
	m.resize()
}

// resize gives the field its cells.
func (m *Model) resize() {
	if m.open {
		p := m.plan()
		m.area.SetSize(p.width, p.rows)
	}
}

// Value is the text as typed.
func (m *Model) Value() string { return m.area.Value() }

// Private reports whether a private answer is written.
func (m *Model) Private() bool { return m.draft.Private }

// Follow tells the composer what its thread has become, and so which message
// is answered: the draft's own, else the newest of theirs that can be.
func (m *Model) Follow(v inbox.ThreadView) {
	m.parent, m.original, m.shown, m.sentTo = inbox.Message{}, "", 0, text.Safe{}
	for _, msg := range v.Messages {
		if msg.Outgoing && len(msg.To) > 0 {
			m.sentTo = msg.To[0]
		}
		if m.draft.Edit != "" && msg.Remote == m.draft.Edit {
			m.original, m.shown = msg.Text.String(), len(msg.Media)
		}
		newest := m.draft.Parent == "" && !msg.Outgoing && !msg.Deleted && !msg.Damaged && (msg.Asks() || m.parent.Remote == "" || !m.parent.Asks())
		if newest || (m.draft.Parent != "" && msg.Remote == m.draft.Parent) {
			m.parent = msg
		}
	}
	m.said = strings.Join(strings.Fields(look.Head(look.Said(m.parent).String(), saidBytes)), " ")
	v.Client, v.Account = m.view.Client, m.view.Account
	m.view = v
	m.resize()
}

// Saw moves the mark up to which the writer has seen the thread.
func (m *Model) Saw(n int) { m.draft.SeenN = max(m.draft.SeenN, n) }

// Chooses reports whether the network lets the writer choose who will read.
func (m *Model) Chooses() bool {
	return len(m.Caps.Visibilities) > 0 && !m.Note && !m.Private() && !m.Edits() && m.Away == "" && m.Thread.Kind != inbox.KindDM
}

// NextVisibility goes to the next choice the network offers.
func (m *Model) NextVisibility() {
	if !m.Chooses() {
		return
	}
	choices := m.Caps.Visibilities
	m.visibility = choices[(slices.Index(choices, m.visible())+1)%len(choices)]
}

// Key types a key; changed says that the text did.
func (m *Model) Key(msg tea.KeyPressMsg) (changed bool) {
	m.Why = ""
	if took, change := m.choose(msg.String()); took {
		return change
	}
	changed = m.area.Key(msg)
	m.sought(changed)
	return changed
}

// Paste puts in what was pasted, cleaned as text of strangers is; whole says
// that none of it was left out for its length.
func (m *Model) Paste(s string) (whole bool) {
	m.area.Insert(s)
	m.Why = ""
	m.sought(false)
	lines := strings.Count(s, "\n") + strings.Count(s, "\r")
	put := m.Value()[:m.area.At()]
	cut := strings.HasSuffix(strings.TrimRight(put, "0123456789]"), "…[+")
	return !cut || len(s) <= text.MaxBytes && lines < text.MaxLines
}

// Undo takes back what was typed last, Redo types it again; they report whether
// there was anything.
func (m *Model) Undo() bool { return m.turned(m.area.Undo()) }

// Redo is the inverse of Undo.
func (m *Model) Redo() bool { return m.turned(m.area.Redo()) }

func (m *Model) turned(done bool) bool {
	m.Why = ""
	m.sought(false)
	return done
}

// Rewrite puts another text in the place of the whole, as one step; changed
// says that it is another one.
func (m *Model) Rewrite(s string) (changed bool) {
	old := m.Value()
	m.area.Replace(0, len(old), s)
	m.Why = ""
	m.sought(false)
	return m.Value() != old
}

// Draft is what to keep of the writing.
func (m *Model) Draft() inbox.Draft {
	d := m.draft
	d.Text, d.Visibility, d.SendAt, d.Media = m.Value(), m.visibility, m.At, m.media
	d.Rest = len(d.Text) - m.area.At()
	return d
}
