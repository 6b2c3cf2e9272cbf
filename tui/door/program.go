package door

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/ssh"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"

	"vigie/tui/door/wire"
)

// maxUnread bounds what a visitor may send without a single key, mouse or
// paste event coming out of it, in bytes.
const maxUnread = 4 << 20

// flushTime is how long a program that has ended may take to store what it
// still holds.
const flushTime = 2 * time.Second

// Flusher is a program that holds something which must outlive it. Flush is
// called once the program has ended, whatever ended it, before the engine
// stops.
type Flusher interface {
	Flush(ctx context.Context) error
}

// exitInterrupted is the code of a program that an interrupt ended: 128 + SIGINT.
const exitInterrupted = 130

// program runs the terminal program on the channel and returns its exit code.
func (c *channel) program(ctx context.Context) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &session{attached: true, cancel: cancel, Session: Session{
		Visitor: c.visitor, Term: c.term, Width: c.size.Width, Height: c.size.Height, Since: c.door.opts.Clock.Now(), Terminal: c.effects,
	}}
	if refused := c.door.begin(s); refused != "" {
		c.say(c.Stderr(), refused)
		return exitBusy
	}
	code := exitSoftware
	defer func() { c.door.finish(s, code) }()
	code = c.show(ctx, s)
	return code
}

// show makes the program, runs it and says why it ended.
func (c *channel) show(ctx context.Context, s *session) int {
	out := &patient{w: c.Channel, limit: c.door.limits.Write, stuck: func() {
		c.door.opts.Log.Warn("door: a visitor takes no output, its connection is closed", "id", s.ID, "name", s.Name)
		s.end(endStuck)
		_ = c.visit.Close()
	}}
	screen := ssh.NewPtyWriter(out)
	c.effects.screen = out
	inner, err := c.model(ctx, s)
	if err != nil {
		c.door.opts.Log.Error("door: no program for a session", "name", s.Name, "err", err)
		c.say(screen, "door.failed")
		return exitSoftware
	}
	g := &guard{inner: inner, failed: func(where string, r any) {
		c.door.logPanic(s.Name, where, r)
		s.end(endPanic)
	}}
	var touched atomic.Int64 // when the last key came, in nanoseconds since s began
	begun := time.Now()
	touch := func() { touched.Store(int64(time.Since(begun))) }
	over, done := context.WithCancel(ctx)
	defer done()
	env, profile := palette(s.Session)
	d := newDisplay(g, screen, env, profile, s.Width, s.Height)
	p := tea.NewProgram(d, c.options(over, s, screen, env, profile)...)
	c.effects.attach(over.Done(), p.Send)
	err = nil
	if s.show(p) {
		go c.forward(over, p)
		go c.read(s, p, touch)
		if !s.Local {
			go c.watch(over, s, func() time.Duration { return time.Since(begun) - time.Duration(touched.Load()) })
		}
		_, err = p.Run()
		done() // whoever waits for the terminal need not any more
		d.close()
		c.flush(ctx, g.inner)
	}
	return c.close(ctx, s, screen, err)
}

// model asks for the program; a panic there is an error like any other.
func (c *channel) model(ctx context.Context, s *session) (m tea.Model, err error) {
	defer func() {
		if r := recover(); r != nil {
			c.door.logPanic(s.Name, "Model", r)
			err = errors.New("it failed")
		}
	}()
	m, err = c.door.opts.Model(ctx, s.Session)
	if err == nil && m == nil {
		err = errors.New("there is none")
	}
	return m, err
}

// flush lets a program that has ended store what it holds. A panic there is
// logged like any other.
func (c *channel) flush(ctx context.Context, m tea.Model) {
	f, ok := m.(Flusher)
	if !ok {
		return
	}
	defer func() {
		if r := recover(); r != nil {
			c.door.logPanic(c.visitor.Name, "Flush", r)
		}
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
	defer cancel()
	if err := f.Flush(ctx); err != nil {
		c.door.opts.Log.Error("door: what was being written is not stored", "name", c.visitor.Name, "err", err)
	}
}

// palette is the environment in which a visitor's terminal is drawn on, and the
// colours it can show.
func palette(s Session) (env []string, profile colorprofile.Profile) {
	env = []string{"TERM=" + s.Term}
	if v := wire.Lookup(s.Environ, "COLORTERM"); v != "" {
		env = append(env, "COLORTERM="+v)
	}
	profile = colorprofile.Env(env)
	// Any value of NO_COLOR counts (no-color.org); the library reads a boolean.
	if wire.Lookup(s.Environ, "NO_COLOR") != "" {
		profile = min(profile, colorprofile.ASCII)
	}
	return env, profile
}

// options of the program. Its input is a reader that gives nothing: events come
// from read, where a panic of the decoder can be caught and nothing is left
// waiting when the program is over. The display draws; what the library still
// does at each of its ticks is nothing, so that there is one a second, the
// fewest it knows.
func (c *channel) options(ctx context.Context, s *session, screen io.Writer, env []string, profile colorprofile.Profile) []tea.ProgramOption {
	return []tea.ProgramOption{
		tea.WithContext(ctx),
		tea.WithInput(silence{ctx}),
		tea.WithOutput(screen),
		tea.WithEnvironment(env),
		tea.WithColorProfile(profile),
		tea.WithWindowSize(s.Width, s.Height),
		tea.WithoutSignalHandler(),
		tea.WithoutRenderer(),
		tea.WithFPS(1),
		tea.WithFilter(func(_ tea.Model, msg tea.Msg) tea.Msg { return translate(permit(msg)) }),
	}
}

// close says the last sentence and returns the exit code.
func (c *channel) close(ctx context.Context, s *session, screen io.Writer, err error) int {
	why := s.reason()
	if why == endNone && errors.Is(err, tea.ErrProgramPanic) {
		why = endPanic
	}
	switch why {
	case endStopping:
		c.say(screen, "door.stopped")
	case endIdle:
		c.say(screen, "door.idle", int(c.door.limits.Idle.Minutes()))
	case endTotal:
		c.say(screen, "door.total", int(c.door.limits.Total.Hours()))
	case endRevoked:
		c.say(screen, "door.revoked")
	case endPanic:
		c.say(screen, "door.failed")
		return exitSoftware
	case endNone:
		if errors.Is(err, tea.ErrInterrupted) {
			return exitInterrupted
		}
		if ctx.Err() == nil && c.door.opts.Goodbye != nil {
			if line := c.door.opts.Goodbye(s.Session); line != "" {
				_, _ = io.WriteString(screen, line+"\n")
			}
		}
	}
	return 0
}

// forward hands new sizes on until the program is over.
func (c *channel) forward(ctx context.Context, p *tea.Program) {
	for {
		select {
		case <-ctx.Done():
			return
		case size := <-c.sizes:
			p.Send(size)
		}
	}
}

// watch ends a session that is idle or too old.
func (c *channel) watch(ctx context.Context, s *session, idle func() time.Duration) {
	total := time.NewTimer(c.door.limits.Total)
	defer total.Stop()
	quiet := time.NewTimer(c.door.limits.Idle)
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-total.C:
			s.end(endTotal)
			return
		case <-quiet.C:
			left := c.door.limits.Idle - idle()
			if left <= 0 {
				s.end(endIdle)
				return
			}
			quiet.Reset(left)
		}
	}
}

// read turns what the visitor types into events until its input ends. It goes
// on after the program, when sending is a no-op, so that nothing piles up.
func (c *channel) read(s *session, p *tea.Program, touch func()) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	events := make(chan uv.Event)
	input := &counted{r: c.Channel}
	go func() {
		defer close(events)
		defer func() {
			if r := recover(); r != nil {
				c.door.logPanic(s.Name, "input", r)
				s.end(endPanic)
			}
		}()
		// Whatever ended the input, the visitor will not type any more.
		_ = uv.NewTerminalReader(input, s.Term).StreamEvents(ctx, events)
		s.end(endHangUp)
	}()
	for event := range events {
		input.unread.Store(0)
		switch event.(type) {
		case uv.KeyPressEvent, uv.PasteEvent, uv.MouseClickEvent, uv.MouseWheelEvent:
			touch()
		}
		p.Send(event)
	}
}

// silence is an input on which nothing comes until ctx ends.
type silence struct{ ctx context.Context }

func (s silence) Read([]byte) (int, error) {
	<-s.ctx.Done()
	return 0, io.EOF
}

// counted ends an input that is all prefix: a paste or a reply without end.
type counted struct {
	r      io.Reader
	unread atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	if c.unread.Load() > maxUnread {
		return 0, io.EOF
	}
	n, err := c.r.Read(p)
	c.unread.Add(int64(n))
	return n, err
}

// patient calls stuck when the visitor does not take what is written in time.
type patient struct {
	w       io.Writer
	limit   time.Duration
	stuck   func()
	written atomic.Uint64 // bytes in all
}

func (p *patient) Write(b []byte) (int, error) {
	timer := time.AfterFunc(p.limit, p.stuck)
	defer timer.Stop()
	n, err := p.w.Write(b)
	p.written.Add(uint64(max(n, 0)))
	return n, err
}
