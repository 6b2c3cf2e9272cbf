package reader

import (
	"time"

	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// folding is how far all answers of a thread are folded; the key goes round.
type folding uint8

const (
	unfolded folding = iota
	foldAnswered
	foldAll
)

// Fold shows the text behind the warning of the chosen message, or folds it
// again; of a message without one it folds the answers, or unfolds them. Where the
// chosen one has none, those among which it stands are folded. It says in
// words why it did nothing; "" when it did.
func (m *Model) Fold(l look.Look) lang.Key {
	t := grow(m.messages())
	at := m.here()
	if m.uncover(at, l) {
		return ""
	}
	for i, n := range t.nodes {
		if n.item.remote != at {
			continue
		}
		if len(n.children) == 0 && n.parent >= 0 {
			i = n.parent
		}
		if len(t.nodes[i].children) == 0 {
			break
		}
		remote := t.nodes[i].item.remote
		m.setFolded(remote, !m.folded[remote])
		m.sel = spot{remote: remote}
		m.Relayout(l)
		m.reveal()
		return ""
	}
	return "reader.fold-none"
}

// FoldAll folds what has its answer, then all, then unfolds all. It says what
// it did.
func (m *Model) FoldAll(l look.Look) lang.Key {
	t := grow(m.messages())
	if len(t.parents()) == 0 {
		return "reader.fold-none"
	}
	said := lang.Key("reader.fold-open")
	switch m.folding = (m.folding + 1) % 3; m.folding {
	case foldAnswered:
		m.folded, said = t.answered(), "reader.fold-answered"
		if len(m.folded) > 0 {
			break
		}
		m.folding = foldAll
		fallthrough
	case foldAll:
		m.folded, said = t.parents(), "reader.fold-all"
	default:
		m.folded = nil
	}
	m.unhideChosen(t)
	m.Relayout(l)
	m.reveal()
	return said
}

// unhideChosen chooses the nearest visible message above a chosen one that
// would be hidden.
func (m *Model) unhideChosen(t tree) {
	at := map[string]int{}
	for i, n := range t.nodes {
		at[n.item.remote] = i
	}
	i, known := at[m.sel.remote]
	if !known || m.sel.remote == "" {
		return
	}
	for p := t.nodes[i].parent; p >= 0; p = t.nodes[p].parent {
		if m.folded[t.nodes[p].item.remote] {
			m.sel = spot{remote: t.nodes[p].item.remote}
		}
	}
}

// unfold shows a message, whatever hides it.
func (m *Model) unfold(remote string) {
	up := map[string]string{}
	for _, msg := range m.view.Messages {
		up[msg.Remote] = msg.Parent
	}
	for range len(up) { // a parent that is its own ancestor ends here
		if remote = up[remote]; remote == "" {
			return
		}
		if m.folded[remote] {
			m.setFolded(remote, false)
		}
	}
}

func (m *Model) setFolded(remote string, on bool) {
	folded := map[string]bool{}
	for r := range m.folded {
		folded[r] = true
	}
	if on {
		folded[remote] = true
	} else {
		delete(folded, remote)
	}
	m.folded = folded
}

// messages are the items of the messages that are laid out, in the order of
// time.
func (m *Model) messages() []item {
	all := items(m.view)
	if older := len(all) - mostItems; older > 0 && !m.whole {
		all = all[older:]
	}
	return all
}

// here is the chosen message, else the first one on the screen.
func (m *Model) here() string {
	if i := m.selected(); i >= 0 && m.spots[i].remote != "" {
		return m.spots[i].remote
	}
	for _, s := range m.spots {
		if s.remote != "" && s.to > m.top {
			return s.remote
		}
	}
	return ""
}

// reveal brings the head of what is chosen into view.
func (m *Model) reveal() {
	if i := m.selected(); i >= 0 {
		m.choose(i)
	}
}

// seen is the number of the newest event after which nothing was new to us.
func seen(v inbox.ThreadView, visit int) int {
	n := 0
	for _, e := range v.Events {
		if visit > 0 && e.N > visit {
			break
		}
		switch e.Verb {
		case inbox.Read, inbox.Replied, inbox.Finished, inbox.Snoozing, inbox.Escalate, inbox.Promoted:
			n = e.N
		case inbox.Undone:
			if e.After != nil && !e.After.Unread {
				n = e.N
			}
		}
	}
	return n
}

// freshOf are the messages of theirs that came after event n and that no
// answer of ours, the newest at out, followed. Where all are, none is marked:
// the thread itself is new.
func freshOf(v inbox.ThreadView, n int, out time.Time) map[string]bool {
	came := map[string]bool{}
	for _, e := range v.Events {
		if e.N > n && e.Verb == inbox.Received && e.Message != "" {
			came[e.Message] = true
		}
	}
	fresh, all := map[string]bool{}, true
	for _, m := range v.Messages {
		switch {
		case m.Damaged:
		case came[m.Remote] && !m.Outgoing && m.At.After(out):
			fresh[m.Remote] = true
		default:
			all = false
		}
	}
	if all {
		return nil
	}
	return fresh
}
