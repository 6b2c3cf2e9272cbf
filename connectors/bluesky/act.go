package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// How long a text may be (lexicons app.bsky.feed.post and
// chat.bsky.convo.defs#messageInput): graphemes and bytes of UTF-8.
const (
	maxPost         = 300
	maxPostBytes    = 3000
	maxMessage      = 1000
	maxMessageBytes = 10000
)

// Do carries out one action. What a reply or a like makes has a record key of
// the action's own, so that the same action cannot make two.
func (c *Connector) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	var do func(context.Context, inbox.Action) (inbox.Receipt, error)
	direct := a.ThreadKind == inbox.KindDM
	switch {
	case a.Kind == inbox.ActReply && direct:
		do = c.sendMessage
	case a.Kind == inbox.ActReply:
		do = c.reply
	case a.Kind == inbox.ActLike && !direct:
		do = c.like
	case a.Kind == inbox.ActDelete && !direct:
		do = c.remove
	default:
		return inbox.Receipt{}, fmt.Errorf("%s: %w", a.Kind, inbox.ErrUnsupported)
	}
	r, err := do(ctx, a)
	if err != nil {
		return inbox.Receipt{}, fmt.Errorf("%s: %w", a.Kind, err)
	}
	return r, nil
}

// before is the error of a read that a write needs first: nothing was done,
// whatever went wrong.
func before(err error) error {
	var retry *inbox.RetryError
	for _, kind := range []error{inbox.ErrAuth, inbox.ErrGone, inbox.ErrInvalid, inbox.ErrUnsupported} {
		if errors.Is(err, kind) {
			return err
		}
	}
	if err == nil || errors.As(err, &retry) {
		return err
	}
	return &inbox.RetryError{Err: err}
}

// tooLong checks a text against the network's two limits, and that it is text.
func tooLong(s string, graphemes, bytes int) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("the text is not UTF-8: %w", inbox.ErrInvalid)
	}
	if n := uniseg.GraphemeClusterCount(s); n > graphemes || len(s) > bytes {
		return fmt.Errorf("the text has %d graphemes and %d bytes, at most %d and %d are taken: %w",
			n, len(s), graphemes, bytes, inbox.ErrInvalid)
	}
	return nil
}

// outPost is a reply as a record.
type outPost struct {
	Type      string   `json:"$type"`
	Text      string   `json:"text"`
	Facets    []facet  `json:"facets,omitempty"`
	Reply     replyRef `json:"reply"`
	Langs     []string `json:"langs,omitempty"`
	CreatedAt string   `json:"createdAt"`
}

func (c *Connector) reply(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if err := tooLong(a.Text, maxPost, maxPostBytes); err != nil {
		return inbox.Receipt{}, err
	}
	parent, err := c.target(ctx, a.Target)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	if parent.closed {
		return inbox.Receipt{}, fmt.Errorf("its author does not let us answer: %w", inbox.ErrUnsupported)
	}
	facets, err := facetsOf(ctx, a.Text, c.resolve)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	here := ref{URI: parent.uri.String(), CID: parent.cid}
	record := outPost{
		Type: postCollection, Text: a.Text, Facets: facets,
		Reply: replyRef{Root: here, Parent: here}, CreatedAt: stamp(sentAt(a)),
	}
	if parent.reply != nil {
		record.Reply.Root = parent.reply.Root
	}
	if parent.lang != "" {
		record.Langs = []string{parent.lang} // answered in the language of the question
	}
	return c.createRecord(ctx, a, postCollection, record)
}

// sentAt is when an action first left, which a repetition does not change.
func sentAt(a inbox.Action) time.Time {
	if a.FirstWire.IsZero() {
		return a.CreatedAt
	}
	return a.FirstWire
}

// target reads the post that an action is about, as it is now.
func (c *Connector) target(ctx context.Context, uri string) (post, error) {
	if postDID(uri) == "" {
		return post{}, fmt.Errorf("the target is no post: %w", inbox.ErrInvalid)
	}
	views, err := c.getPosts(ctx, []string{uri})
	if err != nil {
		return post{}, fmt.Errorf("read the target: %w", err)
	}
	if len(views) == 0 {
		return post{}, fmt.Errorf("read the target: %w", inbox.ErrGone)
	}
	p, err := views[0].read()
	if err != nil {
		return post{}, fmt.Errorf("read the target: %w: %w", err, inbox.ErrInvalid)
	}
	return p, nil
}

// resolve finds the DID of a handle; "" when nobody has it.
func (c *Connector) resolve(ctx context.Context, handle string) (string, error) {
	var out struct {
		DID string `json:"did"`
	}
	err := c.call(ctx, call{method: "com.atproto.identity.resolveHandle", query: url.Values{"handle": {handle}}}, &out)
	switch {
	case errors.Is(err, inbox.ErrGone), errors.Is(err, inbox.ErrInvalid):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("look up a mentioned handle: %w", err)
	case !validDID(out.DID):
		return "", nil
	}
	return out.DID, nil
}

// outLike is a like as a record.
type outLike struct {
	Type      string `json:"$type"`
	Subject   ref    `json:"subject"`
	CreatedAt string `json:"createdAt"`
}

func (c *Connector) like(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	p, err := c.target(ctx, a.Target)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	if p.liked != "" {
		return inbox.Receipt{Remote: p.liked, URL: postURL(p.uri)}, nil
	}
	return c.createRecord(ctx, a, likeCollection, outLike{
		Type: likeCollection, Subject: ref{URI: p.uri.String(), CID: p.cid}, CreatedAt: stamp(sentAt(a)),
	})
}

// createRecord makes the record of an action under the action's own key. A
// server answers with an internal error when the key is taken, so after any
// such answer the record is looked for; absent, it stays a doubt.
func (c *Connector) createRecord(ctx context.Context, a inbox.Action, collection string, record any) (inbox.Receipt, error) {
	s, err := c.current(ctx)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	uri := atURI{DID: s.DID, Collection: collection, Key: actionTID(a)}
	var out ref
	err = c.call(ctx, call{
		method: "com.atproto.repo.createRecord", write: true,
		input: map[string]any{"repo": s.DID, "collection": collection, "rkey": uri.Key, "record": record},
	}, &out)
	switch {
	case err == nil && out.URI == uri.String():
		return receipt(a, uri), nil
	case err == nil:
		return inbox.Receipt{}, &inbox.UncertainError{Err: errors.New("the server made the record elsewhere than asked")}
	case httpx.StatusOf(err) < http.StatusInternalServerError:
		return inbox.Receipt{}, err
	}
	r, found, look := c.Find(ctx, a)
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

// remove deletes an own post. One that is gone already is as good as deleted.
func (c *Connector) remove(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	s, err := c.current(ctx)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	uri, ok := parseURI(a.Target)
	if !ok || uri.DID != s.DID || uri.Collection != postCollection {
		return inbox.Receipt{}, fmt.Errorf("not a post of this account: %w", inbox.ErrInvalid)
	}
	err = c.call(ctx, call{
		method: "com.atproto.repo.deleteRecord", write: true,
		input: map[string]string{"repo": s.DID, "collection": uri.Collection, "rkey": uri.Key},
	}, nil)
	return inbox.Receipt{Remote: a.Target}, err
}

// Find looks whether an action was done: a reply or like by its record key, a
// deletion by what is left, a direct message by its text. A record under the
// action's key that is not the action's is ErrConflict.
func (c *Connector) Find(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	s, err := c.current(ctx)
	if err != nil {
		return inbox.Receipt{}, false, fmt.Errorf("find: %w", err)
	}
	direct := a.ThreadKind == inbox.KindDM
	uri := atURI{DID: s.DID, Collection: postCollection, Key: actionTID(a)}
	switch {
	case a.Kind == inbox.ActReply && direct:
		return c.findMessage(ctx, s.DID, a)
	case a.Kind == inbox.ActReply:
	case a.Kind == inbox.ActLike && !direct:
		uri.Collection = likeCollection
	case a.Kind == inbox.ActDelete && !direct:
		target, ok := parseURI(a.Target)
		if !ok || target.DID != s.DID {
			return inbox.Receipt{}, false, fmt.Errorf("find: not a post of this account: %w", inbox.ErrInvalid)
		}
		_, there, err := c.getRecord(ctx, target)
		return inbox.Receipt{Remote: a.Target}, err == nil && !there, err
	default:
		return inbox.Receipt{}, false, fmt.Errorf("find %s: %w", a.Kind, inbox.ErrUnsupported)
	}
	record, there, err := c.getRecord(ctx, uri)
	if err != nil || !there {
		return inbox.Receipt{}, false, err
	}
	if !record.is(a) {
		return inbox.Receipt{}, false, fmt.Errorf("find: another record has this key: %w", inbox.ErrConflict)
	}
	return receipt(a, uri), true, nil
}

// anyRecord has the fields by which a record of ours is told.
type anyRecord struct {
	Text    string   `json:"text"`
	Reply   replyRef `json:"reply"`
	Subject ref      `json:"subject"`
}

func (r anyRecord) is(a inbox.Action) bool {
	if a.Kind == inbox.ActLike {
		return r.Subject.URI == a.Target
	}
	return r.Text == a.Text && r.Reply.Parent.URI == a.Target
}

// getRecord reads a record from our own repository; false is a sure no.
func (c *Connector) getRecord(ctx context.Context, uri atURI) (anyRecord, bool, error) {
	q := url.Values{"repo": {uri.DID}, "collection": {uri.Collection}, "rkey": {uri.Key}}
	var out struct {
		Value json.RawMessage `json:"value"`
	}
	err := c.call(ctx, call{method: "com.atproto.repo.getRecord", query: q}, &out)
	if named(err, "RecordNotFound") {
		return anyRecord{}, false, nil
	}
	if err != nil {
		return anyRecord{}, false, fmt.Errorf("look for the record: %w", err)
	}
	var r anyRecord
	if err := json.Unmarshal(out.Value, &r); err != nil {
		return anyRecord{}, true, fmt.Errorf("look for the record: it cannot be read: %w", inbox.ErrConflict)
	}
	return r, true, nil
}
