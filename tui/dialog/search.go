package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// Search finds messages while its query is typed.
type Search struct {
	base
	field   Field
	hits    []inbox.Hit
	asked   string // the query that hits are of
	total   int    // hits there are; not all are shown
	problem string
	pick    chooser
	height  int
}

// Opened: show this thread.
type Opened struct{ Thread inbox.Thread }

// NewSearch begins with an empty query.
func NewSearch() *Search { return &Search{} }

// Scopes: a text field.
func (*Search) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Large: results need room.
func (*Search) Large() bool { return true }

// Title names it.
func (d *Search) Title(l look.Look) string { return l.P.T("dialog.search") }

// Query is what is looked for.
func (d *Search) Query() string { return strings.TrimSpace(d.field.Value()) }

// Found gives the hits of a query; a query that is no longer the one in the
// field is dropped.
func (d *Search) Found(query string, found inbox.Found, problem string) {
	if query != d.Query() {
		return
	}
	d.asked, d.hits, d.total, d.problem, d.pick = query, found.Hits, found.Total, problem, chooser{}
}

// View draws the dialog.
func (d *Search) View(l look.Look, w, h int) []string {
	s := l.Spans(w).Add(l.Text, " ")
	x := d.field.Draw(l, s, l.P.T("dialog.search-field"), l.P.T("dialog.search-hint"), true) + 1
	d.setCursor(x, 1, true)
	out := []string{s.End(l.Text)}
	status := l.Spans(w).Add(l.Text, " ")
	switch {
	case d.problem != "":
		status.Add(l.Danger, d.problem)
	case d.Query() == "":
	case d.asked != d.Query():
		status.Add(l.Faint, l.P.T("search.running"))
	case d.total > len(d.hits):
		status.Add(l.Muted, l.P.T("search.found-more", d.total, len(d.hits)))
	default:
		status.Add(l.Muted, l.P.T("search.found", len(d.hits)))
	}
	out = append(out, status.End(l.Text))
	d.height = max((h-2)/2, 1)
	from, to := d.pick.window(len(d.hits), d.height)
	for i := from; i < to; i++ {
		out = append(out, d.hit(l, w, i)...)
	}
	return out[:min(len(out), h)]
}

func (d *Search) hit(l look.Look, w, i int) []string {
	t, m := d.hits[i].Thread, d.hits[i].Message
	c := l.Client(t.Client)
	who := look.Author(m.Author)
	if m.Outgoing {
		who = l.P.T("reader.you")
	}
	return []string{
		chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
			s.Fixed(c.Pens.Plain, c.Name, l.ClientWidth).Add(l.Muted, " "+l.NetworkShort(t.Network)+" ").Add(l.Strong, who)
			s.Add(l.Muted, " "+l.Glyphs.Dot+" "+l.Time.Moment(m.At, l.Now, c.Zone))
		}),
		l.Spans(w).Add(l.Text, "    ").Add(l.Text, around(m.Text.String(), d.asked, w-5)).End(l.Text),
	}
}

// around is the part of a text near the first word of a query.
func around(s, query string, w int) string {
	s = strings.ReplaceAll(s, "\n", " ")
	word, _, _ := strings.Cut(strings.ToLower(query), " ")
	i := strings.Index(strings.ToLower(s), strings.Trim(word, `"`))
	if i < w*2/3 || i > len(s) {
		return s
	}
	start := strings.LastIndex(s[:max(i-w/3, 0)], " ")
	if start < 0 {
		return s
	}
	return "…" + s[start:]
}

// Key types.
func (d *Search) Key(k tea.KeyPressMsg) Action {
	if d.field.Key(k) {
		return Typed{}
	}
	return nil
}

// Paste types what was pasted.
func (d *Search) Paste(s string) Action { d.field.Paste(s); return Typed{} }

// Do moves in the results and opens one.
func (d *Search) Do(i keys.Intent) Action {
	if delta, ok := step(i, d.height); ok {
		d.pick.move(delta, len(d.hits))
		return nil
	}
	if (i == keys.Accept || i == keys.Send) && d.pick.at < len(d.hits) {
		return Opened{d.hits[d.pick.at].Thread}
	}
	return nil
}
