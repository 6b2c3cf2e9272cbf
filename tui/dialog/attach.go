package dialog

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Attach asks for a file that goes with an answer and for what it shows, and
// lists those that are there. It reads no file.
type Attach struct {
	base
	Thread inbox.Thread
	Limit  inbox.MediaLimit
	Files  []inbox.Upload

	path, alt Field
	onAlt     bool
	bare      bool // that nothing describes it was told
	why       string
	pick      chooser
}

// AttachPicked: keep this file for the answer.
type AttachPicked struct{ Path, Alt string }

// FileDropped: take the file at this place away.
type FileDropped struct{ At int }

// Scopes: a text field.
func (*Attach) Scopes() []keys.Scope { return []keys.Scope{keys.Attaching, keys.Form} }

// Title names the act and the thread.
func (d *Attach) Title(l look.Look) string {
	return l.P.T("attach.title") + " " + l.Glyphs.Dot + " " + threads(l, []inbox.Thread{d.Thread})
}

// Any reports whether a file is chosen.
func (d *Attach) Any() bool { return len(d.Files) > 0 }

// Rows: the files, two fields, what is wrong, what the network takes.
func (d *Attach) Rows(l look.Look, w int) int {
	return len(d.Files) + 2 + max(len(l.Wrap(d.said(l), max(w-2, 1))), 1) + len(d.limits(l, w))
}

// limits say what the network takes.
func (d *Attach) limits(l look.Look, w int) []string {
	words := []string{l.P.T("attach.most", d.Limit.Max)}
	if d.Limit.Bytes > 0 {
		words = append(words, l.P.T("attach.bytes", lang.Bytes(d.Limit.Bytes)))
	}
	if d.Limit.Alt > 0 {
		words = append(words, l.P.T("attach.alt", d.Limit.Alt))
	}
	if len(d.Limit.Types) > 0 {
		words = append(words, strings.Join(d.Limit.Types, ", "))
	}
	var out []string
	for _, s := range l.Wrap(strings.Join(words, " "+l.Glyphs.Dot+" "), max(w-2, 1)) {
		out = append(out, l.Spans(w).Add(l.Faint, " "+s).End(l.Text))
	}
	return out
}

// View draws the dialog. The fields always have their place.
func (d *Attach) View(l look.Look, w, h int) []string {
	var out []string
	from, to := d.pick.window(len(d.Files), max(h-3, 0))
	for i := from; i < to; i++ {
		u := d.Files[i]
		out = append(out, chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
			s.Add(l.Strong, l.Cut(u.Name, w/2)).Add(l.Muted, " "+l.Glyphs.Dot+" "+l.P.T("composer.size", lang.Bytes(u.Size))+" "+l.Glyphs.Dot+" ")
			if u.Alt == "" {
				s.Add(l.Warn, l.P.T("media.no-alt"))
				return
			}
			s.Add(l.Text, u.Alt)
		}))
	}
	at := len(out) + 1
	s := l.Spans(w).Add(l.Text, " ")
	x := d.path.Draw(l, s, l.P.T("attach.path"), l.P.T("attach.path-hint"), !d.onAlt) + 1
	out = append(out, s.End(l.Text))
	s = l.Spans(w).Add(l.Text, " ")
	y := d.alt.Draw(l, s, l.P.T("attach.what"), l.P.T("attach.what-hint"), d.onAlt) + 1
	out = append(out, s.End(l.Text))
	if d.onAlt {
		x, at = y, at+1
	}
	d.setCursor(x, at, at <= h)
	for _, s := range l.Wrap(d.said(l), max(w-2, 1)) {
		if d.why != "" {
			out = append(out, l.Spans(w).Add(l.Warn, " "+s).End(l.Text))
		}
	}
	out = append(out, d.limits(l, w)...)
	return out[:min(len(out), h)]
}

// said says why nothing was attached yet.
func (d *Attach) said(l look.Look) string {
	switch key := lang.Key(d.why); key {
	case "":
		return ""
	case "attach.too-many":
		return l.P.T(key, d.Limit.Max)
	case "attach.alt-long":
		return l.P.T(key, d.Limit.Alt)
	default:
		return l.P.T(key)
	}
}

func (d *Attach) field() *Field {
	if d.onAlt {
		return &d.alt
	}
	return &d.path
}

// Key types.
func (d *Attach) Key(k tea.KeyPressMsg) Action {
	d.why = ""
	d.field().Key(k)
	return nil
}

// Paste types what was pasted.
func (d *Attach) Paste(s string) Action {
	d.why = ""
	d.field().Paste(s)
	return nil
}

// Do moves, takes away, and accepts on the last field: without a description
// only when asked twice.
func (d *Attach) Do(i keys.Intent) Action {
	switch i {
	case keys.Down, keys.Up, keys.PageDown, keys.PageUp:
		delta, _ := step(i, 5)
		d.pick.move(delta, len(d.Files))
	case keys.NextField, keys.PrevField:
		d.onAlt = !d.onAlt
	case keys.Drop:
		d.why = ""
		return FileDropped{d.pick.at}
	case keys.Accept:
		if !d.onAlt {
			d.onAlt = true
			return nil
		}
		return d.accept()
	case keys.Send:
		return d.accept()
	}
	return nil
}

func (d *Attach) accept() Action {
	path, alt := strings.TrimSpace(d.path.Value()), strings.TrimSpace(d.alt.Value())
	switch {
	case len(d.Files) >= d.Limit.Max:
		d.why = "attach.too-many"
	case path == "":
		d.onAlt, d.why = false, "attach.no-path"
	case d.Limit.Alt > 0 && utf8.RuneCountInString(alt) > d.Limit.Alt:
		d.onAlt, d.why = true, "attach.alt-long"
	case alt == "" && !d.bare:
		d.onAlt, d.bare, d.why = true, true, "attach.bare"
	default:
		return AttachPicked{path, alt}
	}
	return nil
}
