package main

import (
	"context"
	"time"

	"vigie/inbox"
	"vigie/tui/door"
)

// What people keep for themselves: naps, marks, views, persons.

// Nap is tui.Backend's.
func (g gate) Nap(ctx context.Context, by inbox.By, ids []inbox.ThreadID, words string) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.Nap(ctx, by, ids, words)
}

// Feel is tui.Backend's.
func (g gate) Feel(ctx context.Context, by inbox.By, ids []inbox.ThreadID, f inbox.Feeling) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.Feel(ctx, by, ids, f)
}

// PerformAll is tui.Backend's.
func (g gate) PerformAll(ctx context.Context, by inbox.By, ids []inbox.ThreadID, kind inbox.ActionKind) (inbox.Performed, error) {
	if err := g.need(door.RoleSend); err != nil {
		return inbox.Performed{}, err
	}
	return g.Backend.PerformAll(ctx, by, ids, kind)
}

// SaveView is tui.Backend's.
func (g gate) SaveView(ctx context.Context, v inbox.View) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.SaveView(ctx, v)
}

// DropView is tui.Backend's.
func (g gate) DropView(ctx context.Context, id string) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.DropView(ctx, id)
}

// Badge is tui.Backend's.
func (g gate) Badge(ctx context.Context, by inbox.By, id inbox.ThreadID, changes []string) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.Badge(ctx, by, id, changes)
}

// PersonNote is tui.Backend's.
func (g gate) PersonNote(ctx context.Context, by inbox.By, id inbox.ThreadID, body string) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.PersonNote(ctx, by, id, body)
}

// Link is tui.Backend's.
func (g gate) Link(ctx context.Context, by inbox.By, id, with inbox.ThreadID) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.Link(ctx, by, id, with)
}

// Unlink is tui.Backend's.
func (g gate) Unlink(ctx context.Context, by inbox.By, id inbox.ThreadID) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.Unlink(ctx, by, id)
}

// Quiet is tui.Backend's.
func (g gate) Quiet(ctx context.Context, until time.Time) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.Quiet(ctx, until)
}

// SavePlace is tui.Backend's; a visitor who may only read leaves no trace.
func (g gate) SavePlace(by inbox.By, p inbox.Place) {
	if g.need(door.RoleDraft) == nil {
		g.Backend.SavePlace(by, p)
	}
}

// Sync is tui.Backend's: nothing happens for a visitor who may only read.
func (g gate) Sync(accounts ...inbox.AccountID) {
	if g.need(door.RoleDraft) == nil {
		g.Backend.Sync(accounts...)
	}
}

// Report is tui.Backend's.
func (g gate) Report(ctx context.Context, by inbox.By, r inbox.ReportRequest) (inbox.Action, error) {
	if err := g.need(door.RoleSend); err != nil {
		return inbox.Action{}, err
	}
	return g.Backend.Report(ctx, by, r)
}

// Answered is tui.Backend's.
func (g gate) Answered(ctx context.Context, by inbox.By, r inbox.AnsweredRequest) error {
	if err := g.need(door.RoleDraft); err != nil {
		return err
	}
	return g.Backend.Answered(ctx, by, r)
}

// Enclose is tui.Backend's. It reads any file that the server can: keys and
// passwords, too. So only whoever may do everything may, as who sits at the
// machine does.
func (g gate) Enclose(ctx context.Context, by inbox.By, id inbox.ThreadID, path, alt string) (inbox.Upload, error) {
	if err := g.need(door.RoleAdmin); err != nil {
		return inbox.Upload{}, err
	}
	return g.Backend.Enclose(ctx, by, id, path, alt)
}
