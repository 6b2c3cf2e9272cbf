package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// What the reference server allows an address by default.
const (
	bskyMost   = 3000
	bskyWindow = 5 * time.Minute
)

// bskyLimit counts the requests of a window. Bluesky's mutex guards it.
type bskyLimit struct {
	most  int
	left  int
	reset time.Time
}

// Limit allows another number of requests in five minutes, from now on.
func (b *Bluesky) Limit(most int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.limit = bskyLimit{most: most}
}

// spend counts one request, tells in the headers what is left, and reports
// whether the request may go on.
func (b *Bluesky) spend(h http.Header) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.world.Now()
	l := &b.limit
	if !now.Before(l.reset) {
		l.left, l.reset = l.most, now.Add(bskyWindow)
	}
	may := l.left > 0
	l.left = max(l.left-1, 0)
	h.Set("Date", now.Format(http.TimeFormat))
	h.Set("RateLimit-Limit", strconv.Itoa(l.most))
	h.Set("RateLimit-Remaining", strconv.Itoa(l.left))
	h.Set("RateLimit-Reset", strconv.FormatInt(l.reset.Unix(), 10))
	h.Set("RateLimit-Policy", fmt.Sprintf("%d;w=%d", l.most, int(bskyWindow.Seconds())))
	return may
}
