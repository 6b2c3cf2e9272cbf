package sandbox

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestFeedsGrow(t *testing.T) {
	clock := &feedClock{time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	w, err := NewWorld(Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	f := NewFeeds(w)
	for _, b := range w.Brands("feeds") {
		clock.now = f.begun
		for s := range sources {
			before := f.articles(b, s)
			if len(before) < 4 || before[0].At.After(clock.now) {
				t.Errorf("%s: %d articles at first, the newest of %v", feedPath(b.Account, s), len(before), before[0].At)
			}
		}
		clock.now = f.begun.Add(2 * time.Hour)
		for s := range sources {
			if n := len(f.articles(b, s)); n != 6 {
				t.Errorf("%s: %d articles after two hours, want 6", feedPath(b.Account, s), n)
			}
		}
	}
}

// TestFeedsOfTalk: every brand has comments and posts, each on something.
func TestFeedsOfTalk(t *testing.T) {
	w, err := NewWorld(Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := NewFeeds(w)
	for _, b := range w.Brands("feeds") {
		for _, s := range []Source{Comments, Forum} {
			said := f.articles(b, s)
			if len(said) != 3 || said[0].On == "" || said[0].On != said[1].On || said[0].Lead == "" || said[0].Author == "" {
				t.Errorf("%s: %+v", feedPath(b.Account, s), said)
			}
		}
	}
}

type feedClock struct{ now time.Time }

func (c *feedClock) Now() time.Time { return c.now }

func TestFeedsAnswer304(t *testing.T) {
	w, err := NewWorld(Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	f := NewFeeds(w)
	get := func(tag string) *http.Response {
		rec := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, feedPath("clair-feeds", Alert), nil)
		r.Header.Set("If-None-Match", tag)
		f.ServeHTTP(rec, r)
		return rec.Result()
	}
	first := get("")
	if first.StatusCode != 200 || get(first.Header.Get("ETag")).StatusCode != 304 {
		t.Error("the same document is sent twice")
	}
	f.Publish("clair-feeds", Alert, Article{Site: "a.example", Slug: "1", Title: "Clair"})
	if get(first.Header.Get("ETag")).StatusCode != 200 {
		t.Error("a new article is not told")
	}
}
