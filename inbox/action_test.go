package inbox_test

import (
	"testing"
	"time"

	"vigie/inbox"
)

// TestALongHistoryKeepsItsDoubts: a history is cut by what says least, so that
// when an action was first in doubt stays known.
func TestALongHistoryKeepsItsDoubts(t *testing.T) {
	var a inbox.Action
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	try := func(end inbox.SendState, why string) {
		now = now.Add(time.Minute)
		a.Move(inbox.Sending, now, "", "")
		a.Move(end, now, why, "")
	}
	for range 100 {
		try(inbox.RetryWait, inbox.WhyApart)
	}
	try(inbox.Uncertain, inbox.CodeUncertain)
	doubted := now
	for range 100 {
		try(inbox.RetryWait, inbox.WhyApart)
	}
	for range 5 {
		try(inbox.RetryWait, inbox.CodeRetry)
	}
	if len(a.History) > 50 || a.History[0].At.Equal(a.History[10].At) {
		t.Fatalf("%d steps", len(a.History))
	}
	var claim, doubt bool
	tries := 0
	for i, h := range a.History {
		claim = claim || h.To == inbox.Sending && h.At.Equal(doubted)
		doubt = doubt || h.To == inbox.Uncertain && h.At.Equal(doubted)
		if h.Why == inbox.CodeRetry {
			tries++
		}
		if i > 0 && h.At.Before(a.History[i-1].At) {
			t.Errorf("step %d is out of order", i)
		}
	}
	if !claim || !doubt || tries != 5 {
		t.Errorf("claim %v, doubt %v, %d of 5 tries", claim, doubt, tries)
	}
	for range 100 { // nothing of it is in vain
		try(inbox.Uncertain, inbox.CodeUncertain)
	}
	if len(a.History) != 50 || a.History[0].From != "" {
		t.Errorf("%d steps", len(a.History))
	}
}
