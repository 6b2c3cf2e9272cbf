package ghost

import (
	"context"
	"fmt"

	"vigie/inbox"
)

// maxThread bounds the pages of one conversation.
const maxThread = 50

// Context reads the whole of a conversation: the comment that it begins with,
// if that is still there, and all below it.
func (c *connector) Context(ctx context.Context, t inbox.Thread) (inbox.Page, error) {
	root := t.Remote
	if !isID(root) {
		return inbox.Page{}, fmt.Errorf("read a conversation: %q is no id of a comment: %w", root, inbox.ErrInvalid)
	}
	me, err := c.self(ctx)
	if err != nil {
		return inbox.Page{}, err
	}
	if err := c.meet(ctx); err != nil {
		return inbox.Page{}, err
	}
	first, err := c.list(ctx, "id:"+quote(root), byID, 1)
	if err != nil {
		return inbox.Page{}, err
	}
	p := &pass{me: me, cur: cursor{First: true, known: book{}}, found: map[string]comment{}}
	c.take(p, first.raw)
	filter := "parent_id:" + quote(root)
	for after, n := "", 0; n < maxThread; n++ {
		f := filter
		if after != "" {
			f += "+id:>" + quote(after)
		}
		l, err := c.list(ctx, f, oldest, pageSize)
		if err != nil {
			return inbox.Page{}, err
		}
		c.take(p, l.raw)
		high, _, _ := l.span()
		if l.whole || high <= after {
			break
		}
		after = high
	}
	c.deliver(p)
	return p.page, nil
}
