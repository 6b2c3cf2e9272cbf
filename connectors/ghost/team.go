package ghost

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// teamKept is how long it is believed who the blog's own people are.
const teamKept = time.Hour

// team are the members who are the blog's own people: staff cannot comment but
// as members, and are known by the same mail address.
type team struct {
	asked   time.Time
	members map[string]bool
}

// meet asks now and then who the blog's own people are. Addresses are compared
// and forgotten. Where the blog does not say, only the own member is of them.
func (c *connector) meet(ctx context.Context) error {
	now := c.env.Clock.Now()
	c.mu.Lock()
	fresh := !c.team.asked.IsZero() && now.Sub(c.team.asked) < teamKept
	c.mu.Unlock()
	if fresh {
		return nil
	}
	found := team{asked: now, members: map[string]bool{}}
	addresses, err := c.staff(ctx)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(addresses, pageSize) {
		list, _, err := c.registered(ctx, part)
		if err != nil {
			return err
		}
		for _, m := range list {
			found.members[m.ID] = true
		}
	}
	c.mu.Lock()
	c.team = found
	c.mu.Unlock()
	return nil
}

// registered lists the members with one of some mail addresses. Some databases
// find "é" for "e" as well: what is another address counts for nothing.
func (c *connector) registered(ctx context.Context, addresses []string) ([]member, *httpx.Response, error) {
	words := make([]string, len(addresses))
	for i, address := range addresses {
		words[i] = quote(address)
	}
	res, err := c.call(ctx, httpx.Request{Path: "/members/", Query: url.Values{
		"filter": {"email:[" + strings.Join(words, ",") + "]"}, "limit": {strconv.Itoa(pageSize)},
	}})
	if err != nil {
		return nil, nil, err
	}
	var said struct {
		Members []struct {
			member
			Email string `json:"email"`
		} `json:"members"`
	}
	if err := res.Decode(&said); err != nil {
		return nil, nil, err
	}
	var out []member
	for _, m := range said.Members {
		if slices.ContainsFunc(addresses, func(address string) bool { return lower(address) == lower(m.Email) }) {
			out = append(out, m.member)
		}
	}
	return out, res, nil
}

// lower is an address in small letters, those of ASCII: others that look alike
// stay apart.
func lower(address string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, address)
}

// staff lists the mail addresses of those who work on the blog; none where the
// key may not know.
func (c *connector) staff(ctx context.Context) ([]string, error) {
	var out []string
	for page := 1; ; {
		res, err := c.call(ctx, httpx.Request{Path: "/users/", Query: url.Values{
			"fields": {"email"}, "limit": {strconv.Itoa(pageSize)}, "page": {strconv.Itoa(page)},
		}})
		if errors.Is(err, inbox.ErrUnsupported) || errors.Is(err, inbox.ErrGone) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		var said struct {
			Users []struct {
				Email string `json:"email"`
			} `json:"users"`
			Meta struct {
				Pagination struct {
					Next int `json:"next"`
				} `json:"pagination"`
			} `json:"meta"`
		}
		if err := res.Decode(&said); err != nil {
			return nil, err
		}
		for _, u := range said.Users {
			if strings.Contains(u.Email, "@") {
				out = append(out, u.Email)
			}
		}
		if said.Meta.Pagination.Next <= page {
			return out, nil
		}
		page = said.Meta.Pagination.Next
	}
}

// ours reports whether a comment is by the own member, or by another of the
// blog's own people.
func (c *connector) ours(m comment, me member) bool {
	if m.by(me.ID) {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return m.Member != nil && c.team.members[m.Member.ID]
}
