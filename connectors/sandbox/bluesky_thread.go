package sandbox

import (
	"net/http"
	"slices"
)

// blocks reports whether the account blocks who wrote an item: then the
// network does not show it to the account.
func (c *bskyCall) blocks(it Item) bool {
	return !it.ByBrand() && c.b.world.Blocked(c.me.Account, it.Person)
}

// Shows reports whether people see an item in the network's app. The servers
// give out hidden answers too, with the thread's gate; apps leave out what the
// gate names, for all but the account itself.
func (b *Bluesky) Shows(uri string) bool {
	it, ok := b.lookup(uri)
	root, err := b.world.Item(it.Root)
	if !ok || err != nil || it.Deleted {
		return false
	}
	return !slices.Contains(readStated(b.Gate(b.uri(root))).Hidden, uri)
}

// shown is an item as a part of something, or the mark that it is gone or
// blocked. depth 0 gives a plain post; more a post of a thread with its
// answers.
func (c *bskyCall) shown(id ItemID, depth int) object {
	it, err := c.b.world.Item(id)
	uri := c.b.uri(it)
	switch {
	case err != nil || it.Deleted:
		return object{"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri, "notFound": true}
	case c.blocks(it):
		return object{
			"$type": "app.bsky.feed.defs#blockedPost", "uri": uri, "blocked": true,
			"author": object{"did": personDID(c.b.world.Person(it.Person))},
		}
	case depth > 0:
		return c.node(it, depth-1)
	}
	v := c.view(it)
	v["$type"] = "app.bsky.feed.defs#postView"
	return v
}

// node is an item of a thread with depth levels of answers below.
func (c *bskyCall) node(it Item, depth int) object {
	n := object{"$type": "app.bsky.feed.defs#threadViewPost", "post": c.view(it), "threadContext": object{}}
	if depth > 0 {
		replies := []object{}
		for _, a := range c.b.answers(it) {
			if !c.blocks(a) {
				replies = append(replies, c.node(a, depth-1))
			}
		}
		n["replies"] = replies
	}
	return n
}

func (c *bskyCall) getPostThread() (any, error) {
	depth, err := c.number("depth", 6, 0, 1000)
	if err != nil {
		return nil, err
	}
	height, err := c.number("parentHeight", 80, 0, 1000)
	if err != nil {
		return nil, err
	}
	uri := c.q.Get("uri")
	it, ok := c.b.lookup(uri)
	if !ok || it.Deleted {
		return nil, &xrpcError{http.StatusBadRequest, "NotFound", "Post not found: " + uri}
	}
	thread := c.shown(it.ID, depth+1)
	for n, id := thread, it.Parent; id != 0 && height > 0; height-- {
		parent := c.shown(id, 1)
		n["parent"] = parent
		above, err := c.b.world.Item(id)
		if err != nil || above.Deleted || c.blocks(above) {
			break
		}
		n, id = parent, above.Parent
	}
	out := object{"thread": thread}
	if root, err := c.b.world.Item(it.Root); err == nil {
		if gate := c.b.gateOf(root); gate != nil {
			out["threadgate"] = gate
		}
	}
	return out, nil
}
