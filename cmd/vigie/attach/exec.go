package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/term"

	"vigie/tui/door/wire"
)

// Exec runs one command in the server and copies its streams. It returns the
// command's exit code once both its outputs are written out.
//
// Nothing is read from stdin, which may be nil, before the command itself
// reads; what is in flight when the command ends is lost, and the goroutine
// that reads ends with its next read. When stdout is a terminal the command is
// told its width.
//
// Errors wrap ErrNotRunning or ErrForeign before anything has run, and ErrLost
// when the connection ended without an exit code; then it is not known how far
// the command came. The exit code is ExitLost with an error, ExitInterrupted
// when ctx ended, which also ends the command's context.
func Exec(ctx context.Context, o Options, args []string, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	line := wire.Quote(args)
	if len(line) > wire.MaxCommand {
		return ExitLost, fmt.Errorf("send a command of %d bytes: at most %d can be sent", len(line), wire.MaxCommand)
	}
	l, err := connect(ctx, o.Socket)
	if err != nil {
		return notStarted(ctx, err)
	}
	defer l.conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = l.conn.Close() })
	defer stop()

	environ := o.Environ
	if width := columns(stdout); width > 0 {
		environ = append(environ[:len(environ):len(environ)], wire.EnvColumns+"="+strconv.Itoa(width))
	}
	payload := gossh.Marshal(struct{ Command string }{line})
	if err := l.start(environ, "exec", payload); err != nil {
		return notStarted(ctx, err)
	}
	return l.pump(ctx, stdin, stdout, stderr)
}

// notStarted is the result of what failed before anything ran, be it because
// ctx ended.
func notStarted(ctx context.Context, err error) (int, error) {
	if ctx.Err() != nil {
		return ExitInterrupted, fmt.Errorf("reach the server: %w", ctx.Err())
	}
	return ExitLost, err
}

// pump copies the streams until the server has closed the channel.
func (l *link) pump(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	var wg sync.WaitGroup
	var outErr, errErr error
	wg.Go(func() { outErr = l.drain(stdout, l.Channel) })
	wg.Go(func() { errErr = l.drain(stderr, l.Stderr()) })
	var once sync.Once
	code, known := l.status(func(name string, _ []byte) bool {
		if name == wire.StdinRequest {
			once.Do(func() { go l.feed(stdin) })
		}
		return false
	})
	wg.Wait()
	if ctx.Err() != nil {
		return ExitInterrupted, fmt.Errorf("run the command: %w", ctx.Err())
	}
	if err := errors.Join(outErr, errErr); err != nil {
		return ExitLost, err
	}
	if !known {
		return ExitLost, fmt.Errorf("run the command: %w", ErrLost)
	}
	return code, nil
}

// drain copies what the command writes. When it cannot be written here the
// command is of no use any more, and the connection is closed.
func (l *link) drain(w io.Writer, r io.Reader) error {
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				_ = l.conn.Close()
				return fmt.Errorf("write the command's output: %w", err)
			}
		}
		if err != nil {
			return nil // the end; status knows whether it was the right one
		}
	}
}

func (l *link) feed(stdin io.Reader) {
	if stdin != nil {
		_, _ = io.Copy(l.Channel, stdin)
	}
	_ = l.CloseWrite()
}

// columns is the width of the terminal that w is; 0 when it is none.
func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}
