package wordpress

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

const (
	pageSize  = 100 // the most that the API gives
	smallPage = 10  // when the texts are so long that a page is too large
	// overlap is how many comments two pages share, so that a page can be seen
	// to begin where the last one ended.
	overlap = 10
	// maxTries bounds the calls for one page.
	maxTries = 20
)

// query is what is asked of the list of comments, by what the user may see.
func (u user) query() url.Values {
	q := url.Values{"orderby": {"id"}, "order": {"desc"}, "_fields": {commentFields}}
	switch u.role {
	case moderator:
		q.Set("context", "edit")
		q.Set("status", "any")
		q.Set("type", "all")
	case writer:
		q.Set("status", "any")
		q.Set("type", "all")
	}
	return q
}

// listed is one answer of the list of comments.
type listed struct {
	items []json.RawMessage
	total int // that there are, whatever part of them was asked for
}

// list asks for comments. When the answer is too large it asks for fewer.
func (c *connector) list(ctx context.Context, q url.Values, size int) (listed, error) {
	q.Set("per_page", strconv.Itoa(size))
	res, err := c.call(ctx, httpx.Request{Path: "/comments", Query: q})
	if errors.Is(err, httpx.ErrTooLarge) && size > smallPage {
		q.Set("per_page", strconv.Itoa(smallPage))
		res, err = c.call(ctx, httpx.Request{Path: "/comments", Query: q})
	}
	if err != nil {
		return listed{}, err
	}
	items, err := readList(res.Body)
	if err != nil {
		return listed{}, res.Unreadable(err)
	}
	total, err := strconv.Atoi(strings.TrimSpace(res.Header.Get("X-WP-Total")))
	if err != nil || total < len(items) {
		return listed{}, res.Unreadable(errors.New("it does not say how many comments there are"))
	}
	return listed{items, total}, nil
}

// segment is a stretch of the list of comments without a gap, from below an id
// downwards.
type segment struct {
	raw    []json.RawMessage
	from   int64 // what it is below
	low    int64 // the lowest id that is covered; 1 at the end of the list
	total  int
	opaque bool // some element has no id: what is missing cannot be told
}

// below reads the comments below an id, of those that are asked for. guess is how many the list may have
// from that id upwards: where a page begins is only known by offset, and what
// is deleted meanwhile moves it.
func (c *connector) below(ctx context.Context, ask func() url.Values, from int64, guess, size int) (segment, error) {
	offset := max(0, guess-overlap)
	blind := false // the page before held nothing that can be read
	for range maxTries {
		q := ask()
		if offset > 0 {
			q.Set("offset", strconv.Itoa(offset))
		}
		got, err := c.list(ctx, q, size)
		if err != nil {
			return segment{}, err
		}
		s := segment{raw: got.items, from: from, total: got.total}
		first := s.span()
		step := max(size-overlap, 1)
		ended := offset+size >= got.total
		switch {
		case first == 0 && offset > 0 && ended: // past the end, or nothing there can be read
			if blind {
				s.low = 1
				return s, nil
			}
			offset = max(0, min(offset, got.total)-step)
		case first != 0 && first < from && offset > 0 && !blind:
			offset = max(0, offset-step)
		case s.low >= from || first == 0 && !ended:
			offset, blind = offset+step, first == 0
		default:
			if ended {
				s.low = 1
			}
			return s, nil
		}
	}
	return segment{}, &inbox.RetryError{Err: errors.New("read comments: the list changes too fast")}
}

// span finds the first and the lowest id of a segment.
func (s *segment) span() (first int64) {
	for _, raw := range s.raw {
		id, ok := idOf(raw)
		if !ok {
			s.opaque = true
			continue
		}
		if first == 0 {
			first = id
		}
		if s.low == 0 || id < s.low {
			s.low = id
		}
	}
	return first
}

// vanished are those of the ids that are surely there no more: the blog counts
// exactly those others that it shows.
func (c *connector) vanished(ctx context.Context, me user, ids []int64) ([]int64, error) {
	var out []int64
	for len(ids) > 0 {
		part := ids[:min(len(ids), pageSize)]
		ids = ids[len(part):]
		there, total, err := c.these(ctx, me, part)
		if err != nil {
			return nil, err
		}
		if total != len(there) {
			continue // some exist and cannot be read
		}
		for _, id := range part {
			if _, ok := there[id]; !ok {
				out = append(out, id)
			}
		}
	}
	return out, nil
}

// these reads comments by their ids, at most a page of them, and tells how
// many of them exist.
func (c *connector) these(ctx context.Context, me user, ids []int64) (map[int64]json.RawMessage, int, error) {
	q := me.query()
	q.Set("include", joined(ids))
	got, err := c.list(ctx, q, pageSize)
	if err != nil {
		return nil, 0, err
	}
	out := map[int64]json.RawMessage{}
	for _, raw := range got.items {
		if id, ok := idOf(raw); ok {
			out[id] = raw
		}
	}
	return out, got.total, nil
}

func joined(ids []int64) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = number(id)
	}
	return strings.Join(words, ",")
}

// count asks how many comments have a status.
func (c *connector) count(ctx context.Context, me user, status string) (int, error) {
	q := me.query()
	q.Set("status", status)
	q.Set("_fields", "id")
	got, err := c.list(ctx, q, 1)
	return got.total, err
}

// one reads a comment.
func (c *connector) one(ctx context.Context, me user, id int64) (comment, error) {
	q := url.Values{"_fields": {commentFields}}
	if me.role == moderator {
		q.Set("context", "edit")
	}
	res, err := c.call(ctx, httpx.Request{Path: "/comments/" + number(id), Query: q})
	if err != nil {
		return comment{}, err
	}
	m, err := readComment(res.Body)
	if err == nil && m.ID != id {
		err = fmt.Errorf("it is comment %d", m.ID)
	}
	if err != nil {
		return comment{}, res.Unreadable(err)
	}
	return m, nil
}
