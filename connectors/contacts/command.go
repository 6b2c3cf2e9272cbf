package contacts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"vigie/connectors/child"
	"vigie/inbox"
)

const (
	// commandTime is how long a command may take.
	commandTime = 10 * time.Second
	// maxOutput is how many bytes of what a command says are kept.
	maxOutput = 64 << 10
	// tryLater is the exit code that asks for a later try (EX_TEMPFAIL of
	// sysexits.h).
	tryLater = 75
)

// command runs a contact's command with the brief on its standard input. It
// is ended with all it started when its time is over.
func (d *Deliverer) command(ctx context.Context, to inbox.Contact, b inbox.Brief, key string) (inbox.Receipt, error) {
	if len(to.Command) == 0 || to.Command[0] == "" {
		return inbox.Receipt{}, missing("command")
	}
	body, err := briefJSON(to, b, key)
	if err != nil {
		return inbox.Receipt{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, d.limit)
	defer cancel()
	cmd := child.Command(to.Command)
	out := &tail{}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(append(body, '\n')), out, out
	cmd.WaitDelay = time.Second // for output that a child outside the group holds open
	if err := cmd.Start(); err != nil {
		return inbox.Receipt{}, fmt.Errorf("%w: start the command: %w", inbox.ErrInvalid, pathless(err))
	}
	stop := context.AfterFunc(ctx, func() { child.Kill(cmd) })
	err = cmd.Wait()
	if stop() {
		child.Kill(cmd) // what it left behind
	}
	var exit *exec.ExitError
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay) && ctx.Err() == nil:
		return inbox.Receipt{Remote: key}, nil
	case ctx.Err() != nil:
		return inbox.Receipt{}, &inbox.UncertainError{Err: fmt.Errorf("the command was ended: %w", ctx.Err())}
	case !errors.As(err, &exit) || exit.ExitCode() < 0:
		return inbox.Receipt{}, &inbox.UncertainError{Err: fmt.Errorf("the command ended badly: %w", err)}
	case exit.ExitCode() == tryLater:
		return inbox.Receipt{}, &inbox.RetryError{Err: fmt.Errorf("the command asks for a later try: %s", out.last())}
	}
	return inbox.Receipt{}, fmt.Errorf("%w: the command refused (exit %d): %s", inbox.ErrInvalid, exit.ExitCode(), out.last())
}

// pathless is what is wrong with a program that cannot be started, without
// the path that os puts before it.
func pathless(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// tail keeps the last bytes of what is written.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p[max(0, len(p)-maxOutput):]...)
	if extra := len(t.b) - maxOutput; extra > 0 {
		t.b = append(t.b[:0], t.b[extra:]...)
	}
	return len(p), nil
}

// last is the last line that was said, for people.
func (t *tail) last() string {
	s := strings.TrimSpace(string(t.b))
	return said(s[strings.LastIndexByte(s, '\n')+1:])
}
