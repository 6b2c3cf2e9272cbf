// Package feeds is the connector of RSS, Atom and JSON Feed documents, Google
// Alerts among them: things listened to that are not addressed to us. Their
// entries become watches. Nothing can be answered in a feed.
//
// Documents are fetched with conditional requests, up to four at a time, and
// not more often than they ask for; a server that asks to be left alone is, by
// all of its feeds. An address can be a secret (those of
// Google Alerts are): logs and errors name its host alone, and the cursor a
// digest of it.
//
// Sources, read on 2026-11-22: RSS 2.0 (rssboard.org), RFC 4287 (Atom), JSON
// Feed 1.1, RFC 9110 and 9111 (conditional requests, freshness).
package feeds

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"vigie/connectors"
	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/text"
)

// Network is the name under which the connector is registered.
const Network inbox.Network = "feeds"

const (
	// minPoll is what a feed gets asked for at most, whoever asks: the lower
	// end of what readers of feeds are commonly asked to keep to.
	minPoll = 15 * time.Minute
	// localPoll is minPoll for feeds of this machine, which disturb nobody.
	localPoll = 15 * time.Second
	// maxWait is the longest rest that a feed may ask for.
	maxWait = 24 * time.Hour
	// atOnce is how many documents are fetched at the same time.
	atOnce = 4
)

// Info is the entry of the registry. "urls" are the feeds; with "keywords",
// only entries that hold one of them count.
func Info() connectors.Info {
	return connectors.Info{
		Network:  Network,
		Title:    "Feeds",
		Settings: []connectors.Setting{{Key: "urls", List: true, Required: true}, {Key: "keywords", List: true}},
		Caps:     caps(),
		New: func(env connectors.Env, s connectors.Setup) (inbox.Connector, error) {
			return newConnector(env, s)
		},
	}
}

func caps() inbox.Caps {
	out := inbox.Caps{Streams: []inbox.Stream{inbox.StreamWatch}, Acts: map[inbox.ActionKind]inbox.Capability{}, MinPoll: minPoll}
	for _, kind := range []inbox.ActionKind{
		inbox.ActReply, inbox.ActPrivate, inbox.ActLike, inbox.ActUnlike, inbox.ActDelete, inbox.ActHide, inbox.ActUnhide,
		inbox.ActBlock, inbox.ActUnblock, inbox.ActRead,
	} {
		out.Acts[kind] = inbox.Capability{Why: inbox.CodeReadOnly}
	}
	return out
}

// connector reads the feeds of one account.
type connector struct {
	account inbox.AccountID
	http    *httpx.Client
	clock   inbox.Clock
	feeds   []feed
	pace    time.Duration

	mu   sync.Mutex
	rest map[string]time.Time // by feed key: not before
}

// feed is one document of the configuration.
type feed struct {
	url      *url.URL
	key      string // names it in the cursor
	keywords []string
}

var _ inbox.Connector = (*connector)(nil)

func newConnector(env connectors.Env, s connectors.Setup) (*connector, error) {
	c := &connector{account: s.Account.ID, clock: env.Clock, rest: map[string]time.Time{}, pace: localPoll}
	var keywords []string
	for _, k := range s.Lists["keywords"] {
		if k = strings.ToLower(strings.TrimSpace(k)); k != "" {
			keywords = append(keywords, k)
		}
	}
	for i, raw := range s.Lists["urls"] {
		u, err := url.Parse(strings.TrimSpace(raw))
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return nil, fmt.Errorf("account %s: urls[%d] is no http address: %w", s.Account.ID, i, inbox.ErrInvalid)
		}
		if !httpx.Loopback(u.Hostname()) {
			c.pace = minPoll
		}
		c.feeds = append(c.feeds, feed{url: u, key: digest(append([]string{u.String()}, keywords...)...), keywords: keywords})
	}
	if len(c.feeds) == 0 {
		return nil, fmt.Errorf("account %s: %w", s.Account.ID, inbox.Problem{
			Code: inbox.CodeMissing, Args: []string{"urls"}, Detail: "no feed to read",
		})
	}
	c.http = httpx.New(httpx.Options{
		Transport: env.Transport, Log: env.Log, UserAgent: env.UserAgent, Clock: env.Clock, Public: true,
	})
	return c, nil
}

// Check reads the first feed and says its title.
func (c *connector) Check(ctx context.Context) (inbox.Identity, error) {
	d, err := c.get(ctx, c.feeds[0], feedState{})
	if err != nil {
		return inbox.Identity{}, fmt.Errorf("check: %w", err)
	}
	title := text.CleanLine(d.feed.Title).String()
	return inbox.Identity{Remote: c.feeds[0].key, Handle: title, Name: title, URL: c.feeds[0].address(d.feed.Link)}, nil
}

// Caps says that there is one stream, to read.
func (c *connector) Caps() inbox.Caps {
	out := caps()
	out.MinPoll = c.pace
	return out
}

// ThreadCaps is Caps.
func (c *connector) ThreadCaps(inbox.Thread) inbox.Caps { return c.Caps() }

// Do refuses: a feed is read-only.
func (c *connector) Do(_ context.Context, a inbox.Action) (inbox.Receipt, error) {
	return inbox.Receipt{}, fmt.Errorf("%s: a feed is only read: %w", a.Kind, inbox.ErrUnsupported)
}

// Close lets go of connections.
func (c *connector) Close() error {
	c.http.Close()
	return nil
}

// outcome is what became of one feed in one fetch.
type outcome struct {
	state    feedState
	messages []inbox.Message
	refused  []inbox.Refusal
	wait     time.Duration // what the feed asked for
	err      error
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
	results := make([]outcome, len(c.feeds))
	slots := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i, f := range c.feeds {
		state := before[f.key]
		if left := c.left(f, req.Now); left > 0 {
			results[i] = outcome{state: state, wait: left}
			continue
		}
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			results[i] = c.read(ctx, f, state, req)
		})
	}
	all.Wait()
	return c.page(ctx, results)
}

// page puts the outcomes of all feeds together.
func (c *connector) page(ctx context.Context, results []outcome) (inbox.Page, error) {
	var p inbox.Page
	after, failed := cursor{}, 0
	first := true
	var worst error
	told := map[string]bool{}
	for i, r := range results {
		if !r.state.zero() {
			after[c.feeds[i].key] = r.state
		}
		if r.err != nil {
			failed++
			worst = graver(worst, r.err)
			p.Refused = append(p.Refused, inbox.Refusal{
				Item: fmt.Sprintf("feed %d (%s)", i+1, c.feeds[i].url.Host), Reason: inbox.ProblemOf(r.err).Code,
			})
			continue
		}
		for _, m := range r.messages {
			if !told[m.Remote] { // two feeds may hold the same article
				told[m.Remote] = true
				p.Messages = append(p.Messages, m)
			}
		}
		p.Refused = append(p.Refused, r.refused...)
		if first || r.wait < p.PollAfter {
			first, p.PollAfter = false, r.wait
		}
	}
	if err := ctx.Err(); err != nil {
		return inbox.Page{}, fmt.Errorf("fetch feeds: %w", err)
	}
	if failed == len(results) {
		return inbox.Page{}, fmt.Errorf("fetch feeds: %w", worst)
	}
	p.Cursor = after.String()
	return p, nil
}

// graver prefers, of the failures of several feeds, one that passes.
func graver(a, b error) error {
	var passes *inbox.RetryError
	if a == nil || (!errors.As(a, &passes) && errors.As(b, &passes)) {
		return b
	}
	return a
}

// read fetches one feed and maps what is new in it.
func (c *connector) read(ctx context.Context, f feed, before feedState, req inbox.FetchRequest) outcome {
	d, err := c.get(ctx, f, before)
	if err != nil {
		var retry *inbox.RetryError
		if errors.As(err, &retry) && retry.After > 0 {
			c.putOff(f, req.Now, retry.After)
		}
		return outcome{state: before, err: err}
	}
	c.putOff(f, req.Now, d.wait)
	if d.feed == nil {
		before.tag, before.modified = d.tag, d.modified
		return outcome{state: before, wait: d.wait}
	}
	out := f.news(d, before, req)
	out.wait = d.wait
	return out
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
		c.rest[f.key] = now.Add(min(wait, maxWait))
	}
}
