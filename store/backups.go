package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"vigie/inbox"
	"vigie/inbox/pattern"
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
	markedLayout = "vigie-" + backupStamp + ".damaged.db"
	// keepMarked is how many marked ones are kept, which are no good ones.
	keepMarked = 3
)

// halfBackup is the name of a backup whose making was cut short.
var halfBackup = pattern.Lazy(`^vigie-(\d{8}T\d{6}Z)\.db\.new-\d+$`)

// Backups keeps the backups of one store in a directory, which others may use
// too: only files named vigie-YYYYMMDDTHHMMSSZ.db are its own, and
// vigie-YYYYMMDDTHHMMSSZ.damaged.db. Only one call of Backup may run at a time.
type Backups struct {
	// Dir is made, for its owner only, when it is missing, but not what it lies
	// in: the place of a disk that is not there would be filled instead of it.
	Dir string
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

// MarkedError says that a backup was made, but of a store that has damaged
// records: it got a name that says so and counts for nothing but itself. It is
// an inbox.ErrDamaged.
type MarkedError struct {
	Path   string
	Faults int // how many; 0: as many as before
}

func (e *MarkedError) Error() string {
	return fmt.Sprintf("back up: damaged records, %d, are in %s too", e.Faults, e.Path)
}

// Unwrap returns inbox.ErrDamaged.
func (e *MarkedError) Unwrap() error { return inbox.ErrDamaged }

// Backup makes a backup, which is read record by record before it counts, and
// then removes those that need no longer be kept. When the newest one holds
// the store as it is, that is its path and nothing is written. No room, also
// when there is not twice the room that it takes, is inbox.ErrFull. A path
// with an error is a good backup after which not all old ones could go. Of a
// store with damaged records the backup is marked, which is a *MarkedError; it
// displaces no good one, and of those marked the newest three are kept.
func (b Backups) Backup(ctx context.Context, db *DB) (path string, err error) {
	if err := os.Mkdir(b.Dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
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
	marked, err := b.Marked()
	if err != nil {
		return "", err
	}
	if len(marked) > 0 && db.unchangedSince(ctx, marked[0]) {
		return "", &MarkedError{Path: marked[0].Path}
	}
	if err := room(b.Dir, 2*info.Bytes); err != nil {
		return "", fmt.Errorf("back up into %s: %w", b.Dir, err)
	}
	now := b.Clock.Now().UTC()
	path = filepath.Join(b.Dir, now.Format(backupLayout))
	bad := filepath.Join(b.Dir, now.Format(markedLayout))
	faults, err := backupAs(ctx, db, path, bad)
	if err != nil {
		return "", err
	}
	if faults > 0 {
		return "", errors.Join(&MarkedError{bad, faults}, b.pruneMarked())
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
func (b Backups) List() ([]Copy, error) { return b.list(backupLayout) }

// Marked returns the backups of a store that had damaged records, the newest
// first.
func (b Backups) Marked() ([]Copy, error) { return b.list(markedLayout) }

func (b Backups) pruneMarked() error {
	marked, err := b.Marked()
	for _, c := range marked[min(keepMarked, len(marked)):] {
		err = errors.Join(err, removeIfThere(c.Path))
	}
	return err
}

func (b Backups) list(layout string) ([]Copy, error) {
	entries, err := os.ReadDir(b.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list the backups: %w", err)
	}
	var out []Copy
	for _, e := range entries {
		at, err := time.Parse(layout, e.Name())
		if err != nil || at.Format(layout) != e.Name() || !e.Type().IsRegular() {
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
	copies = append(copies, b.OfMigrations()...)
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

// OfMigrations returns the backups that migrations left beside the store, in
// no order. Nothing removes them.
func (b Backups) OfMigrations() (out []Copy) {
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
		m := halfBackup().FindStringSubmatch(e.Name())
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
