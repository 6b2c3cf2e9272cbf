package inbox_test

import (
	"testing"
	"time"

	"vigie/inbox"
)

func TestMorning(t *testing.T) {
	h := inbox.Hours{Closed: []inbox.Day{{2026, time.December, 25}}}
	h.Week[time.Friday] = []inbox.Span{{8*time.Hour + 30*time.Minute, 12 * time.Hour}, {14 * time.Hour, 18 * time.Hour}}
	for _, c := range []struct {
		day          int
		hour, minute int
	}{
		{18, 8, 30}, // a Friday
		{25, 9, 0},  // a Friday on which it is closed
		{19, 9, 0},  // a Saturday
	} {
		hour, minute := h.Morning(time.Date(2026, time.December, c.day, 0, 0, 0, 0, time.UTC))
		if hour != c.hour || minute != c.minute {
			t.Errorf("%d December: %d:%02d, want %d:%02d", c.day, hour, minute, c.hour, c.minute)
		}
	}
}
