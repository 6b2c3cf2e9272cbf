package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

// Mastodon is the world as one Mastodon server of the 4.3 API, on which all
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

	world   *World
	faults  fault.Switch
	rates   rates
	handler http.Handler

	mu     sync.Mutex
	keys   map[string]keyed // by account and idempotency key
	posted []MastodonPost
	apps   map[string]mastodonApp
	codes  map[string]mastodonCode
	serial int // of the last code
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
	}
	mux := http.NewServeMux()
	m.routeOAuth(mux)
	mux.HandleFunc("GET /api/v2/instance", m.instanceV2)
	mux.HandleFunc("GET /api/v1/instance", m.instanceV1)
	for pattern, h := range map[string]func(mastodonCall){
		"GET /api/v1/accounts/verify_credentials": m.verifyCredentials,
		"GET /api/v1/accounts/{id}/statuses":      m.accountStatuses,
		"GET /api/v1/notifications":               m.notifications,
		"GET /api/v1/conversations":               m.conversations,
		"POST /api/v1/conversations/{id}/read":    m.conversationRead,
		"GET /api/v1/statuses":                    m.statuses,
		"POST /api/v1/statuses":                   m.post,
		"GET /api/v1/statuses/{id}":               m.status,
		"PUT /api/v1/statuses/{id}":               m.edit,
		"DELETE /api/v1/statuses/{id}":            m.delete,
		"GET /api/v1/statuses/{id}/context":       m.context,
		"POST /api/v1/statuses/{id}/favourite":    m.favourite,
		"POST /api/v1/statuses/{id}/unfavourite":  m.favourite,
		"GET /api/v1/accounts/relationships":      m.relationships,
		"POST /api/v1/accounts/{id}/block":        m.block,
		"POST /api/v1/accounts/{id}/unblock":      m.block,
		"GET /api/v1/streaming":                   m.streaming,
		"GET /api/v1/streaming/user":              m.streaming,
		"GET /api/v1/streaming/user/notification": m.streaming,
	} {
		mux.HandleFunc(pattern, m.signedIn(h))
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
	return Access{Settings: map[string]string{"server": base}, Secrets: map[string]string{"token": mastodonToken(b)}}
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
		(strings.HasPrefix(r.URL.Path, "/api/v1/statuses") || strings.HasPrefix(r.URL.Path, "/api/v1/accounts/"))
}

// mastodonCall is one request of a signed-in brand.
type mastodonCall struct {
	w     http.ResponseWriter
	r     *http.Request
	brand Brand
}

func (m *Mastodon) signedIn(h func(mastodonCall)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		for _, b := range m.world.Brands("mastodon") {
			if token == mastodonToken(b) {
				h(mastodonCall{w, r, b})
				return
			}
		}
		mastodonError(w, http.StatusUnauthorized, "The access token is invalid")
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

func (m *Mastodon) instanceV2(w http.ResponseWriter, r *http.Request) {
	if m.Fork {
		mastodonError(w, http.StatusNotFound, "Not Found")
		return
	}
	mastodonCall{w: w, r: r}.answer(map[string]any{
		"domain": mastodonHost, "title": "Simulated", "version": "4.3.8", "source_url": "https://github.com/mastodon/mastodon", "languages": []string{"fr", "en"},
		"api_versions": map[string]int{"mastodon": 4},
		"configuration": map[string]any{
			"urls":     map[string]string{"streaming": "ws://" + r.Host},
			"statuses": map[string]int{"max_characters": mastodonMaxChars, "max_media_attachments": 4, "characters_reserved_per_url": 23},
		},
	})
}

func (m *Mastodon) instanceV1(w http.ResponseWriter, r *http.Request) {
	mastodonCall{w: w, r: r}.answer(map[string]any{
		"uri": mastodonHost, "title": "Simulated", "version": "4.3.8",
		"urls":          map[string]string{"streaming_api": "wss://" + r.Host}, // as some servers have it, behind plain http too
		"configuration": map[string]any{"statuses": map[string]int{"max_characters": mastodonMaxChars, "characters_reserved_per_url": 23}},
	})
}
