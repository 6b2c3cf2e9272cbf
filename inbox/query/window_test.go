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

// TestWindowSpans: how long may be said with hours and minutes.
func TestWindowSpans(t *testing.T) {
	for span, want := range map[string]bool{
		"<1h": false, "<1h29": false, "<1h30": true, "<1h30min": true, "<90m": true, "<89m": false, ">1h30": false, ">89min": true, "1h30": true, "<2H": true,
	} {
		th := thread()
		th.Window = now.Add(90 * time.Minute)
		if got, _ := parse(t, "window:"+span).Thread(Env{Now: now}, th); got != want {
			t.Errorf("window:%s of 1 h 30 is %v", span, got)
		}
	}
	for _, span := range []string{"<", "<h30", "<1h3x", "<1h30h", "m", "<-1h", "<1h 30", "<1.5h"} {
		if _, err := Parse(`window:"` + span + `"`); err == nil {
			t.Errorf("window:%s is understood", span)
		}
	}
}

// TestDays: the last day of that name, today included, in the zone of who asks.
func TestDays(t *testing.T) {
	zone := time.FixedZone("", -11*60*60)
	at := time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC) // a Monday; there it is Sunday still
	for text, want := range map[string]string{
		"lundi": "2026-11-16", "DIMANCHE": "2026-11-22", "monday": "2026-11-16", "saturday": "2026-11-21", "30/11/2025": "2025-11-30", "1/2/2026": "2026-02-01",
	} {
		m, ok := parseMoment(text)
		if got := m.in(Env{Now: at, Zone: zone}).Format(time.DateOnly); !ok || got != want {
			t.Errorf("%s is %s, %v; want %s", text, got, ok, want)
		}
	}
}
