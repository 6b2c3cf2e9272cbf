package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"vigie/inbox"
)

const (
	// maxHidden is how many answers can be hidden under one post (lexicon
	// app.bsky.feed.threadgate).
	maxHidden = 300
	// gateTries is how often a gate is changed anew that another program
	// changed meanwhile.
	gateTries = 4
)

// gate is the threadgate record of a post of ours. Fields that we do not know
// are kept.
type gate struct {
	record
	fields map[string]json.RawMessage
	hidden []string
}

// readGate reads the gate at an address; an empty one when none is there.
func (c *Connector) readGate(ctx context.Context, uri atURI) (gate, error) {
	rec, err := c.getRecord(ctx, uri)
	g := gate{record: rec, fields: map[string]json.RawMessage{}}
	if err != nil || !rec.there {
		return g, err
	}
	err = json.Unmarshal(rec.value, &g.fields)
	if list := g.fields["hiddenReplies"]; err == nil && len(list) > 0 {
		err = json.Unmarshal(list, &g.hidden)
	}
	if err != nil {
		return g, fmt.Errorf("the post's threadgate cannot be read: %w", inbox.ErrConflict)
	}
	return g, nil
}

// with returns the record as it is to be, with an answer hidden or shown.
func (g gate) with(answer, root, at string, hide bool) (map[string]any, error) {
	out := map[string]any{"$type": gateCollection, "post": root, "createdAt": at}
	for key, v := range g.fields {
		out[key] = v
	}
	hidden := slices.DeleteFunc(slices.Clone(g.hidden), func(s string) bool { return s == answer })
	if hide {
		hidden = append(hidden, answer)
	}
	if len(hidden) > maxHidden {
		return nil, fmt.Errorf("%d answers are hidden under this post, the network takes no more: %w", maxHidden, inbox.ErrUnsupported)
	}
	out["hiddenReplies"] = append([]string{}, hidden...)
	return out, nil
}

// hide hides an answer under a post of ours from others, or shows it again:
// its address goes into the post's gate. What another program changes there
// meanwhile is kept: the gate is replaced only as it was read.
func (c *Connector) hide(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	uri, root, err := c.gateOf(ctx, a)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	hide := a.Kind == inbox.ActHide
	if hide {
		switch p, err := c.target(ctx, a.Target); {
		case errors.Is(err, errBlocked): // others still see it
		case err != nil:
			return inbox.Receipt{}, before(err)
		case p.reply == nil || p.root() != root:
			return inbox.Receipt{}, fmt.Errorf("it is no answer under this post: %w", inbox.ErrInvalid)
		}
	}
	for range gateTries {
		g, err := c.readGate(ctx, uri)
		if err != nil {
			return inbox.Receipt{}, before(err)
		}
		if slices.Contains(g.hidden, a.Target) == hide {
			return inbox.Receipt{Remote: a.Target}, nil
		}
		next, err := g.with(a.Target, root, stamp(sentAt(a)), hide)
		if err != nil {
			return inbox.Receipt{}, err
		}
		if err = c.putGate(ctx, uri, g, next); !named(err, "InvalidSwap") {
			return inbox.Receipt{Remote: a.Target}, err
		}
	}
	return inbox.Receipt{}, &inbox.RetryError{Err: errors.New("another program changes the post's threadgate all the time")}
}

// putGate replaces a gate, if it is still as it was read.
func (c *Connector) putGate(ctx context.Context, uri atURI, was gate, next map[string]any) error {
	var swap *string // null: none may be there
	if was.there {
		swap = &was.cid
	}
	return c.call(ctx, call{
		method: "com.atproto.repo.putRecord", write: true,
		input: map[string]any{"repo": uri.DID, "collection": uri.Collection, "rkey": uri.Key, "record": next, "swapRecord": swap},
	}, &ref{})
}

// gateOf is the address of the gate of an action's conversation, and of the
// post that it stands beside.
func (c *Connector) gateOf(ctx context.Context, a inbox.Action) (uri atURI, root string, err error) {
	s, err := c.current(ctx)
	if err != nil {
		return atURI{}, "", err
	}
	root, _ = underOurs(a.Conversation)
	u, ok := parseURI(root)
	if !ok || u.DID != s.DID || postDID(a.Target) == "" {
		return atURI{}, "", fmt.Errorf("not an answer under a post of this account: %w", inbox.ErrInvalid)
	}
	return atURI{DID: u.DID, Collection: gateCollection, Key: u.Key}, root, nil
}

func (c *Connector) findHidden(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	uri, _, err := c.gateOf(ctx, a)
	if err != nil {
		return inbox.Receipt{}, false, err
	}
	g, err := c.readGate(ctx, uri)
	if err != nil || slices.Contains(g.hidden, a.Target) != (a.Kind == inbox.ActHide) {
		return inbox.Receipt{}, false, err
	}
	return inbox.Receipt{Remote: a.Target}, true, nil
}
