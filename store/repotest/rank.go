package repotest

import (
	"fmt"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// ranked fills the store with a thread of each rank: alarm, by window; due, by
// the deadline; waiting, the longest first; the rest.
func (d *desk) ranked() {
	d.Helper()
	for i, name := range []string{"late", "soon", "target", "woke", "old", "new"} {
		in := page(message(name, name, i))
		switch name {
		case "late":
			in.Messages[0].ReplyUntil = at(900)
		case "soon":
			in.Messages[0].ReplyUntil = at(600)
		case "target":
			in.Target = func(_ inbox.ClientID, _ inbox.Kind, at time.Time) time.Time { return at.Add(2 * time.Hour) }
		}
		d.ingest(in)
	}
	d.act(inbox.Event{Verb: inbox.Alarmed, Args: []string{"1"}}, d.of("late").ID)
	d.act(inbox.Event{Verb: inbox.Alarmed, Args: []string{"2"}}, d.of("soon").ID)
	d.act(inbox.Event{Verb: inbox.Snoozing, Until: at(30), At: at(20)}, d.of("woke").ID)
	d.act(inbox.Event{Verb: inbox.Woke, At: at(30)}, d.of("woke").ID)
	for i, name := range []string{"asleep", "told", "answered"} {
		d.ingest(page(message(name, name, 40+i)))
	}
	d.act(inbox.Event{Verb: inbox.Snoozing, Until: at(2000)}, d.of("asleep").ID)
	d.act(inbox.Event{Verb: inbox.Escalate, Args: []string{"legal"}, Until: at(1500)}, d.of("told").ID)
	d.ingest(page(answer("answer", "answered", 60)))
}

func ranks(d *desk) {
	d.ranked()
	want := "soon late woke target old new answered told asleep "
	d.equal("all", conversations(d.list(inbox.ThreadQuery{}).Threads), want)
	for limit := 1; limit < 9; limit++ { // through all states at once, a page at a time
		q, seen := inbox.ThreadQuery{Limit: limit}, ""
		for more := true; more; {
			p := d.list(q)
			seen += conversations(p.Threads)
			q.After, more = p.Next, p.More
		}
		d.equal("pages", seen, want)
	}
	for _, t := range d.list(inbox.ThreadQuery{}).Threads {
		d.equal("rank of "+t.Remote, t.Rank, inbox.RankOf(t))
		d.equal("read alone", d.thread(t.ID).Rank, t.Rank)
		d.equal("cursor", d.list(inbox.ThreadQuery{After: inbox.ListCursor{Rank: t.Rank, ID: t.ID}, Limit: 1}).Threads,
			d.after(t.ID))
	}
	th := d.thread(d.of("target").ID)
	d.equal("target", []any{th.Target, th.WaitAt}, []any{at(122), at(2)})
	th = d.thread(d.of("answered").ID)
	d.equal("answered", []any{th.Target.IsZero(), th.WaitAt.IsZero(), th.Rank.Class}, []any{true, true, inbox.RankRest})
	d.checkCounts()
}

// after is the thread listed behind one.
func (d *desk) after(id inbox.ThreadID) []inbox.Thread {
	d.Helper()
	all := d.list(inbox.ThreadQuery{}).Threads
	for i := range all {
		if all[i].ID == id && i+1 < len(all) {
			return all[i+1 : i+2]
		}
	}
	return []inbox.Thread{}
}

// ranksUnderCursor goes through a list while its threads get other ranks: who
// stays behind the cursor comes once, who is put before it comes no more.
func ranksUnderCursor(d *desk) {
	d.ranked()
	p := d.list(inbox.ThreadQuery{Limit: 3})
	d.equal("first", conversations(p.Threads), "soon late woke ")
	d.ingest(page(answer("away", "soon", 70)))                                   // from before to behind
	d.act(inbox.Event{Verb: inbox.Replied, Message: ""}, d.of("woke").ID)        // the cursor's own
	d.act(inbox.Event{Verb: inbox.Finished}, d.of("target").ID)                  // out of it
	d.act(inbox.Event{Verb: inbox.Overdue, At: at(1500)}, d.of("told").ID)       // to the deadlines, behind
	d.act(inbox.Event{Verb: inbox.Woke, At: at(10)}, d.of("asleep").ID)          // to the deadlines, before
	d.act(inbox.Event{Verb: inbox.Alarmed, Args: []string{"3"}}, d.of("old").ID) // as before: it has no window
	p = d.list(inbox.ThreadQuery{Limit: 2, After: p.Next})
	d.equal("second", conversations(p.Threads), "told old ")
	d.equal("rest", conversations(d.list(inbox.ThreadQuery{After: p.Next}).Threads), "new soon answered woke ")
}

func alarms(d *desk) {
	m := message("a", "c1", 1)
	m.ReplyUntil = at(600)
	d.ingest(page(m))
	id := d.of("c1").ID
	d.equal("head", []any{d.thread(id).Window, d.thread(id).Alarm}, []any{at(600), inbox.AlarmNone})
	got, err := d.MessageOf(d.ctx, miette().ID, "a")
	d.must(err)
	d.equal("not kept with the message", got.ReplyUntil, time.Time{})
	next := func() string {
		due, err := d.NextDue(d.ctx)
		d.must(err)
		ids, err := d.Sleepers(d.ctx, due)
		d.must(err)
		if due.IsZero() {
			return "none"
		}
		return fmt.Sprint(int(due.Sub(zero).Minutes()), ids)
	}
	said := next()
	for alarm := inbox.AlarmSoon; alarm <= inbox.AlarmMissed; alarm++ {
		d.act(inbox.Event{Verb: inbox.Alarmed, Args: []string{fmt.Sprint(uint8(alarm))}, Until: at(600)}, id)
		d.equal("alarm", d.thread(id).Alarm, alarm)
		said += " " + next()
	}
	d.equal("due", said, "360 [1] 540 [1] 600 [1] none")
	m = message("b", "c1", 2) // another window opens
	m.ReplyUntil = at(900)
	d.ingest(page(m))
	d.equal("again", next(), "660 [1]")
	d.act(inbox.Event{Verb: inbox.Snoozing, Until: at(50), Args: []string{"noreply"}}, id)
	d.equal("asleep", next(), "50 [1]")
	d.act(inbox.Event{Verb: inbox.Finished}, id)
	d.equal("done", next(), "none")
}

func naps(d *desk) {
	id := d.begin("a", "c1", 1)
	nap := func(args ...string) inbox.Triage {
		d.act(inbox.Event{Verb: inbox.Snoozing, Until: at(500), Args: args}, id)
		return d.thread(id).Triage
	}
	d.equal("plain", nap(), inbox.Triage{State: inbox.Snoozed, Until: at(500)})
	d.equal("till reply", nap("reply"), inbox.Triage{State: inbox.Snoozed, Until: at(500), Nap: inbox.NapTillReply})
	want := inbox.Triage{State: inbox.Snoozed, Until: at(500), Nap: inbox.NapNoReply, Dozes: true}
	d.equal("dozes", nap("noreply", "dozes"), want)
	thanks := message("b", "c1", 2)
	thanks.Text = text.Clean("Merci beaucoup !")
	d.ingest(page(thanks))
	d.equal("sleeps on", d.thread(id).Triage, want)
	d.act(inbox.Event{Verb: inbox.Woke, At: at(500)}, id)
	want = inbox.Triage{Unread: true, Nap: inbox.NapNoReply, WokeAt: at(500)}
	d.equal("woke", d.thread(id).Triage, want)
	events := d.events(id)
	d.equal("before", events[len(events)-1].Before.Dozes, true)
	d.act(inbox.Event{Verb: inbox.Felt, Args: []string{"negative"}}, id)
	d.equal("feeling", d.thread(id).Feeling, inbox.Negative)
	m := message("c", "c1", 600)
	m.Lang = "en-GB"
	d.ingest(page(m))
	d.equal("language", []any{d.thread(id).Lang, d.thread(id).State}, []any{"en", inbox.Ours})
}
