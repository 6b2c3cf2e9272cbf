package feeds

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/connectors/httpx"
	"vigie/inbox"
)

// roads answers by host without a network, and notes what is asked of whom at
// the same time.
type roads struct {
	mu     sync.Mutex
	asked  []string
	busy   map[string]int
	most   map[string]int
	all    int
	widest int
	serve  func(*http.Request) *http.Response
	inside func() // while a request is on its way
}

func (r *roads) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	r.asked = append(r.asked, req.URL.Host+req.URL.Path)
	r.busy[req.URL.Host]++
	r.all++
	r.most[req.URL.Host], r.widest = max(r.most[req.URL.Host], r.busy[req.URL.Host]), max(r.widest, r.all)
	r.mu.Unlock()
	if r.inside != nil {
		r.inside()
	}
	res := r.serve(req)
	res.Request = req
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy[req.URL.Host]--
	r.all--
	return res, nil
}

func told(status int, body string, header ...string) *http.Response {
	rec := httptest.NewRecorder()
	for i := 0; i+1 < len(header); i += 2 {
		rec.Header().Set(header[i], header[i+1])
	}
	rec.WriteHeader(status)
	_, _ = rec.WriteString(body)
	return rec.Result()
}

func travel(t *testing.T, r *roads, log *slog.Logger, urls ...string) *connector {
	t.Helper()
	r.busy, r.most = map[string]int{}, map[string]int{}
	c, err := newConnector(connectors.Env{Clock: fixed{noon}, Log: log, Transport: r, UserAgent: "vigie/1 (+https://vigie.example)"}, connectors.Setup{
		Account: inbox.Account{ID: "veille", Network: Network}, Lists: map[string][]string{"urls": urls},
	}, newManners())
	if err != nil {
		t.Fatal(err)
	}
	c.pause = func(context.Context) {}
	return c
}

// TestOneAtATime: a server is asked for one document at a time with a pause
// between, and a slow server does not keep another waiting.
func TestOneAtATime(t *testing.T) {
	r := &roads{serve: func(*http.Request) *http.Response { return told(200, rssOf("")) }}
	c := travel(t, r, nil, "https://a.example/1", "https://a.example/2", "https://b.example/1", "https://A.example/3")
	pauses := 0
	c.pause = func(context.Context) { pauses++ }
	var once sync.Once
	both := make(chan struct{})
	r.inside = func() { // the first of each wait for each other
		r.mu.Lock()
		together := r.busy["a.example"] == 1 && r.busy["b.example"] == 1
		r.mu.Unlock()
		if together {
			once.Do(func() { close(both) })
		}
		<-both
	}
	if _, err := fetchAt(c, "", noon); err != nil {
		t.Fatal(err)
	}
	if len(r.asked) != 4 || r.most["a.example"] != 1 || r.widest != 2 || pauses != 2 {
		t.Errorf("asked %v, at most %v at once, %d in all, %d pauses", r.asked, r.most, r.widest, pauses)
	}
}

// TestWhatTimeLeaves: when the time of a fetch is over, the feeds that were
// not reached are the first of the next.
func TestWhatTimeLeaves(t *testing.T) {
	r := &roads{serve: func(*http.Request) *http.Response { return told(200, rssOf("")) }}
	c := travel(t, r, nil, "https://a.example/1", "https://a.example/2", "https://a.example/3")
	ctx, cancel := context.WithTimeout(t.Context(), reserve-time.Second)
	defer cancel()
	cursor := ""
	for range 3 {
		p, err := c.Fetch(ctx, inbox.FetchRequest{Stream: inbox.StreamWatch, Cursor: cursor, Now: noon})
		if err != nil {
			t.Fatal(err)
		}
		cursor = p.Cursor
	}
	if !slices.Equal(r.asked, []string{"a.example/1", "a.example/2", "a.example/3"}) {
		t.Errorf("asked %v", r.asked)
	}
}

// TestGoneForGood: told, once, and never asked for again, also after a
// restart; the others are read on.
func TestGoneForGood(t *testing.T) {
	r := &roads{serve: func(req *http.Request) *http.Response {
		if req.URL.Path == "/old-s3cret" {
			return told(http.StatusGone, "")
		}
		return told(200, rssOf(item("1", "https://e.example/1", "un")))
	}}
	log := &conformance.Log{}
	c := travel(t, r, log.Logger(), "https://a.example/old-s3cret", "https://b.example/feed")
	p := fetch(t, c, "")
	if len(p.Messages) != 1 || len(p.Refused) != 1 || p.Refused[0] != (inbox.Refusal{
		Item: "feed 1 (a.example)", Reason: "is gone for good, and not asked for again (410)", Source: true,
	}) {
		t.Fatalf("%q, refused %v", texts(p), p.Refused)
	}
	asked := len(r.asked)
	for range 2 {
		if p = fetch(t, c, p.Cursor); len(p.Refused) != 0 {
			t.Errorf("told again: %v", p.Refused)
		}
		c = travel(t, r, log.Logger(), "https://a.example/old-s3cret", "https://b.example/feed")
	}
	if got := r.asked[asked:]; slices.Contains(got, "a.example/old-s3cret") || len(got) != 2 {
		t.Errorf("asked %v", got)
	}
	if strings.Contains(log.String()+p.Cursor, "s3cret") {
		t.Error("the address was told")
	}
	alone := travel(t, r, nil, "https://a.example/old-s3cret")
	for range 2 {
		if _, err := fetchAt(alone, "", noon); inbox.ProblemOf(err).Code != inbox.CodeGone {
			t.Errorf("the only feed: %v", err)
		}
	}
	if n := len(r.asked) - asked - 2; n != 1 {
		t.Errorf("asked %d times for what is gone", n)
	}
}

// TestMovedForGood is told once, by host alone; a move for now is not.
func TestMovedForGood(t *testing.T) {
	for status, want := range map[int]int{http.StatusMovedPermanently: 1, http.StatusPermanentRedirect: 1, http.StatusFound: 0} {
		r := &roads{serve: func(req *http.Request) *http.Response {
			if req.URL.Host == "old.example" {
				return told(status, "", "Location", "https://new.example/s3cret")
			}
			return told(200, rssOf(item("1", "https://e.example/1", "un")))
		}}
		p := fetch(t, travel(t, r, nil, "http://old.example/f"), "")
		if len(p.Messages) != 1 || len(p.Refused) != want {
			t.Fatalf("%d: %q, refused %v", status, texts(p), p.Refused)
		}
		if want == 1 && p.Refused[0].Reason != "has moved for good to https://new.example: change its address" {
			t.Errorf("%d: %v", status, p.Refused)
		}
		if q := fetch(t, travel(t, r, nil, "http://old.example/f"), p.Cursor); len(q.Refused) != 0 || q.Cursor != p.Cursor || strings.Contains(q.Cursor, "s3cret") {
			t.Errorf("%d, again: %v", status, q.Refused)
		}
	}
}

// TestSkipping: hours and days on which a document does not want to be asked.
func TestSkipping(t *testing.T) {
	hours := "<skipHours>"
	for _, h := range []string{"12", "13", "14"} {
		hours += "<hour>" + h + "</hour>"
	}
	hours += "</skipHours>"
	for name, c := range map[string]struct {
		body string
		want time.Duration
	}{
		"hours":    {hours, 3 * time.Hour},
		"day":      {"<skipDays><day>Sunday</day></skipDays>", 12 * time.Hour},
		"all days": {"<skipDays><day>Monday</day><day>Tuesday</day><day>Wednesday</day><day>Thursday</day><day>Friday</day><day>Saturday</day><day>Sunday</day></skipDays>", 0},
		"period":   {"<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 12 * time.Hour},
		"years":    {"<sy:updatePeriod>yearly</sy:updatePeriod>", 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			body := strings.Replace(rssOf(c.body), `version="2.0"`, `version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"`, 1)
			s := newSite(t, body)
			con := open(t, nil, s.URL)
			if p := fetch(t, con, ""); p.PollAfter != c.want {
				t.Errorf("poll after %s, want %s", p.PollAfter, c.want)
			}
		})
	}
}

// TestKeptThrough304: how long a document may be kept holds also when it did
// not change since.
func TestKeptThrough304(t *testing.T) {
	s := newSite(t, rssOf(`<ttl>60</ttl>`))
	s.header.Set("ETag", `"1"`)
	p := fetch(t, open(t, nil, s.URL), "")
	if q := fetch(t, open(t, nil, s.URL), p.Cursor); q.PollAfter != time.Hour || q.Cursor != p.Cursor || len(s.asked) != 2 {
		t.Errorf("after a restart: poll after %s", q.PollAfter)
	}
}

// TestSpread: the same rest ends at other moments for other feeds, never early.
func TestSpread(t *testing.T) {
	a, b := spread(time.Hour, "x", "1"), spread(time.Hour, "x", "2")
	if a == b || a != spread(time.Hour, "x", "1") || min(a, b) < time.Hour || max(a, b) > 63*time.Minute {
		t.Errorf("%s and %s", a, b)
	}
}

// TestWhoAsks: a feed that wants to know who reads it is told.
func TestWhoAsks(t *testing.T) {
	var agent string
	r := &roads{serve: func(req *http.Request) *http.Response {
		agent = req.UserAgent()
		return told(200, rssOf(""))
	}}
	fetch(t, travel(t, r, nil, "https://www.reddit.com/r/x/.rss"), "")
	if agent != "vigie/1 (+https://vigie.example)" {
		t.Errorf("called %q", agent)
	}
}

// TestEachInTurn: of a server that gives one document and then refuses for a
// while, the next reading begins with the feeds that were refused, and what
// only waits for its turn does not fail.
func TestEachInTurn(t *testing.T) {
	for name, tells := range map[string]bool{"after a refusal": false, "ahead of one": true} {
		clock := conformance.NewClock(noon)
		free := noon
		var read []string
		refusals := 0
		r := &roads{serve: func(req *http.Request) *http.Response {
			if now := clock.Now(); now.Before(free) {
				refusals++
				return told(http.StatusTooManyRequests, "", "X-Ratelimit-Reset", fmt.Sprint(free.Sub(now).Seconds()))
			}
			read, free = append(read, req.URL.Path), clock.Now().Add(time.Minute)
			if !tells {
				return told(http.StatusOK, rssOf(""))
			}
			return told(http.StatusOK, rssOf(""), "X-Ratelimit-Used", "1", "X-Ratelimit-Remaining", "0.0", "X-Ratelimit-Reset", "60")
		}}
		c := travel(t, r, nil, "https://r.example/1", "https://r.example/2", "https://r.example/3")
		c.clock, c.http = clock, httpx.New(httpx.Options{Clock: clock, Transport: r, Public: true})
		cursor := ""
		for range 3 {
			p, err := fetchAt(c, cursor, clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			if tells && (len(p.Refused) > 0 || len(c.Failing()) > 0) {
				t.Errorf("%s: %v, %v", name, p.Refused, c.Failing())
			}
			cursor = p.Cursor
			clock.Advance(minPoll)
		}
		if slices.Sort(read); !slices.Equal(read, []string{"/1", "/2", "/3"}) || tells && refusals > 0 {
			t.Errorf("%s: read %v, %d refusals", name, read, refusals)
		}
	}
}
