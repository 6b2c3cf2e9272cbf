package tui

import (
	"context"
	"maps"
	"slices"
	"strings"

	"vigie/inbox"
)

func (f *fake) SearchSoon(ctx context.Context, query string, limit int) (inbox.Found, error) {
	page, err := f.search(ctx, "search", query, limit)
	if f.counted > 0 && page.Total > f.counted {
		page.Total, page.AtLeast = f.counted, true
	}
	return page, err
}

func (f *fake) Search(ctx context.Context, query string, limit int) (inbox.Found, error) {
	return f.search(ctx, "count", query, limit)
}

func (f *fake) search(ctx context.Context, load, query string, limit int) (inbox.Found, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.loads[load]++
	if f.answered != nil {
		f.answered()
	}
	if ctx.Err() != nil {
		return inbox.Found{}, ctx.Err()
	}
	if f.refuse != nil {
		return inbox.Found{}, f.refuse
	}
	query, client, narrowed := strings.Cut(query, " client:")
	var page inbox.Found
	newest := slices.SortedFunc(maps.Keys(f.threads), func(a, b inbox.ThreadID) int {
		return f.threads[b].t.LastAt.Compare(f.threads[a].t.LastAt)
	})
	for _, id := range newest {
		for _, m := range f.threads[id].messages {
			if narrowed && string(f.threads[id].t.Client) != client {
				continue
			}
			if !strings.Contains(strings.ToLower(m.Text.String()), strings.ToLower(query)) {
				continue
			}
			page.Total++
			if len(page.Hits) < limit {
				page.Hits = append(page.Hits, inbox.Hit{Thread: f.threads[id].t, Message: m})
			}
		}
	}
	return page, nil
}

func (f *fake) CountView(_ context.Context, q inbox.ViewQuery) (int, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if q.Filter != "" {
		f.loads["tally"]++
	}
	if f.refuse != nil {
		return 0, false, f.refuse
	}
	n := 0
	for _, id := range f.order {
		if f.matches(q, f.threads[id].t) {
			n++
		}
	}
	if f.counted > 0 && n > f.counted {
		return f.counted, false, nil
	}
	return n, true, nil
}

func (f *fake) IndexState(context.Context) (inbox.IndexInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.loads["index"]++
	return f.index, nil
}
