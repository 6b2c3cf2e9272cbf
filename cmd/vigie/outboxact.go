package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/tui/lang"
)

// actionID reads the number that outbox prints.
func actionID(word string) (inbox.ActionID, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(word, "#"), 10, 64)
	if err != nil || n == 0 {
		return 0, usage("cli.bad-action", word)
	}
	return inbox.ActionID(n), nil
}

// decide makes a command that decides about one action.
func (p *program) decide(cmd *cobra.Command, do func(context.Context, *desk, inbox.ActionID) error) *cobra.Command {
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		id, err := actionID(args[0])
		if err != nil {
			return err
		}
		err = do(ctx, d, id)
		var problem inbox.Problem
		if errors.As(err, &problem) && problem.Code == inbox.CodeConflict {
			return d.notNow(ctx, id, problem)
		}
		return err
	})
}

// notNow says why a decision cannot be taken: the action is in another state.
func (d *desk) notNow(ctx context.Context, id inbox.ActionID, problem inbox.Problem) error {
	a, err := d.eng.Action(ctx, id)
	if err != nil {
		return problem
	}
	return fail(exitFailure, "outbox.not-now", uint64(id), d.standing(a))
}

func (p *program) outboxRetryCommand() *cobra.Command {
	var o followOptions
	cmd := p.command("retry ID", "outbox.retry", cobra.ExactArgs(1))
	o.bind(p, cmd)
	return p.decide(cmd, func(ctx context.Context, d *desk, id inbox.ActionID) error {
		if err := d.eng.RetryAction(ctx, d.by, id); err != nil {
			return err
		}
		a, err := d.eng.Action(ctx, id)
		if err != nil {
			return err
		}
		return d.follow(ctx, a, o)
	})
}

func (p *program) outboxConfirmCommand() *cobra.Command {
	cmd := p.command("confirm ID", "outbox.confirm", cobra.ExactArgs(1))
	return p.decide(cmd, func(ctx context.Context, d *desk, id inbox.ActionID) error {
		if err := d.eng.ConfirmAction(ctx, d.by, id); err != nil {
			return err
		}
		return d.decided(ctx, id, "outbox.confirmed")
	})
}

func (p *program) outboxDropCommand() *cobra.Command {
	cmd := p.command("drop ID", "outbox.drop", cobra.ExactArgs(1))
	return p.decide(cmd, func(ctx context.Context, d *desk, id inbox.ActionID) error {
		if err := d.eng.DropAction(ctx, d.by, id); err != nil {
			return err
		}
		return d.decided(ctx, id, "outbox.dropped")
	})
}

// decided says what was decided, and where the text of a dropped answer is.
func (d *desk) decided(ctx context.Context, id inbox.ActionID, what lang.Key) error {
	a, err := d.eng.Action(ctx, id)
	if err != nil {
		return err
	}
	d.line("cli.acted", d.p.T(what, uint64(id)), d.deed(a))
	if a.State == inbox.Dropped && a.Kind.Writes() {
		d.line("undo.draft")
	}
	return nil
}

// actRecord is an action with all that is kept of it, as "outbox show --json"
// prints it.
type actRecord struct {
	actRow
	Conversation string       `json:"conversation"`
	Visibility   string       `json:"visibility"`
	Author       string       `json:"author"`
	Key          string       `json:"key"`
	By           string       `json:"by"`
	Looks        int          `json:"looks"`
	FirstWire    string       `json:"first_wire"`
	LastWire     string       `json:"last_wire"`
	Doubted      bool         `json:"doubted"`
	Events       []actionStep `json:"events"`
}

// actionStep is what an action did to its thread.
type actionStep struct {
	At   string `json:"at"`
	What string `json:"what"`
	By   string `json:"by"`
}

func (p *program) outboxShowCommand() *cobra.Command {
	var json bool
	cmd := p.command("show ID", "outbox.show", cobra.ExactArgs(1))
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.decide(cmd, func(ctx context.Context, d *desk, id inbox.ActionID) error {
		a, err := d.eng.Action(ctx, id)
		if err != nil {
			return err
		}
		r := recordOf(a)
		v, err := d.eng.Thread(ctx, a.Thread)
		if err != nil {
			return err
		}
		for _, e := range v.Events {
			if e.Action == id {
				r.Events = append(r.Events, actionStep{stamp(e.At), string(e.Verb), inert(string(e.Actor) + " " + e.Session)})
			}
		}
		if json {
			return d.jsonLine(r)
		}
		d.tellRecord(a, r)
		return nil
	})
}

func recordOf(a inbox.Action) actRecord {
	return actRecord{
		actRow: actionRow(a), Conversation: inert(a.Conversation), Visibility: inert(a.Visibility), Author: inert(a.Author),
		Key: inert(a.Key), By: inert(a.Line), Looks: a.Looks,
		FirstWire: stamp(a.FirstWire), LastWire: stamp(a.LastWire), Doubted: a.Doubted, Events: []actionStep{},
	}
}

func (d *desk) tellRecord(a inbox.Action, r actRecord) {
	d.tellAction(a)
	for _, line := range []struct {
		what  lang.Key
		value string
	}{
		{"outbox.target", r.Target},
		{"outbox.visibility", r.Visibility},
		{"outbox.by", r.By},
		{"outbox.key", r.Key},
		{"outbox.attempts", strconv.Itoa(r.Attempt)},
		{"outbox.looks", strconv.Itoa(r.Looks)},
		{"outbox.first-wire", r.FirstWire},
		{"outbox.last-wire", r.LastWire},
		{"outbox.remote", r.Remote},
	} {
		if line.value != "" && line.value != "0" {
			fmt.Fprintf(d.out, "        %s\n", d.p.T("cli.acted", d.p.T(line.what), line.value))
		}
	}
	for _, e := range r.Events {
		fmt.Fprintf(d.out, "        %s  %s  %s\n", e.At, e.What, e.By)
	}
	d.block(r.Text, "  │ ")
}
