package list

import (
	"slices"
	"strconv"
	"strings"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/cell"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// drawn is a row as it was drawn last, and for what.
type drawn struct {
	key   key
	of    inbox.Thread
	lines [2]string
}

// key is what a row depends on besides its thread: rev counts the changes of
// style, language, names and the minute.
type key struct {
	rev, width int
	place      int // width of the column of deadlines and ages
	cursor     cursor
	marked     bool
}

// shows reports whether the row shows t as t is now.
func (d *drawn) shows(t *inbox.Thread) bool {
	o := &d.of
	return o.Events == t.Events && o.Unread == t.Unread && o.State == t.State && o.LastOut == t.LastOut &&
		o.Client == t.Client && o.Network == t.Network && o.Kind == t.Kind &&
		o.Author == t.Author && o.Snippet == t.Snippet && o.Status == t.Status && o.Statuses == t.Statuses &&
		o.SortAt.Equal(t.SortAt) && o.Until.Equal(t.Until) && sameDue(o, t) && o.Feeling == t.Feeling &&
		slices.Equal(o.Tags, t.Tags) && sameEscalation(o.Escalation, t.Escalation)
}

func sameEscalation(a, b *inbox.Escalation) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Name == b.Name && a.Due.Equal(b.Due)
}

type cursor uint8

const (
	elsewhere cursor = iota
	resting          // on the row, but another pane has the focus
	here
)

// screens is how many screens of drawn rows are kept.
const screens = 4

// View draws the pane: the title if it has one, then rows, exactly the size it
// was given.
func (m *Model) View(l look.Look, title string, focused bool) []string {
	if m.height <= 0 || m.width <= 0 {
		return nil
	}
	out := make([]string, 0, m.height)
	if !m.bare {
		out = append(out, m.title(l, title, focused))
	}
	out = m.drawStuck(out, l, focused)
	if len(m.cache) > screens*m.Visible() || m.cache == nil {
		m.cache = make(map[inbox.ThreadID]drawn, screens*m.Visible())
	}
	m.measure()
	h := m.rowHeight()
	for i := m.top; i < len(m.rows) && len(out) < m.height; i++ {
		lines := m.row(&l, &m.rows[i], focused)
		out = append(out, lines[:h]...)
	}
	return cell.Height(out, m.height, m.width)
}

func (m *Model) title(l look.Look, title string, focused bool) string {
	s := l.Spans(m.width)
	p, sign := l.Muted, " "
	if focused {
		p, sign = l.Title, l.Glyphs.Focus
	}
	s.Add(l.Key, sign).Add(p, title)
	right := m.News(l)
	w := l.Width(right)
	if w > 0 && w+1 < s.Left() {
		s.Fill(l.Text, w+1).Add(l.Accent, right)
	}
	return s.End(l.Text)
}

// News says how many threads came in above the screen, or moved there.
func (m *Model) News(l look.Look) string {
	if m.fresh == 0 {
		return ""
	}
	return l.Glyphs.Less + " " + l.P.T("list.fresh", m.fresh)
}

func (m *Model) row(l *look.Look, t *inbox.Thread, focused bool) [2]string {
	_, marked := m.marks[t.ID]
	k := key{rev: l.Rev, width: m.width, place: m.place, marked: marked}
	if t.ID == m.sel && m.at == 0 {
		k.cursor = resting
		if focused {
			k.cursor = here
		}
	}
	if d, ok := m.cache[t.ID]; ok && d.key == k && d.shows(t) {
		return d.lines
	}
	r := rowDrawer{l: *l, t: *t, k: k, c: l.Client(t.Client), w: m.width}
	switch k.cursor {
	case here:
		r.pens, r.client = l.Selected, r.c.Pens.Selected
	case resting:
		r.pens, r.client = l.Resting, r.c.Pens.Resting
	default:
		r.pens, r.client = l.Plain, r.c.Pens.Plain
	}
	d := drawn{key: k, of: *t}
	if m.rowHeight() == 2 {
		d.lines = r.two()
	} else {
		d.lines = [2]string{r.one()}
	}
	m.cache[t.ID] = d
	return d.lines
}

// rowDrawer draws one thread.
type rowDrawer struct {
	l      look.Look
	t      inbox.Thread
	k      key
	c      look.Client
	pens   theme.Row
	client theme.Pen
	w      int
}

// signs are the three cells in front: cursor, unread, marked.
func (r rowDrawer) signs(s *cell.Spans) {
	sign := func(on bool, glyph string) string {
		if on {
			return glyph
		}
		return " "
	}
	g := r.l.Glyphs
	signs := r.k.cursor.sign(g) + sign(r.t.Unread, g.Unread) + sign(r.k.marked, g.Marked)
	s.Add(r.mark(signs), signs)
}

// mark is the pen for signs: where none is, nothing is said of colour.
func (r rowDrawer) mark(signs string) theme.Pen {
	if strings.TrimSpace(signs) == "" {
		return r.pens.Text
	}
	return r.pens.Mark
}

// sign is the cursor's own: another pane's focus makes it thin.
func (c cursor) sign(g theme.Glyphs) string {
	switch c {
	case here:
		return g.Cursor
	case resting:
		return g.Resting
	}
	return " "
}

func (r rowDrawer) author() theme.Pen {
	if r.t.Unread {
		return r.pens.Strong
	}
	return r.pens.Text
}

// The columns of a row, in cells.
const (
	networkColumn = 5
	kindColumn    = 5
)

// one draws the row of a wide list.
func (r rowDrawer) one() string {
	author := min(max(r.w/6, 12), 24)
	s := r.l.Spans(r.w)
	r.signs(s)
	s.Fixed(r.client, r.c.Name, r.l.ClientWidth).Add(r.pens.Text, " ")
	r.origin(s)
	s.Fixed(r.author(), look.Author(r.t.Author), author).Add(r.pens.Text, " ")

	// The ground of the cursor ends here: the rest of the row stays as it is
	// when the cursor moves.
	r.pens = r.l.Plain
	s.Add(r.pens.Text, " ")
	r.tail(s, r.k.place+1)
	p, words := r.place()
	s.Add(r.pens.Text, " ").Add(p, r.l.Right(words, r.k.place))
	return s.End(r.pens.Text)
}

// origin draws network and kind, each in its column.
func (r rowDrawer) origin(s *cell.Spans) {
	on, kind := r.l.OnShort(r.t.Account, r.t.Network), r.l.Kind(r.t.Kind)
	s.Add(r.pens.Muted, r.l.Fit(on, networkColumn)+" "+r.l.Fit(kind, kindColumn)+" ")
}

// columnsFrom is the width from which the second line of a row has columns for
// network and kind; narrower, what is said needs the room.
const columnsFrom = 46

// source draws the network, and of the kinds only the private one.
func (r rowDrawer) source(s *cell.Spans) {
	words := r.l.Cut(r.l.OnShort(r.t.Account, r.t.Network), networkColumn) + " "
	if r.t.Kind == inbox.KindDM {
		words += r.l.Kind(r.t.Kind) + " "
	}
	s.Add(r.pens.Muted, words)
}

// two draws the row of a narrow list.
func (r rowDrawer) two() [2]string {
	s := r.l.Spans(r.w)
	r.signs(s)
	p, place := r.place()
	place = r.l.Cut(place, r.w/2)
	w := r.l.Width(place) + 1
	s.Fixed(r.client, r.c.Name, r.l.ClientWidth).Add(r.pens.Text, " ")
	if free := s.Left() - w; free > 0 {
		s.Fixed(r.author(), look.Author(r.t.Author), free)
	}
	s.Add(r.pens.Text, " ").Add(p, place)
	first := s.End(r.pens.Text)

	// The second line has nothing of the cursor: it stays as it is when the
	// cursor moves, and with it what stands beside it.
	r.pens = r.l.Plain
	s = r.l.Spans(r.w).Add(r.pens.Text, "   ")
	if r.w < columnsFrom {
		r.source(s)
	} else {
		r.origin(s)
	}
	r.tail(s, 0)
	return [2]string{first, s.End(r.pens.Text)}
}

// leastSaid is how many cells of an excerpt are left, whatever else is told.
const leastSaid = 2

// tail draws the snippet and, at its right, what else is to be known.
func (r rowDrawer) tail(s *cell.Spans, keep int) {
	free := s.Left() - keep
	if free <= 0 {
		return
	}
	room := free * 2 / 3
	if r.l.Drafts[r.t.ID] && r.status() != "" {
		room = max(room, free-leastSaid) // neither may hide the other
	}
	chips := r.chips(room)
	for _, c := range chips {
		free -= r.l.Width(c.text) + 1
	}
	lead := ""
	if r.t.LastOut {
		lead = r.l.P.T("list.you") + " "
	}
	p := r.pens.Muted
	if r.t.Unread {
		p = r.pens.Text
	}
	if w := r.l.Width(lead); lead != "" && w < free {
		s.Add(r.pens.Muted, lead)
		free -= w
	}
	if r.t.Expired() {
		s.Fixed(r.pens.Muted, "["+r.l.P.T("reader.expired")+"]", free)
	} else {
		s.Safe(p, r.said(), free)
	}
	for _, c := range chips {
		s.Add(r.pens.Text, " ").Add(c.pen, c.text)
	}
}

// said is the excerpt without our own handle at its head: that it is for us is
// known.
func (r rowDrawer) said() text.Safe {
	whole := r.t.Snippet.String()
	word, rest, more := strings.Cut(whole, " ")
	if !more || r.t.LastOut || !strings.HasPrefix(word, "@") {
		return r.t.Snippet
	}
	word = strings.Trim(word, "@,:;!?")
	own := strings.TrimPrefix(r.l.Handle(r.t.Account), "@")
	local, _, _ := strings.Cut(own, "@")
	if rest = strings.TrimLeft(rest, " ,:;"); rest == "" || (!strings.EqualFold(word, own) && !strings.EqualFold(word, local)) {
		return r.t.Snippet
	}
	return text.CleanLine(rest)
}

// status is the word for what most wants to be looked at among their messages,
// and of how many when there are several.
func (r rowDrawer) status() string {
	first := r.t.Statuses.First()
	if first == "" {
		first = r.t.Status
	}
	words := r.l.StatusShort(first)
	if n := r.t.Statuses.Of(first); n > 1 && words != "" {
		words = strconv.Itoa(n) + " " + words
	}
	return words
}

type chip struct {
	pen  theme.Pen
	text string
}

// chips are the words at the end of a row, as many as fit into room cells:
// what is wrong, what is written or kept back, then how it feels, and the tags.
func (r rowDrawer) chips(room int) []chip {
	var out []chip
	add := func(p theme.Pen, text string) bool {
		if w := r.l.Width(text) + 1; text != "" && w <= room {
			out = append(out, chip{p, text})
			room -= w
			return true
		}
		return text == ""
	}
	if st, ok := r.l.Trouble[r.t.ID]; ok {
		add(r.pens.Danger, r.l.P.T(lang.Key("list.trouble."+string(st))))
	}
	if r.l.Drafts[r.t.ID] {
		add(r.pens.Warn, r.l.P.T("list.draft"))
	}
	add(r.pens.Warn, r.status())
	if who, ok := r.l.Writing[r.t.ID]; ok {
		add(r.pens.Warn, r.l.Glyphs.Writing+" "+r.l.Cut(who, 12))
	}
	if r.t.State == inbox.Done {
		add(r.pens.Muted, r.l.P.T("state.done"))
	}
	add(r.feeling())
	for _, t := range r.t.Tags {
		if !add(r.pens.Tag, r.l.Glyphs.Tag+t) {
			break
		}
	}
	return out
}
