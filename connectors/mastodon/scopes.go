package mastodon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// scopeMedia is what a token must allow for files to go with answers.
const scopeMedia = "write:media"

// scopeOf is what a token must allow for an act (docs: api/oauth-scopes).
func scopeOf(kind inbox.ActionKind) string {
	switch kind {
	case inbox.ActLike, inbox.ActUnlike:
		return "write:favourites"
	case inbox.ActBlock, inbox.ActUnblock:
		return "write:blocks"
	case inbox.ActMute, inbox.ActUnmute, inbox.ActLeave, inbox.ActRejoin:
		return "write:mutes"
	case inbox.ActReport:
		return "write:reports"
	case inbox.ActRead:
		return "write:conversations"
	}
	return "write:statuses"
}

// grants is what a token allows: as the server says, if it does, and as it has
// refused.
type grants struct {
	token  string          // whose grants these are
	known  bool            // the server has said
	scopes []string        // that it allows at most
	denied map[string]bool // scopes that the server has refused
}

func (g grants) allow(scope string) bool {
	switch {
	case g.denied[scope]:
		return false
	case !g.known:
		return true
	}
	all, _, _ := strings.Cut(scope, ":")
	if slices.Contains(g.scopes, scope) || slices.Contains(g.scopes, all) {
		return true
	}
	// "follow" is what older servers call some of them
	return slices.Contains(g.scopes, "follow") && (scope == "write:blocks" || scope == "write:mutes")
}

// askGrants asks what the token allows. Few servers but Mastodon say it, and
// what the application may ask for is the most that its tokens can allow: so
// that what is not said is tried, and learned from the refusal.
func (c *connector) askGrants(ctx context.Context) error {
	g := grants{}
	for _, path := range []string{"/oauth/token/info", "/api/v1/apps/verify_credentials"} {
		res, err := c.call(ctx, httpx.Request{Path: path})
		var later *inbox.RetryError
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("ask what the token allows: %w", ctx.Err())
		case errors.As(err, &later):
			return err
		case err != nil:
			continue
		}
		if g.scopes = readScopes(res.Body); len(g.scopes) > 0 {
			g.known = true
			break
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if g.token = c.token.Reveal(); g.token == c.grants.token {
		g.denied = c.grants.denied
	}
	c.grants = g
	return nil
}

// readScopes reads the scopes of a token or an application: a list, or words
// in one string. What is neither says nothing: some servers answer everything
// with their start page.
func readScopes(body []byte) []string {
	var said struct{ Scope, Scopes json.RawMessage }
	if json.Unmarshal(body, &said) != nil {
		return nil
	}
	for _, raw := range []json.RawMessage{said.Scope, said.Scopes} {
		var list []string
		var line string
		switch {
		case json.Unmarshal(raw, &list) == nil:
		case json.Unmarshal(raw, &line) == nil:
			list = strings.Fields(line)
		}
		if len(list) > 0 {
			return list
		}
	}
	return nil
}

// outside reports whether the server refused a call because the token does not
// allow it, the sign-in itself being good.
func outside(err error) bool {
	return httpx.StatusOf(err) == http.StatusForbidden && errors.Is(err, inbox.ErrAuth)
}

// deny notes that the token does not allow a scope, and is the error that says
// so. Any other error is returned as it is.
func (c *connector) deny(scope string, err error) error {
	if !outside(err) {
		return err
	}
	c.mu.Lock()
	if c.grants.denied == nil {
		c.grants.denied = map[string]bool{}
	}
	c.grants.denied[scope] = true
	c.mu.Unlock()
	return refusedBy(inbox.Problem{Code: inbox.CodeScope, Detail: "the token does not allow " + scope}, inbox.ErrUnsupported)
}

// refusedBy is a problem for people that is also one of the kinds of errors.
func refusedBy(p inbox.Problem, kind error) error { return fmt.Errorf("%w (%w)", p, kind) }
