package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vigie/cmd/vigie/config"
	"vigie/inbox"
	"vigie/store"
	"vigie/tui/lang"
	"vigie/tui/text"
)

// doctorCommand examines what this process can see of the terminal and the
// files, then lets whoever holds the store examine the rest.
func (p *program) doctorCommand() *cobra.Command {
	var acknowledge bool
	cmd := p.command("doctor", "doctor", cobra.NoArgs)
	cmd.Flags().BoolVar(&acknowledge, "acknowledge", false, p.t("flag.acknowledge"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		if p.server != nil {
			if acknowledge {
				return p.server.acknowledge(ctx, p.server.desk(p))
			}
			return p.server.desk(p).examine(ctx)
		}
		paths, err := p.paths()
		if err != nil {
			return err
		}
		if acknowledge {
			return p.throughOrHere(ctx, cmd, args, func(ctx context.Context, d *desk, _ []string) error { return d.acknowledge(ctx) })
		}
		p.examineTerminal()
		p.examineFiles(ctx, paths)
		if _, err := os.Stat(paths.Store()); os.IsNotExist(err) {
			p.finding(true, "doctor.store", p.t("doctor.store.none"))
			return nil
		}
		p.examineBackups(ctx, paths)
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
		if colours := p.env("COLORTERM"); colours != "" {
			term += ", COLORTERM=" + colours
		}
		p.finding(true, "doctor.term", p.p.T("doctor.term.ok", term))
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
	if place := store.Unsafe(paths.Store()); place != "" {
		p.finding(false, "doctor.data", p.p.T("doctor.place", paths.Data, place))
	}
	for _, r := range clientRules(p.readConfig(paths).conf) {
		p.finding(true, "doctor.retention", r.name+" "+r.Rule)
	}
	p.finding(true, "doctor.log", paths.Log)
	if p.serverRuns(ctx, paths) {
		p.finding(true, "doctor.server", p.t("doctor.server.up"))
	} else {
		p.finding(true, "doctor.server", p.t("doctor.server.down"))
	}
}

// examineBackups tells the newest good backup: it is read record by record.
func (p *program) examineBackups(ctx context.Context, paths config.Paths) {
	conf := p.readConfig(paths).conf
	kept := backups(paths, conf)
	for _, c := range kept.OfMigrations() {
		p.finding(true, "doctor.upgrade", p.p.T("doctor.upgrade.kept", c.Path, lang.Bytes(c.Bytes)))
	}
	good, err := p.newestGood(ctx, kept)
	switch {
	case err == nil:
		p.finding(true, "doctor.backup", p.p.T("doctor.backup.ok", good.At.Local().Format("2006-01-02 15:04"), age(p.p, time.Now(), good.At), good.Path))
	case conf.Backup.Off:
		p.finding(true, "doctor.backup", p.t("doctor.backup.off"))
	default:
		p.finding(false, "doctor.backup", p.p.T("doctor.backup.none", kept.Dir))
	}
}

// rollbackKey is the sentence that says why a store is taken for another than
// the one last seen.
func rollbackKey(why inbox.Rollback) lang.Key { return langKey("rollback." + string(why)) }

// acknowledge notes that a person has seen that the store went back.
func (d *desk) acknowledge(ctx context.Context) error {
	if db, ok := d.repo.(*store.DB); ok {
		if err := db.AcknowledgeRollback(ctx); err != nil {
			return err
		}
	}
	d.line("doctor.acknowledged")
	return nil
}

// examine looks at the store and the accounts.
func (d *desk) examine(ctx context.Context) error {
	db, ok := d.repo.(*store.DB)
	if ok {
		report, err := db.Check(ctx)
		if errors.Is(err, inbox.ErrDamaged) {
			report.Total, report.Faults = 1, []store.Fault{{Err: err}}
		} else if err != nil {
			return err
		}
		info, err := d.repo.Info(ctx)
		if err != nil {
			return err
		}
		if !info.RolledBack.IsZero() {
			finding(d, false, d.p.T("doctor.store"), d.p.T("store.rolled-back", d.p.T(rollbackKey(info.Rollback))))
		}
		if report.Total > 0 {
			finding(d, false, d.p.T("doctor.store"), d.p.T("doctor.store.bad", lang.Count(report.Total), report.Faults[0].Error()))
		} else {
			finding(d, true, d.p.T("doctor.store"), d.p.T("doctor.store.ok", lang.Count(info.Threads), lang.Count(info.Messages)))
			if err := d.examineKeeping(ctx); err != nil {
				return err
			}
		}
	}
	if trouble := d.eng.Trouble(); !trouble.Zero() && trouble.Code != inbox.CodeRollback {
		what, next := d.p.Problem(trouble)
		if trouble.Detail != "" {
			what += " (" + inert(trouble.Detail) + ")"
		}
		finding(d, false, d.p.T("doctor.server"), what+" — "+next)
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
		told, next := d.p.OfAccount(problem)
		finding(d, false, what, told+" — "+next)
	}
	if bad {
		return &exitError{code: exitPartly}
	}
	return nil
}
