package wordpress

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"time"

	"vigie/connectors/blog"
	"vigie/connectors/httpx"
	"vigie/inbox"
)

// team are the users of the blog who write for it: what those say is said in
// its name. Whoever was told about stays what they are until it is told anew:
// another reading may look at them meanwhile.
type team struct {
	asked   time.Time
	told    map[int64]bool // since asked
	members map[int64]bool
}

// unknown lists those who commented as users of the blog and of whom it is not
// known whether they write for it. What was told an hour ago is asked again.
func (c *connector) unknown(me user, found []comment) []int64 {
	now := c.env.Clock.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Sub(c.team.asked) >= roleKept {
		c.team.asked, c.team.told = now, map[int64]bool{me.ID: true}
	}
	c.team.members[me.ID] = true
	var out []int64
	for _, m := range found {
		if m.Author > 0 && !c.team.told[m.Author] && !slices.Contains(out, m.Author) {
			out = append(out, m.Author)
		}
	}
	slices.Sort(out)
	return out
}

// meet asks which of those who commented write for the blog. Where it does not
// say, they are readers like any other.
func (c *connector) meet(ctx context.Context, me user, found []comment) error {
	for part := range slices.Chunk(c.unknown(me, found), pageSize) {
		q := url.Values{"include": {joined(part)}, "per_page": {strconv.Itoa(pageSize)}, "_fields": {"id,capabilities"}}
		switch {
		case me.Capabilities["list_users"]:
			q.Set("context", "edit") // their rights are told
		case me.Capabilities["edit_posts"]:
			q.Set("who", "authors") // those who may write, told to their like
		} // else: those who have published something
		res, err := c.call(ctx, httpx.Request{Path: "/users", Query: q})
		if err != nil && !left(err) && !errors.Is(err, inbox.ErrAuth) {
			return err
		}
		writes := map[int64]bool{}
		for _, id := range part {
			writes[id] = false
		}
		if err == nil {
			readTeam(res.Body, me, writes)
		}
		c.mu.Lock()
		for id, is := range writes {
			c.team.told[id], c.team.members[id] = true, is
		}
		c.mu.Unlock()
	}
	return nil
}

// readTeam marks those among the asked for who write for the blog, by a list of
// users. What is no such list, as a plug-in that keeps users secret answers,
// names nobody.
func readTeam(body []byte, me user, asked map[int64]bool) {
	list, err := readList(body)
	if err != nil {
		return
	}
	for _, raw := range list {
		var u user
		if blog.Lenient(raw, &u) != nil {
			continue
		}
		if _, ok := asked[u.ID]; ok {
			asked[u.ID] = !me.Capabilities["list_users"] || u.Capabilities["edit_posts"]
		}
	}
}

// ours reports whether a comment is by somebody who writes for the blog, as far
// as it was asked.
func (c *connector) ours(m comment) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return m.Author > 0 && c.team.members[m.Author]
}
