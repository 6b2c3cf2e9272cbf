package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/tui/keys"
)

// repeatTime is longer than keyboards wait before a key that is held down
// repeats itself, and than the pause between two of its repeats.
const repeatTime = 800 * time.Millisecond

// deafness is the moment after a composer opened that nobody asked for by a
// key of its own: what is typed then was meant for what was there before. The
// key that is still held down is heard last.
type deafness struct {
	all bool   // no key is heard
	key string // this one is not heard, though others are; "" for none
	n   int    // the newest wait for that key
}

// hearMsg ends deafness, for all keys or for the one that repeats itself.
type hearMsg struct {
	all bool
	n   int
}

func (d *deafness) hear(msg hearMsg) {
	switch {
	case msg.all:
		d.all = false
	case msg.n == d.n:
		d.key = ""
	}
}

// deafen makes the session deaf, until hearSoon.
func (m *Model) deafen() {
	m.typed = nil
	m.deaf = deafness{all: true, key: m.pressed, n: m.deaf.n + 1}
}

// hearSoon ends deafness after a moment.
func (m *Model) hearSoon() tea.Cmd {
	return tea.Batch(m.timer(graceTime, func() tea.Msg { return hearMsg{all: true} }), m.hearKey())
}

// hearKey waits for the key that is held down to be let go.
func (m *Model) hearKey() tea.Cmd {
	m.deaf.n++
	n := m.deaf.n
	return m.timer(repeatTime, func() tea.Msg { return hearMsg{n: n} })
}

// unheard reports whether a key comes too soon, and drops it.
func (m *Model) unheard(k tea.KeyPressMsg) (tea.Cmd, bool) {
	switch {
	case m.deaf.key != "" && m.deaf.key == k.String():
		return tea.Batch(m.hearKey(), m.tooSoon(k)), true
	case m.deaf.all:
		return nil, true
	}
	m.deaf.key = ""
	return nil, false
}

// tooSoon says that a key which would have accepted something came before that
// could be read; nil for any other key.
func (m *Model) tooSoon(k tea.KeyPressMsg) tea.Cmd {
	if m.seq != "" {
		return nil
	}
	switch b, _, _ := m.keys.Lookup("", keys.Names(k.Key()), m.scopes()...); b.Intent {
	case keys.Accept, keys.Send, keys.Answered:
		return m.warn("key.early", k.String())
	}
	return nil
}
