package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"vigie/inbox"
)

const (
	maxAnswer = 8 << 20  // bytes of the answer to a command
	maxFetch  = 64 << 20 // bytes of a page: 100 mails with two parts each
	maxUIDs   = 4 << 20  // that one search may give
	inboxName = "INBOX"
	// silence is how long a server that was asked something may say nothing;
	// those who search for long say so every few seconds.
	silence = 45 * time.Second
)

// errEndless says that an answer was longer than any sensible one.
var errEndless = errors.New("the answer has no end")

// meter is a connection that gives so many bytes and no more.
type meter struct {
	net.Conn
	left atomic.Int64

	mu   sync.Mutex
	gone *time.Timer // ends the connection; nil: nothing was asked
}

// asked begins to watch a server that was asked something: it is taken for
// gone when it is silent. Without that, a line that is dead and does not say so
// would be waited on for as long as the machine thinks it lives.
func (m *meter) asked() (answered func()) {
	timer := time.AfterFunc(silence, func() { _ = m.Conn.Close() })
	m.mu.Lock()
	m.gone = timer
	m.mu.Unlock()
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.gone = nil
		timer.Stop()
	}
}

// heard is a sign of life.
func (m *meter) heard() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.gone != nil {
		m.gone.Reset(silence)
	}
}

func (m *meter) Read(b []byte) (int, error) {
	n, err := m.Conn.Read(b)
	if n > 0 {
		m.heard()
	}
	if m.left.Add(-int64(n)) < 0 {
		return 0, errEndless
	}
	return n, err
}

// session is a connection that is signed in. One goroutine uses it at a time.
type session struct {
	*imapclient.Client
	meter *meter
	caps  imap.CapSet
	us    string // our own address
	signs string // the name that the server signs by
	box   string // the folder that is selected
	data  *imap.SelectData
	sent  string // folders by what they are for; "": none
	trash string
	junk  string
	// folders are those of the settings as the server spells them.
	folders []string
	lacking []string      // settings that name a folder which is not there
	news    chan struct{} // the selected folder has grown
	wrote   bool          // a command that changes something is on its way
}

// signIn opens a session.
func (c *connector) signIn(ctx context.Context) (*session, error) {
	word, err := c.key(ctx)
	if err != nil {
		return nil, err
	}
	conn, conf, err := c.connect(ctx, c.imap)
	if err != nil {
		return nil, &inbox.RetryError{Err: err}
	}
	s := &session{us: c.me.Address, signs: c.authserv, meter: &meter{Conn: conn}, news: make(chan struct{}, 1)}
	s.meter.left.Store(maxAnswer)
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	options := &imapclient.Options{TLSConfig: conf, UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(d *imapclient.UnilateralDataMailbox) {
			if d.NumMessages != nil {
				select {
				case s.news <- struct{}{}:
				default:
				}
			}
		},
	}}
	if c.imap.implicit() || c.imap.plain() {
		s.Client = imapclient.New(s.meter, options)
	} else if s.Client, err = imapclient.NewStartTLS(s.meter, options); err != nil {
		_ = conn.Close()
		return nil, c.told(ctx, "secure the line", err)
	}
	defer s.meter.asked()()
	if err := c.enter(ctx, s, word); err != nil {
		s.hangUp()
		return nil, err
	}
	return s, nil
}

// enter greets, signs in and looks at the folders.
func (c *connector) enter(ctx context.Context, s *session, k key) error {
	if err := s.WaitGreeting(); err != nil {
		return c.told(ctx, "greet", err)
	}
	if s.Caps() == nil {
		return c.told(ctx, "greet", errors.New("it does not say what it can"))
	}
	if err := c.login(s, k); err != nil {
		return c.refused(ctx, err)
	}
	s.caps = s.Caps()
	c.mu.Lock()
	c.deaf = !s.caps.Has(imap.CapIdle) && !s.caps.Has(imap.CapIMAP4rev2)
	c.mu.Unlock()
	if err := s.lookAround(c.setup.Settings["sent"], c.folders); err != nil {
		return c.told(ctx, "list the folders", err)
	}
	return nil
}

// choose selects a folder and tells how it is now.
func (s *session) choose(folder string) (*imap.SelectData, error) {
	s.box, s.data = "", nil
	select {
	case <-s.news: // what is told now counts
	default:
	}
	data, err := s.Select(folder, nil).Wait()
	if err != nil {
		return nil, err
	}
	s.box, s.data = folder, data
	return data, nil
}

// at selects a folder unless it is selected.
func (s *session) at(folder string) error {
	if s.box == folder {
		return nil
	}
	_, err := s.choose(folder)
	return err
}

// change sends a command that changes something: from now on a lost connection
// means doubt, until it is answered.
func (s *session) change(do func() error) error {
	s.wrote = true
	err := do()
	var answer *imap.Error
	if err == nil || errors.As(err, &answer) {
		s.wrote = false
	}
	return err
}

// search gives the UIDs of the selected folder that match, lowest first.
func (s *session) search(criteria *imap.SearchCriteria) ([]imap.UID, error) {
	data, err := s.UIDSearch(criteria, nil).Wait()
	if err != nil {
		return nil, err
	}
	set, _ := data.All.(imap.UIDSet)
	var out []imap.UID
	for _, r := range set {
		if r.Start == 0 || r.Stop < r.Start || len(out)+int(r.Stop-r.Start) > maxUIDs {
			return nil, errEndless
		}
		for uid := r.Start; ; uid++ {
			out = append(out, uid)
			if uid == r.Stop {
				break
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

// hangUp ends the connection without a word.
func (s *session) hangUp() { _ = s.Client.Close() }

// askForLine makes Wait let go of the connection.
func (c *connector) askForLine() {
	select {
	case c.yield <- struct{}{}:
	default:
	}
}

// hold takes the right to use the connection.
func (c *connector) hold(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case c.gate <- struct{}{}:
	default:
		c.askForLine()
		select {
		case c.gate <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		c.leave()
		return fmt.Errorf("the account is closed: %w", context.Canceled)
	}
	return nil
}

func (c *connector) leave() { <-c.gate }

// hangUp ends the session, if there is one. The caller holds the line.
func (c *connector) hangUp() {
	if c.line != nil {
		c.line.hangUp()
		c.line = nil
	}
}

// with does something on the connection, which is opened when there is none. A
// connection that has been idle may have ended unheard: what only reads is then
// done once more on another.
func (c *connector) with(ctx context.Context, what string, do func(*session) error) error {
	if err := c.hold(ctx); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer c.leave()
	for {
		old := c.line != nil
		if !old {
			s, err := c.signIn(ctx)
			if err != nil {
				return fmt.Errorf("%s: %w", what, err)
			}
			c.line = s
		}
		s := c.line
		s.meter.left.Store(maxAnswer)
		s.wrote = false
		stop, answered := context.AfterFunc(ctx, s.hangUp), s.meter.asked()
		err := do(s)
		answered()
		stop()
		var answer *imap.Error
		if err == nil || errors.As(err, &answer) && answer.Type != imap.StatusResponseTypeBye || settled(err) {
			return c.told(ctx, what, err)
		}
		c.hangUp()
		switch {
		case s.wrote:
			return &inbox.UncertainError{Err: fmt.Errorf("%s: %s: %w", c.imap, what, plainer(ctx, err))}
		case old && ctx.Err() == nil && !errors.Is(err, errEndless):
			continue
		}
		return c.told(ctx, what, err)
	}
}

// plainer prefers the reason why a connection was cut.
func plainer(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
		return errors.New("the connection was lost")
	}
	return err
}
