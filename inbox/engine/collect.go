package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vigie/inbox"
)

// loadStreams reads the remembered state of streams that are not yet known. All
// streams of an account rest for as long as its network asked for.
func (e *Engine) loadStreams(ctx context.Context) error {
	states, err := e.repo.StreamStates(ctx)
	if err != nil {
		return fmt.Errorf("read the streams: %w", err)
	}
	for _, st := range states {
		a, ok := e.account(st.Account)
		if !ok {
			continue
		}
		a.mu.Lock()
		if _, known := a.streams[st.Stream]; !known {
			a.streams[st.Stream] = &st
			until := asked(st.Problem)
			a.quiet, a.blocked[st.Stream] = later(a.quiet, until), until
		}
		a.mu.Unlock()
	}
	for _, a := range e.allAccounts() {
		if quiet := a.quietUntil(); quiet.After(e.now()) {
			a.rest(a.wanted(), quiet.Add(afterSends), true)
		}
	}
	return nil
}

// asking is a problem that keeps when the network allows a call again, see
// asked.
func asking(p inbox.Problem, until time.Time) inbox.Problem {
	p.Args = []string{until.Format(time.RFC3339Nano)}
	return p
}

// asked is when the network allows a call again, as it said before a restart.
func asked(p inbox.Problem) time.Time {
	if p.Code != inbox.CodeRetry || len(p.Args) != 1 {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339Nano, p.Args[0])
	if err != nil {
		return time.Time{}
	}
	return at
}

// collectLoop starts passes of the accounts that are due.
func (e *Engine) collectLoop(ctx context.Context) {
	for ctx.Err() == nil {
		e.sleep(ctx, e.dispatch(ctx), e.collectNow)
	}
}

// dispatch starts a pass for every due account while workers are free. It
// returns when to look again; zero means: when poked.
func (e *Engine) dispatch(ctx context.Context) time.Time {
	if !e.probe(ctx) {
		return e.room.closedUntil(e.now())
	}
	now := e.now()
	var next time.Time
	for _, a := range e.allAccounts() {
		due, at := a.due(now)
		if len(due) == 0 {
			next = earlier(next, at)
			continue
		}
		select {
		case e.workers <- struct{}{}:
		default:
			return next // a worker pokes when it is free
		}
		a.occupy(1)
		e.running.Add(1)
		go func() {
			defer e.running.Done()
			defer poke(e.collectNow)
			defer func() { <-e.workers }()
			defer a.occupy(-1)
			e.collect(ctx, a, due, nil)
		}()
	}
	if !next.IsZero() && next.Sub(now) < idleReads {
		next = now.Add(idleReads)
	}
	return next
}

func (e *Engine) allAccounts() []*account {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []*account
	for _, set := range e.settings.Accounts {
		if a := e.accounts[set.Account.ID]; a != nil {
			list = append(list, a)
		}
	}
	return list
}

// collect runs one pass over the streams of an account, one after another.
func (e *Engine) collect(ctx context.Context, a *account, streams []inbox.Stream, report func(inbox.Progress)) {
	ctx, leave, ok := a.enter(ctx)
	if !ok {
		return
	}
	defer leave()
	e.changes.publish(inbox.Change{Account: a.set().Account.ID, Health: true})
	if len(streams) > 0 {
		e.introduce(ctx, a)
	}
	for _, s := range streams {
		if ctx.Err() != nil {
			break
		}
		if !slices.Contains(a.wanted(), s) {
			continue // a program tells its streams when it is first spoken to
		}
		err := e.collectStream(ctx, a, s, report)
		if errors.Is(err, inbox.ErrFull) {
			break
		}
		if forAll(err) {
			a.rest(streams, a.state(s).NextAt, !errors.Is(err, inbox.ErrAuth))
			break
		}
	}
	e.changes.publish(inbox.Change{Account: a.set().Account.ID, Health: true})
}

// introduce asks once who the network takes us for, where answers are written
// in our name. It may fail: the fetch that follows tells why.
func (e *Engine) introduce(ctx context.Context, a *account) {
	a.mu.Lock()
	known := a.identity.Remote != ""
	a.mu.Unlock()
	if known || !a.conn.Caps().Can(inbox.ActReply) || a.quietUntil().After(e.now()) {
		return
	}
	if _, err := e.Check(ctx, a.set().Account.ID); err != nil {
		e.log.Debug("who are we", "account", a.set().Account.ID, "error", err)
	}
}

// collectStream fetches pages until the stream is caught up. A page is stored
// together with the cursor behind it; a failure leaves the cursor where the
// last stored page put it.
func (e *Engine) collectStream(ctx context.Context, a *account, s inbox.Stream, report func(inbox.Progress)) error {
	st := a.state(s)
	for range passPages {
		more, err := e.collectPage(ctx, a, &st, report)
		if err != nil {
			switch {
			case errors.Is(err, inbox.ErrFull): // says nothing of the network
				if report != nil {
					report(inbox.Progress{Account: a.set().Account.ID, Stream: s, Problem: inbox.ProblemOf(err)})
				}
			case ctx.Err() == nil:
				e.streamFailed(ctx, a, st, err, report)
			}
			return err
		}
		if !more {
			return nil
		}
	}
	return nil
}

// forAll reports whether a failure of one stream speaks for the account: the
// network asked for a rest, or refused the sign-in.
func forAll(err error) bool {
	return errors.Is(err, inbox.ErrAuth) || wishOf(err) > 0
}

func (e *Engine) collectPage(ctx context.Context, a *account, st *inbox.StreamState, report func(inbox.Progress)) (bool, error) {
	now, wishes := e.now(), a.wished()
	fetching, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	page, err := guarded(e, a.set().Account.ID, "fetch", func() (inbox.Page, error) {
		return a.conn.Fetch(fetching, inbox.FetchRequest{
			Stream: st.Stream, Cursor: st.Cursor, Limit: pageLimit, History: a.set().History, Now: now,
		})
	})
	if err != nil {
		return false, fmt.Errorf("fetch %s of %s: %w", st.Stream, a.set().Account.ID, err)
	}
	messages, refused := sift(page.Messages, now)
	refused = append(page.Refused, refused...)
	if page.Cursor == st.Cursor {
		page.More = false // more of the same would never end
	}
	strange := st.Stream != inbox.StreamWatch && tooStrange(len(messages), len(refused))
	in := inbox.Ingest{
		Account: a.set().Account, Messages: messages, Deleted: page.Deleted,
		Origin: inbox.Live, Actor: inbox.Native, Now: now, KeepDeleted: a.set().KeepDeleted,
	}
	if !st.Begun {
		in.HistoryBefore = now.Add(-a.set().Fresh)
	}
	next := *st
	next.Cursor, next.LastAt, next.OKAt = page.Cursor, now, now
	next.Fails, next.Problem = 0, inbox.Problem{}
	next.Refused += uint64(items(refused))
	next.NextAt = now
	if strange { // as if it had not come, but for what was understood
		next.Cursor, next.OKAt, page.More = st.Cursor, st.OKAt, false
		if st.Problem.Code == inbox.CodeStrange {
			next.Refused = st.Refused // the same items again
		}
	}
	if !page.More {
		next.Begun = st.Begun || !strange
		next.NextAt = now.Add(a.pollOf(page.PollAfter))
	}
	in.Stream = &next
	res, err := e.ingest(ctx, a, in)
	if err != nil {
		return false, err
	}
	for _, r := range refused {
		e.log.Warn("item refused", "account", a.set().Account.ID, "stream", st.Stream, "item", r.Item, "reason", r.Reason)
	}
	*st = next
	if report != nil {
		report(inbox.Progress{Account: a.set().Account.ID, Stream: st.Stream, Result: res, Refused: refused})
	}
	if strange {
		return false, inbox.Problem{Code: inbox.CodeStrange, Detail: fmt.Sprintf("%d of %d items not understood", len(refused), len(refused)+len(messages))}
	}
	if a.wished() != wishes {
		next.NextAt = now // something came while this page was on its way
	}
	a.keep(next, time.Time{})
	if err := e.fillContext(ctx, a, messages, res); err != nil {
		e.hush(a, err, retryAt(e.now(), 1, err, e.jitter))
		e.log.Warn("read context", "account", a.set().Account.ID, "error", err)
	}
	return page.More, nil
}

// items counts the refusals that are items, not whole sources.
func items(refused []inbox.Refusal) int {
	n := 0
	for _, r := range refused {
		if !r.Source {
			n++
		}
	}
	return n
}

// tooStrange reports whether so much of a page was not understood that the
// network must speak another language now: the cursor then stays before it. A
// few odd items are counted, told and passed, and so are all of a watch: its
// documents are strangers' own, not a network's API.
func tooStrange(understood, refused int) bool {
	return refused >= 3 && refused*5 > understood+refused
}

// ingest stores a page and tells the sessions.
func (e *Engine) ingest(ctx context.Context, a *account, in inbox.Ingest) (inbox.IngestResult, error) {
	if err := a.awaitWires(ctx, in.Messages); err != nil {
		return inbox.IngestResult{}, err
	}
	a.verdicts.hold(in.Messages, in.Now)
	in = e.complete(a, in)
	res, err := e.repo.Ingest(ctx, in)
	if err != nil {
		return res, fmt.Errorf("store a page of %s: %w", a.set().Account.ID, err)
	}
	a.receive(res.New)
	if err := e.verify(ctx, a, in.Messages); err != nil {
		e.log.Warn("verify what was sent", "account", a.set().Account.ID, "error", err)
	}
	list := make([]inbox.Change, 0, len(res.Threads))
	for _, id := range res.Threads {
		list = append(list, inbox.Change{Thread: id, Account: a.set().Account.ID})
	}
	e.changes.publish(list...)
	if slices.ContainsFunc(in.Messages, func(m inbox.Message) bool { return !m.ReplyUntil.IsZero() }) {
		poke(e.sleepNow) // its alarm may be due before all others
	}
	return res, nil
}

// streamFailed remembers a failure and when to try again.
func (e *Engine) streamFailed(ctx context.Context, a *account, st inbox.StreamState, err error, report func(inbox.Progress)) {
	now := e.now()
	st.Fails++
	st.LastAt = now
	st.NextAt = refetchAt(now, st.Fails, err, e.jitter)
	st.Problem = inbox.ProblemOf(err)
	blocked := time.Time{}
	if wishOf(err) > 0 {
		e.hush(a, err, st.NextAt)
		if !apart(err) {
			st.Problem = asking(st.Problem, st.NextAt)
		}
		st.NextAt = st.NextAt.Add(afterSends)
		blocked = st.NextAt
	}
	a.keep(st, blocked)
	e.log.Warn("fetch failed", "account", a.set().Account.ID, "stream", st.Stream, "fails", st.Fails, "error", err)
	if serr := e.repo.SaveStream(context.WithoutCancel(ctx), st); serr != nil {
		e.log.Error("save stream", "account", a.set().Account.ID, "error", serr)
	}
	if report != nil {
		report(inbox.Progress{Account: a.set().Account.ID, Stream: st.Stream, Problem: st.Problem})
	}
}

// sift keeps the messages that can be stored and names the others.
func sift(messages []inbox.Message, now time.Time) ([]inbox.Message, []inbox.Refusal) {
	var refused []inbox.Refusal
	kept := messages[:0:0]
	for _, m := range messages {
		if reason := unfit(m, now); reason != "" {
			refused = append(refused, inbox.Refusal{Item: m.Remote, Reason: reason})
			continue
		}
		kept = append(kept, m)
	}
	return kept, refused
}

func unfit(m inbox.Message, now time.Time) string {
	switch {
	case m.Remote == "":
		return "no id"
	case m.Conversation == "":
		return "no conversation"
	case m.Author.ID == "":
		return "no author"
	case !m.Kind.Valid():
		return "unknown kind"
	case !m.Status.Valid():
		return "unknown status"
	case m.At.IsZero() || m.At.Year() < 1990:
		return "no time"
	case m.At.After(now.Add(24 * time.Hour)):
		return "time in the future"
	}
	return ""
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
