package mastodon

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"vigie/inbox"
)

const (
	// maxKnown is how many messages of a stream are looked at again.
	maxKnown = 2 * batchSize
	// maxSingle is how many are on a server that gives them one by one.
	maxSingle = 10
	// maxPosts is how many of the posts above them are, and maxSinglePosts on
	// such a server.
	maxPosts       = batchSize
	maxSinglePosts = 3
	// recheckEvery is how often they are looked at.
	recheckEvery = 5 * time.Minute
)

// seen is a message as it was when it was last read.
type seen struct {
	ID      remoteID `json:"i"`
	Version string   `json:"h"`
	At      int64    `json:"t"`           // seconds since 1970, to keep the newest
	Post    remoteID `json:"p,omitempty"` // the own post that it stands under
	Talk    remoteID `json:"c,omitempty"` // its conversation there
}

// know adds a message to the newest ones.
func know(known []seen, s status, at place) []seen {
	k := seen{ID: s.ID, Version: version(s), At: s.at.Unix()}
	if at.post != nil && !at.post.Deleted {
		k.Post, k.Talk = remoteID(at.post.ID), at.conversation
	}
	known = slices.DeleteFunc(slices.Clone(known), func(o seen) bool { return o.ID == s.ID })
	known = append(known, k)
	slices.SortStableFunc(known, func(a, b seen) int { return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(a.ID, b.ID)) })
	return known[:min(len(known), maxKnown)]
}

// hints are statuses of which the server's stream told that they were edited
// or deleted.
type hints map[remoteID]bool

// maxHints is how many are remembered: more are a server that tells of
// everything, and the newest messages are looked at anyway.
const maxHints = 200

// due takes what a look again is for: the newest messages, the posts that they
// stand under, and what the server's stream told of. Nothing: not yet.
func (c *connector) due(p *pass) (ids, posts []remoteID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	most := maxPosts
	if c.single {
		most = maxSinglePosts
	}
	told := slices.Collect(maps.Keys(c.hinted[p.req.Stream]))
	if len(told) == 0 && (len(p.cur.Known) == 0 || p.req.Now.Sub(c.checked[p.req.Stream]) < recheckEvery) {
		return nil, nil
	}
	slices.Sort(told)
	ids = told[:min(len(told), maxSingle)]
	for _, id := range ids {
		delete(c.hinted[p.req.Stream], id) // a hint from now on is for the next time
	}
	for _, k := range p.cur.Known {
		if !slices.ContainsFunc(p.found, func(s status) bool { return s.ID == k.ID }) && !slices.Contains(ids, k.ID) {
			ids = append(ids, k.ID)
		}
		if k.Post != "" && !slices.Contains(posts, k.Post) && len(posts) < most {
			posts = append(posts, k.Post)
		}
	}
	return ids, posts
}

// recheck looks for edits and deletions among the newest messages and what the
// server's stream told of, and for own posts that are gone from above them.
func (c *connector) recheck(ctx context.Context, p *pass) error {
	ids, posts := c.due(p)
	if len(ids)+len(posts) == 0 {
		return nil
	}
	there, absent, err := c.again(ctx, append(slices.Clone(posts), ids...))
	if err != nil {
		return err
	}
	var changed []status
	for _, s := range there {
		i := slices.IndexFunc(p.cur.Known, func(k seen) bool { return k.ID == s.ID })
		if i >= 0 && p.cur.Known[i].Version != version(s) || i < 0 && slices.Contains(ids, s.ID) && p.addressed(s) {
			changed = append(changed, s)
		}
	}
	if err := c.climb(ctx, p.me, changed); err != nil {
		return err
	}
	for _, s := range changed {
		if at := c.place(s); !at.alone {
			p.tell(s, at)
		}
	}
	for _, id := range absent {
		if slices.Contains(posts, id) {
			p.bury(id, there)
		}
		if slices.Contains(ids, id) {
			p.page.Deleted = append(p.page.Deleted, string(id))
			p.cur.Known = slices.DeleteFunc(p.cur.Known, func(k seen) bool { return k.ID == id })
		}
	}
	c.mu.Lock()
	c.checked[p.req.Stream] = p.req.Now
	c.mu.Unlock()
	return nil
}

// addressed reports whether a status that the server's stream told of is one of
// the stream's messages, which may be older than those that are remembered. What
// is listened to is not: the words were not looked for in it.
func (p *pass) addressed(s status) bool {
	mine := s.Account.ID == p.me.ID
	return p.req.Stream != inbox.StreamWatch && p.belongs(s) && !s.at.Before(p.since) &&
		(s.mentions(p.me) && !mine || mine && s.InReplyTo != "")
}

// bury tells that an own post is gone, with one of the messages under it.
func (p *pass) bury(post remoteID, there []status) {
	told := false
	for i, k := range p.cur.Known {
		if k.Post != post {
			continue
		}
		p.cur.Known[i].Post, p.cur.Known[i].Talk = "", ""
		at := slices.IndexFunc(there, func(s status) bool { return s.ID == k.ID })
		if told || at < 0 {
			continue
		}
		told = true
		m := message(there[at], p.me, place{conversation: k.Talk, kind: inbox.KindComment, post: &inbox.Post{ID: string(post), Deleted: true}})
		m.Parent = cmp.Or(m.Parent, string(post)) // servers forget what was answered with what is gone
		p.page.Messages = append(p.page.Messages, m)
	}
}

// again reads messages once more and tells which are surely gone: those that
// a call of their own does not find either.
func (c *connector) again(ctx context.Context, ids []remoteID) (there []status, absent []remoteID, err error) {
	there, ok, err := c.several(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	var doubtful []remoteID
	for _, id := range ids {
		if !ok || !slices.ContainsFunc(there, func(s status) bool { return s.ID == id }) {
			doubtful = append(doubtful, id)
		}
	}
	for _, id := range doubtful[:min(len(doubtful), maxSingle)] {
		s, err := c.one(ctx, id)
		switch {
		case errors.Is(err, inbox.ErrGone):
			absent = append(absent, id)
		case err != nil:
			return nil, nil, err
		default:
			there = append(there, s)
		}
	}
	return there, absent, nil
}
