package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"vigie/cmd/vigie/config"
	"vigie/store"
	"vigie/tui/lang"
	"vigie/tui/text"
)

// doctorCommand examines what this process can see of the terminal and the
// files, then lets whoever holds the store examine the rest.
func (p *program) doctorCommand() *cobra.Command {
	cmd := p.command("doctor", "doctor", cobra.NoArgs)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		if p.server != nil {
			return p.server.desk(p).examine(ctx)
		}
		paths, err := p.paths()
		if err != nil {
			return err
		}
		p.examineTerminal()
		p.examineFiles(ctx, paths)
		if _, err := os.Stat(paths.Store()); os.IsNotExist(err) {
			p.finding(true, "doctor.store", p.t("doctor.store.none"))
			return nil
		}
		return p.throughOrHere(ctx, cmd, args, func(ctx context.Context, d *desk, _ []string) error {
			return d.examine(ctx)
		})
	}
	return cmd
}

// finding prints one line: what was looked at, whether it is fine, and what
// was found.
func (p *program) finding(ok bool, what lang.Key, found string) {
	finding(&desk{out: p.out, p: p.p}, ok, p.t(what), found)
}

func finding(d *desk, ok bool, what, found string) {
	verdict := d.p.T("doctor.ok")
	if !ok {
		verdict = d.p.T("doctor.bad")
	}
	fmt.Fprintf(d.out, "%s %s %s\n", text.Plain(what, 22), text.Plain(verdict, 6), found)
}

func (p *program) examineTerminal() {
	term := p.env("TERM")
	if term == "" || term == "dumb" {
		p.finding(false, "doctor.term", p.p.T("doctor.term.dumb", term))
	} else {
		p.finding(true, "doctor.term", p.p.T("doctor.term.ok", term, p.env("COLORTERM")))
	}
	locale := p.env("LC_ALL")
	for _, name := range []string{"LC_CTYPE", "LANG"} {
		if locale == "" {
			locale = p.env(name)
		}
	}
	up := strings.ToUpper(strings.ReplaceAll(locale, "-", ""))
	if !strings.Contains(up, "UTF8") {
		p.finding(false, "doctor.term", p.p.T("doctor.utf8", locale))
	}
}

func (p *program) examineFiles(ctx context.Context, paths config.Paths) {
	if _, err := os.Stat(paths.Config); err != nil {
		p.finding(false, "doctor.config", p.p.T("config.none", paths.Config, paths.Config))
	} else {
		p.finding(true, "doctor.config", paths.Config)
	}
	if info, err := os.Stat(paths.Data); err == nil {
		if info.Mode().Perm()&0o077 != 0 {
			p.finding(false, "doctor.data", p.p.T("doctor.data.wide", paths.Data, info.Mode().Perm().String()))
		} else {
			p.finding(true, "doctor.data", paths.Data)
		}
	}
	p.finding(true, "doctor.log", paths.Log)
	if p.serverRuns(ctx, paths) {
		p.finding(true, "doctor.server", p.t("doctor.server.up"))
	} else {
		p.finding(true, "doctor.server", p.t("doctor.server.down"))
	}
}

// examine looks at the store and the accounts.
func (d *desk) examine(ctx context.Context) error {
	db, ok := d.repo.(*store.DB)
	if ok {
		report, err := db.Check(ctx)
		if err != nil {
			return err
		}
		if report.RolledBack {
			finding(d, false, d.p.T("doctor.store"), d.p.T("store.rolled-back"))
		}
		if report.Total > 0 {
			finding(d, false, d.p.T("doctor.store"), d.p.T("doctor.store.bad", report.Total, report.Faults[0].Error()))
		} else {
			info, err := d.repo.Info(ctx)
			if err != nil {
				return err
			}
			finding(d, true, d.p.T("doctor.store"), d.p.T("doctor.store.ok", int(info.Threads), int(info.Messages)))
		}
	}
	if trouble := d.eng.Trouble(); !trouble.Zero() {
		what, next := d.p.Problem(trouble)
		finding(d, false, d.p.T("doctor.config"), what+" — "+next)
	}
	accounts, err := d.eng.Accounts(ctx)
	if err != nil {
		return err
	}
	bad := false
	for _, a := range accounts {
		what := d.p.T("doctor.account", string(a.Account.ID))
		who, err := d.eng.Check(ctx, a.Account.ID)
		if err == nil {
			finding(d, true, what, who.Handle)
			continue
		}
		bad = true
		problem := problemFor(err, a.Account.ID)
		told, next := d.p.Problem(problem)
		finding(d, false, what, told+" — "+next)
	}
	if bad {
		return &exitError{code: exitPartly}
	}
	return nil
}
