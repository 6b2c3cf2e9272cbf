package composer

import (
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Edits reports whether an answer that is there is corrected.
func (m *Model) Edits() bool { return m.draft.Edit != "" }

// Unchanged reports whether a correction still says what it corrects.
func (m *Model) Unchanged() bool { return m.Edits() && m.Value() == m.original }

// Blank reports whether there is nothing to keep: no text and no file.
func (m *Model) Blank() bool { return m.Value() == "" && len(m.media) == 0 }

// Files are those that go with the answer. They are never changed where they
// are, only replaced.
func (m *Model) Files() []inbox.Upload { return m.media }

// Attach adds a file.
func (m *Model) Attach(u inbox.Upload) {
	m.media = append(slices.Clone(m.media), u)
	m.Why = ""
	m.resize()
}

// Unattach takes the i-th file away; false: there is none.
func (m *Model) Unattach(i int) bool {
	if i < 0 || i >= len(m.media) {
		return false
	}
	m.media = slices.Delete(slices.Clone(m.media), i, i+1)
	m.resize()
	return true
}

// NoFiles says why no file can go with what is written; "" when one can.
func (m *Model) NoFiles() lang.Key {
	switch {
	case m.Note:
		return "why.note-files"
	case m.Edits():
		return "why.edit-files"
	case m.Away != "":
		return "why.away-files"
	case m.Caps.Media.Max == 0:
		return "why.no-files"
	}
	return ""
}

// mostFiles is how many lines files take at most.
const mostFiles = 4

// fileLines is how many lines the files take of room.
func (m *Model) fileLines(room int) int {
	n := len(m.media)
	switch {
	case n == 0 || room < 3:
		return 0
	case n > mostFiles || n > room/2:
		return 1
	}
	return n
}

// files draws them on n lines: each with what it shows, or all of them on one.
func (m *Model) files(l look.Look, n int) (out []string) {
	if n == 0 {
		return nil
	}
	if n < len(m.media) {
		var names []string
		for _, u := range m.media {
			names = append(names, u.Name)
		}
		words := l.P.T("composer.files", len(m.media), strings.Join(names, ", "))
		return []string{l.Spans(m.width).Add(l.Muted, " "+words).End(l.Text)}
	}
	for _, u := range m.media {
		s := l.Spans(m.width).Add(l.Muted, " "+l.Glyphs.Bullet+" ").Add(l.Text, l.Cut(u.Name, max(m.width/2, 1)))
		s.Add(l.Muted, " "+l.Glyphs.Dot+" "+l.P.T("composer.size", lang.Bytes(u.Size))+" "+l.Glyphs.Dot+" ")
		if u.Alt == "" {
			s.Add(l.Warn, l.P.T("media.no-alt"))
		} else {
			s.Add(l.Muted, u.Alt)
		}
		out = append(out, s.End(l.Text))
	}
	return out
}
