package wordpress

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"vigie/inbox"
)

const (
	minSize   = 2 * overlap // of a page of a walk
	heldPages = maxHeld / pageSize
)

// pass is one Fetch at work.
type pass struct {
	me    user
	now   time.Time
	cur   cursor
	first bool // of the first walk, back through history
	page  inbox.Page
	found map[int64]comment // what is new or changed
	items int               // elements that were read
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
	if err := c.unlock(); err != nil {
		return inbox.Page{}, err
	}
	p := &pass{me: me, now: req.Now, cur: readCursor(req.Cursor), found: map[int64]comment{}}
	if p.cur.Since == 0 {
		p.cur.Since = req.Now.Add(-req.History).Unix()
	}
	p.first = p.cur.Top == 0 || p.cur.At > 0 && p.cur.Stop == 0
	if p.cur.At > 0 {
		err = c.walk(ctx, p, req.Limit)
	} else {
		err = c.poll(ctx, p)
	}
	if err != nil {
		return inbox.Page{}, err
	}
	if err := tooBad(p.items, len(p.page.Refused)); err != nil {
		return inbox.Page{}, err
	}
	if err := c.deliver(ctx, p); err != nil {
		return inbox.Page{}, err
	}
	p.settle()
	p.page.PollAfter = c.client.Budget().Rest(c.client.Base().Host, "", false)
	p.page.Cursor = p.cur.String()
	return p.page, nil
}

// tooBad says that a page is not what it should be: most of it cannot be
// understood, so the cursor must not pass it.
func tooBad(items, refused int) error {
	if items >= 4 && refused*2 > items {
		return &inbox.RetryError{Err: fmt.Errorf("%d of %d comments were not understood", refused, items)}
	}
	return nil
}

// settle ends a walk that has come to its end. What is counted more than is
// known is by what was counted when the walk began: a change since, where the
// walk had already been, so makes the next poll walk again.
func (p *pass) settle() {
	cur := &p.cur
	if cur.At == 0 && cur.Was != nil {
		cur.Off, cur.Was = cur.Was.minus(cur.known.totals()), nil
	}
	if cur.At == 0 {
		cur.prune()
	}
}

// walk reads the next stretch of a walk. A poll follows its last one.
func (c *connector) walk(ctx context.Context, p *pass, limit int) error {
	size := pageSize
	if limit > 0 {
		size = min(max(limit, minSize), pageSize)
	}
	cur := &p.cur
	s, err := c.below(ctx, p.me.query, cur.At, cur.known.above(cur.At), size)
	if err != nil {
		return err
	}
	newest, err := c.take(ctx, p, s)
	if err != nil {
		return err
	}
	cur.goOn(s, newest)
	p.page.More = true
	return nil
}

// goOn moves a walk past a stretch, the newest comment of which is from then.
func (cur *cursor) goOn(s segment, newest time.Time) {
	cur.At = s.low
	history := cur.Stop == 0 && !newest.IsZero() && newest.Unix() < cur.Since
	if s.low <= max(cur.Stop, 1) || history {
		cur.At, cur.Stop = 0, 0
	}
}

// poll reads what may have changed: the newest comments, what is held, and by
// how many comments there are of each state whether to look further.
func (c *connector) poll(ctx context.Context, p *pass) error {
	cur := &p.cur
	s, err := c.below(ctx, p.me.query, top, 0, pageSize)
	if err != nil {
		return err
	}
	before, fresh := cur.Top, cur.Top == 0
	newest, err := c.take(ctx, p, s)
	if err != nil {
		return err
	}
	now := totals{All: s.total}
	if p.me.role == moderator {
		if err := c.count3(ctx, p, &now); err != nil {
			return err
		}
	}
	switch {
	case fresh:
		cur.Stop, cur.Was = 0, &now
		cur.goOn(s, newest)
	case s.low > before:
		cur.Stop = before
		cur.goOn(s, newest)
	case now.minus(p.expected()) != cur.Off:
		cur.Stop, cur.Was = max(cur.Low, 1), &now
		cur.goOn(s, newest)
	default:
		return c.another(ctx, p, s.low)
	}
	p.page.More = cur.At > 0
	return nil
}

// expected counts what will be known when the page is delivered.
func (p *pass) expected() totals {
	t := p.cur.known.totals()
	for id, m := range p.found {
		if k, ok := p.cur.known[id]; ok {
			t = t.minus(totals{All: 1}.with(k.state))
		}
		t = t.plus(totals{All: 1}.with(m.state()))
	}
	return t
}

// count3 reads what is held, however old, and counts what is held, spam and
// in the bin.
func (c *connector) count3(ctx context.Context, p *pass, now *totals) error {
	ask := func() url.Values {
		q := p.me.query()
		q.Set("status", "hold")
		return q
	}
	there, low := map[int64]bool{}, int64(top)
	for n := range heldPages {
		s, err := c.below(ctx, ask, low, len(there), pageSize)
		if err != nil {
			return err
		}
		for _, raw := range s.raw {
			if id, ok := idOf(raw); ok {
				there[id] = true
			}
		}
		p.readAll(s.raw, everything)
		if low = s.low; n == 0 {
			now.Held = s.total
		}
		if low <= 1 {
			break
		}
	}
	if err := c.released(ctx, p, there, low); err != nil {
		return err
	}
	var err error
	if now.Spam, err = c.count(ctx, p.me, "spam"); err != nil {
		return err
	}
	now.Bin, err = c.count(ctx, p.me, "trash")
	return err
}

// released looks for comments that were held and are not in the list of those
// that are, as far down as it was read.
func (c *connector) released(ctx context.Context, p *pass, there map[int64]bool, low int64) error {
	missing := slices.DeleteFunc(p.cur.known.held(), func(id int64) bool {
		m, again := p.found[id]
		return there[id] || id < low || again && m.state() != held
	})
	slices.Sort(missing)
	for part := range slices.Chunk(missing, pageSize) {
		got, _, err := c.these(ctx, p.me, part)
		if err != nil {
			return err
		}
		p.readAll(slices.Collect(maps.Values(got)), everything)
	}
	return c.tell(ctx, p, slices.DeleteFunc(missing, func(id int64) bool { _, again := p.found[id]; return again }))
}

// another looks again at a page of what was collected and is not among the
// newest, in turn. Where a process begins depends on the time, so that one that
// is started for each look comes round too.
func (c *connector) another(ctx context.Context, p *pass, below int64) error {
	rest := p.cur.known.between(max(p.cur.Low, 1), below)
	if len(rest) == 0 {
		return nil
	}
	c.mu.Lock()
	turn := c.turn
	c.mu.Unlock()
	if turn == 0 {
		pages := (len(rest)-1)/pageSize + 1
		turn = rest[len(rest)-1-pageSize*int(p.now.Unix()/int64(minPoll.Seconds())%int64(pages))] + 1
	}
	if turn <= rest[0] || turn > below {
		turn = below
	}
	s, err := c.below(ctx, p.me.query, turn, p.cur.known.above(turn), pageSize)
	if err != nil {
		return err
	}
	if _, err := c.take(ctx, p, s); err != nil {
		return err
	}
	c.mu.Lock()
	c.turn = s.low
	c.mu.Unlock()
	return nil
}

// take keeps what is new or changed of a segment, and tells what is gone of
// it. It returns the time of the newest comment in it.
func (c *connector) take(ctx context.Context, p *pass, s segment) (newest time.Time, err error) {
	cur := &p.cur
	there := map[int64]bool{}
	for _, raw := range s.raw {
		if id, ok := idOf(raw); ok {
			there[id] = true
			cur.Top = max(cur.Top, id)
		}
	}
	p.readAll(s.raw, func(m comment) bool {
		if m.ID >= s.from {
			return false
		}
		if m.at.After(newest) {
			newest = m.at
		}
		_, known := cur.known[m.ID]
		return known || m.state() == held || m.at.Unix() >= cur.Since && (m.ID >= cur.Low || p.first)
	})
	if s.opaque {
		return newest, nil
	}
	missing := slices.DeleteFunc(cur.known.between(s.low, s.from), func(id int64) bool { return there[id] })
	return newest, c.tell(ctx, p, missing)
}

// readAll reads elements of a list, and keeps those comments that are wanted
// and new or changed.
func (p *pass) readAll(list []json.RawMessage, wanted func(comment) bool) {
	for i, raw := range list {
		p.items++
		m, err := readComment(raw)
		if err != nil {
			p.refuse(raw, i, err)
			continue
		}
		if m.Type == "note" || !wanted(m) { // a note is for who writes the post
			continue
		}
		if k, known := p.cur.known[m.ID]; known && k.sum == m.sum() {
			delete(p.found, m.ID)
			continue
		}
		p.found[m.ID] = m
	}
}

// refuse tells of an element that cannot be understood, once.
func (p *pass) refuse(raw json.RawMessage, i int, err error) {
	id, ok := idOf(raw)
	if !ok {
		p.page.Refused = append(p.page.Refused, inbox.Refusal{Item: "comment " + strconv.Itoa(i+1) + " of the page", Reason: err.Error()})
		return
	}
	h := fnv.New32a()
	_, _ = h.Write(raw) // a hash never fails
	k := seen{root: id, state: refused, sum: h.Sum32()}
	if p.cur.known[id] != k {
		p.page.Refused = append(p.page.Refused, inbox.Refusal{Item: number(id), Reason: err.Error()})
		p.cur.known[id] = k
	}
}

// tell tells those ids as deleted that are surely there no more.
func (c *connector) tell(ctx context.Context, p *pass, missing []int64) error {
	gone, err := c.vanished(ctx, p.me, missing)
	if err != nil {
		return err
	}
	for _, id := range gone {
		if p.cur.known[id].state != refused {
			p.page.Deleted = append(p.page.Deleted, number(id))
		}
		delete(p.cur.known, id)
	}
	return nil
}

// deliver makes messages of what was found.
func (c *connector) deliver(ctx context.Context, p *pass) error {
	found := make([]comment, 0, len(p.found))
	for _, id := range slices.Sorted(maps.Keys(p.found)) {
		found = append(found, p.found[id])
	}
	roots, err := c.roots(ctx, p.me, found, p.cur.known)
	if err != nil {
		return err
	}
	under, err := c.postsOf(ctx, found)
	if err != nil {
		return err
	}
	if err := c.meet(ctx, p.me, found); err != nil {
		return err
	}
	for _, m := range found {
		p.page.Messages = append(p.page.Messages, c.message(m, roots[m.ID], under[m.Post]))
		p.cur.known[m.ID] = seen{root: roots[m.ID], state: m.state(), sum: m.sum()}
		if m.at.Unix() >= p.cur.Since && (p.cur.Low == 0 || m.ID < p.cur.Low) {
			p.cur.Low = m.ID
		}
	}
	return nil
}
