package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"vigie/inbox"
	"vigie/store"
	"vigie/tui/lang"
)

func (p *program) backupCommand() *cobra.Command {
	cmd := p.command("backup FILE|-", "backup", cobra.ExactArgs(1))
	annotate(cmd, writesWord, "yes")
	return p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		if err := d.backup(ctx); err != nil {
			return fmt.Errorf("back up: %w", err)
		}
		fmt.Fprintln(d.err, d.p.T("backup.done"))
		return nil
	})
}

// backup copies the store to a file beside it, where the copy is verified, and
// from there to the output: a slow reader holds up nobody who writes.
func (d *desk) backup(ctx context.Context) (err error) {
	info, err := d.repo.Info(ctx)
	if err != nil {
		return err
	}
	db, ok := d.repo.(*store.DB)
	if !ok {
		return d.repo.Backup(ctx, d.out)
	}
	path := fmt.Sprintf("%s.backup-%d", info.Path, os.Getpid())
	if err := store.BackupFile(ctx, db, path); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(path)) }()
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = io.Copy(d.out, f)
	return err
}

// backupRow is a backup as "backups --json" prints it.
type backupRow struct {
	Path  string `json:"path"`
	At    string `json:"at"`
	Bytes int64  `json:"bytes"`
	// Damaged: the store had damaged records when it was made.
	Damaged bool `json:"damaged"`
	// Upgrade: it was made before the store was brought to a newer schema.
	Upgrade bool `json:"upgrade"`
}

func (d *desk) tellBackup(c store.Copy) {
	fmt.Fprintf(d.out, "%s  %10s  %s\n", c.At.Local().Format("2006-01-02 15:04"), d.p.Size(lang.Bytes(c.Bytes)), c.Path)
}

// backupsCommand lists files; it needs no inbox, and so works when the store
// cannot be opened.
func (p *program) backupsCommand() *cobra.Command {
	var json bool
	cmd := p.command("backups", "backups", cobra.NoArgs)
	cmd.Flags().BoolVar(&json, "json", false, p.t("flag.json"))
	cmd.RunE = func(*cobra.Command, []string) error {
		kept, err := p.ownBackups()
		if err != nil {
			return err
		}
		list, err := kept.List()
		if err != nil {
			return err
		}
		marked, err := kept.Marked()
		if err != nil {
			return err
		}
		d := &desk{out: p.out, p: p.p}
		for i, c := range slices.Concat(list, marked) {
			bad := i >= len(list)
			if json {
				if err := d.jsonLine(backupRow{Path: c.Path, At: stamp(c.At), Bytes: c.Bytes, Damaged: bad}); err != nil {
					return err
				}
				continue
			}
			d.tellBackup(c)
			if bad {
				fmt.Fprintf(p.out, "        %s\n", p.t("backups.marked"))
			}
		}
		for _, c := range kept.OfMigrations() {
			if json {
				if err := d.jsonLine(backupRow{Path: c.Path, At: stamp(c.At), Bytes: c.Bytes, Upgrade: true}); err != nil {
					return err
				}
				continue
			}
			d.tellBackup(c)
			fmt.Fprintf(p.out, "        %s\n", p.t("backups.of-upgrade"))
		}
		if len(list)+len(marked) == 0 && !json {
			d.line("backups.none", kept.Dir)
		}
		return nil
	}
	return cmd
}

// ownBackups are the server's backups, as the configuration says.
func (p *program) ownBackups() (store.Backups, error) {
	if p.server != nil {
		return p.server.backups(), nil
	}
	paths, err := p.paths()
	if err != nil {
		return store.Backups{}, err
	}
	conf, err := p.loadConfig(paths)
	return backups(paths, conf), err
}

// restoreCommand replaces the store by a backup. It is the one command that
// refuses to run while a server does, and it never goes through the door.
func (p *program) restoreCommand() *cobra.Command {
	var newest, damaged bool
	cmd := p.command("restore FILE|--newest", "restore", cobra.MaximumNArgs(1))
	cmd.Flags().BoolVar(&newest, "newest", false, p.t("flag.newest"))
	cmd.Flags().BoolVar(&damaged, "damaged", false, p.t("flag.damaged"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if p.server != nil {
			return usage("restore.server")
		}
		if newest == (len(args) == 1) {
			return usage("restore.which")
		}
		ctx := cmd.Context()
		paths, err := p.paths()
		if err != nil {
			return err
		}
		if p.serverRuns(ctx, paths) {
			return fail(exitHeld, "restore.server")
		}
		if newest {
			args, err = p.newestBackup(ctx)
			if err != nil {
				return err
			}
		}
		put := store.RestoreFile
		if damaged {
			put = store.RestoreDamaged
		}
		return p.restore(ctx, args[0], paths.Store(), put)
	}
	return cmd
}

// newestBackup names the newest good backup, and says which it is.
func (p *program) newestBackup(ctx context.Context) ([]string, error) {
	kept, err := p.ownBackups()
	if err != nil {
		return nil, err
	}
	good, err := p.newestGood(ctx, kept)
	if errors.Is(err, inbox.ErrNotFound) {
		return nil, fail(exitNotFound, "restore.none", kept.Dir)
	}
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(p.out, p.p.T("restore.from", good.At.Local().Format("2006-01-02 15:04"), good.Path))
	return []string{good.Path}, nil
}

func (p *program) restore(ctx context.Context, from, to string, put func(ctx context.Context, from, to string) (kept string, err error)) error {
	if _, err := os.Stat(from); errors.Is(err, os.ErrNotExist) {
		return fail(exitNotFound, "cli.no-file", from)
	}
	if p.probe != nil {
		if err := p.probe(ctx, from); unusable(err) {
			return fail(exitFailure, "restore.bad", from, err.Error())
		}
	}
	kept, err := put(ctx, from, to)
	if err != nil {
		return p.storeError(ctx, err)
	}
	fmt.Fprintln(p.out, p.t("restore.done"))
	if kept != "" {
		fmt.Fprintln(p.out, p.p.T("restore.kept", kept))
	}
	waiting, err := waitingIn(ctx, to)
	if err != nil {
		return p.storeError(ctx, err)
	}
	if waiting > 0 {
		fmt.Fprintln(p.out, p.p.T("restore.waiting", waiting))
	}
	return nil
}

// waitingIn counts what is in the outbox of a store that nobody has open.
func waitingIn(ctx context.Context, path string) (n int, err error) {
	db, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return 0, err
	}
	open, err := db.OpenActions(ctx)
	return len(open), errors.Join(err, db.Close())
}
