package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/tui/text"
)

// accountRow is an account as "account list --json" and status print it.
type accountRow struct {
	ID      string        `json:"id"`
	Client  string        `json:"client"`
	Network string        `json:"network"`
	Handle  string        `json:"handle"`
	Healthy bool          `json:"healthy"`
	Syncing bool          `json:"syncing"`
	LastOK  string        `json:"last_ok"`
	Next    string        `json:"next"`
	Refused uint64        `json:"refused"`
	Problem inbox.Problem `json:"problem"`
	Streams []string      `json:"streams"`
	// Failing are those of the account's sources, its feeds, that fail.
	Failing []inbox.Source `json:"failing"`
}

func accountRowOf(a inbox.AccountStatus) accountRow {
	r := accountRow{
		ID: string(a.Account.ID), Client: string(a.Account.Client), Network: string(a.Account.Network),
		Handle: handleOf(a), Healthy: a.Problem.Zero(), Syncing: a.Syncing,
		LastOK: stamp(a.OKAt), Next: stamp(a.NextAt), Problem: a.Problem, Streams: []string{}, Failing: append([]inbox.Source{}, a.Failing...),
	}
	for _, s := range a.Streams {
		r.Refused += s.Refused
		r.Streams = append(r.Streams, string(s.Stream))
	}
	return r
}

func handleOf(a inbox.AccountStatus) string {
	if a.Identity.Handle != "" {
		return a.Identity.Handle
	}
	return a.Account.Handle
}

func (p *program) accountCommand() *cobra.Command {
	cmd := p.command("account", "account", cobra.NoArgs)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(p.accountList(), p.accountAdd(), p.accountCheck(), p.accountLogin(), p.accountOPML())
	return cmd
}

func (p *program) accountList() *cobra.Command {
	var json bool
	cmd := p.command("list", "account.list", cobra.NoArgs)
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	return p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		accounts, err := d.eng.Accounts(ctx)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			if json {
				if err := d.jsonLine(accountRowOf(a)); err != nil {
					return err
				}
				continue
			}
			d.tellAccount(a)
		}
		return nil
	})
}

func (d *desk) tellAccount(a inbox.AccountStatus) {
	health := d.p.T("account.ok")
	switch {
	case a.OKAt.IsZero() && a.Problem.Zero():
		health = d.p.T("account.never")
	case !a.Problem.Zero():
		health = d.p.T("account.bad")
	}
	fmt.Fprintf(d.out, "%s %s %s %s %s\n", text.Plain(string(a.Account.ID), 20), text.Plain(string(a.Account.Client), 12),
		text.Plain(string(a.Account.Network), 10), text.Plain(handleOf(a), 28), health)
	for _, s := range a.Failing {
		what, next := d.p.Source(s)
		fmt.Fprintf(d.out, "        %s — %s\n", inert(what), next)
	}
	if what, next := d.p.OfAccount(problemFor(a.Problem, a.Account.ID)); !a.Problem.Zero() {
		if _, told := a.Culprit(); !told {
			fmt.Fprintf(d.out, "        %s — %s\n", what, next)
		}
		if a.Problem.Detail != "" {
			fmt.Fprintf(d.out, "        %s\n", inert(a.Problem.Detail))
		}
	}
}

func (p *program) accountCheck() *cobra.Command {
	cmd := p.command("check [ACCOUNT…]", "account.check", cobra.ArbitraryArgs)
	return p.inbox(cmd, func(ctx context.Context, d *desk, args []string) error {
		if len(args) == 0 {
			accounts, err := d.eng.Accounts(ctx)
			if err != nil {
				return err
			}
			for _, a := range accounts {
				args = append(args, string(a.Account.ID))
			}
		}
		code := exitOK
		for _, id := range args {
			if err := d.check(ctx, inbox.AccountID(id)); err != nil {
				code = max(code, report(d.err, d.p, err))
			}
		}
		if code != exitOK {
			return &exitError{code: code}
		}
		return nil
	})
}

// check signs one account in and says who it is there.
func (d *desk) check(ctx context.Context, id inbox.AccountID) error {
	who, err := d.eng.Check(ctx, id)
	if err != nil {
		return accountError{problemFor(err, id)}
	}
	tellIdentity(d.out, d.p, string(id), who, showWidth)
	accounts, err := d.eng.Accounts(ctx)
	for _, a := range accounts {
		if a.Account.ID == id {
			tellCaps(d.out, d.p, a.Caps, showWidth)
		}
	}
	return err
}

// accountError is a problem of an account, told in words for one.
type accountError struct{ inbox.Problem }

func (e accountError) Unwrap() error { return e.Problem }

// problemFor is an error of an account as a problem that names the account.
func problemFor(err error, id inbox.AccountID) inbox.Problem {
	problem := inbox.ProblemOf(err)
	if len(problem.Args) == 0 {
		problem.Args = []string{string(id)}
	}
	return problem
}
