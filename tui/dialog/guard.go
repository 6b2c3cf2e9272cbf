package dialog

import (
	"time"

	"vigie/inbox/text"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Happened is one thing that happened in a thread while somebody wrote.
type Happened struct {
	What lang.Key
	Who  string
	At   time.Time
	Text text.Safe
}

// Guard shows why an answer was not sent, and asks whether to send it anyway.
// Only enter says yes: the key that sends, held down, must not.
type Guard struct {
	base
	Head  lang.Key
	Words string // a sentence above what happened; "" for none
	Items []Happened
	Zone  *time.Location // of the thread's client
	Seen  int            // number of the thread's newest event that is shown
	Yes   Action
}

// mostLines is how many lines of one text a guard shows.
const mostLines = 3

// Title says what is the matter.
func (d *Guard) Title(l look.Look) string { return l.P.T(d.Head) }

// Rows: everything, and what the keys do. It is cut to what there is.
func (d *Guard) Rows(l look.Look, w int) int {
	n := 1 + len(d.words(l, w))
	for _, it := range d.Items {
		n += len(d.item(l, w, it))
	}
	return n
}

// View draws the dialog: as many items as fit whole, then how many more there
// are.
func (d *Guard) View(l look.Look, w, h int) []string {
	out := d.words(l, w)
	for i, it := range d.Items {
		lines := d.item(l, w, it)
		keep := 1 // for the keys, and for the line that says how many more
		if i+1 < len(d.Items) {
			keep = 2
		}
		if len(out)+len(lines)+keep > h {
			more := l.P.T("guard.more", len(d.Items)-i)
			out = append(out[:max(min(len(out), h-2), 0)], l.Spans(w).Add(l.Warn, " "+more).End(l.Text))
			break
		}
		out = append(out, lines...)
	}
	out = append(out[:max(min(len(out), h-1), 0)], yesNo(l, w, "guard.send", "guard.back"))
	return out[:min(len(out), h)]
}

func (d *Guard) words(l look.Look, w int) (out []string) {
	if d.Words == "" {
		return nil
	}
	for _, s := range l.Wrap(d.Words, max(w-2, 1)) {
		out = append(out, l.Spans(w).Add(l.Text, " "+s).End(l.Text))
	}
	return out
}

// item is one thing that happened: what, who and when, then its text.
func (d *Guard) item(l look.Look, w int, it Happened) []string {
	s := l.Spans(w).Add(l.Warn, " "+l.P.T(it.What))
	if it.Who != "" {
		s.Add(l.Muted, " "+l.Glyphs.Dot+" ").Add(l.Strong, l.Cut(it.Who, 40))
	}
	if !it.At.IsZero() {
		s.Add(l.Muted, " "+l.Glyphs.Dot+" "+l.Time.Moment(it.At, l.Now, d.Zone))
	}
	out := []string{s.End(l.Text)}
	lines := l.Paragraph(it.Text, max(w-4, 1))
	for i, line := range lines {
		if i == mostLines {
			break
		}
		if i == mostLines-1 && len(lines) > mostLines {
			line = l.Cut(line+l.Glyphs.Ellipse, max(w-4, 1))
		}
		out = append(out, l.Spans(w).Add(l.Text, " ").Add(l.Theirs, l.Glyphs.Theirs).Add(l.Text, " "+line).End(l.Text))
	}
	return out
}

// yesNo is the line that says what enter and esc do.
func yesNo(l look.Look, w int, yes, no lang.Key) string {
	return l.Spans(w).Add(l.Key, " enter ").Add(l.Muted, l.P.T(yes)+"   ").
		Add(l.Key, "esc ").Add(l.Muted, l.P.T(no)).End(l.Text)
}

// Do accepts by enter.
func (d *Guard) Do(i keys.Intent) Action {
	if i == keys.Accept {
		return d.Yes
	}
	return nil
}
