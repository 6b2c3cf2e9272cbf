package engine

import (
	"context"
	"time"

	"vigie/inbox"
)

func (e *Engine) SaveView(ctx context.Context, v inbox.View) error { return nil }

func (e *Engine) DropView(ctx context.Context, id string) error { return nil }

func (e *Engine) Quiet(ctx context.Context, until time.Time) error { return nil }

func (e *Engine) Tags(ctx context.Context, begin string, limit int) ([]string, error) {
	return nil, nil
}

func (e *Engine) Notices(ctx context.Context, after uint64) ([]inbox.Notice, error) { return nil, nil }

func (e *Engine) Place(by inbox.By) (inbox.Place, bool) { return inbox.Place{}, false }

func (e *Engine) SavePlace(by inbox.By, p inbox.Place) {}
