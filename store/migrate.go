package store

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"

	"vigie/inbox"
)

// migration brings a store from one schema to the next. It must read and
// write records as they were then, not as today's record_*.go do.
type migration struct {
	name string
	run  func(ctx context.Context, w *txn) error
}

// migrations are the steps from schema 1 on, for ever in this order: step i
// makes schema i+2 of schema i+1.
func migrations() []migration {
	return []migration{
		{"drafts by their own id", draftsByID},
		{"a search index", makeIndex},
		{"lists by rank", rankLists},
	}
}

// rankSchema is the first whose lists are ordered by rank, and that has views
// and persons.
const rankSchema = 4

// makeIndex makes the buckets of the index. The facets are made at once, the
// rest is left to Tend.
func makeIndex(ctx context.Context, w *txn) error {
	for _, b := range []bucket{bWords, bColumns, bFacets} {
		if _, err := w.tx.CreateBucketIfNotExists([]byte(bucketNames[b])); err != nil {
			return fmt.Errorf("make %s: %w", bucketNames[b], err)
		}
	}
	if err := w.putIndexed(indexRecord{version: indexVersion}); err != nil {
		return err
	}
	return buildFacets(ctx, w)
}

// draftsByID gives the drafts of schema 1, of which a thread had one under its
// own number, the id "thread-N". The fields stay; field 9 is the thread.
func draftsByID(ctx context.Context, w *txn) error {
	type old struct {
		thread uint64
		record enc
	}
	var drafts []old
	err := w.each(ctx, bDrafts, nil, func(key, value []byte) error {
		if _, err := unseal(key, value); err != nil {
			return nil // damaged: it stays, for Check to tell
		}
		e := enc{bytes.Clone(value[:len(value)-sumLen])}
		e.uint(9, keyID[uint64](key))
		drafts = append(drafts, old{keyID[uint64](key), e})
		return nil
	})
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if err := w.drop(bDrafts, idKey(d.thread)); err != nil {
			return err
		}
		if err := w.put(bDrafts, fmt.Appendf(nil, "thread-%d", d.thread), d.record); err != nil {
			return err
		}
	}
	return nil
}

// migrationBackup is the name of the backup made before a migration.
func migrationBackup(path string, schema int) string {
	return fmt.Sprintf("%s.schema-%d.backup", path, schema)
}

// migrationTemp is how the files are named that such backups are written to
// first; "*" is anything.
func migrationTemp(path string) string { return filepath.Base(path) + ".schema-*.backup.new-*" }

func schemaOf(steps []migration) int { return 1 + len(steps) }

// known refuses a store of a schema that this program does not know.
func (db *DB) known(ctx context.Context, newest int) error {
	return db.view(ctx, func(r *rtx) error {
		i, err := r.identity()
		switch {
		case err != nil:
			return err
		case i.schema > newest:
			return fmt.Errorf("schema %d, this vigie knows %d: %w", i.schema, newest, inbox.ErrNewer)
		case i.schema < 1:
			return fmt.Errorf("schema %d: %w", i.schema, inbox.ErrDamaged)
		}
		return nil
	})
}

// Migration is a store that is brought to a newer schema.
type Migration struct {
	From, To int    // schemas
	Backup   string // the name of the copy made before; it stays
	Bytes    int64  // size of the store
}

// migrationRoom is the room wanted on the disk for what a migration adds,
// over that for the backup: a part of the store's size, and so many bytes.
const (
	migrationShare = 4
	migrationRoom  = 16 << 20
)

// migrate brings the store to the newest schema, each step and its number in
// a transaction of its own, so that one that is cut short is begun again.
func (db *DB) migrate(ctx context.Context, steps []migration, tell func(Migration)) error {
	var from int
	err := db.view(ctx, func(r *rtx) error {
		i, err := r.identity()
		from = i.schema
		return err
	})
	if err != nil || from == schemaOf(steps) {
		return err
	}
	if err := db.beforeMigration(ctx, Migration{From: from, To: schemaOf(steps), Backup: migrationBackup(db.path, from)}, tell); err != nil {
		return err
	}
	for i := from - 1; i < len(steps); i++ {
		if err := db.step(ctx, steps[i], i+2); err != nil {
			return fmt.Errorf("migrate to schema %d (%s): %w", i+2, steps[i].name, err)
		}
	}
	return unlessFull(writeHolder(db.path, false))
}

// beforeMigration says what comes, and makes the backup. Without room for it
// and what is added nothing is begun.
func (db *DB) beforeMigration(ctx context.Context, m Migration, tell func(Migration)) error {
	fi, err := db.file.Stat()
	if err != nil {
		return err
	}
	m.Bytes = fi.Size()
	if err := room(filepath.Dir(db.path), m.Bytes+m.Bytes/migrationShare+migrationRoom); err != nil {
		return fmt.Errorf("back up to %s before migration: %w", m.Backup, err)
	}
	if tell != nil {
		tell(m)
	}
	if err := unlessFull(writeHolder(db.path, true)); err != nil {
		return err
	}
	// The store goes on with what is damaged of its records, and so does the copy.
	if _, err := backupAs(ctx, db, m.Backup, m.Backup); err != nil {
		return fmt.Errorf("back up before migration: %w", err)
	}
	return nil
}

func (db *DB) step(ctx context.Context, m migration, schema int) error {
	return db.update(ctx, func(w *txn) error {
		if err := m.run(ctx, w); err != nil {
			return err
		}
		i, err := w.identity()
		if err != nil {
			return err
		}
		i.schema = schema
		return w.putIdentity(&i)
	})
}
