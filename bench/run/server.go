package run

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Server is a program in the background.
type Server struct {
	Pid  int
	cmd  *exec.Cmd
	done chan struct{}
	said *tail
}

// tail keeps the last of what a server complained about.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.buf.Len() > 64<<10 {
		t.buf.Reset()
	}
	return t.buf.Write(p)
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}

// Serve starts a server and waits until it has written a line: its word that
// it is ready.
func Serve(ctx context.Context, limit time.Duration, env []string, argv ...string) (*Server, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(append(os.Environ(), "LC_ALL=C.UTF-8"), env...)
	s := &Server{cmd: cmd, done: make(chan struct{}), said: &tail{}}
	cmd.Stderr = s.said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", argv[0], err)
	}
	s.Pid = cmd.Process.Pid
	ready := make(chan error, 1)
	go func() {
		defer close(s.done)
		r := bufio.NewReader(out)
		_, err := r.ReadString('\n')
		ready <- err
		_, _ = io.Copy(io.Discard, r) // what it says later is nobody's business
		_ = cmd.Wait()                // Stop tells how it ended
	}()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	select {
	case err := <-ready:
		if err == nil {
			return s, nil
		}
		<-s.done
		return nil, fmt.Errorf("%s ended: %s", strings.Join(argv[:min(4, len(argv))], " "), lastLine(s.said.String()))
	case <-ctx.Done():
		s.Stop()
		return nil, fmt.Errorf("%s: %w: %v", argv[0], ErrTooLong, limit)
	}
}

// Stop asks the server to end and waits for it; after half a minute it kills
// this one process.
func (s *Server) Stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if !ended(s.done, 30*time.Second) {
		_ = s.cmd.Process.Kill()
		<-s.done
	}
}
