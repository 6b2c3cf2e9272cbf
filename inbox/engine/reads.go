package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vigie/inbox"
	"vigie/inbox/query"
)

// windowBudget is how many rows a filtered window looks at before it gives
// what it has and says that there is more.
const windowBudget = 20_000

func builtinViews() []inbox.View {
	return []inbox.View{
		{ID: "ours", State: []inbox.State{inbox.Ours}},
		{ID: "theirs", State: []inbox.State{inbox.Theirs}},
		{ID: "escalated", State: []inbox.State{inbox.Escalated}},
		{ID: "snoozed", State: []inbox.State{inbox.Snoozed}},
		{ID: "done", State: []inbox.State{inbox.Done}},
		{ID: "watches", Split: inbox.Watches, State: inbox.States()},
	}
}

// Threads returns a window of a view. A view with a text in its query is
// answered by the index, and by looking at the messages of the threads that it
// leaves open.
func (e *Engine) Threads(ctx context.Context, q inbox.ViewQuery) (inbox.ThreadPage, error) {
	tq, parsed, env, err := e.threadQuery(ctx, q)
	if err != nil {
		return inbox.ThreadPage{}, err
	}
	if parsed.HeadOnly() {
		return e.repo.Threads(ctx, tq)
	}
	return e.threadsByText(ctx, tq, parsed, env)
}

// threadQuery is what a view asks of the store.
func (e *Engine) threadQuery(ctx context.Context, q inbox.ViewQuery) (tq inbox.ThreadQuery, parsed query.Query, env query.Env, err error) {
	if parsed, err = parseBoth(q.View.Query, q.Filter); err != nil {
		return tq, parsed, env, err
	}
	if env, err = e.queryEnv(ctx); err != nil {
		return tq, parsed, env, err
	}
	tq = inbox.ThreadQuery{
		Client: q.Client, Split: q.View.Split, States: q.View.State,
		Where: parsed.WhereThreads(env), After: q.After, Limit: q.Limit, Budget: windowBudget,
	}
	if len(tq.States) == 0 {
		tq.States = parsed.States()
		tq.Split = parsed.Split()
	}
	if !parsed.Empty() {
		tq.Match = func(t inbox.Thread) bool {
			ok, _ := parsed.Thread(env, t)
			return ok
		}
	}
	return tq, parsed, env, nil
}

// countBudget is how many heads CountView reads where the index does not say
// all.
const countBudget = 2000

// CountView counts the threads of a view, whatever its window. When it is not
// exact there may be more: what the index leaves open was not all looked at.
func (e *Engine) CountView(ctx context.Context, q inbox.ViewQuery) (n int, exact bool, err error) {
	q.After, q.Limit = inbox.ListCursor{}, 0
	tq, parsed, env, err := e.threadQuery(ctx, q)
	if err != nil {
		return 0, false, err
	}
	if n, exact, err = e.repo.CountThreads(ctx, tq); err != nil || exact {
		return n, exact, err
	}
	tq.Budget = countBudget
	page, err := e.repo.Threads(ctx, tq)
	if err != nil {
		return 0, false, err
	}
	n = 0
	for i := range page.Threads {
		ok, err := e.inPage(ctx, parsed, env, &page, i)
		if err != nil {
			return n, false, err
		}
		if ok {
			n++
		}
	}
	return n, !page.More, nil
}

// threadsByText walks windows of candidate heads and keeps those with a
// message that matches.
func (e *Engine) threadsByText(ctx context.Context, tq inbox.ThreadQuery, q query.Query, env query.Env) (inbox.ThreadPage, error) {
	want := tq.Limit
	var out inbox.ThreadPage
	for looked := 0; ; {
		page, err := e.repo.Threads(ctx, tq)
		if err != nil {
			return out, err
		}
		out.Damaged += page.Damaged
		for i, t := range page.Threads {
			looked++
			ok, err := e.inPage(ctx, q, env, &page, i)
			if err != nil {
				return out, err
			}
			if !ok {
				continue
			}
			out.Threads = append(out.Threads, t)
			if want > 0 && len(out.Threads) == want {
				out.Next, out.More = inbox.ListCursor{Rank: t.Rank, ID: t.ID}, true
				return out, nil
			}
		}
		out.Next, out.More = page.Next, page.More
		if !page.More || looked >= windowBudget {
			return out, nil
		}
		tq.After = page.Next
	}
}

// inPage reports whether a thread of a page matches, by its messages unless
// the index was sure.
func (e *Engine) inPage(ctx context.Context, q query.Query, env query.Env, page *inbox.ThreadPage, i int) (bool, error) {
	if i < len(page.Sure) && page.Sure[i] {
		return true, nil
	}
	return e.anyMessage(ctx, q, env, page.Threads[i])
}

func (e *Engine) anyMessage(ctx context.Context, q query.Query, env query.Env, t inbox.Thread) (bool, error) {
	if ok, needs := q.Thread(env, t); !ok || !needs {
		return ok, nil
	}
	messages, err := e.repo.Messages(ctx, t.ID, time.Time{}, 0)
	if err != nil {
		return false, err
	}
	messages = slices.DeleteFunc(messages, func(m inbox.Message) bool { return m.Damaged })
	return q.Conversation(env, t, messages...), nil
}

// queryEnv is what queries need besides the threads.
func (e *Engine) queryEnv(ctx context.Context) (query.Env, error) {
	drafts, err := e.repo.Drafts(ctx, 0)
	if err != nil {
		return query.Env{}, fmt.Errorf("read the drafts: %w", err)
	}
	writing := map[inbox.ThreadID]bool{}
	for _, d := range drafts {
		writing[d.Thread] = true
	}
	return query.Env{
		Now: e.now(), Zone: time.Local,
		HasDraft: func(id inbox.ThreadID) bool { return writing[id] },
	}, nil
}

func parseBoth(view, filter string) (query.Query, error) {
	v, err := query.Parse(view)
	if err != nil {
		return v, err
	}
	f, err := query.Parse(filter)
	return query.And(v, f), err
}

// head reads a thread's head; one that is not there is a Problem.
func (e *Engine) head(ctx context.Context, id inbox.ThreadID) (inbox.Thread, error) {
	t, err := e.repo.Thread(ctx, id)
	if errors.Is(err, inbox.ErrNotFound) {
		return t, inbox.Problem{Code: inbox.CodeNotFound, Args: []string{fmt.Sprint(id)}}
	}
	return t, err
}

// Thread returns a thread with all that the reader shows.
func (e *Engine) Thread(ctx context.Context, id inbox.ThreadID) (inbox.ThreadView, error) {
	var v inbox.ThreadView
	t, err := e.head(ctx, id)
	if err != nil {
		return v, err
	}
	v.Thread = t
	v.Client, _ = e.Client(t.Client)
	v.Account = inbox.Account{ID: t.Account, Client: t.Client, Network: t.Network}
	if a, ok := e.account(t.Account); ok {
		v.Account = a.set().Account
		a.mu.Lock()
		if a.identity.Handle != "" {
			v.Account.Handle = a.identity.Handle
		}
		a.mu.Unlock()
	}
	v.Caps = e.capsOf(t)
	if v.Messages, err = e.repo.Messages(ctx, id, time.Time{}, 0); err != nil {
		return v, err
	}
	if v.Events, err = e.repo.Events(ctx, id); err != nil {
		return v, err
	}
	if v.Actions, err = e.repo.ThreadActions(ctx, id); err != nil {
		return v, err
	}
	if t.PostID != "" {
		post, err := e.repo.Post(ctx, t.Account, t.PostID)
		if err == nil {
			v.Post = &post
		} else if !errors.Is(err, inbox.ErrNotFound) && !errors.Is(err, inbox.ErrDamaged) {
			return v, err
		}
	}
	select {
	case e.aroundNow <- id:
	default: // enough is waiting
	}
	v.Drafts, err = e.repo.Drafts(ctx, id)
	return v, err
}

// Counts returns the counters of all clients, splits and states.
func (e *Engine) Counts(ctx context.Context) (inbox.Counters, error) { return e.repo.Counts(ctx) }

// Matches reports whether a thread matches a query, looking at its messages
// where the query has text.
func (e *Engine) Matches(ctx context.Context, q query.Query, t inbox.Thread) (bool, error) {
	if q.Empty() {
		return true, nil
	}
	env, err := e.queryEnv(ctx)
	if err != nil {
		return false, err
	}
	return e.anyMessage(ctx, q, env, t)
}
