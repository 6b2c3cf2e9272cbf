package wordpress

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"vigie/connectors/blog"
	"vigie/connectors/httpx"
	"vigie/inbox"
)

// Find looks whether an action was done: an answer among the own comments
// below its target, by text and time; a state by reading it.
func (c *connector) Find(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	if a.FirstWire.IsZero() {
		return inbox.Receipt{}, false, nil
	}
	id, ok := readID(a.Target)
	if !ok {
		return inbox.Receipt{}, false, fmt.Errorf("find %s: the target is no id of a comment: %w", a.Kind, inbox.ErrInvalid)
	}
	if !caps(moderator).Can(a.Kind) {
		return inbox.Receipt{}, false, fmt.Errorf("find %s: %w", a.Kind, inbox.ErrUnsupported)
	}
	ctx = httpx.ForPerson(ctx)
	me, err := c.self(ctx)
	if err != nil {
		return inbox.Receipt{}, false, err
	}
	m, err := c.one(ctx, me, id)
	takes := a.Kind == inbox.ActDelete || a.Kind == inbox.ActRemove
	switch {
	case errors.Is(err, inbox.ErrGone):
		// Of an answer to a comment that is gone nothing is below it any more.
		if a.Kind == inbox.ActReply {
			return inbox.Receipt{}, false, &inbox.RetryError{Err: fmt.Errorf("look for an answer: what it answers is gone: %w", err)}
		}
		return inbox.Receipt{Remote: a.Target}, takes, nil
	case err != nil:
		return inbox.Receipt{}, false, err
	case a.Kind == inbox.ActReply:
		return c.findAnswer(ctx, a, me, m)
	}
	return inbox.Receipt{Remote: a.Target}, stands(a, m), nil
}

// findAnswer looks through the own comments below a comment. One that fits is
// the answer; two are ErrConflict. Who does not see held comments cannot be
// sure that there is none.
func (c *connector) findAnswer(ctx context.Context, a inbox.Action, me user, to comment) (inbox.Receipt, bool, error) {
	ask := func() url.Values {
		q := me.query()
		q.Set("post", number(to.Post))
		q.Set("parent", number(to.ID))
		if me.role != subscriber {
			q.Set("author", number(me.ID))
		}
		return q
	}
	var found []comment
	read, low := 0, int64(top)
	for n := 0; low > 1; n++ {
		if n == blog.FindPages {
			return inbox.Receipt{}, false, &inbox.RetryError{Err: errors.New("look for an own answer: too many newer ones")}
		}
		s, err := c.below(ctx, ask, low, read, pageSize)
		if err != nil {
			return inbox.Receipt{}, false, err
		}
		for _, raw := range s.raw {
			m, err := readComment(raw)
			if err != nil {
				return inbox.Receipt{}, false, &inbox.RetryError{Err: fmt.Errorf("look for an own answer: %w", err)}
			}
			read++
			if m.ID < low && m.Author == me.ID && !m.at.Before(a.FirstWire.Add(-blog.FindMargin)) && m.says(a.Text) {
				found = append(found, m)
			}
		}
		low = s.low
	}
	switch {
	case len(found) > 1:
		return inbox.Receipt{}, false, fmt.Errorf("%d own answers with this text: %w", len(found), inbox.ErrConflict)
	case len(found) == 1:
		return c.receipt(found[0]), true, nil
	case me.role == subscriber:
		return inbox.Receipt{}, false, &inbox.RetryError{Err: errors.New("look for an own answer: it may be held, which this user does not see")}
	}
	return inbox.Receipt{}, false, nil
}
