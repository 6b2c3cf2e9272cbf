package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"vigie/inbox"
)

// gateTries is how often a gate is changed anew that another program changed
// meanwhile.
const gateTries = 4

// gateKind is a kind of record that stands beside a post of ours, under the
// same key, with a list of what others wrote about it.
type gateKind struct {
	collection string
	list       string // the field that holds the list
	most       int    // addresses in it (lexicons app.bsky.feed.threadgate, .postgate)
}

// gateKindOf is the record that an action changes: the answers that are hidden
// under our post, or the quotes that it is taken out of.
func gateKindOf(kind inbox.ActionKind) gateKind {
	if kind == inbox.ActDetach || kind == inbox.ActReattach {
		return gateKind{quoteCollection, "detachedEmbeddingUris", 50}
	}
	return gateKind{gateCollection, "hiddenReplies", 300}
}

// sets reports whether an action puts its target on a gate's list.
func sets(kind inbox.ActionKind) bool { return kind == inbox.ActHide || kind == inbox.ActDetach }

// gate is such a record. Fields that we do not know are kept.
type gate struct {
	record
	gateKind
	fields map[string]json.RawMessage
	listed []string
}

// readGate reads the gate at an address; an empty one when none is there.
func (c *Connector) readGate(ctx context.Context, uri atURI, kind gateKind) (gate, error) {
	rec, err := c.getRecord(ctx, uri)
	g := gate{record: rec, gateKind: kind, fields: map[string]json.RawMessage{}}
	if err != nil || !rec.there {
		return g, err
	}
	err = json.Unmarshal(rec.value, &g.fields)
	if list := g.fields[kind.list]; err == nil && len(list) > 0 {
		err = json.Unmarshal(list, &g.listed)
	}
	if err != nil {
		return g, fmt.Errorf("the post's %s cannot be read: %w", kind.collection, inbox.ErrConflict)
	}
	return g, nil
}

// with returns the record as it is to be, with an address on its list or not.
func (g gate) with(address, post, at string, on bool) (map[string]any, error) {
	out := map[string]any{"$type": g.collection, "post": post, "createdAt": at}
	for key, v := range g.fields {
		out[key] = v
	}
	listed := slices.DeleteFunc(slices.Clone(g.listed), func(s string) bool { return s == address })
	if on {
		listed = append(listed, address)
	}
	if len(listed) > g.most {
		return nil, fmt.Errorf("%d are on the list of this post, the network takes no more: %w", g.most, inbox.ErrUnsupported)
	}
	out[g.list] = append([]string{}, listed...)
	return out, nil
}

// hide hides an answer under a post of ours from others, or shows it again;
// or takes a post of ours out of a post that quotes it, or puts it back: the
// address goes onto the list of the post's gate. What another program changes
// there meanwhile is kept: the gate is replaced only as it was read.
func (c *Connector) hide(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	uri, own, err := c.gateOf(ctx, a)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	on, kind := sets(a.Kind), gateKindOf(a.Kind)
	if on {
		switch p, err := c.target(ctx, a.Target); {
		case errors.Is(err, errBlocked): // others still see it
		case err != nil:
			return inbox.Receipt{}, before(err)
		case a.Kind == inbox.ActHide && (p.reply == nil || p.root() != own):
			return inbox.Receipt{}, fmt.Errorf("it is no answer under this post: %w", inbox.ErrInvalid)
		case a.Kind == inbox.ActDetach && p.quotes != own:
			return inbox.Receipt{}, fmt.Errorf("it does not quote this post: %w", inbox.ErrInvalid)
		}
	}
	for range gateTries {
		g, err := c.readGate(ctx, uri, kind)
		if err != nil {
			return inbox.Receipt{}, before(err)
		}
		if slices.Contains(g.listed, a.Target) == on {
			return inbox.Receipt{Remote: a.Target}, nil
		}
		next, err := g.with(a.Target, own, stamp(sentAt(a)), on)
		if err != nil {
			return inbox.Receipt{}, err
		}
		if err = c.putGate(ctx, uri, g, next); !named(err, "InvalidSwap") {
			return inbox.Receipt{Remote: a.Target}, err
		}
	}
	return inbox.Receipt{}, &inbox.RetryError{Err: errors.New("another program changes the post's gate all the time")}
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

// gateOf is the address of the gate that an action changes, and of the post of
// ours that it stands beside: the first one of the conversation, or the one
// that is quoted.
func (c *Connector) gateOf(ctx context.Context, a inbox.Action) (uri atURI, own string, err error) {
	s, err := c.current(ctx)
	if err != nil {
		return atURI{}, "", err
	}
	kind := gateKindOf(a.Kind)
	own, _ = underOurs(a.Conversation)
	if kind.collection == quoteCollection {
		own = a.PostID
	}
	u, ok := parseURI(own)
	if !ok || u.DID != s.DID || u.Collection != postCollection || postDID(a.Target) == "" {
		return atURI{}, "", fmt.Errorf("not about a post of this account: %w", inbox.ErrInvalid)
	}
	return atURI{DID: u.DID, Collection: kind.collection, Key: u.Key}, own, nil
}

func (c *Connector) findHidden(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	uri, _, err := c.gateOf(ctx, a)
	if err != nil {
		return inbox.Receipt{}, false, err
	}
	g, err := c.readGate(ctx, uri, gateKindOf(a.Kind))
	if err != nil || slices.Contains(g.listed, a.Target) != sets(a.Kind) {
		return inbox.Receipt{}, false, err
	}
	return inbox.Receipt{Remote: a.Target}, true, nil
}
