// Package run runs programs and measures them from outside, whatever they are
// written in: terminal programs on a pseudo-terminal whose every chunk of
// output is stamped with the time it arrived, commands with what the kernel
// says they used, servers. It answers the questions a program asks a
// terminal. What it starts it ends, by its process id.
package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/creack/pty"
)

// The terminal that everything is measured on, in cells.
const (
	Cols = 120
	Rows = 40
)

// Session is a program on a terminal. It is for one goroutine.
type Session struct {
	Started time.Time
	cmd     *exec.Cmd
	tty     *os.File
	scr     *screen
	chunks  chan chunk
}

type chunk struct {
	at   time.Time
	data []byte
}

// Open starts a program on a terminal of Cols×Rows with env in addition to
// the environment. Close must be called.
func Open(env []string, argv ...string) (*Session, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "LC_ALL=C.UTF-8")
	cmd.Env = append(cmd.Env, env...)
	s := &Session{cmd: cmd, chunks: make(chan chunk, 1<<14), Started: time.Now()}
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: Cols, Rows: Rows})
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", argv[0], err)
	}
	s.tty = tty
	s.scr = newScreen(Cols, Rows, func(answer string) {
		_, _ = tty.WriteString(answer) // a program that has ended wants no answer
	})
	go s.read()
	return s, nil
}

func (s *Session) read() {
	defer close(s.chunks)
	for {
		buf := make([]byte, 1<<16)
		n, err := s.tty.Read(buf)
		if n > 0 {
			s.chunks <- chunk{time.Now(), buf[:n]}
		}
		if err != nil {
			return
		}
	}
}

// ErrEnded says that the program closed its terminal.
var ErrEnded = errors.New("the program ended")

// ErrSilent says that a program did not show what it should in time.
var ErrSilent = errors.New("not on the screen in time")

// Screen is the text on the terminal.
func (s *Session) Screen() string { return s.scr.String() }

// Send types keys.
func (s *Session) Send(keys string) error {
	_, err := s.tty.WriteString(keys)
	return err
}

// Until reads until the screen is as wanted, and returns when the bytes came
// that made it so.
func (s *Session) Until(limit time.Duration, wanted func(screen string) bool) (time.Time, error) {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	for {
		select {
		case c, ok := <-s.chunks:
			if !ok {
				return time.Time{}, fmt.Errorf("%w; its last words:\n%s", ErrEnded, strings.TrimSpace(s.Screen()))
			}
			s.scr.write(c.data)
			if wanted(s.Screen()) {
				return c.at, nil
			}
		case <-deadline.C:
			return time.Time{}, fmt.Errorf("%w (%v); the screen:\n%s", ErrSilent, limit, strings.TrimRight(s.Screen(), " \n"))
		}
	}
}

// UntilText is Until for a text.
func (s *Session) UntilText(limit time.Duration, text string) (time.Time, error) {
	return s.Until(limit, func(screen string) bool { return strings.Contains(screen, text) })
}

// Answer is what a program wrote between a moment and the next silence.
type Answer struct {
	First, Last time.Time // zero when it wrote nothing
	Bytes       int
}

// Settle reads until the program has been silent for quiet, waiting at most
// first for its first byte, and at most ten seconds in all.
func (s *Session) Settle(first, quiet time.Duration) (Answer, error) {
	const most = 10 * time.Second
	var a Answer
	begun, wait := time.Now(), first
	for {
		timer := time.NewTimer(wait)
		select {
		case c, ok := <-s.chunks:
			timer.Stop()
			if !ok {
				return a, ErrEnded
			}
			s.scr.write(c.data)
			if a.Bytes == 0 {
				a.First = c.at
			}
			a.Last, a.Bytes = c.at, a.Bytes+len(c.data)
			wait = quiet
			if a.Last.Sub(begun) > most {
				return a, nil
			}
		case <-timer.C:
			return a, nil
		}
	}
}

// Drain takes in what has already arrived, so that it does not count as the
// answer to the next key.
func (s *Session) Drain() {
	for {
		select {
		case c, ok := <-s.chunks:
			if !ok {
				return
			}
			s.scr.write(c.data)
		default:
			return
		}
	}
}

// Pid is the program's process.
func (s *Session) Pid() int { return s.cmd.Process.Pid }

// Close ends the program: it presses the keys that leave it, hangs up, and
// after two seconds kills this one process.
func (s *Session) Close(leave string) {
	go func() {
		for range s.chunks { // a program that cannot write cannot end
		}
	}()
	done := make(chan struct{})
	go func() {
		_ = s.cmd.Wait() // how it ends says nothing about its speed
		close(done)
	}()
	if leave != "" && s.Send(leave) == nil && ended(done, 500*time.Millisecond) {
		_ = s.tty.Close()
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGHUP)
	if !ended(done, 2*time.Second) {
		_ = s.cmd.Process.Kill()
		<-done
	}
	_ = s.tty.Close()
}

func ended(done <-chan struct{}, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}
