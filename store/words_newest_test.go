package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"vigie/inbox"
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
