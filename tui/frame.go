package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
)

// frame is what was drawn last. Panes keep what they drew themselves.
type frame struct {
	view  tea.View
	drawn bool // view is what the screen shows: nothing has happened since

	header kept[deskKey, []string]
	side   kept[deskKey, []string]
	hints  kept[hintsKey, string]
}

// kept is something drawn, and for what.
type kept[K comparable, V any] struct {
	key   K
	value V
	there bool
}

// of returns what was drawn for the key, and draws it if that is not what was
// drawn last.
func (k *kept[K, V]) of(key K, draw func() V) V {
	if !k.there || k.key != key {
		k.key, k.value, k.there = key, draw(), true
	}
	return k.value
}

// deskKey is what header and sidebar depend on. The lists are never changed
// where they are, only replaced by what was loaded: that they are the same is
// seen by where they begin.
type deskKey struct {
	rev, w, h, view int
	client          inbox.ClientID
	views           seen[inbox.View]
	counts          seen[inbox.Counter]
	tallies         int
	due             time.Time
	accounts        seen[inbox.AccountStatus]
}

type seen[T any] struct {
	first *T
	n     int
}

func see[T any](list []T) seen[T] {
	if len(list) == 0 {
		return seen[T]{}
	}
	return seen[T]{&list[0], len(list)}
}

func (m *Model) deskKey(w, h int) deskKey {
	return deskKey{m.look.Rev, w, h, m.view, m.client, see(m.views), see(m.counts), m.tallies.rev, m.due, see(m.accounts)}
}

// hintsKey is what the line of hints depends on.
type hintsKey struct {
	rev, w int
	scope  keys.Scope
	seq    string
	met    keys.Need
	fit    fitKey
}

// fitKey is what the words of a binding depend on, see fitting.
type fitKey struct {
	top                                                  dialog.Dialog
	last, writes, note, away, chooses, dropped, narrowed bool
}

func (m *Model) fitKey() fitKey {
	k := fitKey{top: m.top(), writes: m.composer.Active(), note: m.composer.Note, away: m.composer.Away != "", chooses: m.composer.Chooses(), dropped: len(m.dropped) > 0}
	switch d := k.top.(type) {
	case *dialog.Escalate:
		k.last = d.Last()
	case *dialog.Search:
		k.narrowed = d.Narrowed()
	}
	return k
}

// unseen reports whether a message changes nothing on the screen by itself: it
// starts a load at most, or comes too late.
func (m *Model) unseen(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case cursorRestedMsg, changesCameMsg, listenAgainMsg, subscribedMsg, searchDueMsg, tea.FocusMsg, tea.BlurMsg:
		return true
	case threadsLoadedMsg:
		return msg.gen != m.loads.list
	case threadLoadedMsg:
		return msg.gen != m.loads.thread
	case timeCameMsg:
		return msg.gen != m.tick
	}
	return false
}
