package repotest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vigie/inbox"
	"vigie/inbox/bridge"
	"vigie/inbox/text"
)

func restores(d *desk) {
	id := d.begin("a", "c1", 1)
	d.act(inbox.Event{Verb: inbox.Noted, Text: text.Clean("old")}, id)
	triage := inbox.Triage{State: inbox.Snoozed, Until: at(700), Nap: inbox.NapNoReply, Dozes: true, WokeAt: at(3)}
	told := []inbox.Event{
		{At: at(1), Actor: inbox.System, Verb: inbox.Received, Message: "a"},
		{At: at(2), Actor: inbox.Human, Verb: inbox.Noted, Text: text.Clean("one")},
		{At: at(3), Actor: inbox.Human, Verb: inbox.Noted, Text: text.Clean("two")},
		{At: at(4), Actor: inbox.Human, Verb: inbox.Undone, Undoes: 3},
		{At: at(5), Actor: inbox.Human, Verb: inbox.Tagged, Args: []string{"+b", "+a"}},
		{At: at(6), Actor: inbox.Human, Verb: inbox.Undone, Undoes: 5, Args: []string{"-b"}},
	}
	restore := func() {
		missing, err := d.Restore(d.ctx, []inbox.RestoredThread{
			{Account: miette().ID, Conversation: "nowhere"},
			{Account: miette().ID, Conversation: "c1", Triage: triage, Tags: []string{"b", "a", "b"}, Priority: 2, Feeling: inbox.Negative, Events: told},
		})
		d.must(err)
		d.equal("missing", missing, []int{0})
	}
	restore()
	th := d.thread(id)
	d.equal("head", []any{th.Triage, th.Tags, th.Priority, th.Feeling, th.Events, th.Notes},
		[]any{triage, []string{"a", "b"}, 2, inbox.Negative, 6, 1})
	got := d.events(id)
	for i := range got {
		d.equal("number", []any{got[i].N, got[i].Thread}, []any{i + 1, id})
		want := told[i]
		want.ID, want.Thread, want.N = got[i].ID, id, i+1
		d.equal("event", got[i], want)
	}
	due, err := d.NextDue(d.ctx)
	d.must(err)
	d.equal("due", due, at(700))
	before := d.snapshot()
	restore()
	d.equal("again", d.snapshot(), before)
	d.act(inbox.Event{Verb: inbox.Read}, id)
	d.equal("next number", d.events(id)[6].N, 7)
	d.checkCounts()
}

// restoredWaits restores threads whose messages came in by an import, in any
// way: a thread of ours waits since the message that is to be answered.
func restoredWaits(d *desk) {
	d.ingest(imported(inbox.Imported, message("a1", "waits", 10), answer("a2", "waits", 20), message("a3", "waits", 30), message("a4", "waits", 40)))
	d.ingest(imported(inbox.Backfill, message("b1", "archive", 25)))
	d.ingest(imported(inbox.Imported, message("c1", "again", 1), message("c2", "again", 15), message("c3", "again", 16)))
	d.ingest(imported(inbox.Imported, message("d1", "done", 5)))
	d.ingest(imported(inbox.Imported, message("e1", "private", 6)))
	d.ingest(imported(inbox.Imported, message("f1", "reopened", 2), answer("f2", "reopened", 35)))
	d.ingest(imported(inbox.Imported, message("g1", "asleep", 7)))
	d.ingest(imported(inbox.Imported, message("h3", "disorder", 50)))
	d.ingest(imported(inbox.Imported, message("h1", "disorder", 11), answer("h2", "disorder", 12), message("h4", "disorder", 13)))
	d.ingest(imported(inbox.Imported, message("i1", "closed", 8), message("i2", "closed", 9)))
	ours := inbox.Triage{State: inbox.Ours}
	triage := map[string]inbox.Triage{
		"waits": ours, "archive": ours, "reopened": ours, "disorder": ours,
		"again":  {State: inbox.Ours, DoneAt: at(1)},
		"closed": {State: inbox.Ours, DoneAt: at(9)},
		"done":   {State: inbox.Done, DoneAt: at(5)}, "private": {State: inbox.Theirs},
		"asleep": {State: inbox.Snoozed, Nap: inbox.NapTillReply},
	}
	var list []inbox.RestoredThread
	for conversation, t := range triage {
		list = append(list, inbox.RestoredThread{Account: miette().ID, Conversation: conversation, Triage: t})
	}
	_, err := d.Restore(d.ctx, list)
	d.must(err)
	for conversation, minutes := range map[string]int{
		"waits": 30, "archive": 25, "again": 15, "done": -1, "private": -1, "reopened": -1, "asleep": 7, "disorder": 13, "closed": 8,
	} {
		want := time.Time{}
		if minutes >= 0 {
			want = at(minutes)
		}
		d.equal(conversation, d.of(conversation).WaitAt, want)
	}
	d.equal("order", conversations(d.list(inbox.ThreadQuery{States: []inbox.State{inbox.Ours}}).Threads),
		"closed disorder again archive waits reopened ")
	d.ingest(page(message("e2", "private", 60))) // it waits since this one, not since what was answered
	d.equal("a new one", d.of("private").WaitAt, at(60))
	if problem := listProblem(d.ctx, d.Repo); problem != "" {
		d.Fatal(problem)
	}
	d.checkCounts()
}

func imported(origin inbox.Origin, msgs ...inbox.Message) inbox.Ingest {
	return inbox.Ingest{Account: miette(), Messages: msgs, Origin: origin, Actor: inbox.Import, Now: at(10_000)}
}

// anyRestore takes any store's threads out and into an empty one: heads, lists
// and due times are the same, and they still are when it is done again.
func anyRestore(t *testing.T, open func(t *testing.T) inbox.Repo) {
	rapid.Check(t, func(rt *rapid.T) {
		from, to, ctx := open(t), open(t), context.Background()
		for i := range rapid.IntRange(1, 20).Draw(rt, "steps") {
			anyStep(rt, from, i)
		}
		for range 2 {
			export := exported(rt, from)
			take(rt, to, export)
			if again := exported(rt, to); again != export {
				rt.Fatalf("exported again\n%s\nwas\n%s", again, export)
			}
			if problem := cmp.Or(countProblem(ctx, to), listProblem(ctx, to)); problem != "" {
				rt.Fatal(problem)
			}
			if a, b := heads(rt, from), heads(rt, to); !reflect.DeepEqual(a, b) {
				rt.Fatalf("\n was %+v\n  is %+v", a, b)
			}
		}
	})
}

// anyStep lets a message come, later than all before, or a person act.
func anyStep(rt *rapid.T, r inbox.Repo, i int) {
	ctx, now := context.Background(), at(10*i)
	conversation := fmt.Sprint("c", rapid.IntRange(0, 2).Draw(rt, "conversation"))
	th, err := r.ThreadOf(ctx, miette().ID, conversation)
	if err != nil || rapid.IntRange(0, 2).Draw(rt, "message") == 0 {
		m := message(fmt.Sprint("m", i), conversation, 10*i)
		m.Outgoing = rapid.IntRange(0, 3).Draw(rt, "ours") == 0
		_, err = r.Ingest(ctx, page(m))
	} else {
		e := anyAct(rt)
		if e.Verb == inbox.Undone {
			e = undoOf(rt, r, th)
		}
		e.At, e.Actor = now, inbox.Human
		if th.State == inbox.Done || e.Verb == inbox.Woke && th.State != inbox.Snoozed {
			e = inbox.Event{At: now, Actor: inbox.Human, Verb: inbox.Tagged, Args: []string{"+x"}}
		}
		_, err = r.Act(ctx, []inbox.ThreadID{th.ID}, func(inbox.Thread) ([]inbox.Event, error) { return []inbox.Event{e}, nil })
	}
	if err != nil {
		rt.Fatal(err)
	}
}

// undoOf takes the last event back when it set a mark, or marks.
func undoOf(rt *rapid.T, r inbox.Repo, th inbox.Thread) inbox.Event {
	events, err := r.Events(context.Background(), th.ID)
	if err != nil {
		rt.Fatal(err)
	}
	e := events[len(events)-1]
	if e.Verb != inbox.Felt && e.Verb != inbox.Prior && e.Verb != inbox.Tagged {
		return inbox.Event{Verb: inbox.Felt, Args: []string{"negative"}}
	}
	u, err := inbox.UndoOf(th, e)
	if err != nil {
		rt.Fatal(err)
	}
	return u
}

func anyAct(rt *rapid.T) inbox.Event {
	return rapid.SampledFrom([]inbox.Event{
		{Verb: inbox.Finished},
		{Verb: inbox.Snoozing, Args: []string{"reply", "dozes"}},
		{Verb: inbox.Snoozing, Until: at(5000), Args: []string{"noreply"}},
		{Verb: inbox.Snoozing, Until: at(6000)},
		{Verb: inbox.Woke},
		{Verb: inbox.Escalate, Until: at(7000), Args: []string{"legal"}},
		{Verb: inbox.Felt, Args: []string{"positive"}},
		{Verb: inbox.Felt, Args: []string{"none"}},
		{Verb: inbox.Prior, Args: []string{"3"}},
		{Verb: inbox.Replied}, // a private answer: it is not in the thread
		{Verb: inbox.Unread},
		{Verb: inbox.Undone},
	}).Draw(rt, "act")
}

// exported are the lines of an export of all threads.
func exported(rt *rapid.T, r inbox.Repo) string {
	ctx := context.Background()
	threads, err := r.Walk(ctx, "", "", 0)
	if err != nil {
		rt.Fatal(err)
	}
	var out strings.Builder
	for _, th := range threads {
		msgs, err := r.Messages(ctx, th.ID, time.Time{}, 0)
		if err != nil {
			rt.Fatal(err)
		}
		events, err := r.Events(ctx, th.ID)
		if err != nil {
			rt.Fatal(err)
		}
		refused, err := bridge.NewWriter(&out).WriteThread(th, msgs, events)
		if err != nil || len(refused) > 0 {
			rt.Fatal(refused, err)
		}
	}
	return out.String()
}

// take does what an import does, be it of an archive or not.
func take(rt *rapid.T, r inbox.Repo, export string) {
	ctx, lines := context.Background(), bridge.NewReader(strings.NewReader(export))
	var threads []inbox.RestoredThread
	for {
		l, _, err := lines.Next()
		switch {
		case errors.Is(err, io.EOF):
			missing, err := r.Restore(ctx, threads)
			if err != nil || len(missing) > 0 {
				rt.Fatal(missing, err)
			}
			return
		case err != nil:
			rt.Fatal(err)
		case l.Message != nil:
			origin := rapid.SampledFrom([]inbox.Origin{inbox.Imported, inbox.Backfill}).Draw(rt, "origin")
			if _, err := r.Ingest(ctx, imported(origin, l.Message.Message)); err != nil {
				rt.Fatal(err)
			}
		case l.Thread != nil:
			t := l.Thread
			threads = append(threads, inbox.RestoredThread{
				Account: t.Account, Conversation: t.Conversation, Triage: t.Triage, Tags: t.Tags, Priority: t.Priority, Feeling: t.Feeling,
			})
		default:
			last := &threads[len(threads)-1]
			last.Events = append(last.Events, l.Event.Event)
		}
	}
}

// heads are the threads in the order of the list, without the numbers that the
// store gave them.
func heads(rt *rapid.T, r inbox.Repo) (out []inbox.Thread) {
	p, err := r.Threads(context.Background(), inbox.ThreadQuery{States: inbox.States()})
	if err != nil {
		rt.Fatal(err)
	}
	for _, t := range p.Threads {
		t.ID = 0
		if t.State == inbox.Done {
			t.WaitAt = time.Time{} // it waits for nothing; what was is forgotten
		}
		out = append(out, t)
	}
	return out
}
