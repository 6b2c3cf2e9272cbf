package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAConfigurationThatIsGoneChangesNothing takes the file away from under a
// running server: the log tells, and every account stays.
func TestAConfigurationThatIsGoneChangesNothing(t *testing.T) {
	r := newRig(t, "")
	defer r.serve()()
	before := r.must("account", "list", "--json")
	if err := os.Remove(filepath.Join(r.dir, "config.yaml")); err != nil {
		t.Fatal(err)
	}
	r.eventually("the log tells", func() bool {
		log, err := os.ReadFile(filepath.Join(r.dir, "vigie.log"))
		if err == nil && strings.Contains(string(log), "configuration taken over") {
			t.Fatal("no configuration was taken over for one")
		}
		return err == nil && strings.Contains(string(log), "the file is gone")
	})
	if after := r.must("account", "list", "--json"); strings.Count(after, "\n") != strings.Count(before, "\n") {
		t.Errorf("accounts before:\n%s\nafter:\n%s", before, after)
	}
}
