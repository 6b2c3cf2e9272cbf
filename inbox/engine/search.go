package engine

import (
	"context"

	"vigie/inbox"
	"vigie/inbox/query"
)

// Search finds messages by the index and returns the newest limit
// hits (0: all), newest first by their own time: backfilled history arrives
// late and is still old.
func (e *Engine) Search(ctx context.Context, text string, limit int) (inbox.Found, error) {
	q, err := query.Parse(text)
	if err != nil {
		return inbox.Found{}, err
	}
	env, err := e.queryEnv(ctx)
	if err != nil {
		return inbox.Found{}, err
	}
	page, err := e.repo.Search(ctx, inbox.SearchRequest{
		Where: inbox.Cond{Op: inbox.CondIs},
		Match: func(t inbox.Thread, m inbox.Message) bool { return q.Message(env, t, m) },
		Limit: limit,
	})
	return inbox.Found{Hits: page.Hits, Total: page.Total, AtLeast: page.AtLeast, Damaged: page.Damaged}, err
}
