package composer

import (
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/inbox/saved"
	"vigie/inbox/words"
	"vigie/tui/look"
)

// offer is what could take the place of the word at the cursor: saved replies
// behind a ";", people behind an "@".
type offer struct {
	from    int // where the word begins
	items   []item
	pick    int
	moved   bool // somebody has chosen: enter takes
	bare    bool // nothing but the sign is typed: enter is a new line
	refused int  // where the word begins for which nothing is offered again; -1: none
}

type item struct {
	id   string // of a saved reply; "" for a person
	name string // as it is listed
	hint string
}

// mostOffered is how many are offered.
const mostOffered = 8

// sought looks for what can be offered after a key; typed says that the text
// changed by it.
func (m *Model) sought(typed bool) {
	word, from := m.area.Word()
	sign, rest := "", ""
	if word != "" {
		sign, rest = word[:1], word[1:]
	}
	if from != m.offer.refused || (sign != ";" && sign != "@") {
		m.offer.refused = -1
	}
	if m.Note || !typed || m.offer.refused == from {
		m.offer.items = nil
		m.resize()
		return
	}
	pick := item{}
	if m.offer.moved && m.offer.pick < len(m.offer.items) {
		pick = m.offer.items[m.offer.pick]
	}
	o := offer{from: from, bare: rest == "", refused: m.offer.refused}
	switch sign {
	case ";":
		o.items = m.replies(rest)
	case "@":
		o.items = m.people(rest)
	}
	for i, it := range o.items {
		if it == pick {
			o.pick, o.moved = i, true
		}
	}
	m.offer = o
	m.resize()
}

// language is that of the thread, else the client's first.
func (m *Model) language() string {
	if l := m.view.Thread.Lang; l != "" {
		return l
	}
	if ls := m.view.Client.Charter.Languages; len(ls) > 0 {
		return ls[0]
	}
	return ""
}

func (m *Model) replies(begin string) (out []item) {
	list := m.view.Client.Replies
	for _, id := range m.matching(list, begin) {
		r, _ := saved.Pick(list, id, m.language(), m.Thread.Network)
		if len(out) < mostOffered {
			out = append(out, item{id: id, name: ";" + id, hint: strings.Join(strings.Fields(look.Head(r.Text, 200)), " ")})
		}
	}
	return out
}

// matching are the saved replies whose name has what is typed, then those whose
// text has a word that begins so.
func (m *Model) matching(list []inbox.SavedReply, begin string) []string {
	out := saved.Match(list, begin)
	want := folded(begin)
	if want == "" {
		return out
	}
	for _, id := range saved.IDs(list) {
		r, _ := saved.Pick(list, id, m.language(), m.Thread.Network)
		if !slices.Contains(out, id) && strings.Contains(" "+folded(look.Head(r.Text, saidBytes)), " "+want) {
			out = append(out, id)
		}
	}
	return out
}

// people are those who write in the thread, the newest first, and who is
// mentioned there; as the network spells them.
func (m *Model) people(begin string) (out []item) {
	known := map[string]bool{}
	want := folded(begin)
	add := func(handle, name string) {
		handle = strings.TrimPrefix(strings.TrimSpace(handle), "@")
		fits := strings.HasPrefix(folded(handle), want) || strings.HasPrefix(folded(name), want)
		if handle == "" || strings.Contains(handle, " ") || known[handle] || !fits || len(out) >= mostOffered {
			return
		}
		known[handle] = true
		out = append(out, item{name: "@" + handle, hint: name})
	}
	for i := len(m.view.Messages) - 1; i >= 0; i-- {
		if msg := m.view.Messages[i]; !msg.Outgoing {
			add(msg.Author.Handle.String(), msg.Author.Name.String())
		}
	}
	who := m.view.Thread.Author
	add(who.Handle.String(), who.Name.String())
	for i := len(m.view.Messages) - 1; i >= 0; i-- {
		for _, w := range strings.Fields(look.Head(m.view.Messages[i].Text.String(), saidBytes)) {
			if w = strings.TrimRight(strings.TrimLeft(w, "(«\""), ".,;:!?)»\"'…"); len(w) > 1 && w[0] == '@' {
				add(w, "")
			}
		}
	}
	own := strings.TrimPrefix(m.view.Account.Handle, "@")
	for i, it := range out {
		if own != "" && it.name == "@"+own {
			return append(out[:i], out[i+1:]...)
		}
	}
	return out
}

func folded(s string) string { return strings.TrimSpace(string(words.Fold(nil, s))) }

// choose gives a key to what is offered; took: it was for that.
func (m *Model) choose(key string) (took, changed bool) {
	o := &m.offer
	if len(o.items) == 0 {
		return false, false
	}
	switch key {
	case "down", "ctrl+n":
		o.pick, o.moved = (o.pick+1)%len(o.items), true
	case "up":
		o.pick, o.moved = (o.pick+len(o.items)-1)%len(o.items), true
	case "enter":
		if o.bare && !o.moved {
			return false, false
		}
		return true, m.take()
	default:
		return false, false
	}
	return true, false
}

// Offering reports whether something is offered.
func (m *Model) Offering() bool { return len(m.offer.items) > 0 }

// Dismiss keeps what is typed and offers nothing for it; false: nothing was
// offered.
func (m *Model) Dismiss() bool {
	if !m.Offering() {
		return false
	}
	m.offer = offer{refused: m.offer.from}
	m.resize()
	return true
}

// Complete takes what is offered, or goes to the next gap. changed: the text
// did; done is false when there was nothing to do.
func (m *Model) Complete(l look.Look) (changed, done bool) {
	m.Why = ""
	if m.Offering() {
		return m.take(), true
	}
	return false, m.area.NextGap()
}

// take puts what is chosen in the place of the word.
func (m *Model) take() bool {
	o := m.offer
	it := o.items[min(o.pick, len(o.items)-1)]
	s := it.name + " "
	if it.id != "" {
		r, _ := saved.Pick(m.view.Client.Replies, it.id, m.language(), m.Thread.Network)
		lang := r.Lang
		if lang == "" {
			lang = m.language()
		}
		s, _ = saved.Expand(r.Text, saved.ValuesOf(m.view, lang, m.now))
	}
	old := m.Value()
	m.area.Replace(o.from, m.area.At(), s)
	if gaps := saved.Gaps(s); len(gaps) > 0 {
		m.area.MoveTo(o.from)
		m.area.NextGap()
	}
	m.offer = offer{refused: -1}
	m.resize()
	return m.Value() != old
}

// offered draws what is offered on at most n lines.
func (m *Model) offered(l look.Look, n int) []string {
	o := m.offer
	top := max(min(o.pick-n/2, len(o.items)-n), 0)
	end := min(top+n, len(o.items))
	width := 0
	for _, it := range o.items {
		width = max(width, min(l.Width(it.name), m.width/2))
	}
	var out []string
	for i := top; i < end; i++ {
		it, s, pen, more := o.items[i], l.Spans(m.width), l.Muted, " "
		switch {
		case i == top && top > 0:
			more = l.Glyphs.Less
		case i == end-1 && end < len(o.items):
			more = l.Glyphs.More
		}
		if i == o.pick {
			pen = l.Match
			s.Add(l.Key, " "+l.Glyphs.Cursor+" ")
		} else {
			s.Add(l.Text, "   ")
		}
		s.Fixed(pen, it.name, width).Add(l.Text, "  ")
		s.Add(l.Faint, l.Cut(it.hint, s.Left()-2)).Fill(l.Text, 2)
		out = append(out, s.Add(l.Faint, more).End(l.Text))
	}
	return out
}
