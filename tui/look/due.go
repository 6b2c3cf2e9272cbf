package look

import (
	"slices"
	"time"

	"vigie/inbox"
)

// pressed is what is left of a deadline from when on a sign says so besides the
// colour.
const pressed = time.Hour

// Due is the deadline that gives a thread its place in lists, and why: the end
// of its window once that is near, else its Deadline.
func Due(t inbox.Thread) (at time.Time, why inbox.Reason) {
	if inbox.RankOf(t).Class == inbox.RankAlarm {
		return t.Window, inbox.ReasonWindow
	}
	return t.Deadline()
}

// Deadline says in a few words by when a thread should be answered, and why:
// "fenêtre 42 min!", "SLA 1 h 10", "SLA dépassé 2 h", "relance".
func (l Look) Deadline(at time.Time, why inbox.Reason) string {
	left := l.Until(at)
	switch why {
	case inbox.ReasonWindow:
		return l.P.T("due.window", l.Remains(left)) + urgency(left)
	case inbox.ReasonTarget:
		if left <= 0 {
			return l.P.T("due.target-past", l.Remains(left))
		}
		return l.P.T("due.target", l.Remains(left)) + urgency(left)
	case inbox.ReasonEscalation:
		return l.P.T("due.escalation")
	case inbox.ReasonReminder:
		return l.P.T("due.reminder")
	case inbox.ReasonWoke:
		return l.P.T("due.woke")
	}
	return ""
}

// Until is how long from the minute that is now.
func (l Look) Until(at time.Time) time.Duration { return at.Sub(l.Now.Truncate(time.Minute)) }

// Remains is a span in whole minutes: it changes with the minute only.
func (l Look) Remains(d time.Duration) string {
	if d = max(d, -d); d < time.Minute {
		return l.P.T("due.seconds")
	}
	return l.Time.Left(d.Truncate(time.Minute))
}

func urgency(left time.Duration) string {
	if left <= pressed {
		return "!"
	}
	return ""
}

// Closing are the threads that wait for an answer which the network will not
// take any more from some time before until on: until zero, whatever the time.
func Closing(ts []inbox.Thread, now, until time.Time) (list []inbox.Thread) {
	for _, t := range ts {
		open := t.Window.After(now) && t.Alarm < inbox.AlarmMissed
		if t.State == inbox.Ours && t.Split() == inbox.Inbox && open && (until.IsZero() || !t.Window.After(until)) {
			list = append(list, t)
		}
	}
	return list
}

// Closes says when the windows of some threads close, and what then.
func (l Look) Closes(ts []inbox.Thread) string {
	first := slices.MinFunc(ts, func(a, b inbox.Thread) int { return a.Window.Compare(b.Window) })
	at := l.Time.Moment(first.Window, l.Now, l.Client(first.Client).Zone)
	return l.P.T("close.then", len(ts), at, l.Remains(l.Until(first.Window)))
}
