package dialog

import (
	"strings"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// DraftLine is one draft of the list.
type DraftLine struct {
	Draft  inbox.Draft
	Thread inbox.Thread // zero when it could not be read
	By     string       // who began it; "" for oneself
	Open   string       // who has it open elsewhere; "" for nobody
}

// Drafts lists what was begun and not sent, the newest first.
type Drafts struct {
	base
	lines  []DraftLine
	loaded bool
	pick   chooser
	height int
}

// DraftWanted: do this to one draft. Intent is keys.Open or keys.Drop; keys.Undo
// is about the one dropped last and has no line.
type DraftWanted struct {
	Intent keys.Intent
	Line   DraftLine
}

// Set replaces the lines; the chosen one stays chosen.
func (d *Drafts) Set(lines []DraftLine) {
	id := ""
	if d.pick.at < len(d.lines) {
		id = d.lines[d.pick.at].Draft.ID
	}
	d.lines, d.loaded = lines, true
	for i, line := range lines {
		if line.Draft.ID == id {
			d.pick.at = i
		}
	}
	d.pick.move(0, len(lines))
}

// Len is how many there are.
func (d *Drafts) Len() int { return len(d.lines) }

// Scopes: its own keys, then those of lists.
func (*Drafts) Scopes() []keys.Scope { return []keys.Scope{keys.Drafts, keys.Pick} }

// Large: lines need room.
func (*Drafts) Large() bool { return true }

// Title names it.
func (d *Drafts) Title(l look.Look) string { return l.P.T("dialog.drafts") }

// lineBytes is how much of a text is looked at for its first line.
const lineBytes = 4 << 10

// linesPerDraft is how many lines one draft takes.
const linesPerDraft = 2

// View draws the dialog.
func (d *Drafts) View(l look.Look, w, h int) []string {
	if len(d.lines) == 0 {
		if !d.loaded {
			return nil
		}
		return []string{l.Spans(w).Add(l.Muted, " "+l.Glyphs.OK+" "+l.P.T("drafts.none")).End(l.Text)}
	}
	d.height = max(h/linesPerDraft, 1)
	from, to := d.pick.window(len(d.lines), d.height)
	var out []string
	for i := from; i < to; i++ {
		out = append(out, d.line(l, w, d.lines[i], i == d.pick.at)...)
	}
	return out[:min(len(out), h)]
}

func (d *Drafts) line(l look.Look, w int, line DraftLine, on bool) []string {
	c := l.Client(line.Thread.Client)
	dot := " " + l.Glyphs.Dot + " "
	first := chosen(l, w, on, func(s *cell.Spans) {
		what, pen := lang.Key("drafts.answer"), l.Text
		switch {
		case line.Draft.Note:
			what, pen = "drafts.note", l.NoteText
		case line.Draft.Edit != "":
			what, pen = "drafts.edit", l.Warn
		case line.Draft.Private:
			what, pen = "drafts.private", l.NoteText
		}
		s.Fixed(c.Pens.Plain, c.Name, l.ClientWidth).Add(l.Text, " ").Add(pen, l.P.T(what))
		if who := look.Author(line.Thread.Author); who != "" {
			s.Add(l.Muted, " "+l.Glyphs.To+" ").Add(l.Strong, l.Cut(who, 30))
		}
		saved := line.Draft.SavedAt
		if saved.IsZero() {
			saved = line.Draft.BegunAt
		}
		s.Add(l.Muted, dot+l.Time.Age(saved, l.Now, c.Zone))
		if !line.Draft.Note {
			s.Add(l.Muted, dot+l.Handle(line.Draft.Account))
		}
		switch {
		case line.Open != "":
			s.Add(l.Warn, dot+l.Glyphs.Writing+" "+l.P.T("drafts.open", l.Cut(line.Open, 24)))
		case line.By != "":
			s.Add(l.Warn, dot+l.P.T("drafts.by", l.Cut(line.By, 24)))
		}
	})
	body, _, _ := strings.Cut(strings.TrimSpace(text.Clean(look.Head(line.Draft.Text, lineBytes)).String()), "\n")
	return []string{first, l.Spans(w).Add(l.Muted, "    "+body).End(l.Text)}
}

// Do moves and acts on the chosen line.
func (d *Drafts) Do(i keys.Intent) Action {
	if delta, ok := step(i, d.height); ok {
		d.pick.move(delta, len(d.lines))
		return nil
	}
	if i == keys.Undo {
		return DraftWanted{Intent: keys.Undo}
	}
	if d.pick.at >= len(d.lines) {
		return nil
	}
	switch i {
	case keys.Accept:
		return DraftWanted{keys.Open, d.lines[d.pick.at]}
	case keys.Drop:
		return DraftWanted{keys.Drop, d.lines[d.pick.at]}
	}
	return nil
}
