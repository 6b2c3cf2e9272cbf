package httpx

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vigie/inbox"
)

// hands is a clock moved by hand.
type hands struct {
	mu sync.Mutex
	t  time.Time
}

func (h *hands) Now() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.t }

func (h *hands) move(d time.Duration) { h.mu.Lock(); defer h.mu.Unlock(); h.t = h.t.Add(d) }

// headers makes headers of "name", "value" pairs.
func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func limits(most, left int, reset string) http.Header {
	return headers("X-RateLimit-Limit", strconv.Itoa(most), "X-RateLimit-Remaining", strconv.Itoa(left), "X-RateLimit-Reset", reset)
}

func TestBudgetSpellings(t *testing.T) {
	const five = 5 * time.Minute
	for name, tc := range map[string]struct {
		h            http.Header
		poll, person time.Duration
	}{
		"nothing told":    {headers(), 0, 0},
		"enough":          {limits(300, 16, "2026-11-22T12:05:00Z"), 0, 0},
		"a twentieth":     {limits(300, 15, "2026-11-22T12:05:00.000000Z"), five, 0},
		"ten of a few":    {limits(30, 10, "300"), five, 0},
		"half of fewer":   {limits(8, 5, "300"), 0, 0},
		"less than half":  {limits(8, 4, "300"), five, 0},
		"none, epoch":     {limits(300, 0, "1795349100"), five, five},
		"none, ms":        {limits(300, 0, "1795349100000"), five, five},
		"none, long over": {limits(300, 0, "2026-11-22T11:05:00Z"), 0, 0},
		"none, no reset":  {limits(300, 0, ""), 0, 0},
		"garbage":         {headers("X-RateLimit-Limit", "many", "X-RateLimit-Remaining", "-3", "X-RateLimit-Reset", "soon"), 0, 0},
		"lower case, lists": {
			headers("ratelimit-limit", "3000, 3000;w=300", "ratelimit-remaining", "100", "ratelimit-reset", "300", "ratelimit-policy", "3000;w=300"), five, 0,
		},
		"by its own clock": {headers(
			"Date", "Sun, 22 Nov 2026 15:00:00 GMT", "RateLimit-Limit", "300", "RateLimit-Remaining", "0", "RateLimit-Reset", "2026-11-22T15:05:00Z",
		), five, five},
		"by its parts": {headers("X-RateLimit-Used", "1", "X-RateLimit-Remaining", "0.0", "X-RateLimit-Reset", "300"), five, five},
		"not a number": {headers("X-RateLimit-Limit", "NaN", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "300"), 0, 0},
		"two families": {headers(
			"X-RateLimit-Limit", "300", "X-RateLimit-Remaining", "200", "X-RateLimit-Reset", "60",
			"RateLimit-Limit", "50", "RateLimit-Remaining", "0", "RateLimit-Reset", "300",
		), five, five},
	} {
		b := NewBudget(fixed{noon})
		b.Heard("toot.example", "", http.StatusOK, tc.h)
		if got := b.Rest("TOOT.example", "", false); got != tc.poll {
			t.Errorf("%s: background rests %v, want %v", name, got, tc.poll)
		}
		if got := b.Rest("toot.example", "", true); got != tc.person {
			t.Errorf("%s: a person waits %v, want %v", name, got, tc.person)
		}
		if got := b.Rest("other.example", "", false); got != 0 {
			t.Errorf("%s: another server rests %v", name, got)
		}
	}
}

func TestBudgetOfBuckets(t *testing.T) {
	clock := &hands{t: noon}
	b := NewBudget(clock)
	const host = "toot.example"
	b.Heard(host, "delete", http.StatusOK, limits(30, 0, "1800"))
	if b.Rest(host, "", true) != 0 || b.Rest(host, "delete", true) != 30*time.Minute {
		t.Error("a limit of deletions counts for them alone")
	}
	b.Heard(host, "", http.StatusOK, limits(300, 0, "2400"))
	if b.Rest(host, "delete", true) != 40*time.Minute {
		t.Error("the nearest limit counts")
	}
	clock.move(35 * time.Minute)
	if b.Rest(host, "delete", true) != 5*time.Minute {
		t.Errorf("after 35 minutes: %v", b.Rest(host, "delete", true))
	}
	clock.move(5 * time.Minute)
	if b.Rest(host, "delete", false) != 0 {
		t.Error("a limit outlives its reset")
	}
}

func TestBudgetAfterARefusal(t *testing.T) {
	for status, pairs := range map[int][]string{
		http.StatusTooManyRequests:    {"Retry-After", "Sun, 22 Nov 2026 12:00:40 GMT"},
		http.StatusServiceUnavailable: {"Retry-After", "40"},
	} {
		clock := &hands{t: noon}
		b := NewBudget(clock)
		b.Heard("a.example", "", status, headers(pairs...))
		b.Heard("a.example", "", http.StatusOK, headers("Retry-After", "80"))
		if b.Rest("a.example", "", true) != 40*time.Second || b.Rest("b.example", "", false) != 0 {
			t.Errorf("%d: %v", status, b.Rest("a.example", "", true))
		}
		clock.move(40 * time.Second)
		if b.Rest("a.example", "", false) != 0 {
			t.Errorf("%d: it rests for longer than asked", status)
		}
	}
}

func TestBudgetTakesAnswersInAnyOrder(t *testing.T) {
	b := NewBudget(fixed{noon})
	b.Heard("a.example", "", http.StatusOK, limits(300, 14, "2026-11-22T12:05:00Z"))
	b.Heard("a.example", "", http.StatusOK, limits(300, 18, "2026-11-22T12:05:01Z")) // an earlier one, late
	if b.Rest("a.example", "", false) == 0 {
		t.Error("a late answer made calls out of nothing")
	}
	b.Heard("a.example", "", http.StatusOK, limits(300, 299, "2026-11-22T12:10:00Z"))
	if b.Rest("a.example", "", false) != 0 {
		t.Error("the next period did not count")
	}
}

func TestBudgetStopsCalls(t *testing.T) {
	clock := &hands{t: noon}
	var hits atomic.Int32
	left := 12
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		left = max(left-1, 0)
		for key, vs := range limits(300, left, clock.Now().Add(time.Minute).Format(time.RFC3339)) {
			w.Header()[key] = vs
		}
		w.Header().Set("Date", clock.Now().Format(http.TimeFormat))
		_, _ = io.WriteString(w, "{}")
	}, func(o *Options) { o.Clock = clock })
	read := func() error { _, err := c.Do(t.Context(), Request{Path: "/x"}); return err }
	if err := read(); err != nil {
		t.Fatal(err)
	}
	var retry *inbox.RetryError
	err := read()
	if !errors.As(err, &retry) || retry.After != time.Minute || !errors.Is(err, ErrResting) || errors.Is(err, inbox.ErrUnreachable) {
		t.Errorf("background: %v, want a rest of 1m", err)
	}
	if _, err := c.Do(ForPerson(t.Context()), Request{Path: "/x"}); err != nil {
		t.Errorf("a person waits: %v", err)
	}
	if n := hits.Load(); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
	for range 20 {
		_, err = c.Do(t.Context(), Request{Path: "/x", Write: true, Body: []byte("b")})
	}
	if !errors.Is(err, ErrResting) || kind(err) != "retry" || hits.Load() != 12 {
		t.Errorf("writes: %v after %d calls, want a rest after 12", err, hits.Load())
	}
	clock.move(time.Minute)
	left = 300
	if err := read(); err != nil {
		t.Errorf("after the reset: %v", err)
	}
}

func TestBudgetIsSharedByMany(t *testing.T) {
	b := NewBudget(fixed{noon})
	b.Heard("a.example", "", http.StatusOK, limits(300, 40, "300"))
	var went atomic.Int32
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if b.take("a.example", "", true) == 0 {
				went.Add(1)
			}
		})
	}
	all.Wait()
	if n := went.Load(); n != 40 {
		t.Errorf("%d calls at once, 40 were left", n)
	}
}

func TestBudgetTellsWhatIsLeft(t *testing.T) {
	clock := &hands{t: noon}
	b := NewBudget(clock)
	if got := b.Left(); len(got) != 0 {
		t.Errorf("nothing was told: %v", got)
	}
	b.Heard("a.example", "", http.StatusOK, limits(300, 200, "2026-11-22T12:05:00Z"))
	one := inbox.Budget{Left: 200, Limit: 300, Reset: noon.Add(5 * time.Minute)}
	if got := b.Left(); len(got) != 1 || got[0] != one {
		t.Errorf("got %v, want %v", got, one)
	}
	b.Heard("a.example", "write", http.StatusOK, limits(30, 3, "2026-11-22T12:10:00Z"))
	one.Name = "a.example"
	if got := b.Left(); len(got) != 2 || got[0].Name != "a.example write" || got[0].Left != 3 || got[1] != one {
		t.Errorf("the least comes first: %v", got)
	}
	clock.move(6 * time.Minute)
	if got := b.Left(); len(got) != 1 || got[0].Name != "" {
		t.Errorf("a period that is over is told: %v", got)
	}
}

func TestBudgetIsBounded(t *testing.T) {
	b := NewBudget(fixed{noon})
	for n := range 1000 {
		b.Heard("a.example", "", http.StatusOK, limits(1000+n, 0, "300"))
	}
	if len(b.limits) > maxLimits {
		t.Errorf("%d limits are remembered", len(b.limits))
	}
}

func FuzzBudget(f *testing.F) {
	f.Add("300", "0", "2026-11-22T12:05:00.000000Z", "Sun, 22 Nov 2026 12:00:00 GMT", "7", 429)
	f.Add("100, 100;w=60", "-1", "1795349100", "", "", 200)
	f.Add("99999999999999999999", "9", "1e99", "x", "Sun, 22 Nov 2026 12:00:30 GMT", 503)
	f.Fuzz(func(t *testing.T, most, left, reset, date, after string, status int) {
		clock := &hands{t: noon}
		b := NewBudget(clock)
		for _, prefix := range []string{"X-RateLimit-", "RateLimit-"} {
			b.Heard("a.example", "", status, headers(
				prefix+"Limit", most, prefix+"Remaining", left, prefix+"Reset", reset, "Date", date, "Retry-After", after,
			))
		}
		poll, person := b.Rest("a.example", "", false), b.Rest("a.example", "", true)
		if person < 0 || poll < person || poll > maxWait {
			t.Errorf("background rests %v, a person waits %v", poll, person)
		}
		clock.move(maxWait)
		if d := b.Rest("a.example", "", false); d != 0 {
			t.Errorf("after a day it still rests %v", d)
		}
	})
}
