// Package repotest is the contract of inbox.Repo as tests: every store passes
// it before it is called one.
package repotest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// Run proves the promises of inbox.Repo. open makes a new, empty Repo for one
// test and closes it at the test's end.
func Run(t *testing.T, open func(t *testing.T) inbox.Repo) {
	for _, c := range []struct {
		name string
		run  func(*desk)
	}{
		{"a message comes back as it came", roundTrip},
		{"the same page twice changes nothing", twice},
		{"page and cursor are one", atomic},
		{"an edit updates and keeps the triage", edits},
		{"counters of a post make no event", quiet},
		{"a deletion leaves a tombstone", deletions},
		{"history is neither unread nor told", origins},
		{"messages are in order and in windows", messageWindows},
		{"lists are in order and in windows", listWindows},
		{"a cursor survives changes", cursorUnderChange},
		{"lists look only as far as the budget", budgets},
		{"what expires first comes first", ranks},
		{"a cursor survives other ranks", ranksUnderCursor},
		{"alarms of windows are due", alarms},
		{"naps", naps},
		{"threads get other deadlines", retargets},
		{"views", views},
		{"persons", persons},
		{"tags", tags},
		{"fields of heads are found", headFields},
		{"counters follow", counters},
		{"done and reopened by something newer", doneAndBack},
		{"acts are one transaction and can be undone", acts},
		{"snoozes and deadlines are due", due},
		{"events are numbered and append only", events},
		{"actions are claimed once", claims},
		{"actions follow one another", chains},
		{"an action's outcome is one transaction", outcomes},
		{"several actions move in one transaction", moveMany},
		{"actions are found", actionLists},
		{"drafts", drafts},
		{"streams", streams},
		{"scan finds, newest first", searches},
		{"walk is the order of exports", walks},
		{"restore puts triage and events back", restores},
		{"restored threads wait for us", restoredWaits},
		{"epochs", epochs},
		{"missing things are not found", missing},
		{"what comes back is the caller's own", owned},
		{"a cancelled call ends", cancelled},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.run(&desk{T: t, Repo: open(t), ctx: t.Context()})
		})
	}
	t.Run("any order and multiplicity", func(t *testing.T) { anyOrder(t, open) })
	t.Run("any threads are restored", func(t *testing.T) { anyRestore(t, open) })
	t.Run("any acts keep the counters", func(t *testing.T) { anyActs(t, open) })
}

// desk is a Repo under test.
type desk struct {
	*testing.T
	inbox.Repo
	ctx context.Context
}

var zero = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// at is so many minutes after the tests' beginning.
func at(minutes int) time.Time { return zero.Add(time.Duration(minutes) * time.Minute) }

func account(id inbox.AccountID, client inbox.ClientID) inbox.Account {
	return inbox.Account{ID: id, Client: client, Network: "mastodon", Handle: "@" + string(id)}
}

func miette() inbox.Account { return account("miette-mastodon", "miette") }

// message is a plain one of theirs.
func message(remote, conversation string, minutes int) inbox.Message {
	return inbox.Message{
		Remote: remote, Conversation: conversation, Kind: inbox.KindMention, At: at(minutes),
		Author: inbox.Author{ID: "42", Handle: text.CleanLine("@lea@example.social"), Name: text.CleanLine("Léa")},
		Text:   text.Clean("Vous ouvrez demain ? " + remote),
	}
}

// answer is a plain one of ours.
func answer(remote, conversation string, minutes int) inbox.Message {
	m := message(remote, conversation, minutes)
	m.Outgoing, m.Author = true, inbox.Author{ID: "1", Handle: text.CleanLine("@miette")}
	return m
}

func page(msgs ...inbox.Message) inbox.Ingest {
	return inbox.Ingest{
		Account: miette(), Messages: msgs, Origin: inbox.Live, Actor: inbox.Native, Now: at(10_000),
	}
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *desk) want(err, is error) {
	d.Helper()
	if !errors.Is(err, is) {
		d.Fatalf("error %v, want %v", err, is)
	}
}

func (d *desk) ingest(in inbox.Ingest) inbox.IngestResult {
	d.Helper()
	res, err := d.Ingest(d.ctx, in)
	d.must(err)
	return res
}

// begin ingests one live message and returns its thread.
func (d *desk) begin(remote, conversation string, minutes int) inbox.ThreadID {
	d.Helper()
	d.ingest(page(message(remote, conversation, minutes)))
	return d.of(conversation).ID
}

func (d *desk) of(conversation string) inbox.Thread {
	d.Helper()
	t, err := d.ThreadOf(d.ctx, miette().ID, conversation)
	d.must(err)
	return t
}

func (d *desk) thread(id inbox.ThreadID) inbox.Thread {
	d.Helper()
	t, err := d.Thread(d.ctx, id)
	d.must(err)
	return t
}

func (d *desk) messages(id inbox.ThreadID) []inbox.Message {
	d.Helper()
	msgs, err := d.Messages(d.ctx, id, time.Time{}, 0)
	d.must(err)
	return msgs
}

func (d *desk) events(id inbox.ThreadID) []inbox.Event {
	d.Helper()
	events, err := d.Events(d.ctx, id)
	d.must(err)
	return events
}

// act appends one event to each thread.
func (d *desk) act(e inbox.Event, ids ...inbox.ThreadID) []inbox.Event {
	d.Helper()
	if e.At.IsZero() {
		e.At = at(10_000)
	}
	if e.Actor == "" {
		e.Actor = inbox.Human
	}
	events, err := d.Act(d.ctx, ids, func(inbox.Thread) ([]inbox.Event, error) { return []inbox.Event{e}, nil })
	d.must(err)
	return events
}

func (d *desk) list(q inbox.ThreadQuery) inbox.ThreadPage {
	d.Helper()
	p, err := d.Threads(d.ctx, q)
	d.must(err)
	return p
}

func (d *desk) equal(what string, got, want any) {
	d.Helper()
	if !reflect.DeepEqual(got, want) {
		d.Fatalf("%s:\n got %s\nwant %s", what, show(got), show(want))
	}
}

func show(v any) string { return fmt.Sprintf("%+v", v) }

func conversations(threads []inbox.Thread) string {
	s := ""
	for _, t := range threads {
		s += t.Remote + " "
	}
	return s
}

func remotes(msgs []inbox.Message) string {
	s := ""
	for _, m := range msgs {
		s += m.Remote + " "
	}
	return s
}

func verbs(events []inbox.Event) string {
	s := ""
	for _, e := range events {
		s += string(e.Verb) + " "
	}
	return s
}

// checkCounts compares the counters with the threads they count.
func (d *desk) checkCounts() {
	d.Helper()
	if problem := countProblem(d.ctx, d.Repo); problem != "" {
		d.Fatal(problem)
	}
}

func countProblem(ctx context.Context, r inbox.Repo) string {
	kept, err := r.Counts(ctx)
	if err != nil {
		return err.Error()
	}
	type key struct {
		client inbox.ClientID
		split  inbox.Split
		state  inbox.State
	}
	real := map[key][2]int{}
	threads, err := r.Walk(ctx, "", "", 0)
	if err != nil {
		return err.Error()
	}
	for _, t := range threads {
		k := key{t.Client, t.Split(), t.State}
		n := real[k]
		n[0]++
		if t.Unread {
			n[1]++
		}
		real[k] = n
	}
	if len(kept) != len(real) {
		return fmt.Sprintf("%d counters, want %d: %+v", len(kept), len(real), kept)
	}
	for _, c := range kept {
		if n := real[key{c.Client, c.Split, c.State}]; n != [2]int{c.Total, c.Unread} {
			return fmt.Sprintf("counter %+v, counted %v", c, n)
		}
	}
	return ""
}
