package bluesky

import (
	"context"
	"errors"

	"vigie/inbox"
)

// What we say about a post or a person is a record of its own: a like, a
// block. It lies under a key of ours, or where another program put it. The
// network's view tells of such another one, and is late; what counts is our
// own repository.

// said lists the records of ours that say what an action says, or takes
// back. told is the one that the network's view names; "": none.
func (c *Connector) said(ctx context.Context, me string, a inbox.Action, told string) ([]atURI, error) {
	own := recordOf(me, a)
	candidates := []atURI{own}
	if u, ok := parseURI(told); ok && u != own && u.DID == me && u.Collection == own.Collection {
		candidates = append(candidates, u)
	}
	var there []atURI
	for _, u := range candidates {
		rec, err := c.getRecord(ctx, u)
		if err != nil {
			return nil, err
		}
		if rec.there {
			there = append(there, u)
		}
	}
	return there, nil
}

// unsay deletes records of ours.
func (c *Connector) unsay(ctx context.Context, records []atURI) error {
	for _, u := range records {
		if err := c.deleteRecord(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// outLike is a like as a record.
type outLike struct {
	Type      string `json:"$type"`
	Subject   ref    `json:"subject"`
	CreatedAt string `json:"createdAt"`
}

func (c *Connector) like(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	s, err := c.current(ctx)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	p, err := c.target(ctx, a.Target)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	likes, err := c.said(ctx, s.DID, a, p.liked)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	if len(likes) > 0 {
		return inbox.Receipt{Remote: likes[0].String()}, nil
	}
	return c.createRecord(ctx, a, outLike{
		Type: likeCollection, Subject: ref{URI: p.uri.String(), CID: p.cid}, CreatedAt: stamp(sentAt(a)),
	})
}

// unlike takes our like back, also of a post that is gone.
func (c *Connector) unlike(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	likes, err := c.likes(ctx, a)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	return inbox.Receipt{Remote: a.Target}, c.unsay(ctx, likes)
}

// likes lists our likes of an action's target.
func (c *Connector) likes(ctx context.Context, a inbox.Action) ([]atURI, error) {
	s, err := c.current(ctx)
	if err != nil {
		return nil, err
	}
	p, err := c.target(ctx, a.Target)
	if err != nil && !errors.Is(err, inbox.ErrGone) && !errors.Is(err, errBlocked) {
		return nil, err
	}
	return c.said(ctx, s.DID, a, p.liked)
}

func (c *Connector) findLike(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	likes, err := c.likes(ctx, a)
	return standing(a, a.Target, likes, err)
}

// standing says whether an action's effect is there: that something is said,
// or for an inverse, that it is not.
func standing(a inbox.Action, subject string, records []atURI, err error) (inbox.Receipt, bool, error) {
	sets := a.Kind == inbox.ActLike || a.Kind == inbox.ActBlock
	switch {
	case err != nil, sets != (len(records) > 0):
		return inbox.Receipt{}, false, err
	case sets:
		subject = records[0].String()
	}
	return inbox.Receipt{Remote: subject}, true, nil
}

// outBlock is a block as a record. Everybody can see it.
type outBlock struct {
	Type      string `json:"$type"`
	Subject   string `json:"subject"`
	CreatedAt string `json:"createdAt"`
}

func (c *Connector) block(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	blocks, err := c.blocks(ctx, a)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	if len(blocks) > 0 {
		c.learned.block(a.Author, true)
		return inbox.Receipt{Remote: blocks[0].String()}, nil
	}
	r, err := c.createRecord(ctx, a, outBlock{Type: blockCollection, Subject: a.Author, CreatedAt: stamp(sentAt(a))})
	if err == nil {
		c.learned.block(a.Author, true)
	}
	return r, err
}

func (c *Connector) unblock(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	blocks, err := c.blocks(ctx, a)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	if err = c.unsay(ctx, blocks); err == nil {
		c.learned.block(a.Author, false)
	}
	return inbox.Receipt{Remote: a.Author}, err
}

func (c *Connector) findBlock(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	blocks, err := c.blocks(ctx, a)
	return standing(a, a.Author, blocks, err)
}

// blocks lists our blocks of an action's author, lists of blocked people
// aside. An account that the network no longer shows can be blocked as well.
func (c *Connector) blocks(ctx context.Context, a inbox.Action) ([]atURI, error) {
	me, err := c.other(ctx, a.Author)
	if err != nil {
		return nil, err
	}
	r, err := c.relationTo(ctx, a.Author)
	if err != nil {
		return nil, err
	}
	return c.said(ctx, me, a, r.Blocking)
}

// notShown reports whether a refusal says that an account is not shown:
// unknown, suspended, or taken down.
func notShown(err error) bool {
	return named(err, "InvalidRequest", "NotFound", "AccountTakedown", "AccountDeactivated", "AccountSuspended")
}
