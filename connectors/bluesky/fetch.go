package bluesky

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	maxLimit = 100 // of most lists (lexicons)
	maxBatch = 25  // addresses in one getPosts (lexicon)
	// quietPages is how many pages of known notifications one fetch passes
	// over.
	quietPages = 5
	// maxReason is how long a refusal's reason gets, in bytes.
	maxReason = 160
)

// notification is one entry of listNotifications.
type notification struct {
	postView
	Reason string `json:"reason"`
}

// fetch is one Fetch of the mentions stream at work.
type fetch struct {
	c     *Connector
	me    string
	now   time.Time
	limit int
	cur   mentionsCursor
	page  inbox.Page
	posts map[string]post // by address: all that was read in this fetch
	lost  map[string]bool // posts of ours that were found to be gone in this fetch
}

// fetchMentions reads notifications and, once it has caught up with them,
// looks after our own posts and the posts given out before.
func (c *Connector) fetchMentions(ctx context.Context, req inbox.FetchRequest) (inbox.Page, error) {
	s, err := c.current(ctx)
	if err != nil {
		return inbox.Page{}, fmt.Errorf("fetch mentions: %w", err)
	}
	f := &fetch{
		c: c, me: s.DID, now: req.Now, limit: pageLimit(req.Limit), posts: map[string]post{}, lost: map[string]bool{},
		cur: readMentionsCursor(req.Cursor, req.Now.Add(-req.History)),
	}
	watch := f.watchList()
	resumed := f.cur.At != ""
	caughtUp, err := f.notifications(ctx)
	if err != nil {
		return inbox.Page{}, fmt.Errorf("fetch mentions: %w", err)
	}
	f.cur.Fresh = f.cur.Fresh || len(f.page.Messages)+len(f.page.Refused) > 0
	f.page.More = !caughtUp || resumed && f.cur.Fresh
	if caughtUp {
		f.cur.Fresh = false
	}
	if !f.page.More {
		err = f.lookAround(ctx, watch)
	}
	if err != nil {
		if len(f.page.Messages)+len(f.page.Deleted)+len(f.page.Refused) == 0 {
			return inbox.Page{}, fmt.Errorf("fetch mentions: %w", err)
		}
		f.page.More = true // what was read is kept; the rest fails or not next time
	}
	f.cur.trim()
	f.page.Cursor, err = f.cur.encode()
	return f.page, err
}

// lookAround finds what notifications do not tell.
func (f *fetch) lookAround(ctx context.Context, watch []known) error {
	if err := f.ownPosts(ctx); err != nil {
		return fmt.Errorf("own posts: %w", err)
	}
	if err := f.review(ctx, watch); err != nil {
		return fmt.Errorf("look at known posts again: %w", err)
	}
	return nil
}

func pageLimit(wished int) int {
	if wished <= 0 {
		return maxLimit
	}
	return min(wished, maxLimit)
}

// notifications reads the list from the top, or from where the last fetch
// left off, until it meets what is known. It reports whether it did.
func (f *fetch) notifications(ctx context.Context) (bool, error) {
	limit := f.limit
	for range quietPages {
		items, next, err := f.list(ctx, limit)
		if err != nil && f.cur.At != "" && errors.Is(err, inbox.ErrInvalid) {
			f.cur.At = "" // the network no longer takes its own cursor
			items, next, err = f.list(ctx, limit)
		}
		if err != nil {
			return false, err
		}
		fresh, reached := f.sift(items)
		if err := f.give(ctx, fresh); err != nil {
			return false, err
		}
		if reached || next == "" || next == f.cur.At || len(items) == 0 {
			f.cur.settle()
			return true, nil
		}
		f.cur.At = next
		if len(f.page.Messages)+len(f.page.Refused) > 0 {
			return false, nil
		}
		limit = maxLimit
	}
	return false, nil
}

func (f *fetch) list(ctx context.Context, limit int) ([]json.RawMessage, string, error) {
	q := url.Values{"limit": {strconv.Itoa(limit)}, "reasons": {"mention", "reply", "quote"}}
	if f.cur.At != "" {
		q.Set("cursor", f.cur.At)
	}
	var out struct {
		Cursor        string            `json:"cursor"`
		Notifications []json.RawMessage `json:"notifications"`
	}
	err := f.c.call(ctx, call{method: "app.bsky.notification.listNotifications", query: q}, &out)
	return out.Notifications, out.Cursor, err
}

// sift understands notifications and keeps those that are not known. reached
// tells that the list went below the floor. Items that are not understood
// take the time of the one before them.
func (f *fetch) sift(items []json.RawMessage) (fresh []post, reached bool) {
	last := max(f.cur.Top, f.cur.Floor)
	if f.cur.At == "" {
		f.cur.Top = 0
	}
	for _, raw := range items {
		var n notification
		err := json.Unmarshal(raw, &n)
		var p post
		if err == nil {
			p, err = n.read()
		}
		if err != nil {
			if last >= f.cur.Floor {
				f.refuse(raw, n.URI, last, err)
			}
			continue
		}
		last = p.at.UnixMilli()
		f.cur.Top = max(f.cur.Top, min(last, f.now.UnixMilli()))
		switch {
		case last < f.cur.Floor:
			reached = true
		case n.Reason != "mention" && n.Reason != "reply" && n.Reason != "quote":
		case p.author.DID == f.me, f.cur.find(knownID(p.uri)) >= 0:
		default:
			fresh = append(fresh, p)
		}
	}
	return fresh, reached
}

// refuse tells once of an item that was not understood.
func (f *fetch) refuse(raw json.RawMessage, uri string, at int64, why error) {
	id := fingerprint(raw)
	if f.cur.find(id) >= 0 {
		return
	}
	f.cur.remember(known{ID: id, At: at, Print: printRefused})
	f.page.Refused = append(f.page.Refused, refusal(uri, id, why))
}

// fingerprint tells one item that was not understood from another.
func fingerprint(raw json.RawMessage) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:6])
}

// refusal names an item by its address, when that can be shown, else by id.
func refusal(uri, id string, why error) inbox.Refusal {
	if _, ok := parseURI(uri); ok {
		id = uri
	}
	reason := text.CleanLine(why.Error()).String()
	if len(reason) > maxReason {
		reason = text.CleanLine(reason[:maxReason]).String() + "…"
	}
	return inbox.Refusal{Item: id, Reason: reason}
}

// give adds posts to the page and to what is known. Their current form is
// read first, with the posts they hang under; what the network does not show
// there keeps the form it came in.
func (f *fetch) give(ctx context.Context, fresh []post) error {
	var missing []string
	for _, p := range fresh {
		f.posts[p.uri.String()] = p
		if !p.counts.Known {
			missing = append(missing, p.uri.String())
		}
		if under := p.under(f.me); under != "" {
			missing = append(missing, under)
		}
	}
	if err := f.read(ctx, missing); err != nil {
		return err
	}
	if err := f.missed(ctx, fresh); err != nil {
		return err
	}
	for _, p := range fresh {
		p = f.posts[p.uri.String()]
		partner, err := f.partner(ctx, p)
		if err != nil {
			return err
		}
		k := known{ID: knownID(p.uri), At: p.at.UnixMilli(), Print: printHidden}
		if partner != "" { // else a post of ours that answers only ourselves
			k.Print = p.print()
			k.Hid = f.hidden(p)
			m := p.message(f.me, partner, f.hangsUnder(p))
			if k.Hid {
				m.Status = inbox.StatusHidden
			}
			f.page.Messages = append(f.page.Messages, m)
		}
		f.cur.remember(k)
	}
	return nil
}

// read reads posts by address, each once, into f.posts. What the network does
// not give, or gives in no understandable form, stays as it was.
func (f *fetch) read(ctx context.Context, uris []string) error {
	var want []string
	asked := map[string]bool{}
	for _, uri := range uris {
		if p, have := f.posts[uri]; !asked[uri] && !(have && p.counts.Known) {
			asked[uri] = true
			want = append(want, uri)
		}
	}
	views, err := f.c.getPosts(ctx, want)
	if errors.Is(err, inbox.ErrInvalid) {
		return nil // an address that this server does not take
	}
	if err != nil {
		return err
	}
	for _, v := range views {
		if p, err := v.read(); err == nil {
			f.posts[p.uri.String()] = p
			f.c.learned.saw(p)
		}
	}
	return nil
}

// getPosts reads posts by address; those that are gone or hidden are left out
// by the server, those that cannot be decoded by us.
func (c *Connector) getPosts(ctx context.Context, uris []string) ([]postView, error) {
	var out []postView
	for start := 0; start < len(uris); start += maxBatch {
		batch := uris[start:min(start+maxBatch, len(uris))]
		var res struct {
			Posts []json.RawMessage `json:"posts"`
		}
		if err := c.call(ctx, call{method: "app.bsky.feed.getPosts", query: url.Values{"uris": batch}}, &res); err != nil {
			return nil, err
		}
		for _, raw := range res.Posts {
			var v postView
			if json.Unmarshal(raw, &v) == nil {
				out = append(out, v)
			}
		}
	}
	return out, nil
}

// under is the address of the post of ours that a conversation hangs under:
// the thread's root, or the post that is quoted. "" when it is not ours.
func (p post) under(me string) string {
	switch {
	case p.reply != nil && postDID(p.reply.Root.URI) == me:
		return p.reply.Root.URI
	case p.reply == nil && postDID(p.quotes) == me:
		return p.quotes
	}
	return ""
}

func (f *fetch) hangsUnder(p post) *inbox.Post {
	under := p.under(f.me)
	if q, ok := f.posts[under]; ok {
		return q.asPost()
	}
	if u, ok := parseURI(under); ok && slices.Contains(f.cur.Gone, under) {
		return &inbox.Post{ID: under, URL: postURL(u), Deleted: true}
	}
	return nil
}

// maxClimb is how many answers of ours to ourselves are climbed to find whom
// the first of them answered.
const maxClimb = 10

// partner is the other person of the exchange that a post belongs to: its
// author, or for a post of ours whom it answers; "" when that is nobody else.
func (f *fetch) partner(ctx context.Context, p post) (string, error) {
	for range maxClimb {
		if p.author.DID != f.me {
			return p.author.DID, nil
		}
		if p.reply == nil {
			return "", nil
		}
		parent := p.reply.Parent.URI
		if did := postDID(parent); did != f.me {
			return did, nil
		}
		if err := f.read(ctx, []string{parent}); err != nil {
			return "", err
		}
		next, ok := f.posts[parent]
		if !ok {
			return "", nil
		}
		p = next
	}
	return "", nil
}
