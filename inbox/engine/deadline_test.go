package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/inbox/text"
)

// closing is a network that takes answers to some kinds for so long only.
type closing struct {
	*network
	windows map[inbox.Kind]time.Duration
}

func (c *closing) Caps() inbox.Caps {
	caps := c.network.Caps()
	caps.Windows = c.windows
	return caps
}

func (c *closing) ThreadCaps(inbox.Thread) inbox.Caps { return c.Caps() }

// writes lets somebody write a message of a kind; it is also its conversation.
func (c *closing) writes(id string, kind inbox.Kind, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items = append(c.items, inbox.Message{
		Remote: id, Conversation: id, Kind: kind, At: at.UTC(),
		Author: inbox.Author{ID: id, Handle: text.CleanLine("@" + id)}, Text: text.Clean("Bonjour, une question ?"),
	})
}

func paris(t *testing.T) *time.Location {
	t.Helper()
	z, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// office is a client that is open from nine to five and wants answers within
// four hours, reviews whenever.
func office(conn inbox.Connector) engine.Settings {
	s := settings(conn)
	s.Accounts[0].Poll = 24 * time.Hour // days pass in these tests
	c := &s.Clients[0]
	c.Zone, c.Target = "Europe/Paris", 4*time.Hour
	c.Targets = map[inbox.Kind]time.Duration{inbox.KindReview: 0, inbox.KindDM: 0}
	for d := time.Monday; d <= time.Friday; d++ {
		c.Hours.Week[d] = []inbox.Span{{From: 9 * time.Hour, To: 17 * time.Hour}}
	}
	return s
}

// newClosing is a bench at a client with office hours, on the Monday after the
// bubble's first day, at nine in the morning, in Paris.
func newClosing(t *testing.T) (*bench, *closing) {
	t.Helper()
	c := &closing{&network{class: inbox.ClassB}, map[inbox.Kind]time.Duration{inbox.KindDM: 24 * time.Hour}}
	b := newBenchOf(t, c.network, c, &outbox{})
	if err := b.eng.Reconfigure(t.Context(), office(c)); err != nil {
		t.Fatal(err)
	}
	monday := time.Date(2000, time.January, 3, 9, 0, 0, 0, paris(t))
	time.Sleep(time.Until(monday))
	return b, c
}

func remotes(list []inbox.Thread) string {
	var names []string
	for _, t := range list {
		names = append(names, t.Remote)
	}
	return strings.Join(names, " ")
}

// TestFiveDeadlines: a list is in the order in which things are due, each for
// its own reason.
func TestFiveDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := newClosing(t)
		defer b.close()
		now := time.Now()
		c.writes("review", inbox.KindReview, now.Add(-40*time.Hour)) // no wish: after all that have one
		c.writes("night", inbox.KindComment, now.Add(-time.Hour))    // four hours from opening: at one
		c.writes("friday", inbox.KindComment, now.Add(-64*time.Hour-30*time.Minute))
		c.writes("soon", inbox.KindDM, now.Add(-21*time.Hour))
		c.writes("later", inbox.KindDM, now.Add(-10*time.Hour))
		b.eng.Start()
		synctest.Wait()
		list := b.threads(inbox.Ours)
		if got := remotes(list); got != "soon friday night later review" {
			t.Errorf("order %s", got)
		}
		want := map[string]struct {
			at  time.Time
			why inbox.Reason
		}{
			"soon":   {now.Add(3 * time.Hour), inbox.ReasonWindow},
			"friday": {now.Add(3*time.Hour + 30*time.Minute), inbox.ReasonTarget},
			"night":  {now.Add(4 * time.Hour), inbox.ReasonTarget},
			"later":  {now.Add(14 * time.Hour), inbox.ReasonWindow},
			"review": {},
		}
		for _, th := range list {
			at, why := th.Deadline()
			if w := want[th.Remote]; !at.Equal(w.at) || why != w.why {
				t.Errorf("%s: %s %s; want %s %s", th.Remote, at, why, w.at, w.why)
			}
		}
		ranks := slices.IsSortedFunc(list, func(a, b inbox.Thread) int { return a.Rank.Compare(b.Rank) })
		if !ranks || list[0].Rank.Class != inbox.RankAlarm {
			t.Errorf("ranks out of order, or no alarm: %v", list[0].Rank)
		}
	})
}

// TestAlarms: a window rings four hours and one hour before its end, and is
// counted as missed once.
func TestAlarms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := newClosing(t)
		defer b.close()
		start := time.Now()
		c.writes("dm", inbox.KindDM, start)
		c.writes("answered", inbox.KindDM, start)
		b.eng.Start()
		synctest.Wait()
		ids := map[string]inbox.ThreadID{}
		for _, th := range b.threads(inbox.Ours) {
			ids[th.Remote] = th.ID
		}
		b.reply(ids["answered"], "Avec plaisir")
		time.Sleep(time.Minute)
		alarms := func(id inbox.ThreadID) (list []string) {
			events, err := b.repo.Events(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			for _, ev := range events {
				if ev.Verb == inbox.Alarmed {
					list = append(list, fmt.Sprint(ev.At.Sub(start).Round(time.Second), " ", ev.Args, " ", ev.Until.Sub(start)))
				}
			}
			return list
		}
		for _, step := range []struct {
			at    time.Duration
			alarm inbox.Alarm
			told  int
			class inbox.RankClass
		}{
			{19 * time.Hour, inbox.AlarmNone, 0, inbox.RankDue},
			{20 * time.Hour, inbox.AlarmSoon, 1, inbox.RankAlarm},
			{23 * time.Hour, inbox.AlarmNow, 2, inbox.RankAlarm},
			{24 * time.Hour, inbox.AlarmMissed, 3, inbox.RankWaiting},
			{48 * time.Hour, inbox.AlarmMissed, 3, inbox.RankWaiting},
		} {
			time.Sleep(time.Until(start.Add(step.at + time.Second)))
			synctest.Wait()
			th := b.only(inbox.Ours)
			if th.Alarm != step.alarm || th.Rank.Class != step.class || len(alarms(th.ID)) != step.told {
				t.Errorf("after %v: alarm %d, rank %d, told %v", step.at, th.Alarm, th.Rank.Class, alarms(th.ID))
			}
		}
		want := "[20h0m0s [1] 24h0m0s 23h0m0s [2] 24h0m0s 24h0m0s [3] 24h0m0s]"
		if got := fmt.Sprint(alarms(ids["dm"])); got != want {
			t.Errorf("alarms %s; want %s", got, want)
		}
		if got := alarms(ids["answered"]); len(got) > 0 {
			t.Errorf("an answered thread rang: %v", got)
		}
	})
}

// TestWindowIsOver: after the window no answer is taken, nor one that would
// leave after it.
func TestWindowIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := newClosing(t)
		defer b.close()
		start := time.Now()
		c.writes("dm", inbox.KindDM, start)
		b.eng.Start()
		synctest.Wait()
		id := b.only(inbox.Ours).ID
		refused := func(r inbox.ReplyRequest) bool {
			r.Thread, r.Text = id, "Bonjour"
			_, err := b.eng.Reply(t.Context(), b.by, r)
			var p inbox.Problem
			return errors.As(err, &p) && p.Code == inbox.CodeWindow && p.Args[0] == start.Add(24*time.Hour).UTC().Format(time.RFC3339)
		}
		if !refused(inbox.ReplyRequest{At: start.Add(25 * time.Hour)}) {
			t.Error("an answer that leaves after the window was taken")
		}
		time.Sleep(25 * time.Hour)
		if !refused(inbox.ReplyRequest{}) {
			t.Error("an answer after the window was taken")
		}
	})
}

// TestChangedWishes: other hours and targets hold for what waits already, and
// the sessions hear of it.
func TestChangedWishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := newClosing(t)
		defer b.close()
		start := time.Now()
		c.writes("comment", inbox.KindComment, start)
		b.eng.Start()
		synctest.Wait()
		target := func() time.Duration { return b.only(inbox.Ours).Target.Sub(start) }
		if got := target(); got != 4*time.Hour {
			t.Fatalf("target after %v", got)
		}
		sub := b.eng.Subscribe()
		next := office(c)
		next.Clients[0].Target = time.Hour
		if err := b.eng.Reconfigure(t.Context(), next); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := target(); got != time.Hour {
			t.Errorf("a new wish: after %v", got)
		}
		if list, err := sub.Next(t.Context()); err != nil || !slices.ContainsFunc(list, func(c inbox.Change) bool { return c.All }) {
			t.Errorf("told %v, %v", list, err)
		}
		next = office(c)
		next.Clients[0].Hours.Closed = []inbox.Day{inbox.DayOf(start.In(paris(t)))}
		if err := b.eng.Reconfigure(t.Context(), next); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := target(); got != 28*time.Hour {
			t.Errorf("a holiday: after %v", got)
		}
		if err := b.eng.Reconfigure(t.Context(), settings(c)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := b.only(inbox.Ours).Target; !got.IsZero() {
			t.Errorf("no wish any more: %v", got)
		}
	})
}

// TestImportedAreDue: what an import brings has the deadlines of what came by
// itself, also when wishes have not changed since the last one.
func TestImportedAreDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := newClosing(t)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		now := time.Now()
		for i, kind := range []inbox.Kind{inbox.KindComment, inbox.KindDM, inbox.KindComment} {
			name := strconv.Itoa(i)
			m := inbox.Message{Remote: name, Conversation: name, Kind: kind, At: now.Add(-time.Duration(i) * time.Minute), Author: inbox.Author{ID: "lea"}}
			_, err := b.repo.Ingest(t.Context(), inbox.Ingest{
				Account: settings(nil).Accounts[0].Account, Messages: []inbox.Message{m}, Origin: inbox.Imported, Actor: inbox.Import, Now: now,
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := b.eng.Imported(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		list := b.threads(inbox.Ours)
		if got := remotes(list); got != "2 0 1" { // of one deadline the oldest first, whatever came first
			t.Fatalf("order %s", got)
		}
		if got := list[1].Target.Sub(now); got != 4*time.Hour { // it came before the office opened
			t.Errorf("target after %v", got)
		}
		if got := list[2].Window; !got.Equal(now.Add(24*time.Hour - time.Minute)) {
			t.Errorf("window until %v", got)
		}
	})
}

// TestLanguage: what the network does not say of a language is told by the
// text, where that is sure.
func TestLanguage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := newClosing(t)
		defer b.close()
		c.say("fr", "fr", "Vous ouvrez demain ?", time.Now())
		c.say("en", "en", "When do you open?", time.Now())
		c.say("none", "none", "Super !", time.Now())
		c.say("said", "said", "Vous ouvrez demain ?", time.Now())
		c.items[len(c.items)-1].Lang = "pt-BR"
		b.eng.Start()
		synctest.Wait()
		want := map[string]string{"fr": "fr", "en": "en", "none": "", "said": "pt"}
		for _, th := range b.threads(inbox.Ours) {
			if th.Lang != want[th.Remote] {
				t.Errorf("%s: %q", th.Remote, th.Lang)
			}
		}
	})
}

// TestAnswerCancelsTheTarget: what is answered is due no more, and a new
// question begins anew.
func TestAnswerCancelsTheTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := newClosing(t)
		defer b.close()
		c.writes("comment", inbox.KindComment, time.Now().Add(-time.Hour))
		b.eng.Start()
		synctest.Wait()
		id := b.only(inbox.Ours).ID
		b.reply(id, "Bonjour")
		time.Sleep(time.Minute)
		synctest.Wait()
		if th := b.only(inbox.Theirs); !th.Target.IsZero() || th.Rank.Class != inbox.RankRest {
			t.Errorf("answered, and due at %v", th.Target)
		}
		again := time.Now()
		c.say("comment", "again", "Et demain ?", again)
		if err := b.eng.SyncNow(t.Context(), nil, func(inbox.Progress) {}); err != nil {
			t.Fatal(err)
		}
		if th := b.only(inbox.Ours); th.Target.Sub(again) != 4*time.Hour {
			t.Errorf("asked again at %v, due at %v", again, th.Target)
		}
	})
}
