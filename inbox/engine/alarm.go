package engine

import (
	"strconv"
	"time"

	"vigie/inbox"
)

// dueEvent is what time does to a thread whose Due has come: it wakes, its
// escalation is overdue, or the window to answer it in is about to close.
func dueEvent(t inbox.Thread, now time.Time) inbox.Event {
	ev := inbox.Event{At: now, Actor: inbox.Rule, Verb: inbox.Woke}
	switch t.State {
	case inbox.Escalated:
		ev.Verb = inbox.Overdue
	case inbox.Ours:
		ev.Verb, ev.Until = inbox.Alarmed, t.Window
		ev.Args = []string{strconv.Itoa(int(t.AlarmAt(now)))}
	}
	return ev
}
