package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestConfigurationIsTakenOverWhileRunning changes the file under a running
// server: an account that goes is gone, a file with a mistake changes nothing.
func TestConfigurationIsTakenOverWhileRunning(t *testing.T) {
	r := newRig(t, "")
	defer r.serve()()
	path := filepath.Join(r.dir, "config.yaml")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, _, ok := strings.Cut(string(raw), "  - id: clair\n")
	if !ok {
		t.Fatal("no client clair in the configuration")
	}
	write := func(s string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	has := func(account string) bool {
		t.Helper()
		return strings.Contains(r.must("account", "list", "--json"), `"id":"`+account+`"`)
	}
	if !has("clair-mastodon") {
		t.Fatal("the account is not there to begin with")
	}
	write(before)
	r.eventually("the account goes", func() bool { return !has("clair-mastodon") })
	write(before + "nonsense: [\n")
	r.eventually("the mistake is logged", func() bool {
		log, err := os.ReadFile(filepath.Join(r.dir, "vigie.log"))
		return err == nil && strings.Contains(string(log), "configuration not taken over")
	})
	r.eventually("status tells", func() bool { return strings.Contains(r.must("status"), "is not taken over") })
	if !has("miette-mastodon") {
		t.Error("a file with a mistake cost an account")
	}
	write(string(raw))
	r.eventually("the account comes back", func() bool { return has("clair-mastodon") })
}

// eventually waits for something that another process or goroutine does.
func (r *rig) eventually(what string, is func() bool) {
	r.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(2 * time.Minute)
	for !is() {
		select {
		case <-tick.C:
		case <-limit:
			r.t.Fatalf("never: %s", what)
		}
	}
}
