package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// Report asks why a message of theirs is reported to the network's moderators:
// one of the network's reasons, and a few words.
type Report struct {
	base
	picked ModerationPicked
	pick   chooser
	words  Field
	height int
}

// ReportPicked: report this, after a last question.
type ReportPicked struct {
	Thread  inbox.Thread
	Message inbox.Message
	Request inbox.ReportRequest
}

// NewReport asks about the message that was picked.
func NewReport(p ModerationPicked) *Report { return &Report{picked: p} }

// Scopes: a text field.
func (*Report) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Title names the act and the thread.
func (d *Report) Title(l look.Look) string {
	return l.P.T("reporting.title") + " " + l.Glyphs.Dot + " " + threads(l, []inbox.Thread{d.picked.Thread})
}

// Rows: the message, the reasons, the field.
func (d *Report) Rows(look.Look, int) int { return 3 + max(len(d.picked.Reasons), 1) }

// View draws the dialog. The field always has its place.
func (d *Report) View(l look.Look, w, h int) []string {
	var out []string
	m := d.picked.Message
	if h > 3 {
		out = append(out, l.Spans(w).Add(l.Text, " ").Add(l.Strong, l.Cut(look.Author(m.Author), 24)).Add(l.Text, " ").
			Safe(l.Text, look.Said(m), max(w-28, 0)).End(l.Text))
	}
	if h > 2 {
		out = append(out, l.Spans(w).Add(l.Key, " "+l.P.T("reporting.reason")).End(l.Text))
	}
	d.height = max(h-len(out)-1, 0)
	if len(d.picked.Reasons) == 0 && d.height > 0 {
		out = append(out, l.Spans(w).Add(l.Muted, "  "+l.P.T("reporting.none")).End(l.Text))
	}
	from, to := d.pick.window(len(d.picked.Reasons), d.height)
	for i := from; i < to; i++ {
		out = append(out, chosen(l, w, i == d.pick.at, func(s *cell.Spans) { s.Add(l.Text, l.Reason(d.picked.Reasons[i])) }))
	}
	s := l.Spans(w).Add(l.Text, " ")
	x := d.words.Draw(l, s, l.P.T("reporting.text"), l.P.T("reporting.hint"), true) + 1
	d.setCursor(x, len(out)+1, true)
	return append(out, s.End(l.Text))[:min(len(out)+1, h)]
}

// Key types.
func (d *Report) Key(k tea.KeyPressMsg) Action { d.words.Key(k); return nil }

// Paste types what was pasted.
func (d *Report) Paste(s string) Action { d.words.Paste(s); return nil }

// Do chooses a reason, and accepts.
func (d *Report) Do(i keys.Intent) Action {
	if delta, ok := step(i, d.height); ok {
		d.pick.move(delta, len(d.picked.Reasons))
		return nil
	}
	if i != keys.Accept && i != keys.Send {
		return nil
	}
	r := inbox.ReportRequest{Thread: d.picked.Thread.ID, Message: d.picked.Message.Remote, Text: strings.TrimSpace(d.words.Value())}
	if d.pick.at < len(d.picked.Reasons) {
		r.Reason = d.picked.Reasons[d.pick.at]
	}
	return ReportPicked{d.picked.Thread, d.picked.Message, r}
}
