package httpx

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxWait is the longest wait that a header can ask for: a day. Whatever asks
// for more is a mistake or a tease.
const maxWait = 24 * time.Hour

// RetryAfter returns how long the headers of an answer ask to wait: by
// Retry-After (seconds or a date), else by the time a rate limit is reset at
// (X-RateLimit-Reset, RateLimit-Reset: a date, an epoch, or seconds left).
// Dates are read against the answer's own Date, else against now. It is never
// negative and at most a day; 0 means that nothing was asked.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	now = reference(h, now)
	for _, name := range []string{"Retry-After", "X-RateLimit-Reset", "RateLimit-Reset"} {
		if d, ok := parseWait(h.Get(name), now); ok {
			return d
		}
	}
	return 0
}

// Skew is how far the clock of an answer's server is ahead of now; behind, it
// is negative. It is at most a day either way; 0 when the answer tells no
// time.
func Skew(h http.Header, now time.Time) time.Duration {
	return min(max(reference(h, now).Sub(now), -maxWait), maxWait)
}

// reference is the time by the server's clock: its answer's Date.
func reference(h http.Header, now time.Time) time.Time {
	if t, err := http.ParseTime(h.Get("Date")); err == nil {
		return t
	}
	return now
}

// parseWait reads a time in any of the spellings that servers use.
func parseWait(s string, now time.Time) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 64 {
		return 0, false
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return waitOf(n, now)
	}
	for _, layout := range []string{time.RFC3339Nano, http.TimeFormat, time.RFC850, time.ANSIC, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return clampWait(t.Sub(now)), true
		}
	}
	return 0, false
}

// waitOf reads a number: seconds left, an epoch in seconds, or one in
// milliseconds, told apart by their size.
func waitOf(n float64, now time.Time) (time.Duration, bool) {
	switch {
	case n != n || n < 0:
		return 0, false
	case n < 1e8: // three years of seconds; as an epoch it would be 1973
		return clampWait(time.Duration(min(n, maxWait.Seconds()) * float64(time.Second))), true
	case n < 1e11:
		return clampWait(time.Unix(int64(n), 0).Sub(now)), true
	case n < 1e14:
		return clampWait(time.UnixMilli(int64(n)).Sub(now)), true
	}
	return maxWait, true
}

func clampWait(d time.Duration) time.Duration { return min(max(d, 0), maxWait) }

// ParseLink reads a Link header (RFC 8288) into the address of each relation.
// Relations are lower case; the first of each wins; what is not understood is
// left out.
func ParseLink(header string) map[string]string {
	links := map[string]string{}
	for header != "" {
		open := strings.IndexByte(header, '<')
		if open < 0 {
			break
		}
		rest := header[open+1:]
		end := strings.IndexByte(rest, '>')
		if end < 0 {
			break
		}
		target := strings.TrimSpace(rest[:end])
		params, after := cutUnquoted(rest[end+1:], ',')
		for _, rel := range strings.Fields(strings.ToLower(relOf(params))) {
			if _, known := links[rel]; !known && target != "" {
				links[rel] = target
			}
		}
		header = after
	}
	return links
}

// cutUnquoted cuts at the first separator that is not inside quotes.
func cutUnquoted(s string, sep byte) (before, after string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == sep && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func relOf(params string) string {
	for params != "" {
		var p string
		p, params = cutUnquoted(params, ';')
		key, value, ok := strings.Cut(p, "=")
		if ok && strings.EqualFold(strings.TrimSpace(key), "rel") {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}
