package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"vigie/inbox"
)

// Options is what an engine works with.
type Options struct {
	Repo    inbox.Repo
	Clock   inbox.Clock
	Log     *slog.Logger
	Owner   string // names this process in the outbox
	Workers int    // fetches at once; 0: 4
	Deliver inbox.Deliverer
	Shelf   inbox.Shelf // of files that go with answers; nil: none can
	Files   Files       // where they come from; nil: none can
	// Notify is handed each Notice, one after another and never two at once; its
	// ctx ends when the engine stops, and how long one may take is its own
	// affair. Nil: nobody else hears of them.
	Notify   func(context.Context, inbox.Notice) error
	Settings Settings
}

// Settings is the part of the configuration that may change while running.
type Settings struct {
	Clients  []inbox.Client
	Accounts []AccountSettings
	Views    []inbox.View
	Hold     time.Duration // of clients that set none
	Compact  bool          // write the store anew by itself, when idle and worth while
}

// AccountSettings is one account with its open connector. The engine closes
// the connector when the account leaves the settings and at Stop.
type AccountSettings struct {
	Account     inbox.Account
	Connector   inbox.Connector // nil: could not be opened, see Problem
	Problem     inbox.Problem
	Streams     []inbox.Stream // empty: all that Caps offers
	Poll        time.Duration  // between fetches; 0: the default
	History     time.Duration  // how far the first fetch goes back
	Fresh       time.Duration  // of that, what is still work and not archive
	KeepDeleted bool
	// Resend lets what was in doubt, and is surely not there, be sent again by
	// itself, where the network reads its own writes (class C).
	Resend bool
}

// Engine runs one inbox. Its methods are safe for concurrent use.
type Engine struct {
	repo    inbox.Repo
	clock   inbox.Clock
	log     *slog.Logger
	owner   string
	workers chan struct{}
	deliver inbox.Deliverer
	shelf   inbox.Shelf
	files   Files
	notify  func(context.Context, inbox.Notice) error
	told    notices
	crier   *crier // of noticeLoop
	places  places
	changes *changes
	jitter  func(time.Duration) time.Duration

	mu       sync.Mutex
	settings Settings
	accounts map[inbox.AccountID]*account
	trouble  inbox.Problem // of the server itself, not of an account
	saved    []inbox.View  // views that people saved, as the store has them
	// strangers are clients that only the store knows.
	strangers []inbox.Client
	sessions  map[string]*inbox.SessionInfo
	steps     map[string]*history
	lastStep  uint64 // the newest number of a step, see begin
	flying    map[inbox.ActionID]bool
	wires     map[lane]bool                // under way, see wireOf
	acting    map[inbox.AccountID]int      // acts without a text that are
	rests     map[inbox.ActionID]time.Time // put off, since storing failed
	spreadEnd time.Time                    // until then a start's first fetches are spread, see hurry

	room       *room
	upkeep     *upkeep
	people     sync.Mutex          // held while what is known of persons is changed
	answering  sync.Mutex          // held while an act on a network is checked and queued
	collectNow chan struct{}       // one token: look at the schedule again
	sendNow    chan struct{}       // one token: look at the outbox again
	sleepNow   chan struct{}       // one token: look at the wake-ups again
	aroundNow  chan inbox.ThreadID // conversations to read the rest of
	aimNow     chan struct{}       // one token: the clients' wishes have changed
	aims       atomic.Pointer[aims]
	rootCtx    context.Context // ends what the engine does by itself
	cancel     context.CancelFunc
	sendCtx    context.Context // ends what is on the wire
	hangUp     context.CancelFunc
	running    sync.WaitGroup
}

// New makes an engine over a store. It starts nothing.
func New(o Options) *Engine {
	if o.Workers <= 0 {
		o.Workers = 4
	}
	e := &Engine{
		clock: o.Clock, log: o.Log, owner: o.Owner, deliver: o.Deliver, shelf: o.Shelf, files: o.Files, notify: o.Notify,
		workers:    make(chan struct{}, o.Workers),
		changes:    newChanges(),
		jitter:     func(d time.Duration) time.Duration { return rand.N(d + 1) },
		accounts:   map[inbox.AccountID]*account{},
		sessions:   map[string]*inbox.SessionInfo{},
		steps:      map[string]*history{},
		flying:     map[inbox.ActionID]bool{},
		acting:     map[inbox.AccountID]int{},
		wires:      map[lane]bool{},
		rests:      map[inbox.ActionID]time.Time{},
		collectNow: make(chan struct{}, 1),
		sendNow:    make(chan struct{}, 1),
		sleepNow:   make(chan struct{}, 1),
		aroundNow:  make(chan inbox.ThreadID, aroundQueue),
		aimNow:     make(chan struct{}, 1),
	}
	e.rootCtx, e.cancel = context.WithCancel(context.Background())
	e.sendCtx, e.hangUp = context.WithCancel(context.Background())
	e.room = &room{clock: o.Clock, changed: e.roomChanged}
	e.upkeep = newUpkeep(o.Clock)
	e.repo = roomyRepo{heardRepo{o.Repo, e.upkeep}, e.room}
	e.adopt(o.Settings)
	return e
}

// Load reads what the store remembers of the streams and of what can be taken
// back, and turns every send that another process left half done into an
// uncertain one. It is called once, before Start or any other method.
func (e *Engine) Load(ctx context.Context) error {
	if err := e.recoverOutbox(ctx); err != nil {
		return fmt.Errorf("recover the outbox: %w", err)
	}
	if err := e.recall(ctx); errors.Is(err, inbox.ErrDamaged) {
		e.log.Error("what was done before cannot be undone", "error", err)
	} else if err != nil {
		return fmt.Errorf("recall what can be undone: %w", err)
	}
	if err := e.learnClients(ctx); err != nil {
		return err
	}
	if err := e.loadStreams(ctx); err != nil {
		return err
	}
	e.spreadStart()
	if err := e.loadViews(ctx); err != nil {
		return err
	}
	return e.beginNotices(ctx)
}

// Start begins collecting, sending and waking in the background.
func (e *Engine) Start() {
	e.spawn(e.collectLoop)
	e.spawn(e.sendLoop)
	e.spawn(e.sleepLoop)
	e.spawn(e.aroundLoop)
	e.spawn(e.aimLoop)
	e.spawn(e.upkeepLoop)
	e.spawn(e.noticeLoop)
	if e.notify != nil {
		e.spawn(e.hookLoop)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, a := range e.accounts {
		e.listen(a)
	}
}

// Stop ends everything: sessions' subscriptions first, then the loops, then
// the connectors. A send that is under way gets until ctx ends to finish; its
// outcome is stored in any case.
func (e *Engine) Stop(ctx context.Context) error {
	e.changes.close()
	e.cancel()
	ended := make(chan struct{})
	go func() {
		e.running.Wait()
		close(ended)
	}()
	var err error
	select {
	case <-ended:
	case <-ctx.Done():
		e.hangUp()
		err = fmt.Errorf("stop the engine: %w", ctx.Err())
		select { // what was on the wire stores that it is uncertain
		case <-ended:
		case <-time.After(lastWords):
		}
	}
	e.hangUp()
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, a := range e.accounts {
		a.quit()
		if a.conn != nil {
			if cerr := a.conn.Close(); cerr != nil && err == nil {
				err = fmt.Errorf("close %s: %w", a.set().Account.ID, cerr)
			}
		}
	}
	return err
}

func (e *Engine) spawn(loop func(context.Context)) {
	e.running.Add(1)
	go func() {
		defer e.running.Done()
		loop(e.rootCtx)
	}()
}

// Reconfigure takes new settings over while running. Connectors that are in
// both old and new settings (the same value) stay; the others are closed.
func (e *Engine) Reconfigure(ctx context.Context, s Settings) error {
	closing := e.adopt(s)
	for _, c := range closing {
		if err := c.Close(); err != nil {
			e.log.Warn("close connector", "error", err)
		}
	}
	if err := e.loadStreams(ctx); err != nil {
		return err
	}
	if err := e.learnClients(ctx); err != nil {
		return err
	}
	e.mu.Lock()
	for _, a := range e.accounts {
		e.listen(a)
	}
	e.mu.Unlock()
	poke(e.collectNow)
	poke(e.aimNow)
	e.changes.publish(inbox.Change{All: true})
	return nil
}

// adopt replaces the settings and returns the connectors no longer used.
func (e *Engine) adopt(s Settings) []inbox.Connector {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.settings = s
	e.aims.Store(aimsOf(s.Clients))
	var closing []inbox.Connector
	next := map[inbox.AccountID]*account{}
	for _, set := range s.Accounts {
		id := set.Account.ID
		old, ok := e.accounts[id]
		if ok && old.conn == set.Connector {
			old.conf.Store(&set)
			next[id] = old
			continue
		}
		next[id] = newAccount(set)
		if ok { // what its network asked for holds for the new connector too
			next[id].quiet = old.quietUntil()
		}
	}
	for id, old := range e.accounts {
		if next[id] == old {
			continue
		}
		old.quit()
		if old.conn != nil {
			closing = append(closing, old.conn)
		}
	}
	e.accounts = next
	return closing
}

// Clients lists the clients in the order of the configuration, then those
// that only the store knows.
func (e *Engine) Clients() []inbox.Client {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Concat(e.settings.Clients, e.strangers)
}

// Client finds a client of the configuration.
func (e *Engine) Client(id inbox.ClientID) (inbox.Client, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range slices.Concat(e.settings.Clients, e.strangers) {
		if c.ID == id {
			return c, true
		}
	}
	return inbox.Client{}, false
}

// SetTrouble tells the sessions what is wrong with the server itself; the zero
// Problem ends it.
func (e *Engine) SetTrouble(p inbox.Problem) {
	e.mu.Lock()
	e.trouble = p
	e.mu.Unlock()
	e.changes.publish(inbox.Change{Health: true})
}

// Trouble is what is wrong with the server itself; zero: nothing. A full disk
// comes before all else.
func (e *Engine) Trouble() inbox.Problem {
	if e.room.isFull() {
		return inbox.Problem{Code: inbox.CodeFull}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.trouble
}

// roomChanged tells the sessions that the disk is full, or no longer; then
// everything that waited goes on.
func (e *Engine) roomChanged() {
	e.changes.publish(inbox.Change{Health: true})
	poke(e.collectNow)
	poke(e.sendNow)
}

// Subscribe returns a subscription to changes.
func (e *Engine) Subscribe() *Subscription { return e.changes.subscribe() }

func (e *Engine) account(id inbox.AccountID) (*account, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	a, ok := e.accounts[id]
	return a, ok
}

func (e *Engine) now() time.Time { return e.clock.Now().UTC() }

func poke(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// longestSleep keeps the loops near the wall clock: timers stand still while
// the machine sleeps.
const longestSleep = time.Minute

// lastWords is how long a stopped send may take to store its outcome.
const lastWords = 2 * time.Second

// sleep waits until t or a minute, a poke or the end of ctx; a zero t waits
// for a poke or a minute.
func (e *Engine) sleep(ctx context.Context, t time.Time, poked <-chan struct{}) {
	wait := longestSleep
	if !t.IsZero() {
		wait = min(max(t.Sub(e.now()), time.Millisecond), longestSleep)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-poked:
	case <-timer.C:
	}
}
