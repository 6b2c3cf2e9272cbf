package mastodon

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// Do carries out an action. A reply reads first what it answers: its
// visibility bounds that of the reply, and its author must be mentioned to be
// told of it.
func (c *connector) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	switch a.Kind {
	case inbox.ActReply, inbox.ActLike, inbox.ActDelete:
	default:
		return inbox.Receipt{}, fmt.Errorf("%s on %s: %w", a.Kind, c.setup.Account.Network, inbox.ErrUnsupported)
	}
	if !sound(a.Target) {
		return inbox.Receipt{}, fmt.Errorf("%s: the target is no id of a status: %w", a.Kind, inbox.ErrInvalid)
	}
	path := "/api/v1/statuses/" + a.Target
	switch a.Kind {
	case inbox.ActLike:
		return c.write(ctx, httpx.Request{Method: http.MethodPost, Path: path + "/favourite"}, a)
	case inbox.ActDelete:
		return c.write(ctx, httpx.Request{Method: http.MethodDelete, Path: path}, a)
	}
	me, err := c.self(ctx)
	if err != nil {
		return inbox.Receipt{}, unsent(err)
	}
	parent, err := c.one(ctx, remoteID(a.Target))
	if err != nil {
		return inbox.Receipt{}, unsent(err)
	}
	form := map[string]string{
		"status": addressed(a.Text, parent, me), "in_reply_to_id": a.Target, "visibility": narrower(a.Visibility, parent.Visibility),
	}
	if l := language(parent.Language); l != "" {
		form["language"] = l
	}
	r := httpx.Request{Method: http.MethodPost, Path: "/api/v1/statuses", JSON: form, Header: http.Header{}}
	if a.Key != "" {
		r.Header.Set("Idempotency-Key", a.Key)
	}
	return c.write(ctx, r, a)
}

// write sends what changes something and reads the receipt.
func (c *connector) write(ctx context.Context, r httpx.Request, a inbox.Action) (inbox.Receipt, error) {
	r.Write = true
	if _, err := c.authorization(ctx); err != nil {
		return inbox.Receipt{}, unsent(err)
	}
	res, err := c.call(ctx, r)
	if err != nil {
		return inbox.Receipt{}, err
	}
	if a.Kind != inbox.ActReply {
		return inbox.Receipt{Remote: a.Target}, nil
	}
	s, err := readStatus(res.Body)
	if err != nil {
		return inbox.Receipt{}, res.Unreadable(err)
	}
	return receipt(s), nil
}

func receipt(s status) inbox.Receipt {
	return inbox.Receipt{Remote: string(s.ID), URL: address(s), At: s.at}
}

// unsent is an error from before anything was written: surely not done.
func unsent(err error) error {
	var retry *inbox.RetryError
	var problem inbox.Problem
	if errors.As(err, &retry) || errors.As(err, &problem) {
		return err
	}
	for _, kind := range []error{inbox.ErrAuth, inbox.ErrGone, inbox.ErrUnsupported, inbox.ErrInvalid} {
		if errors.Is(err, kind) {
			return err
		}
	}
	return &inbox.RetryError{Err: err}
}

// addressed makes sure that a text mentions whom it answers: the author of
// the parent, or of an own parent those it was for.
func addressed(text string, parent status, me account) string {
	var missing []string
	add := func(acct string) {
		if acct != "" && acct != me.Acct && !mentions(text, acct) {
			missing = append(missing, "@"+acct)
		}
	}
	if parent.Account.ID != me.ID {
		add(parent.Account.Acct)
	} else {
		for _, m := range parent.Mentions {
			add(m.Acct)
		}
	}
	return strings.Join(append(missing, text), " ")
}

// mentions reports whether a text mentions an account as a word of its own.
func mentions(text, acct string) bool {
	text, name := strings.ToLower(text), "@"+strings.ToLower(acct)
	for {
		_, after, ok := strings.Cut(text, name)
		if !ok {
			return false
		}
		if after == "" || !strings.ContainsAny(after[:1], "abcdefghijklmnopqrstuvwxyz0123456789_@-") {
			return true
		}
		text = after
	}
}
