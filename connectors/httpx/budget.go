package httpx

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"vigie/inbox"
)

const (
	// spare is what background reading leaves of a limit, at least, for what a
	// person sends: calls, or a twentieth of the limit where that is more.
	spare = 10
	// maxLimits is how many limits are remembered of one server. The real ones
	// tell of three at most.
	maxLimits = 16
	// sameReset is how far two tellings of one reset may be apart.
	sameReset = 2 * time.Second
)

// ErrResting is the cause of the RetryError of a call that was not made
// because its server asked to be left alone.
var ErrResting = inbox.ErrResting

// Budget is what the calls of one account may still cost, as its servers told
// in the headers of their answers. Background reading stops when a twentieth
// of a limit is left, or ten calls (of a small limit: half); what a person
// waits for goes on until nothing is left. After a 429, or a 503 that names a
// time, nothing goes until then. Where several limits count, the nearest does.
//
// Each server has limits of its own, and so has each Request.Bucket of it; the
// limits of the bucket "" count for all others too. Times are read against
// the answer's own Date, so that a wrong clock here costs nothing.
//
// It is safe for concurrent use.
type Budget struct {
	clock inbox.Clock

	mu     sync.Mutex
	limits map[limitKey]limit
	rests  map[place]time.Time // nothing at all before
}

// place is a set of calls that a server counts together.
type place struct{ host, bucket string }

// limitKey tells limits apart: a server names them by nothing but their size.
type limitKey struct {
	place
	most int
}

// limit is one limit as it stands.
type limit struct {
	left  int
	reset time.Time
}

// NewBudget makes a budget that knows of no limit yet. A nil clock is the
// machine's.
func NewBudget(clock inbox.Clock) *Budget {
	if clock == nil {
		clock = wallClock{}
	}
	return &Budget{clock: clock, limits: map[limitKey]limit{}, rests: map[place]time.Time{}}
}

type urgentKey struct{}

// ForPerson marks a ctx whose calls a person waits for, reads among them: they
// go on where background reading rests. Writes need no mark.
func ForPerson(ctx context.Context) context.Context {
	return context.WithValue(ctx, urgentKey{}, true)
}

func forPerson(ctx context.Context) bool { return ctx.Value(urgentKey{}) != nil }

// Rest is how long a call must wait: background reading, or what a person
// waits for. 0: it may go now.
func (b *Budget) Rest(host, bucket string, person bool) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rest(place{strings.ToLower(host), bucket}, person, b.clock.Now())
}

// take is Rest that counts the call when it may go, until an answer tells the
// true number.
func (b *Budget) take(host, bucket string, person bool) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := place{strings.ToLower(host), bucket}
	if d := b.rest(p, person, b.clock.Now()); d > 0 {
		return d
	}
	for k, l := range b.limits {
		if p.under(k.place) {
			l.left = max(l.left-1, 0)
			b.limits[k] = l
		}
	}
	return 0
}

// Left is what is left of each limit that counts now, as it was last told: the
// least first. A limit is named by what its calls have in common, where there
// is more than one.
func (b *Budget) Left() []inbox.Budget {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	var list []inbox.Budget
	for k, l := range b.limits {
		if l.reset.After(now) {
			list = append(list, inbox.Budget{Name: strings.TrimSpace(k.host + " " + k.bucket), Left: l.left, Limit: k.most, Reset: l.reset})
		}
	}
	slices.SortFunc(list, func(x, y inbox.Budget) int {
		return cmp.Or(cmp.Compare(float64(x.Left)/float64(x.Limit), float64(y.Left)/float64(y.Limit)), cmp.Compare(x.Name, y.Name), cmp.Compare(x.Limit, y.Limit))
	})
	if len(list) == 1 {
		list[0].Name = ""
	}
	return list
}

// under reports whether a limit of other counts for p.
func (p place) under(other place) bool {
	return p.host == other.host && (other.bucket == "" || other.bucket == p.bucket)
}

func (b *Budget) rest(p place, person bool, now time.Time) time.Duration {
	var d time.Duration
	for q, until := range b.rests {
		if p.under(q) {
			d = max(d, until.Sub(now))
		}
	}
	for k, l := range b.limits {
		keep := 0
		if !person {
			keep = min(max(k.most/20, spare), k.most/2)
		}
		if p.under(k.place) && l.left <= keep {
			d = max(d, l.reset.Sub(now))
		}
	}
	return d
}

// Heard takes in what the headers of an answer tell.
func (b *Budget) Heard(host, bucket string, status int, h http.Header) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, now := place{strings.ToLower(host), bucket}, b.clock.Now()
	for k, l := range b.limits {
		if !l.reset.After(now) {
			delete(b.limits, k)
		}
	}
	for q, until := range b.rests {
		if !until.After(now) {
			delete(b.rests, q)
		}
	}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable && h.Get("Retry-After") != "" {
		if d := RetryAfter(h, now); d > 0 {
			b.rests[p] = later(b.rests[p], now.Add(d))
		}
	}
	for _, prefix := range []string{"X-RateLimit-", "RateLimit-"} {
		most, l, ok := readLimit(h, prefix, now)
		if ok {
			b.note(limitKey{p, most}, l)
		}
	}
}

// note keeps what was told of a limit. Answers come in any order: within one
// period the lowest number counts.
func (b *Budget) note(k limitKey, l limit) {
	old, known := b.limits[k]
	if known && old.reset.Sub(l.reset).Abs() <= sameReset {
		l.left = min(l.left, old.left)
	}
	if known || len(b.limits) < maxLimits {
		b.limits[k] = l
	}
}

// readLimit reads one family of headers; ok is false when they do not tell
// all, or a time that is over.
func readLimit(h http.Header, prefix string, now time.Time) (most int, l limit, ok bool) {
	if l.left, ok = count(h.Get(prefix + "Remaining")); !ok {
		return 0, l, false
	}
	if most, ok = count(h.Get(prefix + "Limit")); !ok { // Reddit tells its parts alone
		most, ok = count(h.Get(prefix + "Used"))
		most += l.left
	}
	if !ok || most == 0 {
		return 0, l, false
	}
	d, ok := parseWait(h.Get(prefix+"Reset"), reference(h, now))
	l.reset = now.Add(d)
	return most, l, ok && d > 0
}

// count reads a number of calls, the first of a list ("100, 100;w=60").
func count(s string) (int, bool) {
	if at := strings.IndexAny(s, ",;"); at >= 0 {
		s = s[:at]
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64) // "99.0"
	if err != nil || !(n >= 0 && n <= 1e9) {
		return 0, false
	}
	return int(n), true
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
