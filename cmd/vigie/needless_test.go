package main

import (
	"strings"
	"testing"

	"vigie/inbox"
	"vigie/tui/lang"
)

// TestNeedless: only what is known to change nothing is refused.
func TestNeedless(t *testing.T) {
	view := func(able []inbox.ActionKind, statuses ...inbox.Status) inbox.ThreadView {
		v := inbox.ThreadView{Caps: inbox.Caps{Acts: map[inbox.ActionKind]inbox.Capability{}}}
		for _, k := range able {
			v.Caps.Acts[k] = inbox.Capability{OK: true}
		}
		for i, s := range statuses {
			v.Messages = append(v.Messages, inbox.Message{Remote: string(rune('a' + i)), Status: s})
		}
		return v
	}
	queue := []inbox.ActionKind{inbox.ActApprove, inbox.ActHold, inbox.ActSpam, inbox.ActUnspam, inbox.ActTrash, inbox.ActRestore}
	mail := []inbox.ActionKind{inbox.ActSpam, inbox.ActUnspam, inbox.ActTrash, inbox.ActRestore}
	hides := []inbox.ActionKind{inbox.ActHide, inbox.ActUnhide, inbox.ActMute, inbox.ActUnmute}
	told := view(hides, "")
	told.Caps.TellsHidden = true
	other := view(hides, "", inbox.StatusHidden)
	other.Caps.TellsHidden = true
	with := func(v inbox.ThreadView, change func(*inbox.ThreadView)) inbox.ThreadView {
		change(&v)
		return v
	}
	act := func(kind inbox.ActionKind, target string, s inbox.SendState) func(*inbox.ThreadView) {
		return func(v *inbox.ThreadView) {
			v.Actions = []inbox.Action{{Kind: kind, Target: target, State: s}}
		}
	}
	for _, c := range []struct {
		v       inbox.ThreadView
		kind    inbox.ActionKind
		message string
		want    lang.Key
	}{
		{view(queue, "", "spam"), inbox.ActRestore, "", "moderate.none.restore"},
		{view(queue, "", "trash"), inbox.ActRestore, "", ""},
		{view(queue, "", "trash"), inbox.ActUnspam, "", "moderate.none.unspam"},
		{view(queue, "spam", ""), inbox.ActApprove, "", "moderate.none.approve"},
		{view(queue, "held", ""), inbox.ActApprove, "", ""},
		{view(queue, ""), inbox.ActSpam, "", ""},
		{view(queue, ""), inbox.ActHold, "", ""},
		{view(queue, "", "trash"), inbox.ActRestore, "a", "moderate.not.restore"},
		{view(queue, "", "trash"), inbox.ActRestore, "b", ""},
		{view(queue, "", "held"), inbox.ActUnspam, "b", "moderate.not.unspam"},
		{view(queue, "", "held"), inbox.ActApprove, "a", "moderate.not.approve"},
		{view(queue, "spam", "trash"), inbox.ActApprove, "a", ""}, // it publishes these too
		{view(queue, "held"), inbox.ActHold, "a", "moderate.is.held"},
		{view(queue, "spam"), inbox.ActSpam, "a", "moderate.is.spam"},
		{view(queue, "trash"), inbox.ActTrash, "a", "moderate.is.trash"},
		{view(queue, "trash"), inbox.ActSpam, "a", ""},
		{view(queue, ""), inbox.ActRestore, "nowhere", ""}, // said better by who looks for it
		{view(mail, ""), inbox.ActRestore, "", ""},         // others may have put it there
		{view(mail, ""), inbox.ActUnspam, "a", ""},
		{view(mail, "trash"), inbox.ActTrash, "a", "moderate.is.trash"},
		{view(hides, ""), inbox.ActUnhide, "", ""},
		{view(hides, ""), inbox.ActUnmute, "", ""},
		{told, inbox.ActUnhide, "", "moderate.none.unhide"},
		{other, inbox.ActUnhide, "", ""},
		{told, inbox.ActApprove, "", ""}, // it cannot be done: that is said
		{with(view(queue, ""), act(inbox.ActTrash, "a", inbox.Queued)), inbox.ActRestore, "", ""},
		{with(view(queue, "held"), act(inbox.ActApprove, "a", inbox.NeedsYou)), inbox.ActHold, "a", ""},
		{with(view(queue, ""), act(inbox.ActTrash, "a", inbox.Accepted)), inbox.ActRestore, "", "moderate.none.restore"},
		{with(view(queue, "", ""), act(inbox.ActTrash, "b", inbox.Queued)), inbox.ActRestore, "a", "moderate.not.restore"},
		{with(view(queue, ""), act(inbox.ActLike, "a", inbox.Queued)), inbox.ActRestore, "", "moderate.none.restore"},
		{with(view(queue, ""), func(v *inbox.ThreadView) { v.Messages = append(v.Messages, inbox.Message{Damaged: true}) }), inbox.ActRestore, "", ""},
		{with(view(queue, "trash"), func(v *inbox.ThreadView) { v.Messages[0].Deleted = true }), inbox.ActRestore, "", "moderate.none.restore"},
	} {
		if got := needless(c.v, c.kind, c.message); got != c.want {
			t.Errorf("%s of %q in %+v, %+v: %q, want %q", c.kind, c.message, c.v.Messages, c.v.Actions, got, c.want)
		}
		for _, tag := range []lang.Tag{lang.French, lang.English} {
			if c.want != "" && !lang.For(tag).Has(c.want) {
				t.Errorf("%s has no %s", tag, c.want)
			}
		}
	}
}

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
