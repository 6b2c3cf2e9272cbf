package composer

import (
	"strings"

	"vigie/inbox/length"
	"vigie/inbox/text"
	"vigie/tui/cell"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// Preview is what they will see, in lines of w cells: who speaks, who will read
// it, and each text as it is sent.
func (m *Model) Preview(l look.Look, w int) []string {
	var out []string
	add := func(p theme.Pen, words string) {
		for _, s := range l.Wrap(words, max(w-2, 1)) {
			out = append(out, l.Spans(w).Add(l.Text, " ").Add(p, s).End(l.Text))
		}
	}
	band := m.band(l)
	if m.Note {
		out = append(out, l.Spans(w).Add(band, " "+l.P.T("composer.note")+" "+l.Glyphs.Dot+" "+l.P.T("composer.note-stays")).End(band))
	} else {
		out = append(out, l.Spans(w).Add(band, " "+m.who(l)).End(band))
		add(l.Text, l.P.T("preview.whom", look.Author(m.whom())+" "+m.whom().Handle.String()))
		if to := m.steered(); to != "" {
			add(l.Warn, l.Glyphs.To+" "+l.P.T("composer.steered", to))
		}
		pen := l.Text
		if m.secret() {
			pen = l.NoteText
		}
		if words := m.unseen(l); words != "" {
			add(l.Warn, "! "+words)
		} else {
			add(pen, l.P.T("preview.readers", m.audience(l)))
		}
		if at := m.leaves(l); at != "" {
			add(l.Warn, l.Glyphs.Wait+" "+at)
		}
	}
	parts := m.Parts()
	for i, part := range parts {
		if strings.TrimSpace(part) == "" && len(m.media) > 0 {
			continue // the files are all of it
		}
		out = append(out, m.rule(l, w, part, i+1, len(parts)))
		for _, s := range l.Paragraph(text.Clean(part), max(w-3, 1)) {
			out = append(out, l.Spans(w).Add(l.Text, " ").Add(l.Ours, l.Glyphs.Ours).Add(l.Text, " "+s).End(l.Text))
		}
	}
	for _, u := range m.media {
		words := "[" + u.Name + "] "
		if u.Alt == "" {
			words += l.P.T("media.no-alt")
		}
		add(l.Text, words+u.Alt)
	}
	for _, host := range hosts(strings.Join(parts, "\n")) {
		add(l.Link, l.Glyphs.Link+" "+host)
	}
	for _, o := range m.offences(l) {
		add(o.pen, o.words)
	}
	return out
}

// rule stands above a text: which part it is, and how long.
func (m *Model) rule(l look.Look, w int, part string, i, n int) string {
	size := length.Measure(part, m.limit())
	words := l.P.T("composer.count", size.Count)
	if size.Limit.Max > 0 {
		words = m.left(l, size)
	}
	pen := l.Muted
	if size.Over() {
		pen, words = l.Danger, words+" "+l.Glyphs.Dot+" "+l.P.T("composer.too-long")
	}
	s := l.Spans(w).Add(l.Rule, cell.Repeat(l.Glyphs.Rule, 2)+" ")
	if n > 1 {
		s.Add(l.Strong, l.P.T("preview.part", i, n)+" "+l.Glyphs.Dot+" ")
	}
	s.Add(pen, words+" ")
	return s.Add(l.Rule, cell.Repeat(l.Glyphs.Rule, s.Left())).End(l.Rule)
}

// hosts are where the links of a text lead, each once.
func hosts(s string) (out []string) {
	known := map[string]bool{}
	for _, w := range strings.Fields(s) {
		w = strings.TrimRight(strings.TrimLeft(w, "(<[«\"'"), ".,;:!?)>]»\"'…")
		if !strings.HasPrefix(w, "http://") && !strings.HasPrefix(w, "https://") {
			continue
		}
		if url, ok := text.URL(w); ok {
			if host := text.Host(url); !known[host] {
				known[host] = true
				out = append(out, host)
			}
		}
	}
	return out
}

// Header tells who is written to, for the top of the person's own editor.
func (m *Model) Header(l look.Look) string {
	lines := []string{l.P.T("editor.client", l.Client(m.Thread.Client).Name)}
	add := func(s string) { lines = append(lines, s) }
	if m.Note {
		add(l.P.T("composer.note") + " " + l.Glyphs.Dot + " " + l.P.T("composer.note-stays"))
	} else {
		add(l.P.T("editor.account", l.Handle(m.Thread.Account), l.On(m.Thread.Account, m.Thread.Network)))
		add(l.P.T("editor.whom", strings.TrimSpace(look.Author(m.whom())+" "+m.whom().Handle.String())))
		if to := m.steered(); to != "" {
			add(l.Glyphs.To + " " + l.P.T("composer.steered", to))
		}
		if words := m.unseen(l); words != "" {
			add("! " + words)
		} else {
			add(l.P.T("editor.readers", m.audience(l)))
		}
		if limit := m.limit(); limit.Max > 0 {
			add(l.P.T("editor.limit", limit.Max, l.P.T(lang.Key("unit."+string(limit.Unit)))))
		}
	}
	for _, w := range m.wishes(l) {
		add(l.Glyphs.Bullet + " " + w)
	}
	if m.parent.Remote != "" {
		add("")
		add(l.P.T("editor.said"))
		for s := range strings.SplitSeq(text.Clean(look.Head(m.parent.Text.String(), headerBytes)).String(), "\n") {
			add("  " + s)
		}
	}
	return strings.Join(lines, "\n")
}

// headerBytes is how much of the message answered an editor shows.
const headerBytes = 4 << 10

// audience says in words who will read it.
func (m *Model) audience(l look.Look) string {
	switch {
	case m.Private():
		return l.P.T("composer.private-only", l.Cut(look.Author(m.whom()), 40))
	case m.secret():
		return l.P.T("composer.conversation")
	}
	return m.readers(l)
}
