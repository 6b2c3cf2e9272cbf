package tui

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
)

// A session that has ended waits for no timer.
func TestAfterEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		if msg := after(t.Context(), time.Minute, func() tea.Msg { return "due" })(); msg != "due" || time.Since(begun) != time.Minute {
			t.Errorf("%v after %v", msg, time.Since(begun))
		}
		ctx, cancel := context.WithCancel(t.Context())
		wait := after(ctx, time.Minute, func() tea.Msg { return "due" })
		begun = time.Now()
		cancel()
		if msg := wait(); msg != nil || time.Since(begun) != 0 {
			t.Errorf("%v after %v, and its session is over", msg, time.Since(begun))
		}
	})
}
