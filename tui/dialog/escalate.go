package dialog

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/inbox/when"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// Escalate asks to whom a thread goes, with which question, until when and how
// grave it is, and shows what the contact will get.
type Escalate struct {
	base
	Thread   inbox.Thread
	view     *inbox.ThreadView // for what the contact will get; nil until it is read
	contacts []inbox.Contact
	zone     *time.Location
	now      time.Time
	pick     chooser
	sought   string // letters typed to find a contact
	question Field
	due      Field
	grave    []string // words to choose from; the first says nothing
	severity int      // the one of them that is chosen
	focus    int
	why      lang.Key
}

// The places of the focus, from top to bottom.
const (
	onContact = iota
	onQuestion
	onDue
	onSeverity
	places
)

// EscalatePicked: take the thread to the contact.
type EscalatePicked struct {
	Thread  inbox.Thread
	Request inbox.EscalateRequest
	Contact inbox.Contact
}

// NewEscalate offers the contacts of the thread's client.
func NewEscalate(t inbox.Thread, l look.Look, now time.Time) *Escalate {
	c := l.Client(t.Client)
	grave := []string{
		l.P.T("escalate.severity-none"), l.P.T("escalate.severity-low"), l.P.T("escalate.severity-high"), l.P.T("escalate.severity-critical"),
	}
	return &Escalate{Thread: t, contacts: c.Contacts, zone: c.Zone, now: now, grave: grave}
}

// Scopes: text fields.
func (*Escalate) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Title names the act and its thread.
func (d *Escalate) Title(l look.Look) string {
	return l.P.T("dialog.escalate") + " " + l.Glyphs.Dot + " " + threads(l, []inbox.Thread{d.Thread})
}

// Saw gives the thread as it is, for what the contact will get.
func (d *Escalate) Saw(v inbox.ThreadView) {
	if v.Thread.ID == d.Thread.ID {
		d.view = &v
	}
}

// Rows: contacts, severity, two fields, what the deadline means, the brief.
func (d *Escalate) Rows(l look.Look, w int) int {
	return 1 + min(len(d.contacts), 5) + 4 + len(d.preview(l, w))
}

// View draws the dialog.
func (d *Escalate) View(l look.Look, w, h int) []string {
	out := []string{l.Spans(w).Add(d.pen(l, onContact), " "+l.P.T("dialog.contact")).End(l.Text)}
	from, to := d.pick.window(len(d.contacts), max(min(5, h-6), 1))
	for i := from; i < to; i++ {
		c := d.contacts[i]
		out = append(out, chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
			s.Add(l.Strong, c.Name)
			if c.Role != "" {
				s.Add(l.Muted, " "+l.Glyphs.Dot+" "+c.Role)
			}
			s.Add(l.Muted, " "+l.Glyphs.Dot+" "+l.P.T(lang.Key("channel."+string(c.Channel))))
		}))
	}
	at := [places]int{onContact: 1 + d.pick.at - from, onQuestion: len(out), onDue: len(out) + 1, onSeverity: len(out) + 3}
	s := l.Spans(w).Add(l.Text, " ")
	qx := d.question.Draw(l, s, l.P.T("dialog.question"), l.P.T("dialog.question-hint"), d.focus == onQuestion) + 1
	out = append(out, s.End(l.Text))
	s = l.Spans(w).Add(l.Text, " ")
	dx := d.due.Draw(l, s, l.P.T("dialog.due"), l.P.T("dialog.due-hint"), d.focus == onDue) + 1
	out = append(out, s.End(l.Text))
	if d.why != "" {
		out = append(out, l.Spans(w).Add(l.Danger, " "+l.P.T(d.why)).End(l.Text))
	} else {
		out = append(out, moment(l, w, strings.TrimSpace(d.due.Value()), d.now, d.zone))
	}
	line, sx := d.severities(l, w)
	out = append(out, line)
	x := [places]int{onSeverity: sx, onQuestion: qx, onDue: dx}
	d.setCursor(x[d.focus], at[d.focus]+1, at[d.focus] < h)
	out = append(out, d.preview(l, w)...)
	return out[:min(len(out), h)]
}

// pen is that of a label: the one of the focus stands out.
func (d *Escalate) pen(l look.Look, place int) theme.Pen {
	if d.focus == place {
		return l.Key
	}
	return l.Muted
}

// severities draws the line of the words to choose from; x is the column of
// the chosen one.
func (d *Escalate) severities(l look.Look, w int) (line string, x int) {
	s := l.Spans(w).Add(l.Text, " ").Add(d.pen(l, onSeverity), l.P.T("escalate.severity"))
	for i, word := range d.grave {
		if i == d.severity {
			x = w - s.Left() + 1
			s.Add(l.Key, " [").Add(l.Strong, word).Add(l.Key, "]")
			continue
		}
		s.Add(l.Muted, "  "+word+" ")
	}
	if d.focus == onSeverity {
		s.Add(l.Faint, " "+l.P.T("escalate.severity-hint"))
	}
	return s.End(l.Text), min(x, max(w-1, 0))
}

// preview is what the contact will get, in a few lines.
func (d *Escalate) preview(l look.Look, w int) []string {
	if len(d.contacts) == 0 {
		return nil
	}
	title := " " + l.P.T("escalate.preview", d.contacts[d.pick.at].Name) + " "
	s := l.Spans(w).Add(l.Faint, cell.Repeat(l.Glyphs.Rule, 2)).Add(l.Muted, title)
	out := []string{s.Add(l.Faint, cell.Repeat(l.Glyphs.Rule, s.Left())).End(l.Text)}
	add := func(p theme.Pen, words string, most int) {
		for i, part := range l.Wrap(words, max(w-4, 1)) {
			if i < most {
				out = append(out, l.Spans(w).Add(l.Post, " "+l.Glyphs.Post).Add(p, " "+part).End(l.Text))
			}
		}
	}
	if d.view == nil {
		add(l.Muted, l.P.T("escalate.preview-wait"), 1)
		return out
	}
	var first []string
	if d.severity > 0 {
		first = append(first, l.P.T("escalate.severity")+" "+d.grave[d.severity])
	}
	if due, err := when.Parse(strings.TrimSpace(d.due.Value()), d.now, d.zone); err == nil {
		first = append(first, l.P.T("escalate.preview-due", l.Time.Full(due, d.zone)))
	}
	if len(first) > 0 {
		add(l.Strong, strings.Join(first, " "+l.Glyphs.Dot+" "), 2)
	}
	if q := strings.TrimSpace(d.question.Value()); q != "" {
		add(l.Text, q, 2)
	}
	d.quote(l, add)
	return out
}

// quote adds what they wrote last, where it is, and how much of the thread
// goes along.
func (d *Escalate) quote(l look.Look, add func(theme.Pen, string, int)) {
	const most = 600 // bytes: more than it shows
	n := 0
	for _, m := range d.view.Messages {
		if !m.Damaged {
			n++
		}
	}
	for _, m := range slices.Backward(d.view.Messages) {
		if !m.Outgoing && !m.Deleted && !m.Damaged {
			add(l.Muted, l.P.T("escalate.preview-from", l.Cut(look.Author(m.Author), 40))+" "+look.Head(m.Text.String(), most), 2)
			break
		}
	}
	words := l.P.T("escalate.preview-history", min(n, historyLength))
	if h := text.Host(d.Thread.URL); h != "" {
		words = l.Glyphs.Link + " " + h + " " + l.Glyphs.Dot + " " + words
	}
	add(l.Muted, words, 1)
}

// historyLength is how many messages a brief takes along.
const historyLength = 20

// Last reports whether enter accepts: what is left to choose may be left.
func (d *Escalate) Last() bool { return d.focus >= onDue }

func (d *Escalate) field() *Field {
	switch d.focus {
	case onQuestion:
		return &d.question
	case onDue:
		return &d.due
	}
	return nil
}

// Key types into the field that has the focus.
func (d *Escalate) Key(k tea.KeyPressMsg) Action {
	d.why = ""
	if f := d.field(); f != nil {
		f.Key(k)
		return nil
	}
	switch d.focus {
	case onContact:
		d.seek(k)
	case onSeverity:
		switch k.String() {
		case "left", "-":
			d.severity = max(d.severity-1, 0)
		case "right", "+", "space":
			d.severity = min(d.severity+1, len(d.grave)-1)
		}
	}
	return nil
}

// seek chooses the contact whose name, role or id has a word that begins with
// the letters typed so far.
func (d *Escalate) seek(k tea.KeyPressMsg) {
	if k.String() == "backspace" {
		d.sought = ""
	}
	if k.Text == "" {
		return
	}
	d.sought += strings.ToLower(k.Text)
	for i, c := range d.contacts {
		for _, word := range strings.Fields(strings.ToLower(string(c.ID) + " " + c.Name + " " + c.Role)) {
			if strings.HasPrefix(word, d.sought) {
				d.pick.at = i
				return
			}
		}
	}
	d.sought = strings.ToLower(k.Text) // another word begins
}

// Paste types what was pasted.
func (d *Escalate) Paste(s string) Action {
	if f := d.field(); f != nil {
		f.Paste(s)
	}
	return nil
}

// Do moves between and in the fields, and accepts on the last one.
func (d *Escalate) Do(i keys.Intent) Action {
	switch i {
	case keys.Down, keys.Up:
		delta, _ := step(i, 1)
		if at := d.pick.at; d.focus == onContact {
			if d.pick.move(delta, len(d.contacts)); d.pick.at != at || delta < 0 {
				return nil
			}
		}
		d.focus = max(min(d.focus+delta, onSeverity), onContact)
	case keys.NextField:
		d.focus = (d.focus + 1) % places
	case keys.PrevField:
		d.focus = (d.focus + places - 1) % places
	case keys.Accept:
		if !d.Last() {
			d.focus++
			return nil
		}
		return d.accept()
	case keys.Send:
		return d.accept()
	}
	return nil
}

func (d *Escalate) accept() Action {
	if len(d.contacts) == 0 {
		d.why = "why.no-contact"
		return nil
	}
	c := d.contacts[d.pick.at]
	r := inbox.EscalateRequest{Contact: c.ID, Question: strings.TrimSpace(d.question.Value())}
	if d.severity > 0 {
		r.Severity = d.grave[d.severity]
	}
	if r.Question == "" {
		d.focus, d.why = onQuestion, "dialog.question-missing"
		return nil
	}
	if words := strings.TrimSpace(d.due.Value()); words != "" {
		t, err := when.Parse(words, d.now, d.zone)
		if err != nil {
			d.focus = onDue // the line below says why
			return nil
		}
		r.Due = t
	}
	return EscalatePicked{d.Thread, r, c}
}
