package dialog

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox/query"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Suggestion is what a part of a query may become.
type Suggestion struct {
	From, To int    // bytes of the input it takes the place of
	Text     string // what comes there
	What     string // what it is, for people; "" where it speaks for itself
}

// Completer knows what there is in the inbox to ask for.
type Completer struct {
	Suggest func(input string, cursor int) []Suggestion // how a query may go on at a byte of it
	Absent  func(input string) string                   // what a query names that there is not, in words; "" for nothing
}

// queryLine is a field for a query: it completes while one types, and points at
// the spot where the query is wrong.
type queryLine struct {
	field    Field
	complete Completer
	pick     int
	sure     bool // it was accepted as it is
}

// suggestions are how the query may go on.
func (q *queryLine) suggestions() []Suggestion {
	if q.complete.Suggest == nil {
		return nil
	}
	return q.complete.Suggest(q.field.Value(), q.field.Before())
}

// absent is what the query names that there is not, once it is typed.
func (q *queryLine) absent() string {
	if q.complete.Absent == nil || len(q.suggestions()) > 0 {
		return ""
	}
	return q.complete.Absent(q.field.Value())
}

// take puts the chosen suggestion in; it reports whether there was one.
func (q *queryLine) take() bool {
	list := q.suggestions()
	if len(list) == 0 {
		return false
	}
	s := list[min(q.pick, len(list)-1)]
	v := q.field.Value()
	if s.From < 0 || s.From > s.To || s.To > len(v) {
		return false
	}
	q.field.Set(v[:s.From] + s.Text)
	q.field.Behind(v[s.To:])
	q.pick, q.sure = 0, false
	return true
}

// move chooses another suggestion, round and round.
func (q *queryLine) move(delta int) {
	if n := len(q.suggestions()); n > 0 {
		q.pick = ((q.pick+delta)%n + n) % n
	}
}

// wrong is where and why the query cannot be read; nil when it can.
func (q *queryLine) wrong() *query.ParseError {
	_, err := query.Parse(q.field.Value())
	var parse *query.ParseError
	if errors.As(err, &parse) {
		return parse
	}
	return nil
}

// reads reports whether the query can be read as it is; from then on the line
// below says why not.
func (q *queryLine) reads() bool {
	q.sure = q.wrong() != nil
	return !q.sure
}

// told are the lines below the field, two or more: where the query is wrong and why, else
// the hint and how it may go on. What is being typed and may go on is not wrong
// yet, unless that is sure. start is the column where the query begins.
func (q *queryLine) told(l look.Look, w, start int, hint lang.Key, sure bool) []string {
	v := q.field.Value()
	e := q.wrong()
	if e == nil || (!sure && !q.sure && e.End >= q.field.Before() && len(q.suggestions()) > 0 && v != "" && v[len(v)-1] != ' ') {
		if gone := q.absent(); gone != "" {
			return []string{l.Spans(w).Add(l.Warn, " "+gone).End(l.Text), ""}
		}
		return []string{l.Spans(w).Add(l.Faint, " "+l.P.T(hint)).End(l.Text), q.offers(l, w)}
	}
	x := max(min(start+q.field.Column(l, w-start, e.Pos), w-1), start)
	words := parseReason(l, e)
	s, n := l.Spans(w), l.Width(words)
	switch {
	case x+2+n < w:
		return []string{s.Add(l.Text, cell.Spaces(x)).Add(l.Danger, "^ "+words).End(l.Text), q.offers(l, w)}
	case x > n+1:
		return []string{s.Add(l.Text, cell.Spaces(x-n-1)).Add(l.Danger, words+" ^").End(l.Text), q.offers(l, w)}
	}
	out := []string{s.Add(l.Text, cell.Spaces(x)).Add(l.Danger, "^").End(l.Text)}
	for _, row := range l.Wrap(words, max(w-2, 1)) {
		out = append(out, l.Spans(w).Add(l.Danger, " "+row).End(l.Text))
	}
	return out
}

// offers is the line of how the query may go on.
func (q *queryLine) offers(l look.Look, w int) string {
	s := l.Spans(w)
	list := q.suggestions()
	if len(list) == 0 || q.field.Value() == "" {
		return s.End(l.Text)
	}
	q.pick = min(q.pick, len(list)-1)
	s.Add(l.Text, " ")
	for i, sug := range list[max(q.pick-2, 0):] {
		on := i == min(q.pick, 2)
		text := " " + l.Cut(sug.Text, 30) + " "
		if on && sug.What != "" {
			text += "(" + l.Cut(sug.What, 30) + ") "
		}
		if l.Width(text) > s.Left() {
			break
		}
		if on {
			s.Add(l.Match, text)
			continue
		}
		s.Add(l.Muted, text)
	}
	return s.End(l.Text)
}

// parseReason says why a query cannot be read.
func parseReason(l look.Look, e *query.ParseError) string {
	args := make([]any, len(e.Args))
	for i, a := range e.Args {
		args[i] = a
	}
	return l.P.T(lang.Key("query."+string(e.Reason)), args...)
}

// Filter asks for a query that narrows the list.
type Filter struct {
	base
	queryLine
	Before string // the query in force when it opened
}

// FilterPicked: narrow the list; "" ends it.
type FilterPicked struct{ Query string }

// NewFilter begins with the query in force.
func NewFilter(query string, complete Completer) *Filter {
	d := &Filter{Before: query, queryLine: queryLine{complete: complete}}
	d.field.Set(query)
	return d
}

// MarkBy asks which threads of the list to mark.
type MarkBy struct {
	base
	queryLine
}

// MarkPicked: mark those of the list that a query leaves; "": all.
type MarkPicked struct{ Query string }

// NewMarkBy begins without a query.
func NewMarkBy(complete Completer) *MarkBy {
	return &MarkBy{queryLine: queryLine{complete: complete}}
}

// Query is what is typed.
func (d *Filter) Query() string { return d.field.Value() }

// Scopes: a text field.
func (*Filter) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Scopes: a text field.
func (*MarkBy) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Title names it.
func (d *Filter) Title(l look.Look) string { return l.P.T("dialog.filter") }

// Title names it.
func (d *MarkBy) Title(l look.Look) string { return l.P.T("dialog.mark") }

// Rows: the field, what is to be said of it, and how it may go on.
func (d *Filter) Rows(l look.Look, w int) int { return d.rows(l, w, "dialog.filter-field") }

// Rows: the field, what is to be said of it, and how it may go on.
func (d *MarkBy) Rows(l look.Look, w int) int { return d.rows(l, w, "dialog.mark-field") }

func (q *queryLine) rows(l look.Look, w int, label lang.Key) int {
	return 1 + len(q.told(l, w, q.start(l, label), "dialog.filter-hint", false))
}

// start is the column where the query begins.
func (*queryLine) start(l look.Look, label lang.Key) int { return l.Width(l.P.T(label)) + 2 }

// View draws the dialog.
func (d *Filter) View(l look.Look, w, h int) []string {
	return d.line(&d.base, l, w, h, "dialog.filter-field", "dialog.filter-hint")
}

// View draws the dialog.
func (d *MarkBy) View(l look.Look, w, h int) []string {
	return d.line(&d.base, l, w, h, "dialog.mark-field", "dialog.mark-hint")
}

// line draws the field and what stands under it.
func (q *queryLine) line(b *base, l look.Look, w, h int, label, hint lang.Key) []string {
	s := l.Spans(w).Add(l.Text, " ")
	x := q.field.Draw(l, s, l.P.T(label), "", true) + 1
	b.setCursor(x, 1, true)
	out := append([]string{s.End(l.Text)}, q.told(l, w, q.start(l, label), hint, false)...)
	return out[:min(len(out), h)]
}

// Key types.
func (q *queryLine) Key(k tea.KeyPressMsg) Action {
	if q.field.Key(k) {
		q.pick, q.sure = 0, false
		return Typed{}
	}
	return nil
}

// Paste types what was pasted.
func (q *queryLine) Paste(s string) Action {
	q.field.Paste(s)
	q.pick, q.sure = 0, false
	return Typed{}
}

// completes carries out what concerns completion; ok is false for the rest.
func (q *queryLine) completes(i keys.Intent) (a Action, ok bool) {
	switch i {
	case keys.NextField:
		if q.take() {
			return Typed{}, true
		}
	case keys.Down:
		q.move(1)
	case keys.Up, keys.PrevField:
		q.move(-1)
	default:
		return nil, false
	}
	return nil, true
}

// Key types.
func (d *Filter) Key(k tea.KeyPressMsg) Action { return d.queryLine.Key(k) }

// Paste types what was pasted.
func (d *Filter) Paste(s string) Action { return d.queryLine.Paste(s) }

// Do completes and accepts: a query that cannot be read is pointed at.
func (d *Filter) Do(i keys.Intent) Action {
	if a, ok := d.completes(i); ok {
		return a
	}
	if (i == keys.Accept || i == keys.Send) && d.reads() {
		return FilterPicked{d.Query()}
	}
	return nil
}

// Key types.
func (d *MarkBy) Key(k tea.KeyPressMsg) Action {
	d.queryLine.Key(k)
	return nil
}

// Paste types what was pasted.
func (d *MarkBy) Paste(s string) Action {
	d.queryLine.Paste(s)
	return nil
}

// Do completes and accepts: a query that cannot be read is pointed at.
func (d *MarkBy) Do(i keys.Intent) Action {
	if a, ok := d.completes(i); ok && a == nil {
		return nil
	}
	if (i == keys.Accept || i == keys.Send) && d.reads() {
		return MarkPicked{d.field.Value()}
	}
	return nil
}
