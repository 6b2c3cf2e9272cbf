package wordpress

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"vigie/inbox"
)

// maxLevel is how many answers to answers are climbed (core allows ten).
const maxLevel = 16

// roots finds the comments that the conversations of these begin with. What
// was collected keeps its conversation; a parent that cannot be read any more
// stands for the beginning.
func (c *connector) roots(ctx context.Context, me user, found []comment, known book) (map[int64]int64, error) {
	parent := map[int64]int64{}
	for _, m := range found {
		parent[m.ID] = m.Parent
	}
	for range maxLevel {
		missing := unread(parent, known)
		if len(missing) == 0 {
			break
		}
		for part := range slices.Chunk(missing, pageSize) {
			got, _, err := c.these(ctx, me, part)
			if err != nil {
				return nil, err
			}
			for _, id := range part {
				parent[id] = 0
				if m, err := readComment(got[id]); err == nil {
					parent[id] = m.Parent
				}
			}
		}
	}
	out := map[int64]int64{}
	for _, m := range found {
		out[m.ID] = rootOf(m.ID, parent, known)
	}
	return out, nil
}

// unread lists the parents of which nothing is known.
func unread(parent map[int64]int64, known book) []int64 {
	var out []int64
	for id, up := range parent {
		if _, old := known[id]; old || up == 0 {
			continue
		}
		if _, read := parent[up]; read || known[up].root != 0 || slices.Contains(out, up) {
			continue
		}
		out = append(out, up)
	}
	slices.Sort(out)
	return out
}

func rootOf(id int64, parent map[int64]int64, known book) int64 {
	for range maxLevel {
		if k, ok := known[id]; ok && k.state != refused {
			return k.root
		}
		up := parent[id]
		if up == 0 {
			return id
		}
		id = up
	}
	return id
}

// Context reads the whole of a conversation, level by level.
func (c *connector) Context(ctx context.Context, t inbox.Thread) (inbox.Page, error) {
	root, ok := readID(t.Remote)
	if !ok {
		return inbox.Page{}, fmt.Errorf("read a conversation: %q is no id of a comment: %w", t.Remote, inbox.ErrInvalid)
	}
	me, err := c.self(ctx)
	if err != nil {
		return inbox.Page{}, err
	}
	if err := c.unlock(); err != nil {
		return inbox.Page{}, err
	}
	first, _, err := c.these(ctx, me, []int64{root})
	if err != nil {
		return inbox.Page{}, err
	}
	p := &pass{me: me, cur: cursor{known: book{}}, found: map[int64]comment{}}
	p.readAll(slices.Collect(maps.Values(first)), everything)
	level := []int64{root}
	for range maxLevel {
		if level, err = c.answers(ctx, p, level); err != nil {
			return inbox.Page{}, err
		}
		if len(level) == 0 {
			break
		}
	}
	return c.conversation(ctx, p, root)
}

func everything(comment) bool { return true }

// answers reads what answers a level of a conversation, and returns the ids.
func (c *connector) answers(ctx context.Context, p *pass, level []int64) ([]int64, error) {
	var next []int64
	for part := range slices.Chunk(level, pageSize) {
		ask := func() url.Values {
			q := p.me.query()
			q.Set("parent", joined(part))
			return q
		}
		for low, n := int64(top), 0; low > 1; {
			s, err := c.below(ctx, ask, low, n, pageSize)
			if err != nil {
				return nil, err
			}
			p.readAll(s.raw, func(m comment) bool {
				if _, again := p.found[m.ID]; !again && m.ID < low {
					next = append(next, m.ID)
				}
				return true
			})
			low, n = s.low, len(next)
		}
	}
	return next, nil
}

// conversation makes messages of what was found of one.
func (c *connector) conversation(ctx context.Context, p *pass, root int64) (inbox.Page, error) {
	found := slices.SortedFunc(maps.Values(p.found), func(a, b comment) int { return cmp.Compare(a.ID, b.ID) })
	under, err := c.postsOf(ctx, found)
	if err != nil {
		return inbox.Page{}, err
	}
	if err := c.meet(ctx, p.me, found); err != nil {
		return inbox.Page{}, err
	}
	for _, m := range found {
		p.page.Messages = append(p.page.Messages, c.message(m, root, under[m.Post]))
	}
	return p.page, nil
}
