package dialog

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/when"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Escalate asks to whom a thread goes, with which question, until when.
type Escalate struct {
	base
	Thread   inbox.Thread
	contacts []inbox.Contact
	zone     *time.Location
	now      time.Time
	pick     chooser
	question Field
	due      Field
	focus    int // 0 contact, 1 question, 2 deadline
	why      lang.Key
}

// EscalatePicked: take the thread to the contact.
type EscalatePicked struct {
	Thread  inbox.Thread
	Request inbox.EscalateRequest
	Contact inbox.Contact
}

// NewEscalate offers the contacts of the thread's client.
func NewEscalate(t inbox.Thread, l look.Look, now time.Time) *Escalate {
	c := l.Client(t.Client)
	return &Escalate{Thread: t, contacts: c.Contacts, zone: c.Zone, now: now}
}

// Scopes: text fields.
func (*Escalate) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Title names the act and its thread.
func (d *Escalate) Title(l look.Look) string {
	return l.P.T("dialog.escalate") + " " + l.Glyphs.Dot + " " + threads(l, []inbox.Thread{d.Thread})
}

// Rows: contacts, two fields, what the deadline means.
func (d *Escalate) Rows(look.Look, int) int { return 1 + min(len(d.contacts), 5) + 4 }

// View draws the dialog.
func (d *Escalate) View(l look.Look, w, h int) []string {
	p := l.Muted
	if d.focus == 0 {
		p = l.Key
	}
	out := []string{l.Spans(w).Add(p, " "+l.P.T("dialog.contact")).End(l.Text)}
	from, to := d.pick.window(len(d.contacts), max(min(5, h-5), 1))
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
	s := l.Spans(w).Add(l.Text, " ")
	qx := d.question.Draw(l, s, l.P.T("dialog.question"), l.P.T("dialog.question-hint"), d.focus == 1) + 1
	qy := len(out) + 1
	out = append(out, s.End(l.Text))
	s = l.Spans(w).Add(l.Text, " ")
	dx := d.due.Draw(l, s, l.P.T("dialog.due"), l.P.T("dialog.due-hint"), d.focus == 2) + 1
	out = append(out, s.End(l.Text), moment(l, w, strings.TrimSpace(d.due.Value()), d.now, d.zone))
	switch d.focus {
	case 0:
		d.setCursor(0, 2+d.pick.at-from, true)
	case 1:
		d.setCursor(qx, qy, qy <= h)
	default:
		d.setCursor(dx, qy+1, qy+1 <= h)
	}
	if d.why != "" {
		out = append(out, l.Spans(w).Add(l.Danger, " "+l.P.T(d.why)).End(l.Text))
	}
	return out[:min(len(out), h)]
}

// Last reports whether the last field has the focus, where enter accepts.
func (d *Escalate) Last() bool { return d.focus == 2 }

func (d *Escalate) field() *Field {
	switch d.focus {
	case 1:
		return &d.question
	case 2:
		return &d.due
	}
	return nil
}

// Key types into the field that has the focus.
func (d *Escalate) Key(k tea.KeyPressMsg) Action {
	d.why = ""
	if f := d.field(); f != nil {
		f.Key(k)
	}
	return nil
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
		if d.focus == 0 {
			delta, _ := step(i, 1)
			d.pick.move(delta, len(d.contacts))
			return nil
		}
		if i == keys.Up {
			d.focus--
		} else {
			d.focus = min(d.focus+1, 2)
		}
	case keys.NextField:
		d.focus = (d.focus + 1) % 3
	case keys.PrevField:
		d.focus = (d.focus + 2) % 3
	case keys.Accept:
		if d.focus < 2 {
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
	if r.Question == "" {
		d.focus, d.why = 1, "dialog.question-missing"
		return nil
	}
	if words := strings.TrimSpace(d.due.Value()); words != "" {
		t, err := when.Parse(words, d.now, d.zone)
		if err != nil {
			d.focus = 2
			return nil
		}
		r.Due = t
	}
	return EscalatePicked{d.Thread, r, c}
}
