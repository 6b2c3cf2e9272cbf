package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/tui/lang"
)

type stopped time.Time

func (s stopped) Now() time.Time { return time.Time(s) }

// TestRowsSayUntilWhen: a row of "vigie list" says by when an answer should
// come and why, and so does its JSON.
func TestRowsSayUntilWhen(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 2, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		change func(*inbox.Thread)
		fr, en string
		due    string
		why    string
	}{
		"window": {func(h *inbox.Thread) { h.Window = now.Add(41 * time.Minute) }, "fenêtre 41 min", "window 41 min", "2026-11-23T08:43:00Z", "window"},
		"target": {func(h *inbox.Thread) { h.Target = now.Add(70 * time.Minute) }, "SLA 1 h 10", "SLA 1 h 10", "2026-11-23T09:12:00Z", "target"},
		"both": {func(h *inbox.Thread) {
			h.Target, h.Window, h.Alarm = now.Add(-time.Hour), now.Add(41*time.Minute), inbox.AlarmNow
		}, "fenêtre 41 min", "window 41 min", "2026-11-23T08:43:00Z", "window"},
		"past":    {func(h *inbox.Thread) { h.Target = now.Add(-2 * time.Hour) }, "SLA dépassé 2 h", "SLA past 2 h", "2026-11-23T06:02:00Z", "target"},
		"closed":  {func(h *inbox.Thread) { h.Window, h.Alarm = now.Add(-time.Hour), inbox.AlarmMissed }, "fenêtre fermée", "window closed", "", ""},
		"woken":   {func(h *inbox.Thread) { h.WokeAt = now }, "réveil", "woke", "2026-11-23T08:02:00Z", "woke"},
		"nothing": {func(*inbox.Thread) {}, "", "", "", ""},
		"asleep":  {func(h *inbox.Thread) { h.State, h.Until = inbox.Snoozed, now.Add(time.Hour) }, "", "", "2026-11-23T09:02:00Z", ""},
		"theirs":  {func(h *inbox.Thread) { h.State, h.Window = inbox.Theirs, now.Add(time.Hour) }, "", "", "", ""},
	} {
		th := inbox.Thread{ID: 12, Client: "miette", Network: "mastodon", Kind: inbox.KindDM, LastAt: now}
		tt.change(&th)
		for tag, want := range map[lang.Tag]string{lang.French: tt.fr, lang.English: tt.en} {
			var out bytes.Buffer
			d := &desk{out: &out, p: lang.For(tag), clock: stopped(now)}
			if err := d.row(th, listOptions{}); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), want) || want == "" && strings.Contains(out.String(), "SLA") {
				t.Errorf("%s: %q; want %q in it", name, out.String(), want)
			}
		}
		raw, err := json.Marshal(rowOf(th))
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		if got["due"] != tt.due || got["due_why"] != tt.why {
			t.Errorf("%s: due %v %v; want %v %v", name, got["due"], got["due_why"], tt.due, tt.why)
		}
	}
}
