package inbox

import (
	"slices"
	"time"
)

// NapRule is how a thread is snoozed besides "until a time".
type NapRule uint8

// The rules. Whatever the rule, a message of theirs wakes a thread, but one
// that only thanks while the thread Dozes.
const (
	NapPlain     NapRule = iota
	NapTillReply         // no time: it wakes when they answer
	NapNoReply           // to come back if they do not answer: a reminder
)

var napWords = [...]string{"", "reply", "noreply"}

// String returns the word of events and of the bridge format, "" for NapPlain.
func (r NapRule) String() string {
	if int(r) < len(napWords) {
		return napWords[r]
	}
	return "nap?"
}

// ParseNapRule is the inverse of String.
func ParseNapRule(word string) (NapRule, bool) {
	i := slices.Index(napWords[:], word)
	return NapRule(max(i, 0)), i >= 0
}

// Nap is a snooze as a person asked for it.
type Nap struct {
	Until time.Time // zero with NapTillReply
	Rule  NapRule
	Dozes bool
}

// Feeling is the sentiment of a thread as a person marked it.
type Feeling int8

// The feelings. A thread that nobody marked is Unmarked.
const (
	Unmarked Feeling = iota
	Positive
	Neutral
	Negative
)

// String returns the word of the query language and of events.
func (f Feeling) String() string {
	switch f {
	case Positive:
		return "positive"
	case Neutral:
		return "neutral"
	case Negative:
		return "negative"
	}
	return "none"
}

// ParseFeeling is the inverse of String.
func ParseFeeling(word string) (Feeling, bool) {
	for _, f := range []Feeling{Unmarked, Positive, Neutral, Negative} {
		if f.String() == word {
			return f, true
		}
	}
	return Unmarked, false
}

// Alarm says how near the end of a thread's Window is.
type Alarm uint8

// The alarms, in the order in which a window goes through them.
const (
	AlarmNone   Alarm = iota
	AlarmSoon         // FirstAlarm or less is left
	AlarmNow          // LastAlarm or less is left
	AlarmMissed       // it closed without an answer
	AlarmOver         // we have answered: until they write again nothing is lost with it
)

// The windows' alarms come so long before their end; screens tell of any
// deadline from then on as near, and as urgent.
const (
	FirstAlarm = 4 * time.Hour
	LastAlarm  = time.Hour
)

// nextAlarm is when the next alarm of the window is due; zero: none is.
func (t Thread) nextAlarm() time.Time {
	if t.Window.IsZero() {
		return time.Time{}
	}
	switch t.Alarm {
	case AlarmNone:
		return t.Window.Add(-FirstAlarm)
	case AlarmSoon:
		return t.Window.Add(-LastAlarm)
	case AlarmNow:
		return t.Window
	}
	return time.Time{}
}

// AlarmAt is the alarm of the thread's window at a time.
func (t Thread) AlarmAt(now time.Time) Alarm {
	switch left := t.Window.Sub(now); {
	case t.Window.IsZero() || left > FirstAlarm:
		return AlarmNone
	case left > LastAlarm:
		return AlarmSoon
	case left > 0:
		return AlarmNow
	}
	return AlarmMissed
}

// Reason is why a thread that is ours should be answered by a time.
type Reason string

// The reasons, in the order in which they win when they fall together.
const (
	ReasonWindow     Reason = "window"     // the network takes no answer after it
	ReasonEscalation Reason = "escalation" // the deadline of an escalation has passed
	ReasonWoke       Reason = "woke"       // a snooze ended
	ReasonReminder   Reason = "reminder"   // a snooze ended without an answer of theirs
	ReasonTarget     Reason = "target"     // the client's own wish
)

// Deadline is when a thread that is ours should be answered at the latest, and
// why; zero: nothing says so. It is the same at any time of day but for the
// alarms of its window: one that is about to close comes before all else, one
// that has closed is no deadline any more.
func (t Thread) Deadline() (at time.Time, why Reason) {
	if t.State != Ours || t.Split() != Inbox {
		return time.Time{}, ""
	}
	if t.Alarm == AlarmSoon || t.Alarm == AlarmNow {
		return t.Window, ReasonWindow
	}
	take := func(when time.Time, reason Reason) {
		if !when.IsZero() && (at.IsZero() || when.Before(at)) {
			at, why = when, reason
		}
	}
	if t.Alarm < AlarmMissed {
		take(t.Window, ReasonWindow)
	}
	if t.Escalation != nil && !t.Escalation.Due.IsZero() && t.Escalation.Due.Equal(t.WokeAt) {
		take(t.Escalation.Due, ReasonEscalation)
	} else if t.Nap == NapNoReply {
		take(t.WokeAt, ReasonReminder)
	} else {
		take(t.WokeAt, ReasonWoke)
	}
	take(t.Target, ReasonTarget)
	return at, why
}

// Overdue reports whether a thread that is ours should have been answered by
// now: its Deadline has passed, or its Target while the window rings.
func (t Thread) Overdue(now time.Time) bool {
	at, _ := t.Deadline()
	if at.IsZero() {
		return false
	}
	return !at.After(now) || !t.Target.IsZero() && !t.Target.After(now)
}

// Rank is the place of a thread in lists: first by class, then by Key,
// ascending.
type Rank struct {
	Class RankClass
	At    time.Time
}

// RankClass is the coarse order of lists.
type RankClass uint8

// The classes. What may be lost for ever comes first, then what has a
// deadline, by that and by age; then what waits for us, the longest first; then all that
// waits for nothing, the newest first.
const (
	RankAlarm RankClass = iota
	RankDue
	RankWaiting
	RankRest
)

// RankOf is the rank that a thread should have, as its head is. Deadlines of the
// same second are many, such as those of all that came in one night: they are in
// order of age.
func RankOf(t Thread) Rank {
	if t.State != Ours || t.Split() != Inbox {
		return Rank{RankRest, t.SortAt}
	}
	since := t.WaitAt
	if since.IsZero() {
		since = t.SortAt
	}
	if t.Alarm == AlarmSoon || t.Alarm == AlarmNow {
		return Rank{RankAlarm, inTurn(t.Window, since)}
	}
	if at, _ := t.Deadline(); !at.IsZero() {
		return Rank{RankDue, inTurn(at, since)}
	}
	return Rank{RankWaiting, since}
}

// inTurn is a deadline to the second, with the age of what waits as nanoseconds:
// one for each two seconds since 2000, which is enough until 2063.
func inTurn(deadline, since time.Time) time.Time {
	const start, most = 946_684_800, time.Second - 1 // 2000-01-01 UTC
	return deadline.Truncate(time.Second).Add(min(max(time.Duration(since.Unix()-start)/2, 0), most))
}

// Equal reports whether two ranks are the same place; times may carry
// different zones.
func (r Rank) Equal(o Rank) bool { return r.Class == o.Class && r.At.Equal(o.At) }

// Compare orders ranks as lists do: negative when r comes first.
func (r Rank) Compare(o Rank) int {
	if r.Class != o.Class {
		return int(r.Class) - int(o.Class)
	}
	if r.Class == RankRest {
		return o.At.Compare(r.At)
	}
	return r.At.Compare(o.At)
}
