package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"vigie/cmd/vigie/config"
	"vigie/inbox"
	"vigie/store"
	"vigie/tui/lang"
)

// storeError turns the store's own errors into sentences with a next step.
func (p *program) storeError(ctx context.Context, err error) error {
	var held *store.HeldError
	switch {
	case errors.As(err, &held) && held.Migrating:
		return fail(exitHeld, "store.migrates", held.PID)
	case errors.As(err, &held):
		return heldError(exitHeld, held)
	case errors.Is(err, inbox.ErrNewer):
		return fail(exitFailure, "store.newer", err.Error())
	case errors.Is(err, inbox.ErrDamaged):
		return fail(exitFailure, "store.damaged", err.Error(), p.remedy(ctx))
	case errors.Is(err, store.ErrNotStore):
		return fail(exitFailure, "store.foreign", err.Error(), p.remedy(ctx))
	case errors.Is(err, store.ErrProbeTimeout):
		return fail(exitFailure, "store.slow", err.Error(), p.remedy(ctx))
	case errors.Is(err, inbox.ErrFull):
		return fail(exitFailure, "store.full", err.Error())
	}
	return err
}

// unusable reports whether an error says that a store's file can not be used
// as it is.
func unusable(err error) bool {
	return errors.Is(err, inbox.ErrDamaged) || errors.Is(err, store.ErrNotStore) || errors.Is(err, inbox.ErrNewer) || errors.Is(err, store.ErrProbeTimeout)
}

// damagedError turns what a command met inside an open store into a sentence
// that names the file, the newest good backup and what to type.
func (p *program) damagedError(ctx context.Context, path string, err error) error {
	if p.server != nil && errors.Is(err, inbox.ErrDamaged) {
		path = p.server.repo.Path()
	}
	var exit *exitError
	switch {
	case !errors.Is(err, inbox.ErrDamaged), errors.As(err, &exit):
		return err
	case pageDamage(err):
		return p.storeError(ctx, fmt.Errorf("read %s: %w", path, err))
	case errors.As(err, new(store.Fault)): // a copy's
		return fail(exitFailure, "backup.damaged", err.Error(), p.remedy(ctx))
	}
	return fail(exitFailure, "store.record", err.Error(), p.remedy(ctx))
}

// pageDamage reports whether more is damaged than a record.
func pageDamage(err error) bool {
	var fault store.Fault
	return errors.Is(err, store.ErrPage) || errors.As(err, &fault) && fault.Bucket == ""
}

// unreadable tells how many things were left out as damaged.
func (d *desk) unreadable(what lang.Key, n int) {
	if n == 0 {
		return
	}
	fmt.Fprintln(d.err, d.p.T(what, n))
	if d.damaged != nil {
		d.damaged(n)
	}
}

// lookOver looks at the store's file, where there is one, without opening it.
func (p *program) lookOver(ctx context.Context, paths config.Paths) error {
	if _, err := os.Lstat(paths.Store()); err != nil {
		return nil
	}
	look := p.probe
	if look == nil {
		look = store.ProbeFile
	}
	if err := look(ctx, paths.Store()); unusable(err) {
		return p.storeError(ctx, fmt.Errorf("look over %s: %w", paths.Store(), err))
	}
	return nil
}

// backups are the copies that the server makes by itself.
func backups(paths config.Paths, conf config.Config) store.Backups {
	dir := conf.Backup.Dir
	if dir == "" {
		dir = paths.Backups()
	}
	return store.Backups{Dir: dir, Store: paths.Store(), Clock: wallClock{}}
}

// remedyTime is how long the newest good copy of a damaged store is looked
// for: the sentence should not wait for it longer.
const remedyTime = 5 * time.Second

// remedy says what to type when a store cannot be used: to put the newest good
// backup back, else what copies there are.
func (p *program) remedy(ctx context.Context) string {
	var paths config.Paths
	var kept store.Backups
	if p.server != nil {
		paths, kept = p.server.paths, p.server.backups()
	} else {
		var err error
		if paths, err = p.paths(); err != nil {
			return p.t("store.no-copies")
		}
		kept = backups(paths, p.readConfig(paths).conf)
	}
	looking, cancel := context.WithTimeout(ctx, remedyTime)
	defer cancel()
	if good, err := p.newestGood(looking, kept); err == nil {
		return p.p.T("store.remedy", good.At.Local().Format("2006-01-02 15:04"), good.Path)
	}
	return p.copies(paths)
}

// newestGood is the newest backup whose every record is whole. One that would
// end the process which reads it is found out apart.
func (p *program) newestGood(ctx context.Context, b store.Backups) (store.Copy, error) {
	if p.probe == nil {
		return b.NewestGood(ctx)
	}
	copies, err := b.List()
	if err != nil {
		return store.Copy{}, err
	}
	for _, c := range copies {
		if p.probe(ctx, c.Path) != nil {
			continue
		}
		if report, err := store.Check(ctx, c.Path); err == nil && report.Total == 0 {
			return c, nil
		}
	}
	b.Dir = "" // those of migrations are left
	return b.NewestGood(ctx)
}

// mostCopies is how many copies of the store an error names.
const mostCopies = 3

// copies says which copies lie beside the store, the newest first: those of
// backups and migrations, and what restores replaced.
func (p *program) copies(paths config.Paths) string {
	type file struct {
		path string
		at   time.Time
	}
	var found []file
	entries, _ := os.ReadDir(paths.Data) // what cannot be listed cannot be named
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && (strings.Contains(e.Name(), ".backup") || strings.Contains(e.Name(), ".before-restore-")) {
			found = append(found, file{filepath.Join(paths.Data, e.Name()), info.ModTime()})
		}
	}
	if len(found) == 0 {
		return p.t("store.no-copies")
	}
	slices.SortFunc(found, func(a, b file) int { return b.at.Compare(a.at) })
	var names []string
	for _, f := range found[:min(len(found), mostCopies)] {
		names = append(names, f.path)
	}
	return p.p.T("store.copies", strings.Join(names, ", "))
}

// tellRollback says, by the command that opens the store at it, that the store
// went back to an earlier state.
func (p *program) tellRollback(ctx context.Context, repo *store.DB) error {
	if !repo.RolledBack() {
		return nil
	}
	info, err := repo.Info(ctx)
	if err == nil {
		say(p.err, p.p.T("store.rolled-back", p.t(rollbackKey(info.Rollback))), "")
	}
	return err
}
