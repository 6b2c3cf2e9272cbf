package mastodon

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// keeping is what is known of a server's way with idempotency keys.
type keeping int

const (
	keysUnknown keeping = iota
	keysKept
	keysIgnored
)

// keyed is a status that was posted with a key.
type keyed struct {
	key string
	id  remoteID
	at  time.Time
}

// genuine reports whether the server says that it is Mastodon itself, which
// documents its keys. All others must prove that they keep them.
func (in instance) genuine() bool {
	u, err := url.Parse(in.SourceURL)
	return err == nil && strings.EqualFold(u.Host, "github.com") && strings.TrimRight(u.Path, "/") == "/mastodon/mastodon"
}

// class is how sure a text is to be posted once. The caller holds the lock.
func (c *connector) class() inbox.Class {
	if c.keys == keysKept || c.keys == keysUnknown && c.server.genuine() {
		return inbox.ClassA
	}
	return inbox.ClassC
}

// keyHeader carries a key, unless the server is known to ignore it.
func (c *connector) keyHeader(key string) http.Header {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := http.Header{}
	if key != "" && c.keys != keysIgnored {
		h.Set("Idempotency-Key", key)
	}
	return h
}

// noteKey remembers what the next answer will be preceded by a proof with.
func (c *connector) noteKey(key string, id remoteID) {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if key != "" && c.keys == keysUnknown {
		c.posted = keyed{key, id, now}
	}
}

// proveKeys finds out, once, whether the server keeps keys: a text without
// content under the key of a status that is already there. Who keeps keys
// answers with that status; who does not refuses the text, and nothing is
// posted. Should a server take it all the same, it is seen by nobody and
// deleted at once.
func (c *connector) proveKeys(ctx context.Context) {
	now := c.now()
	c.mu.Lock()
	last := c.posted
	c.posted = keyed{}
	c.mu.Unlock()
	if last.id == "" || now.Sub(last.at) >= keyWindow/2 {
		return
	}
	res, err := c.write(ctx, scopeOf(inbox.ActReply), httpx.Request{
		Method: http.MethodPost, Path: "/api/v1/statuses", Header: http.Header{"Idempotency-Key": {last.key}},
		JSON: map[string]string{"status": "", "visibility": "direct"},
	})
	found := keysUnknown
	switch {
	case errors.Is(err, inbox.ErrInvalid):
		found = keysIgnored
	case err == nil:
		found = c.weigh(ctx, res.Body, last.id)
	}
	if found != keysUnknown {
		c.mu.Lock()
		c.keys = found
		c.mu.Unlock()
	}
}

// weigh looks whether an answer is the status that it should be.
func (c *connector) weigh(ctx context.Context, body []byte, want remoteID) keeping {
	s, err := readStatus(body)
	switch {
	case err != nil:
		return keysUnknown
	case s.ID == want:
		return keysKept
	}
	path := "/api/v1/statuses/" + string(s.ID)
	if _, err := c.write(ctx, scopeOf(inbox.ActReply), httpx.Request{Method: http.MethodDelete, Path: path, Bucket: "delete"}); err != nil {
		c.env.Log.Warn("delete an empty status", "account", c.setup.Account.ID, "error", err)
	}
	return keysIgnored
}
