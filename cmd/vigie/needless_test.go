package main

import (
	"strings"
	"testing"

	"vigie/inbox"
)

func TestNothingToTakeBackByCommand(t *testing.T) {
	r := newRigOf(t, "", "wordpress")
	it := r.say("miette-wordpress", inbox.KindComment, "Vous ouvrez demain ?")
	r.must("sync")
	for kind, says := range map[string]string{"restore": "nothing of this thread is in the bin", "unspam": "with the spam", "approve": "waits for moderation"} {
		r.refused(exitFailure, says, "moderate", "1", kind)
	}
	if sent := r.must("outbox"); strings.Contains(sent, "restore") || len(r.world.Deeds("miette-wordpress")) != 0 {
		t.Errorf("queued: %s, %v", sent, r.world.Deeds("miette-wordpress"))
	}
	r.must("moderate", "1", "trash")
	r.refused(exitFailure, "all of this thread is in the bin already", "moderate", "1", "trash")
	r.must("moderate", "1", "restore")
	if now, err := r.world.Item(it.ID); err != nil || len(r.world.Deeds("miette-wordpress")) != 2 {
		t.Errorf("%+v, %v, %v", now, err, r.world.Deeds("miette-wordpress"))
	}
}

// TestNothingToTakeBackInMany: of many threads those are left alone where an act
// would change nothing, and that is said of each.
func TestNothingToTakeBackInMany(t *testing.T) {
	r := newRigOf(t, "", "wordpress")
	r.say("miette-wordpress", inbox.KindComment, "Vous ouvrez demain ?")
	r.say("miette-wordpress", inbox.KindComment, "Et lundi ?")
	r.must("sync")
	got := r.run("", "moderate", "1", "2", "restore")
	if got.code != exitFailure || strings.Count(got.err, "nothing of this thread is in the bin") != 2 {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
	r.must("moderate", "1", "trash")
	got = r.run("", "moderate", "1", "2", "restore")
	if got.code != exitPartly || !strings.Contains(got.err, "thread 2: nothing of this thread is in the bin") || len(r.world.Deeds("miette-wordpress")) != 2 {
		t.Errorf("exit %d: %s; %v", got.code, got.err, r.world.Deeds("miette-wordpress"))
	}
}

func TestActsAreCompleted(t *testing.T) {
	r := newRigOf(t, "", "wordpress")
	if got := r.must("__complete", "moderate", "1", ""); !strings.Contains(got, "restore\n") || !strings.Contains(got, ":4\n") {
		t.Errorf("%q", got)
	}
	if got := r.must("__complete", "moderate", ""); strings.Contains(got, "restore") {
		t.Errorf("%q", got)
	}
}
