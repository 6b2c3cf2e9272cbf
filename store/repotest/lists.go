package repotest

import (
	"context"
	"fmt"

	"vigie/inbox"
	"vigie/inbox/text"
)

func cancelledCtx() (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	return ctx, stop
}

// piles fills the store: t0 … t9, one a minute, of two clients in turn.
func (d *desk) piles() {
	d.Helper()
	for i := range 10 {
		in := page(message(fmt.Sprintf("m%d", i), fmt.Sprintf("t%d", i), i))
		if i%2 == 1 {
			in.Account = account("atlas-mastodon", "atlas")
		}
		d.ingest(in)
	}
}

func listWindows(d *desk) {
	d.piles()
	d.equal("all", conversations(d.list(inbox.ThreadQuery{}).Threads), "t0 t1 t2 t3 t4 t5 t6 t7 t8 t9 ")
	d.equal("client", conversations(d.list(inbox.ThreadQuery{Client: "atlas"}).Threads), "t1 t3 t5 t7 t9 ")
	d.equal("nobody's", len(d.list(inbox.ThreadQuery{Client: "atl"}).Threads), 0)
	q, seen := inbox.ThreadQuery{Limit: 3}, ""
	for pages := 0; ; pages++ {
		p := d.list(q)
		seen += conversations(p.Threads)
		q.After = p.Next
		if !p.More {
			d.equal("pages", pages, 3)
			break
		}
	}
	d.equal("pages", seen, "t0 t1 t2 t3 t4 t5 t6 t7 t8 t9 ")
	d.equal("even window", d.list(inbox.ThreadQuery{Limit: 10}).More, false)

	// States are merged in one order; done is left out unless asked for.
	answered := page(answer("r8", "t8", 20))
	d.ingest(answered)
	d.act(inbox.Event{Verb: inbox.Snoozing, Until: at(500)}, d.of("t4").ID)
	d.act(inbox.Event{Verb: inbox.Finished}, d.of("t6").ID)
	d.equal("open", conversations(d.list(inbox.ThreadQuery{}).Threads), "t0 t1 t2 t3 t5 t7 t9 t8 t4 ")
	some := []inbox.State{inbox.Theirs, inbox.Done, inbox.Snoozed, inbox.Done}
	d.equal("some", conversations(d.list(inbox.ThreadQuery{States: some}).Threads), "t8 t6 t4 ")
	d.equal("their window", conversations(d.list(inbox.ThreadQuery{States: some, Limit: 2}).Threads), "t8 t6 ")

	// Watches lie apart until they are promoted.
	w := message("w", "feed", 30)
	w.Kind = inbox.KindWatch
	d.ingest(page(w))
	d.equal("watches", conversations(d.list(inbox.ThreadQuery{Split: inbox.Watches}).Threads), "feed ")
	d.act(inbox.Event{Verb: inbox.Promoted}, d.of("feed").ID)
	d.equal("no watch", len(d.list(inbox.ThreadQuery{Split: inbox.Watches}).Threads), 0)
	ours := d.list(inbox.ThreadQuery{States: []inbox.State{inbox.Ours}}).Threads
	d.equal("promoted", conversations(ours), "t0 t1 t2 t3 t5 t7 t9 feed ")
	d.checkCounts()
}

func cursorUnderChange(d *desk) {
	d.piles()
	p := d.list(inbox.ThreadQuery{Limit: 3})
	d.equal("first", conversations(p.Threads), "t0 t1 t2 ")
	urgent := message("n", "t6", 50)
	urgent.ReplyUntil = at(20_000)
	d.ingest(page(urgent))                                  // comes to the top
	d.act(inbox.Event{Verb: inbox.Finished}, d.of("t2").ID) // the cursor's own row goes
	d.ingest(page(message("end", "t10", 60)))
	rest := d.list(inbox.ThreadQuery{After: p.Next})
	d.equal("rest", conversations(rest.Threads), "t3 t4 t5 t7 t8 t9 t10 ")
	top := d.list(inbox.ThreadQuery{Limit: 2})
	d.equal("top", conversations(top.Threads), "t6 t0 ")
}

func budgets(d *desk) {
	d.piles()
	looked := 0
	none := func(inbox.Thread) bool { looked++; return false }
	p := d.list(inbox.ThreadQuery{Match: none, Limit: 5, Budget: 4})
	d.equal("looked", []any{looked, len(p.Threads), p.More}, []any{4, 0, true})
	p = d.list(inbox.ThreadQuery{Match: none, Limit: 5, Budget: 100, After: p.Next})
	d.equal("looked", []any{looked, len(p.Threads), p.More}, []any{10, 0, false})
	atlas := func(t inbox.Thread) bool { return t.Client == "atlas" }
	p = d.list(inbox.ThreadQuery{Match: atlas, Limit: 2})
	d.equal("matched", conversations(p.Threads), "t1 t3 ")
	p = d.list(inbox.ThreadQuery{Match: atlas, Limit: 2, After: p.Next})
	d.equal("matched", conversations(p.Threads), "t5 t7 ")
}

func counters(d *desk) {
	d.piles()
	sum := func(client inbox.ClientID, states ...inbox.State) [2]int {
		c, err := d.Counts(d.ctx)
		d.must(err)
		total, unread := c.Sum(client, inbox.Inbox, states...)
		return [2]int{total, unread}
	}
	d.equal("all", sum("", inbox.Ours), [2]int{10, 10})
	d.equal("one client", sum("atlas", inbox.Ours), [2]int{5, 5})
	d.act(inbox.Event{Verb: inbox.Read}, d.of("t0").ID, d.of("t2").ID)
	d.equal("read", sum("", inbox.Ours), [2]int{10, 8})
	d.act(inbox.Event{Verb: inbox.Finished}, d.of("t0").ID)
	d.equal("done", sum("miette", inbox.Ours), [2]int{4, 3})
	d.equal("done", sum("", inbox.Done), [2]int{1, 0})
	d.ingest(page(message("n", "t0", 90)))
	d.equal("back", sum("", inbox.States()...), [2]int{10, 9})
	d.checkCounts()
}

func doneAndBack(d *desk) {
	id := d.begin("a", "c1", 10)
	d.act(inbox.Event{Verb: inbox.Finished}, id)
	d.equal("done", d.thread(id).State, inbox.Done)
	d.ingest(page(message("late", "c1", 9)))
	th := d.thread(id)
	d.equal("late, seen by nobody", []any{th.State, th.Unread}, []any{inbox.Ours, true})
	d.ingest(page(answer("r", "c1", 10)))
	d.act(inbox.Event{Verb: inbox.Finished}, id)
	d.ingest(page(message("later", "c1", 8)))
	d.equal("late, but answered on the network", d.thread(id).State, inbox.Done)
	d.ingest(page(message("b", "c1", 11)))
	th = d.thread(id)
	d.equal("newer", []any{th.State, th.Unread}, []any{inbox.Ours, true})
	d.act(inbox.Event{Verb: inbox.Finished}, id)
	d.act(inbox.Event{Verb: inbox.Reopened}, id)
	d.equal("reopened", d.thread(id).State, inbox.Ours)
	d.equal("list", conversations(d.list(inbox.ThreadQuery{States: []inbox.State{inbox.Ours}}).Threads), "c1 ")
	d.checkCounts()
}

func due(d *desk) {
	a, b, c := d.begin("a", "c1", 1), d.begin("b", "c2", 2), d.begin("c", "c3", 3)
	d.act(inbox.Event{Verb: inbox.Snoozing, Until: at(300)}, a)
	d.act(inbox.Event{Verb: inbox.Escalate, Args: []string{"legal", "Service juridique"}, Until: at(200)}, b)
	d.act(inbox.Event{Verb: inbox.Escalate, Args: []string{"legal"}}, c) // without a deadline
	next := func() any {
		t, err := d.NextDue(d.ctx)
		d.must(err)
		return t
	}
	asleep := func(minutes int) any {
		ids, err := d.Sleepers(d.ctx, at(minutes))
		d.must(err)
		return fmt.Sprint(ids)
	}
	d.equal("next", next(), at(200))
	d.equal("before", asleep(199), "[]")
	d.equal("at", asleep(200), fmt.Sprint([]inbox.ThreadID{b}))
	d.equal("after", asleep(300), fmt.Sprint([]inbox.ThreadID{b, a}))
	d.act(inbox.Event{Verb: inbox.Overdue}, b)
	d.equal("next", next(), at(300))
	d.ingest(page(message("n", "c1", 50))) // an answer wakes it early
	d.equal("nothing", next(), inbox.ListCursor{}.Rank.At)
	th := d.thread(b)
	d.equal("escalation", th.Escalation, &inbox.Escalation{
		Contact: "legal", Name: text.CleanLine("Service juridique"), At: at(10_000), Due: at(200),
	})
	d.checkCounts()
}

func searches(d *desk) {
	d.piles()
	d.ingest(page(fullMessage()))
	unknown := inbox.Cond{Op: inbox.CondIs}
	search := func(req inbox.SearchRequest) inbox.SearchPage {
		p, err := d.Search(d.ctx, req)
		d.must(err)
		return p
	}
	found := func(p inbox.SearchPage) string {
		s := ""
		for _, h := range p.Hits {
			if h.Message.Thread != h.Thread.ID {
				d.Fatalf("hit %+v with thread %d", h.Message, h.Thread.ID)
			}
			s += h.Message.Remote + " "
		}
		return s
	}
	p := search(inbox.SearchRequest{Where: unknown, Limit: 3})
	d.equal("newest", []any{found(p), p.Total, p.AtLeast}, []any{"m9 m8 m7 ", 11, false})
	p = search(inbox.SearchRequest{Where: unknown, Match: func(_ inbox.Thread, m inbox.Message) bool { return m.Remote == "109555" }})
	d.equal("post", p.Hits[0].Message.Post.Text.String(), "Notre galette est arrivée")
	seen := 0
	match := func(_ inbox.Thread, m inbox.Message) bool { seen++; return m.Remote == "m2" }
	p = search(inbox.SearchRequest{Where: unknown, Match: match})
	d.equal("one", []any{found(p), p.Total, seen}, []any{"m2 ", 1, 11})
}

func walks(d *desk) {
	d.piles()
	walk := func(account inbox.AccountID, conversation string, limit int) string {
		ts, err := d.Walk(d.ctx, account, conversation, limit)
		d.must(err)
		return conversations(ts)
	}
	d.equal("all", walk("", "", 0), "t1 t3 t5 t7 t9 t0 t2 t4 t6 t8 ")
	d.equal("window", walk("atlas-mastodon", "t7", 3), "t9 t0 t2 ")
	d.equal("from a missing one", walk("miette-mastodon", "t5", 1), "t6 ")
	d.equal("end", walk("miette-mastodon", "t8", 9), "")
}

func owned(d *desk) {
	m := fullMessage()
	d.ingest(page(m))
	id := d.of(m.Conversation).ID
	d.act(inbox.Event{Verb: inbox.Tagged, Args: []string{"+a", "+b"}}, id)
	before := d.snapshot()
	spoil := func(t inbox.Thread) { t.Tags[0] = "spoilt" }
	spoil(d.thread(id))
	d.list(inbox.ThreadQuery{Match: func(t inbox.Thread) bool { spoil(t); return true }})
	_, err := d.Act(d.ctx, []inbox.ThreadID{id}, func(t inbox.Thread) ([]inbox.Event, error) {
		spoil(t)
		return nil, nil
	})
	d.must(err)
	msgs := d.messages(id)
	msgs[0].Media[0].URL, msgs[0].Post.URL = "spoilt", "spoilt"
	d.equal("store", d.snapshot(), before)
	// What was handed in is not kept either.
	in := page(message("n", "c9", 1))
	in.Messages[0].Media = []inbox.Media{{Kind: "image"}}
	d.ingest(in)
	in.Messages[0].Media[0].Kind = "spoilt"
	d.equal("kind", d.messages(d.of("c9").ID)[0].Media[0].Kind, "image")
}
