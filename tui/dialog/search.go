package dialog

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/hits"
	"vigie/tui/keys"
	"vigie/tui/look"
)

const (
	// FirstHits is how many hits are asked for while a query is typed.
	FirstHits = 50
	// mostHits is how many are shown at most: who looks at more types a word.
	mostHits = 800
)

// Search finds messages while its query is typed.
type Search struct {
	base
	queryLine
	hits    []inbox.Hit
	asked   Asked          // what hits are of
	client  inbox.ClientID // the list is narrowed to it; "": to none
	wide    bool           // all clients are searched all the same
	widen   string         // the key that changes that
	words   hits.Words
	total   int  // hits there are, as far as they are counted; not all are shown
	atLeast bool // the count is not done
	problem string
	slow    bool            // the search takes its time
	eager   bool            // the first hit is to be opened when it comes
	index   inbox.IndexInfo // how far it is
	pick    chooser
	height  int
}

// Opened: show this thread.
type Opened struct{ Thread inbox.Thread }

// HitPicked: show this thread at a message that was found.
type HitPicked struct {
	Thread  inbox.Thread
	Message string // its id on the network
	Words   hits.Words
}

// MoreWanted: so many hits are wanted of what is asked.
type MoreWanted struct {
	Asked Asked
	Limit int
}

// Asked is a query, and the client whose messages it is for.
type Asked struct {
	Query  string
	Client inbox.ClientID // "": all clients
}

// NewSearch begins with an empty query. widen is the key that goes from one
// client to all of them, to be told.
func NewSearch(widen string) *Search { return &Search{widen: widen} }

// Completes tells how queries go on.
func (d *Search) Completes(c Completer) { d.complete = c }

// Within narrows to a client, "" to none. The same client again changes nothing.
func (d *Search) Within(client inbox.ClientID) {
	if client != d.client {
		d.client, d.wide = client, false
	}
}

// Again shows what was found last anew: the query is marked, the cursor is on
// the hit it was on. It returns how many hits are to be asked for.
func (d *Search) Again() (limit int) {
	d.field.Mark()
	d.eager, d.slow = false, false
	return max(len(d.hits), FirstHits)
}

// Scopes: a text field.
func (*Search) Scopes() []keys.Scope { return []keys.Scope{keys.Form, keys.Searching} }

// Large: results need room.
func (*Search) Large() bool { return true }

// Title says for whom is searched, and the key that changes it.
func (d *Search) Title(l look.Look) string {
	dot := " " + l.Glyphs.Dot + " "
	whose, other := l.P.T("search.everybody"), ""
	if d.client != "" {
		name := l.Client(d.client).Name
		other = l.P.T("search.to-one", d.widen, name)
		if !d.wide {
			whose, other = name, l.P.T("search.to-all", d.widen)
		}
	}
	title := l.P.T("dialog.search") + dot + whose
	if other == "" || d.widen == "" {
		return title
	}
	return title + dot + other
}

// Narrowed reports whether the list is narrowed to a client: then all clients
// can be searched, or that one only.
func (d *Search) Narrowed() bool { return d.client != "" }

// Asks is what is looked for.
func (d *Search) Asks() Asked {
	a := Asked{Query: strings.TrimSpace(d.field.Value())}
	if !d.wide {
		a.Client = d.client
	}
	return a
}

// Found gives the hits of what the field asks for now. The action is
// to be carried out, if there is one: enter was pressed before they came.
func (d *Search) Found(found inbox.Found, problem string) Action {
	if a := d.Asks(); a != d.asked {
		d.asked, d.words, d.pick, d.hits = a, hits.Of(a.Query), chooser{}, nil
	}
	d.stay(found.Hits)
	d.hits, d.total, d.atLeast, d.problem, d.slow = found.Hits, found.Total, found.AtLeast, problem, false
	if d.eager && len(d.hits) > 0 {
		return d.Do(keys.Accept)
	}
	d.eager = false
	return nil
}

// stay keeps the cursor on its hit, and that on its line, when hits of the
// same query come anew.
func (d *Search) stay(hits []inbox.Hit) {
	if d.pick.at >= len(d.hits) || d.pick.at == 0 {
		return
	}
	on := d.hits[d.pick.at].Message
	same := func(h inbox.Hit) bool { return h.Message.Account == on.Account && h.Message.Remote == on.Remote }
	if i := slices.IndexFunc(hits, same); i >= 0 {
		d.pick.top, d.pick.at = max(d.pick.top+i-d.pick.at, 0), i
	}
}

// Counted tells how many hits there are of what was asked, once all are counted.
func (d *Search) Counted(asked Asked, total int) {
	if asked == d.asked {
		d.total, d.atLeast = max(total, len(d.hits)), false
	}
}

// Index tells how far the index is made.
func (d *Search) Index(info inbox.IndexInfo) { d.index = info }

// Lags reports whether the index was still being made when that was told last.
func (d *Search) Lags() bool { return d.index.Indexed < d.index.Messages }

// Slow tells that a search takes its time.
func (d *Search) Slow() { d.slow = d.asked != d.Asks() }

// View draws the dialog.
func (d *Search) View(l look.Look, w, h int) []string {
	s := l.Spans(w).Add(l.Text, " ")
	x := d.field.Draw(l, s, l.P.T("dialog.search-field"), l.P.T("dialog.search-hint"), true) + 1
	d.setCursor(x, 1, true)
	out := []string{s.End(l.Text)}
	if e := d.queryLine.wrong(); d.wrong() && e != nil {
		out = append(out, d.told(l, w, d.start(l, "dialog.search-field"), "dialog.search-hint", true)...)
		return out[:min(len(out), h)]
	}
	if d.wrong() {
		for _, row := range l.Wrap(d.problem, max(w-2, 1)) {
			out = append(out, l.Spans(w).Add(l.Danger, " "+row).End(l.Text))
		}
		return out[:min(len(out), h)]
	}
	out = append(out, d.status(l, w))
	if d.Asks().Query == "" {
		return out[:min(len(out), h)]
	}
	d.height = max((h-2)/2, 1)
	from, to := d.pick.window(len(d.hits), d.height)
	for i := from; i < to; i++ {
		out = append(out, d.hit(l, w, i)...)
	}
	return out[:min(len(out), h)]
}

// status says how many messages there are. While another letter is looked for
// it stays as it was: an answer comes within a blink, or it is said to be slow.
func (d *Search) status(l look.Look, w int) string {
	s := l.Spans(w).Add(l.Text, " ")
	switch {
	case d.Asks().Query == "":
	case d.slow, d.asked.Query == "":
		s.Add(l.Faint, l.P.T("search.running"))
	case d.total > len(d.hits) || d.atLeast:
		s.Add(l.Muted, d.counted(l))
	case len(d.hits) == 0 && d.absent() != "":
		s.Add(l.Warn, d.absent())
	default:
		s.Add(l.Muted, l.P.T("search.found", len(d.hits)))
	}
	d.hint(l, s)
	if d.Lags() {
		if d.Asks().Query != "" {
			s.Add(l.Muted, " "+l.Glyphs.Dot+" ")
		}
		s.Add(l.Warn, l.P.T("search.index", int(100*d.index.Indexed/d.index.Messages)))
	}
	return s.End(l.Text)
}

// hint says how the query may go on, where there is something to choose.
func (d *Search) hint(l look.Look, s *cell.Spans) {
	list := d.suggestions()
	if len(list) == 0 || d.field.marked || strings.HasSuffix(d.field.Value(), " ") || d.Asks().Query == "" {
		return
	}
	s.Add(l.Muted, " "+l.Glyphs.Dot+" ").Add(l.Key, "tab")
	for _, sug := range list {
		if text := " " + l.Cut(sug.Text, 24); l.Width(text) < s.Left()-20 {
			s.Add(l.Muted, text)
		}
	}
}

// wrong reports whether there is a problem to tell instead of hits.
func (d *Search) wrong() bool {
	return d.problem != "" && d.Asks().Query != "" && !d.slow && d.asked.Query != ""
}

// counted is the number of hits, with a sign when there may be more.
func (d *Search) counted(l look.Look) string {
	n := l.P.Number(d.total)
	if d.atLeast {
		n += "+"
	}
	if d.total > len(d.hits) {
		return l.P.T("search.found-more", n, len(d.hits))
	}
	return l.P.T("search.found-many", n)
}

func (d *Search) hit(l look.Look, w, i int) []string {
	t, m := d.hits[i].Thread, d.hits[i].Message
	c := l.Client(t.Client)
	who := look.Author(m.Author)
	if m.Outgoing {
		who = l.P.T("reader.you")
	}
	text := l.Spans(w).Add(l.Text, "    ")
	if m.Expired {
		text.Add(l.Muted, "["+l.P.T("reader.expired")+"]")
	}
	d.words.Draw(text, l, d.words.Around(m.Text.String(), w-5))
	return []string{
		chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
			s.Fixed(c.Pens.Plain, c.Name, l.ClientWidth).Add(l.Muted, " "+l.OnShort(t.Account, t.Network)+" ").Add(l.Strong, who)
			s.Add(l.Muted, " "+l.Glyphs.Dot+" "+l.Time.Moment(m.At, l.Now, c.Zone))
		}),
		text.End(l.Text),
	}
}

// Key types. The key of the search itself means the search that is open, as
// long as its query is marked.
func (d *Search) Key(k tea.KeyPressMsg) Action {
	if d.field.marked && k.Text == "/" {
		return nil
	}
	if d.field.Key(k) {
		d.eager = false
		return Typed{}
	}
	return nil
}

// Paste types what was pasted.
func (d *Search) Paste(s string) Action {
	d.field.Paste(s)
	d.eager = false
	return Typed{}
}

// Do moves in the results and opens one.
func (d *Search) Do(i keys.Intent) Action {
	if i == keys.NextField {
		if d.take() {
			return Typed{}
		}
		return nil
	}
	if delta, ok := step(i, d.height); ok {
		d.eager = false
		d.pick.move(delta, len(d.hits))
		return d.more()
	}
	if i == keys.Widen && d.client == "" {
		return Refused{"why.all-clients"}
	}
	if i == keys.Widen {
		d.wide, d.eager = !d.wide, false
		return Typed{}
	}
	if i != keys.Accept && i != keys.Send {
		return nil
	}
	if d.asked != d.Asks() {
		d.eager = d.Asks().Query != ""
		return nil
	}
	if d.pick.at < len(d.hits) {
		h := d.hits[d.pick.at]
		return HitPicked{h.Thread, h.Message.Remote, d.words}
	}
	return nil
}

// more asks for more hits when the last of them comes near.
func (d *Search) more() Action {
	n := len(d.hits)
	if d.asked != d.Asks() || d.pick.at+d.height < n || n >= mostHits || (d.total <= n && !d.atLeast) {
		return nil
	}
	return MoreWanted{d.asked, min(4*n, mostHits)}
}
