package ghost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

const (
	pageSize  = 100 // the most that Ghost 6 gives
	smallPage = 10  // when the texts are so long that a page is too large
)

// The orders that are asked for. Ties are broken by id, so that an order is one.
const (
	byID     = "id desc"
	byChange = "updated_at desc,id desc"
	oldest   = "id asc"
)

// listed is one answer of the list of comments: the answer to one query, hence
// without gaps within.
type listed struct {
	raw   []json.RawMessage
	total int  // that the filter lets pass, whatever part of them is in the answer
	whole bool // it is all of them
}

// list asks for comments, those that a filter (NQL) lets pass, in an order.
// When the answer is too large it asks for fewer.
func (c *connector) list(ctx context.Context, filter, order string, size int) (listed, error) {
	q := url.Values{"order": {order}, "limit": {strconv.Itoa(size)}}
	if filter != "" {
		q.Set("filter", filter)
	}
	res, err := c.call(ctx, httpx.Request{Path: "/comments/", Query: q})
	if errors.Is(err, httpx.ErrTooLarge) && size > smallPage {
		return c.list(ctx, filter, order, smallPage)
	}
	if errors.Is(err, inbox.ErrGone) {
		return listed{}, fmt.Errorf("the blog's Ghost lists no comments of the whole blog, as 6 does: %w: %w", err, inbox.ErrUnsupported)
	}
	if err != nil {
		return listed{}, err
	}
	var said struct {
		Comments []json.RawMessage `json:"comments"`
		Meta     struct {
			Pagination struct {
				Total *int `json:"total"`
			} `json:"pagination"`
		} `json:"meta"`
	}
	if err := res.Decode(&said); err != nil {
		return listed{}, err
	}
	total := said.Meta.Pagination.Total
	if total == nil || said.Comments == nil {
		return listed{}, res.Unreadable(errors.New("it is no list that says how many comments there are"))
	}
	return listed{said.Comments, *total, len(said.Comments) >= *total}, nil
}

// below is the filter of what is at or below an id; "" lets all pass.
func below(id string) string {
	if id == "" {
		return ""
	}
	return "id:<=" + quote(id)
}

// span finds the highest and the lowest id of an answer. opaque: some element
// has no id, so that what is missing cannot be told.
func (l listed) span() (high, low string, opaque bool) {
	for _, raw := range l.raw {
		id, ok := idOf(raw)
		if !ok {
			opaque = true
			continue
		}
		high = max(high, id)
		if low == "" || id < low {
			low = id
		}
	}
	return high, low, opaque
}

// vanished are those of the ids that are surely there no more: the blog counts
// exactly those others that it shows.
func (c *connector) vanished(ctx context.Context, ids []string) ([]string, error) {
	var out []string
	for part := range slices.Chunk(ids, pageSize) {
		got, err := c.list(ctx, "id:["+strings.Join(part, ",")+"]", byID, pageSize)
		if err != nil {
			return nil, err
		}
		there := map[string]bool{}
		for _, raw := range got.raw {
			if id, ok := idOf(raw); ok {
				there[id] = true
			}
		}
		if len(there) != got.total {
			continue // some exist and cannot be read
		}
		for _, id := range part {
			if !there[id] {
				out = append(out, id)
			}
		}
	}
	return out, nil
}

// one reads a comment. One that was deleted is gone.
func (c *connector) one(ctx context.Context, id string) (comment, error) {
	got, err := c.list(ctx, "id:"+quote(id), byID, 1)
	if err != nil {
		return comment{}, err
	}
	if len(got.raw) == 0 {
		return comment{}, fmt.Errorf("comment %s: %w", id, inbox.ErrGone)
	}
	m, err := readComment(got.raw[0])
	if err == nil && m.ID != id {
		err = fmt.Errorf("it is comment %s", m.ID)
	}
	if err != nil {
		return comment{}, &inbox.RetryError{Err: fmt.Errorf("read comment %s: %w", id, err)}
	}
	return m, nil
}
