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
	firstRetry  = 5 * time.Second        // after the first failure, doubled with each
	lastRetry   = 15 * time.Minute       // the longest wait between failures
	authRetry   = 10 * time.Minute       // between tries of a refused sign-in
	pageLimit   = 80                     // messages asked for in one page
	passPages   = 200                    // pages in one pass, so that no stream holds a worker for ever
	fetchTime   = 2 * time.Minute        // for one page
	idleReads   = 200 * time.Millisecond // the shortest wait between two looks at the schedule
)

// nextFetch says when a stream is due again after a pass that went well: the
// longest of what the configuration, the connector and the network ask for.
func nextFetch(now time.Time, poll, minPoll, wish time.Duration, pushed bool) time.Time {
	if poll <= 0 {
		poll = defaultPoll
		if pushed {
			poll = pushedPoll
		}
	}
	return now.Add(max(poll, minPoll, wish))
}

// retryAt says when to try again after the n-th failure in a row (n ≥ 1). The
// network's own wish is a lower bound; jitter spreads the rest.
func retryAt(now time.Time, n int, err error, jitter func(time.Duration) time.Duration) time.Time {
	var retry *inbox.RetryError
	wish := time.Duration(0)
	if errors.As(err, &retry) {
		wish = retry.After
	}
	if errors.Is(err, inbox.ErrAuth) {
		wish = max(wish, authRetry)
	}
	backoff := firstRetry << min(n-1, 10)
	backoff = min(backoff, lastRetry)
	return now.Add(max(wish, backoff/2) + jitter(backoff/2))
}
