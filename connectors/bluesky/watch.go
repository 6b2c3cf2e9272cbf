package bluesky

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	// maxWords is how many words an account may watch for.
	maxWords = 50
	// maxWord is how long one may be, in code points.
	maxWord = 200
	// watchBudget is how many words one fetch asks for; more of them take turns.
	watchBudget = 6
	// watchPages is how many pages of one word's posts one fetch reads.
	watchPages = 4
	// keepMarked is how many posts of a word are remembered; the newest
	// watchedAgain of all words are looked up at each fetch.
	keepMarked   = 80
	watchedAgain = maxBatch
)

// watchWords are the words that are searched for, in the network's spelling:
// keywords as they are, a phrase in quotes, hashtags behind their sign.
func watchWords(keywords, hashtags []string) []string {
	var out []string
	add := func(word, sign string) {
		word = strings.TrimLeft(text.CleanLine(strings.TrimSpace(word)).String(), "#＃")
		switch {
		case word == "" || utf8.RuneCountInString(word) > maxWord || len(out) == maxWords:
			return
		case sign == "" && strings.ContainsAny(word, " \t"):
			word = `"` + strings.ReplaceAll(word, `"`, "") + `"`
		}
		if word = sign + word; !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	for _, w := range keywords {
		sign := ""
		if strings.HasPrefix(strings.TrimSpace(w), "#") {
			sign = "#"
		}
		add(w, sign)
	}
	for _, w := range hashtags {
		add(w, "#")
	}
	return out
}

// mark is where the search for one word stands. Times are milliseconds since
// 1970; a pass goes from the newest post down to the floor.
type mark struct {
	Word  string `json:"w"`
	Floor int64  `json:"floor"`         // what is older is known
	Top   int64  `json:"top,omitempty"` // newest post of the pass under way
	Cut   int64  `json:"cut,omitempty"` // newest time that was forgotten during the pass, plus 1
	At    string `json:"at,omitempty"`  // where the pass goes on; "" at its start
	// Fresh: the pass under way gave something. When it took several fetches,
	// Again: another one sees what came at the top meanwhile.
	Fresh bool    `json:"fresh,omitempty"`
	Again bool    `json:"again,omitempty"`
	Known []known `json:"k,omitempty"` // newest first
}

// watchCursor is where the watch stream stands.
type watchCursor struct {
	Version int    `json:"v"`
	Marks   []mark `json:"m"`
}

// readWatchCursor decodes a cursor and fits it to the words of today; a word
// that is new, or a cursor that cannot be read, begins with history since then.
func readWatchCursor(s string, words []string, since time.Time) watchCursor {
	var was watchCursor
	if json.Unmarshal([]byte(s), &was) != nil || was.Version != cursorVersion {
		was.Marks = nil
	}
	cur := watchCursor{Version: cursorVersion}
	for _, w := range words {
		m := mark{Word: w, Floor: max(since.UnixMilli(), 1)}
		if i := slices.IndexFunc(was.Marks, func(m mark) bool { return m.Word == w && m.Floor > 0 }); i >= 0 {
			m = was.Marks[i]
		}
		cur.Marks = append(cur.Marks, m)
	}
	return cur
}

// trim keeps the newest posts of a mark, in a stable order.
func (m *mark) trim() {
	slices.SortFunc(m.Known, func(a, b known) int {
		return cmp.Or(cmp.Compare(b.At, a.At), strings.Compare(a.ID, b.ID))
	})
	if len(m.Known) > keepMarked {
		m.Cut = max(m.Cut, m.Known[keepMarked].At+1)
		m.Known = m.Known[:keepMarked]
	}
}

// settle ends a pass: what is older than the overlap, or than all that is
// remembered, counts as known.
func (m *mark) settle() {
	m.Floor = max(m.Floor, m.Top-overlap.Milliseconds(), m.Cut)
	m.Top, m.Cut, m.At = 0, 0, ""
}

// watch is one Fetch of the watch stream at work.
type watch struct {
	c     *Connector
	me    string
	now   time.Time
	limit int
	cur   watchCursor
	page  inbox.Page
}

// fetchWatch searches for the account's words: a few of them each time, in
// turn, each from its newest post down to what is known.
func (c *Connector) fetchWatch(ctx context.Context, req inbox.FetchRequest) (inbox.Page, error) {
	if len(c.words) == 0 {
		return inbox.Page{Cursor: req.Cursor}, nil
	}
	s, err := c.current(ctx)
	if err != nil {
		return inbox.Page{}, fmt.Errorf("fetch watches: %w", err)
	}
	f := &watch{
		c: c, me: s.DID, now: req.Now, limit: pageLimit(req.Limit),
		cur: readWatchCursor(req.Cursor, c.words, req.Now.Add(-req.History)),
	}
	again := f.newest()
	err = f.passes(ctx)
	if err == nil && !f.page.More {
		err = f.review(ctx, again)
	}
	if err != nil {
		return inbox.Page{}, fmt.Errorf("fetch watches: %w", err)
	}
	b, err := json.Marshal(f.cur)
	f.page.Cursor = string(b)
	return f.page, err
}

// passes goes on with the passes that are under way, or begins one for each of
// the words whose turn it is.
func (f *watch) passes(ctx context.Context) error {
	var turn []int
	for i, m := range f.cur.Marks {
		if m.At != "" || m.Again {
			turn = append(turn, i)
		}
	}
	if len(turn) == 0 {
		n := min(watchBudget, len(f.cur.Marks))
		first := int(f.c.inTurn.Add(int64(n))) - n
		for i := range n {
			turn = append(turn, (first+i)%len(f.cur.Marks))
		}
	}
	for _, i := range turn[:min(len(turn), watchBudget)] {
		if err := f.pass(ctx, &f.cur.Marks[i]); err != nil {
			return err
		}
	}
	f.page.More = slices.ContainsFunc(f.cur.Marks, func(m mark) bool { return m.At != "" || m.Again })
	return nil
}

// pass reads posts of a word until it meets what is known, for some pages.
func (f *watch) pass(ctx context.Context, m *mark) error {
	resumed := m.At != ""
	m.Again = false
	limit := f.limit
	for range watchPages {
		posts, next, err := f.search(ctx, m, limit)
		if err != nil && m.At != "" && errors.Is(err, inbox.ErrInvalid) {
			m.At = "" // the network no longer takes its own cursor
			posts, next, err = f.search(ctx, m, limit)
		}
		if err != nil {
			return err
		}
		reached := f.sift(m, posts)
		m.trim()
		if reached || next == "" || next == m.At || len(posts) == 0 {
			m.settle()
			m.Again, m.Fresh = resumed && m.Fresh, false
			return nil
		}
		m.At = next
		if len(f.page.Messages) >= f.limit {
			return nil
		}
		limit = maxLimit
	}
	return nil
}

// search asks for one page of a word's posts, newest first.
func (f *watch) search(ctx context.Context, m *mark, limit int) ([]json.RawMessage, string, error) {
	q := url.Values{
		"q": {m.Word}, "sort": {"latest"}, "limit": {strconv.Itoa(limit)}, "since": {stamp(time.UnixMilli(m.Floor))},
	}
	if tag, ok := strings.CutPrefix(m.Word, "#"); ok && validTag(tag) {
		q.Set("tag", tag)
	}
	if m.At != "" {
		q.Set("cursor", m.At)
	}
	var out struct {
		Cursor string            `json:"cursor"`
		Posts  []json.RawMessage `json:"posts"`
	}
	err := f.c.call(ctx, call{method: "app.bsky.feed.searchPosts", query: q}, &out)
	if errors.Is(err, inbox.ErrUnsupported) || named(err, "MethodNotImplemented") {
		err = fmt.Errorf("this server searches no posts, so nothing is watched (%w): %v", inbox.ErrUnsupported, err)
	}
	return out.Posts, out.Cursor, err
}

// sift gives out the posts of a page that are not known and no business of the
// mentions stream. It reports whether the page went below the floor.
func (f *watch) sift(m *mark, posts []json.RawMessage) (reached bool) {
	last := max(m.Top, m.Floor)
	for _, raw := range posts {
		var v postView
		err := json.Unmarshal(raw, &v)
		var p post
		if err == nil {
			p, err = v.read()
		}
		if err != nil {
			f.refuse(m, raw, v.URI, last, err)
			continue
		}
		last = p.at.UnixMilli()
		m.Top = max(m.Top, min(last, f.now.UnixMilli()))
		id := knownID(p.uri)
		switch {
		case last < m.Floor:
			reached = true
		case find(m.Known, id) >= 0, p.author.DID == f.me, p.author.Viewer.Muted, p.left, p.concerns(f.me), p.names(f.me):
		default:
			if !f.known(id) {
				f.give(p)
			}
			m.Fresh = true
			m.Known = append(m.Known, known{ID: id, At: last, Print: p.print()})
		}
	}
	return reached
}

func find(list []known, id string) int {
	return slices.IndexFunc(list, func(k known) bool { return k.ID == id })
}

// known reports whether a post was given out for any word.
func (f *watch) known(id string) bool {
	return slices.ContainsFunc(f.cur.Marks, func(m mark) bool { return find(m.Known, id) >= 0 })
}

func (f *watch) give(p post) {
	f.c.learned.saw(p)
	m := p.message(f.me, p.author.DID, nil)
	m.Kind = inbox.KindWatch
	f.page.Messages = append(f.page.Messages, m)
}

// refuse tells once of an item that was not understood.
func (f *watch) refuse(m *mark, raw json.RawMessage, uri string, at int64, why error) {
	id := fingerprint(raw)
	if !f.known(id) {
		f.page.Refused = append(f.page.Refused, refusal(uri, id, why))
	}
	if find(m.Known, id) < 0 {
		m.Known = append(m.Known, known{ID: id, At: at, Print: printRefused})
	}
}

// newest is the newest known posts of all words, to be looked up again.
func (f *watch) newest() []known {
	var list []known
	for _, m := range f.cur.Marks {
		for _, k := range m.Known {
			if find(list, k.ID) < 0 {
				list = append(list, k)
			}
		}
	}
	slices.SortFunc(list, func(a, b known) int { return cmp.Or(cmp.Compare(b.At, a.At), strings.Compare(a.ID, b.ID)) })
	return again(list, f.me, f.now, watchedAgain)
}

// review looks known posts up again: changed ones are given out anew, and gone
// ones are told.
func (f *watch) review(ctx context.Context, again []known) error {
	var uris []string
	for _, k := range again {
		uri, _ := k.uriOf()
		uris = append(uris, uri)
	}
	views, err := f.c.getPosts(ctx, uris)
	if err != nil {
		return err
	}
	shown := map[string]post{}
	for _, v := range views {
		if p, err := v.read(); err == nil {
			shown[p.uri.String()] = p
		}
	}
	budget := goneBudget
	for i, k := range again {
		p, there := shown[uris[i]]
		switch {
		case there && p.print() != k.Print:
			f.give(p)
			f.remember(k.ID, p.print())
		case !there && budget > 0:
			budget--
			print, err := f.c.whyNotThere(ctx, uris[i])
			if err != nil {
				return err
			}
			if print == printGone {
				f.page.Deleted = append(f.page.Deleted, uris[i])
			}
			if print != "" {
				f.remember(k.ID, print)
			}
		}
	}
	return nil
}

// remember renews the print of a known post.
func (f *watch) remember(id, print string) {
	for _, m := range f.cur.Marks {
		if i := find(m.Known, id); i >= 0 {
			m.Known[i].Print, m.Known[i].Asked = print, 0
			if print == printHidden {
				m.Known[i].Asked = f.now.UnixMilli()
			}
		}
	}
}
