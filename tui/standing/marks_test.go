package standing_test

import (
	"testing"

	"vigie/inbox"
	"vigie/tui/standing"
)

// What acts made of messages: the last one counts, those on an author count for
// all that the author wrote.
func TestMarks(t *testing.T) {
	who := inbox.Author{ID: "alice"}
	v := inbox.ThreadView{Messages: []inbox.Message{
		{Remote: "1", Author: who}, {Remote: "2", Author: who}, {Remote: "3", Author: inbox.Author{ID: "us"}, Outgoing: true},
	}}
	act := func(kind inbox.ActionKind, on string) {
		v.Events = append(v.Events, inbox.Event{Verb: inbox.Acted, Message: on, Args: []string{string(kind)}})
	}
	act(inbox.ActMute, "1")
	act(inbox.ActReport, "2")
	act(inbox.ActDetach, "2")
	act(inbox.ActLeave, "1")
	marks := standing.Marks(v)
	if want := (standing.Mark{Muted: true, Left: true}); marks["1"] != want {
		t.Errorf("the first is %+v", marks["1"])
	}
	if want := (standing.Mark{Muted: true, Left: true, Reported: true, Detached: true}); marks["2"] != want {
		t.Errorf("the second is %+v", marks["2"])
	}
	if marks["3"] != (standing.Mark{}) {
		t.Errorf("ours is %+v", marks["3"])
	}
	act(inbox.ActUnmute, "2")
	act(inbox.ActRejoin, "2")
	act(inbox.ActReattach, "2")
	marks = standing.Marks(v)
	if marks["1"] != (standing.Mark{}) || marks["2"] != (standing.Mark{Reported: true}) {
		t.Errorf("taken back: %+v", marks)
	}
}
