package engine

import (
	"context"

	"vigie/inbox"
	"vigie/inbox/query"
)

// soonLooks is how many messages SearchSoon reads to decide about them before
// it stops counting.
const soonLooks = 200

// Search finds messages by the index and returns the newest limit
// hits (0: all), newest first by their own time: backfilled history arrives
// late and is still old. The total is exact, however many messages must be
// read for it: a phrase takes a look at all that have its words.
func (e *Engine) Search(ctx context.Context, text string, limit int) (inbox.Found, error) {
	return e.search(ctx, text, inbox.SearchRequest{Limit: limit})
}

// SearchSoon is Search for people who wait: the same hits, but where many
// messages would have to be read to count them, the total is "at least".
func (e *Engine) SearchSoon(ctx context.Context, text string, limit int) (inbox.Found, error) {
	return e.search(ctx, text, inbox.SearchRequest{Limit: limit, Looks: soonLooks})
}

func (e *Engine) search(ctx context.Context, text string, req inbox.SearchRequest) (inbox.Found, error) {
	q, err := query.Parse(text)
	if err != nil {
		return inbox.Found{}, err
	}
	env, err := e.queryEnv(ctx)
	if err != nil {
		return inbox.Found{}, err
	}
	req.Where = q.Where(env)
	req.Match = q.Matcher(env)
	page, err := e.repo.Search(ctx, req)
	return inbox.Found(page), err
}

// IndexState says how far the index is: what is not in it yet is read by
// every search.
func (e *Engine) IndexState(ctx context.Context) (inbox.IndexInfo, error) {
	return e.repo.Index(ctx)
}
