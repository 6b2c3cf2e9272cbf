package door

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"vigie/tui/door/wire"
	"vigie/tui/lang"
)

// maxSide bounds both sides of a terminal, in cells.
const maxSide = 1000

// Exit codes of what the door itself refuses or ends, after sysexits(3).
const (
	exitUsage    = 2
	exitSoftware = 70
	exitBusy     = 75
)

// channel is one session channel: what was asked on it until a shell or exec
// request, and then the one program or command that runs on it.
type channel struct {
	gossh.Channel
	door    *Door
	visit   *visit
	visitor Visitor

	term     string
	size     tea.WindowSizeMsg
	terminal bool
	started  bool
	sizes    chan tea.WindowSizeMsg // the newest size not yet forwarded
	effects  *Terminal

	hangUp context.CancelFunc
}

// serveChannel answers the requests of one session channel until the visitor
// has closed it.
func (d *Door) serveChannel(_ *ssh.Server, conn *gossh.ServerConn, asked gossh.NewChannel, ctx ssh.Context) {
	v, ok := ctx.Value(visitKey{}).(*visit)
	if !ok {
		_ = asked.Reject(gossh.Prohibited, "not admitted")
		return
	}
	visitor, ok := v.gate.visitor(v, conn)
	if !ok {
		_ = asked.Reject(gossh.Prohibited, "key not allowed")
		return
	}
	if !v.channel(1) {
		_ = asked.Reject(gossh.ResourceShortage, "too many channels")
		return
	}
	defer v.channel(-1)
	ch, reqs, err := asked.Accept()
	if err != nil {
		return
	}
	inner, hangUp := context.WithCancel(ctx)
	defer hangUp()
	c := &channel{
		Channel: ch, door: d, visit: v, visitor: visitor,
		sizes: make(chan tea.WindowSizeMsg, 1), hangUp: hangUp,
	}
	c.effects = &Terminal{channel: c, bell: true, pending: map[uint32]chan wire.Done{}}
	for req := range reqs {
		c.answer(inner, req)
	}
}

// answer takes one request. Only what is named here is granted.
func (c *channel) answer(ctx context.Context, req *gossh.Request) {
	switch req.Type {
	case "env":
		_ = req.Reply(c.setVariable(req.Payload), nil)
	case "pty-req":
		_ = req.Reply(c.setTerminal(req.Payload), nil)
	case "window-change":
		_ = req.Reply(c.resize(req.Payload), nil)
	case wire.TerminalRequest:
		_ = req.Reply(c.ownClient(), nil)
	case wire.DoneRequest:
		_ = req.Reply(c.effects.done(req.Payload), nil)
	case "shell", "exec":
		var line struct{ Command string }
		ok := !c.started && (req.Type == "shell" || gossh.Unmarshal(req.Payload, &line) == nil)
		if ok {
			c.started = true
		}
		_ = req.Reply(ok, nil)
		if ok {
			go c.run(ctx, req.Type == "shell", line.Command)
		}
	default:
		_ = req.Reply(false, nil)
	}
}

// ownClient hears that the client is vigie's own. On the Unix socket it is a
// process of the server's user, which is all that there is to know about it.
func (c *channel) ownClient() bool {
	if c.started || !c.visitor.Local {
		return false
	}
	c.effects.mu.Lock()
	defer c.effects.mu.Unlock()
	c.effects.own = true
	return true
}

func (c *channel) setVariable(payload []byte) bool {
	var v struct{ Name, Value string }
	if c.started || gossh.Unmarshal(payload, &v) != nil || !wire.Allowed(v.Name, v.Value) {
		return false
	}
	env := slices.DeleteFunc(c.visitor.Environ, func(old string) bool { return strings.HasPrefix(old, v.Name+"=") })
	if len(env) >= wire.MaxVariables {
		return false
	}
	c.visitor.Environ = append(env, v.Name+"="+v.Value)
	return true
}

func (c *channel) setTerminal(payload []byte) bool {
	var p struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}
	if c.started || c.terminal || gossh.Unmarshal(payload, &p) != nil {
		return false
	}
	c.terminal, c.term = true, "xterm"
	if wire.Terminal(p.Term) {
		c.term = p.Term
	}
	c.size = clamp(p.Columns, p.Rows)
	return true
}

func (c *channel) resize(payload []byte) bool {
	var p struct{ Columns, Rows, Width, Height uint32 }
	if !c.terminal || gossh.Unmarshal(payload, &p) != nil {
		return false
	}
	size := clamp(p.Columns, p.Rows)
	if !c.started {
		c.size = size
		return true
	}
	// Never wait for the program: take back a size that it has not seen.
	select {
	case <-c.sizes:
	default:
	}
	c.sizes <- size
	return true
}

// clamp keeps a size within what can be drawn; a side that a visitor does not
// know, and gives as zero, is that of a VT100.
func clamp(columns, rows uint32) tea.WindowSizeMsg {
	side := func(n uint32, unknown int) int {
		if n == 0 {
			return unknown
		}
		return int(min(n, maxSide))
	}
	return tea.WindowSizeMsg{Width: side(columns, 80), Height: side(rows, 24)}
}

// run is the one program or command of the channel.
func (c *channel) run(ctx context.Context, shell bool, line string) {
	code := exitSoftware
	defer func() {
		if r := recover(); r != nil {
			c.door.logPanic(c.visitor.Name, "session", r)
		}
		c.exit(code)
		c.hangUp()
	}()
	if tty := wire.Lookup(c.visitor.Environ, wire.EnvTTY); c.visitor.Local && tty != "" {
		c.visitor.Name = label(tty)
	}
	switch {
	case !shell:
		code = c.command(ctx, line)
	case !c.terminal:
		c.say(c.Stderr(), "door.terminal")
		code = exitUsage
	case c.term == "dumb": // it moves no cursor
		c.say(c.Stderr(), "door.dumb")
		code = exitUsage
	case c.visitor.commandsOnly:
		c.say(c.Stderr(), "door.commands")
		code = exitUsage
	default:
		code = c.program(ctx)
	}
}

// exit tells the visitor the code and closes the channel.
func (c *channel) exit(code int) {
	status := struct{ Status uint32 }{uint32(code & math.MaxUint8)}
	_ = c.CloseWrite()
	_, _ = c.SendRequest("exit-status", false, gossh.Marshal(&status))
	_ = c.Close()
}

// say writes one sentence of the table to the visitor, in its language.
func (c *channel) say(w io.Writer, key lang.Key, args ...any) {
	printer := lang.For(lang.Choose(c.door.opts.Language,
		wire.Lookup(c.visitor.Environ, "LC_ALL"),
		wire.Lookup(c.visitor.Environ, "LC_MESSAGES"),
		wire.Lookup(c.visitor.Environ, "LANG")))
	end := "\n"
	if c.terminal {
		end = "\r\n"
	}
	_, _ = fmt.Fprintf(w, "vigie: %s%s", printer.T(key, args...), end)
}
