package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// recordOf is the address of the record that an action makes or takes away.
func recordOf(me string, a inbox.Action) atURI {
	switch a.Kind {
	case inbox.ActLike, inbox.ActUnlike:
		return atURI{DID: me, Collection: likeCollection, Key: stateTID(likeCollection, a.Target)}
	case inbox.ActBlock, inbox.ActUnblock:
		return atURI{DID: me, Collection: blockCollection, Key: stateTID(blockCollection, a.Author)}
	}
	return atURI{DID: me, Collection: postCollection, Key: actionTID(a)}
}

// createRecord makes the record of an action under the action's own key. A
// server answers with an internal error when the key is taken, so after any
// such answer the record is looked for; absent, it stays a doubt.
func (c *Connector) createRecord(ctx context.Context, a inbox.Action, record any) (inbox.Receipt, error) {
	s, err := c.current(ctx)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	uri := recordOf(s.DID, a)
	var out ref
	err = c.call(ctx, call{
		method: "com.atproto.repo.createRecord", write: true,
		input: map[string]any{"repo": s.DID, "collection": uri.Collection, "rkey": uri.Key, "record": record},
	}, &out)
	switch {
	case err == nil && out.URI == uri.String():
		return receipt(a, uri), nil
	case err == nil:
		return inbox.Receipt{}, &inbox.UncertainError{Err: errors.New("the server made the record elsewhere than asked")}
	case httpx.StatusOf(err) < http.StatusInternalServerError:
		return inbox.Receipt{}, err
	}
	r, found, look := c.findRecord(ctx, a)
	switch {
	case look == nil && found:
		return r, nil
	case errors.Is(look, inbox.ErrConflict):
		return inbox.Receipt{}, look
	}
	return inbox.Receipt{}, err
}

// receipt is what an action gets for the record it made.
func receipt(a inbox.Action, uri atURI) inbox.Receipt {
	r := inbox.Receipt{Remote: uri.String(), At: sentAt(a).UTC().Truncate(time.Millisecond)}
	if uri.Collection == postCollection {
		r.URL = postURL(uri)
	}
	return r
}

// findRecord looks for the record of an action under the action's own key.
func (c *Connector) findRecord(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	s, err := c.current(ctx)
	if err != nil {
		return inbox.Receipt{}, false, err
	}
	uri := recordOf(s.DID, a)
	rec, err := c.getRecord(ctx, uri)
	if err != nil || !rec.there {
		return inbox.Receipt{}, false, err
	}
	if !rec.is(a) {
		return inbox.Receipt{}, false, fmt.Errorf("another record has this key: %w", inbox.ErrConflict)
	}
	return receipt(a, uri), true, nil
}

// record is what a repository holds at an address.
type record struct {
	there bool
	cid   string
	value json.RawMessage
}

// is reports whether the record is what an action makes.
func (r record) is(a inbox.Action) bool {
	var v struct {
		Text    string          `json:"text"`
		Reply   replyRef        `json:"reply"`
		Subject json.RawMessage `json:"subject"`
	}
	if json.Unmarshal(r.value, &v) != nil {
		return false
	}
	switch a.Kind {
	case inbox.ActLike:
		var liked ref
		return json.Unmarshal(v.Subject, &liked) == nil && liked.URI == a.Target
	case inbox.ActBlock:
		var did string
		return json.Unmarshal(v.Subject, &did) == nil && did == a.Author
	}
	return v.Text == a.Text && v.Reply.Parent.URI == a.Target
}

// getRecord reads a record from our own repository; one that is not there is
// surely not there.
func (c *Connector) getRecord(ctx context.Context, uri atURI) (record, error) {
	q := url.Values{"repo": {uri.DID}, "collection": {uri.Collection}, "rkey": {uri.Key}}
	var out struct {
		CID   string          `json:"cid"`
		Value json.RawMessage `json:"value"`
	}
	err := c.call(ctx, call{method: "com.atproto.repo.getRecord", query: q}, &out)
	if named(err, "RecordNotFound") {
		return record{}, nil
	}
	if err != nil {
		return record{}, fmt.Errorf("look for the record: %w", err)
	}
	return record{there: true, cid: out.CID, value: out.Value}, nil
}

// deleteRecord takes a record out of our own repository. One that is gone
// already is as good as deleted.
func (c *Connector) deleteRecord(ctx context.Context, uri atURI) error {
	return c.call(ctx, call{
		method: "com.atproto.repo.deleteRecord", write: true,
		input: map[string]string{"repo": uri.DID, "collection": uri.Collection, "rkey": uri.Key},
	}, nil)
}

// ownPost reads the address of a post of this account.
func (c *Connector) ownPost(ctx context.Context, target string) (atURI, error) {
	s, err := c.current(ctx)
	if err != nil {
		return atURI{}, before(err)
	}
	uri, ok := parseURI(target)
	if !ok || uri.DID != s.DID || uri.Collection != postCollection {
		return atURI{}, fmt.Errorf("not a post of this account: %w", inbox.ErrInvalid)
	}
	return uri, nil
}

// remove deletes an own post.
func (c *Connector) remove(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	uri, err := c.ownPost(ctx, a.Target)
	if err == nil {
		err = c.deleteRecord(ctx, uri)
	}
	return inbox.Receipt{Remote: a.Target}, err
}

// findRemoved looks whether an own post is gone.
func (c *Connector) findRemoved(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	uri, err := c.ownPost(ctx, a.Target)
	if err != nil {
		return inbox.Receipt{}, false, err
	}
	rec, err := c.getRecord(ctx, uri)
	return inbox.Receipt{Remote: a.Target}, err == nil && !rec.there, err
}
