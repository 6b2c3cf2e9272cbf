package main

import (
	"context"

	"vigie/inbox"
	"vigie/tui"
	"vigie/tui/door"
)

// gate is a backend that lets a session do what its role allows. Reading
// needs no more than being there.
type gate struct {
	tui.Backend
	role door.Role
}

func (g gate) need(role door.Role) error {
	if g.role.Allows(role) {
		return nil
	}
	return inbox.Problem{Code: inbox.CodeRole, Args: []string{string(g.role), string(role)}}
}

// Thread is tui.Backend's; what others are writing is not for a visitor who
// may only read.
func (g gate) Thread(ctx context.Context, id inbox.ThreadID) (inbox.ThreadView, error) {
	v, err := g.Backend.Thread(ctx, id)
	if g.need(door.RoleDraft) != nil {
		v.Drafts = nil
	}
	return v, err
}

// Drafts is tui.Backend's; see Thread.
func (g gate) Drafts(ctx context.Context, id inbox.ThreadID) ([]inbox.Draft, error) {
	if g.need(door.RoleDraft) != nil {
		return nil, nil
	}
	return g.Backend.Drafts(ctx, id)
}

// The acts on threads need RoleDraft.

// MarkRead is tui.Backend's; a visitor who may only read leaves no trace.
func (g gate) MarkRead(ctx context.Context, by inbox.By, ids []inbox.ThreadID, read bool) error {
	if g.need(door.RoleDraft) != nil && read {
		return nil
	}
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.MarkRead(ctx, by, ids, read)
}

// Tag is tui.Backend's.
func (g gate) Tag(ctx context.Context, by inbox.By, ids []inbox.ThreadID, changes []string) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.Tag(ctx, by, ids, changes)
}

// Note is tui.Backend's.
func (g gate) Note(ctx context.Context, by inbox.By, id inbox.ThreadID, body string) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.Note(ctx, by, id, body)
}

// Done is tui.Backend's.
func (g gate) Done(ctx context.Context, by inbox.By, ids []inbox.ThreadID) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.Done(ctx, by, ids)
}

// Reopen is tui.Backend's.
func (g gate) Reopen(ctx context.Context, by inbox.By, ids []inbox.ThreadID) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.Reopen(ctx, by, ids)
}

// Promote is tui.Backend's.
func (g gate) Promote(ctx context.Context, by inbox.By, id inbox.ThreadID) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.Promote(ctx, by, id)
}

// Undo is tui.Backend's. What a line did on a network can only be taken back
// by a visitor who may send: see undoLine.
func (g gate) Undo(ctx context.Context, by inbox.By) (inbox.Undid, error) {
	if err := g.need(door.RoleDraft); err != nil {
		return inbox.Undid{}, err
	}
	return g.Backend.Undo(ctx, by)
}

// Redo is tui.Backend's.
func (g gate) Redo(ctx context.Context, by inbox.By) (inbox.Undid, error) {
	if err := g.need(door.RoleDraft); err != nil {
		return inbox.Undid{}, err
	}
	return g.Backend.Redo(ctx, by)
}

// OpenDraft is tui.Backend's.
func (g gate) OpenDraft(ctx context.Context, by inbox.By, r inbox.DraftRequest) (inbox.Draft, error) {
	if err := g.need(door.RoleDraft); err != nil {
		return inbox.Draft{}, err
	}
	return g.Backend.OpenDraft(ctx, by, r)
}

// Compose is tui.Backend's; a visitor who may only read writes nothing that
// others should hear of.
func (g gate) Compose(by inbox.By, id inbox.ThreadID, draft string) {
	if g.need(door.RoleDraft) == nil {
		g.Backend.Compose(by, id, draft)
	}
}

// SaveDraft is tui.Backend's.
func (g gate) SaveDraft(ctx context.Context, by inbox.By, d inbox.Draft) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.SaveDraft(ctx, by, d)
}

// DropDraft is tui.Backend's.
func (g gate) DropDraft(ctx context.Context, by inbox.By, id string) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.DropDraft(ctx, by, id)
}

// What leaves the machine needs RoleSend.

// Escalate is tui.Backend's.
func (g gate) Escalate(ctx context.Context, by inbox.By, id inbox.ThreadID, e inbox.EscalateRequest) (inbox.Action, error) {
	if err := g.need(door.RoleSend); err != nil {
		return inbox.Action{}, err
	}
	return g.Backend.Escalate(ctx, by, id, e)
}

// Reply is tui.Backend's.
func (g gate) Reply(ctx context.Context, by inbox.By, r inbox.ReplyRequest) (inbox.Action, error) {
	if err := g.need(door.RoleSend); err != nil {
		return inbox.Action{}, err
	}
	return g.Backend.Reply(ctx, by, r)
}

// Perform is tui.Backend's.
func (g gate) Perform(ctx context.Context, by inbox.By, id inbox.ThreadID, kind inbox.ActionKind, message string) (inbox.Action, error) {
	if err := g.need(door.RoleSend); err != nil {
		return inbox.Action{}, err
	}
	return g.Backend.Perform(ctx, by, id, kind, message)
}

// CancelAction is tui.Backend's.
func (g gate) CancelAction(ctx context.Context, by inbox.By, id inbox.ActionID) (inbox.Action, error) {
	if err := g.need(door.RoleSend); err != nil {
		return inbox.Action{}, err
	}
	return g.Backend.CancelAction(ctx, by, id)
}

// RetryAction is tui.Backend's.
func (g gate) RetryAction(ctx context.Context, by inbox.By, id inbox.ActionID) error {
	if err := g.need(door.RoleSend); err != nil {
		return err
	}
	return g.Backend.RetryAction(ctx, by, id)
}

// ConfirmAction is tui.Backend's.
func (g gate) ConfirmAction(ctx context.Context, by inbox.By, id inbox.ActionID) error {
	if err := g.need(door.RoleSend); err != nil {
		return err
	}
	return g.Backend.ConfirmAction(ctx, by, id)
}

// DropAction is tui.Backend's.
func (g gate) DropAction(ctx context.Context, by inbox.By, id inbox.ActionID) error {
	if err := g.need(door.RoleSend); err != nil {
		return err
	}
	return g.Backend.DropAction(ctx, by, id)
}
