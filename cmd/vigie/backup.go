package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"vigie/store"
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

// restoreCommand replaces the store by a backup. It is the one command that
// refuses to run while a server does, and it never goes through the door.
func (p *program) restoreCommand() *cobra.Command {
	cmd := p.command("restore FILE", "restore", cobra.ExactArgs(1))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if p.server != nil {
			return usage("restore.server")
		}
		ctx := cmd.Context()
		paths, err := p.paths()
		if err != nil {
			return err
		}
		if p.serverRuns(ctx, paths) {
			return fail(exitHeld, "restore.server")
		}
		if _, err := os.Stat(args[0]); errors.Is(err, os.ErrNotExist) {
			return fail(exitNotFound, "cli.no-file", args[0])
		}
		kept, err := store.RestoreFile(ctx, args[0], paths.Store())
		if err != nil {
			return p.storeError(err)
		}
		fmt.Fprintln(p.out, p.t("restore.done"))
		if kept != "" {
			fmt.Fprintln(p.out, p.p.T("restore.kept", kept))
		}
		return nil
	}
	return cmd
}
