package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// profile is an account as it comes with what it wrote.
func (b *Bluesky) profile(did, handle, name string) object {
	b.mu.Lock()
	defer b.mu.Unlock()
	if changed, ok := b.names[did]; ok {
		name = changed
	}
	return object{"did": did, "handle": handle, "displayName": name, "labels": []object{}}
}

func (b *Bluesky) brandProfile(brand Brand) object {
	return b.profile(brandDID(brand), brandHandle(brand), brand.Name)
}

func (b *Bluesky) personProfile(p Person) object {
	return b.profile(personDID(p), blueskyHandle(p.Handle), p.Name)
}

// author is who wrote an item.
func (b *Bluesky) author(it Item) object {
	if it.ByBrand() {
		brand, _ := b.world.Brand(it.Account)
		return b.brandProfile(brand)
	}
	return b.personProfile(b.world.Person(it.Person))
}

func clockTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (b *Bluesky) strong(it Item) object {
	uri := b.uri(it)
	return object{"uri": uri, "cid": cid(uri + it.Text)}
}

// postRecord is an item as its author's program would have written it.
func (b *Bluesky) postRecord(it Item) object {
	r := object{"$type": postType, "text": it.Text, "createdAt": clockTime(it.At)}
	if it.Lang != "" {
		r["langs"] = []string{it.Lang}
	}
	if it.Bad {
		delete(r, "text")
	}
	if tags := b.marks(it).tags; len(tags) > 0 {
		r["tags"] = tags
	}
	m := b.marks(it)
	if m.quotes != 0 {
		if q, err := b.world.Item(m.quotes); err == nil {
			r["embed"] = object{"$type": "app.bsky.embed.record", "record": b.strong(q)}
		}
	}
	if len(m.images) > 0 {
		list := []object{}
		for _, im := range m.images {
			list = append(list, object{"image": im.Blob, "alt": *im.Alt, "aspectRatio": im.Ratio})
		}
		r["embed"] = object{"$type": "app.bsky.embed.images", "images": list}
	}
	if it.Kind == Public && it.Parent == 0 && !it.ByBrand() && m.quotes == 0 && !m.apart {
		brand, _ := b.world.Brand(it.Account)
		at := "@" + brandHandle(brand)
		r["text"] = at + " " + it.Text
		r["facets"] = []object{{
			"index":    object{"byteStart": 0, "byteEnd": len(at)},
			"features": []object{{"$type": "app.bsky.richtext.facet#mention", "did": brandDID(brand)}},
		}}
	}
	parent, err := b.world.Item(it.Parent)
	root, err2 := b.world.Item(it.Root)
	if err == nil && err2 == nil {
		r["reply"] = object{"root": b.strong(root), "parent": b.strong(parent)}
	}
	return r
}

// view is an item as the network shows it to the account.
func (c *bskyCall) view(it Item) object {
	v := c.b.view(it)
	author := maps.Clone(v["author"].(object))
	author["viewer"] = object{"muted": c.mutes(it), "blockedBy": false}
	v["author"] = author
	v["viewer"].(object)["threadMuted"] = c.b.left(it)
	return v
}

// view is an item as the network shows it.
func (b *Bluesky) view(it Item) object {
	ref, m := b.strong(it), b.marks(it)
	v := object{
		"uri": ref["uri"], "cid": ref["cid"], "author": b.author(it), "record": b.postRecord(it), "labels": b.labelViews(it, m),
		"indexedAt": clockTime(it.At), "likeCount": it.Likes, "repostCount": it.Reposts, "quoteCount": 0,
		"replyCount": len(b.answers(it)), "viewer": object{"threadMuted": false, "embeddingDisabled": false},
	}
	if it.Liked {
		v["likeCount"] = it.Likes + 1
	}
	if uri := b.recordAbout(likeType, "", ref["uri"].(string)); uri != "" {
		v["viewer"].(object)["like"] = uri
	}
	if gate := b.gateOf(it); gate != nil {
		v["threadgate"] = gate
	}
	if it.Image != "" {
		at := fmt.Sprintf("https://cdn.bsky.example/img/%d", it.ID)
		v["embed"] = object{"$type": "app.bsky.embed.images#view", "images": []object{
			{"thumb": at + "/small.jpg", "fullsize": at + "/full.jpg", "alt": it.Image},
		}}
	}
	if m.closed {
		v["viewer"].(object)["replyDisabled"] = true
	}
	switch {
	case m.quotes != 0:
		v["embed"] = b.quoteView(m)
	case len(m.images) > 0:
		v["embed"] = imageViews(strings.Split(b.uri(it), "/")[2], m.images)
	}
	if it.Bad {
		v["indexedAt"] = "tantôt"
	}
	return v
}

// answers are the direct answers to an item that are still there.
func (b *Bluesky) answers(it Item) []Item {
	return b.world.Items(it.Account, func(o Item) bool { return o.Parent == it.ID && !o.Deleted && o.Kind != Direct })
}

func (c *bskyCall) getProfile() (any, error) {
	actor := c.q.Get("actor")
	for _, brand := range c.b.world.Brands("bluesky") {
		if actor == brandDID(brand) || actor == brandHandle(brand) {
			p := c.b.brandProfile(brand)
			p["description"], p["followersCount"], p["followsCount"], p["postsCount"] = brand.Bio, 1204, 87, 412
			return p, nil
		}
	}
	person, ok := c.b.personByDID(actor)
	if !ok {
		return nil, invalidRequest("Profile not found")
	}
	p := c.b.personProfile(person)
	p["description"], p["followersCount"] = person.Bio, person.Followers
	viewer := object{"muted": c.mutes(Item{Account: c.me.Account, Person: person.ID}), "blockedBy": false}
	if uri := c.b.recordAbout(blockType, c.did, actor); uri != "" {
		viewer["blocking"] = uri
	}
	p["viewer"] = viewer
	return p, nil
}

func (c *bskyCall) getPosts() (any, error) {
	uris := c.q["uris"]
	if len(uris) == 0 || len(uris) > 25 {
		return nil, invalidRequest("Invalid app.bsky.feed.getPosts params: between 1 and 25 uris")
	}
	posts := []object{}
	for _, uri := range uris {
		if !strings.HasPrefix(uri, "at://did:") {
			return nil, invalidRequest("Invalid app.bsky.feed.getPosts params: Invalid at-uri (got %q)", uri)
		}
		if it, ok := c.b.lookup(uri); ok && !it.Deleted && !c.blocks(it) {
			posts = append(posts, c.view(it))
		}
	}
	return object{"posts": posts}, nil
}

// number reads a whole number of the query within its limits.
func (c *bskyCall) number(name string, fallback, low, high int) (int, error) {
	s := c.q.Get(name)
	if s == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		return 0, invalidRequest("%s must be between %d and %d", name, low, high)
	}
	return n, nil
}

// newest sorts items, newest first, and cuts the page behind the cursor.
func (c *bskyCall) newest(items []Item) ([]Item, string, error) {
	limit, err := c.number("limit", 50, 1, 100)
	if err != nil {
		return nil, "", err
	}
	slices.SortFunc(items, func(a, b Item) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
	if s := c.q.Get("cursor"); s != "" {
		var ms int64
		var id ItemID
		if _, err := fmt.Sscanf(s, "%d::%d", &ms, &id); err != nil {
			return nil, "", invalidRequest("Malformed cursor")
		}
		at := time.UnixMilli(ms)
		items = slices.DeleteFunc(items, func(it Item) bool {
			t := it.At.Truncate(time.Millisecond)
			return t.After(at) || t.Equal(at) && it.ID >= id
		})
	}
	if len(items) <= limit {
		return items, "", nil
	}
	last := items[limit-1]
	return items[:limit], fmt.Sprintf("%d::%d", last.At.UnixMilli(), last.ID), nil
}

func (c *bskyCall) listNotifications() (any, error) {
	wanted := c.q["reasons"]
	reasons := map[ItemID]string{}
	all := c.b.world.Items(c.me.Account, func(it Item) bool { return it.Kind != Direct && !it.Deleted && !it.ByBrand() })
	items := slices.DeleteFunc(all, func(it Item) bool {
		reasons[it.ID] = c.b.reason(it)
		return reasons[it.ID] == "" || c.blocks(it) || c.mutes(it) || c.b.left(it) || len(wanted) > 0 && !slices.Contains(wanted, reasons[it.ID])
	})
	items, cursor, err := c.newest(items)
	if err != nil {
		return nil, err
	}
	list := make([]object, 0, len(items))
	for _, it := range items {
		v := c.view(it)
		n := object{"reason": reasons[it.ID], "isRead": false}
		for _, key := range []string{"uri", "cid", "author", "record", "indexedAt", "labels"} {
			n[key] = v[key]
		}
		if parent, err := c.b.world.Item(it.Parent); err == nil {
			n["reasonSubject"] = c.b.uri(parent)
		}
		list = append(list, n)
	}
	out := object{"notifications": list, "priority": false}
	if cursor != "" {
		out["cursor"] = cursor
	}
	return out, nil
}

// reason is why an item makes a notification; "" when it makes none.
func (b *Bluesky) reason(it Item) string {
	b.mu.Lock()
	silent, quotes, apart := b.silent[it.ID], b.quotes[it.ID] != 0, b.apart[it.ID]
	b.mu.Unlock()
	switch {
	case silent:
		return ""
	case quotes:
		return "quote"
	case apart && it.Parent == 0:
		return ""
	}
	if it.Parent == 0 {
		return "mention"
	}
	for id := it.Parent; id != 0; {
		above, err := b.world.Item(id)
		if err != nil {
			return ""
		}
		if above.ByBrand() {
			return "reply"
		}
		id = above.Parent
	}
	return ""
}

func (c *bskyCall) getAuthorFeed() (any, error) {
	if actor := c.q.Get("actor"); actor != c.did && actor != brandHandle(c.me) {
		return nil, invalidRequest("Profile not found")
	}
	items, cursor, err := c.newest(c.b.world.Items(c.me.Account, func(it Item) bool {
		return it.ByBrand() && it.Kind != Direct && !it.Deleted
	}))
	if err != nil {
		return nil, err
	}
	feed := make([]object, 0, len(items))
	for _, it := range items {
		entry := object{"post": c.view(it)}
		if it.Parent != 0 {
			entry["reply"] = object{"root": c.shown(it.Root, 0), "parent": c.shown(it.Parent, 0)}
		}
		feed = append(feed, entry)
	}
	out := object{"feed": feed}
	if cursor != "" {
		out["cursor"] = cursor
	}
	return out, nil
}
