package mastodon

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// maxComment is how long the words of a report may be, in code points (docs:
// methods/reports#post).
const maxComment = 1000

// relate blocks or mutes the author of a status, or lifts that.
func (c *connector) relate(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	who, err := c.authorOf(ctx, a)
	if err != nil {
		return inbox.Receipt{}, unsent(err)
	}
	path := "/api/v1/accounts/" + string(who)
	_, err = c.write(ctx, scopeOf(a.Kind), httpx.Request{Method: http.MethodPost, Path: path + "/" + string(a.Kind)})
	return inbox.Receipt{Remote: string(who)}, c.without(ctx, a.Kind, path, err)
}

// report tells the server's own moderators of a status. It is not forwarded to
// those of its author's server: who reports may not want to be named there.
func (c *connector) report(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	who, err := c.authorOf(ctx, a)
	if err != nil {
		return inbox.Receipt{}, unsent(err)
	}
	form := map[string]any{"account_id": string(who), "status_ids": []string{a.Target}, "comment": a.Text, "forward": false}
	if form["category"], form["rule_ids"], err = c.charge(a.Reason); err != nil {
		return inbox.Receipt{}, err
	}
	if n := utf8.RuneCountInString(a.Text); n > maxComment {
		return inbox.Receipt{}, fmt.Errorf("report: %d characters, the server takes %d: %w", n, maxComment, inbox.ErrInvalid)
	}
	res, err := c.write(ctx, scopeOf(a.Kind), httpx.Request{Method: http.MethodPost, Path: "/api/v1/reports", JSON: form})
	if err != nil {
		return inbox.Receipt{}, c.without(ctx, a.Kind, "/api/v1/accounts/"+string(who), err)
	}
	var made struct {
		ID remoteID `json:"id"`
	}
	if err := lenient(res.Body, &made); err != nil {
		return inbox.Receipt{}, res.Unreadable(err)
	}
	return inbox.Receipt{Remote: string(made.ID)}, nil
}

// charge is the category and the rules of a reason; "" is any other.
func (c *connector) charge(reason string) (category string, rules []string, err error) {
	if reason == "" {
		return "other", []string{}, nil
	}
	if !slices.Contains(c.Caps().Reasons, reason) {
		return "", nil, fmt.Errorf("report: the server has no such reason: %w", inbox.ErrInvalid)
	}
	if rule, ok := strings.CutPrefix(reason, broken+" "); ok {
		id, _, _ := strings.Cut(rule, ":")
		return broken, []string{id}, nil
	}
	return reason, []string{}, nil
}

// detach takes a post of ours out of a status that quotes it. It cannot be put
// back.
func (c *connector) detach(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	done := inbox.Receipt{Remote: a.Target}
	s, err := c.one(ctx, remoteID(a.Target))
	if err != nil {
		return inbox.Receipt{}, unsent(err)
	}
	own, quotes := s.quoted()
	switch {
	case s.Quote != nil && s.Quote.State == "revoked":
		return done, nil
	case !quotes || string(own.ID) != a.PostID:
		return inbox.Receipt{}, refusedBy(inbox.Problem{Code: inbox.CodeNotOurs, Detail: "detach: it does not quote that post"}, inbox.ErrUnsupported)
	}
	path := "/api/v1/statuses/" + a.PostID + "/quotes/" + a.Target + "/revoke"
	_, err = c.write(ctx, scopeOf(a.Kind), httpx.Request{Method: http.MethodPost, Path: path})
	return done, err
}

// without is the error of an act whose call was not found, or not allowed, by
// the server: where what it is about can be read, at a path, the server has no
// such act, and it is not offered again. Any other error is returned as it is.
func (c *connector) without(ctx context.Context, kind inbox.ActionKind, path string, err error) error {
	switch status := httpx.StatusOf(err); {
	case err == nil, status != http.StatusMethodNotAllowed && status != http.StatusNotImplemented && !errors.Is(err, inbox.ErrGone):
		return err
	case errors.Is(err, inbox.ErrGone):
		if _, missing := c.call(ctx, httpx.Request{Path: path}); missing != nil {
			return err
		}
	}
	c.mu.Lock()
	c.lacking[kind] = true
	if inverse, ok := kind.Inverse(); ok {
		c.lacking[inverse] = true
	}
	c.mu.Unlock()
	return refusedBy(inbox.Problem{Code: inbox.CodeUnsupported, Detail: "the server has no " + string(kind)}, inbox.ErrUnsupported)
}
