package composer

import (
	"strings"

	"vigie/inbox/charter"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// line is a line of the charter, not drawn yet.
type line struct {
	pen   theme.Pen
	words string
}

// Offence says in words what the charter has against the text.
func (m *Model) Offence(l look.Look, f charter.Finding) string {
	client := l.Client(m.Thread.Client).Name
	if key := lang.Key("offence." + f.Rule); strings.HasPrefix(f.Rule, "rule:") && l.P.Has(key) {
		return l.P.T(key, l.Cut(f.Why, 40), client)
	}
	words := l.P.T("offence.word", l.Cut(f.Rule, 40), client)
	if f.Blocks() {
		words = l.P.T("offence.never", l.Cut(f.Rule, 40), client)
	}
	if f.Why != "" {
		words += " (" + f.Why + ")"
	}
	return words
}

// offences are what offends now, each once, the worst first.
func (m *Model) offences(l look.Look) (out []line) {
	told := map[string]bool{}
	for _, f := range m.check().found {
		words, pen, sign := m.Offence(l, f), l.Warn, "!"
		if f.Blocks() {
			pen, sign = l.Danger, l.Glyphs.Fail
		}
		if f.Rule == charter.RuleSignature && m.check().words < signedFrom {
			continue // nobody begins with the signature
		}
		once := words // of a rule, the first place says enough
		if strings.HasPrefix(f.Rule, "rule:") {
			once = f.Rule
		}
		if !told[once] {
			told[once] = true
			out = append(out, line{pen, sign + " " + words})
		}
	}
	return out
}

// Offences are the words for all that offends now, the worst first.
func (m *Model) Offences(l look.Look) (out []string) {
	for _, o := range m.offences(l) {
		_, words, _ := strings.Cut(o.words, " ") // behind its sign
		out = append(out, words)
	}
	return out
}

// signedFrom is how many words an answer has before its signature is missed.
const signedFrom = 8

// wishes are what the charter asks for, a few words each.
func (m *Model) wishes(l look.Look) (out []string) {
	c := m.view.Client.Charter
	switch c.Address {
	case "tu", "vous":
		out = append(out, l.P.T(lang.Key("charter."+c.Address)))
	}
	if c.Emoji == "none" {
		out = append(out, l.P.T("charter.no-emoji"))
	}
	if c.Signature != "" {
		out = append(out, l.P.T("charter.signature", l.Cut(strings.Join(strings.Fields(c.Signature), " "), 40)))
	}
	if len(c.Languages) > 0 {
		out = append(out, l.P.T("charter.languages", strings.Join(c.Languages, ", ")))
	}
	return out
}

// guide is the charter in at most n lines: what offends now comes first, and
// where there is one line only, it is all of it.
func (m *Model) guide(l look.Look, w, n int) []line {
	offends := m.offences(l)
	head := l.P.T("charter.title", l.Client(m.Thread.Client).Name)
	dot := " " + l.Glyphs.Dot + " "
	wishes, notes := m.wishes(l), m.view.Client.Charter.Notes
	if n == 1 {
		if len(offends) > 0 {
			first := offends[0]
			if len(offends) == 1 {
				first.words = l.Cut(first.words, w)
				return []line{first}
			}
			sign, _, _ := strings.Cut(first.words, " ")
			more := dot + l.P.T("charter.all", m.Keys.Card)
			words := sign + " " + l.P.T("charter.points", len(offends), strings.Join(m.Offences(l), dot))
			return []line{{first.pen, l.Cut(words, max(w-l.Width(more), 1)) + more}}
		}
		words := l.P.T("charter.colon", head, strings.Join(append(wishes, notes...), dot))
		return []line{{l.Muted, l.Cut(words, w)}}
	}
	var out []line
	add := func(p theme.Pen, words string) {
		for _, s := range l.Wrap(words, w) {
			out = append(out, line{p, s})
		}
	}
	for _, o := range offends {
		add(o.pen, o.words)
	}
	if n > mostGuide {
		add(l.Strong, head)
		for _, s := range wishes {
			add(l.Muted, l.Glyphs.Bullet+" "+s)
		}
	} else if words := strings.Join(wishes, dot); words != "" {
		add(l.Muted, head+dot+words)
	}
	for _, s := range notes {
		add(l.Muted, l.Glyphs.Bullet+" "+s)
	}
	if len(out) > n {
		out = out[:n]
		more := dot + l.P.T("charter.all", m.Keys.Card)
		if m.Keys.Card != "" {
			out[n-1].words = l.Cut(out[n-1].words, w-l.Width(more)) + more
		}
	}
	return out
}

// Card is the whole charter, for a page of its own.
func (m *Model) Card(l look.Look, w int) []string {
	var out []string
	add := func(p theme.Pen, words string) {
		for _, s := range l.Wrap(words, max(w-2, 1)) {
			out = append(out, l.Spans(w).Add(l.Text, " ").Add(p, s).End(l.Text))
		}
	}
	c := m.view.Client.Charter
	if c.Zero() {
		add(l.Muted, l.P.T("charter.none", l.Client(m.Thread.Client).Name))
		return out
	}
	for _, o := range m.offences(l) {
		add(o.pen, o.words)
	}
	for _, s := range m.wishes(l) {
		add(l.Text, l.Glyphs.Bullet+" "+s)
	}
	for _, s := range c.Notes {
		add(l.Text, l.Glyphs.Bullet+" "+s)
	}
	for _, w := range c.Words {
		key, pen := lang.Key("charter.avoid"), l.Warn
		if w.Block {
			key, pen = "charter.never", l.Danger
		}
		words := l.P.T(key, w.Word)
		if w.Why != "" {
			words += " (" + w.Why + ")"
		}
		add(pen, words)
	}
	return out
}
