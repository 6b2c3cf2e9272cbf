package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"vigie/cmd/vigie/attach"
	"vigie/cmd/vigie/config"
)

// startTime is how long a server started in the background may take until it
// listens.
const startTime = 15 * time.Second

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

// startServer starts "vigie serve" in the background, in a session of its
// own, and waits until it listens. What it has to complain about is told here.
func (p *program) startServer(ctx context.Context, paths config.Paths) error {
	if _, err := p.loadConfig(paths); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	ready, told, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	defer ready.Close()
	var complaint strings.Builder
	args := []string{"serve", "--ready-fd=3", "--config=" + paths.Config, "--lang=" + string(p.p.Tag())}
	if p.globals.data != "" {
		args = append(args, "--data="+paths.Data)
	}
	cmd := exec.Command(self, args...)
	cmd.ExtraFiles = []*os.File{told}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	errors1, complain, err := os.Pipe()
	if err != nil {
		return errors.Join(err, told.Close())
	}
	defer errors1.Close()
	cmd.Stderr = complain
	if err := cmd.Start(); err != nil {
		return errors.Join(fmt.Errorf("start the server: %w", err), told.Close(), complain.Close())
	}
	if err := errors.Join(told.Close(), complain.Close()); err != nil {
		return err
	}
	deadline := time.Now().Add(startTime)
	if err := ready.SetReadDeadline(deadline); err != nil {
		return err
	}
	line, err := bufio.NewReader(ready).ReadString('\n')
	if strings.TrimSpace(line) == "ready" {
		return cmd.Process.Release()
	}
	if serr := errors1.SetReadDeadline(deadline); serr == nil {
		if _, cerr := io.Copy(&complaint, io.LimitReader(errors1, 1<<16)); cerr != nil {
			err = errors.Join(err, cerr)
		}
	}
	if complaint.Len() > 0 {
		fmt.Fprint(p.err, complaint.String())
		var exited *exec.ExitError
		if werr := cmd.Wait(); errors.As(werr, &exited) {
			return &exitError{code: exited.ExitCode()}
		}
	}
	return fail(exitFailure, "attach.not-started", paths.Log)
}
