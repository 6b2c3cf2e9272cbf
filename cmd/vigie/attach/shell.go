package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/muesli/cancelreader"
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
	r, err := l.attach(ctx, o)
	if !r.known {
		_, _ = io.WriteString(o.Stdout, leave)
	}
	_ = term.Restore(in, saved) // a terminal that is gone needs no care
	if errors.Is(err, ErrLost) {
		sentence(o)
	}
	return r.code, err
}

// attach runs the session on a terminal that is in raw mode.
func (l *link) attach(ctx context.Context, o Options) (result, error) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM)
	defer signal.Stop(signals)
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, syscall.SIGWINCH)
	defer signal.Stop(resized)

	if err := l.open(o); err != nil {
		return result{code: ExitLost}, err
	}
	stdin, err := cancelreader.NewReader(o.Stdin)
	if err != nil {
		return result{code: ExitLost}, fmt.Errorf("read the terminal: %w", err)
	}
	defer stdin.Close()
	typed, shown, over := make(chan struct{}), make(chan struct{}), make(chan result, 1)
	go func() {
		defer close(typed)
		_, _ = io.Copy(l.Channel, stdin)
		_ = l.CloseWrite() // the terminal is gone, or we are about to end
	}()
	go func() {
		defer close(shown)
		_ = l.drain(o.Stdout, l.Channel)
	}()
	go func() {
		code, known := l.status(nil)
		<-shown
		over <- result{code, known}
	}()
	defer func() {
		if stdin.Cancel() {
			<-typed
		}
	}()
	return l.wait(ctx, o, signals, resized, over)
}

// result is an exit code. When it is the program's own, told by the server,
// the program has restored what it had switched on.
type result struct {
	code  int
	known bool
}

func (l *link) wait(ctx context.Context, o Options, signals, resized <-chan os.Signal, over <-chan result) (result, error) {
	hangUp := func() {
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
			if width, height, err := term.GetSize(int(o.Stdout.Fd())); err == nil {
				_ = l.send("window-change", window{Columns: uint32(width), Rows: uint32(height)})
			}
		case s := <-signals:
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
// grapheme widths, keyboard modes, attributes; then the cursor is shown and
// the main screen comes back, for which the keyboard modes are undone again.
const leave = "\x1b[?2026l" +
	"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?2048l\x1b[?2031l\x1b[?2027l" +
	"\x1b[<u\x1b[>4m\x1b[m\x1b[?25h\x1b[?1049l\x1b[<u\x1b[>4m\x1b[?25h\r"

func sentence(o Options) {
	printer := lang.For(lang.Choose(o.Language, wire.Lookup(o.Environ, "LC_ALL"),
		wire.Lookup(o.Environ, "LC_MESSAGES"), wire.Lookup(o.Environ, "LANG")))
	_, _ = fmt.Fprintf(o.Stdout, "vigie: %s\n", printer.T("door.lost"))
}
