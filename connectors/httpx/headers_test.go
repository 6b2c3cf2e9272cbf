package httpx

import (
	"maps"
	"net/http"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	for _, tc := range []struct {
		key, value string
		want       time.Duration
	}{
		{"Retry-After", "120", 2 * time.Minute},
		{"Retry-After", " 1.5 ", 1500 * time.Millisecond},
		{"Retry-After", "Sun, 22 Nov 2026 12:00:30 GMT", 30 * time.Second},
		{"Retry-After", "Sun, 22 Nov 2026 11:00:30 GMT", 0},
		{"Retry-After", "-5", 0},
		{"Retry-After", "NaN", 0},
		{"Retry-After", "soon", 0},
		{"Retry-After", "99999999999999999999", 24 * time.Hour},
		{"X-RateLimit-Reset", "2026-11-22T12:05:00.000000Z", 5 * time.Minute},
		{"X-RateLimit-Reset", "1795348860", time.Minute}, // 12:01:00 that day
		{"X-RateLimit-Reset", "1795348860000", time.Minute},
		{"RateLimit-Reset", "1795348860", time.Minute},
		{"RateLimit-Reset", "60", time.Minute},
	} {
		h := http.Header{}
		h.Set(tc.key, tc.value)
		if got := RetryAfter(h, noon); got != tc.want {
			t.Errorf("%s: %q gives %v, want %v", tc.key, tc.value, got, tc.want)
		}
	}
}

func TestRest(t *testing.T) {
	h := http.Header{}
	h.Set("X-RateLimit-Limit", "300")
	h.Set("X-RateLimit-Remaining", "16")
	h.Set("X-RateLimit-Reset", "2026-11-22T12:05:00Z")
	if got := Rest(h, noon); got != 0 {
		t.Errorf("16 of 300 left: %v, want 0", got)
	}
	h.Set("X-RateLimit-Remaining", "15")
	if got := Rest(h, noon); got != 5*time.Minute {
		t.Errorf("15 of 300 left: %v, want 5m", got)
	}
	if got := Rest(http.Header{}, noon); got != 0 {
		t.Errorf("nothing known: %v", got)
	}
}

func TestParseLink(t *testing.T) {
	for _, tc := range []struct {
		header string
		want   map[string]string
	}{
		{"", map[string]string{}},
		{
			`<https://m.example/api?limit=2&max_id=7>; rel="next", <https://m.example/api?min_id=9>; rel="prev"`,
			map[string]string{"next": "https://m.example/api?limit=2&max_id=7", "prev": "https://m.example/api?min_id=9"},
		},
		{`<a,b;c>; title="x, <y>; rel=no"; rel=next`, map[string]string{"next": "a,b;c"}},
		{`<a>;REL="Next first"`, map[string]string{"next": "a", "first": "a"}},
		{`<a>; rel=next, <b>; rel=next`, map[string]string{"next": "a"}},
		{`<a; rel=next`, map[string]string{}},
		{`garbage, <>; rel=next, <c>; rel=prev`, map[string]string{"prev": "c"}},
	} {
		if got := ParseLink(tc.header); !maps.Equal(got, tc.want) {
			t.Errorf("%q gives %v, want %v", tc.header, got, tc.want)
		}
	}
}

func FuzzParseLink(f *testing.F) {
	f.Add(`<https://m.example/api?max_id=7>; rel="next", <b>; rel="prev"`)
	f.Add(`<a>;x="\",<b>;rel=next`)
	f.Fuzz(func(t *testing.T, header string) {
		for rel, target := range ParseLink(header) {
			if rel == "" || target == "" {
				t.Errorf("an empty link from %q", header)
			}
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"120", "1e400", "Sun, 22 Nov 2026 12:00:30 GMT", "2026-11-22T12:05:00Z", "0x1p63"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h := http.Header{}
		h.Set("Retry-After", s)
		h.Set("RateLimit-Reset", s)
		h.Set("RateLimit-Limit", "1")
		h.Set("RateLimit-Remaining", "0")
		for _, d := range []time.Duration{RetryAfter(h, noon), Rest(h, noon)} {
			if d < 0 || d > maxWait {
				t.Errorf("%q gives %v", s, d)
			}
		}
	})
}
