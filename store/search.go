package store

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"vigie/inbox"
)

// Search implements inbox.Reader.
func (db *DB) Search(ctx context.Context, req inbox.SearchRequest) (inbox.SearchPage, error) {
	page, err := db.Scan(ctx, ScanRequest{Match: req.Match})
	if err != nil {
		return inbox.SearchPage{}, err
	}
	slices.SortFunc(page.Hits, func(a, b inbox.Hit) int {
		return cmp.Or(b.Message.At.Compare(a.Message.At), cmp.Compare(b.Message.ID, a.Message.ID))
	})
	out := inbox.SearchPage{Hits: page.Hits, Total: len(page.Hits), Damaged: page.Damaged}
	if req.Limit > 0 && len(out.Hits) > req.Limit {
		out.Hits = out.Hits[:req.Limit]
	}
	return out, nil
}

// CountThreads implements inbox.Reader.
func (db *DB) CountThreads(ctx context.Context, q inbox.ThreadQuery) (int, bool, error) {
	q.Limit, q.Budget = 0, 0
	page, err := db.Threads(ctx, q)
	return len(page.Threads), true, err
}

// Tend implements inbox.Tender.
func (db *DB) Tend(context.Context) (bool, error) { return false, nil }

// Index implements inbox.Tender.
func (db *DB) Index(ctx context.Context) (inbox.IndexInfo, error) {
	info, err := db.Info(ctx)
	return inbox.IndexInfo{Messages: info.Messages}, err
}

// Reindex implements inbox.Tender.
func (db *DB) Reindex(context.Context) error { return nil }

var errLater = errors.New("not built yet")

// Erase implements inbox.Tender.
func (db *DB) Erase(context.Context, inbox.EraseRequest) (inbox.EraseResult, error) {
	return inbox.EraseResult{}, errLater
}
