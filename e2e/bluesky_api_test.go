//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Bluesky is a real Bluesky network on this machine, spoken to by plain HTTP:
// what tests know of it, they know independently of the connector.
// bluesky-start.sh starts one.
type Bluesky struct {
	PDS string // address of the accounts' server
	t   testing.TB
}

// BlueskyUser is an account on it.
type BlueskyUser struct {
	*Bluesky
	DID         string
	Handle      string
	AppPassword string // allows direct messages
	access      string
}

// BlueskyRef names a record.
type BlueskyRef struct {
	URI string `json:"uri"`
	CID string `json:"cid"`
}

// BlueskyPost is a post as the network shows it.
type BlueskyPost struct {
	BlueskyRef
	Author struct {
		DID         string `json:"did"`
		DisplayName string `json:"displayName"`
	} `json:"author"`
	Record struct {
		Text  string `json:"text"`
		Reply *struct {
			Root   BlueskyRef `json:"root"`
			Parent BlueskyRef `json:"parent"`
		} `json:"reply"`
		Langs  []string        `json:"langs"`
		Facets json.RawMessage `json:"facets"`
	} `json:"record"`
	LikeCount  int `json:"likeCount"`
	ReplyCount int `json:"replyCount"`
}

// BlueskyThread is a post with the answers below it.
type BlueskyThread struct {
	Post    BlueskyPost     `json:"post"`
	Replies []BlueskyThread `json:"replies"`
}

// blueskyNames makes handles that no earlier run has used.
var blueskyNames atomic.Int64

// NewBluesky finds the network, at VIGIE_E2E_PDS or http://localhost:2583.
func NewBluesky(t testing.TB) *Bluesky {
	t.Helper()
	b := &Bluesky{PDS: os.Getenv("VIGIE_E2E_PDS"), t: t}
	if b.PDS == "" {
		b.PDS = "http://localhost:2583"
	}
	res, err := http.Get(b.PDS + "/xrpc/com.atproto.server.describeServer")
	if err != nil {
		t.Fatalf("no Bluesky at %s; start one by e2e/servers/bluesky-start.sh: %v", b.PDS, err)
	}
	_ = res.Body.Close()
	return b
}

// do makes one XRPC call; a nil input makes it a query. It returns the status
// and decodes a success into out.
func (b *Bluesky) do(access, method string, query url.Values, input, out any) int {
	b.t.Helper()
	verb, body := http.MethodGet, io.Reader(nil)
	if input != nil {
		raw, err := json.Marshal(input)
		if err != nil {
			b.t.Fatal(err)
		}
		verb, body = http.MethodPost, bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(b.t.Context(), verb, b.PDS+"/xrpc/"+method+"?"+query.Encode(), body)
	if err != nil {
		b.t.Fatal(err)
	}
	if input != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if access != "" {
		req.Header.Set("Authorization", "Bearer "+access)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	if res.StatusCode == http.StatusOK && out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			b.t.Fatalf("%s: %v in %s", method, err, raw)
		}
	}
	return res.StatusCode
}

func (b *Bluesky) must(access, method string, query url.Values, input, out any) {
	b.t.Helper()
	if status := b.do(access, method, query, input, out); status != http.StatusOK {
		b.t.Fatalf("%s: status %d", method, status)
	}
}

// CreateAccount makes an account with an app password and a display name.
func (b *Bluesky) CreateAccount(name string) *BlueskyUser {
	b.t.Helper()
	handle := fmt.Sprintf("%s%d-%d.test", name, time.Now().UnixMilli()%1e9, blueskyNames.Add(1))
	var made struct {
		DID       string `json:"did"`
		AccessJwt string `json:"accessJwt"`
	}
	b.must("", "com.atproto.server.createAccount", nil, map[string]string{
		"handle": handle, "email": handle + "@example.com", "password": "only-for-tests",
	}, &made)
	u := &BlueskyUser{Bluesky: b, DID: made.DID, Handle: handle, access: made.AccessJwt}
	u.AppPassword = u.NewAppPassword("vigie", true)
	u.Rename(strings.ToUpper(name[:1]) + name[1:])
	u.Until("a new account is seen", func() bool {
		var p struct {
			DisplayName string `json:"displayName"`
		}
		status := u.do(u.access, "app.bsky.actor.getProfile", url.Values{"actor": {u.DID}}, nil, &p)
		return status == http.StatusOK && p.DisplayName != ""
	})
	return u
}

// NewAppPassword makes a further app password, with or without leave to read
// and write direct messages.
func (u *BlueskyUser) NewAppPassword(name string, messages bool) string {
	u.t.Helper()
	var made struct {
		Password string `json:"password"`
	}
	u.must(u.access, "com.atproto.server.createAppPassword", nil, map[string]any{"name": name, "privileged": messages}, &made)
	return made.Password
}

// Rename changes the display name.
func (u *BlueskyUser) Rename(name string) {
	u.t.Helper()
	u.must(u.access, "com.atproto.repo.putRecord", nil, map[string]any{
		"repo": u.DID, "collection": "app.bsky.actor.profile", "rkey": "self",
		"record": map[string]string{"$type": "app.bsky.actor.profile", "displayName": name},
	}, nil)
}

// create makes a post and waits until everybody sees it: a reply that is
// indexed before its parent makes no notification.
func (u *BlueskyUser) create(record map[string]any) BlueskyRef {
	u.t.Helper()
	record["$type"] = "app.bsky.feed.post"
	record["createdAt"] = time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	var ref BlueskyRef
	u.must(u.access, "com.atproto.repo.createRecord", nil, map[string]any{
		"repo": u.DID, "collection": "app.bsky.feed.post", "record": record,
	}, &ref)
	u.Until("a new post is seen", func() bool { _, ok := u.See(ref.URI); return ok })
	return ref
}

// Post writes a post.
func (u *BlueskyUser) Post(text string) BlueskyRef {
	u.t.Helper()
	return u.create(map[string]any{"text": text})
}

// Reply answers parent in the thread that begins with root.
func (u *BlueskyUser) Reply(root, parent BlueskyRef, text string) BlueskyRef {
	u.t.Helper()
	return u.create(map[string]any{
		"text": text, "langs": []string{"fr"}, "reply": map[string]BlueskyRef{"root": root, "parent": parent},
	})
}

// Mention writes a post that begins with somebody's handle.
func (u *BlueskyUser) Mention(who *BlueskyUser, text string) BlueskyRef {
	u.t.Helper()
	at := "@" + who.Handle
	return u.create(map[string]any{"text": at + " " + text, "facets": []any{map[string]any{
		"index":    map[string]int{"byteStart": 0, "byteEnd": len(at)},
		"features": []any{map[string]string{"$type": "app.bsky.richtext.facet#mention", "did": who.DID}},
	}}})
}

// Edit gives a post another text, without marks in it, and waits until it is
// seen.
func (u *BlueskyUser) Edit(ref BlueskyRef, text string) {
	u.t.Helper()
	key := map[string]any{"repo": u.DID, "collection": "app.bsky.feed.post", "rkey": ref.URI[strings.LastIndexByte(ref.URI, '/')+1:]}
	var was struct{ Value map[string]any }
	u.must(u.access, "com.atproto.repo.getRecord", url.Values{
		"repo": {u.DID}, "collection": {"app.bsky.feed.post"}, "rkey": {key["rkey"].(string)},
	}, nil, &was)
	was.Value["text"] = text
	delete(was.Value, "facets")
	key["record"] = was.Value
	u.must(u.access, "com.atproto.repo.putRecord", nil, key, nil)
	u.Until("an edited post is seen", func() bool { p, _ := u.See(ref.URI); return p.Record.Text == text })
}

// Delete takes a post away and waits until nobody sees it.
func (u *BlueskyUser) Delete(ref BlueskyRef) {
	u.t.Helper()
	u.must(u.access, "com.atproto.repo.deleteRecord", nil, map[string]string{
		"repo": u.DID, "collection": "app.bsky.feed.post", "rkey": ref.URI[strings.LastIndexByte(ref.URI, '/')+1:],
	}, nil)
	u.Until("a deleted post is gone", func() bool { _, ok := u.See(ref.URI); return !ok })
}

// See reads a post as the account sees it; false when it is not there.
func (u *BlueskyUser) See(uri string) (BlueskyPost, bool) {
	u.t.Helper()
	var out struct{ Posts []BlueskyPost }
	u.must(u.access, "app.bsky.feed.getPosts", url.Values{"uris": {uri}}, nil, &out)
	if len(out.Posts) == 0 {
		return BlueskyPost{}, false
	}
	return out.Posts[0], true
}

// Thread reads a post with the answers below it.
func (u *BlueskyUser) Thread(uri string) BlueskyThread {
	u.t.Helper()
	var out struct{ Thread BlueskyThread }
	u.must(u.access, "app.bsky.feed.getPostThread", url.Values{"uri": {uri}, "depth": {"10"}}, nil, &out)
	return out.Thread
}

// Notified waits until the account has a notification for each of these posts
// or, since the network at times makes none for a reply, until the posts are
// all counted where they belong.
func (u *BlueskyUser) Notified(refs ...BlueskyRef) {
	u.t.Helper()
	u.Until("posts are told or counted", func() bool {
		var out struct{ Notifications []BlueskyRef }
		u.must(u.access, "app.bsky.notification.listNotifications", url.Values{"limit": {"100"}}, nil, &out)
		told := map[string]bool{}
		for _, n := range out.Notifications {
			told[n.URI] = true
		}
		for _, ref := range refs {
			p, ok := u.See(ref.URI)
			if told[ref.URI] {
				continue
			}
			if !ok || p.Record.Reply == nil {
				return false
			}
			if parent, ok := u.See(p.Record.Reply.Parent.URI); !ok || parent.ReplyCount == 0 {
				return false
			}
		}
		return true
	})
}

// Count is how often a text stands directly below a post.
func (t BlueskyThread) Count(text string) int {
	n := 0
	for _, r := range t.Replies {
		if r.Post.Record.Text == text {
			n++
		}
	}
	return n
}

// Below finds the part of a thread that begins with a post.
func (t BlueskyThread) Below(uri string) (BlueskyThread, bool) {
	if t.Post.URI == uri {
		return t, true
	}
	for _, r := range t.Replies {
		if found, ok := r.Below(uri); ok {
			return found, true
		}
	}
	return BlueskyThread{}, false
}

// Until asks again and again until it is so.
func (b *Bluesky) Until(what string, so func() bool) {
	b.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for !so() {
		select {
		case <-tick.C:
		case <-deadline:
			b.t.Fatalf("still not so after %s: %s", patience, what)
		}
	}
}
