package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestHoldOfAClient lets one client wait as the configuration says and another
// one, which wants no hold, not at all.
func TestHoldOfAClient(t *testing.T) {
	r := newRig(t, "")
	path := filepath.Join(r.dir, "config.yaml")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	conf := strings.Replace(string(raw), "hold: 1s\n", "hold: 1h\n", 1)
	conf = strings.Replace(conf, "  - id: miette\n", "  - id: miette\n    hold: 0s\n", 1)
	if err := os.WriteFile(path, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	r.say("miette-mastodon", "mention", "Vous ouvrez demain ?")
	r.say("clair-mastodon", "mention", "Bonjour")
	r.must("sync")
	for client, want := range map[string]time.Duration{"miette": 0, "clair": time.Hour} {
		id := rows(t, r.must("list", "--json", "client:"+client))[0]["id"].(string)
		var a struct {
			At    time.Time `json:"at"`
			Until time.Time `json:"not_before"`
		}
		out := r.must("escalate", id, "--to", "marc", "--no-wait", "--json")
		if err := json.Unmarshal([]byte(out), &a); err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		if got := a.Until.Sub(a.At).Round(time.Minute); got != want {
			t.Errorf("%s waits %s, want %s", client, got, want)
		}
	}
}
