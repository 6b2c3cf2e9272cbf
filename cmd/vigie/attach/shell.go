package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/term"

	"vigie/tui/door/wire"
	"vigie/tui/lang"
)

// Shell attaches the terminal to the server until its program ends, and
// returns the exit code of that. The terminal is left as it was found, however
// the session ends.
//
// A signal that asks this process to end (SIGHUP, SIGINT, SIGQUIT, SIGTERM) or
// the end of ctx hangs up, which ends this session only; the exit code is then
// 128 and the signal's number, or ExitInterrupted, without an error.
//
// Errors wrap ErrNoTerminal, ErrNotRunning or ErrForeign when nothing has been
// done to the terminal. When the link is lost later Shell writes one sentence
// to the terminal and returns ExitLost with ErrLost: callers say no more.
func Shell(ctx context.Context, o Options) (int, error) {
	in, out := int(o.Stdin.Fd()), int(o.Stdout.Fd())
	if !term.IsTerminal(in) || !term.IsTerminal(out) {
		return ExitLost, fmt.Errorf("attach: %w", ErrNoTerminal)
	}
	l, err := connect(ctx, o.Socket)
	if err != nil {
		return notStarted(ctx, err)
	}
	defer l.conn.Close()
	saved, err := term.MakeRaw(in)
	if err != nil {
		return ExitLost, fmt.Errorf("set the terminal up: %w", err)
	}
	t := &tenant{o: o, link: l, saved: saved}
	r, err := t.attach(ctx)
	if !r.known {
		_, _ = io.WriteString(o.Stdout, leave)
	}
	_ = term.Restore(in, saved) // a terminal that is gone needs no care
	if errors.Is(err, ErrLost) {
		say(o, "door.lost")
	}
	if t.kept != "" {
		say(o, "door.kept", t.kept)
	}
	return r.code, err
}

// attach runs the session on a terminal that is in raw mode.
func (t *tenant) attach(ctx context.Context) (result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM)
	defer signal.Stop(signals)
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, syscall.SIGWINCH)
	defer signal.Stop(resized)

	l, over := t.link, make(chan result, 1)
	if err := l.open(t.o); err != nil {
		return result{code: ExitLost}, err
	}
	if err := t.listen(); err != nil {
		return result{code: ExitLost}, err
	}
	defer t.deafen()
	var shown sync.WaitGroup
	t.screen.start(t.o.Stdout)
	shown.Go(func() {
		defer t.screen.end()
		_ = l.drain(&t.screen, l.Channel)
	})
	shown.Go(func() { _ = l.drain(t.o.Stdout, l.Stderr()) }) // why there is no program
	go func() {
		code, known := l.status(func(name string, payload []byte) bool { return t.asked(ctx, name, payload) })
		t.errands.Wait()
		shown.Wait()
		over <- result{code, known}
	}()
	return t.wait(ctx, cancel, signals, resized, over)
}

// result is an exit code. When it is the program's own, told by the server,
// the program has restored what it had switched on.
type result struct {
	code  int
	known bool
}

func (t *tenant) wait(ctx context.Context, end context.CancelFunc, signals, resized <-chan os.Signal, over <-chan result) (result, error) {
	l := t.link
	hangUp := func() {
		end() // whoever has the terminal now
		_ = l.conn.Close()
		<-over
	}
	for {
		select {
		case r := <-over:
			if !r.known {
				return result{code: ExitLost}, fmt.Errorf("attach: %w", ErrLost)
			}
			return r, nil
		case <-resized:
			t.tellSize()
		case s := <-signals:
			if t.lent.Load() && (s == syscall.SIGINT || s == syscall.SIGQUIT) {
				continue // a key meant for the program that has the terminal
			}
			hangUp()
			code := 128
			if n, ok := s.(syscall.Signal); ok {
				code += int(n)
			}
			return result{code: code}, nil
		case <-ctx.Done():
			hangUp()
			return result{code: ExitInterrupted}, nil
		}
	}
}

// tellSize sends the size of the terminal.
func (t *tenant) tellSize() {
	if width, height, err := term.GetSize(int(t.o.Stdout.Fd())); err == nil {
		_ = t.link.send("window-change", window{Columns: uint32(width), Rows: uint32(height)})
	}
}

// window is the payload of a window-change request (RFC 4254, 6.7).
type window struct{ Columns, Rows, Width, Height uint32 }

// open asks for a terminal and the program on it.
func (l *link) open(o Options) error {
	width, height, err := term.GetSize(int(o.Stdout.Fd()))
	if err != nil {
		return fmt.Errorf("measure the terminal: %w", err)
	}
	err = l.send("pty-req", struct { // RFC 4254, 6.2
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}{Term: wire.Lookup(o.Environ, "TERM"), Columns: uint32(width), Rows: uint32(height), Modes: "\x00"})
	if err != nil {
		return err
	}
	if _, err := l.SendRequest(wire.TerminalRequest, false, nil); err != nil {
		return fmt.Errorf("send %s: %w", wire.TerminalRequest, err)
	}
	environ := o.Environ
	if name := ttyName(o.Stdin); name != "" {
		environ = append(environ[:len(environ):len(environ)], wire.EnvTTY+"="+name)
	}
	return l.start(environ, "shell", nil)
}

// ttyName is the terminal's name without "/dev/"; "" where /proc is missing.
func ttyName(f *os.File) string {
	path, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", f.Fd()))
	if err != nil {
		return ""
	}
	name, ok := strings.CutPrefix(path, "/dev/")
	if !ok {
		return ""
	}
	return name
}

// leave undoes what a program may have switched on when it could not do so
// itself: synchronised output, mouse, focus, paste, size and colour reports,
// grapheme widths, keyboard modes, attributes, shape and colour of the cursor,
// the title; then the cursor is shown and the main screen comes back, for which
// the keyboard modes are undone again. It begins with what ends a sequence that
// was cut off in the middle.
const leave = "\x18\x1b\\\x1b[?2026l" +
	"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?2048l\x1b[?2031l\x1b[?2027l" +
	"\x1b[<u\x1b[>4m\x1b[m\x1b[0 q\x1b]112\a\x1b]2;\a\x1b[?25h\x1b[?1049l\x1b[<u\x1b[>4m\x1b[?25h\r"

// say writes one sentence to the terminal.
func say(o Options, key lang.Key, args ...any) {
	printer := lang.For(lang.Choose(o.Language, wire.Lookup(o.Environ, "LC_ALL"),
		wire.Lookup(o.Environ, "LC_MESSAGES"), wire.Lookup(o.Environ, "LANG")))
	_, _ = fmt.Fprintf(o.Stdout, "vigie: %s\n", printer.T(key, args...))
}
