package door

import (
	"context"
	"io"
	"strconv"
	"sync"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"vigie/tui/door/wire"
)

// command runs one command of vigie on the channel and returns its exit code.
func (c *channel) command(ctx context.Context, line string) int {
	cmd := Command{Visitor: c.visitor, Stdin: &lazy{ch: c.Channel}, Stdout: c.Channel, Stderr: c.Stderr()}
	if c.terminal {
		// A terminal in raw mode needs the carriage return, and shows one stream.
		screen := ssh.NewPtyWriter(c.Channel)
		cmd.Stdout, cmd.Stderr, cmd.Width = screen, screen, c.size.Width
	} else if n, err := strconv.Atoi(wire.Lookup(c.visitor.Environ, wire.EnvColumns)); err == nil && n > 0 {
		cmd.Width = min(n, maxSide)
	}
	args, err := wire.Split(line)
	if err != nil {
		c.say(cmd.Stderr, "door.words")
		return exitUsage
	}
	cmd.Args = args

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &session{cancel: cancel, Session: Session{Visitor: c.visitor, Since: c.door.opts.Clock.Now()}}
	if refused := c.door.begin(s); refused != "" {
		c.say(cmd.Stderr, refused)
		return exitBusy
	}
	code := exitSoftware
	defer func() { c.door.finish(s, code) }()
	code = c.execute(ctx, cmd)
	return code
}

func (c *channel) execute(ctx context.Context, cmd Command) (code int) {
	defer func() {
		if r := recover(); r != nil {
			c.door.logPanic(cmd.Name, "command", r)
			c.say(cmd.Stderr, "door.failed")
			code = exitSoftware
		}
	}()
	return c.door.opts.Exec(ctx, cmd)
}

// lazy asks the visitor for its standard input when that is first read. A
// client that is not ours ignores the request: it sends its input anyway.
type lazy struct {
	ch   gossh.Channel
	once sync.Once
}

var _ io.Reader = (*lazy)(nil)

func (l *lazy) Read(p []byte) (int, error) {
	l.once.Do(func() { _, _ = l.ch.SendRequest(wire.StdinRequest, false, nil) })
	return l.ch.Read(p)
}
