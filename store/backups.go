package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"vigie/inbox"
)

// What is kept of backups: all of the last day, then the newest of each day,
// then the newest of each week. Days and weeks are UTC's; weeks begin on
// Monday.
const (
	keepAll   = 24 * time.Hour
	keepDays  = 14
	keepWeeks = 8
)

const (
	backupStamp  = "20060102T150405Z"
	backupLayout = "vigie-" + backupStamp + ".db"
)

// halfBackup is the name of a backup whose making was cut short.
var halfBackup = regexp.MustCompile(`^vigie-(\d{8}T\d{6}Z)\.db\.new-\d+$`)

// Backups keeps the backups of one store in a directory, which others may use
// too: only files named vigie-YYYYMMDDTHHMMSSZ.db are its own. Only one call
// of Backup may run at a time.
type Backups struct {
	Dir string // made, for its owner only, when it is missing
	// Store is the store's path: the backups that migrations left beside it
	// count for NewestGood. "": they do not.
	Store string
	// MaxBytes is how much all together may take; the oldest go first, and
	// never the newest. 0: no limit.
	MaxBytes int64
	Clock    inbox.Clock
}

// Copy is a backup.
type Copy struct {
	Path  string
	At    time.Time // as its name says, UTC; that of a migration: when it was written
	Bytes int64
}

// Backup makes a backup, which is read record by record before it counts, and
// then removes those that need no longer be kept. When the newest one holds
// the store as it is, that is its path and nothing is written. No room, also
// when there is not twice the room that it takes, is inbox.ErrFull. A path
// with an error is a good backup after which not all old ones could go.
func (b Backups) Backup(ctx context.Context, db *DB) (path string, err error) {
	if err := os.MkdirAll(b.Dir, 0o700); err != nil {
		return "", fmt.Errorf("back up: %w", full(err))
	}
	copies, err := b.List()
	if err != nil {
		return "", err
	}
	info, err := db.Info(ctx)
	if err != nil {
		return "", err
	}
	if len(copies) > 0 && db.unchangedSince(ctx, copies[0]) {
		return copies[0].Path, b.prune(copies)
	}
	if err := room(b.Dir, 2*info.Bytes); err != nil {
		return "", fmt.Errorf("back up into %s: %w", b.Dir, err)
	}
	path = filepath.Join(b.Dir, b.Clock.Now().UTC().Format(backupLayout))
	if err := BackupFile(ctx, db, path); err != nil {
		return "", err
	}
	if copies, err = b.List(); err != nil {
		return path, err
	}
	return path, b.prune(copies)
}

// unchangedSince tells whether a backup holds the store as it is.
func (db *DB) unchangedSince(ctx context.Context, c Copy) bool {
	held, err := openFile(ctx, c.Path, Options{}, true)
	if err != nil {
		return false
	}
	is, err1 := db.at(ctx)
	was, err2 := held.at(ctx)
	is.born, was.born = 0, 0
	return errors.Join(err1, err2, held.bolt.Close()) == nil && is == was
}

// List returns the backups, the newest first. A missing directory holds none.
func (b Backups) List() ([]Copy, error) {
	entries, err := os.ReadDir(b.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list the backups: %w", err)
	}
	var out []Copy
	for _, e := range entries {
		at, err := time.Parse(backupLayout, e.Name())
		if err != nil || at.Format(backupLayout) != e.Name() || !e.Type().IsRegular() {
			continue
		}
		if fi, err := e.Info(); err == nil { // else it went meanwhile
			out = append(out, Copy{filepath.Join(b.Dir, e.Name()), at, fi.Size()})
		}
	}
	newestFirst(out)
	return out, nil
}

func newestFirst(copies []Copy) {
	slices.SortFunc(copies, func(a, b Copy) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Path, a.Path)) })
}

// NewestGood returns the newest backup that opens and of which every record
// is whole, those that migrations made included; inbox.ErrNotFound: none is.
func (b Backups) NewestGood(ctx context.Context) (Copy, error) {
	copies, err := b.List()
	if err != nil {
		return Copy{}, err
	}
	copies = append(copies, b.ofMigrations()...)
	newestFirst(copies)
	for _, c := range copies {
		if err := ctx.Err(); err != nil {
			return Copy{}, err
		}
		if verify(ctx, c.Path) == nil {
			return c, nil
		}
	}
	return Copy{}, fmt.Errorf("a good one of %d backups: %w", len(copies), inbox.ErrNotFound)
}

// ofMigrations are the backups that migrations left beside the store.
func (b Backups) ofMigrations() (out []Copy) {
	if b.Store == "" {
		return nil
	}
	entries, err := os.ReadDir(filepath.Dir(b.Store))
	if err != nil {
		return nil
	}
	for _, e := range entries {
		var schema int
		if _, err := fmt.Sscanf(e.Name(), filepath.Base(b.Store)+".schema-%d.backup", &schema); err != nil ||
			e.Name() != filepath.Base(migrationBackup(b.Store, schema)) {
			continue
		}
		if fi, err := e.Info(); err == nil && fi.Mode().IsRegular() {
			out = append(out, Copy{migrationBackup(b.Store, schema), fi.ModTime().UTC(), fi.Size()})
		}
	}
	return out
}

// prune removes the backups that need no longer be kept, and what is left of
// old ones that were cut short.
func (b Backups) prune(copies []Copy) error {
	now := b.Clock.Now()
	var errs []error
	for _, c := range b.doomed(copies, now) {
		errs = append(errs, removeIfThere(c.Path))
	}
	entries, err := os.ReadDir(b.Dir)
	errs = append(errs, err)
	for _, e := range entries {
		m := halfBackup.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		if at, err := time.Parse(backupStamp, m[1]); err == nil && now.Sub(at) > keepAll {
			errs = append(errs, removeIfThere(filepath.Join(b.Dir, e.Name())))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("remove old backups: %w", err)
	}
	return nil
}

// doomed are the backups that go. copies are sorted, the newest first; that
// one stays whatever its age and size.
func (b Backups) doomed(copies []Copy, now time.Time) (out []Copy) {
	days, weeks, bytes := map[time.Time]bool{}, map[time.Time]bool{}, int64(0)
	today, over := now.UTC().Truncate(24*time.Hour), false
	for i, c := range copies {
		day := c.At.Truncate(24 * time.Hour)
		week := monday(day)
		keep := i == 0 || now.Sub(c.At) <= keepAll ||
			(!days[day] && day.After(today.AddDate(0, 0, -keepDays))) ||
			(!weeks[week] && week.After(monday(today).AddDate(0, 0, -7*keepWeeks)))
		days[day], weeks[week] = true, true
		over = over || (i > 0 && b.MaxBytes > 0 && bytes+c.Bytes > b.MaxBytes)
		if !keep || over {
			out = append(out, c)
			continue
		}
		bytes += c.Bytes
	}
	return out
}

// monday is the day on which a day's week begins.
func monday(day time.Time) time.Time {
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}
