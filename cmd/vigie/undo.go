package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/tui/lang"
)

func (p *program) undoCommand() *cobra.Command {
	cmd := p.command("undo", "undo", cobra.NoArgs)
	var json bool
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		did, err := d.eng.Undo(ctx, d.by)
		if err != nil {
			return beyondUndo(d.p, err)
		}
		return d.tellUndid(ctx, did, json, "undo.done", "undo.nothing")
	})
}

func (p *program) redoCommand() *cobra.Command {
	cmd := p.command("redo", "redo", cobra.NoArgs)
	var json bool
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		did, err := d.eng.Redo(ctx, d.by)
		if err != nil {
			return beyondUndo(d.p, err)
		}
		return d.tellUndid(ctx, did, json, "undo.redone", "undo.nothing-redo")
	})
}

// beyondUndo says that the newest act cannot be taken back, and what to do.
func beyondUndo(p lang.Printer, err error) error {
	var problem inbox.Problem
	if !errors.As(err, &problem) || problem.Code != inbox.CodeConflict {
		return err
	}
	if len(problem.Args) == 0 {
		return fail(exitFailure, "undo.changed")
	}
	return fail(exitFailure, "undo.beyond", p.T(langKey("send."+problem.Args[0])))
}

// tellUndid says what was taken back or done again. An act on a network that
// it queued is waited for like any other.
func (d *desk) tellUndid(ctx context.Context, did inbox.Undid, json bool, done, nothing lang.Key) error {
	a := did.Action
	switch {
	case a != nil && a.State == inbox.Dropped && json:
		return d.jsonLine(actionRow(*a))
	case a != nil && a.State == inbox.Dropped:
		d.line("cli.acted", d.p.T("undo.action"), d.deed(*a))
		if a.Kind.Writes() {
			d.line("undo.draft")
		}
	case a != nil:
		return d.follow(ctx, *a, followOptions{json: json})
	case did.Verb == "":
		return fail(exitNotFound, nothing)
	case did.Actions > 0:
		return d.tellMany(ctx, did, json, done)
	case json:
		return d.jsonLine(actedRowOf(did.Verb, did.Threads, did.Left))
	default:
		d.line("cli.acted", d.p.T(done, d.verb(did.Verb)), d.threads(did.Threads))
		if did.Draft {
			d.line("undo.draft")
		}
	}
	if did.Left > 0 {
		d.line("undo.left", did.Left)
	}
	return nil
}

// tellMany says that an act on many threads was taken back or done again, and
// waits for what that queued.
func (d *desk) tellMany(ctx context.Context, did inbox.Undid, json bool, done lang.Key) error {
	if json {
		if err := d.jsonLine(actedRowOf(did.Verb, did.Threads, did.Left)); err != nil {
			return err
		}
	} else {
		d.line("cli.acted", d.p.T(done, d.verb(did.Verb)), d.threads(did.Threads))
		if did.Left > 0 {
			d.line("undo.left", did.Left)
		}
	}
	open, err := d.eng.Outbox(ctx)
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(a inbox.Action) bool {
		return a.State.Terminal() || a.Kind.Writes() || !d.by.Made(a.Session, a.Line) || !slices.Contains(did.Threads, a.Thread)
	})
	return d.followAll(ctx, open, followOptions{json: json})
}

// verb is what happened, for people.
func (d *desk) verb(v inbox.Verb) string {
	if key := langKey("verb." + string(v)); d.p.Has(key) {
		return d.p.T(key)
	}
	return string(v)
}
