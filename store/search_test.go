package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/query"
	"vigie/inbox/text"
)

// TestFarTimesAreOrdered: also where the columns do not tell times apart, the
// newest come first.
func TestFarTimesAreOrdered(t *testing.T) {
	db := testDB(t)
	for i, year := range []int{2700, 2300, 2500, 2600, 2400, 1200, 1500, 1300, 1400, 2026} {
		m := corpus(1)[0]
		m.Remote, m.At, m.Text = fmt.Sprint("x", i), time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), text.Clean("merci")
		fill(t, db, []inbox.Message{m}, 1, inbox.Live, inbox.Native)
	}
	want := numbersOf(found(t, db, "merci", 0).Hits)
	for n := 1; n <= len(want); n++ {
		if got := numbersOf(found(t, db, "merci", n).Hits); !slices.Equal(got, want[:n]) {
			t.Errorf("the first %d: %v, of %v", n, got, want)
		}
	}
}

// tired is a context that ends after it was asked so many times.
type tired struct {
	context.Context
	asked int
}

func (c *tired) Err() error {
	if c.asked--; c.asked < 0 {
		return context.Canceled
	}
	return nil
}

// TestSearchEndsWithItsContext: also among many terms, before anything is read.
func TestSearchEndsWithItsContext(t *testing.T) {
	db := indexedDB(t)
	q, err := query.Parse("m" + strings.Repeat(" OR m", 100))
	if err != nil {
		t.Fatal(err)
	}
	ctx := &tired{context.Background(), 50}
	if _, err := db.Search(ctx, inbox.SearchRequest{Where: q.Where(query.Env{}), Limit: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("search: %v", err)
	}
	ctx = &tired{context.Background(), 50}
	_, _, err = db.CountThreads(ctx, inbox.ThreadQuery{Where: q.WhereThreads(query.Env{})})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("count: %v", err)
	}
}
