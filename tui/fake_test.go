package tui

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// fake is a Backend in memory: small, but with the rules of inbox, so that
// what a flow sees is what the engine would show.
type fake struct {
	mu       sync.Mutex
	now      time.Time
	clients  []inbox.Client
	trouble  inbox.Problem
	accounts []inbox.AccountStatus
	threads  map[inbox.ThreadID]*fakeThread
	order    []inbox.ThreadID // by rank
	actions  []inbox.Action
	drafts   map[string]inbox.Draft
	begun    int // drafts
	sessions []inbox.SessionInfo
	steps    []fakeStep
	undone   []fakeStep
	changes  []inbox.Change
	woken    chan struct{}
	stopped  chan struct{}
	synced   []inbox.AccountID
	hold     time.Duration
	saves    int
	limit    inbox.TextLimit
	message  inbox.TextLimit                       // of direct messages
	noReply  string                                // Problem code
	caps     map[inbox.ActionKind]inbox.Capability // besides answering and liking
	undid    *inbox.Undid                          // what the next undo says
	full     error                                 // of every save of a draft
	requests []inbox.ReplyRequest
	lose     bool  // the text of what is given up
	lost     error // what the next answer that is queued is told
	fail     error // of the next act
	refuse   error // what every query is answered with
	composed inbox.ThreadID
	loads    map[string]int
	counted  int // how many hits a search counts before it gives up; 0: all
	index    inbox.IndexInfo
	answered func() // called within a search
	persons  []inbox.Person
	numbered int   // persons
	windows  []int // how many threads each window brought
	desk     fakeDesk
	mod      fakeModeration
}

type fakeThread struct {
	t        inbox.Thread
	post     *inbox.Post
	messages []inbox.Message
	events   []inbox.Event
}

// fakeStep is one undoable step.
type fakeStep struct {
	events []inbox.Event
	action inbox.ActionID
}

func newFake(now time.Time) *fake {
	return &fake{
		now: now, threads: map[inbox.ThreadID]*fakeThread{}, drafts: map[string]inbox.Draft{},
		woken: make(chan struct{}, 1), stopped: make(chan struct{}), hold: 10 * time.Second,
		limit: inbox.TextLimit{Max: 500, Unit: inbox.Characters, URLLength: 23, LocalMentions: true},
		loads: map[string]int{},
	}
}

func (f *fake) add(account inbox.AccountID, post *inbox.Post, msgs ...inbox.Message) inbox.ThreadID {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := inbox.ThreadID(len(f.threads) + 1)
	ft := &fakeThread{post: post}
	ft.t.ID = id
	for _, m := range msgs {
		m.Account, m.Thread, m.Post = account, id, post
		f.receive(ft, m)
	}
	for _, a := range f.accounts {
		if a.Account.ID == account {
			ft.t.Client, ft.t.Network = a.Account.Client, a.Account.Network
		}
	}
	ft.t.Account = account
	f.threads[id] = ft
	f.sort()
	return id
}

func (f *fake) receive(ft *fakeThread, m inbox.Message) {
	for _, e := range inbox.Receive(&ft.t, m, inbox.Native, f.now) {
		_ = inbox.Append(&ft.t, &e)
		ft.events = append(ft.events, e)
	}
	ft.messages = append(ft.messages, m)
}

// arrive is a new message of theirs in a thread.
func (f *fake) arrive(id inbox.ThreadID, m inbox.Message) {
	f.mu.Lock()
	f.receive(f.threads[id], m)
	f.sort()
	f.mu.Unlock()
	f.changed(inbox.Change{Thread: id})
}

func (f *fake) sort() {
	f.order = f.order[:0]
	for id := range f.threads {
		f.order = append(f.order, id)
	}
	for _, ft := range f.threads {
		ft.t.Rank = inbox.RankOf(ft.t)
	}
	slices.SortFunc(f.order, func(a, b inbox.ThreadID) int {
		return cmp.Or(f.threads[a].t.Rank.Compare(f.threads[b].t.Rank), cmp.Compare(b, a))
	})
}

func (f *fake) changed(c ...inbox.Change) {
	f.mu.Lock()
	f.changes = append(f.changes, c...)
	f.mu.Unlock()
	select {
	case f.woken <- struct{}{}:
	default:
	}
}

func (f *fake) take() []inbox.Change {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.changes
	f.changes = nil
	return c
}

func (f *fake) Clients() []inbox.Client { return f.clients }

func (f *fake) Accounts(context.Context) ([]inbox.AccountStatus, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.accounts), nil
}

func (f *fake) Trouble() inbox.Problem {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.trouble
}

func (f *fake) Views() []inbox.View {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]inbox.View{
		{ID: "ours", State: []inbox.State{inbox.Ours}},
		{ID: "theirs", State: []inbox.State{inbox.Theirs}},
		{ID: "escalated", State: []inbox.State{inbox.Escalated}},
		{ID: "snoozed", State: []inbox.State{inbox.Snoozed}},
		{ID: "done", State: []inbox.State{inbox.Done}},
		{ID: "watches", Split: inbox.Watches, State: inbox.States()},
		{ID: "questions", Name: "Questions", Query: "has:question"},
	}, f.desk.saved...)
}

func (f *fake) Threads(_ context.Context, q inbox.ViewQuery) (inbox.ThreadPage, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if q.View.ID == pressing().ID {
		f.loads["due"]++
	} else {
		f.loads["threads"]++
	}
	if f.refuse != nil && q.Filter != "" {
		return inbox.ThreadPage{}, f.refuse
	}
	var page inbox.ThreadPage
	begun := q.After.Zero()
	for _, id := range f.order {
		t := f.threads[id].t
		if !begun {
			begun = t.Rank.Compare(q.After.Rank) > 0 || id == q.After.ID
			if id == q.After.ID || !begun {
				continue
			}
		}
		if !f.matches(q, t) {
			continue
		}
		if len(page.Threads) == q.Limit {
			page.More = true
			break
		}
		t.Tags = slices.Clone(t.Tags)
		page.Threads = append(page.Threads, t)
		page.Next = inbox.ListCursor{Rank: t.Rank, ID: id}
	}
	f.windows = append(f.windows, len(page.Threads))
	return page, nil
}

func (f *fake) matches(q inbox.ViewQuery, t inbox.Thread) bool {
	if q.Client != "" && t.Client != q.Client {
		return false
	}
	if q.Filter != "" && !strings.Contains(t.Snippet.String(), q.Filter) {
		return false
	}
	if q.View.Query == "has:question" && !strings.Contains(t.Snippet.String(), "?") {
		return false
	}
	if len(q.View.State) > 0 && !slices.Contains(q.View.State, t.State) {
		return false
	}
	return t.Split() == q.View.Split
}

func (f *fake) Thread(_ context.Context, id inbox.ThreadID) (inbox.ThreadView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.loads["thread"]++
	ft, ok := f.threads[id]
	if !ok {
		return inbox.ThreadView{}, inbox.ErrNotFound
	}
	can := inbox.Capability{OK: f.noReply == "", Class: inbox.ClassA, Why: f.noReply}
	v := inbox.ThreadView{
		Thread: ft.t, Post: ft.post, Messages: slices.Clone(ft.messages), Events: slices.Clone(ft.events),
		Caps: inbox.Caps{
			Acts:  map[inbox.ActionKind]inbox.Capability{inbox.ActReply: can, inbox.ActLike: can},
			Media: f.mod.media, Reasons: f.mod.reasons, Reply: f.limit, Message: f.message, Visibilities: []string{"public", "unlisted", "private", "direct"},
		},
	}
	for kind, c := range f.caps {
		v.Caps.Acts[kind] = c
	}
	if f.mod.away[id] {
		v.Caps.Acts[inbox.ActReply] = inbox.Capability{Why: inbox.CodeReadOnly}
	}
	for _, a := range f.actions {
		if a.Thread == id {
			v.Actions = append(v.Actions, a)
		}
	}
	return v, nil
}

func (f *fake) Counts(context.Context) (inbox.Counters, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	sums := map[inbox.Counter]inbox.Counter{}
	for _, ft := range f.threads {
		k := inbox.Counter{Client: ft.t.Client, Split: ft.t.Split(), State: ft.t.State}
		c := sums[k]
		c.Client, c.Split, c.State = k.Client, k.Split, k.State
		c.Total++
		if ft.t.Unread {
			c.Unread++
		}
		sums[k] = c
	}
	var out inbox.Counters
	for _, c := range sums {
		out = append(out, c)
	}
	return out, nil
}

// do appends one event to each thread, as one step.
func (f *fake) do(by inbox.By, ids []inbox.ThreadID, make_ func(inbox.Thread) (inbox.Event, bool)) error {
	f.mu.Lock()
	if err := f.fail; err != nil {
		f.fail = nil
		f.mu.Unlock()
		return err
	}
	var step fakeStep
	for _, id := range ids {
		ft := f.threads[id]
		e, ok := make_(ft.t)
		if !ok {
			continue
		}
		e.At, e.Actor, e.Session, e.Line = f.now, by.Actor, by.Session, by.Line
		if err := inbox.Append(&ft.t, &e); err != nil {
			f.mu.Unlock()
			return err
		}
		ft.events = append(ft.events, e)
		step.events = append(step.events, e)
	}
	if len(step.events) > 0 && step.events[0].Verb != inbox.Read {
		f.steps, f.undone = append(f.steps, step), nil
	}
	f.sort()
	f.mu.Unlock()
	for _, id := range ids {
		f.changed(inbox.Change{Thread: id})
	}
	return nil
}

func (f *fake) MarkRead(_ context.Context, by inbox.By, ids []inbox.ThreadID, read bool) error {
	return f.do(by, ids, func(t inbox.Thread) (inbox.Event, bool) {
		if read {
			return inbox.Event{Verb: inbox.Read}, t.Unread
		}
		return inbox.Event{Verb: inbox.Unread}, !t.Unread
	})
}

func (f *fake) Tag(_ context.Context, by inbox.By, ids []inbox.ThreadID, changes []string) error {
	return f.do(by, ids, func(t inbox.Thread) (inbox.Event, bool) {
		args, err := inbox.TagChange(t, changes)
		return inbox.Event{Verb: inbox.Tagged, Args: args}, err == nil && len(args) > 0
	})
}

func (f *fake) Note(_ context.Context, by inbox.By, id inbox.ThreadID, body string) error {
	return f.do(by, []inbox.ThreadID{id}, func(inbox.Thread) (inbox.Event, bool) {
		return inbox.Event{Verb: inbox.Noted, Text: text.Clean(body)}, true
	})
}

func (f *fake) Done(_ context.Context, by inbox.By, ids []inbox.ThreadID) error {
	return f.do(by, ids, func(t inbox.Thread) (inbox.Event, bool) {
		return inbox.Event{Verb: inbox.Finished}, t.Open()
	})
}

func (f *fake) Reopen(_ context.Context, by inbox.By, ids []inbox.ThreadID) error {
	return f.do(by, ids, func(inbox.Thread) (inbox.Event, bool) { return inbox.Event{Verb: inbox.Reopened}, true })
}

func (f *fake) Promote(_ context.Context, by inbox.By, id inbox.ThreadID) error {
	return f.do(by, []inbox.ThreadID{id}, func(inbox.Thread) (inbox.Event, bool) {
		return inbox.Event{Verb: inbox.Promoted}, true
	})
}

func (f *fake) Subscribe() Subscription { return fakeSub{f} }

type fakeSub struct{ f *fake }

var errFakeStopped = errors.New("the engine stopped")

func (s fakeSub) Next(ctx context.Context) ([]inbox.Change, error) {
	for {
		if c := s.f.take(); len(c) > 0 {
			return c, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-s.f.stopped:
			return nil, errFakeStopped
		case <-s.f.woken:
		}
	}
}

func (fakeSub) Close() {}
