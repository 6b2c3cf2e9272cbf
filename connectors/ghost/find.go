package ghost

import (
	"context"
	"errors"
	"fmt"

	"vigie/connectors/blog"
	"vigie/connectors/htmltext"
	"vigie/connectors/httpx"
	"vigie/inbox"
)

// Find looks whether an action was done: an answer among the own comments of
// its conversation, by text and time; a state by reading it.
func (c *connector) Find(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	if a.FirstWire.IsZero() {
		return inbox.Receipt{}, false, nil
	}
	if !caps().Can(a.Kind) {
		return inbox.Receipt{}, false, fmt.Errorf("find %s: %w", a.Kind, inbox.ErrUnsupported)
	}
	ctx = httpx.ForPerson(ctx)
	if a.Kind.OfAuthor() {
		who, err := c.memberBy(ctx, a.Author)
		return inbox.Receipt{Remote: a.Author}, err == nil && who.Commenting.Disabled == (a.Kind == inbox.ActBlock), err
	}
	m, me, err := c.target(ctx, a)
	gone := errors.Is(err, inbox.ErrGone)
	switch {
	case gone && a.Kind == inbox.ActReply && isID(a.Conversation):
		m = comment{ID: a.Target} // its answers stand where they are
		if a.Conversation != a.Target {
			m.Parent = a.Conversation
		}
		return c.findAnswer(ctx, a, me, m)
	case gone:
		return inbox.Receipt{Remote: a.Target}, statusFor(a.Kind) == deleted, nil
	case err != nil:
		return inbox.Receipt{}, false, err
	case a.Kind == inbox.ActReply:
		return c.findAnswer(ctx, a, me, m)
	}
	return inbox.Receipt{Remote: a.Target}, m.Status == statusFor(a.Kind), nil
}

// findAnswer looks through the member's comments in a conversation. One that
// fits is the answer; two are ErrConflict.
func (c *connector) findAnswer(ctx context.Context, a inbox.Action, me member, to comment) (inbox.Receipt, bool, error) {
	filter := "member_id:" + quote(me.ID) + "+parent_id:" + quote(to.root())
	var found []comment
	for low, n := "", 0; ; n++ {
		if n == blog.FindPages {
			return inbox.Receipt{}, false, &inbox.RetryError{Err: errors.New("look for an own answer: too many newer ones")}
		}
		f := filter
		if low != "" {
			f += "+id:<" + quote(low)
		}
		l, err := c.list(ctx, f, byID, pageSize)
		if err != nil {
			return inbox.Receipt{}, false, err
		}
		for _, raw := range l.raw {
			m, err := readComment(raw)
			if err != nil {
				return inbox.Receipt{}, false, &inbox.RetryError{Err: fmt.Errorf("look for an own answer: %w", err)}
			}
			low = m.ID
			if m.by(me.ID) && m.mayAnswer(to) && !m.at.Before(a.FirstWire.Add(-blog.FindMargin)) && blog.SameText(a.Text, htmltext.Text(m.HTML)) {
				found = append(found, m)
			}
		}
		if l.whole || len(l.raw) == 0 {
			break
		}
	}
	switch {
	case len(found) > 1:
		return inbox.Receipt{}, false, fmt.Errorf("%d own answers with this text: %w", len(found), inbox.ErrConflict)
	case len(found) == 1:
		return inbox.Receipt{Remote: found[0].ID, URL: found[0].url(), At: found[0].at}, true, nil
	}
	return inbox.Receipt{}, false, nil
}

// mayAnswer reports whether a comment of the same conversation can be an answer
// to another: the blog forgets what it answers when that was deleted first.
func (m comment) mayAnswer(to comment) bool {
	return m.answers() == to.ID || m.To == "" && to.Status == ""
}
