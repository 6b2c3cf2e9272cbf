package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"vigie/inbox"
)

const (
	// threadBudget is how many threads one fetch reads.
	threadBudget = 8
	// threadDepth is how many levels of answers are read of a thread; the
	// lexicon allows 1000.
	threadDepth = 10
	// maxThread is how many posts of one thread are looked at.
	maxThread = 1000
	// goneBudget is how many vanished posts one fetch asks about singly.
	goneBudget = 10
)

// ownPosts lists our newest posts: answers written elsewhere are given out,
// and a post whose number of replies changed has its thread read.
func (f *fetch) ownPosts(ctx context.Context) error {
	q := url.Values{"actor": {f.me}, "limit": {strconv.Itoa(ownPosts)}, "filter": {"posts_with_replies"}}
	var out struct {
		Feed []struct {
			Post   json.RawMessage `json:"post"`
			Reason json.RawMessage `json:"reason"` // a repost or a pin
		} `json:"feed"`
	}
	err := f.c.call(ctx, call{method: "app.bsky.feed.getAuthorFeed", query: q}, &out)
	if errors.Is(err, inbox.ErrInvalid) {
		return nil // "Profile not found": a new account is not shown at once
	}
	if err != nil {
		return err
	}
	var mine, answers []post
	for _, item := range out.Feed {
		p, ok := f.understand(item.Post)
		if !ok || len(item.Reason) > 0 || p.author.DID != f.me {
			continue
		}
		mine = append(mine, p)
		if p.reply != nil && p.at.UnixMilli() >= f.cur.Since && f.cur.find(knownID(p.uri)) < 0 {
			answers = append(answers, p)
		}
	}
	if err := f.give(ctx, answers); err != nil {
		return err
	}
	if err := f.vanished(ctx, mine, len(out.Feed) < ownPosts); err != nil {
		return err
	}
	return f.threads(ctx, mine)
}

// understand decodes a post of a list, or refuses it.
func (f *fetch) understand(raw json.RawMessage) (post, bool) {
	var v postView
	err := json.Unmarshal(raw, &v)
	var p post
	if err == nil {
		p, err = v.read()
	}
	if err != nil {
		f.refuse(raw, v.URI, f.now.UnixMilli(), err)
		return post{}, false
	}
	f.posts[p.uri.String()] = p
	f.c.learned.saw(p)
	return p, true
}

// threads reads the threads of those posts of ours that have other numbers of
// replies than when their thread was last read. What is over the budget is
// left for the next fetch.
func (f *fetch) threads(ctx context.Context, mine []post) error {
	before := map[string]int{}
	for _, o := range f.cur.Own {
		before[o.Key] = o.Replies
	}
	list := make([]own, 0, len(mine))
	budget := threadBudget
	var failed error
	for _, p := range mine {
		seen := before[p.uri.Key]
		switch now := p.counts.Replies; {
		case now == seen || failed != nil:
		case budget == 0:
			f.page.More = true
		default:
			budget--
			if failed = f.answersIn(ctx, p.uri.String()); failed == nil {
				seen = now
			}
		}
		list = append(list, own{Key: p.uri.Key, Replies: seen})
	}
	f.cur.Own = list
	return failed
}

// threadNode is a post with its answers. Posts that are gone or blocked have
// no post.
type threadNode struct {
	Post    json.RawMessage   `json:"post"`
	Parent  json.RawMessage   `json:"parent"`
	Replies []json.RawMessage `json:"replies"`

	NotFound bool `json:"notFound"`
	Blocked  bool `json:"blocked"`
}

// getThread reads a post with what is above and below it; ErrGone when it is
// no longer there.
func (c *Connector) getThread(ctx context.Context, uri string, depth, height int) (json.RawMessage, error) {
	q := url.Values{"uri": {uri}, "depth": {strconv.Itoa(depth)}, "parentHeight": {strconv.Itoa(height)}}
	var out struct {
		Thread json.RawMessage `json:"thread"`
	}
	err := c.call(ctx, call{method: "app.bsky.feed.getPostThread", query: q}, &out)
	return out.Thread, err
}

// answersIn gives out the answers below a post of ours that are not known.
func (f *fetch) answersIn(ctx context.Context, uri string) error {
	thread, err := f.c.getThread(ctx, uri, threadDepth, 0)
	if errors.Is(err, inbox.ErrGone) {
		return nil
	}
	if err != nil {
		return err
	}
	var fresh []post
	for _, p := range f.flatten(thread) {
		if p.at.UnixMilli() >= f.cur.Since && f.cur.find(knownID(p.uri)) < 0 && p.concerns(f.me) && !f.unwanted(p) {
			fresh = append(fresh, p)
		}
	}
	return f.give(ctx, fresh)
}

// flatten lists the posts of a thread below its first, each understood, and
// what is above it.
func (f *fetch) flatten(thread json.RawMessage) []post {
	var out []post
	todo := []json.RawMessage{thread}
	for n := 0; n < len(todo) && n < maxThread; n++ {
		var node threadNode
		if len(todo[n]) == 0 || json.Unmarshal(todo[n], &node) != nil || len(node.Post) == 0 {
			continue // gone, blocked, or of a kind that is not known
		}
		if p, ok := f.understand(node.Post); ok {
			out = append(out, p)
		}
		todo = append(append(todo, node.Parent), node.Replies...)
	}
	return out
}

// concerns reports whether a post belongs into the inbox: it is an answer
// under our post, an answer to us, or an answer of ours.
func (p post) concerns(me string) bool {
	return p.reply != nil &&
		(p.author.DID == me || postDID(p.reply.Root.URI) == me || postDID(p.reply.Parent.URI) == me)
}

// watchList is the newest known posts that are to be looked up again.
func (f *fetch) watchList() []known { return again(f.cur.Known, f.me, f.now, watched) }

// review looks known posts up again: changed ones are given out anew, gone
// ones are told.
func (f *fetch) review(ctx context.Context, watch []known) error {
	uris := make([]string, 0, len(watch))
	for _, k := range watch {
		uri, _ := k.uriOf()
		delete(f.posts, uri)
		uris = append(uris, uri)
	}
	if err := f.read(ctx, uris); err != nil {
		return err
	}
	var changed []post
	budget := goneBudget
	for i, k := range watch {
		p, there := f.posts[uris[i]]
		switch {
		case there && (p.print() != k.Print || f.hidden(p) != k.Hid || f.lost[p.under(f.me)]):
			changed = append(changed, p)
		case !there && budget > 0:
			budget--
			if err := f.whyLost(ctx, k, uris[i]); err != nil {
				return err
			}
		}
	}
	slices.SortFunc(changed, func(a, b post) int { return a.at.Compare(b.at) })
	return f.give(ctx, changed)
}

// whyLost finds out why a post is no longer shown, and tells what is gone.
func (f *fetch) whyLost(ctx context.Context, k known, uri string) error {
	print, err := f.c.whyNotThere(ctx, uri)
	if err != nil || print == "" {
		return err
	}
	k.Print = print
	if print == printGone {
		f.page.Deleted = append(f.page.Deleted, uri)
	} else {
		k.Asked = f.now.UnixMilli()
		f.c.learned.block(postDID(uri), true)
	}
	f.cur.remember(k)
	return nil
}

// whyNotThere says why a post is no longer shown: printGone when it is deleted
// or taken down, printHidden when a block hides it from us, "" when it is there
// again or that is not understood.
func (c *Connector) whyNotThere(ctx context.Context, uri string) (string, error) {
	thread, err := c.getThread(ctx, uri, 0, 0)
	var told threadNode
	switch {
	case errors.Is(err, inbox.ErrGone):
		return printGone, nil
	case err != nil:
		return "", err
	case json.Unmarshal(thread, &told) != nil || len(told.Post) > 0:
		return "", nil
	case told.NotFound:
		return printGone, nil
	}
	return printHidden, nil
}
