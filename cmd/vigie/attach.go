package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"golang.org/x/term"

	"vigie/cmd/vigie/attach"
	"vigie/cmd/vigie/config"
)

// attach gives this terminal to the server, and starts one first if none
// runs.
func (p *program) attach(ctx context.Context) error {
	if p.server != nil {
		return usage("cli.need-terminal")
	}
	paths, err := p.paths()
	if err != nil {
		return err
	}
	if !p.onTerminal() {
		return usage("cli.need-terminal")
	}
	if !attach.Running(ctx, paths.Socket) {
		if err := p.startServer(ctx, paths); err != nil {
			return err
		}
	}
	p.ran, err = attach.Shell(ctx, p.door(paths))
	switch {
	case errors.Is(err, attach.ErrLost): // it has told so itself
		return &exitError{code: p.ran}
	case errors.Is(err, attach.ErrNoTerminal):
		return usage("cli.need-terminal")
	case err != nil:
		return fmt.Errorf("attach: %w", err)
	}
	return nil
}

// onTerminal reports whether a person's terminal is at both ends.
func (p *program) onTerminal() bool {
	o := p.door(config.Paths{})
	return o.Stdin != nil && o.Stdout != nil && term.IsTerminal(int(o.Stdin.Fd())) && term.IsTerminal(int(o.Stdout.Fd()))
}

// maxComplaint is how much of a server's complaints is told, in bytes.
const maxComplaint = 64 << 10

// startServer starts "vigie serve" in the background, in a session of its
// own, and waits until it listens. What it has to complain about is told here.
// When another server was quicker, that one serves.
func (p *program) startServer(ctx context.Context, paths config.Paths) error {
	if _, err := p.loadConfig(paths); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(paths.Log), 0o700); err != nil {
		return fmt.Errorf("make the log directory: %w", err)
	}
	// What the server writes to standard error stays beside its log: nobody
	// reads a pipe once the terminal has gone.
	complaints, err := os.OpenFile(paths.Log+".err", os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	before, err := complaints.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	defer complaints.Close() //nolint:errcheck // the server has it too
	child, ready, err := p.spawn(paths, complaints)
	if err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	defer ready.Close() //nolint:errcheck // only read
	switch err := p.awaitReady(ready); {
	case err == nil:
		return child.Process.Release()
	case !errors.Is(err, io.EOF):
		return fail(exitFailure, "attach.not-started", paths.Log)
	}
	return p.failedStart(ctx, paths, child, io.NewSectionReader(complaints, before, maxComplaint))
}

// spawn starts the server's process. It says "ready" through the pipe.
func (p *program) spawn(paths config.Paths, complaints *os.File) (*exec.Cmd, *os.File, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("find this program: %w", err)
	}
	ready, told, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	args := []string{"serve", "--ready-fd=3", "--config=" + paths.Config, "--lang=" + string(p.p.Tag())}
	if p.globals.data != "" {
		args = append(args, "--data="+paths.Data)
	}
	child := exec.Command(self, args...)
	child.ExtraFiles = []*os.File{told}
	child.Stderr = complaints
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := errors.Join(child.Start(), told.Close()); err != nil {
		return nil, nil, errors.Join(err, ready.Close())
	}
	return child, ready, nil
}

// failedStart says why a server did not come up.
func (p *program) failedStart(ctx context.Context, paths config.Paths, child *exec.Cmd, complaints io.Reader) error {
	code := exitFailure
	var exited *exec.ExitError
	if errors.As(child.Wait(), &exited) {
		code = exited.ExitCode()
	}
	if code == exitHeld && p.awaitServer(ctx, paths) {
		return nil
	}
	said, err := io.ReadAll(complaints)
	if err != nil || len(said) == 0 {
		return fail(exitFailure, "attach.not-started", paths.Log)
	}
	if _, err := p.err.Write(said); err != nil {
		return err
	}
	return &exitError{code: code}
}
