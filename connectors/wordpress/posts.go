package wordpress

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/connectors/htmltext"
	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/pattern"
)

// postsKept is how long a title is believed, and whether comments are open.
const postsKept = 10 * time.Minute

// post is what comments stand under: a post, a page, or what a plug-in adds.
type post struct {
	ID     int64  `json:"id"`
	Date   string `json:"date_gmt"`
	Link   string `json:"link"`
	Status string `json:"comment_status"`
	Title  struct {
		Rendered string `json:"rendered"`
	} `json:"title"`

	at   time.Time // parsed, UTC; zero: not told
	read time.Time
	// refused is when it took no answer; zero: never.
	refused time.Time
}

func (p post) title() string { return htmltext.Text(p.Title.Rendered) }

// kindOf finds what kind of thing a comment stands under, as its link says it:
// ".../wp/v2/posts/12" or, without pretty permalinks, "rest_route=/wp/v2/posts/12".
var kindOf = pattern.Lazy(`/wp/v2/([a-z0-9_-]{1,50})/[0-9]+$`)

// base is where the API has what a comment stands under.
func (m comment) base() string {
	for _, up := range m.Links.Up {
		href := up.Href
		if u, err := url.Parse(href); err == nil && u.Query().Get("rest_route") != "" {
			href = u.Query().Get("rest_route")
		}
		if found := kindOf().FindStringSubmatch(strings.TrimSuffix(href, "/")); found != nil {
			return found[1]
		}
	}
	return "posts"
}

// postsOf reads what comments stand under, in one call for each kind of thing,
// as far as it is not known from before.
func (c *connector) postsOf(ctx context.Context, found []comment) (map[int64]post, error) {
	out := map[int64]post{}
	wanted := map[string][]int64{}
	now := c.env.Clock.Now()
	c.mu.Lock()
	for _, m := range found {
		if p, ok := c.posts[m.Post]; ok && now.Sub(p.read) < postsKept {
			out[m.Post] = p
		} else if base := m.base(); m.Post > 0 && !slices.Contains(wanted[base], m.Post) {
			wanted[base] = append(wanted[base], m.Post)
		}
	}
	c.mu.Unlock()
	for _, base := range slices.Sorted(maps.Keys(wanted)) {
		for part := range slices.Chunk(wanted[base], pageSize) {
			if err := c.readPosts(ctx, base, part, out); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// readPosts reads posts of one kind. What is not published is asked for by
// itself; what the user may not read is left out.
func (c *connector) readPosts(ctx context.Context, base string, ids []int64, out map[int64]post) error {
	fields := "id,date_gmt,link,comment_status,title"
	res, err := c.call(ctx, httpx.Request{Path: "/" + base, Query: url.Values{
		"include": {joined(ids)}, "per_page": {strconv.Itoa(pageSize)}, "_fields": {fields},
	}})
	if err != nil && !left(err) {
		return err
	}
	var list []post
	if err == nil {
		if err := res.Decode(&list); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if slices.ContainsFunc(list, func(p post) bool { return p.ID == id }) {
			continue
		}
		one := post{ID: id}
		res, err := c.call(ctx, httpx.Request{Path: "/" + base + "/" + number(id), Query: url.Values{"_fields": {fields}}})
		switch {
		case err != nil && !left(err):
			return err
		case err == nil:
			if err := res.Decode(&one); err != nil {
				return err
			}
			one.ID = id
		}
		list = append(list, one)
	}
	for _, p := range list {
		out[p.ID] = c.keep(p)
	}
	return nil
}

// left reports whether a refusal is about the thing that was asked for.
func left(err error) bool {
	return errors.Is(err, inbox.ErrGone) || errors.Is(err, inbox.ErrUnsupported) || errors.Is(err, inbox.ErrInvalid) ||
		strings.HasPrefix(refusal(err), "rest_forbidden") || strings.HasPrefix(refusal(err), "rest_cannot_read")
}

// keep remembers a post.
func (c *connector) keep(p post) post {
	p.read = c.env.Clock.Now()
	if at, err := readTime(p.Date); err == nil {
		p.at = at
	}
	c.mu.Lock()
	c.posts[p.ID] = p
	c.mu.Unlock()
	return p
}

// shutKept is how long a post is believed to take no comments: nothing tells
// that it does again.
const shutKept = 6 * time.Hour

// shut reports whether a post is known to take no comments.
func (c *connector) shut(remote string) bool {
	id, ok := readID(remote)
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.posts[id]
	now := c.env.Clock.Now()
	return ok && p.Status == "closed" && min(now.Sub(p.read), now.Sub(p.refused)) < shutKept
}

// close notes that a post takes no comments.
func (c *connector) close(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.posts[id]
	p.ID, p.Status, p.refused = id, "closed", c.env.Clock.Now()
	c.posts[id] = p
}
