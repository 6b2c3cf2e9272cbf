package httpx

import (
	"maps"
	"net/http"
	"strconv"
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

func TestWaitsAreReadByTheServersClock(t *testing.T) {
	for _, ahead := range []time.Duration{0, 3 * time.Hour, -3 * time.Hour} {
		there := noon.Add(ahead)
		for name, value := range map[string]string{
			"Retry-After": there.Add(time.Minute).Format(http.TimeFormat), "X-RateLimit-Reset": there.Add(time.Minute).Format(time.RFC3339),
			"RateLimit-Reset": strconv.FormatInt(there.Add(time.Minute).Unix(), 10),
		} {
			h := http.Header{"Date": {there.Format(http.TimeFormat)}}
			h.Set(name, value)
			if got := RetryAfter(h, noon); got != time.Minute {
				t.Errorf("%s of a server %v ahead: %v, want 1m", name, ahead, got)
			}
			if got := Skew(h, noon); got != ahead {
				t.Errorf("a server %v ahead: skew %v", ahead, got)
			}
		}
	}
	if got := Skew(http.Header{"Date": {"Sun, 22 Nov 1970 12:00:00 GMT"}}, noon); got != -24*time.Hour {
		t.Errorf("1970: skew %v", got)
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
		f.Add(s, "Sun, 22 Nov 2026 12:00:00 GMT")
	}
	f.Fuzz(func(t *testing.T, s, date string) {
		h := http.Header{"Retry-After": {s}, "Date": {date}}
		if d := RetryAfter(h, noon); d < 0 || d > maxWait {
			t.Errorf("%q gives %v", s, d)
		}
		if d := Skew(h, noon); d.Abs() > maxWait {
			t.Errorf("%q gives a skew of %v", date, d)
		}
	})
}
