package main

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"vigie/cmd/vigie/config"
	"vigie/connectors"
	"vigie/inbox"
	"vigie/inbox/hours"
	"vigie/inbox/saved"
)

// TestWishesOfAClient: what a configuration says of a client reaches the inbox.
func TestWishesOfAClient(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 2, 0, 0, time.UTC)
	w := &wiring{env: connectors.Env{Clock: stopped(now), Log: slog.New(slog.DiscardHandler)}}
	n := config.Notify{Quiet: config.Nights{"22:00-06:00"}}
	got := w.client(config.Client{
		ID: "a", Holidays: []config.Holiday{"12-25", config.Holiday(filepath.Join(t.TempDir(), "none.ics"))},
		Answer: config.Duration(time.Hour), Answers: config.Within{"dm": 0},
		Charter: config.Charter{Emoji: "any", Words: []config.Word{{Word: "x", Why: "y", Block: true}}},
		Replies: []config.Reply{{ID: "r", Lang: "fr", Network: "bluesky", Text: "t"}},
	}, n)
	if len(got.Hours.Closed) != yearsBefore+1+yearsAfter || got.Hours.Zero() {
		t.Errorf("closed at Christmas only: %+v", got.Hours)
	}
	c := hours.New(got.Hours, time.UTC)
	if c.Open(time.Date(2026, 12, 25, 12, 0, 0, 0, time.UTC)) || !c.Open(now) {
		t.Error("open at Christmas, or never")
	}
	if want := (inbox.Charter{Words: []inbox.CharterWord{{Word: "x", Why: "y", Block: true}}}); !reflect.DeepEqual(got.Charter, want) {
		t.Errorf("charter %+v", got.Charter)
	}
	if want := []inbox.SavedReply{{ID: "r", Lang: "fr", Network: "bluesky", Text: "t"}}; !reflect.DeepEqual(got.Replies, want) {
		t.Errorf("replies %+v", got.Replies)
	}
	if d, own := got.Targets[inbox.KindDM]; got.Target != time.Hour || !own || d != 0 {
		t.Errorf("targets %v %v", got.Target, got.Targets)
	}
	night := []inbox.Span{{From: 22 * time.Hour, To: 6 * time.Hour}}
	if !reflect.DeepEqual(got.Quiet, night) {
		t.Errorf("quiet %v", got.Quiet)
	}
	own := w.client(config.Client{ID: "b", Quiet: config.Nights{"12:00-13:00"}}, n)
	if reflect.DeepEqual(own.Quiet, night) || !own.Hours.Zero() {
		t.Errorf("quiet %v, hours %+v", own.Quiet, own.Hours)
	}
}

// TestDemoBrands: nobody checks the demo's configuration but this.
// A configuration that is given says how the demo looks.
func TestDemoLook(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(path, []byte("theme: contrast\nglyphs: ascii\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &program{err: io.Discard, env: func(string) string { return dir }, globals: globals{config: path}}
	conf := config.Default()
	if err := p.demoLook(&conf); err != nil || conf.Theme != "contrast" || conf.Glyphs != "ascii" {
		t.Errorf("%v: %s, %s", err, conf.Theme, conf.Glyphs)
	}
	p = &program{}
	if err := p.demoLook(&conf); err != nil || conf.Theme != "contrast" {
		t.Errorf("without one: %v, %s", err, conf.Theme)
	}
}

func TestDemoBrands(t *testing.T) {
	for id, c := range demoBrands() {
		given, read := 0, 0
		for _, spans := range c.Hours {
			given += len(spans)
		}
		week := c.Hours.Week()
		for _, spans := range week {
			read += len(spans)
		}
		if read < given || len(c.Quiet.Spans()) != len(c.Quiet) || charterOf(c.Charter).Zero() || c.Answer == 0 {
			t.Errorf("%s: hours %v, quiet %v", id, week, c.Quiet)
		}
		for _, r := range clientOf(c).Replies {
			if _, gaps := saved.Expand(r.Text, saved.Values{FirstName: "Anna"}); len(gaps) > 0 {
				t.Errorf("%s %s %s: gaps %v", id, r.ID, r.Lang, gaps)
			}
		}
		for _, name := range []string{"horaires", "ack"} {
			fr, okFr := saved.Pick(clientOf(c).Replies, name, "fr", "mastodon")
			en, okEn := saved.Pick(clientOf(c).Replies, name, "en", "mastodon")
			if !okFr || !okEn || fr.Lang != "fr" || en.Lang != "en" {
				t.Errorf("%s: %s in %q and %q", id, name, fr.Lang, en.Lang)
			}
		}
	}
}
