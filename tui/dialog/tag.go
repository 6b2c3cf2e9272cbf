package dialog

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// maxProposals is how many tags are proposed at once.
const maxProposals = 6

// Tag asks which tags to put on or take off.
type Tag struct {
	base
	Threads []inbox.Thread
	known   []string
	field   Field
	pick    int // 0: what is typed; n: the n-th proposal
	invalid string
}

// TagPicked: change the tags of the threads.
type TagPicked struct {
	Threads []inbox.Thread
	Changes []string // "+a", "-b"
}

// NewTag proposes the tags of known, and the threads' own.
func NewTag(ts []inbox.Thread, known []string) *Tag {
	all := slices.Clone(known)
	for _, t := range ts {
		all = append(all, t.Tags...)
	}
	slices.Sort(all)
	return &Tag{Threads: ts, known: slices.Compact(all)}
}

// Scopes: a text field.
func (*Tag) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Title names the act and its threads.
func (d *Tag) Title(l look.Look) string {
	return l.P.T("dialog.tag") + " " + l.Glyphs.Dot + " " + threads(l, d.Threads)
}

// Rows: the tags that are there, the field, the proposals.
func (d *Tag) Rows(look.Look, int) int { return 3 + maxProposals }

// on reports whether all threads carry the tag.
func (d *Tag) on(tag string) bool {
	for _, t := range d.Threads {
		if !t.HasTag(tag) {
			return false
		}
	}
	return true
}

// word is the word the cursor is in, which proposals complete.
func (d *Tag) word() (before, word string) {
	v := d.field.Value()
	i := strings.LastIndex(v, " ") + 1
	return v[:i], v[i:]
}

func (d *Tag) proposals() []string {
	_, w := d.word()
	w = strings.ToLower(strings.TrimLeft(w, "+-#"))
	var begins, holds []string
	for _, t := range d.known {
		switch {
		case strings.HasPrefix(t, w):
			begins = append(begins, t)
		case strings.Contains(t, w):
			holds = append(holds, t)
		}
	}
	out := append(begins, holds...)
	return out[:min(len(out), maxProposals)]
}

// View draws the dialog.
func (d *Tag) View(l look.Look, w, h int) []string {
	var now []string
	for _, t := range d.known {
		if d.on(t) {
			now = append(now, l.Glyphs.Tag+t)
		}
	}
	has := strings.Join(now, " ")
	if has == "" {
		has = l.P.T("dialog.tag-none")
	}
	out := []string{l.Spans(w).Add(l.Muted, " "+l.P.T("dialog.tag-now")+" ").Add(l.Tag, has).End(l.Text)}
	s := l.Spans(w).Add(l.Text, " ")
	x := d.field.Draw(l, s, l.P.T("dialog.tag-field"), l.P.T("dialog.tag-hint"), true) + 1
	d.setCursor(x, 2, h > 1)
	out = append(out, s.End(l.Text))
	for i, t := range d.proposals() {
		out = append(out, chosen(l, w, i+1 == d.pick, func(s *cell.Spans) {
			sign := "+"
			if d.on(t) {
				sign = "-"
			}
			s.Add(l.Muted, sign+" ").Add(l.Tag, l.Glyphs.Tag+t)
		}))
	}
	if d.invalid != "" {
		out = append(out, l.Spans(w).Add(l.Danger, " "+l.P.T("dialog.tag-invalid", d.invalid)).End(l.Text))
	}
	return out[:min(len(out), h)]
}

// Key types.
func (d *Tag) Key(k tea.KeyPressMsg) Action {
	d.invalid = ""
	if d.field.Key(k) {
		d.pick = 0
	}
	return nil
}

// Paste types what was pasted.
func (d *Tag) Paste(s string) Action { d.field.Paste(s); return nil }

// Do moves in the proposals, completes, and accepts.
func (d *Tag) Do(i keys.Intent) Action {
	ps := d.proposals()
	switch i {
	case keys.Down:
		d.pick = min(d.pick+1, len(ps))
	case keys.Up:
		d.pick = max(d.pick-1, 0)
	case keys.NextField:
		if len(ps) > 0 {
			d.complete(ps[max(d.pick, 1)-1])
		}
	case keys.Accept, keys.Send:
		if d.pick > 0 && d.pick <= len(ps) {
			d.complete(ps[d.pick-1])
		}
		return d.accept()
	}
	return nil
}

// complete puts a proposal in the place of the word; a tag that is on gets
// its minus.
func (d *Tag) complete(tag string) {
	before, w := d.word()
	sign := ""
	if strings.HasPrefix(w, "-") || d.on(tag) {
		sign = "-"
	}
	d.field.Set(before + sign + tag + " ")
	d.pick = 0
}

func (d *Tag) accept() Action {
	var changes []string
	for _, w := range strings.Fields(d.field.Value()) {
		sign, tag := "+", strings.ToLower(strings.TrimLeft(w, "+#"))
		if strings.HasPrefix(w, "-") {
			sign, tag = "-", strings.ToLower(strings.TrimLeft(w, "-#"))
		}
		if !inbox.ValidTag(tag) {
			d.invalid = w
			return nil
		}
		changes = append(changes, sign+tag)
	}
	if len(changes) == 0 {
		return Closed{}
	}
	return TagPicked{d.Threads, changes}
}
