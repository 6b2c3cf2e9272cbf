package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"vigie/cmd/vigie/config"
	"vigie/inbox"
	"vigie/store"
	"vigie/tui/lang"
	"vigie/tui/standing"
)

// statusOf is what "status --json" prints.
type statusOf struct {
	Running  bool            `json:"running"`
	PID      int             `json:"pid"`
	Since    string          `json:"since"`
	Version  string          `json:"version"`
	Data     string          `json:"data"`
	Socket   string          `json:"socket"`
	Listen   string          `json:"listen"`
	Threads  uint64          `json:"threads"`
	Messages uint64          `json:"messages"`
	Unread   int             `json:"unread"`
	Outbox   int             `json:"outbox"`
	Trouble  int             `json:"trouble"`
	Accounts []accountRow    `json:"accounts"`
	Sessions []sessionStatus `json:"sessions"`

	RolledBack bool          `json:"rolled_back"` // and nobody has acknowledged it
	Rollback   string        `json:"rollback"`    // why
	Backup     string        `json:"backup"`      // the newest: its path
	BackupAt   string        `json:"backup_at"`
	Problem    inbox.Problem `json:"problem"` // of the server itself

	keeping
}

type sessionStatus struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Since string `json:"since"`
}

func (p *program) statusCommand() *cobra.Command {
	var json bool
	cmd := p.command("status", "status", cobra.NoArgs)
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx := cmd.Context()
		if p.server != nil {
			return p.server.status(ctx, p.server.desk(p), json)
		}
		paths, err := p.paths()
		if err != nil {
			return err
		}
		if p.serverRuns(ctx, paths) {
			p.ran, err = p.forward(ctx, paths, p.args)
			return err
		}
		if err := p.lookOver(ctx, paths); err != nil {
			return err
		}
		if json {
			d := &desk{out: p.out}
			if err := d.jsonLine(statusOf{Accounts: []accountRow{}, Sessions: []sessionStatus{}, Version: version(), Data: paths.Data, Socket: paths.Socket}); err != nil {
				return err
			}
			return &exitError{code: exitNoServer}
		}
		return noServer(paths)
	}
	return cmd
}

func (s *server) status(ctx context.Context, d *desk, json bool) error {
	info, err := s.repo.Info(ctx)
	if err != nil {
		return err
	}
	counts, err := s.eng.Counts(ctx)
	if err != nil {
		return err
	}
	open, err := s.eng.Outbox(ctx)
	if err != nil {
		return err
	}
	_, unread := counts.Sum("", inbox.Inbox, inbox.States()...)
	st := statusOf{
		Running: true, PID: os.Getpid(), Since: stamp(s.since), Version: version(), Data: s.paths.Data,
		Socket: s.paths.Socket, Threads: info.Threads, Messages: info.Messages, Unread: unread,
		Accounts: []accountRow{}, Sessions: []sessionStatus{}, RolledBack: !info.RolledBack.IsZero(), Rollback: string(info.Rollback), Problem: s.eng.Trouble(),
	}
	if newest, ok := newestOf(s.backups()); ok {
		st.Backup, st.BackupAt = newest.Path, stamp(newest.At)
	}
	if addr := s.door.Addr(); addr != nil {
		st.Listen = addr.String()
	}
	for _, a := range open {
		if standing.Stuck(a) { // what is being looked into is not decided yet
			st.Trouble++
		} else {
			st.Outbox++
		}
	}
	if st.keeping, err = d.keeping(ctx, s.config()); err != nil {
		return err
	}
	accounts, err := s.eng.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		st.Accounts = append(st.Accounts, accountRowOf(a))
	}
	for _, sess := range s.eng.Sessions() {
		st.Sessions = append(st.Sessions, sessionStatus{sess.ID, sess.Name, stamp(sess.Since)})
	}
	if json {
		return d.jsonLine(st)
	}
	d.tellStatus(st, accounts)
	return nil
}

func (d *desk) tellStatus(st statusOf, accounts []inbox.AccountStatus) {
	since, err := time.Parse(time.RFC3339, st.Since)
	if err != nil {
		since = d.now()
	}
	d.line("status.running", st.PID, since.Local().Format("2006-01-02 15:04:05"), st.Data)
	d.line("status.store", lang.Bytes(st.Bytes), lang.Count(st.Threads), lang.Count(st.Messages), lang.Count(st.Unread))
	if st.RolledBack {
		d.line("status.wrong", d.p.T("store.rolled-back", d.p.T(rollbackKey(inbox.Rollback(st.Rollback)))))
	}
	if what, next := d.p.Problem(st.Problem); what != "" && st.Problem.Code != inbox.CodeRollback {
		d.line("status.wrong", what+" — "+next)
	}
	if at, err := time.Parse(time.RFC3339, st.BackupAt); err == nil {
		d.line("status.backup", st.Backup, age(d.p, d.now(), at))
	} else {
		d.line("status.backup.none")
	}
	d.tellKeeping(st.keeping)
	d.line("status.outbox", st.Outbox, st.Trouble)
	d.line("status.sessions", len(st.Sessions))
	for _, s := range st.Sessions {
		fmt.Fprintf(d.out, "  %s\n", s.Name)
	}
	for _, a := range accounts {
		d.tellAccount(a)
	}
}

func (p *program) stopCommand() *cobra.Command {
	cmd := p.command("stop", "stop", cobra.NoArgs)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx := cmd.Context()
		if p.server != nil {
			return p.stopServer()
		}
		paths, err := p.paths()
		if err != nil {
			return err
		}
		if !p.serverRuns(ctx, paths) {
			return noServer(paths)
		}
		server := store.Held(paths.Store())
		if p.ran, err = p.forward(ctx, paths, p.args); err != nil || p.ran != exitOK {
			return err
		}
		return p.awaitGone(ctx, paths, server)
	}
	return cmd
}

// stopServer ends the server after this command's own answer has gone out.
func (p *program) stopServer() error {
	fmt.Fprintln(p.out, p.t("stop.done"))
	time.AfterFunc(100*time.Millisecond, p.server.stop)
	return nil
}

// awaitGone waits until a stopping server has let go of its socket and of the
// store, which it closes last. server is who held the store before.
func (p *program) awaitGone(ctx context.Context, paths config.Paths, server *store.HeldError) error {
	gone := eventually(ctx, stopTime+5*time.Second, func() bool {
		_, err := os.Stat(paths.Socket)
		holder := store.Held(paths.Store())
		return os.IsNotExist(err) && (holder == nil || server == nil || (holder.PID != 0 && holder.PID != server.PID))
	})
	if !gone {
		return fail(exitFailure, "stop.slow")
	}
	return nil
}
