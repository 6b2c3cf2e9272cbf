package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

func mastodon(t *testing.T) (*handClock, *World, *Mastodon) {
	t.Helper()
	clock := newHandClock()
	w := world(t, Options{Clock: clock, Empty: true})
	return clock, w, NewMastodon(w)
}

func TestMastodonKeysLateAndForgotten(t *testing.T) {
	clock, _, m := mastodon(t)
	m.KeyLate, m.KeyLife = 10*time.Second, time.Minute
	for i, step := range []struct {
		wait  time.Duration
		posts int
	}{
		{0, 1},
		{0, 2},                // at the same time: both pass
		{11 * time.Second, 2}, // known by now
		{time.Minute, 3},      // forgotten
	} {
		clock.Advance(step.wait)
		if status, _, body := request(t, m, "POST", "/api/v1/statuses", "status=Bonjour", "Idempotency-Key", "k1"); status != http.StatusOK {
			t.Fatalf("%d %s", status, body)
		}
		if n := len(m.Posted()); n != step.posts {
			t.Errorf("step %d: %d posts, want %d", i, n, step.posts)
		}
	}
	status, _, body := request(t, m, "POST", "/api/v1/statuses", "status=", "Idempotency-Key", "k1")
	clock.Advance(11 * time.Second)
	again, _, same := request(t, m, "POST", "/api/v1/statuses", "status=", "Idempotency-Key", "k1")
	if status != http.StatusUnprocessableEntity || again != http.StatusOK || !strings.Contains(same, "Bonjour") || len(m.Posted()) != 3 {
		t.Errorf("an empty text with a key: %d %s, then %d %s", status, body, again, same)
	}
	m.Fork = true
	_, _, _ = request(t, m, "POST", "/api/v1/statuses", "status=Bonjour", "Idempotency-Key", "k1")
	if len(m.Posted()) != 4 {
		t.Error("a fork keeps keys")
	}
}

func TestMastodonLists(t *testing.T) {
	clock, w, m := mastodon(t)
	m.Lag = 30 * time.Second
	if _, err := w.Say("miette-mastodon", inbox.KindMention, "Bonjour"); err != nil {
		t.Fatal(err)
	}
	list := func() int {
		_, _, body := request(t, m, "GET", "/api/v1/notifications?types[]=mention", "")
		var all []any
		if err := json.Unmarshal([]byte(body), &all); err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if n := list(); n != 0 {
		t.Errorf("%d at once", n)
	}
	clock.Advance(30 * time.Second)
	if n := list(); n != 1 {
		t.Errorf("%d after the lag", n)
	}
}

func TestMastodonCountsCalls(t *testing.T) {
	clock, _, m := mastodon(t)
	m.Limit = 3
	for i, want := range []int{200, 200, 200, 429, 429} {
		status, h, _ := request(t, m, "GET", "/api/v1/accounts/verify_credentials", "")
		if status != want || h.Get("X-RateLimit-Remaining") != []string{"2", "1", "0", "0", "0"}[i] {
			t.Errorf("call %d: %d, %v", i+1, status, h)
		}
		if date, err := http.ParseTime(h.Get("Date")); err != nil || !date.Equal(clock.Now()) {
			t.Errorf("call %d: the date is %s", i+1, h.Get("Date"))
		}
	}
	if m.Refused() != 2 {
		t.Errorf("%d refused", m.Refused())
	}
	clock.Advance(5 * time.Minute)
	if status, _, _ := request(t, m, "GET", "/api/v1/accounts/verify_credentials", ""); status != http.StatusOK {
		t.Errorf("the next period: %d", status)
	}
}

func TestMastodonFaultsOfSomeRequests(t *testing.T) {
	_, _, m := mastodon(t)
	m.Fault(fault.Fault{Kind: fault.LostError, Writes: true, Times: 2})
	for i, want := range []int{500, 500, 200} {
		if status, _, _ := request(t, m, "GET", "/api/v1/notifications", ""); status != http.StatusOK {
			t.Errorf("a read: %d", status)
		}
		if status, _, _ := request(t, m, "POST", "/api/v1/statuses", "status=Bonjour"); status != want || len(m.Posted()) != i+1 {
			t.Errorf("write %d: %d, %d on the network", i+1, status, len(m.Posted()))
		}
	}
	m.Fault(fault.Fault{Kind: fault.Unavailable, After: 7 * time.Second})
	if status, h, _ := request(t, m, "GET", "/api/v1/notifications", ""); status != http.StatusServiceUnavailable || h.Get("Retry-After") != "7" {
		t.Errorf("%d %v", status, h)
	}
}
