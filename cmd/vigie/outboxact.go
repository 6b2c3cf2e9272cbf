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
		if !errors.As(err, &problem) {
			return err
		}
		switch problem.Code {
		case inbox.CodeConflict:
			return d.notNow(ctx, id, problem)
		case inbox.CodeNotFound:
			return fail(exitNotFound, "outbox.unknown", uint64(id))
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
	if a.State == inbox.Dropped && a.MayBeThere() {
		d.line("outbox.dropped-doubt", uint64(a.Thread))
	}
	return nil
}

// actRecord is an action with all that is kept of it, as "outbox show --json"
// prints it.
type actRecord struct {
	actRow
	Conversation string    `json:"conversation"`
	Visibility   string    `json:"visibility"`
	Author       string    `json:"author"`
	Key          string    `json:"key"`
	By           string    `json:"by"`
	Looks        int       `json:"looks"`
	FirstWire    string    `json:"first_wire"`
	LastWire     string    `json:"last_wire"`
	Doubted      bool      `json:"doubted"`
	History      []actStep `json:"history"`
}

// actStep is one change of an action's state.
type actStep struct {
	When string `json:"when"`
	From string `json:"from"`
	To   string `json:"to"`
	Why  string `json:"why"`
	Who  string `json:"who"`
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
		if json {
			return d.jsonLine(recordOf(a))
		}
		d.tellRecord(a)
		return nil
	})
}

func recordOf(a inbox.Action) actRecord {
	r := actRecord{
		actRow: actionRow(a), Conversation: inert(a.Conversation), Visibility: inert(a.Visibility), Author: inert(a.Author),
		Key: inert(a.Key), By: inert(a.Line), Looks: a.Looks,
		FirstWire: stamp(a.FirstWire), LastWire: stamp(a.LastWire), Doubted: a.Doubted, History: []actStep{},
	}
	for _, s := range a.History {
		r.History = append(r.History, actStep{stamp(s.At), string(s.From), string(s.To), inert(s.Why), inert(s.Who)})
	}
	return r
}

func (d *desk) tellRecord(a inbox.Action) {
	d.tellAction(a)
	r := recordOf(a)
	for _, line := range []struct {
		what  lang.Key
		value string
	}{
		{"outbox.target", r.Target},
		{"outbox.visibility", r.Visibility},
		{"outbox.by", who(d.p, r.By)},
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
	for _, s := range a.History {
		fmt.Fprintf(d.out, "        %s  %s  %s  %s\n", s.At.Local().Format("2006-01-02 15:04:05"),
			d.p.T(langKey("send."+string(s.To))), d.why(a.Kind, s.Why), who(d.p, s.Who))
	}
	d.block(r.Text, "  │ ")
}

// why says for what reason an action moved: a word of its history, or the code
// of a problem.
func (d *desk) why(kind inbox.ActionKind, word string) string {
	if key := lang.Key("history.why." + word); d.p.Has(key) {
		return d.p.T(key)
	}
	what, _ := d.p.OfAct(kind, inbox.Problem{Code: word})
	return what
}
