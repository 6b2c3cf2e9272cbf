package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"vigie/inbox"
)

// ErrNotStore: the file is there but no store; it is left as it is.
var ErrNotStore = errors.New("not a vigie store")

// ErrPage: a page of the file makes no sense; nothing that hangs on it can be
// read. It is an inbox.ErrDamaged.
var ErrPage = fmt.Errorf("a page of the file: %w", inbox.ErrDamaged)

// ErrProbeTimeout: the file could not be looked over in time; it is left as it
// is.
var ErrProbeTimeout = fmt.Errorf("looking the file over took longer than %s", probeLimit)

// errStopped: a write failed in a way that leaves the disk's content unknown.
var errStopped = errors.New("the store takes no more changes until it is opened again")

// defaultTimeout is how long Open waits for another process to let go.
const defaultTimeout = time.Second

// mapSize is how much address space is reserved at first, in bytes: so much
// the file can grow before a commit must wait for all readers to remap it.
const mapSize = 256 << 20

// Options say how to open a store. The zero value is what a server wants.
type Options struct {
	// Timeout is how long to wait for another process; 0: a second.
	Timeout time.Duration
	// Probe looks the file over in another process before this one maps it,
	// so that whatever a damaged file does to bbolt it does there; see
	// ProbeBy. It is asked unless the file is as it was closed, while this
	// process shares the file's lock with readers only, and must end with its
	// context. nil: nobody looks.
	Probe func(ctx context.Context, path string) error
	// Migrating is told before a store of an older schema is migrated, which
	// takes seconds for each gigabyte. nil: nobody waits.
	Migrating func(Migration)
	// adopt takes a store without its side file for no copy: this process put
	// it there.
	adopt bool
}

// DB is an open store. It implements inbox.Repo; all methods may be called
// concurrently, but not from within a function handed to one of them.
type DB struct {
	path     string
	gate     sync.RWMutex // guards bolt and file, which Compact exchanges
	bolt     *bbolt.DB
	file     *os.File
	torn     bool           // one of the two metas was unreadable
	rollback inbox.Rollback // as it was opened
	witness  *witness

	failed atomic.Pointer[error] // why it takes no more changes
	stuck  atomic.Bool           // a transaction could not be ended

	writing   sync.Mutex // held by update from before it begins until the tail knows
	absorbing sync.Mutex // held while the tail is merged
	tail      tail       // of the search index
	mergeStep int        // how many lists are merged at once

	compacting sync.Mutex    // held by Compact, and at last by Close
	wanted     atomic.Uint64 // how often somebody wanted to change something
	ending     atomic.Bool   // Close waits

	closing sync.Once
	closed  error
}

var _ inbox.Repo = (*DB)(nil)

// Open opens the store at path and makes it, in a directory of its own when
// that is missing too, if there is none. The file is readable by its owner
// only. An existing file that is no usable store is an error that names the
// file (ErrNotStore, inbox.ErrDamaged or inbox.ErrNewer), and is never
// touched; so is one that cannot be looked over in time (ErrProbeTimeout). A
// store that another process keeps longer than the timeout is a *HeldError. A
// store of an older schema is migrated, after a backup beside it. No room on
// the disk is inbox.ErrFull.
func Open(ctx context.Context, path string, opts Options) (*DB, error) {
	return open(ctx, path, opts, migrations())
}

func open(ctx context.Context, path string, opts Options, steps []migration) (*DB, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		if err := create(path, schemaOf(steps)); err != nil {
			return nil, fmt.Errorf("create store %s: %w", path, full(err))
		}
	}
	db, err := openFile(ctx, path, opts, false)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	if err := db.begin(ctx, steps, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), db.Close())
	}
	return db, nil
}

// begin makes a freshly opened store ready for writing.
func (db *DB) begin(ctx context.Context, steps []migration, opts Options) error {
	if err := ownerOnly(db.file); err != nil {
		return err
	}
	if err := unlessFull(writeHolder(db.path, false)); err != nil {
		return err
	}
	_ = db.sweep() // what stays is in nobody's way
	if err := db.known(ctx, schemaOf(steps)); err != nil {
		return err
	}
	if err := db.notice(ctx, opts.adopt); err != nil {
		return err
	}
	if err := db.migrate(ctx, steps, opts.Migrating); err != nil {
		return err
	}
	return db.openIndex(ctx)
}

// openFile opens an existing file under its lock, once it was looked over.
func openFile(ctx context.Context, path string, opts Options, readOnly bool) (db *DB, err error) {
	db = &DB{path: path, mergeStep: mergeStep}
	if opts.Timeout <= 0 {
		opts.Timeout = defaultTimeout
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", inbox.ErrDamaged, p)
		}
		if err != nil && db.file != nil {
			_ = db.file.Close() // lets go of the lock; fails when bbolt did it already
		}
	}()
	how := openOptions()
	how.Timeout, how.ReadOnly = opts.Timeout, readOnly
	how.OpenFile = func(path string, flag int, _ os.FileMode) (*os.File, error) {
		var err error
		db.file, err = lockFile(ctx, path, flag&^os.O_CREATE, opts.Timeout)
		if err != nil {
			return nil, err
		}
		if err := db.look(ctx, opts, readOnly); err != nil {
			return nil, err
		}
		return db.file, nil
	}
	db.bolt, err = bbolt.Open(path, 0o600, how)
	return db, err
}

// openOptions are those of every store's file.
func openOptions() *bbolt.Options {
	return &bbolt.Options{
		FreelistType:    bbolt.FreelistMapType,
		PreLoadFreelist: true,
		InitialMmapSize: mapSize,
		NoStatistics:    true,
	}
}

// RolledBack reports whether the file, when it was opened, was not what was
// last seen at its place: older, another one, or with one of its two tables
// of contents unreadable, so that the newest changes may be missing. The
// store then got a new epoch: nothing queued in it is sent by itself. Info
// tells it until a person has acknowledged it.
func (db *DB) RolledBack() bool { return db.rollback != "" }

// Path is the file's name as given to Open.
func (db *DB) Path() string { return db.path }

// Close waits for transactions to end and lets go of the file. Later calls
// change nothing; other methods then fail.
func (db *DB) Close() error {
	db.closing.Do(func() {
		db.ending.Store(true)
		db.compacting.Lock()
		defer db.compacting.Unlock()
		if !db.stuck.Load() {
			// What fails here is done by the next who opens the store.
			_ = db.settle(context.Background())
		}
		removeHolder(db.path)
		db.leave()
		if db.stuck.Load() {
			db.closed = db.file.Close()
			return
		}
		db.closed = db.bolt.Close()
	})
	return db.closed
}

// leave says beside the store how it is left, while nobody else can open it.
func (db *DB) leave() {
	var size int64
	if fi, err := db.file.Stat(); err == nil && !db.stuck.Load() && db.failed.Load() == nil {
		size = fi.Size()
	}
	db.witness.end(size)
}

// handles are the file as it is open now; Compact exchanges it.
func (db *DB) handles() (*bbolt.DB, *os.File) {
	db.gate.RLock()
	defer db.gate.RUnlock()
	return db.bolt, db.file
}

// start begins a transaction on the file that is open when it begins, not on
// one that Compact put another in the place of meanwhile.
func (db *DB) start(writable bool) (*bbolt.Tx, *os.File, error) {
	for {
		bolt, file := db.handles()
		tx, err := bolt.Begin(writable)
		if now, _ := db.handles(); now == bolt {
			return tx, file, err
		}
		if err == nil {
			err = tx.Rollback()
		}
		if err != nil && !errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
			return nil, nil, err
		}
	}
}

// view runs fn in a read transaction. A page that bbolt cannot make sense of
// is an error, not the end of the process.
func (db *DB) view(ctx context.Context, fn func(*rtx) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	r := &rtx{}
	defer func() { r.caught(recover(), &err) }()
	tx, _, err := db.start(false)
	if err != nil {
		return fmt.Errorf("read the store: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	r.tx = tx
	return fn(r)
}

// update runs fn in a write transaction and makes what it did durable. When
// fn changed nothing, nothing is written.
func (db *DB) update(ctx context.Context, fn func(*txn) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if cause := db.failed.Load(); cause != nil {
		return *cause
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	w := newTxn()
	defer func() { w.caught(recover(), &err) }()
	db.wanted.Add(1)
	db.writing.Lock()
	defer db.writing.Unlock()
	tx, file, err := db.start(true)
	if err != nil {
		return fmt.Errorf("change the store: %w", err)
	}
	defer db.undo(tx)
	w.tx = tx
	if err := fn(w); err != nil {
		return err
	}
	if err := w.flush(); err != nil {
		return err
	}
	if !w.dirty {
		return nil
	}
	id := uint64(tx.ID())
	db.tail.expect(w.changes, id)
	if err := tx.Commit(); err != nil {
		err = db.commitFailed(file, id, err)
		if db.failed.Load() == nil {
			db.tail.forgotten()
		}
		return err
	}
	db.witness.committed(id, w.own, w.outbox)
	db.tail.committed(w.changes, id, w.cleared)
	return nil
}

// undo ends a transaction that was not committed. If that fails too, the
// lock of writers can never be had again.
func (db *DB) undo(tx *bbolt.Tx) {
	defer func() {
		if p := recover(); p != nil {
			db.stuck.Store(true)
			db.stop(fmt.Errorf("%w: %v", inbox.ErrDamaged, p))
		}
	}()
	_ = tx.Rollback() // of a committed one: nothing
}

// commitFailed keeps the store from going on after an input/output error: a
// second fsync may say yes to what the first one lost. A full disk is none:
// the transaction is undone and a later one may succeed, unless its table of
// contents was written already.
func (db *DB) commitFailed(file *os.File, id uint64, err error) error {
	metas := readMetas(file)
	if says(err, syscall.EIO) || len(metas) == 0 || metas[0].txn >= id {
		db.stop(err)
	}
	return fmt.Errorf("write the store: %w", full(err))
}

func (db *DB) stop(cause error) {
	err := fmt.Errorf("%w: %w", errStopped, cause)
	db.failed.CompareAndSwap(nil, &err)
}
