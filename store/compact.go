package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"go.etcd.io/bbolt"

	"vigie/inbox"
)

const (
	// compactBatch is how much is copied in one commit, in bytes: with more, the
	// pages being filled are moved about in memory.
	compactBatch = 512 << 10
	// compactSync is how much is copied between two syncs, in bytes: the disk
	// is not given all of it at the end, in the way of everybody else.
	compactSync = 64 << 20
	// compactSlack is the room wanted on the disk over the size of the new
	// file, in bytes.
	compactSlack = 32 << 20
	// compactLooks is how many keys are copied between two looks at whether
	// to go on.
	compactLooks = 256
)

// errClosing: the store is being closed.
var errClosing = errors.New("the store is being closed")

// Compaction implements inbox.Tender.
func (db *DB) Compaction(ctx context.Context) (c inbox.Compaction, err error) {
	for range checkTries {
		_, file := db.handles()
		err = db.view(ctx, func(r *rtx) error {
			metas := readMetas(file)
			i := slices.IndexFunc(metas, func(t tableOfContents) bool { return t.txn == uint64(r.tx.ID()) })
			if i < 0 {
				return errOvertaken
			}
			c, err = metas[i].compaction(file)
			return err
		})
		if !errors.Is(err, errOvertaken) {
			break
		}
	}
	if err != nil {
		return inbox.Compaction{}, fmt.Errorf("count free pages: %w", err)
	}
	return c, nil
}

// compaction counts the free pages of a commit.
func (t tableOfContents) compaction(f *os.File) (c inbox.Compaction, err error) {
	fi, err := f.Stat()
	if err != nil {
		return c, err
	}
	free, err := t.header(f, t.free)
	if err != nil {
		return c, err
	}
	ids, err := t.freePages(f, free)
	return inbox.Compaction{Bytes: fi.Size(), Free: int64(len(ids)) * t.pageSize}, err
}

// Compact implements inbox.Tender. Damaged records are copied as they are; a
// damaged page is an error, and the store stays as it was. Whatever happens,
// also to the process or the power, there is a whole store at its place. Also
// without yield it first tries to hold nobody up. No
// room on the disk is inbox.ErrFull, before anything is written where the
// system tells.
func (db *DB) Compact(ctx context.Context, yield bool) (inbox.Compaction, error) {
	db.compacting.Lock()
	defer db.compacting.Unlock()
	err := db.rewrite(ctx, true)
	if !yield && errors.Is(err, inbox.ErrBusy) {
		err = db.rewrite(ctx, false)
	}
	if err != nil {
		return inbox.Compaction{}, fmt.Errorf("compact %s: %w", db.path, full(err))
	}
	return db.Compaction(ctx)
}

// rewrite is one run of Compact.
func (db *DB) rewrite(ctx context.Context, yield bool) error {
	c := &compaction{db: db, yield: yield, wanted: db.wanted.Load()}
	return c.run(ctx, c.steps())
}

// compaction is one run of Compact.
type compaction struct {
	db     *DB
	yield  bool
	wanted uint64 // see DB.wanted, as the run began

	path string // of the new file, until it has the store's name
	txn  uint64 // the commit that was copied
	bolt *bbolt.DB
	file *os.File
	hold *bbolt.Tx // keeps others from changing anything
}

// compactStep is a part of a run, after which the process may die.
type compactStep struct {
	name string
	do   func(context.Context) error
}

func (c *compaction) steps() []compactStep {
	copied := []compactStep{
		{"make room", c.makeRoom},
		{"copy", c.copy},
		{"open", c.open},
	}
	placed := []compactStep{
		{"announce", c.announce},
		{"rename", c.rename},
		{"exchange", c.exchange},
		{"let go", c.letGo},
	}
	held := compactStep{"hold", c.holdOthers}
	if c.yield {
		return slices.Concat(copied, []compactStep{held}, placed)
	}
	return slices.Concat([]compactStep{held}, copied, placed)
}

func (c *compaction) run(ctx context.Context, steps []compactStep) (err error) {
	defer func() {
		if c.hold != nil {
			c.db.undo(c.hold)
		}
		if err != nil {
			err = errors.Join(err, c.giveUp())
		}
	}()
	for _, s := range steps {
		if err := c.mayGoOn(ctx); err != nil {
			return err
		}
		if err := s.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// mayGoOn says why the run is to end.
func (c *compaction) mayGoOn(ctx context.Context) error {
	if c.path == "" && c.bolt != nil {
		return nil // the new file is in its place
	}
	switch cause := c.db.failed.Load(); {
	case cause != nil:
		return *cause
	case c.db.ending.Load():
		return errClosing
	case c.yield && c.db.wanted.Load() != c.wanted:
		return inbox.ErrBusy
	}
	return ctx.Err()
}

// makeRoom clears away what a run left that was killed, and checks that there
// is room for another.
func (c *compaction) makeRoom(ctx context.Context) error {
	if err := c.db.sweep(); err != nil {
		return err
	}
	is, err := c.db.Compaction(ctx)
	if err != nil {
		return err
	}
	return room(filepath.Dir(c.db.path), is.Bytes-is.Free+compactSlack)
}

// holdOthers waits until nobody changes anything, and keeps it so. What was
// copied before must be all there is.
func (c *compaction) holdOthers(context.Context) (err error) {
	if c.hold, _, err = c.db.start(true); err != nil {
		return err
	}
	if c.yield && uint64(c.hold.ID()) != c.txn+1 {
		return inbox.ErrBusy
	}
	return nil
}

// open takes the new file's lock and opens it.
func (c *compaction) open(ctx context.Context) (err error) {
	opts := openOptions()
	opts.OpenFile = func(path string, flag int, _ os.FileMode) (*os.File, error) {
		var err error
		c.file, err = lockFile(ctx, path, flag&^os.O_CREATE, defaultTimeout)
		return c.file, err
	}
	c.bolt, err = bbolt.Open(c.path, 0o600, opts)
	return err
}

// announce lets the side file say that another file is about to be the store,
// and makes that durable.
func (c *compaction) announce(context.Context) error {
	if err := c.db.witness.expect(born(c.file)); err != nil {
		return err
	}
	return syncPath(seenPath(c.db.path))
}

// rename gives the new file the store's name. Who waits for the lock of the
// old one then finds it gone and waits for the lock of this.
func (c *compaction) rename(context.Context) error {
	if err := os.Rename(c.path, c.db.path); err != nil {
		return err
	}
	c.path = ""
	if err := syncPath(filepath.Dir(c.db.path)); err != nil {
		c.db.stop(err) // which of the two is there after a power cut is not known
	}
	return nil
}

// exchange puts the new file in the place of the old in this process. What
// reads the old one goes on.
func (c *compaction) exchange(context.Context) error {
	c.db.gate.Lock()
	c.db.bolt, c.bolt = c.bolt, c.db.bolt
	c.db.file, c.file = c.file, c.db.file
	c.db.gate.Unlock()
	if c.db.failed.Load() == nil {
		c.db.witness.replaced(born(c.db.file), c.txn+1)
	}
	return nil
}

// letGo closes the old file when the last of its readers is done.
func (c *compaction) letGo(context.Context) error {
	c.db.undo(c.hold)
	c.hold = nil
	if err := c.bolt.Close(); err != nil {
		return fmt.Errorf("let the old file go: %w", err)
	}
	return nil
}

// giveUp leaves the store as it is.
func (c *compaction) giveUp() error {
	if c.path == "" {
		return nil
	}
	var err error
	if c.bolt != nil {
		err = errors.Join(c.bolt.Close(), c.db.witness.expect(0))
	} else if c.file != nil {
		_ = c.file.Close() // fails when bbolt did it already
	}
	return errors.Join(err, removeIfThere(c.path))
}

// compactName is how the files are named that Compact writes to; "*" is
// anything.
func compactName(path string) string { return filepath.Base(path) + ".new-compact-*" }

// sweep removes what a compaction, or a backup before a migration, left that
// was killed. Only who has the store's lock may call it.
func (db *DB) sweep() error {
	dir := filepath.Dir(db.path)
	names, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, n := range names {
		if !db.leftOver(n.Name()) {
			continue
		}
		if err := removeIfThere(filepath.Join(dir, n.Name())); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) leftOver(name string) bool {
	return slices.ContainsFunc([]string{compactName(db.path), migrationTemp(db.path)}, func(pattern string) bool {
		ok, err := filepath.Match(pattern, name)
		return ok && err == nil
	})
}
