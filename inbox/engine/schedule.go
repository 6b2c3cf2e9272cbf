package engine

import (
	"errors"
	"time"

	"vigie/inbox"
)

// The schedule's limits.
const (
	defaultPoll = time.Minute            // between fetches of a stream that set nothing
	pushedPoll  = 10 * time.Minute       // between fetches of an account that is told by push
	firstRetry  = 5 * time.Second        // at most, after the first failure; doubled with each
	lastRetry   = 15 * time.Minute       // the longest wait between failures
	leastRetry  = time.Second            // the shortest
	apartRetry  = 45 * time.Second       // the longest wait for a network that is not reached
	shortFails  = 12                     // reading fails so often before the wait grows over that
	crowdSpread = 45 * time.Second       // what many were told to wait for together, and a start, is spread over
	afterSends  = time.Second            // how much later than a send reading may go on
	authRetry   = 10 * time.Minute       // between tries of a refused sign-in
	pageLimit   = 80                     // messages asked for in one page
	passPages   = 200                    // pages in one pass, so that no stream holds a worker for ever
	fetchTime   = 2 * time.Minute        // for one page
	idleReads   = 200 * time.Millisecond // the shortest wait between two looks at the schedule
)

// pollOf says how long a stream rests after a pass that went well: the longest
// of what the configuration, the connector and the network ask for.
func pollOf(poll, minPoll, wish time.Duration, pushed bool) time.Duration {
	if poll <= 0 {
		poll = defaultPoll
		if pushed {
			poll = pushedPoll
		}
	}
	return max(poll, minPoll, wish)
}

// wishOf is how long a network asked to be left alone; 0: it did not.
func wishOf(err error) time.Duration {
	var retry *inbox.RetryError
	if errors.As(err, &retry) {
		return max(retry.After, 0)
	}
	return 0
}

// retryAt says when to try again after the n-th failure in a row (n ≥ 1): the
// network's own wish, and on top of it anything up to the backoff, so that
// those who failed together do not come back together. Whoever was to wait a
// moment does not wait much longer.
func retryAt(now time.Time, n int, err error, jitter func(time.Duration) time.Duration) time.Time {
	wish := wishOf(err)
	backoff := min(firstRetry<<min(max(n-1, 0), 10), lastRetry)
	switch {
	case errors.Is(err, inbox.ErrUnreachable):
		backoff = min(backoff, apartRetry)
	case errors.Is(err, inbox.ErrAuth):
		wish = max(wish, authRetry)
	case wish > 0:
		backoff = max(backoff, min(wish, crowdSpread))
	}
	return now.Add(max(wish+jitter(backoff), leastRetry))
}

// refetchAt is retryAt for reading, which costs little: a network that is back
// is noticed within a minute, unless it was away for long.
func refetchAt(now time.Time, n int, err error, jitter func(time.Duration) time.Duration) time.Time {
	if n > shortFails {
		return retryAt(now, n-shortFails+4, err, jitter) // on from 80 s
	}
	if wishOf(err) > 0 || errors.Is(err, inbox.ErrAuth) {
		return retryAt(now, n, err, jitter)
	}
	return now.Add(max(jitter(min(firstRetry<<min(max(n-1, 0), 10), apartRetry)), leastRetry))
}

// pollOf is how long a stream rests after a pass that went well.
func (a *account) pollOf(wish time.Duration) time.Duration {
	caps := a.conn.Caps()
	return pollOf(a.set().Poll, caps.MinPoll, wish, caps.Push && a.hears())
}

// spreadStart lets the first fetches of streams that are collected already
// come at any moment of their interval: those who start together, after a
// cut of the current or an upgrade, do not call together. Somebody who looks
// brings them forward, see hurry.
func (e *Engine) spreadStart() {
	now := e.now()
	end := now
	for _, a := range e.allAccounts() {
		if a.conn == nil {
			continue
		}
		span := min(a.pollOf(0), crowdSpread)
		end = later(end, now.Add(span))
		a.mu.Lock()
		for _, st := range a.streams {
			if st.Begun && !st.NextAt.After(now) {
				st.NextAt = now.Add(e.jitter(span))
			}
		}
		a.mu.Unlock()
	}
	e.mu.Lock()
	e.spreadEnd = end
	e.mu.Unlock()
}

// hurry ends the spreading of a start.
func (e *Engine) hurry() {
	now := e.now()
	e.mu.Lock()
	spread := now.Before(e.spreadEnd)
	e.spreadEnd = time.Time{}
	e.mu.Unlock()
	if spread {
		e.Sync()
	}
}
