//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

type sshResult struct {
	stdout, stderr string
	code           int
}

func sshRun(t *testing.T, stdin io.Reader, environ []string, program string, args ...string) sshResult {
	t.Helper()
	return sshRunTo(t, stdin, &bytes.Buffer{}, environ, program, args...)
}

// output is what a program writes, kept.
type output interface {
	io.Writer
	fmt.Stringer
}

func sshRunTo(t *testing.T, stdin io.Reader, stdout output, environ []string, program string, args ...string) sshResult {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), doorPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, &stderr
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TERM=xterm"}, environ...)
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", program, err)
	}
	if ctx.Err() != nil {
		t.Fatalf("%s %q did not end: %s", program, args, stderr.String())
	}
	return sshResult{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// onSight keeps what is written to it, and does something once it has seen
// what it waits for.
type onSight struct {
	seen bytes.Buffer
	what string
	do   func()
}

func (s *onSight) Write(b []byte) (int, error) {
	n, err := s.seen.Write(b)
	if s.do != nil && strings.Contains(s.String(), s.what) {
		s.do()
		s.do = nil
	}
	return n, err
}

func (s *onSight) String() string { return s.seen.String() }
