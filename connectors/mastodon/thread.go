package mastodon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

const (
	// maxNodes is how many statuses are remembered before old ones are let go.
	maxNodes = 4096
	// maxDepth bounds how far up a thread is followed.
	maxDepth = 200
	// batchSize is how many statuses one call may ask for.
	batchSize = 20
	// batchRounds is how often a whole page climbs one step together before
	// the rest is read thread by thread.
	batchRounds = 3
	// postAge is how old the counters of a post may be when it is told again.
	postAge = 10 * time.Minute
)

// node is a status as far as the shape of its thread needs it.
type node struct {
	parent remoteID
	mine   bool
	direct bool
	gone   bool // it cannot be read
	post   *inbox.Post
	seen   time.Time
}

// threads remembers who answers what. The connector's lock guards it.
type threads struct{ nodes map[remoteID]node }

// place is where a status belongs.
type place struct {
	conversation remoteID
	kind         inbox.Kind
	post         *inbox.Post
	alone        bool // nobody but ourselves is in it
}

func (c *connector) remember(me account, all ...status) {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.threads.nodes) > maxNodes { // only old ones: a page may be at work
		maps.DeleteFunc(c.threads.nodes, func(_ remoteID, n node) bool { return now.Sub(n.seen) > postAge })
	}
	for _, s := range all {
		n := node{parent: s.InReplyTo, mine: s.Account.ID == me.ID, direct: s.direct(), seen: now}
		if n.mine {
			n.post = post(s)
		}
		c.threads.nodes[s.ID] = n
	}
}

// forget marks statuses that cannot be read.
func (c *connector) forget(ids ...remoteID) {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		c.threads.nodes[id] = node{gone: true, seen: now}
	}
}

func (c *connector) now() time.Time {
	if c.env.Clock == nil {
		return time.Now()
	}
	return c.env.Clock.Now()
}

// unknown lists the next ancestors that must be read before all of the
// statuses can be placed, each once.
func (c *connector) unknown(all []status) []remoteID {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []remoteID
	for _, s := range all {
		id := s.InReplyTo
		for range maxDepth {
			if id == "" {
				break
			}
			n, ok := c.threads.nodes[id]
			if !ok || (n.mine && n.parent == "" || n.gone) && now.Sub(n.seen) > postAge {
				if !slices.Contains(out, id) {
					out = append(out, id)
				}
				break
			}
			id = n.parent
		}
	}
	return out
}

// climb reads ancestors until every status can be placed. It costs a call or
// three for a page, and one more for each thread that is deeper.
func (c *connector) climb(ctx context.Context, me account, all []status) error {
	c.remember(me, all...)
	for range batchRounds {
		ids := c.unknown(all)
		if len(ids) == 0 {
			return nil
		}
		got, ok, err := c.several(ctx, ids)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		c.remember(me, got...)
		for _, id := range ids {
			if !slices.ContainsFunc(got, func(s status) bool { return s.ID == id }) {
				c.forget(id)
			}
		}
	}
	for _, s := range all {
		if len(c.unknown([]status{s})) == 0 {
			continue
		}
		around, err := c.around(ctx, s.ID)
		if err != nil && !errors.Is(err, inbox.ErrGone) {
			return err
		}
		c.remember(me, around.ancestors...)
		c.forget(c.unknown([]status{s})...)
	}
	return nil
}

// several reads statuses by id; those that cannot be read are missing from
// the answer. ok is false when the server has no such call.
func (c *connector) several(ctx context.Context, ids []remoteID) (out []status, ok bool, err error) {
	c.mu.Lock()
	single := c.single
	c.mu.Unlock()
	if single {
		return nil, false, nil
	}
	for chunk := range slices.Chunk(ids, batchSize) {
		q := url.Values{}
		for _, id := range chunk {
			q.Add("id[]", string(id))
		}
		res, err := c.call(ctx, httpx.Request{Path: "/api/v1/statuses", Query: q})
		if errors.Is(err, inbox.ErrGone) || errors.Is(err, inbox.ErrUnsupported) || errors.Is(err, inbox.ErrInvalid) {
			c.mu.Lock()
			c.single = true
			c.mu.Unlock()
			return nil, false, nil
		}
		if err != nil {
			return nil, false, err
		}
		list, err := readList(res.Body)
		if err != nil {
			return nil, false, res.Unreadable(err)
		}
		out = append(out, readable(list)...)
	}
	return out, true, nil
}

// readable decodes what can be decoded.
func readable(list []json.RawMessage) []status {
	var out []status
	for _, raw := range list {
		if s, err := readStatus(raw); err == nil {
			out = append(out, s)
		}
	}
	return out
}

// one reads a status.
func (c *connector) one(ctx context.Context, id remoteID) (status, error) {
	res, err := c.call(ctx, httpx.Request{Path: "/api/v1/statuses/" + string(id)})
	if err != nil {
		return status{}, err
	}
	s, err := readStatus(res.Body)
	if err != nil {
		return status{}, res.Unreadable(err)
	}
	return s, nil
}

// surroundings are the statuses above and below one.
type surroundings struct{ ancestors, descendants []status }

func (c *connector) around(ctx context.Context, id remoteID) (surroundings, error) {
	res, err := c.call(ctx, httpx.Request{Path: "/api/v1/statuses/" + string(id) + "/context"})
	if err != nil {
		return surroundings{}, err
	}
	var raw struct{ Ancestors, Descendants []json.RawMessage }
	if err := res.Decode(&raw); err != nil {
		return surroundings{}, err
	}
	return surroundings{readable(raw.Ancestors), readable(raw.Descendants)}, nil
}

// step is a node with its id.
type step struct {
	id remoteID
	node
}

// path lists a remembered status and what is above it, from the top.
func (c *connector) path(id remoteID) []step {
	c.mu.Lock()
	defer c.mu.Unlock()
	var up []step
	for range maxDepth {
		n, ok := c.threads.nodes[id]
		if id == "" || !ok {
			break
		}
		up = append(up, step{id, n})
		id = n.parent
	}
	slices.Reverse(up)
	return up
}

// place says where a status belongs, once climb has read what is above it.
func (c *connector) place(s status) place {
	up := c.path(s.ID)
	if len(up) == 0 {
		return place{conversation: s.ID, kind: inbox.KindMention}
	}
	if s.direct() {
		first := len(up) - 1
		for first > 0 && (up[first-1].direct || up[first-1].gone) {
			first--
		}
		return place{conversation: up[first].id, kind: inbox.KindDM}
	}
	others := slices.IndexFunc(up, func(n step) bool { return !n.mine })
	switch {
	case others < 0:
		return place{conversation: s.ID, alone: true}
	case others == 0:
		return place{conversation: up[0].id, kind: inbox.KindMention}
	}
	return place{conversation: up[others].id, kind: inbox.KindComment, post: up[others-1].post}
}

// Context reads the rest of a conversation: the status that begins it and all
// below that belongs to it.
func (c *connector) Context(ctx context.Context, t inbox.Thread) (inbox.Page, error) {
	if t.Kind == inbox.KindReview {
		return inbox.Page{}, fmt.Errorf("context of a notice: %w", inbox.ErrUnsupported)
	}
	if !sound(t.Remote) {
		return inbox.Page{}, inbox.ErrGone
	}
	me, err := c.self(ctx)
	if err != nil {
		return inbox.Page{}, err
	}
	first, err := c.one(ctx, remoteID(t.Remote))
	if err != nil {
		return inbox.Page{}, err
	}
	around, err := c.around(ctx, first.ID)
	if err != nil {
		return inbox.Page{}, err
	}
	c.remember(me, around.ancestors...)
	all := append([]status{first}, around.descendants...)
	if err := c.climb(ctx, me, all); err != nil {
		return inbox.Page{}, err
	}
	var page inbox.Page
	for _, s := range all {
		p := c.place(s)
		if string(p.conversation) != t.Remote || p.alone {
			continue
		}
		m := message(s, me, p)
		if t.Kind == inbox.KindWatch && overheard(m, s, me) {
			m.Kind = inbox.KindWatch
		}
		page.Messages = append(page.Messages, m)
	}
	return page, nil
}
