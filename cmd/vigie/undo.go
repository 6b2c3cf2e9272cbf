package main

import (
	"context"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/tui/lang"
)

func (p *program) undoCommand() *cobra.Command {
	cmd := p.command("undo", "undo", cobra.NoArgs)
	return p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		did, err := d.eng.Undo(ctx, d.by)
		if err != nil {
			return err
		}
		return d.tellUndid(ctx, did, "undo.done", "undo.nothing")
	})
}

func (p *program) redoCommand() *cobra.Command {
	cmd := p.command("redo", "redo", cobra.NoArgs)
	return p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		did, err := d.eng.Redo(ctx, d.by)
		if err != nil {
			return err
		}
		return d.tellUndid(ctx, did, "undo.redone", "undo.nothing-redo")
	})
}

// tellUndid says what was taken back or done again. An act on a network that
// it queued is waited for like any other.
func (d *desk) tellUndid(ctx context.Context, did inbox.Undid, done, nothing lang.Key) error {
	if did.Verb == "" && did.Action == nil {
		return fail(exitNotFound, nothing)
	}
	if did.Verb != "" {
		d.line("cli.acted", d.p.T(done, d.p.T(langKey("verb."+string(did.Verb)))), joinIDs(did.Threads))
	}
	if did.Left > 0 {
		d.line("undo.left", did.Left)
	}
	a := did.Action
	switch {
	case a == nil:
		return nil
	case a.State == inbox.Queued, a.State == inbox.RetryWait:
		return d.follow(ctx, *a, followOptions{})
	case did.Verb != "":
		return nil
	}
	d.line("cli.acted", d.p.T("undo.action"), d.deed(*a))
	if a.Kind.Writes() {
		d.line("undo.draft")
	}
	return nil
}
