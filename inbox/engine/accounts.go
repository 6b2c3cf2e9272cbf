package engine

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/inbox/text"
)

// Accounts lists the accounts in the order of the configuration, with their
// health.
func (e *Engine) Accounts(ctx context.Context) ([]inbox.AccountStatus, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var list []inbox.AccountStatus
	for _, a := range e.allAccounts() {
		list = append(list, a.status())
	}
	return list, nil
}

func (a *account) status() inbox.AccountStatus {
	s := inbox.AccountStatus{Account: a.set().Account, Problem: a.set().Problem}
	if a.conn != nil {
		s.Caps = a.conn.Caps()
	}
	if b, ok := a.conn.(inbox.Budgeter); ok {
		s.Budgets = b.Budgets()
	}
	if f, ok := a.conn.(inbox.Sourcer); ok {
		s.Failing = f.Failing()
	}
	wanted := a.wanted()
	a.mu.Lock()
	defer a.mu.Unlock()
	s.Identity, s.Syncing, s.Received = a.identity, a.busy > 0, a.received
	for _, name := range wanted {
		st := a.streams[name]
		if st == nil {
			s.Streams = append(s.Streams, inbox.StreamState{Account: a.set().Account.ID, Stream: name})
			continue
		}
		s.Streams = append(s.Streams, *st)
		s.NextAt = earlier(s.NextAt, st.NextAt)
		s.OKAt, s.LastAt = later(s.OKAt, st.OKAt), later(s.LastAt, st.LastAt)
		if worse(st.Problem, s.Problem) {
			s.Problem = st.Problem
		}
	}
	return s
}

// worse ranks a refused sign-in above everything, and anything above nothing.
func worse(a, b inbox.Problem) bool {
	return !a.Zero() && (b.Zero() || (a.Code == inbox.CodeAuth && b.Code != inbox.CodeAuth))
}

// Check signs an account in and says who the network takes us for.
func (e *Engine) Check(ctx context.Context, id inbox.AccountID) (inbox.Identity, error) {
	a, ok := e.account(id)
	if !ok {
		return inbox.Identity{}, inbox.Problem{Code: inbox.CodeNotFound, Args: []string{string(id)}}
	}
	if a.conn == nil {
		return inbox.Identity{}, a.set().Problem
	}
	if rest := a.quietUntil().Sub(e.now()); rest > 0 {
		return inbox.Identity{}, &inbox.RetryError{After: rest, Err: fmt.Errorf("check %s: %w", id, inbox.ErrResting)}
	}
	checking, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	who, err := guarded(e, id, "check", func() (inbox.Identity, error) { return a.conn.Check(checking) })
	if err != nil {
		e.hush(a, err, retryAt(e.now(), 1, err, e.jitter))
		return who, fmt.Errorf("check %s: %w", id, err)
	}
	who.Handle = text.CleanLine(who.Handle).String()
	who.Name = text.CleanLine(who.Name).String()
	a.mu.Lock()
	a.identity = who
	a.mu.Unlock()
	return who, nil
}

// Attach registers a session for presence; the returned function ends it.
func (e *Engine) Attach(s inbox.SessionInfo) func() {
	e.mu.Lock()
	e.sessions[s.ID] = &s
	e.mu.Unlock()
	e.hurry()
	e.changes.publish(inbox.Change{Session: true})
	return func() {
		e.mu.Lock()
		delete(e.sessions, s.ID)
		e.mu.Unlock()
		e.changes.publish(inbox.Change{Session: true})
	}
}

// Compose tells the other sessions what this one is writing, by thread and
// draft; 0 and "": nothing.
func (e *Engine) Compose(by inbox.By, id inbox.ThreadID, draft string) {
	e.mu.Lock()
	s := e.sessions[by.Session]
	changed := s != nil && (s.Composing != id || s.Draft != draft)
	if changed {
		s.Composing, s.Draft = id, draft
	}
	e.mu.Unlock()
	if changed {
		e.changes.publish(inbox.Change{Session: true})
	}
}

// Sessions lists who is attached, oldest first.
func (e *Engine) Sessions() []inbox.SessionInfo {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []inbox.SessionInfo
	for _, s := range e.sessions {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b inbox.SessionInfo) int {
		if c := a.Since.Compare(b.Since); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list
}

// AccountOf finds an account: in the configuration, else among those that an
// import brought.
func (e *Engine) AccountOf(ctx context.Context, id inbox.AccountID) (inbox.Account, bool, error) {
	if a, ok := e.account(id); ok {
		return a.set().Account, true, nil
	}
	threads, err := e.repo.Walk(ctx, id, "", 1)
	if err != nil {
		return inbox.Account{}, false, fmt.Errorf("look for account %s: %w", id, err)
	}
	if len(threads) == 0 || threads[0].Account != id {
		return inbox.Account{}, false, nil
	}
	t := threads[0]
	return inbox.Account{ID: id, Client: t.Client, Network: t.Network}, true, nil
}

// Imported tells the engine that threads came in beside the connectors: it
// learns their clients, gives them their deadlines, tells the sessions to read
// everything again, and lets the index be tended.
func (e *Engine) Imported(ctx context.Context) error {
	e.upkeep.note(false, true)
	if err := e.learnClients(ctx); err != nil {
		return err
	}
	if err := e.retarget(ctx, "imported "+rand.Text()); err != nil {
		return err
	}
	e.changes.publish(inbox.Change{All: true})
	return nil
}

// learnClients adds the clients that the store knows and the configuration
// does not, so that nothing in the store is out of sight.
func (e *Engine) learnClients(ctx context.Context) error {
	counters, err := e.repo.Counts(ctx)
	if err != nil {
		return fmt.Errorf("read the counters: %w", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.strangers = nil
	known := func(list []inbox.Client, id inbox.ClientID) bool {
		return slices.ContainsFunc(list, func(c inbox.Client) bool { return c.ID == id })
	}
	for _, c := range counters {
		if !known(e.settings.Clients, c.Client) && !known(e.strangers, c.Client) {
			e.strangers = append(e.strangers, inbox.Client{ID: c.Client, Name: string(c.Client), Hold: -1})
		}
	}
	slices.SortFunc(e.strangers, func(a, b inbox.Client) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return nil
}
