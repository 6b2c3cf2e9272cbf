package mastodon

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"vigie/inbox"
)

const (
	// maxKnown is how many messages of a stream are looked at again.
	maxKnown = 2 * batchSize
	// maxSingle is how many are on a server that gives them one by one.
	maxSingle = 10
	// recheckEvery is how often they are looked at.
	recheckEvery = 5 * time.Minute
)

// seen is a message as it was when it was last read.
type seen struct {
	ID      remoteID `json:"i"`
	Version string   `json:"h"`
	At      int64    `json:"t"` // seconds since 1970, to keep the newest
}

// know adds a message to the newest ones.
func know(known []seen, s status) []seen {
	k := seen{ID: s.ID, Version: version(s), At: s.at.Unix()}
	known = slices.DeleteFunc(slices.Clone(known), func(o seen) bool { return o.ID == s.ID })
	known = append(known, k)
	slices.SortStableFunc(known, func(a, b seen) int { return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(a.ID, b.ID)) })
	return known[:min(len(known), maxKnown)]
}

// recheck looks for edits and deletions among the newest messages.
func (c *connector) recheck(ctx context.Context, p *pass) error {
	c.mu.Lock()
	due := c.hinted[p.req.Stream] || p.req.Now.Sub(c.checked[p.req.Stream]) >= recheckEvery
	c.mu.Unlock()
	if !due || len(p.cur.Known) == 0 {
		return nil
	}
	c.mu.Lock()
	delete(c.hinted, p.req.Stream) // a hint from now on is for the next time
	c.mu.Unlock()
	var old []remoteID
	for _, k := range p.cur.Known {
		if !slices.ContainsFunc(p.found, func(s status) bool { return s.ID == k.ID }) {
			old = append(old, k.ID)
		}
	}
	there, absent, err := c.again(ctx, old)
	if err != nil {
		return err
	}
	var changed []status
	for _, s := range there {
		i := slices.IndexFunc(p.cur.Known, func(k seen) bool { return k.ID == s.ID })
		if i >= 0 && p.cur.Known[i].Version != version(s) {
			changed = append(changed, s)
		}
	}
	if err := c.climb(ctx, p.me, changed); err != nil {
		return err
	}
	for _, s := range changed {
		p.page.Messages = append(p.page.Messages, message(s, p.me, c.place(s)))
		p.cur.Known = know(p.cur.Known, s)
	}
	for _, id := range absent {
		p.page.Deleted = append(p.page.Deleted, string(id))
		p.cur.Known = slices.DeleteFunc(p.cur.Known, func(k seen) bool { return k.ID == id })
	}
	c.mu.Lock()
	c.checked[p.req.Stream] = p.req.Now
	c.mu.Unlock()
	return nil
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
