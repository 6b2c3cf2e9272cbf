package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// copier passes a long copy on until its context ends, and keeps the error
// that ended it.
type copier struct {
	ctx context.Context // of the one call that makes the copy
	w   io.Writer
	err error
}

func (c *copier) Write(b []byte) (n int, err error) {
	if c.err = c.ctx.Err(); c.err == nil {
		n, c.err = c.w.Write(b)
	}
	return n, c.err
}

// Backup implements inbox.Repo. A slow w can hold up writers that must
// enlarge the file: give it a file, not a network.
func (db *DB) Backup(ctx context.Context, w io.Writer) error {
	c := &copier{ctx: ctx, w: w}
	err := db.view(ctx, func(r *rtx) error {
		_, err := r.tx.WriteTo(c)
		return err
	})
	if err = cmp.Or(c.err, err); err != nil { // bbolt hides the writer's error
		return fmt.Errorf("back up: %w", err)
	}
	return nil
}

// BackupFile writes a backup, checks it record by record and only then gives
// it its name. An older store of that name is replaced; anything else of that
// name, and the store itself, is an error. No room is inbox.ErrFull.
func BackupFile(ctx context.Context, db *DB, path string) error {
	_, err := backupAs(ctx, db, path, "")
	return err
}

// backupAs is BackupFile for a store of which a record may be damaged: such a
// copy gets the name marked instead, unless that is "". It returns how many
// things are wrong in it.
func backupAs(ctx context.Context, db *DB, path, marked string) (faults int, err error) {
	if err := mayReplace(db.path, path); err != nil {
		return 0, fmt.Errorf("back up to %s: %w", path, err)
	}
	temp, err := tempBeside(path)
	if err != nil {
		return 0, fmt.Errorf("back up to %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("back up to %s: %w", path, full(err)), removeIfThere(temp))
		}
	}()
	f, err := os.OpenFile(temp, os.O_WRONLY, 0)
	if err != nil {
		return 0, err
	}
	if err := errors.Join(db.Backup(ctx, f), f.Close()); err != nil {
		return 0, err
	}
	rep, err := Check(ctx, temp)
	if err != nil {
		return 0, err
	}
	if marked != "" && rep.recordsOnly() {
		path = marked
	} else if rep.Total > 0 {
		return 0, fmt.Errorf("check %s: %w", temp, rep.Faults[0])
	}
	return rep.Total, replace(temp, path)
}

// mayReplace refuses to write over what is no backup.
func mayReplace(store, path string) error {
	there, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if here, err := os.Stat(store); err == nil && os.SameFile(here, there) {
		return errors.New("that is the store itself")
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_, _, err = probe(f)
	return errors.Join(err, f.Close())
}

// verify reads a whole store and fails at the first thing that is wrong.
func verify(ctx context.Context, path string) error {
	rep, err := Check(ctx, path)
	if err != nil {
		return err
	}
	if len(rep.Faults) > 0 {
		return fmt.Errorf("check %s: %w", path, rep.Faults[0])
	}
	return nil
}

// RestoreFile puts a copy of a backup in the place of the store at to, which
// no process may have open, and gives it a new epoch: nothing queued in it is
// sent by itself. The backup is checked first and stays as it is. The former
// store is kept beside it; kept is its new name, "" when there was none.
func RestoreFile(ctx context.Context, from, to string) (kept string, err error) {
	return restoreFile(ctx, from, to, verify)
}

// RestoreDamaged is RestoreFile for a backup of which records may be damaged:
// those stay so. Damaged pages are refused.
func RestoreDamaged(ctx context.Context, from, to string) (kept string, err error) {
	return restoreFile(ctx, from, to, func(ctx context.Context, path string) error {
		rep, err := Check(ctx, path)
		if err == nil && rep.Total > 0 && !rep.recordsOnly() {
			err = fmt.Errorf("check %s: %w", path, rep.Faults[0])
		}
		return err
	})
}

func restoreFile(ctx context.Context, from, to string, check func(context.Context, string) error) (kept string, err error) {
	defer func() {
		if err != nil {
			kept, err = "", fmt.Errorf("restore %s from %s: %w", to, from, err)
		}
	}()
	if err := check(ctx, from); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return "", err
	}
	temp, err := tempBeside(to)
	if err != nil {
		return "", err
	}
	err = prepare(ctx, from, temp)
	if err == nil {
		kept, err = exchange(ctx, temp, to)
	}
	if err != nil {
		return "", errors.Join(full(err), removeIfThere(temp), removeIfThere(seenPath(temp)))
	}
	return kept, nil
}

// prepare copies a backup and makes the copy a store of its own.
func prepare(ctx context.Context, from, temp string) error {
	if err := copyFile(ctx, from, temp); err != nil {
		return err
	}
	db, err := Open(ctx, temp, Options{adopt: true})
	if err != nil {
		return err
	}
	_, err = db.NewEpoch(ctx)
	return errors.Join(err, db.Close())
}

func copyFile(ctx context.Context, from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close() // nothing was written to it
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	_, err = io.Copy(&copier{ctx: ctx, w: dst}, src)
	return errors.Join(err, dst.Close())
}

// exchange puts temp in the place of to, under the lock of what was there, so
// that at every moment there is a whole store at to.
func exchange(ctx context.Context, temp, to string) (kept string, err error) {
	old, err := lockFile(ctx, to, os.O_RDWR, defaultTimeout)
	if errors.Is(err, os.ErrNotExist) {
		return "", putInPlace(temp, to)
	}
	if err != nil {
		return "", err
	}
	defer old.Close() // lets go of the lock; nothing was written
	kept = to + ".before-restore-" + time.Now().UTC().Format("20060102T150405.000Z")
	if err := os.Link(to, kept); err != nil {
		return "", err
	}
	return kept, putInPlace(temp, to)
}

// putInPlace gives a store its name, and its side file with it: what a person
// puts there is no other store than the one expected.
func putInPlace(temp, to string) error {
	if err := removeIfThere(seenPath(to)); err != nil {
		return err
	}
	if err := replace(temp, to); err != nil {
		return err
	}
	if err := os.Rename(seenPath(temp), seenPath(to)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
