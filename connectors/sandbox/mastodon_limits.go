package sandbox

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	mastodonCalls  = 300 // requests of one account in a period, as told when nobody counts
	mastodonPeriod = 5 * time.Minute
)

// rates counts the requests of each account by period.
type rates struct {
	mu      sync.Mutex
	begun   time.Time // of the period
	used    map[string]int
	refused int
}

// limited tells the limit in every answer, and refuses what is over it when
// there is one. Accounts are told apart by their token.
func (m *Mastodon) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most, left, reset := mastodonCalls, mastodonCalls-1, m.world.Now().Add(mastodonPeriod)
		if m.Limit > 0 {
			most = m.Limit
			left, reset = m.rates.count(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), most, m.world.Now())
		}
		h := w.Header()
		h.Set("Date", m.world.Now().Format(http.TimeFormat))
		h.Set("X-RateLimit-Limit", strconv.Itoa(most))
		h.Set("X-RateLimit-Remaining", strconv.Itoa(max(left, 0)))
		h.Set("X-RateLimit-Reset", reset.UTC().Format("2006-01-02T15:04:05.000000Z"))
		if left < 0 {
			mastodonError(w, http.StatusTooManyRequests, "Too many requests")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// count counts a request and returns how many are left, negative when it was
// one too many, and when the period ends.
func (s *rates) count(who string, most int, now time.Time) (left int, reset time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if begun := now.Truncate(mastodonPeriod); !begun.Equal(s.begun) {
		s.begun, s.used = begun, map[string]int{}
	}
	if s.used[who] >= most {
		s.refused++
		return -1, s.begun.Add(mastodonPeriod)
	}
	s.used[who]++
	return most - s.used[who], s.begun.Add(mastodonPeriod)
}

// Refused is how many requests came over the limit.
func (m *Mastodon) Refused() int {
	m.rates.mu.Lock()
	defer m.rates.mu.Unlock()
	return m.rates.refused
}
