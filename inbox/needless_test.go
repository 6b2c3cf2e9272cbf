package inbox_test

import (
	"testing"

	"vigie/inbox"
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
		want    string
	}{
		{view(queue, "", "spam"), inbox.ActRestore, "", "needless.none.restore"},
		{view(queue, "", "trash"), inbox.ActRestore, "", ""},
		{view(queue, "", "trash"), inbox.ActUnspam, "", "needless.none.unspam"},
		{view(queue, "spam", ""), inbox.ActApprove, "", "needless.none.approve"},
		{view(queue, "held", ""), inbox.ActApprove, "", ""},
		{view(queue, ""), inbox.ActSpam, "", ""},
		{view(queue, ""), inbox.ActHold, "", ""},
		{view(queue, "", "trash"), inbox.ActRestore, "a", "needless.not.restore"},
		{view(queue, "", "trash"), inbox.ActRestore, "b", ""},
		{view(queue, "", "held"), inbox.ActUnspam, "b", "needless.not.unspam"},
		{view(queue, "", "held"), inbox.ActApprove, "a", "needless.not.approve"},
		{view(queue, "spam", "trash"), inbox.ActApprove, "a", ""}, // it publishes these too
		{view(queue, "held"), inbox.ActHold, "a", "needless.is.held"},
		{view(queue, "spam"), inbox.ActSpam, "a", "needless.is.spam"},
		{view(queue, "trash"), inbox.ActTrash, "a", "needless.is.trash"},
		{view(queue, "trash"), inbox.ActSpam, "a", ""},
		{view(queue, ""), inbox.ActRestore, "nowhere", ""}, // said better by who looks for it
		{view(queue, "spam", "spam"), inbox.ActSpam, "", "needless.all.spam"},
		{view(queue, "spam", "trash"), inbox.ActSpam, "", ""},
		{view(queue), inbox.ActSpam, "", ""},
		{told, inbox.ActUnhide, "a", "needless.not.unhide"},
		{other, inbox.ActHide, "b", "needless.is.hidden"},
		{other, inbox.ActHide, "", ""},
		{view(hides, "hidden"), inbox.ActHide, "a", ""}, // it may have been shown again elsewhere
		{view(mail, ""), inbox.ActRestore, "", ""},      // others may have put it there
		{view(mail, ""), inbox.ActUnspam, "a", ""},
		{view(mail, "trash"), inbox.ActTrash, "a", "needless.is.trash"},
		{view(hides, ""), inbox.ActUnhide, "", ""},
		{view(hides, ""), inbox.ActUnmute, "", ""},
		{told, inbox.ActUnhide, "", "needless.none.unhide"},
		{other, inbox.ActUnhide, "", ""},
		{told, inbox.ActApprove, "", ""}, // it cannot be done: that is said
		{with(view(queue, ""), act(inbox.ActTrash, "a", inbox.Queued)), inbox.ActRestore, "", ""},
		{with(view(queue, "held"), act(inbox.ActApprove, "a", inbox.NeedsYou)), inbox.ActHold, "a", ""},
		{with(view(queue, ""), act(inbox.ActTrash, "a", inbox.Accepted)), inbox.ActRestore, "", "needless.none.restore"},
		{with(view(queue, "", ""), act(inbox.ActTrash, "b", inbox.Queued)), inbox.ActRestore, "a", "needless.not.restore"},
		{with(view(queue, ""), act(inbox.ActLike, "a", inbox.Queued)), inbox.ActRestore, "", "needless.none.restore"},
		{with(view(queue, ""), func(v *inbox.ThreadView) { v.Messages = append(v.Messages, inbox.Message{Damaged: true}) }), inbox.ActRestore, "", ""},
		{with(view(queue, "trash"), func(v *inbox.ThreadView) { v.Messages[0].Deleted = true }), inbox.ActRestore, "", "needless.none.restore"},
	} {
		if got := c.v.Needless(c.kind, c.message).Code; got != c.want {
			t.Errorf("%s of %q in %+v, %+v: %q, want %q", c.kind, c.message, c.v.Messages, c.v.Actions, got, c.want)
		}
	}
}
