package sandbox

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// blueskyHost is what handles of the simulated Bluesky end in.
	blueskyHost = ".bsky.example"
	// accessLife and refreshLife are how long tokens are good for, as on
	// bsky.social.
	accessLife  = 2 * time.Hour
	refreshLife = 60 * 24 * time.Hour
	// maxInput is how long a request may be, in bytes.
	maxInput = 1 << 20
)

// object is a JSON object on its way out.
type object = map[string]any

// Bluesky is a simulated Bluesky: an account's own server with what it passes
// on to, the view of all posts and the chat service. It keeps the reference
// server's habits: a taken record key is an internal error, refresh tokens
// work once, most refusals are status 400 with a name. It is safe for
// concurrent use.
type Bluesky struct {
	world *World

	mu     sync.Mutex
	tokens map[string]bskyToken
	serial int
	keys   map[ItemID]string // record keys that senders chose
	items  map[string]ItemID // by such a record's address
	// records are those that are no posts, by address, as they were written.
	records map[string]json.RawMessage
	names   map[string]string // display names that were changed, by DID
	silent  map[ItemID]bool
	writes  []Write
	limit   bskyLimit

	mutes    bskyMutes
	reports  []Report
	quotes   map[ItemID]ItemID // what an item quotes
	detached map[ItemID]bool   // whose quote shows nothing
	apart    map[ItemID]bool   // posts that concern nobody
	closed   map[ItemID]bool   // first posts whose author takes no answers
	labels   map[ItemID][]string
	tags     map[ItemID][]string
	blobs    map[string][]byte      // files, by content id
	images   map[ItemID][]bskyImage // of posts of accounts
	deaf     bool                   // nothing can be searched

	writing sync.Mutex // one record is made at a time

	chat bskyChat
}

// Write is one change that the simulated network carried out, for tests that
// count.
type Write struct {
	Method  string // "com.atproto.repo.createRecord"
	Record  string // the address or id of what it made or took away
	Subject string // the address of what it answers, likes or gates, the DID it blocks; "": none
	Text    string
}

type bskyToken struct {
	brand    Brand
	refresh  bool
	messages bool // allows direct messages
	until    time.Time
}

// bskyCall is one authorized request.
type bskyCall struct {
	b    *Bluesky
	r    *http.Request
	q    url.Values
	body []byte
	me   Brand
	did  string
}

// xrpcError is a refusal in the words of XRPC.
type xrpcError struct {
	status        int
	name, message string
}

func (e *xrpcError) Error() string { return e.name + ": " + e.message }

func invalidRequest(format string, args ...any) error {
	return &xrpcError{http.StatusBadRequest, "InvalidRequest", fmt.Sprintf(format, args...)}
}

// NewBluesky makes the simulation of a world.
func NewBluesky(w *World) *Bluesky {
	b := &Bluesky{
		world: w, tokens: map[string]bskyToken{}, keys: map[ItemID]string{}, items: map[string]ItemID{},
		records: map[string]json.RawMessage{}, names: map[string]string{}, silent: map[ItemID]bool{}, limit: bskyLimit{most: bskyMost},
		mutes: newMutes(), quotes: map[ItemID]ItemID{}, detached: map[ItemID]bool{}, apart: map[ItemID]bool{}, closed: map[ItemID]bool{},
		labels: map[ItemID][]string{}, tags: map[ItemID][]string{}, blobs: map[string][]byte{}, images: map[ItemID][]bskyImage{},
	}
	b.chat.begin(w)
	return b
}

// Access says how a brand is reached.
func (b *Bluesky) Access(brand Brand, base string) Access {
	return Access{
		Settings: map[string]string{"handle": brandHandle(brand), "server": base},
		Secrets:  map[string]string{"password": b.Password(brand, true)},
	}
}

// Password is an app password of a brand, with or without leave to read and
// write direct messages.
func (b *Bluesky) Password(brand Brand, messages bool) string {
	h := word(fmt.Sprintf("password/%s/%t", brand.Account, messages), 16)
	return h[:4] + "-" + h[4:8] + "-" + h[8:12] + "-" + h[12:]
}

// Writes returns all that was changed through the API, in order.
func (b *Bluesky) Writes() []Write {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.writes)
}

// Tokens returns every token that was ever given out.
func (b *Bluesky) Tokens() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for t := range b.tokens {
		out = append(out, t)
	}
	return out
}

// ExpireTokens lets all access tokens run out.
func (b *Bluesky) ExpireTokens() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for t, token := range b.tokens {
		if !token.refresh {
			token.until = time.Time{}
			b.tokens[t] = token
		}
	}
}

// Rename changes the display name of somebody.
func (b *Bluesky) Rename(person int, name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.names[personDID(b.world.Person(person))] = name
}

// Silence keeps an item out of the notifications, as the network now and then
// does by mistake.
func (b *Bluesky) Silence(id ItemID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.silent[id] = true
}

// wrote notes a change that was carried out.
func (b *Bluesky) wrote(w Write) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.writes = append(b.writes, w)
}

// IsWrite reports whether a request changes something for people: not a
// sign-in, not a mark that something was read, not a file that nothing shows.
func (b *Bluesky) IsWrite(r *http.Request) bool {
	return r.Method == http.MethodPost && !strings.HasPrefix(r.URL.Path, "/xrpc/com.atproto.server.") &&
		r.URL.Path != "/xrpc/chat.bsky.convo.updateRead" && r.URL.Path != uploadPath
}

// Refuse answers with a status in the network's own words.
func (b *Bluesky) Refuse(w http.ResponseWriter, status int) {
	name := map[int]string{
		http.StatusUnauthorized: "AuthenticationRequired", http.StatusTooManyRequests: "RateLimitExceeded",
	}[status]
	if name == "" {
		name = "InternalServerError"
	}
	answer(w, status, object{"error": name, "message": http.StatusText(status)})
}

// uploadPath is where files go, as they are.
const uploadPath = "/xrpc/com.atproto.repo.uploadBlob"

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a reader that left hears nothing
}

// bskyMethod is one method of the API.
type bskyMethod struct {
	verb string
	chat bool
	do   func(*bskyCall) (any, error)
}

func bskyMethods() map[string]bskyMethod {
	get := func(do func(*bskyCall) (any, error)) bskyMethod { return bskyMethod{verb: http.MethodGet, do: do} }
	post := func(do func(*bskyCall) (any, error)) bskyMethod { return bskyMethod{verb: http.MethodPost, do: do} }
	set := func(do func(*bskyCall, bool) (any, error), on bool) bskyMethod {
		return post(func(c *bskyCall) (any, error) { return do(c, on) })
	}
	chat := func(m bskyMethod) bskyMethod { m.chat = true; return m }
	return map[string]bskyMethod{
		"com.atproto.server.getSession":           get((*bskyCall).getSession),
		"com.atproto.identity.resolveHandle":      get((*bskyCall).resolveHandle),
		"com.atproto.repo.createRecord":           post((*bskyCall).createRecord),
		"com.atproto.repo.putRecord":              post((*bskyCall).putRecord),
		"com.atproto.repo.deleteRecord":           post((*bskyCall).deleteRecord),
		"com.atproto.repo.getRecord":              get((*bskyCall).getRecord),
		"com.atproto.repo.uploadBlob":             post((*bskyCall).uploadBlob),
		"com.atproto.moderation.createReport":     post((*bskyCall).createReport),
		"app.bsky.graph.muteActor":                set((*bskyCall).muteActor, true),
		"app.bsky.graph.unmuteActor":              set((*bskyCall).muteActor, false),
		"app.bsky.graph.muteThread":               set((*bskyCall).muteThread, true),
		"app.bsky.graph.unmuteThread":             set((*bskyCall).muteThread, false),
		"app.bsky.feed.searchPosts":               get((*bskyCall).searchPosts),
		"chat.bsky.convo.muteConvo":               chat(set((*bskyCall).muteConvo, true)),
		"chat.bsky.convo.unmuteConvo":             chat(set((*bskyCall).muteConvo, false)),
		"app.bsky.actor.getProfile":               get((*bskyCall).getProfile),
		"app.bsky.feed.getPosts":                  get((*bskyCall).getPosts),
		"app.bsky.feed.getPostThread":             get((*bskyCall).getPostThread),
		"app.bsky.feed.getAuthorFeed":             get((*bskyCall).getAuthorFeed),
		"app.bsky.notification.listNotifications": get((*bskyCall).listNotifications),
		"chat.bsky.convo.listConvos":              chat(get((*bskyCall).listConvos)),
		"chat.bsky.convo.getConvo":                chat(get((*bskyCall).getConvo)),
		"chat.bsky.convo.getConvoForMembers":      chat(get((*bskyCall).getConvoForMembers)),
		"chat.bsky.convo.getConvoAvailability":    chat(get((*bskyCall).getConvoAvailability)),
		"chat.bsky.convo.updateRead":              chat(post((*bskyCall).updateRead)),
		"chat.bsky.convo.getMessages":             chat(get((*bskyCall).getMessages)),
		"chat.bsky.convo.getLog":                  chat(get((*bskyCall).getLog)),
		"chat.bsky.convo.sendMessage":             chat(post((*bskyCall).sendMessage)),
	}
}

// ServeHTTP answers one XRPC request.
func (b *Bluesky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !b.spend(w.Header()) {
		b.Refuse(w, http.StatusTooManyRequests)
		return
	}
	out, err := b.serve(r)
	var refused *xrpcError
	switch {
	case errors.As(err, &refused):
		answer(w, refused.status, object{"error": refused.name, "message": refused.message})
	case err != nil:
		answer(w, http.StatusInternalServerError, object{"error": "InternalServerError", "message": "Internal Server Error"})
	case out == nil:
		w.WriteHeader(http.StatusOK)
	default:
		answer(w, http.StatusOK, out)
	}
}

func (b *Bluesky) serve(r *http.Request) (any, error) {
	name, ok := strings.CutPrefix(r.URL.Path, "/xrpc/")
	if !ok {
		return nil, &xrpcError{http.StatusNotFound, "NotFound", "no such page"}
	}
	most := int64(maxInput)
	if r.URL.Path == uploadPath {
		most = maxBlob + 1
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, most))
	if err != nil {
		return nil, invalidRequest("the request broke off")
	}
	if len(body) > 0 && r.URL.Path != uploadPath && r.Header.Get("Content-Type") != "application/json" {
		return nil, invalidRequest("Wrong request encoding (Content-Type): %s", r.Header.Get("Content-Type"))
	}
	switch {
	case name == "com.atproto.server.createSession" && r.Method == http.MethodPost:
		return b.createSession(r, body)
	case name == "com.atproto.server.refreshSession" && r.Method == http.MethodPost:
		return b.refreshSession(r)
	}
	m, ok := bskyMethods()[name]
	if !ok || m.verb != r.Method || m.chat != strings.HasSuffix(r.Header.Get("Atproto-Proxy"), "#bsky_chat") {
		return nil, &xrpcError{http.StatusNotImplemented, "MethodNotImplemented", "Method Not Implemented"}
	}
	token, err := b.authorize(r, false)
	if err != nil {
		return nil, err
	}
	if m.chat && !token.messages {
		return nil, &xrpcError{http.StatusBadRequest, "InvalidToken", "Bad token method"}
	}
	return m.do(&bskyCall{b: b, r: r, q: r.URL.Query(), body: body, me: token.brand, did: brandDID(token.brand)})
}

func (c *bskyCall) resolveHandle() (any, error) {
	handle := strings.ToLower(c.q.Get("handle"))
	for _, brand := range c.b.world.Brands("bluesky") {
		if brandHandle(brand) == handle {
			return object{"did": brandDID(brand)}, nil
		}
	}
	local, ok := strings.CutSuffix(handle, blueskyHost)
	if p, known := c.b.world.PersonByHandle(strings.ReplaceAll(local, "-", "_")); ok && known {
		return object{"did": personDID(p)}, nil
	}
	return nil, &xrpcError{http.StatusBadRequest, "HandleNotFound", "Unable to resolve handle"}
}

// Handles have no underscores in this network.
func blueskyHandle(local string) string {
	return strings.ToLower(strings.ReplaceAll(local, "_", "-")) + blueskyHost
}

func brandHandle(b Brand) string { return blueskyHandle(b.Handle) }
func brandDID(b Brand) string    { return "did:plc:" + word("brand/"+string(b.Account), 24) }
func personDID(p Person) string  { return "did:plc:" + word("person/"+p.Handle, 24) }

// word makes a word of n letters and digits of s, always the same.
func word(s string, n int) string {
	sum := sha256.Sum256([]byte(s))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:min(n, 48)]
}

// cid is the content id of a text: a CIDv1 (dag-cbor, sha-256) of its bytes.
func cid(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "b" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(append([]byte{1, 0x71, 0x12, 0x20}, sum[:]...)))
}

// commit is what the server says of a write.
func commit(what string) object {
	sum := sha256.Sum256([]byte(what))
	return object{"cid": cid(what), "rev": tid(binary.BigEndian.Uint64(sum[:8]) >> 1)}
}
