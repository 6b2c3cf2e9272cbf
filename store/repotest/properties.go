package repotest

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vigie/inbox"
	"vigie/inbox/text"
)

// anyOrder delivers the same messages in any order and multiplicity, cut into
// any pages: the store holds the same in the end.
func anyOrder(t *testing.T, open func(t *testing.T) inbox.Repo) {
	rapid.Check(t, func(rt *rapid.T) {
		msgs := drawMessages(rt)
		once, many := open(t), open(t)
		ctx := context.Background()
		deliver := func(r inbox.Repo, msgs []inbox.Message) {
			if _, err := r.Ingest(ctx, page(msgs...)); err != nil {
				rt.Fatal(err)
			}
		}
		deliver(once, msgs)
		more := slices.Concat(msgs, rapid.SliceOfN(rapid.SampledFrom(msgs), 0, 2*len(msgs)).Draw(rt, "again"))
		more = rapid.Permutation(more).Draw(rt, "order")
		for len(more) > 0 {
			n := rapid.IntRange(1, len(more)).Draw(rt, "page")
			deliver(many, more[:n])
			more = more[n:]
		}
		a, b := contents(rt, once), contents(rt, many)
		if !reflect.DeepEqual(a, b) {
			rt.Fatalf("once:\n%+v\nin any order:\n%+v", a, b)
		}
		for _, r := range []inbox.Repo{once, many} {
			if problem := countProblem(ctx, r); problem != "" {
				rt.Fatal(problem)
			}
		}
	})
}

// drawMessages makes versions of messages: a later version is a later edit.
func drawMessages(rt *rapid.T) []inbox.Message {
	n := rapid.IntRange(1, 12).Draw(rt, "messages")
	out := make([]inbox.Message, 0, 2*n)
	for i := range n {
		minutes := rapid.IntRange(0, 6).Draw(rt, "minutes")
		conversation := fmt.Sprint("c", rapid.IntRange(0, 3).Draw(rt, "conversation"))
		m := message(fmt.Sprint("m", i), conversation, minutes)
		if rapid.Bool().Draw(rt, "ours") {
			m = answer(m.Remote, conversation, minutes)
		}
		out = append(out, m)
		if rapid.Bool().Draw(rt, "edited") {
			m.Text, m.Edited = text.Clean("edited "+m.Remote), at(100)
			out = append(out, m)
		}
	}
	return out
}

// contents are the messages of a store without the numbers it gave.
func contents(rt *rapid.T, r inbox.Repo) map[string][]inbox.Message {
	ctx, out := context.Background(), map[string][]inbox.Message{}
	threads, err := r.Walk(ctx, "", "", 0)
	if err != nil {
		rt.Fatal(err)
	}
	for _, th := range threads {
		msgs, err := r.Messages(ctx, th.ID, time.Time{}, 0)
		if err != nil {
			rt.Fatal(err)
		}
		if th.Messages != len(msgs) {
			rt.Fatalf("thread %s counts %d messages and has %d", th.Remote, th.Messages, len(msgs))
		}
		for i := range msgs {
			if i > 0 && msgs[i].At.Before(msgs[i-1].At) {
				rt.Fatalf("thread %s is out of order", th.Remote)
			}
			msgs[i].ID, msgs[i].Thread = 0, 0
		}
		slices.SortFunc(msgs, func(a, b inbox.Message) int { return cmp.Compare(a.Remote, b.Remote) })
		out[th.Remote] = msgs
	}
	return out
}

// anyActs lets messages and acts fall in any order: counters, lists and due
// times agree with the threads after each.
func anyActs(t *testing.T, open func(t *testing.T) inbox.Repo) {
	verbs := []inbox.Verb{
		inbox.Read, inbox.Unread, inbox.Finished, inbox.Reopened, inbox.Snoozing,
		inbox.Escalate, inbox.Promoted, inbox.Woke, inbox.Overdue, inbox.Alarmed, inbox.Replied,
	}
	rapid.Check(t, func(rt *rapid.T) {
		r, ctx := open(t), context.Background()
		steps := rapid.IntRange(1, 15).Draw(rt, "steps")
		for i := range steps {
			conversation := fmt.Sprint("c", rapid.IntRange(0, 3).Draw(rt, "conversation"))
			minutes := rapid.IntRange(0, 50).Draw(rt, "minutes")
			th, err := r.ThreadOf(ctx, miette().ID, conversation)
			if err != nil || rapid.IntRange(0, 2).Draw(rt, "message") == 0 {
				m := message(fmt.Sprint("m", i), conversation, minutes)
				m.Outgoing = rapid.Bool().Draw(rt, "ours")
				if rapid.Bool().Draw(rt, "window") {
					m.ReplyUntil = at(rapid.IntRange(0, 500).Draw(rt, "until when"))
				}
				if rapid.Bool().Draw(rt, "watch") {
					m.Kind = inbox.KindWatch
				}
				_, err = r.Ingest(ctx, page(m))
			} else {
				e := inbox.Event{At: at(minutes), Verb: rapid.SampledFrom(verbs).Draw(rt, "verb")}
				if e.Verb == inbox.Alarmed {
					e.Args = []string{fmt.Sprint(rapid.IntRange(0, 3).Draw(rt, "alarm"))}
				}
				if rapid.Bool().Draw(rt, "until") {
					e.Until = at(minutes + 10)
				}
				_, err = r.Act(ctx, []inbox.ThreadID{th.ID}, func(inbox.Thread) ([]inbox.Event, error) {
					return []inbox.Event{e}, nil
				})
			}
			if err != nil {
				rt.Fatal(err)
			}
			if problem := cmp.Or(countProblem(ctx, r), listProblem(ctx, r)); problem != "" {
				rt.Fatal(problem)
			}
		}
	})
}

// listProblem compares lists and due times with the threads themselves.
func listProblem(ctx context.Context, r inbox.Repo) string {
	threads, err := r.Walk(ctx, "", "", 0)
	if err != nil {
		return err.Error()
	}
	listed := 0
	var due []inbox.ThreadID
	for _, split := range []inbox.Split{inbox.Inbox, inbox.Watches} {
		p, err := r.Threads(ctx, inbox.ThreadQuery{Client: miette().Client, Split: split, States: inbox.States()})
		if err != nil {
			return err.Error()
		}
		listed += len(p.Threads)
		for i, t := range p.Threads {
			if t.Split() != split || !t.Rank.Equal(inbox.RankOf(t)) || (i > 0 && t.Rank.Compare(p.Threads[i-1].Rank) < 0) {
				return fmt.Sprintf("thread %s is at the wrong place", t.Remote)
			}
			if !t.Due().IsZero() {
				due = append(due, t.ID)
			}
		}
	}
	if listed != len(threads) {
		return fmt.Sprintf("%d of %d threads are listed", listed, len(threads))
	}
	slices.Sort(due)
	sleepers, err := r.Sleepers(ctx, at(100_000))
	if err != nil {
		return err.Error()
	}
	slices.Sort(sleepers)
	if !slices.Equal(due, sleepers) {
		return fmt.Sprintf("due %v, want %v", sleepers, due)
	}
	return ""
}
