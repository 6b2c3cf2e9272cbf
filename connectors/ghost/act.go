package ghost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"vigie/connectors/blog"
	"vigie/connectors/httpx"
	"vigie/inbox"
)

// Do carries out an action. Each reads first what it is about: a state that is
// there is not set again, a deleted comment is not brought back by showing it,
// and only one of the blog's own
// people is deleted as one's own.
func (c *connector) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if cap := c.ThreadCaps(inbox.Thread{Kind: a.ThreadKind, PostID: a.PostID}).Acts[a.Kind]; !cap.OK {
		err := fmt.Errorf("%s: %w", a.Kind, inbox.ErrUnsupported)
		if cap.Why == inbox.CodeNoMember {
			err = fmt.Errorf("%w: %w", inbox.Problem{Code: cap.Why, Args: []string{"member"}}, err)
		}
		return inbox.Receipt{}, err
	}
	ctx = httpx.ForPerson(ctx)
	if a.Kind.OfAuthor() {
		return c.stop(ctx, a)
	}
	m, me, err := c.target(ctx, a)
	switch {
	case err != nil:
		return inbox.Receipt{}, unsent(err)
	case a.Kind == inbox.ActReply:
		return c.answer(ctx, a, me, m)
	case a.Kind.OfOwn():
		if err := c.meet(ctx); err != nil {
			return inbox.Receipt{}, unsent(err)
		}
		if !c.ours(m, me) {
			return inbox.Receipt{}, fmt.Errorf("%s: a member who is not of the blog's own people wrote comment %s: %w", a.Kind, m.ID, inbox.ErrInvalid)
		}
	}
	return c.set(ctx, a, m)
}

// target reads the comment that an action is about, and who acts.
func (c *connector) target(ctx context.Context, a inbox.Action) (comment, member, error) {
	if !isID(a.Target) {
		return comment{}, member{}, fmt.Errorf("%s: the target is no id of a comment: %w", a.Kind, inbox.ErrInvalid)
	}
	me, err := c.self(ctx)
	if err != nil {
		return comment{}, member{}, err
	}
	if me.ID == "" && (a.Kind == inbox.ActReply || a.Kind.OfOwn()) {
		return comment{}, member{}, fmt.Errorf("%w: %w", inbox.Problem{Code: inbox.CodeNoMember, Args: []string{"member"}}, inbox.ErrUnsupported)
	}
	m, err := c.one(ctx, a.Target)
	return m, me, err
}

// unsent is an error from before anything was written: surely not done.
func unsent(err error) error {
	var doubt *inbox.UncertainError
	if errors.As(err, &doubt) {
		return &inbox.RetryError{Err: doubt.Err}
	}
	return err
}

// answer posts a text under a comment, in the name of the member. Ghost knows
// one level of answers: what answers an answer stands beside it and names it.
func (c *connector) answer(ctx context.Context, a inbox.Action, me member, to comment) (inbox.Receipt, error) {
	body := map[string]string{"parent_id": to.root(), "member_id": me.ID, "html": toHTML(a.Text)}
	if to.Parent != "" {
		body["in_reply_to_id"] = to.ID
	}
	res, err := c.call(ctx, httpx.Request{
		Method: http.MethodPost, Path: "/comments/", Write: true,
		JSON: map[string]any{"comments": []any{body}},
	})
	if err != nil {
		return inbox.Receipt{}, c.learn(err, to.Post.ID)
	}
	m, err := onlyOne(res.Body)
	if err != nil {
		return inbox.Receipt{}, res.Unreadable(err)
	}
	return inbox.Receipt{Remote: m.ID, URL: blog.Address(to.Post.URL + "#ghost-comments-" + m.ID), At: m.at}, nil
}

// learn notes why an answer was refused, so that it is not offered again.
func (c *connector) learn(err error, post string) error {
	said := refusalOf(err)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case httpx.StatusOf(err) == http.StatusMethodNotAllowed && said.says("Comments are not enabled"):
		c.shut, c.asked = true, c.env.Clock.Now()
	case httpx.StatusOf(err) == http.StatusForbidden && said.says("permission to comment"):
		c.barred[post] = true
	case errors.Is(err, inbox.ErrGone) && !said.says("Comment could not be found"):
		c.me = member{} // or its post; asked for again
	}
	return err
}

// onlyOne reads the one comment of an answer.
func onlyOne(body []byte) (comment, error) {
	var said struct {
		Comments []json.RawMessage `json:"comments"`
	}
	if err := blog.Lenient(body, &said); err != nil || len(said.Comments) != 1 {
		return comment{}, errors.New("it is not one comment")
	}
	return readComment(said.Comments[0])
}

// set gives a comment the state that an action asks for, unless it has it.
func (c *connector) set(ctx context.Context, a inbox.Action, m comment) (inbox.Receipt, error) {
	r := inbox.Receipt{Remote: a.Target}
	status := statusFor(a.Kind)
	if m.Status == status {
		return r, nil
	}
	_, err := c.call(ctx, httpx.Request{
		Method: http.MethodPut, Path: "/comments/" + m.ID + "/", Write: true,
		JSON: map[string]any{"comments": []any{map[string]string{"id": m.ID, "status": status}}},
	})
	return r, err
}

// statusFor is the state that an act asks for.
func statusFor(kind inbox.ActionKind) string {
	switch kind {
	case inbox.ActHide:
		return hidden
	case inbox.ActUnhide:
		return published
	}
	return deleted
}

// reason is what the blog keeps of why somebody may not comment; it asks for
// words, which its own people read.
const reason = "vigie"

// stop takes a member's right to comment, or gives it back.
func (c *connector) stop(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if !isID(a.Author) {
		return inbox.Receipt{}, fmt.Errorf("%s: the author is no member any more: %w", a.Kind, inbox.ErrGone)
	}
	me, err := c.self(ctx)
	if err != nil {
		return inbox.Receipt{}, unsent(err)
	}
	if a.Author == me.ID {
		return inbox.Receipt{}, fmt.Errorf("%s: it is the member that answers here: %w", a.Kind, inbox.ErrInvalid)
	}
	who, err := c.memberBy(ctx, a.Author)
	if err != nil {
		return inbox.Receipt{}, unsent(err)
	}
	on := a.Kind == inbox.ActBlock
	if who.Commenting.Disabled == on {
		return inbox.Receipt{Remote: a.Author}, nil
	}
	call := httpx.Request{Method: http.MethodPost, Path: "/members/" + a.Author + "/commenting/enable/", Write: true}
	if on {
		call.Path = "/members/" + a.Author + "/commenting/disable/"
		call.JSON = map[string]string{"reason": reason}
	}
	_, err = c.call(ctx, call)
	if s := httpx.StatusOf(err); s == http.StatusNotAcceptable || s == http.StatusNotFound && !refusalOf(err).says("Member not found") {
		c.mu.Lock()
		c.noStop = true // an early Ghost 6
		c.mu.Unlock()
		return inbox.Receipt{}, fmt.Errorf("this Ghost cannot stop a member: %w: %w", err, inbox.ErrUnsupported)
	}
	if err != nil {
		return inbox.Receipt{}, err
	}
	return inbox.Receipt{Remote: a.Author}, nil
}

// memberBy reads a member.
func (c *connector) memberBy(ctx context.Context, id string) (member, error) {
	res, err := c.call(ctx, httpx.Request{Path: "/members/", Query: url.Values{"filter": {"id:" + quote(id)}, "limit": {"1"}}})
	if err != nil {
		return member{}, err
	}
	var said struct {
		Members []member `json:"members"`
	}
	if err := res.Decode(&said); err != nil {
		return member{}, err
	}
	if len(said.Members) == 0 {
		return member{}, fmt.Errorf("member %s: %w", id, inbox.ErrGone)
	}
	return said.Members[0], nil
}
