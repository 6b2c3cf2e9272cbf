package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Command is a program that runs to its end.
type Command struct {
	Argv  []string
	Env   []string // besides the environment
	Dir   string
	Stdin io.Reader
	Limit time.Duration // longer is ErrTooLong; 0: ten minutes
	Watch bool          // follow the memory in use while it runs
}

// Used is what a command took. Wall is from before its start to after its
// end, CPU from wait4: its own and its children's. Peak and PeakAnon are from
// /proc, sampled, and zero unless watched: the kernel's own maximum would begin
// at that of the program that started it.
type Used struct {
	Wall, CPU      time.Duration
	Peak, PeakAnon int64 // bytes
	Out            []byte
}

// ErrTooLong says that a command was ended because it took too long.
var ErrTooLong = errors.New("took too long")

// Run runs the command. An exit code other than 0 is an error that quotes the
// end of what it complained about.
func (c Command) Run(ctx context.Context) (Used, error) {
	limit := c.Limit
	if limit == 0 {
		limit = 10 * time.Minute
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(ctx, c.Argv[0], c.Argv[1:]...)
	cmd.Env = append(append(os.Environ(), "LC_ALL=C.UTF-8"), c.Env...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Dir, c.Stdin, &out, &complaints
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	var u Used
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return u, fmt.Errorf("start %s: %w", c.Argv[0], err)
	}
	stop := func() {}
	if c.Watch {
		stop = watch(cmd.Process.Pid, &u)
	}
	err := cmd.Wait()
	u.Wall = time.Since(begun)
	stop()
	if ps := cmd.ProcessState; ps != nil {
		u.CPU = ps.UserTime() + ps.SystemTime()
	}
	u.Out = out.Bytes()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return u, fmt.Errorf("%s: %w: %v", strings.Join(c.short(), " "), ErrTooLong, limit)
	case err != nil:
		return u, fmt.Errorf("%s: %w: %s", strings.Join(c.short(), " "), err, lastLine(complaints.String()))
	}
	return u, nil
}

// short is the command line as it is told: its first words.
func (c Command) short() []string { return c.Argv[:min(len(c.Argv), 6)] }

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		s = s[i+1:]
	}
	return s[:min(len(s), 300)]
}

// watch follows the memory of a process until the returned function is called.
func watch(pid int, u *Used) (stop func()) {
	const every = 10 * time.Millisecond
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		t := time.NewTicker(every)
		defer t.Stop()
		for {
			now := UsageOf(pid)
			u.Peak, u.PeakAnon = max(u.Peak, now.Peak), max(u.PeakAnon, now.Anon)
			select {
			case <-quit:
				return
			case <-t.C:
			}
		}
	}()
	return func() { close(quit); <-done }
}
