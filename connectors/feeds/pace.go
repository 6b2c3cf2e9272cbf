package feeds

import (
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/rss"
)

// freshness is how long an answer may be kept (Cache-Control: max-age).
func freshness(h http.Header) time.Duration {
	for _, directive := range strings.Split(h.Get("Cache-Control"), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		if !strings.EqualFold(name, "max-age") {
			continue
		}
		if n, err := strconv.Atoi(strings.Trim(value, `"`)); err == nil && n > 0 {
			return time.Duration(min(n, int(maxWait/time.Second))) * time.Second
		}
	}
	return 0
}

// ttl is how long an RSS document says that it may be kept, in minutes there.
func ttl(f *gofeed.Feed) time.Duration {
	original, ok := f.OriginalFeed().(*rss.Feed)
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(original.TTL))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, int(maxWait/time.Minute))) * time.Minute
}

// period is how often an RSS document says that it changes (sy:updatePeriod,
// sy:updateFrequency): twice a day means every twelve hours.
func period(f *gofeed.Feed) time.Duration {
	word := func(name string) string {
		for _, e := range f.Extensions["sy"][name] {
			return strings.ToLower(strings.TrimSpace(e.Value))
		}
		return ""
	}
	day := 24 * time.Hour
	every := map[string]time.Duration{"hourly": time.Hour, "daily": day, "weekly": 7 * day, "monthly": 30 * day, "yearly": 365 * day}[word("updatePeriod")]
	if n, err := strconv.Atoi(word("updateFrequency")); err == nil && n > 1 {
		every /= time.Duration(min(n, 1000))
	}
	return min(every, maxWait)
}

// skipping is when a document does not want to be asked for: hours of the day
// and days of the week, in UTC.
type skipping struct {
	hours [24]bool
	days  [7]bool
}

func skips(f *gofeed.Feed) skipping {
	var s skipping
	original, ok := f.OriginalFeed().(*rss.Feed)
	if !ok {
		return s
	}
	for _, h := range original.SkipHours {
		if n, err := strconv.Atoi(strings.TrimSpace(h)); err == nil && n >= 0 && n <= 24 {
			s.hours[n%24] = true
		}
	}
	for _, d := range original.SkipDays {
		for i := range s.days {
			if strings.EqualFold(time.Weekday(i).String(), strings.TrimSpace(d)) {
				s.days[i] = true
			}
		}
	}
	return s
}

// after is the first time, not before at, that may be asked at. A document
// that never wants to be asked is not taken at its word.
func (s skipping) after(at time.Time) time.Time {
	if !slices.Contains(s.hours[:], false) || !slices.Contains(s.days[:], false) {
		return at
	}
	for t := at.UTC(); ; t = t.Truncate(time.Hour).Add(time.Hour) {
		if !s.hours[t.Hour()] && !s.days[t.Weekday()] {
			return t
		}
	}
}

// wait is how long a document asks to be left alone from now on.
func (d document) wait(now time.Time, pace time.Duration) time.Duration {
	wish := max(d.fresh, d.keep)
	next := now.Add(max(wish, pace))
	if late := d.skip.after(next); late.After(next) {
		return late.Sub(now)
	}
	return wish
}

// spread moves what many readers would do at the same moment apart: by up to
// a twentieth, the same for the same feed of the same account.
func spread(wait time.Duration, words ...string) time.Duration {
	h := fnv.New32a()
	for _, w := range words {
		_, _ = h.Write([]byte(w)) // a hash takes everything
	}
	return wait + time.Duration(h.Sum32()%1000)*(wait/20)/1000
}
