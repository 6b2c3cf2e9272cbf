package query

import (
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

func TestOverdue(t *testing.T) {
	due := func(change func(*inbox.Thread)) bool {
		th := thread()
		change(&th)
		got, _ := parse(t, "is:overdue").Thread(Env{Now: now}, th)
		return got
	}
	esc := &inbox.Escalation{At: now.Add(-5 * time.Hour), Due: now.Add(-time.Hour)}
	for name, tt := range map[string]struct {
		change func(*inbox.Thread)
		want   bool
	}{
		"snooze ended":         {func(h *inbox.Thread) { h.State, h.Until = inbox.Snoozed, now }, true},
		"snooze runs":          {func(h *inbox.Thread) { h.State, h.Until = inbox.Snoozed, now.Add(1) }, false},
		"escalation late":      {func(h *inbox.Thread) { h.State, h.Escalation = inbox.Escalated, esc }, true},
		"late and ours again":  {func(h *inbox.Thread) { h.Escalation = esc }, true},
		"late but answered":    {func(h *inbox.Thread) { h.Escalation, h.OutAt = esc, now.Add(-2*time.Hour) }, false},
		"target passed":        {func(h *inbox.Thread) { h.Target = now.Add(-time.Minute) }, true},
		"target and window":    {func(h *inbox.Thread) { h.Target, h.Alarm = now.Add(-time.Minute), inbox.AlarmSoon }, true},
		"a watch's target":     {func(h *inbox.Thread) { h.Kind, h.Target = inbox.KindWatch, now.Add(-time.Minute) }, false},
		"target to come":       {func(h *inbox.Thread) { h.Target = now.Add(time.Minute) }, false},
		"window rings":         {func(h *inbox.Thread) { h.Window = now.Add(time.Minute) }, false},
		"window just closed":   {func(h *inbox.Thread) { h.Window = now }, true},
		"window missed":        {func(h *inbox.Thread) { h.Window, h.Alarm = now, inbox.AlarmMissed }, false},
		"woken":                {func(h *inbox.Thread) { h.WokeAt = now }, true},
		"not ours":             {func(h *inbox.Thread) { h.State, h.Target = inbox.Theirs, now.Add(-time.Hour) }, false},
		"late but done":        {func(h *inbox.Thread) { h.State, h.Escalation = inbox.Done, esc }, false},
		"escalation, no limit": {func(h *inbox.Thread) { h.State, h.Escalation = inbox.Escalated, &inbox.Escalation{} }, false},
	} {
		if got := due(tt.change); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestWindow: only a thread that waits for us closes.
func TestWindow(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*inbox.Thread)
		want   string
	}{
		"closed":      {func(h *inbox.Thread) { h.Window = now }, "window:closed"},
		"missed":      {func(h *inbox.Thread) { h.Window, h.Alarm = now.Add(-time.Hour), inbox.AlarmMissed }, "window:closed"},
		"long":        {func(h *inbox.Thread) { h.Window = now.Add(48 * time.Hour) }, "window:>1d window:open"},
		"for ever":    {func(h *inbox.Thread) { h.Window = time.Time{} }, ""},
		"theirs":      {func(h *inbox.Thread) { h.State = inbox.Theirs }, ""},
		"listened to": {func(h *inbox.Thread) { h.Kind = inbox.KindWatch }, ""},
	} {
		th := thread()
		tt.change(&th)
		var got []string
		for _, q := range []string{"window:<2h", "window:>1d", "window:open", "window:closed"} {
			if yes, _ := parse(t, q).Thread(Env{Now: now}, th); yes {
				got = append(got, q)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v; want %s", name, got, tt.want)
		}
	}
}
