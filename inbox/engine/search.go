package engine

import (
	"cmp"
	"context"
	"slices"

	"vigie/inbox"
	"vigie/inbox/query"
)

// scanBudget is how many messages one read transaction of a search looks at.
const scanBudget = 20_000

// Search looks through every message ever stored and returns the newest limit
// hits (0: all), newest first by their own time: backfilled history arrives
// late and is still old. Its cost grows with the store.
func (e *Engine) Search(ctx context.Context, text string, limit int) (inbox.Found, error) {
	q, err := query.Parse(text)
	if err != nil {
		return inbox.Found{}, err
	}
	env, err := e.queryEnv(ctx)
	if err != nil {
		return inbox.Found{}, err
	}
	var found inbox.Found
	req := inbox.ScanRequest{
		Budget: scanBudget,
		Match:  func(t inbox.Thread, m inbox.Message) bool { return q.Message(env, t, m) },
	}
	for {
		page, err := e.repo.Scan(ctx, req)
		if err != nil {
			return found, err
		}
		found.Total += len(page.Hits)
		found.Damaged += page.Damaged
		found.Hits = newest(append(found.Hits, page.Hits...), limit)
		if !page.More {
			return found, nil
		}
		req.After = page.Next
	}
}

// newest sorts hits by time, newest first, and keeps limit of them.
func newest(hits []inbox.Hit, limit int) []inbox.Hit {
	slices.SortFunc(hits, func(a, b inbox.Hit) int {
		return cmp.Or(b.Message.At.Compare(a.Message.At), cmp.Compare(b.Message.ID, a.Message.ID))
	})
	if limit > 0 && len(hits) > limit {
		hits = hits[:limit]
	}
	return hits
}
