package wordpress

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"vigie/connectors/blog"
	"vigie/connectors/httpx"
	"vigie/inbox"
)

// Do carries out an action. Each reads first what it is about: an answer needs
// its post, a state that is there is not set again, and only a comment of the
// blog's own people is edited or deleted as one's own.
func (c *connector) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if !c.ThreadCaps(inbox.Thread{Kind: a.ThreadKind}).Can(a.Kind) {
		return inbox.Receipt{}, fmt.Errorf("%s under a %s: %w", a.Kind, a.ThreadKind, inbox.ErrUnsupported)
	}
	id, ok := readID(a.Target)
	if !ok {
		return inbox.Receipt{}, fmt.Errorf("%s: the target is no id of a comment: %w", a.Kind, inbox.ErrInvalid)
	}
	ctx = httpx.ForPerson(ctx)
	me, err := c.self(ctx)
	if err != nil {
		return inbox.Receipt{}, unsent(err)
	}
	if !caps(me.role).Can(a.Kind) {
		return inbox.Receipt{}, fmt.Errorf("%s: user %s may not moderate: %w", a.Kind, me.Slug, inbox.ErrUnsupported)
	}
	m, err := c.one(ctx, me, id)
	if err != nil {
		return inbox.Receipt{}, unsent(err)
	}
	switch {
	case a.Kind == inbox.ActReply:
		return c.answer(ctx, a, me, m)
	case a.Kind.OfOwn():
		if err := c.meet(ctx, me, []comment{m}); err != nil {
			return inbox.Receipt{}, unsent(err)
		}
		if !c.ours(m) {
			return inbox.Receipt{}, fmt.Errorf("%s: comment %d is by nobody who writes for the blog: %w", a.Kind, id, inbox.ErrInvalid)
		}
	}
	return c.set(ctx, a, me, m)
}

// answer posts a text under a comment.
func (c *connector) answer(ctx context.Context, a inbox.Action, me user, to comment) (inbox.Receipt, error) {
	if s := to.state(); s == spam || s == binned {
		return inbox.Receipt{}, closed(fmt.Errorf("reply: the comment is %s: %w", to.Status, inbox.ErrInvalid))
	}
	res, err := c.call(ctx, httpx.Request{
		Method: http.MethodPost, Path: "/comments", Query: me.fields(), Write: true,
		JSON: map[string]any{"post": to.Post, "parent": to.ID, "content": toRaw(a.Text)},
	})
	switch refusal(err) {
	case "":
	case "comment_duplicate":
		return c.duplicate(ctx, a, me, to, err)
	case "comment_flood":
		return inbox.Receipt{}, &inbox.RetryError{Err: fmt.Errorf("the blog takes answers more slowly: %w", err)}
	case "rest_comment_closed":
		c.close(to.Post)
		return inbox.Receipt{}, closed(fmt.Errorf("the post takes no comments any more: %w: %w", err, inbox.ErrUnsupported))
	case "rest_comment_draft_post", "rest_comment_trash_post":
		return inbox.Receipt{}, closed(fmt.Errorf("the post is not published: %w: %w", err, inbox.ErrUnsupported))
	}
	if err != nil {
		return inbox.Receipt{}, err
	}
	m, err := readComment(res.Body)
	if err != nil {
		return inbox.Receipt{}, res.Unreadable(err)
	}
	return c.receipt(m), nil
}

// closed says of a refusal that no answer can be given there, whatever its words.
func closed(err error) error {
	return fmt.Errorf("%w: %w", inbox.Problem{Code: inbox.CodeClosed, Detail: err.Error()}, err)
}

// duplicate settles that the blog has the same words already: those of an
// earlier attempt, when they are from the time of the sending.
func (c *connector) duplicate(ctx context.Context, a inbox.Action, me user, to comment, refusal error) (inbox.Receipt, error) {
	found, sure, err := c.findAnswer(ctx, a, me, to)
	switch {
	case err != nil && !errors.Is(err, inbox.ErrConflict):
		return inbox.Receipt{}, unsent(err)
	case err == nil && sure:
		return found, nil
	}
	return inbox.Receipt{}, fmt.Errorf("the same words stand there already: %w", refusal)
}

// receipt is what the blog gave for a text.
func (c *connector) receipt(m comment) inbox.Receipt {
	r := inbox.Receipt{Remote: number(m.ID), URL: blog.Address(m.Link), At: m.at}
	if m.status() != "" {
		r.URL = c.adminURL(m.ID)
	}
	return r
}

// fields asks for the fields of one comment that are used.
func (u user) fields() url.Values {
	q := url.Values{"_fields": {commentFields}}
	if u.role == moderator {
		q.Set("context", "edit")
	}
	return q
}

// set gives a comment the state that an action asks for, unless it has it.
func (c *connector) set(ctx context.Context, a inbox.Action, me user, m comment) (inbox.Receipt, error) {
	r := inbox.Receipt{Remote: a.Target}
	if stands(a, m) {
		return r, nil
	}
	call := httpx.Request{Method: http.MethodPost, Path: "/comments/" + number(m.ID), Query: me.fields(), Write: true}
	switch a.Kind {
	case inbox.ActEdit:
		if strings.TrimSpace(a.Text) == "" {
			return inbox.Receipt{}, fmt.Errorf("edit: the text is empty: %w", inbox.ErrInvalid)
		}
		call.JSON = map[string]any{"content": toRaw(a.Text)}
	case inbox.ActTrash: // never by status=trash, which destroys where there is no bin
		call.Method = http.MethodDelete
	case inbox.ActDelete, inbox.ActRemove:
		call.Method = http.MethodDelete
		call.Query = url.Values{"force": {"true"}, "_fields": {"deleted"}}
	default:
		call.JSON = map[string]any{"status": statusWord(a.Kind)}
	}
	_, err := c.call(ctx, call)
	switch refusal(err) {
	case "rest_trash_not_supported":
		c.mu.Lock()
		c.noBin = true
		c.mu.Unlock()
		return inbox.Receipt{}, fmt.Errorf("the blog has no bin: %w: %w", err, inbox.ErrUnsupported)
	case "rest_already_trashed":
		return r, nil
	}
	if err != nil {
		return inbox.Receipt{}, err
	}
	return r, nil
}

// statusWord is what the API calls an act by.
func statusWord(kind inbox.ActionKind) string {
	switch kind {
	case inbox.ActApprove:
		return "approved"
	case inbox.ActHold:
		return "hold"
	case inbox.ActSpam:
		return "spam"
	case inbox.ActUnspam:
		return "unspam"
	}
	return "untrash"
}

// stands reports whether a comment that is there has what an action asks for.
func stands(a inbox.Action, m comment) bool {
	switch a.Kind {
	case inbox.ActEdit:
		return m.says(a.Text)
	case inbox.ActApprove:
		return m.state() == approved
	case inbox.ActHold:
		return m.state() == held
	case inbox.ActSpam:
		return m.state() == spam
	case inbox.ActUnspam:
		return m.state() != spam
	case inbox.ActTrash:
		return m.state() == binned
	case inbox.ActRestore:
		return m.state() != binned
	}
	return false
}

// unsent is an error from before anything was written: surely not done.
func unsent(err error) error {
	var retry *inbox.RetryError
	var problem inbox.Problem
	if errors.As(err, &retry) || errors.As(err, &problem) || final(err) {
		return err
	}
	return &inbox.RetryError{Err: err}
}
