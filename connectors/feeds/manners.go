package feeds

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// manners are what all accounts of a registry keep to together: a server does
// not care which of them asks it.
type manners struct {
	mu     sync.Mutex
	budget *httpx.Budget // what servers asked for; nil until the first account
	hosts  map[string]*turns
}

// turns are those of one server.
type turns struct {
	token chan struct{} // held while it is asked; guards last
	last  time.Time     // when it was last asked
}

func newManners() *manners { return &manners{hosts: map[string]*turns{}} }

// of is the budget of all accounts, by the clock of the first.
func (m *manners) of(clock inbox.Clock) *httpx.Budget {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.budget == nil {
		m.budget = httpx.NewBudget(clock)
	}
	return m.budget
}

func (m *manners) at(host string) *turns {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.hosts[host]
	if !ok {
		t = &turns{token: make(chan struct{}, 1)}
		m.hosts[host] = t
	}
	return t
}

// take waits until nobody else asks a server; false: ctx ended first.
func (t *turns) take(ctx context.Context) bool {
	select {
	case t.token <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (t *turns) give(now time.Time) {
	t.last = now
	<-t.token
}

// hostKey names the server that an address is of, however it is spelled.
func hostKey(u *url.URL) string {
	host := strings.ToLower(inASCII(u.Host))
	switch u.Scheme {
	case "https":
		return strings.TrimSuffix(host, ":443")
	default:
		return strings.TrimSuffix(host, ":80")
	}
}
