package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

// Mastodon is the world as one Mastodon server of the 4.5 API, on which all
// brands live and which people of other servers write to. It is safe for
// concurrent use; its fields are set before it serves.
type Mastodon struct {
	// Fork makes it behave like a server of another make that speaks the same
	// API: ids are ULIDs, newer endpoints and notification types are missing,
	// streaming is by websocket only, and idempotency keys are ignored.
	Fork bool
	// KeyLife is how long a key is kept; 0: an hour.
	KeyLife time.Duration
	// KeyLate is how long after a status was posted its key is known: until
	// then a second request with it posts a second status, as two at the same
	// time do on the real server.
	KeyLate time.Duration
	// Lag is how long new items of anybody are missing from every list.
	Lag time.Duration
	// Limit is how many requests an account has in five minutes; 0: any number.
	Limit int
	// Scopes is what tokens allow, in the server's words; "": everything.
	Scopes string
	// Missing are routes that the server does not have, spelled as in its
	// table: "POST /api/v1/statuses/{id}/mute".
	Missing map[string]bool
	// NoSearch: statuses are not searched, as without the server's search
	// engine.
	NoSearch bool
	// MediaLooks is how often a file is still being worked on when it is asked
	// for.
	MediaLooks int

	world   *World
	faults  fault.Switch
	rates   rates
	handler http.Handler

	posting sync.Mutex
	keys    map[string]keyed // by account and idempotency key; guarded by posting

	mu      sync.Mutex
	posted  []MastodonPost
	edited  []MastodonPost
	reports []MastodonReport
	apps    map[string]mastodonApp
	codes   map[string]mastodonCode
	serial  int // of the last code
	bonds   mastodonBonds
	media   mastodonMedia
	notices map[inbox.AccountID][]MastodonNotice
}

// MastodonPost is one status that was posted through the API, as it was sent.
type MastodonPost struct {
	Account    inbox.AccountID
	ID         string
	Status     string
	InReplyTo  string
	Visibility string
	Language   string
	Key        string
	Spoiler    string
	Sensitive  bool
	Media      []string // ids of files
}

// keyed is what an idempotency key stands for.
type keyed struct {
	item ItemID
	at   time.Time
}

const (
	mastodonHost     = "toot.example" // what the server calls itself
	mastodonMaxChars = 500
	mastodonKeyLife  = time.Hour
)

// NewMastodon makes the server. It serves nothing by itself.
func NewMastodon(w *World) *Mastodon {
	m := &Mastodon{
		world: w, keys: map[string]keyed{}, apps: map[string]mastodonApp{}, codes: map[string]mastodonCode{},
		notices: map[inbox.AccountID][]MastodonNotice{},
	}
	mux := http.NewServeMux()
	m.routeOAuth(mux)
	mux.HandleFunc("GET /api/v2/instance", m.instanceV2)
	mux.HandleFunc("GET /api/v1/instance", m.instanceV1)
	for _, route := range m.routes() {
		mux.HandleFunc(route.pattern, m.signedIn(route))
	}
	mux.HandleFunc("GET /api/v1/streaming/health", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("OK")) })
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		mastodonError(w, http.StatusNotFound, "Record not found")
	})
	m.handler = m.faults.Wrap(m.limited(mux), mastodonWrites, func(w http.ResponseWriter, status int) {
		mastodonError(w, status, map[int]string{
			http.StatusUnauthorized: "The access token is invalid", http.StatusTooManyRequests: "Too many requests",
		}[status])
	})
	return m
}

// ServeHTTP answers a request.
func (m *Mastodon) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler.ServeHTTP(w, r) }

// Fault makes requests go wrong until the next call.
func (m *Mastodon) Fault(f fault.Fault) { m.faults.Set(f) }

// Access says how a brand is reached.
func (m *Mastodon) Access(b Brand, base string) Access {
	a := Access{Settings: map[string]string{"server": base}, Secrets: map[string]string{"token": mastodonToken(b)}}
	if words := listened(b); words != nil {
		a.Lists = map[string][]string{"hashtags": words}
	}
	return a
}

// Posted lists the statuses posted through the API, oldest first, those
// deleted since included.
func (m *Mastodon) Posted() []MastodonPost {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]MastodonPost(nil), m.posted...)
}

// StatusID is how the server spells an item.
func (m *Mastodon) StatusID(it Item) string {
	return m.spell(uint64(it.At.UnixMilli())<<20 | uint64(it.ID)&0xfffff)
}

// mastodonToken is a brand's access token: no secret, since it opens nothing
// but a simulation, yet as odd a string as a real one.
func mastodonToken(b Brand) string {
	sum := sha256.Sum256([]byte("token of " + b.Account))
	return hex.EncodeToString(sum[:20])
}

// mastodonWrites tells the requests that change something for people.
func mastodonWrites(r *http.Request) bool {
	return r.Method != http.MethodGet &&
		(strings.HasPrefix(r.URL.Path, "/api/v1/statuses") || strings.HasPrefix(r.URL.Path, "/api/v1/accounts/") || r.URL.Path == "/api/v1/reports")
}

// mastodonCall is one request of a signed-in brand.
type mastodonCall struct {
	w     http.ResponseWriter
	r     *http.Request
	brand Brand
}

func (m *Mastodon) signedIn(route mastodonRoute) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		brands := m.world.Brands("mastodon")
		i := slices.IndexFunc(brands, func(b Brand) bool { return token == mastodonToken(b) })
		switch {
		case m.Missing[route.pattern]:
			mastodonError(w, http.StatusNotFound, "Not Found")
		case i < 0:
			mastodonError(w, http.StatusUnauthorized, "The access token is invalid")
		case !m.allows(route.scope):
			mastodonError(w, http.StatusForbidden, "This action is outside the authorized scopes")
		default:
			route.do(mastodonCall{w, r, brands[i]})
		}
	}
}

func mastodonError(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": message})
}

func (c mastodonCall) answer(v any) {
	c.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(c.w).Encode(v)
}

func (c mastodonCall) refuse(status int, message string) { mastodonError(c.w, status, message) }

// item finds the item that a request names, if the brand may see it.
func (m *Mastodon) item(c mastodonCall, id string) (Item, bool) {
	n, ok := m.parse(id)
	if !ok {
		return Item{}, false
	}
	it, err := m.world.Item(ItemID(n & 0xfffff))
	if err != nil || it.Deleted || it.Account != c.brand.Account || m.StatusID(it) != id {
		return Item{}, false
	}
	return it, true
}

// crockford are the digits of a ULID.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// spell writes an id: digits, or a ULID on a fork.
func (m *Mastodon) spell(n uint64) string {
	if !m.Fork {
		return strconv.FormatUint(n, 10)
	}
	out := []byte("01J00000000000000000000000")
	for i := len(out) - 1; n > 0; i-- {
		out[i] = crockford[n&31]
		n >>= 5
	}
	return string(out)
}

// parse reads an id that spell wrote.
func (m *Mastodon) parse(id string) (uint64, bool) {
	if !m.Fork {
		n, err := strconv.ParseUint(id, 10, 64)
		return n, err == nil
	}
	digits, ok := strings.CutPrefix(id, "01J")
	var n uint64
	for _, d := range digits {
		at := strings.IndexRune(crockford, d)
		if at < 0 {
			return 0, false
		}
		n = n<<5 | uint64(at)
	}
	return n, ok && len(id) == 26
}
