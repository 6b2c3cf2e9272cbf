package inbox

import (
	"testing"
	"time"
)

// TestDeadline: the earliest of what says when, but a window that rings comes
// before all else, and one that has closed is passed over.
func TestDeadline(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 2, 0, 0, time.UTC)
	in := func(d time.Duration) time.Time { return now.Add(d) }
	esc := &Escalation{Due: in(-time.Hour)}
	for name, tt := range map[string]struct {
		t       Thread
		at      time.Duration
		why     Reason
		class   RankClass
		overdue bool
	}{
		"target":                {Thread{Target: in(time.Hour), Window: in(5 * time.Hour)}, time.Hour, ReasonTarget, RankDue, false},
		"window":                {Thread{Target: in(6 * time.Hour), Window: in(5 * time.Hour)}, 5 * time.Hour, ReasonWindow, RankDue, false},
		"window and target":     {Thread{Target: in(time.Hour), Window: in(time.Hour)}, time.Hour, ReasonWindow, RankDue, false},
		"it rings":              {Thread{Target: in(-time.Hour), Window: in(time.Hour), Alarm: AlarmNow}, time.Hour, ReasonWindow, RankAlarm, true},
		"it rings, in time":     {Thread{Target: in(2 * time.Hour), Window: in(3 * time.Hour), Alarm: AlarmSoon}, 3 * time.Hour, ReasonWindow, RankAlarm, false},
		"missed":                {Thread{Target: in(time.Hour), Window: in(-time.Hour), Alarm: AlarmMissed}, time.Hour, ReasonTarget, RankDue, false},
		"late":                  {Thread{Target: in(-time.Minute)}, -time.Minute, ReasonTarget, RankDue, true},
		"escalation late":       {Thread{Triage: Triage{WokeAt: esc.Due, Escalation: esc}}, -time.Hour, ReasonEscalation, RankDue, true},
		"woke":                  {Thread{Triage: Triage{WokeAt: now}, Target: in(time.Hour)}, 0, ReasonWoke, RankDue, true},
		"nobody answered":       {Thread{Triage: Triage{WokeAt: now, Nap: NapNoReply}}, 0, ReasonReminder, RankDue, true},
		"nothing, but it waits": {Thread{WaitAt: in(-time.Hour)}, 0, "", RankWaiting, false},
		"theirs":                {Thread{Triage: Triage{State: Theirs}, Target: in(-time.Hour), Window: in(time.Hour), Alarm: AlarmNow}, 0, "", RankRest, false},
		"a watch":               {Thread{Kind: KindWatch, Target: in(-time.Hour)}, 0, "", RankRest, false},
	} {
		at, why := tt.t.Deadline()
		want := time.Time{}
		if tt.why != "" {
			want = in(tt.at)
		}
		if !at.Equal(want) || why != tt.why || RankOf(tt.t).Class != tt.class || tt.t.Overdue(now) != tt.overdue {
			t.Errorf("%s: %s %q, class %d, overdue %v", name, at, why, RankOf(tt.t).Class, tt.t.Overdue(now))
		}
	}
}

// TestRankInTurn: of one deadline the one that waits longest comes first.
func TestRankInTurn(t *testing.T) {
	due := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	thread := func(target, since time.Time) Thread { return Thread{Target: target, WaitAt: since} }
	inOrder := []Thread{
		thread(due.Add(-time.Second), due.Add(-time.Minute)),
		thread(due, time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)),
		thread(due.Add(999*time.Millisecond), due.Add(-48*time.Hour)),
		thread(due, due.Add(-10*time.Hour)),
		thread(due, due.Add(-10*time.Hour+2*time.Second)),
		thread(due, time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)),
		thread(due.Add(time.Second), due.Add(-100*time.Hour)),
		{WaitAt: due.Add(-1000 * time.Hour)},
	}
	for i := range inOrder[1:] {
		if a, b := RankOf(inOrder[i]), RankOf(inOrder[i+1]); a.Compare(b) >= 0 {
			t.Errorf("%d: %v does not come before %v", i, a, b)
		}
	}
}
