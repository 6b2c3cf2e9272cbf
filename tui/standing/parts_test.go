package standing_test

import (
	"testing"
	"time"

	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/standing"
)

// A part of an answer says whether it waits for one that leaves by itself, or
// for one that does not.
func TestParts(t *testing.T) {
	l := french()
	part := func(id, follows inbox.ActionID, state inbox.SendState) inbox.Action {
		return inbox.Action{ID: id, Follows: follows, State: state, Kind: inbox.ActReply, Thread: 1, Class: inbox.ClassC}
	}
	for _, c := range []struct {
		name  string
		first inbox.Action
		want  lang.Key
		stage standing.Stage
	}{
		{"on its way", part(1, 0, inbox.Sending), "stand.part-behind", standing.OnWay},
		{"failed", part(1, 0, inbox.FailedAct), "stand.part-stuck", standing.Behind},
		{"for a person", part(1, 0, inbox.NeedsYou), "stand.part-stuck", standing.Behind},
		{"in doubt", part(1, 0, inbox.Uncertain), "stand.part-waits", standing.Behind},
		{"there", part(1, 0, inbox.Accepted), "sending.queued", standing.OnWay},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := []inbox.Action{c.first, part(2, 1, inbox.Queued), part(3, 2, inbox.Queued)}
			if got := standing.Of(l, all[1], all).Text; got != l.P.T(c.want) {
				t.Errorf("the second: %s", got)
			}
			if c.stage == standing.Behind {
				if got := standing.Of(l, all[2], all).Text; got != l.P.T(c.want) {
					t.Errorf("the third: %s", got)
				}
			}
			if n := standing.Count(l, all[1:]); n[standing.OnWay] != 2 {
				t.Errorf("alone: %v", n)
			}
			if n := standing.Count(l, all); n[c.stage] < 2 {
				t.Errorf("counted %v", n)
			}
		})
	}
	held := part(2, 1, inbox.Queued)
	held.NotBefore = now.Add(8 * time.Second)
	if got := standing.Of(l, held, []inbox.Action{part(1, 0, inbox.Queued), held}).Text; got != l.P.T("stand.held", l.Time.Left(8*time.Second)) {
		t.Errorf("held: %s", got)
	}
}
