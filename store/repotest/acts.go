package repotest

import (
	"errors"
	"fmt"

	"vigie/inbox"
	"vigie/inbox/text"
)

func acts(d *desk) {
	a, b := d.begin("a", "c1", 1), d.begin("b", "c2", 2)
	before := d.snapshot()
	boom := errors.New("boom")
	_, err := d.Act(d.ctx, []inbox.ThreadID{a, b}, func(t inbox.Thread) ([]inbox.Event, error) {
		if t.ID == b {
			return nil, boom
		}
		return []inbox.Event{{At: at(5), Verb: inbox.Finished}}, nil
	})
	d.want(err, boom)
	_, err = d.Act(d.ctx, []inbox.ThreadID{a, 99}, func(inbox.Thread) ([]inbox.Event, error) {
		return []inbox.Event{{At: at(5), Verb: inbox.Finished}}, nil
	})
	d.want(err, inbox.ErrNotFound)
	d.equal("undone by the error", d.snapshot(), before)
	events, err := d.Act(d.ctx, []inbox.ThreadID{a}, func(inbox.Thread) ([]inbox.Event, error) { return nil, nil })
	d.must(err)
	d.equal("left alone", []any{len(events), d.snapshot()}, []any{0, before})

	unread := d.thread(a)
	done := d.act(inbox.Event{Verb: inbox.Finished, Session: "s1"}, a, b)
	d.equal("written", []any{len(done), done[0].Thread, done[0].N, done[1].Thread}, []any{2, a, 2, b})
	d.equal("before", done[0].Before, &unread.Triage)
	d.equal("read back", d.events(a)[1], done[0])
	undo, err := inbox.UndoOf(d.thread(a), done[0])
	d.must(err)
	undo.At = at(6)
	d.act(undo, a)
	d.equal("triage", d.thread(a).Triage, unread.Triage)
	d.equal("other", d.thread(b).State, inbox.Done)

	// decide sees the thread as the events before it left it.
	_, err = d.Act(d.ctx, []inbox.ThreadID{b, b}, func(t inbox.Thread) ([]inbox.Event, error) {
		return []inbox.Event{{At: at(7), Verb: inbox.Prior, Args: []string{fmt.Sprint(t.Priority + 2)}}}, nil
	})
	d.must(err)
	d.equal("priority", d.thread(b).Priority, 4)
	d.checkCounts()
}

func events(d *desk) {
	a, b := d.begin("a", "c1", 1), d.begin("b", "c2", 2)
	after := inbox.Triage{State: inbox.Escalated, Until: at(9), DoneAt: at(8), Promoted: true, Escalation: &inbox.Escalation{
		Contact: "legal", Name: text.CleanLine("Maître"), At: at(3), Due: at(4), Question: text.Clean("Oui ?"),
	}}
	full := inbox.Event{
		At: at(5), Actor: inbox.Rule, Session: "pts/3", Verb: inbox.Undone, Message: "a", Action: 12,
		Args: []string{"+x", ""}, Text: text.Clean("note\nmore"), Until: at(6), Undoes: 1, After: &after,
	}
	wrote := d.act(full, a)[0]
	d.act(inbox.Event{Verb: inbox.Noted, Text: text.Clean("n1")}, b, a)
	log, err := d.EventLog(d.ctx, 0, 0)
	d.must(err)
	d.equal("log", verbs(log), "received received undone noted noted ")
	for i := 1; i < len(log); i++ {
		if log[i].ID <= log[i-1].ID {
			d.Fatalf("event %d after %d", log[i].ID, log[i-1].ID)
		}
	}
	d.equal("as written", log[2], wrote)
	mine := d.events(a)
	d.equal("mine", verbs(mine), "received undone noted ")
	for i, e := range mine {
		d.equal("number", []any{e.N, e.Thread}, []any{i + 1, a})
	}
	d.equal("head", []int{d.thread(a).Events, d.thread(a).Notes}, []int{3, 1})
	tail, err := d.EventLog(d.ctx, log[1].ID, 2)
	d.must(err)
	d.equal("tail", verbs(tail), "undone noted ")
	last, err := d.LastEvents(d.ctx, 0, 2)
	d.must(err)
	d.equal("newest events", last, []inbox.Event{log[len(log)-1], log[len(log)-2]})
	last, err = d.LastEvents(d.ctx, log[2].ID, 0)
	d.must(err)
	d.equal("events before one", last, []inbox.Event{log[1], log[0]})
	tail, err = d.EventLog(d.ctx, log[4].ID, 2)
	d.must(err)
	d.equal("end", len(tail), 0)
}

// fullAction has every field set.
func fullAction(thread inbox.ThreadID) inbox.Action {
	return inbox.Action{
		Key: "01JD", Epoch: "e", Kind: inbox.ActEscalate, Client: "miette", Account: miette().ID, Thread: thread,
		Conversation: "c1", Target: "a", Text: "Bonjour\tà vous", Visibility: "unlisted", ThreadKind: inbox.KindDM,
		Contact: "legal",
		Brief: &inbox.Brief{
			Subject: text.CleanLine("s"), Question: text.Clean("q"), Due: at(1), Severity: "high", Link: "https://x.example",
			Client: "Miette", Account: "@miette", Network: "mastodon", From: text.CleanLine("Léa"),
			Quote: text.Clean("q"), Context: text.Clean("c"),
			History: []inbox.BriefLine{{At: at(2), Who: text.CleanLine("w"), Text: text.Clean("t")}},
		},
		State: inbox.Queued, Attempt: 2, CreatedAt: at(3), NotBefore: at(4), FirstWire: at(5), LastWire: at(6),
		Owner: "o", Session: "s", Receipt: inbox.Receipt{Remote: "r", URL: "u", At: at(7), Conversation: "dm"},
		Problem: inbox.Problem{Code: inbox.CodeRetry, Args: []string{"a", ""}, Detail: "d"}, Looks: 3,
		Doubted: true, Class: inbox.ClassC, Author: "author", Draft: "draft", SendAt: at(8), SeenN: 4, Line: "line", Step: 1 << 60, Of: 5,
		History: []inbox.ActionStep{{At: at(9), From: inbox.Queued, To: inbox.Dropped, Why: inbox.WhyBack, Who: "s"}},
	}
}

func claims(d *desk) {
	id := d.begin("a", "c1", 1)
	d.must(d.SaveDraft(d.ctx, inbox.Draft{ID: "draft", Thread: id, Text: "Bonj"}))
	d.must(d.SaveDraft(d.ctx, inbox.Draft{ID: "other", Thread: id, Text: "Bons"}))
	a, err := d.AddAction(d.ctx, fullAction(id), []inbox.Event{{At: at(2), Actor: inbox.Human, Verb: inbox.Replied}})
	d.must(err)
	want := fullAction(id)
	want.ID = a.ID
	d.equal("added", a, want)
	got, err := d.Action(d.ctx, a.ID)
	d.must(err)
	d.equal("read back", got, want)
	_, err = d.Draft(d.ctx, "draft")
	d.want(err, inbox.ErrNotFound)
	_, err = d.Draft(d.ctx, "other")
	d.must(err)
	_, err = d.AddAction(d.ctx, fullAction(id), nil)
	d.want(err, inbox.ErrConflict)
	list, err := d.ThreadActions(d.ctx, id)
	d.must(err)
	d.equal("actions of the draft", len(list), 1)
	e := d.events(id)[1]
	d.equal("event", []any{e.Verb, e.Action}, []any{inbox.Replied, a.ID})

	claim := func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		a.State, a.Owner = inbox.Sending, "p1"
		return nil, nil, nil
	}
	moved, err := d.MoveAction(d.ctx, a.ID, inbox.Queued, claim)
	d.must(err)
	d.equal("claimed", []any{moved.State, moved.Owner}, []any{inbox.Sending, "p1"})
	called := false
	_, err = d.MoveAction(d.ctx, a.ID, inbox.Queued, func(*inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		called = true
		return nil, nil, nil
	})
	d.want(err, inbox.ErrConflict)
	d.equal("called", called, false)
	boom := errors.New("boom")
	_, err = d.MoveAction(d.ctx, a.ID, "", func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		a.State = inbox.Dropped
		return nil, nil, boom
	})
	d.want(err, boom)
	got, err = d.Action(d.ctx, a.ID)
	d.must(err)
	d.equal("undone", got, moved)
	empty, err := d.AddAction(d.ctx, inbox.Action{Thread: id, Kind: inbox.ActLike, State: inbox.Queued}, nil)
	d.must(err)
	info, err := d.Info(d.ctx)
	d.must(err)
	d.equal("epoch", empty.Epoch, info.Epoch)
}

func chains(d *desk) {
	id := d.begin("a", "c1", 1)
	d.must(d.SaveDraft(d.ctx, inbox.Draft{ID: "draft", Thread: id, Text: "Bonj"}))
	part := inbox.Action{Thread: id, Kind: inbox.ActReply, State: inbox.Queued}
	first, then := part, part
	first.Draft, then.Follows = "draft", inbox.OneBefore
	list, err := d.AddActions(d.ctx, []inbox.Action{first, then, then})
	d.must(err)
	d.equal("added", len(list), 3)
	got, err := d.ThreadActions(d.ctx, id)
	d.must(err)
	d.equal("read back", got, list)
	d.equal("in their order", []inbox.ActionID{list[1].Follows, list[2].Follows}, []inbox.ActionID{list[0].ID, list[1].ID})
	_, err = d.Draft(d.ctx, "draft")
	d.want(err, inbox.ErrNotFound)
	_, err = d.AddActions(d.ctx, []inbox.Action{part, first})
	d.want(err, inbox.ErrConflict)
	if _, err = d.AddActions(d.ctx, []inbox.Action{then}); err == nil {
		d.Error("follows nothing, and was stored")
	}
	got, err = d.ThreadActions(d.ctx, id)
	d.must(err)
	d.equal("all or nothing", len(got), 3)
}

func outcomes(d *desk) {
	id := d.begin("a", "c1", 1)
	a, err := d.AddAction(d.ctx, inbox.Action{Thread: id, Kind: inbox.ActReply, State: inbox.Sending}, nil)
	d.must(err)
	accept := func(remote string) func(*inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		return func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
			a.State, a.Receipt.Remote = inbox.Accepted, remote
			in := page(answer(remote, "c1", 5))
			in.Origin = inbox.Sent
			return []inbox.Event{
				{At: at(5), Actor: inbox.Human, Verb: inbox.Replied, Message: remote},
				{At: at(5), Actor: inbox.Human, Verb: inbox.Finished},
			}, &in, nil
		}
	}
	before := d.snapshot()
	_, err = d.MoveAction(d.ctx, a.ID, inbox.Sending, accept(""))
	if err == nil {
		d.Fatal("a message without id was taken")
	}
	got, err := d.Action(d.ctx, a.ID)
	d.must(err)
	d.equal("undone", []any{got, d.snapshot()}, []any{a, before})
	_, err = d.MoveAction(d.ctx, a.ID, inbox.Sending, accept("r"))
	d.must(err)
	th := d.thread(id)
	d.equal("thread", []any{th.State, th.DoneAt, th.Messages}, []any{inbox.Done, at(5), 2})
	d.equal("messages", remotes(d.messages(id)), "a r ")
	es := d.events(id)
	d.equal("events", verbs(es), "received replied done ")
	d.equal("action", es[1].Action, a.ID)
	d.equal("seen again", d.ingest(page(answer("r", "c1", 5))).New, 0)
	d.checkCounts()
}

func moveMany(d *desk) {
	var ids []inbox.ActionID
	one, two := d.begin("a", "c1", 1), d.begin("b", "c2", 2)
	for _, id := range []inbox.ThreadID{one, two, one} {
		a, err := d.AddAction(d.ctx, inbox.Action{Thread: id, Kind: inbox.ActLike, State: inbox.Queued}, nil)
		d.must(err)
		ids = append(ids, a.ID)
	}
	drop := func(not inbox.ActionID, verb inbox.Verb) func(*inbox.Action) ([]inbox.Event, bool) {
		return func(a *inbox.Action) ([]inbox.Event, bool) {
			if a.ID == not {
				a.State = inbox.FailedAct // of what is refused nothing is kept
				return nil, false
			}
			a.State = inbox.Dropped
			args := []string{"like"}
			if verb == inbox.Prior {
				args = []string{"no number"}
			}
			return []inbox.Event{{At: at(3), Actor: inbox.Human, Verb: verb, Args: args, Action: a.ID}}, true
		}
	}
	before := d.snapshot()
	if _, err := d.MoveActions(d.ctx, ids, drop(ids[0], inbox.Prior)); err == nil {
		d.Error("an event that cannot be was taken")
	}
	d.equal("all or nothing", d.snapshot(), before)
	moved, err := d.MoveActions(d.ctx, append([]inbox.ActionID{999}, ids...), drop(ids[1], inbox.Failed))
	d.must(err)
	d.equal("moved", []inbox.ActionID{moved[0].ID, moved[1].ID}, []inbox.ActionID{ids[0], ids[2]})
	var states []inbox.SendState
	for _, id := range ids {
		a, err := d.Action(d.ctx, id)
		d.must(err)
		states = append(states, a.State)
	}
	d.equal("states", states, []inbox.SendState{inbox.Dropped, inbox.Queued, inbox.Dropped})
	d.equal("told", []string{verbs(d.events(one)), verbs(d.events(two))}, []string{"received failed failed ", "received "})
	open, err := d.OpenActions(d.ctx)
	d.must(err)
	d.equal("open", len(open), 1)
}

func actionLists(d *desk) {
	one, two := d.begin("a", "c1", 1), d.begin("b", "c2", 2)
	states := []inbox.SendState{
		inbox.Queued, inbox.Sending, inbox.Accepted, inbox.Verified, inbox.RetryWait,
		inbox.Uncertain, inbox.NeedsYou, inbox.FailedAct, inbox.Dropped,
	}
	for i, s := range states {
		id := []inbox.ThreadID{one, two}[i%2]
		_, err := d.AddAction(d.ctx, inbox.Action{Thread: id, Kind: inbox.ActLike, State: s}, nil)
		d.must(err)
	}
	is := func(as []inbox.Action, err error) string {
		d.must(err)
		s := ""
		for _, a := range as {
			s += string(a.State) + " "
		}
		return s
	}
	d.equal("open", is(d.OpenActions(d.ctx)), "queued sending retry_wait uncertain needs_human failed ")
	d.equal("of a thread", is(d.ThreadActions(d.ctx, two)), "sending verified uncertain failed ")
	d.equal("all", len(is(d.Actions(d.ctx, nil))) > 60, true)
	d.equal("matching", is(d.Actions(d.ctx, func(a inbox.Action) bool { return a.State.Trouble() })), "uncertain needs_human failed ")
	open, err := d.OpenActions(d.ctx)
	d.must(err)
	for _, a := range open {
		_, err := d.MoveAction(d.ctx, a.ID, a.State, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
			a.State = inbox.Verified
			return nil, nil, nil
		})
		d.must(err)
	}
	d.equal("none open", is(d.OpenActions(d.ctx)), "")
}

func drafts(d *desk) {
	one, two := d.begin("a", "c1", 1), d.begin("b", "c2", 2)
	draft := inbox.Draft{
		ID: "b", Thread: two, Account: miette().ID, Text: "brut \x1b[31m \xff", Visibility: "direct", Parent: "p", Note: true, Private: true,
		BegunAt: at(1), SavedAt: at(2), Session: "s", Line: "line", SeenN: 3,
	}
	d.must(d.SaveDraft(d.ctx, draft))
	got, err := d.Draft(d.ctx, "b")
	d.must(err)
	d.equal("draft", got, draft)
	draft.Text = "brut"
	d.must(d.SaveDraft(d.ctx, draft))
	first := inbox.Draft{ID: "c", Thread: one, Text: "x"}
	second := inbox.Draft{ID: "a", Thread: two, Text: "y", BegunAt: at(2)}
	d.must(d.SaveDraft(d.ctx, second))
	d.must(d.SaveDraft(d.ctx, first))
	all, err := d.Drafts(d.ctx, 0)
	d.must(err)
	d.equal("all", all, []inbox.Draft{first, draft, second})
	of, err := d.Drafts(d.ctx, two)
	d.must(err)
	d.equal("of a thread", of, []inbox.Draft{draft, second})
	d.must(d.DropDraft(d.ctx, "b"))
	d.must(d.DropDraft(d.ctx, "b"))
	_, err = d.Draft(d.ctx, "b")
	d.want(err, inbox.ErrNotFound)
	if err := d.SaveDraft(d.ctx, inbox.Draft{Thread: one, Text: "x"}); err == nil {
		d.Fatal("a draft without id was taken")
	}
}

func streams(d *desk) {
	a := inbox.StreamState{
		Account: "a", Stream: inbox.StreamMessages, Cursor: "c", Begun: true, NextAt: at(1), LastAt: at(2), OKAt: at(3),
		Fails: 4, Problem: inbox.Problem{Code: inbox.CodeAuth, Args: []string{"x"}, Detail: "d"}, Refused: 5,
	}
	b := inbox.StreamState{Account: "b", Stream: inbox.StreamMentions}
	d.must(d.SaveStream(d.ctx, b))
	d.must(d.SaveStream(d.ctx, a))
	all, err := d.StreamStates(d.ctx)
	d.must(err)
	d.equal("streams", all, []inbox.StreamState{a, b})
	a.Fails, a.Problem = 0, inbox.Problem{}
	d.must(d.SaveStream(d.ctx, a))
	all, err = d.StreamStates(d.ctx)
	d.must(err)
	d.equal("streams", all, []inbox.StreamState{a, b})
}

func epochs(d *desk) {
	before, err := d.Info(d.ctx)
	d.must(err)
	epoch, err := d.NewEpoch(d.ctx)
	d.must(err)
	after, err := d.Info(d.ctx)
	d.must(err)
	d.equal("epoch", []any{after.Epoch, after.ID}, []any{epoch, before.ID})
	if epoch == before.Epoch || epoch == "" || before.ID == "" {
		d.Fatalf("store %q: epoch %q after %q", before.ID, epoch, before.Epoch)
	}
}
