package secrets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// kept are the variables that a program gets: what password managers need to
// find their keys and agents, and nothing else.
var kept = []string{
	"PATH", "HOME", "USER", "LOGNAME", "LANG", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
	"DBUS_SESSION_BUS_ADDRESS", "GNUPGHOME", "GPG_TTY", "SSH_AUTH_SOCK", "PASSWORD_STORE_DIR",
}

// command runs a program, without a shell, and returns the first line it
// prints. Its errors say nothing of what it printed.
func (r resolver) command(ctx context.Context, args []string) (string, error) {
	limited, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	cmd := exec.CommandContext(limited, args[0], args[1:]...)
	cmd.Env = []string{}
	for _, name := range kept {
		if v := r.env(name); v != "" {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	out := &bounded{max: maxSecret}
	cmd.Stdout = out
	// Its children end with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case limited.Err() != nil:
		return "", fmt.Errorf("the program did not end in %s", commandTime)
	case errors.As(err, &exit):
		return "", fmt.Errorf("the program ended with code %d", exit.ExitCode())
	case err != nil:
		return "", err
	case out.over:
		return "", fmt.Errorf("the program printed more than %d kB", maxSecret>>10)
	}
	first, _, _ := strings.Cut(out.buf.String(), "\n")
	return first, nil
}

// bounded keeps the first bytes written to it.
type bounded struct {
	buf  bytes.Buffer
	max  int
	over bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if room := b.max - b.buf.Len(); len(p) > room {
		b.over = true
		b.buf.Write(p[:room])
	} else {
		b.buf.Write(p)
	}
	return len(p), nil
}
