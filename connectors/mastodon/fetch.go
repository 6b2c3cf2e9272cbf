package mastodon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

const (
	cursorVersion = 1
	maxCursor     = 64 << 10 // bytes; ours are below 8 kB
	usualLimit    = 40
	maxNotes      = 80 // limit of a page (docs: methods/notifications)
	maxStatuses   = 40 // limit of a page (docs: methods/accounts#statuses)
)

// cursor is where a stream stands.
type cursor struct {
	V     int              `json:"v"`
	Notes mark             `json:"n"` // notifications
	Own   mark             `json:"s"` // own statuses
	Known []seen           `json:"k,omitempty"`
	Words map[string]trail `json:"w,omitempty"` // of what is listened to
}

// mark is a place in one list.
type mark struct {
	Min remoteID `json:"min,omitempty"` // everything up to here was seen, or is behind Max
	Max remoteID `json:"max,omitempty"` // the walk back through history goes on before this
}

// readCursor reads a cursor; what cannot be read begins anew.
func readCursor(s string) cursor {
	var cur cursor
	if len(s) > maxCursor || json.Unmarshal([]byte(s), &cur) != nil || cur.V != cursorVersion {
		return cursor{V: cursorVersion}
	}
	for _, m := range []mark{cur.Notes, cur.Own} {
		if (m.Min != "" && !sound(m.Min)) || (m.Max != "" && !sound(m.Max)) {
			return cursor{V: cursorVersion}
		}
	}
	cur.Known = slices.DeleteFunc(cur.Known, func(k seen) bool { return !sound(k.ID) || k.Post != "" && (!sound(k.Post) || !sound(k.Talk)) })
	maps.DeleteFunc(cur.Words, func(_ string, t trail) bool { return !t.sound() })
	return cur
}

func (cur cursor) String() string {
	b, _ := json.Marshal(cur) // strings and numbers only
	return string(b)
}

// pass is one Fetch at work.
type pass struct {
	req   inbox.FetchRequest
	me    account
	cur   cursor
	page  inbox.Page
	since time.Time // older than this is not history any more
	found []status
}

// Fetch reads the next page of a stream: of the mentions and of the own
// answers, of what is listened to, or of what moderators tell, each forward
// from where the cursor stands, or back through history at first. A server that
// refuses the cursor's ids is read anew.
func (c *connector) Fetch(ctx context.Context, req inbox.FetchRequest) (inbox.Page, error) {
	read := c.read
	switch {
	case req.Stream == inbox.StreamMentions, req.Stream == inbox.StreamMessages:
	case req.Stream == inbox.StreamReviews:
		read = c.notices
	case req.Stream == inbox.StreamWatch && len(c.words) > 0:
		read = c.overhear
	default:
		return inbox.Page{}, fmt.Errorf("fetch %q: %w", req.Stream, inbox.ErrUnsupported)
	}
	me, err := c.self(ctx)
	if err != nil {
		return inbox.Page{}, err
	}
	if err := c.learn(ctx); err != nil {
		return inbox.Page{}, err
	}
	p, err := read(ctx, me, req)
	if errors.Is(err, inbox.ErrInvalid) && req.Cursor != "" {
		req.Cursor = ""
		p, err = read(ctx, me, req)
	}
	if err != nil {
		return inbox.Page{}, err
	}
	if err := c.climb(ctx, me, p.found); err != nil {
		return inbox.Page{}, err
	}
	for _, s := range p.found {
		if at := c.place(s); !at.alone {
			p.tell(s, at)
		}
	}
	if !p.page.More {
		if err := c.recheck(ctx, p); err != nil {
			return inbox.Page{}, err
		}
	}
	p.page.Cursor = p.cur.String()
	return p.page, nil
}

// tell puts a status into the page, and remembers how it was told.
func (p *pass) tell(s status, at place) {
	m := message(s, p.me, at)
	if p.req.Stream == inbox.StreamWatch && overheard(m, s, p.me) {
		m.Kind = inbox.KindWatch
	}
	p.page.Messages = append(p.page.Messages, m)
	p.cur.Known = know(p.cur.Known, s, at)
}

// read reads the next page of both lists.
func (c *connector) read(ctx context.Context, me account, req inbox.FetchRequest) (*pass, error) {
	p := &pass{req: req, me: me, cur: readCursor(req.Cursor), since: req.Now.Add(-req.History)}
	if err := c.mentions(ctx, p); err != nil {
		return nil, err
	}
	return p, c.answers(ctx, p)
}

// take keeps a status that belongs to the stream.
func (p *pass) take(s status) {
	if !p.belongs(s) || s.at.Before(p.since) {
		return
	}
	if !slices.ContainsFunc(p.found, func(o status) bool { return o.ID == s.ID }) {
		p.found = append(p.found, s)
	}
}

// belongs reports whether a status is one of the stream's. What mentions us or
// quotes us comes as a mention, whatever else it says.
func (p *pass) belongs(s status) bool {
	mine := s.Account.ID == p.me.ID
	if p.req.Stream == inbox.StreamWatch {
		own, quotes := s.quoted()
		return !s.direct() && !s.boosts() && !mine && !s.mentions(p.me) && !(quotes && own.Account.ID == p.me.ID)
	}
	return s.direct() == (p.req.Stream == inbox.StreamMessages)
}

// mentions reads the next page of notifications.
func (c *connector) mentions(ctx context.Context, p *pass) error {
	q := url.Values{"types[]": {"mention", "quote"}, "include_filtered": {"true"}}
	c.mu.Lock()
	if c.plain {
		q = url.Values{"types[]": {"mention"}}
	}
	plain := c.plain
	c.mu.Unlock()
	items, err := c.list(ctx, p, "/api/v1/notifications", q, &p.cur.Notes, maxNotes)
	if errors.Is(err, inbox.ErrInvalid) && !plain {
		c.mu.Lock()
		c.plain = true
		c.mu.Unlock()
		return c.mentions(ctx, p)
	}
	if err != nil {
		return err
	}
	var oldest time.Time
	bad := len(p.page.Refused)
	for i, raw := range items {
		var n notification
		if err := lenient(raw, &n); err != nil || !sound(n.ID) {
			p.refuse("notification "+strconv.Itoa(i+1)+" of the page", errors.New("it has no usable id"))
			continue
		}
		if n.Type != "mention" && n.Type != "quote" {
			continue // a server that does not know the filter
		}
		s, err := readStatus(n.Status)
		if err != nil {
			p.refuse(string(n.ID), err)
			continue
		}
		oldest = s.at
		p.take(s)
	}
	p.stop(&p.cur.Notes, oldest)
	return tooBad(len(items), len(p.page.Refused)-bad)
}

// answers reads the next page of own statuses. A server that does not list
// them shows them in the context of a thread only.
func (c *connector) answers(ctx context.Context, p *pass) error {
	path := "/api/v1/accounts/" + string(p.me.ID) + "/statuses"
	items, err := c.list(ctx, p, path, url.Values{"exclude_reblogs": {"true"}}, &p.cur.Own, maxStatuses)
	if errors.Is(err, inbox.ErrGone) || errors.Is(err, inbox.ErrUnsupported) {
		return nil
	}
	if err != nil {
		return err
	}
	var oldest time.Time
	bad := len(p.page.Refused)
	for i, raw := range items {
		s, err := readStatus(raw)
		if err != nil {
			p.refuse("own status "+strconv.Itoa(i+1)+" of the page", err)
			continue
		}
		oldest = s.at
		if s.InReplyTo != "" || s.direct() && len(s.Mentions) > 0 {
			p.take(s)
		}
	}
	p.stop(&p.cur.Own, oldest)
	return tooBad(len(items), len(p.page.Refused)-bad)
}

func (p *pass) refuse(item string, err error) {
	p.page.Refused = append(p.page.Refused, inbox.Refusal{Item: item, Reason: err.Error()})
}

// stop ends the walk back where history ends.
func (p *pass) stop(m *mark, oldest time.Time) {
	if m.Max != "" && !oldest.IsZero() && oldest.Before(p.since) {
		m.Max = ""
	}
	p.page.More = p.page.More || m.Max != ""
}

// tooBad says that a page is not what it should be: most of it cannot be
// understood, so the cursor must not pass it.
func tooBad(items, refused int) error {
	if items >= 4 && refused*2 > items {
		return &inbox.RetryError{Err: fmt.Errorf("%d of %d items of a page were not understood", refused, items)}
	}
	return nil
}

// list reads one page of a list and moves its mark. Pages follow the Link
// header; a server that sends none is paged by the ids of its items.
func (c *connector) list(ctx context.Context, p *pass, path string, q url.Values, m *mark, most int) ([]json.RawMessage, error) {
	limit := p.req.Limit
	if limit <= 0 {
		limit = usualLimit
	}
	limit = min(limit, most)
	q.Set("limit", strconv.Itoa(limit))
	back := m.Max != "" || m.Min == ""
	switch {
	case m.Max != "":
		q.Set("max_id", string(m.Max))
	case m.Min != "":
		q.Set("min_id", string(m.Min))
	}
	res, err := c.call(ctx, httpx.Request{Path: path, Query: q})
	if err != nil {
		return nil, err
	}
	items, err := readList(res.Body)
	if err != nil {
		return nil, res.Unreadable(err)
	}
	p.page.PollAfter = max(p.page.PollAfter, c.client.Budget().Rest(c.client.Base().Host, "", false))
	links := httpx.ParseLink(res.Header.Get("Link"))
	newest := linkID(links["prev"], "min_id", items, 0)
	oldest := linkID(links["next"], "max_id", items, len(items)-1)
	if back {
		if m.Min == "" {
			m.Min = newest
		} else {
			p.page.More = true // what came since the walk began is still ahead
		}
		if m.Max = oldest; len(items) < limit && links["next"] == "" {
			m.Max = ""
		}
		return items, nil
	}
	if newest == m.Min { // nothing is newer; a server that ignores min_id says it so
		return nil, nil
	}
	if newest != "" {
		m.Min = newest
	}
	p.page.More = p.page.More || len(items) >= limit
	return items, nil
}

// linkID takes an id out of a link, else from an item of the page.
func linkID(link, key string, items []json.RawMessage, at int) remoteID {
	if u, err := url.Parse(link); err == nil {
		if id := remoteID(u.Query().Get(key)); sound(id) {
			return id
		}
	}
	var item struct {
		ID remoteID `json:"id"`
	}
	if at >= 0 && at < len(items) && lenient(items[at], &item) == nil && sound(item.ID) {
		return item.ID
	}
	return ""
}
