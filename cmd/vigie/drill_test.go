package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

// TestRestoreDrill does with the program what a person does who lost a disk:
// back up while an answer waits, lose the store, restore, start. The answer
// left after the backup was made, so that the restored store would send it
// once more: nothing does without a person's word.
func TestRestoreDrill(t *testing.T) {
	r := newRig(t, "")
	command := func(args ...string) *exec.Cmd {
		cmd := vigie(r.dir, args...)
		cmd.Env = append(os.Environ(), cmd.Env...)
		return cmd
	}
	do := func(args ...string) said {
		t.Helper()
		got := finish(t, command(args...), "")
		if got.code != exitOK {
			t.Errorf("vigie %q: %+v", args, got)
		}
		return got
	}
	serve := func() func() { return serving(t, command("serve"), func() said { return do("stop") }) }

	r.say("miette-mastodon", inbox.KindMention, "Vous ouvrez demain matin ?")
	stop := serve()
	do("sync", "miette-mastodon")
	do("reply", "1", "--text", "Oui, dès 7 h.", "--hold", "2s", "--no-wait")
	do("backup", r.dir+"/copy.db")
	r.eventually("the answer left", func() bool { return len(r.answers("miette-mastodon")) == 1 })
	stop()

	if err := os.Remove(r.dir + "/vigie.db"); err != nil {
		t.Fatal(err)
	}
	if got := do("restore", r.dir+"/copy.db"); !strings.Contains(got.out, "1 sending waited") {
		t.Errorf("restore does not tell what waits: %+v", got)
	}
	stop = serve()
	defer func() { stop() }()
	var row map[string]any
	r.eventually("the answer waits for a person", func() bool {
		list := rows(t, do("outbox", "--json").out)
		if len(list) == 1 {
			row = list[0]
		}
		return row["state"] == "needs_human"
	})
	if n := len(r.answers("miette-mastodon")); n != 1 {
		t.Fatalf("%d answers on the network, want the one from before the backup", n)
	}
	stop()
	stop = serve() // a second start is no other word
	if list := rows(t, do("outbox", "--json").out); len(list) != 1 || list[0]["state"] != "needs_human" {
		t.Errorf("after a second start: %v", list)
	}
	do("outbox", "confirm", row["id"].(string))
	if out := do("outbox").out; !strings.Contains(out, "nothing waiting") {
		t.Errorf("after the word: %s", out)
	}
	if n := len(r.answers("miette-mastodon")); n != 1 {
		t.Errorf("%d answers on the network, want 1", n)
	}
}

// TestBackupsByThemselves lets a server make its first backup, loses the
// store, and brings it back by the newest.
func TestBackupsByThemselves(t *testing.T) {
	r := newRig(t, "")
	r.say("miette-mastodon", inbox.KindMention, "Bonjour")
	r.must("sync")
	if out := r.must("backups"); !strings.Contains(out, "no backup in "+r.dir) {
		t.Errorf("backups: %s", out)
	}
	r.refused(exitNotFound, "no good backup", "restore", "--newest")
	r.refused(exitUsage, "--newest", "restore")
	stop := r.serve()
	var made map[string]any
	r.eventually("a backup was made", func() bool {
		if list := rows(t, r.must("backups", "--json")); len(list) == 1 {
			made = list[0]
		}
		return made != nil
	})
	at, err := time.Parse(time.RFC3339, made["at"].(string))
	if path := made["path"].(string); err != nil || !strings.HasPrefix(path, r.dir+"/backups/vigie-") || time.Since(at) > time.Hour {
		t.Errorf("%v, %v", made, err)
	}
	if st := r.one("status", "--json"); st["backup"] != made["path"] || st["backup_at"] != made["at"] {
		t.Errorf("status: %v", st)
	}
	if out := r.must("status"); !strings.Contains(out, "newest backup: "+made["path"].(string)) {
		t.Errorf("status: %s", out)
	}
	if out := r.must("doctor"); !strings.Contains(out, "good: "+made["path"].(string)) {
		t.Errorf("doctor: %s", out)
	}
	stop()
	if err := os.WriteFile(r.dir+"/vigie.db", []byte("dear diary"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.refused(exitFailure, made["path"].(string), "list")
	r.must("restore", "--newest")
	if n := strings.TrimSpace(r.must("list", "--count")); n != "1" {
		t.Errorf("%s threads", n)
	}
}

// TestABackupThatFailsIsTold gives the backups a place where none can be.
func TestABackupThatFailsIsTold(t *testing.T) {
	r := newRig(t, "")
	r.must("sync")
	file := r.dir + "/taken"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile(r.dir + "/config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.dir+"/config.yaml", append(config, "\nbackup: {dir: "+file+"}\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	defer r.serve()()
	r.eventually("status tells", func() bool { return strings.Contains(r.must("status"), "the automatic backup failed") })
	if out := r.must("doctor"); !strings.Contains(out, "the automatic backup failed (") {
		t.Errorf("doctor does not say why: %s", out)
	}
}

// TestACopiedStoreIsToldUntilAcknowledged puts an older copy in the place of a
// store behind its back.
func TestACopiedStoreIsToldUntilAcknowledged(t *testing.T) {
	r := newRig(t, "")
	r.say("miette-mastodon", inbox.KindMention, "Bonjour")
	r.must("sync")
	older, err := os.ReadFile(r.dir + "/vigie.db")
	if err != nil {
		t.Fatal(err)
	}
	r.must("note", "1", "la plus récente")
	if err := os.WriteFile(r.dir+"/vigie.db", older, 0o600); err != nil {
		t.Fatal(err)
	}
	const sentence = "older than the one last seen here"
	if got := r.run("", "list"); !strings.Contains(got.err, sentence) || strings.Count(got.err, "\n") != 1 {
		t.Errorf("list: %+v", got)
	}
	stop := r.serve()
	if out := r.must("status"); !strings.Contains(out, sentence) || !strings.Contains(out, "vigie doctor --acknowledge") {
		t.Errorf("status: %s", out)
	}
	if st := r.one("status", "--json"); st["rolled_back"] != true || st["rollback"] != "older" || st["problem"].(map[string]any)["code"] != "rollback" {
		t.Errorf("status --json: %v", st)
	}
	if out := r.must("doctor"); !strings.Contains(out, sentence) {
		t.Errorf("doctor: %s", out)
	}
	r.must("doctor", "--acknowledge")
	if out := r.must("status") + r.must("doctor"); strings.Contains(out, sentence) || strings.Contains(out, "✗") {
		t.Errorf("after the word: %s", out)
	}
	stop()
	if out := r.must("doctor"); strings.Contains(out, sentence) {
		t.Errorf("after a new start: %s", out)
	}
}
