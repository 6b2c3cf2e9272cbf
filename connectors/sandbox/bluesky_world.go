package sandbox

import (
	"slices"
	"strings"
)

// What happens in this network and in no other: quotes, labels, posts that
// concern nobody, threads whose author limits answers.

// Quote lets somebody quote a post of the account.
func (b *Bluesky) Quote(person int, post ItemID, text string) (Item, error) {
	own, err := b.world.Item(post)
	if err != nil {
		return Item{}, err
	}
	it, err := b.world.Write(Item{Account: own.Account, Kind: Public, Person: person, Text: text, Lang: own.Lang})
	if err != nil {
		return Item{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.quotes[it.ID] = post
	return it, nil
}

// Chat lets a person, or somebody new, write a post that does not name the
// account: what a search finds and nothing tells of. Tags are hashtags beside
// its text.
func (b *Bluesky) Chat(it Item, tags ...string) (Item, error) {
	it.Kind = Public
	if it.Person == 0 {
		it.Person = b.world.newcomer()
	}
	it, err := b.world.Write(it)
	if err != nil {
		return Item{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.apart[it.ID], b.tags[it.ID] = true, tags
	return it, nil
}

// Label gives an item labels, such as "porn" or "!warn".
func (b *Bluesky) Label(id ItemID, values ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.labels[id] = values
}

// Close lets the author of a thread's first post take no answers of the
// account, or take them again.
func (b *Bluesky) Close(root ItemID, on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed[root] = on
}

// Deaf takes the search away, as on a server that has none, or gives it back.
func (b *Bluesky) Deaf(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.deaf = on
}

// marks is what is known of an item besides what the world knows.
type bskyMarks struct {
	quotes        ItemID
	detached      bool
	apart, closed bool
	labels, tags  []string
	images        []bskyImage
}

func (b *Bluesky) marks(it Item) bskyMarks {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := bskyMarks{
		quotes: b.quotes[it.ID], detached: b.detached[it.ID], apart: b.apart[it.ID], closed: b.closed[it.Root],
		labels: slices.Clone(b.labels[it.ID]), images: b.images[it.ID], tags: b.tags[it.ID],
	}
	if it.Warning != "" {
		m.labels = append(m.labels, "!warn")
	}
	return m
}

// labelViews are labels as a view shows them.
func (b *Bluesky) labelViews(it Item, m bskyMarks) []object {
	list := []object{}
	uri := b.uri(it)
	for _, v := range m.labels {
		list = append(list, object{"src": strings.Split(uri, "/")[2], "uri": uri, "val": v, "cts": clockTime(it.At)})
	}
	return list
}

// quoteView is what an item's quote shows of the post.
func (b *Bluesky) quoteView(m bskyMarks) object {
	q, err := b.world.Item(m.quotes)
	uri := b.uri(q)
	v := object{"$type": "app.bsky.embed.record#viewRecord", "uri": uri}
	switch {
	case err != nil || q.Deleted:
		v["$type"], v["notFound"] = "app.bsky.embed.record#viewNotFound", true
	case m.detached:
		v["$type"], v["detached"] = "app.bsky.embed.record#viewDetached", true
	default:
		v["cid"], v["author"], v["value"], v["indexedAt"] = b.strong(q)["cid"], b.author(q), b.postRecord(q), clockTime(q.At)
	}
	return object{"$type": "app.bsky.embed.record#view", "record": v}
}

// searchPosts finds posts of people that have all words of q, or the tag.
func (c *bskyCall) searchPosts() (any, error) {
	c.b.mu.Lock()
	deaf := c.b.deaf
	c.b.mu.Unlock()
	if deaf {
		return nil, &xrpcError{501, "MethodNotImplemented", "Method Not Implemented"}
	}
	q, tag := strings.ToLower(strings.Trim(c.q.Get("q"), `"`)), c.q.Get("tag")
	if q == "" {
		return nil, &xrpcError{400, "BadQueryString", "q is empty"}
	}
	since := c.q.Get("since")
	all := c.b.world.Items(c.me.Account, func(it Item) bool {
		return it.Kind != Direct && !it.Deleted && clockTime(it.At) >= since
	})
	items, cursor, err := c.newest(slices.DeleteFunc(all, func(it Item) bool {
		has := strings.Contains(strings.ToLower(it.Text), q) || tag != "" && slices.Contains(c.b.marks(it).tags, tag)
		return !has || c.blocks(it)
	}))
	if err != nil {
		return nil, err
	}
	posts := []object{}
	for _, it := range items {
		posts = append(posts, c.view(it))
	}
	out := object{"posts": posts}
	if cursor != "" {
		out["cursor"] = cursor
	}
	return out, nil
}
