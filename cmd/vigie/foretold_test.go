package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/store"
)

// TestOutboxTellsWhatWillHappen looks at the outbox while no server runs: at a
// sending whose time has passed, and at one that waited in a restored store.
func TestOutboxTellsWhatWillHappen(t *testing.T) {
	r := newRig(t, "")
	r.say("miette-mastodon", "mention", "Vous ouvrez demain matin ?")
	r.must("sync")
	r.must("reply", "1", "--text", "Oui, dès 7 h.", "--hold", "1h", "--no-wait")
	if out := r.must("outbox"); strings.Contains(out, "no server runs") {
		t.Errorf("its time has not come:\n%s", out)
	}
	r.must("outbox", "drop", "1")
	at := time.Now().Add(200 * time.Millisecond)
	r.must("reply", "1", "--text", "Oui, dès 8 h.", "--at", at.Format(time.RFC3339Nano), "--no-wait")
	r.eventually("its time is past", func() bool { return time.Now().After(at) })
	if out := r.must("outbox"); !strings.Contains(out, "no server runs") {
		t.Errorf("overdue:\n%s", out)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	r.must("backup", copied)
	if err := os.Remove(filepath.Join(r.dir, "vigie.db")); err != nil {
		t.Fatal(err)
	}
	r.must("restore", copied)
	if out := r.must("outbox"); !strings.Contains(out, "made in another copy of the store") || !strings.Contains(out, "drop 2") {
		t.Errorf("restored:\n%s", out)
	}
	if a := r.one("outbox", "--json"); a["problem"].(map[string]any)["code"] != "epoch" {
		t.Errorf("restored: %v", a)
	}
}

// TestUnknownSendingsAndDrafts names the list in which to look.
func TestUnknownSendingsAndDrafts(t *testing.T) {
	r := newRig(t, "")
	r.say("miette-mastodon", "mention", "Vous ouvrez demain matin ?")
	r.must("sync")
	for words, list := range map[string]string{
		"outbox show 9": "vigie outbox lists", "outbox drop 9": "vigie outbox lists", "outbox retry 9": "vigie outbox lists",
		"drafts drop nope": "vigie drafts lists", "reply 1 --draft nope": "vigie drafts lists",
	} {
		r.refused(exitNotFound, list, strings.Fields(words)...)
	}
}

// TestMissingBridgeProgram says that the program is not there.
func TestMissingBridgeProgram(t *testing.T) {
	r := newRig(t, "  - id: rocher\n    name: Rocher\n    accounts:\n      - {id: forum, network: bridge, command: [/nonexistent/forum-bridge]}\n")
	r.run("", "sync", "forum")
	for _, words := range []string{"account list", "doctor"} {
		got := r.run("", strings.Fields(words)...)
		if !strings.Contains(got.out, "missing setting, secret or program: /nonexistent/forum-bridge") {
			t.Errorf("vigie %s:\n%s%s", words, got.out, got.err)
		}
	}
}

// TestConfigCheckLooksAtPlaces tells of a directory that cannot be used, which
// keeps nothing else from working.
func TestConfigCheckLooksAtPlaces(t *testing.T) {
	r := newRig(t, "backup: {dir: /nonexistent/disk/vigie}\n")
	r.refused(exitConfig, "mount the disk", "config", "check")
	r.must("list")
	if _, err := os.Stat("/nonexistent"); !os.IsNotExist(err) {
		t.Errorf("it was made: %v", err)
	}
}

// TestStatusCountsAsTheScreensDo: what is being looked into waits for nobody.
func TestStatusCountsAsTheScreensDo(t *testing.T) {
	r := newRig(t, "")
	r.say("miette-mastodon", "mention", "Vous ouvrez demain matin ?")
	r.must("sync")
	db, err := store.Open(t.Context(), filepath.Join(r.dir, "vigie.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	info, err := db.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	_, err = db.AddAction(t.Context(), inbox.Action{
		Key: "k", Epoch: info.Epoch, Kind: inbox.ActReply, Client: "miette", Account: "miette-mastodon", Thread: 1, Text: "Oui.",
		State: inbox.Uncertain, Class: inbox.ClassA, Doubted: true, CreatedAt: now, NotBefore: now.Add(time.Hour), FirstWire: now, LastWire: now,
	}, nil)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	defer r.serve()()
	if st := r.one("status", "--json"); st["trouble"] != 0.0 || st["outbox"] != 1.0 {
		t.Errorf("to be decided %v, on their way %v", st["trouble"], st["outbox"])
	}
}
