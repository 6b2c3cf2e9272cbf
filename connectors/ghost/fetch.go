package ghost

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"time"

	"vigie/inbox"
)

// minSize is of a page of a walk: each shares one comment with the one before.
const minSize = 5

// pass is one Fetch at work.
type pass struct {
	me    member
	cur   cursor
	page  inbox.Page
	found map[string]comment // what is new or changed
	items int                // elements that were read
}

// Fetch reads the next page: of a walk that goes on, else what a poll looks at.
func (c *connector) Fetch(ctx context.Context, req inbox.FetchRequest) (inbox.Page, error) {
	if req.Stream != inbox.StreamComments {
		return inbox.Page{}, fmt.Errorf("fetch %q: %w", req.Stream, inbox.ErrUnsupported)
	}
	me, err := c.self(ctx)
	if err != nil {
		return inbox.Page{}, err
	}
	if err := c.meet(ctx); err != nil {
		return inbox.Page{}, err
	}
	p := &pass{me: me, cur: readCursor(req.Cursor), found: map[string]comment{}}
	if p.cur.Since == 0 {
		p.cur.Since, p.cur.First = req.Now.Add(-req.History).Unix(), true
	}
	if p.cur.At != "" {
		err = c.walk(ctx, p, req.Limit)
	} else {
		err = c.poll(ctx, p, req)
	}
	if err != nil {
		return inbox.Page{}, err
	}
	if refused := len(p.page.Refused); p.items >= 4 && refused*2 > p.items {
		return inbox.Page{}, &inbox.RetryError{Err: fmt.Errorf("%d of %d comments were not understood", refused, p.items)}
	}
	c.deliver(p)
	if p.cur.At == "" {
		p.cur.prune()
	}
	p.page.More = p.cur.At != ""
	p.page.PollAfter = c.client.Budget().Rest(c.client.Base().Host, "", false)
	p.page.Cursor = p.cur.String()
	return p.page, nil
}

// poll reads what was changed last, and by how many comments there are whether
// to look further.
func (c *connector) poll(ctx context.Context, p *pass, req inbox.FetchRequest) error {
	if err := c.reopened(ctx); err != nil {
		return err
	}
	cur := &p.cur
	l, err := c.list(ctx, "", byChange, pageSize)
	if err != nil {
		return err
	}
	high, _, opaque := l.span()
	last := c.take(p, l.raw)
	if l.whole && !opaque { // a small blog: this is all of it
		cur.First = false
		err := c.missing(ctx, p, "", "", l)
		c.deliver(p)
		cur.Off = totals{All: l.total}.minus(totals{All: len(cur.known)})
		return err
	}
	h, err := c.list(ctx, "status:"+hidden, byID, 1)
	if err != nil {
		return err
	}
	c.deliver(p)
	now := totals{All: l.total, Hidden: h.total}
	if cur.First || last || now.minus(cur.known.totals()) != cur.Off {
		cur.At, cur.Was = max(high, newestOf(cur.known)), now
		return nil
	}
	return c.another(ctx, p, req.Now)
}

func newestOf(b book) (id string) {
	for k := range b {
		id = max(id, k)
	}
	return id
}

// reopened asks again, from time to time, whether a blog that took no comments
// does now.
func (c *connector) reopened(ctx context.Context) error {
	c.mu.Lock()
	ask := c.shut && c.env.Clock.Now().Sub(c.asked) >= askAgain
	c.mu.Unlock()
	if !ask {
		return nil
	}
	return c.readEnabled(ctx)
}

// walk reads the next stretch of a walk, downwards by id.
func (c *connector) walk(ctx context.Context, p *pass, limit int) error {
	size := pageSize
	if limit > 0 {
		size = min(max(limit, minSize), pageSize)
	}
	cur := &p.cur
	l, err := c.list(ctx, below(cur.At), byID, size)
	if err != nil {
		return err
	}
	c.take(p, l.raw)
	_, low, _ := l.span()
	if l.whole {
		low = ""
	} else if low == "" || low >= cur.At {
		return &inbox.RetryError{Err: fmt.Errorf("read comments: the ids of a page of %d cannot be read", len(l.raw))}
	}
	if err := c.missing(ctx, p, low, cur.At, l); err != nil {
		return err
	}
	c.deliver(p)
	switch {
	case l.whole, !cur.First && low <= cur.Low, cur.First && p.before(l.raw):
		cur.At = ""
		if cur.First {
			cur.First, cur.Low = false, lowestOf(cur.known)
		}
		cur.Off, cur.Was = cur.Was.minus(cur.known.totals()), totals{}
	default:
		cur.At = low
	}
	return nil
}

func lowestOf(b book) string {
	if len(b) == 0 {
		return ""
	}
	return slices.Min(slices.Collect(maps.Keys(b)))
}

// before reports whether all of a page is from before history.
func (p *pass) before(list []json.RawMessage) bool {
	for _, raw := range list {
		if m, err := readComment(raw); err == nil && m.at.Unix() >= p.cur.Since {
			return false
		}
	}
	return true
}

// another looks again at a page of what was collected, in turn. Where a process
// begins depends on the time, so that one that is started for each look comes
// round too.
func (c *connector) another(ctx context.Context, p *pass, now time.Time) error {
	ids := p.cur.known.ids()
	if len(ids) == 0 {
		return nil
	}
	step := int64(pageSize - 1)
	pages := (int64(len(ids))-1)/step + 1
	c.mu.Lock()
	if c.turn == 0 {
		c.turn = max(now.Unix()/int64(minPoll.Seconds()), 1)
	}
	from := ids[c.turn%pages*step]
	c.turn++
	c.mu.Unlock()
	l, err := c.list(ctx, below(from), byID, pageSize)
	if err != nil {
		return err
	}
	c.take(p, l.raw)
	_, low, _ := l.span()
	if l.whole {
		low = ""
	}
	return c.missing(ctx, p, low, from, l)
}

// take keeps what is new or changed of a list. It reports whether the last one
// was, so that more such may follow.
func (c *connector) take(p *pass, list []json.RawMessage) (last bool) {
	cur := &p.cur
	for i, raw := range list {
		p.items++
		m, err := readComment(raw)
		if err != nil {
			last = p.refuse(raw, i, err)
			continue
		}
		k, known := cur.known[m.ID]
		last = false
		if !known && (m.at.Unix() < cur.Since || !cur.First && m.ID < cur.Low) {
			continue
		}
		if known && k.sum == m.sum() && k.state != refused {
			delete(p.found, m.ID)
			continue
		}
		p.found[m.ID], last = m, true
	}
	return last
}

// refuse tells of an element that cannot be understood, once.
func (p *pass) refuse(raw json.RawMessage, i int, err error) (again bool) {
	id, ok := idOf(raw)
	if !ok {
		p.page.Refused = append(p.page.Refused, inbox.Refusal{Item: "comment " + strconv.Itoa(i+1) + " of the page", Reason: err.Error()})
		return false
	}
	h := fnv.New32a()
	_, _ = h.Write(raw) // a hash never fails
	k := seen{state: refused, sum: h.Sum32()}
	if p.cur.known[id] == k {
		return false
	}
	p.page.Refused = append(p.page.Refused, inbox.Refusal{Item: id, Reason: err.Error()})
	p.cur.known[id] = k
	return true
}

// missing tells those as deleted that were collected, are not in a stretch of
// the list by id from low to high where they were, and are surely there no
// more. "": the end of the list.
func (c *connector) missing(ctx context.Context, p *pass, low, high string, l listed) error {
	if _, _, opaque := l.span(); opaque {
		return nil
	}
	if high == "" {
		high = newestOf(p.cur.known)
	}
	there := map[string]bool{}
	for _, raw := range l.raw {
		id, _ := idOf(raw)
		there[id] = true
	}
	gone, err := c.vanished(ctx, slices.DeleteFunc(p.cur.known.between(low, high), func(id string) bool { return there[id] }))
	if err != nil {
		return err
	}
	for _, id := range gone {
		if p.cur.known[id].state != refused {
			p.page.Deleted = append(p.page.Deleted, id)
		}
		delete(p.cur.known, id)
	}
	return nil
}

// deliver makes messages of what was found, oldest first.
func (c *connector) deliver(p *pass) {
	for _, m := range sorted(p.found) {
		p.page.Messages = append(p.page.Messages, c.message(m, p.me))
		state := byte(shown)
		if m.Status == hidden {
			state = kept
		}
		p.cur.known[m.ID] = seen{state: state, sum: m.sum()}
	}
	clear(p.found)
}

func sorted(found map[string]comment) []comment {
	return slices.SortedFunc(maps.Values(found), func(a, b comment) int { return cmp.Compare(a.ID, b.ID) })
}
