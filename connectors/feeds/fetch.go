package feeds

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// answer is what one feed gave in one fetch.
type answer struct {
	asked bool
	gone  bool // for good
	doc   document
	wait  time.Duration // until it may be asked again
	err   error
}

// outcome is what became of one feed in one fetch.
type outcome struct {
	state    feedState
	messages []inbox.Message
	refused  []inbox.Refusal
}

// Fetch reads all feeds that are due and returns what is new or changed in
// them. A feed that fails is told as a refusal, and keeps its place, as long
// as another can be read; else the failure is the page's.
func (c *connector) Fetch(ctx context.Context, req inbox.FetchRequest) (inbox.Page, error) {
	if req.Stream != inbox.StreamWatch {
		return inbox.Page{}, fmt.Errorf("fetch %s: %w", req.Stream, inbox.ErrUnsupported)
	}
	if err := ctx.Err(); err != nil {
		return inbox.Page{}, err
	}
	if req.Now.IsZero() {
		req.Now = c.clock.Now()
	}
	before := parseCursor(req.Cursor)
	answers := make([]answer, len(c.feeds))
	slots := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for _, feeds := range c.byHost() {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			c.visit(ctx, feeds, before, req.Now, answers)
		})
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return inbox.Page{}, fmt.Errorf("fetch feeds: %w", err)
	}
	return c.page(before, answers, req)
}

// byHost are the feeds of each server, by their numbers; those that were asked
// longest ago come first.
func (c *connector) byHost() [][]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := map[string]int{}
	var out [][]int
	for i, f := range c.feeds {
		host := f.url.Host
		n, known := at[host]
		if !known {
			n = len(out)
			at[host], out = n, append(out, nil)
		}
		out[n] = append(out[n], i)
	}
	for _, feeds := range out {
		slices.SortStableFunc(feeds, func(a, b int) int { return c.asked[c.feeds[a].key] - c.asked[c.feeds[b].key] })
	}
	return out
}

// visit asks one server for its feeds, one after another.
func (c *connector) visit(ctx context.Context, feeds []int, before cursor, now time.Time, answers []answer) {
	asked := false
	for _, i := range feeds {
		f, state := c.feeds[i], before.feeds[c.feeds[i].key]
		switch left := c.left(f, now); {
		case state.gone || c.isGone(f):
			answers[i].gone = true
			continue
		case left > 0:
			answers[i].wait = left
			continue
		}
		_ = c.inTurn(ctx, f, func() {
			if end, ok := ctx.Deadline(); asked && ok && time.Until(end) < reserve {
				return // the next fetch begins with it
			}
			asked = true
			a := c.ask(ctx, f, state, now)
			if !errors.Is(a.err, inbox.ErrResting) {
				c.note(f) // else it is among the first of the next fetch
			}
			var retry *inbox.RetryError
			if errors.Is(a.err, inbox.ErrResting) && errors.As(a.err, &retry) && retry.After <= c.pace {
				a = answer{wait: retry.After} // its turn comes
			}
			answers[i] = a
		})
	}
}

// inTurn asks a feed's server when nobody else does, with a breath since the
// last document that any account had of it. ask is not called when ctx ends
// before.
func (c *connector) inTurn(ctx context.Context, f feed, ask func()) error {
	t := c.manners.at(f.url.Host)
	if !t.take(ctx) {
		return ctx.Err()
	}
	defer func() { t.give(c.clock.Now()) }()
	if !t.last.IsZero() && c.clock.Now().Sub(t.last) < breath && !httpx.Loopback(f.url.Hostname()) {
		c.pause(ctx)
	}
	if ctx.Err() == nil {
		ask()
	}
	return ctx.Err()
}

// breathe waits for breath, or until ctx ends.
func breathe(ctx context.Context) {
	t := time.NewTimer(breath)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// ask fetches one feed and notes when it may be asked again.
func (c *connector) ask(ctx context.Context, f feed, state feedState, now time.Time) answer {
	d, err := c.get(ctx, f, state)
	if err != nil {
		var retry *inbox.RetryError
		if errors.As(err, &retry) && retry.After > 0 {
			c.putOff(f, now, retry.After)
		}
		gone := httpx.StatusOf(err) == http.StatusGone && !d.found
		if gone {
			c.bury(f)
		}
		return answer{asked: true, gone: gone, err: err}
	}
	wait := d.wait(now, c.pace)
	if !httpx.Loopback(f.url.Hostname()) {
		wait = spread(wait, string(c.account), f.key)
	}
	c.putOff(f, now, wait)
	return answer{asked: true, doc: d, wait: wait}
}

// page puts the answers of all feeds together.
func (c *connector) page(before cursor, answers []answer, req inbox.FetchRequest) (inbox.Page, error) {
	var p inbox.Page
	after := cursor{feeds: map[string]feedState{}, names: before.names}
	read := map[string]string{} // the hosts of the feeds that are read
	for _, f := range c.feeds {
		read[f.key] = bareHost(f.url.Host)
	}
	failed, first := 0, true
	var worst error
	for i, a := range answers {
		f := c.feeds[i]
		out := outcome{state: before.feeds[f.key]}
		out.state.gone = a.gone
		switch {
		case a.err != nil:
			failed++
			worst = graver(worst, a.err)
			out.refused = []inbox.Refusal{{Item: f.name(i), Reason: why(a), Source: true}}
		case a.gone:
			failed++
			worst = graver(worst, fmt.Errorf("%s is gone for good: %w", f.url.Host, inbox.ErrGone))
		case a.asked && a.doc.feed == nil:
			out.state = out.state.of(a.doc)
		case a.asked:
			out = f.news(a.doc, out.state, req, after.names, read)
		}
		if a.asked && a.err == nil {
			out.refused = append(out.refused, c.told(i, f, a.doc, &out.state)...)
		}
		if a.err == nil && !a.gone && (first || a.wait < p.PollAfter) {
			first, p.PollAfter = false, a.wait
		}
		c.judge(f, a)
		if !out.state.zero() {
			after.feeds[f.key] = out.state
		}
		p.Messages = append(p.Messages, out.messages...)
		p.Refused = append(p.Refused, out.refused...)
	}
	if failed == len(answers) {
		return inbox.Page{}, fmt.Errorf("fetch feeds: %w", worst)
	}
	p.Cursor = after.String()
	return p, nil
}

// name names a feed without its address, which may be a secret.
func (f feed) name(i int) string { return fmt.Sprintf("feed %d (%s)", i+1, f.url.Host) }

// why says in a clause why a feed could not be read.
func why(a answer) string {
	status := httpx.StatusOf(a.err)
	said := func(words string) string { return fmt.Sprintf("%s (%d)", words, status) }
	switch {
	case a.gone:
		return said("is gone for good, and not asked for again")
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return said("is not for us to read")
	case status == http.StatusNotFound || status == http.StatusGone:
		return said("is not there")
	case status == http.StatusTooManyRequests:
		return said("its server wants to be left alone for a while")
	case status >= 500:
		return said("its server has a fault")
	case status > 0:
		return said("its server refuses")
	case errors.Is(a.err, inbox.ErrResting):
		return "its server is left alone, as it asked"
	case errors.Is(a.err, httpx.ErrTooLarge):
		return "is too large"
	case errors.Is(a.err, errNoFeed):
		return errNoFeed.Error()
	case errors.Is(a.err, errPage):
		return errPage.Error()
	case errors.Is(a.err, inbox.ErrUnreachable):
		return "its server cannot be reached"
	case errors.Is(a.err, errNotFeed):
		return errNotFeed.Error()
	}
	return "its server did not answer as it should"
}

// told says that a document is cut off, and once that a feed moved for good; where a page led to stands in the
// log, and Check says it.
func (c *connector) told(i int, f feed, d document, state *feedState) []inbox.Refusal {
	if d.cut {
		return []inbox.Refusal{{Item: f.name(i), Reason: "is cut off: its whole entries were read"}}
	}
	switch at := ""; {
	case d.found:
		if at = digest(d.from.String()); at != state.leads {
			c.log.Info("a page leads to its feed", "account", c.account, "feed", f.name(i), "on", d.from.Host)
		}
		state.leads = at
	case d.moved:
		at = digest(d.from.String())
		known := at == state.moved
		if state.moved = at; !known {
			return []inbox.Refusal{{Item: f.name(i), Reason: "has moved for good to " + d.from.Scheme + "://" + d.from.Host + ": change its address", Source: true}}
		}
	}
	return nil
}

// graver prefers, of the failures of several feeds, one that passes.
func graver(a, b error) error {
	var passes *inbox.RetryError
	if a == nil || (!errors.As(a, &passes) && errors.As(b, &passes)) {
		return b
	}
	return a
}

// left is how long a feed still asks to be left alone.
func (c *connector) left(f feed, now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rest[f.key].Sub(now)
}

// putOff remembers a wish to be left alone that is longer than our own pace.
func (c *connector) putOff(f feed, now time.Time, wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.rest, f.key)
	if wait > c.pace {
		c.rest[f.key] = now.Add(wait)
	}
}

// note remembers that a feed was asked, later than all others.
func (c *connector) note(f feed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn++
	c.asked[f.key] = c.turn
}

// bury remembers that a feed is gone for good, until the next start: its
// cursor is kept only with another feed's.
func (c *connector) bury(f feed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.buried[f.key] = true
}

func (c *connector) isGone(f feed) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.buried[f.key]
}
