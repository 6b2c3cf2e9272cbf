package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

// wall is the clock of the machine.
type wall struct{}

func (wall) Now() time.Time { return time.Now() }

// stopped is a clock that is moved by hand.
type stopped struct{ t time.Time }

func (c *stopped) Now() time.Time { return c.t }

// change makes the store another than before.
func change(t *testing.T, db *DB) {
	t.Helper()
	if _, err := db.NewEpoch(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestBackupsAreMadeWhenSomethingChanged(t *testing.T) {
	ctx, clock := context.Background(), &stopped{time.Date(2026, 11, 22, 8, 0, 0, 0, time.FixedZone("CET", 3600))}
	away := Backups{Dir: filepath.Join(t.TempDir(), "not", "there"), Clock: clock}
	if path, err := away.Backup(ctx, testDB(t)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("onto a disk that is not there: %s, %v", path, err)
	}
	dir := filepath.Join(t.TempDir(), "backups")
	b, db := Backups{Dir: dir, Clock: clock}, testDB(t)
	if list, err := b.List(); err != nil || len(list) != 0 {
		t.Errorf("before the first: %v, %v", list, err)
	}
	fill(t, db, corpus(100), 50, inbox.Live, inbox.Native)
	first, err := b.Backup(ctx, db)
	if err != nil || first != filepath.Join(dir, "vigie-20261122T070000Z.db") {
		t.Fatalf("%s, %v", first, err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, first: 0o600} {
		if fi, err := os.Stat(path); err != nil || fi.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, fi.Mode(), err)
		}
	}
	clock.t = clock.t.Add(time.Hour)
	if again, err := b.Backup(ctx, db); err != nil || again != first {
		t.Errorf("unchanged: %s, %v", again, err)
	}
	change(t, db)
	second, err := b.Backup(ctx, db)
	if err != nil || second == first {
		t.Fatalf("changed: %s, %v", second, err)
	}
	list, err := b.List()
	if err != nil || len(list) != 2 || list[0].Path != second || list[1].Path != first || !list[0].At.Equal(clock.t) || list[0].Bytes == 0 {
		t.Errorf("%+v, %v", list, err)
	}
	other := testDB(t) // another store is never the same
	clock.t = clock.t.Add(time.Hour)
	if third, err := b.Backup(ctx, other); err != nil || third == second {
		t.Errorf("another store: %s, %v", third, err)
	}
}

func TestNewestGoodBackup(t *testing.T) {
	ctx, clock, dir := context.Background(), &stopped{time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}, t.TempDir()
	db := testDB(t)
	fill(t, db, corpus(100), 50, inbox.Live, inbox.Native)
	b := Backups{Dir: filepath.Join(dir, "backups"), Store: filepath.Join(dir, "vigie.db"), Clock: clock}
	if _, err := b.NewestGood(ctx); !errors.Is(err, inbox.ErrNotFound) {
		t.Errorf("without one: %v", err)
	}
	migrated := b.Store + ".schema-1.backup"
	if err := BackupFile(ctx, db, migrated); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(migrated, clock.t, clock.t.AddDate(0, 0, -1)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.Store+".schema-x.backup", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for range 3 {
		path, err := b.Backup(ctx, db)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
		clock.t = clock.t.Add(time.Hour)
		change(t, db)
	}
	ruin := map[string]func(file []byte) []byte{
		paths[2]: func(f []byte) []byte { return f[:len(f)/2] },
		paths[1]: flipped,
		paths[0]: func([]byte) []byte { return nil },
	}
	for i := 2; i >= 0; i-- {
		if good, err := b.NewestGood(ctx); err != nil || good.Path != paths[i] {
			t.Errorf("%d: %+v, %v", i, good, err)
		}
		file, err := os.ReadFile(paths[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(paths[i], ruin[paths[i]](file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if good, err := b.NewestGood(ctx); err != nil || good.Path != migrated {
		t.Errorf("of a migration: %+v, %v", good, err)
	}
}

// TestDamagedRecordsAreBackedUp goes on backing up a store that has a damaged
// record: under a name that says so, and without displacing a good one.
func TestDamagedRecordsAreBackedUp(t *testing.T) {
	ctx, clock, dir := context.Background(), &stopped{time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}, t.TempDir()
	db := testDB(t)
	sample(t, db)
	b := Backups{Dir: filepath.Join(dir, "backups"), Clock: clock, MaxBytes: 1}
	good, err := b.Backup(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	spoil(t, db, bMessages, 8, 1)
	var last *MarkedError
	for range 30 { // longer than a good one is kept beside newer ones
		clock.t = clock.t.Add(24 * time.Hour)
		change(t, db)
		if path, err := b.Backup(ctx, db); path != "" || !errors.As(err, &last) || !errors.Is(err, inbox.ErrDamaged) || last.Faults == 0 {
			t.Fatalf("%q, %v", path, err)
		}
	}
	if _, err := b.Backup(ctx, db); !errors.As(err, new(*MarkedError)) {
		t.Errorf("unchanged: %v", err)
	}
	marked, err := b.Marked()
	if err != nil || len(marked) != keepMarked || marked[0].Path != last.Path || !strings.HasSuffix(last.Path, "T080000Z.damaged.db") {
		t.Errorf("%+v, %v", marked, err)
	}
	if newest, err := b.NewestGood(ctx); err != nil || newest.Path != good {
		t.Errorf("the newest good one is %+v, %v", newest, err)
	}
	to := filepath.Join(dir, "vigie.db")
	if _, err := RestoreFile(ctx, last.Path, to); !errors.Is(err, inbox.ErrDamaged) {
		t.Errorf("restored as if it were good: %v", err)
	}
	if _, err := RestoreDamaged(ctx, last.Path, to); err != nil {
		t.Error(err)
	}
	ids(t, to)
}

func TestBackupsAreKeptByTheRule(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) // a Sunday
	var copies []Copy
	for h := range 24 * 100 { // one each hour for a hundred days
		copies = append(copies, Copy{Path: fmt.Sprint(h), At: now.Add(-time.Duration(h) * time.Hour), Bytes: 10})
	}
	kept := func(b Backups, copies []Copy) (out []time.Time) {
		doomed := b.doomed(copies, now)
		for _, c := range copies {
			if !slices.Contains(doomed, c) {
				out = append(out, c.At)
			}
		}
		return out
	}
	got := kept(Backups{}, copies)
	var want []time.Time
	for h := range 25 {
		want = append(want, now.Add(-time.Duration(h)*time.Hour))
	}
	for d := 2; d < keepDays; d++ { // of yesterday there is one within the day
		want = append(want, time.Date(2026, 11, 22-d, 23, 0, 0, 0, time.UTC))
	}
	for w := 2; w < keepWeeks; w++ { // of this week and the last there are some
		want = append(want, time.Date(2026, 11, 22-7*w, 23, 0, 0, 0, time.UTC))
	}
	if !slices.EqualFunc(got, want, time.Time.Equal) {
		t.Errorf("kept\n%v\nwant\n%v", got, want)
	}
	if got := kept(Backups{MaxBytes: 35}, copies); len(got) != 3 || !got[0].Equal(now) {
		t.Errorf("of 35 bytes: %v", got)
	}
	if got := kept(Backups{MaxBytes: 5}, copies[2000:]); len(got) != 1 || !got[0].Equal(copies[2000].At) {
		t.Errorf("the newest went: %v", got)
	}
	if got := kept(Backups{}, nil); got != nil {
		t.Error(got)
	}
}

func TestPruningLeavesOtherFilesAlone(t *testing.T) {
	ctx, clock, dir := context.Background(), &stopped{time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}, t.TempDir()
	for name, stays := range map[string]bool{
		"vigie-20250101T000000Z.db":            false,
		"vigie-20250101T000000Z.db.new-123":    false,
		"vigie-20261122T070000Z.db.new-123":    true, // may be in the making
		"vigie-20250101T000000Z.db.new-123.gz": true,
		"vigie-20250101T000000.5Z.db":          true,
		"vigie-20250101T000000Z.db.old":        true,
		"vigie-20250101.db":                    true,
		"my-vigie-20250101T000000Z.db":         true,
		"letter.txt":                           true,
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if _, err := os.Stat(path); (err == nil) != stays {
				t.Errorf("%s: stays %v, but %v", name, stays, err)
			}
		}()
	}
	if err := os.Mkdir(filepath.Join(dir, "vigie-20250102T000000Z.db"), 0o700); err != nil {
		t.Fatal(err)
	}
	b := Backups{Dir: dir, Clock: clock}
	if _, err := b.Backup(ctx, testDB(t)); err != nil {
		t.Fatal(err)
	}
	if list, err := b.List(); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
}

func TestRoomIsAskedForBeforehand(t *testing.T) {
	dir := t.TempDir()
	if err := room(dir, 1<<62); !errors.Is(err, inbox.ErrFull) {
		t.Errorf("an endless backup: %v", err)
	}
	if err := room(dir, 0); err != nil {
		t.Error(err)
	}
}

func TestBackupsWhileOthersWrite(t *testing.T) {
	ctx, clock := context.Background(), &stopped{time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
	db, msgs := testDB(t), corpus(2000)
	b := Backups{Dir: t.TempDir(), Clock: clock}
	done := make(chan error, 1)
	go func() {
		for i := 0; i < len(msgs); i += 20 {
			state := inbox.StreamState{Account: benchAccount().ID, Stream: inbox.StreamMentions, Cursor: fmt.Sprint(i + 20)}
			_, err := db.Ingest(ctx, inbox.Ingest{Account: benchAccount(), Messages: msgs[i : i+20], Stream: &state})
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for writing := true; writing; {
		select {
		case err := <-done:
			if writing = false; err != nil {
				t.Fatal(err)
			}
		default:
		}
		path, err := b.Backup(ctx, db)
		if err != nil {
			t.Fatal(err)
		}
		sameInside(t, path)
		clock.t = clock.t.Add(time.Second)
	}
}

// sameInside asserts that a backup holds a page and its cursor, or neither.
func sameInside(t *testing.T, path string) {
	t.Helper()
	ctx := context.Background()
	db, err := openFile(ctx, path, Options{}, true)
	if err != nil {
		t.Fatal(err)
	}
	info, err1 := db.Info(ctx)
	states, err2 := db.StreamStates(ctx)
	if err := errors.Join(err1, err2, db.bolt.Close()); err != nil {
		t.Fatal(err)
	}
	if len(states) > 0 && states[0].Cursor != fmt.Sprint(info.Messages) || len(states) == 0 && info.Messages > 0 {
		t.Errorf("%d messages, streams %+v", info.Messages, states)
	}
}
