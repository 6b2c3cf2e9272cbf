package engine

import (
	"context"

	"vigie/inbox"
)

// heardRepo is a Repo that tells upkeep of each change.
type heardRepo struct {
	inbox.Repo
	up *upkeep
}

func (r heardRepo) Ingest(ctx context.Context, in inbox.Ingest) (inbox.IngestResult, error) {
	if err := r.up.mayStore(ctx); err != nil {
		return inbox.IngestResult{}, err
	}
	res, err := r.Repo.Ingest(ctx, in)
	if res.New+res.Edited+res.Deleted > 0 {
		r.up.note(true, true)
	}
	return res, err
}

func (r heardRepo) SaveStream(ctx context.Context, s inbox.StreamState) error {
	if err := r.up.mayStore(ctx); err != nil {
		return err
	}
	return r.Repo.SaveStream(ctx, s)
}

func (r heardRepo) Act(ctx context.Context, ids []inbox.ThreadID, decide func(inbox.Thread) ([]inbox.Event, error)) ([]inbox.Event, error) {
	events, err := r.Repo.Act(ctx, ids, decide)
	if len(events) > 0 {
		r.up.note(false, false)
	}
	return events, err
}

func (r heardRepo) AddAction(ctx context.Context, a inbox.Action, events []inbox.Event) (inbox.Action, error) {
	defer r.up.note(false, false)
	return r.Repo.AddAction(ctx, a, events)
}

func (r heardRepo) AddActions(ctx context.Context, list []inbox.Action) ([]inbox.Action, error) {
	defer r.up.note(false, false)
	return r.Repo.AddActions(ctx, list)
}

func (r heardRepo) MoveAction(ctx context.Context, id inbox.ActionID, from inbox.SendState, change func(*inbox.Action) ([]inbox.Event, *inbox.Ingest, error)) (inbox.Action, error) {
	defer r.up.note(false, true)
	return r.Repo.MoveAction(ctx, id, from, change)
}

func (r heardRepo) MoveActions(ctx context.Context, ids []inbox.ActionID, change func(*inbox.Action) ([]inbox.Event, bool)) ([]inbox.Action, error) {
	defer r.up.note(false, false)
	return r.Repo.MoveActions(ctx, ids, change)
}

func (r heardRepo) SaveDraft(ctx context.Context, d inbox.Draft) error {
	defer r.up.note(false, false)
	return r.Repo.SaveDraft(ctx, d)
}

func (r heardRepo) DropDraft(ctx context.Context, id string) error {
	defer r.up.note(false, false)
	return r.Repo.DropDraft(ctx, id)
}

func (r heardRepo) Restore(ctx context.Context, list []inbox.RestoredThread) ([]int, error) {
	defer r.up.note(false, false)
	return r.Repo.Restore(ctx, list)
}

func (r heardRepo) Reindex(ctx context.Context) error {
	defer r.up.note(false, true)
	return r.Repo.Reindex(ctx)
}
