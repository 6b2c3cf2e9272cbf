package door

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/user"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/ssh"

	"vigie/inbox"
)

// Errors of New.
var (
	ErrRunning = errors.New("another server answers on the socket")
	ErrNoKeys  = errors.New("no usable key may sign in")
)

// Role is what a visitor may do. Local visitors are RoleAdmin.
type Role string

// The roles, each of which may do what the ones before it may.
const (
	RoleRead  Role = "read"
	RoleDraft Role = "draft"
	RoleSend  Role = "send"
	RoleAdmin Role = "admin"
)

func (r Role) rank() int {
	switch r {
	case RoleRead:
		return 1
	case RoleDraft:
		return 2
	case RoleSend:
		return 3
	case RoleAdmin:
		return 4
	}
	return 0
}

// Allows reports whether r may do what needs the role need. An unknown role
// may do nothing, and nobody may do what needs an unknown one.
func (r Role) Allows(need Role) bool {
	return need.rank() > 0 && r.rank() >= need.rank()
}

// Visitor is who is at the other end. Its strings are plain printable ASCII.
type Visitor struct {
	Name      string // "pts/3", "ssh ines@10.0.0.2"
	User      string // of the server, or as given to ssh: proves nothing
	Local     bool   // came through the Unix socket
	Role      Role
	Clients   []inbox.ClientID // the only ones it may see; nil: all
	Key       string           // name of the key that signed; "" when Local
	Finger    string           // fingerprint of that key
	Clipboard bool             // its terminal's clipboard may be written
	// Environ holds the variables that wire.Allowed lets through, each once.
	Environ []string

	commandsOnly bool // its key may not open the program
}

// Session is an attached terminal.
type Session struct {
	Visitor
	ID            string // its name and a mark: never given twice
	Term          string // of terminfo; "xterm" when it was none
	Width, Height int    // cells at the start, 1 to 1000
	Since         time.Time
	// Terminal is what its program can ask for besides drawing.
	Terminal *Terminal
}

// Command is one command to run. It reads and writes only through its streams.
type Command struct {
	Visitor
	Args   []string // the words, without a program name; may be empty
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Width  int // of the visitor's terminal in cells; 0: not a terminal
}

// Limits of a door; the zero value of each means its default.
type Limits struct {
	Sessions    int           // programs and commands at once, 64
	Conns       int           // connections at once, per listener, 64
	PerKey      int           // sessions at once of one key, 4
	Unproven    int           // TCP connections not signed in yet, 10
	Handshake   time.Duration // until signed in, 15 s
	Idle        time.Duration // TCP: without a key press, 30 min
	Total       time.Duration // TCP: of one session, 12 h
	Write       time.Duration // until a visitor took what was written, 10 s
	KeysRefresh time.Duration // between looks at the file of keys, 5 s
}

func (l Limits) withDefaults() Limits {
	set := func(n *int, def int) {
		if *n <= 0 {
			*n = def
		}
	}
	wait := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	set(&l.Sessions, 64)
	set(&l.Conns, 64)
	set(&l.PerKey, 4)
	set(&l.Unproven, 10)
	wait(&l.Handshake, 15*time.Second)
	wait(&l.Idle, 30*time.Minute)
	wait(&l.Total, 12*time.Hour)
	wait(&l.Write, 10*time.Second)
	wait(&l.KeysRefresh, 5*time.Second)
	return l
}

// Options of a door. Socket or Listen, Model, Exec and Log are required.
type Options struct {
	// Socket is the path of the Unix socket; "" for none. A directory that is
	// missing is made with mode 0700; one that others may write is refused.
	Socket string
	// Listen is a TCP address; "" for none. Without a host it is 127.0.0.1.
	Listen string
	// HostKeyPath and AuthorizedKeysPath are needed with Listen.
	HostKeyPath        string
	AuthorizedKeysPath string
	// Language is "auto", "fr" or "en": of the sentences that the door writes.
	Language string
	// Model makes the program of a session. ctx ends with the session.
	Model func(ctx context.Context, s Session) (tea.Model, error)
	// Exec runs a command and returns its exit code. ctx ends with the
	// visitor's connection and when the server stops.
	Exec func(ctx context.Context, c Command) int
	// Goodbye is the line written when a program ended by its user's wish;
	// nil or "" writes none.
	Goodbye func(s Session) string
	// Changed is called when a session has begun or ended, with the number of
	// programs that are attached; it may be nil and must not block.
	Changed func(attached int)
	Log     *slog.Logger
	Clock   inbox.Clock // nil: the time of day
	Limits  Limits
}

// Door serves sessions. Its methods are safe for concurrent use.
type Door struct {
	opts   Options
	limits Limits
	user   string

	local, remote *entrance // nil when not asked for
	keys          *keyring  // nil without remote

	stopping chan struct{} // closed by Shutdown
	stopOnce sync.Once
	running  sync.WaitGroup // sessions and commands

	mu       sync.Mutex
	stopped  bool                // no session may begin
	sessions map[string]*session // programs and commands under way
}

// entrance is one listener with its SSH server.
type entrance struct {
	listener net.Listener
	server   *ssh.Server
	gate     *gate
}

// New opens the listeners, so that visitors wait from then on; Serve lets them
// in. It fails without leaving a listener when the socket is taken, a path is
// not safe, or Listen is set and no key may sign in.
func New(opts Options) (*Door, error) {
	if opts.Clock == nil {
		opts.Clock = systemClock{}
	}
	d := &Door{
		opts:     opts,
		limits:   opts.Limits.withDefaults(),
		user:     userName(),
		stopping: make(chan struct{}),
		sessions: map[string]*session{},
	}
	if err := d.open(); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *Door) open() error {
	if d.opts.Socket == "" && d.opts.Listen == "" {
		return errors.New("open the door: neither a socket nor an address")
	}
	if d.opts.Listen != "" {
		if err := d.openRemote(); err != nil {
			return fmt.Errorf("listen on %s: %w", d.opts.Listen, err)
		}
	}
	if d.opts.Socket != "" {
		if err := d.openLocal(); err != nil {
			return fmt.Errorf("listen on %s: %w", d.opts.Socket, err)
		}
	}
	return nil
}

func (d *Door) entrances() []*entrance {
	var all []*entrance
	for _, e := range []*entrance{d.local, d.remote} {
		if e != nil {
			all = append(all, e)
		}
	}
	return all
}

// Addr is the address of the TCP listener; nil without one.
func (d *Door) Addr() net.Addr {
	if d.remote == nil {
		return nil
	}
	return d.remote.listener.Addr()
}

// Serve lets visitors in until ctx ends or Shutdown is called, then waits
// until the last session is over. It returns nil after a Shutdown; when ctx
// ends it calls Shutdown itself, with ten seconds.
func (d *Door) Serve(ctx context.Context) error {
	failed := make(chan error, 2)
	var wg sync.WaitGroup
	for _, e := range d.entrances() {
		wg.Go(func() {
			if err := e.server.Serve(e.listener); !errors.Is(err, ssh.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
				failed <- fmt.Errorf("accept on %s: %w", e.listener.Addr(), err)
			}
		})
	}
	if d.keys != nil {
		wg.Go(d.watchKeys)
	}
	var err error
	select {
	case <-d.stopping:
	case <-ctx.Done():
	case err = <-failed:
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err = errors.Join(err, d.Shutdown(grace))
	wg.Wait()
	return err
}

// Shutdown lets nobody in any more, makes every program quit and every
// command's context end, waits for them, and closes the connections. When ctx
// ends first, the connections are closed under those that are left and the
// error says so. It may be called more than once and at any time.
func (d *Door) Shutdown(ctx context.Context) error {
	d.mu.Lock()
	d.stopped = true
	for _, s := range d.sessions {
		s.end(endStopping)
	}
	d.mu.Unlock()
	for _, e := range d.entrances() {
		_ = e.listener.Close()
	}
	d.stopOnce.Do(func() { close(d.stopping) })

	over := make(chan struct{})
	go func() {
		d.running.Wait()
		close(over)
	}()
	var err error
	select {
	case <-over:
		d.farewell(ctx)
	case <-ctx.Done():
		err = fmt.Errorf("wait for the sessions to end: %w", ctx.Err())
	}
	d.close()
	return err
}

// farewell gives visitors a second to hang up by themselves: a connection
// closed under what they have not read yet may lose it.
func (d *Door) farewell(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	for _, e := range d.entrances() {
		select {
		case <-e.gate.shut():
		case <-ctx.Done():
		}
	}
}

func (d *Door) close() {
	for _, e := range d.entrances() {
		_ = e.listener.Close()
		_ = e.server.Close()
		e.gate.shut()
		e.gate.clear()
	}
}

// Sessions lists the programs that are attached, oldest first.
func (d *Door) Sessions() []Session {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.attachedLocked()
}

// Reload reads the file of keys again now and ends the sessions of keys that
// are gone or changed. It does nothing without a TCP listener.
func (d *Door) Reload() {
	if d.keys != nil {
		d.keys.reload()
		d.endRevoked()
	}
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// userName is who the server runs as, for people.
func userName() string {
	if u, err := user.Current(); err == nil {
		return label(u.Username)
	}
	return fmt.Sprintf("uid %d", os.Geteuid())
}
