package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"vigie/inbox"
)

// syncRow is one account's pass as "sync --json" prints it.
type syncRow struct {
	Account   string        `json:"account"`
	New       int           `json:"new"`
	Edited    int           `json:"edited"`
	Deleted   int           `json:"deleted"`
	Unchanged int           `json:"unchanged"`
	Refused   int           `json:"refused"`
	Problem   inbox.Problem `json:"problem"`
}

func (p *program) syncCommand() *cobra.Command {
	var json bool
	cmd := p.command("sync [ACCOUNT…]", "sync", cobra.ArbitraryArgs)
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		var ids []inbox.AccountID
		for _, a := range args {
			ids = append(ids, inbox.AccountID(a))
		}
		return d.sync(ctx, ids, json)
	})
}

// sync runs one pass and tells its progress a stream at a time.
func (d *desk) sync(ctx context.Context, ids []inbox.AccountID, json bool) error {
	sum := syncRow{}
	failed, auth := false, false
	err := d.eng.SyncNow(ctx, ids, func(p inbox.Progress) {
		sum.Account = string(p.Account)
		sum.New += p.Result.New
		sum.Edited += p.Result.Edited
		sum.Deleted += p.Result.Deleted
		sum.Unchanged += p.Result.Unchanged
		sum.Refused += len(p.Refused)
		if !p.Problem.Zero() {
			sum.Problem = p.Problem
			failed = true
			auth = auth || p.Problem.Code == inbox.CodeAuth
		}
		if !json {
			d.tellProgress(p, sum)
		}
		if p.Done {
			if json {
				if err := d.jsonLine(sum); err != nil {
					d.log.Warn("sync", "error", err)
				}
			}
			sum = syncRow{}
		}
	})
	switch {
	case err != nil:
		return err
	case auth:
		return &exitError{code: exitAuth}
	case failed:
		return &exitError{code: exitPartly}
	}
	return nil
}

func (d *desk) tellProgress(p inbox.Progress, sum syncRow) {
	switch {
	case p.Done:
		d.line("sync.account", sum.Account, sum.New, sum.Edited, sum.Deleted)
	case !p.Problem.Zero():
		what, next := d.p.OfAccount(problemFor(p.Problem, p.Account))
		fmt.Fprintf(d.out, "  %s %s: %s — %s\n", p.Account, p.Stream, what, next)
		if p.Problem.Detail != "" {
			fmt.Fprintf(d.out, "        %s\n", inert(p.Problem.Detail))
		}
	default:
		for _, r := range p.Refused {
			fmt.Fprintln(d.out, d.p.T("sync.refused", string(p.Account), r.Item, r.Reason))
		}
		if p.Result.New+p.Result.Edited+p.Result.Deleted > 0 {
			d.line("sync.stream", string(p.Account), string(p.Stream), p.Result.New)
		}
	}
}
