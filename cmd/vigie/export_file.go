package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"vigie/cmd/vigie/attach"
)

// exportOptions are the flags of an export.
type exportOptions struct {
	out   string // a file; "" and "-": standard output
	quiet bool
}

// exportHere opens the file that an export names, in this process, shows how
// far it is, and ends it on an interrupt.
func (p *program) exportHere(cmd *cobra.Command, o *exportOptions, carryOut func() error) error {
	finish := func(err error) error { return err }
	if o.out != "" && o.out != "-" {
		var err error
		if finish, err = p.exportTo(o.out); err != nil {
			return err
		}
		p.args = withValue(p.args, "--out", "-")
	}
	stop := p.watchOutput(o.quiet)
	err := p.untilInterrupted(cmd, carryOut)
	stop()
	return finish(err)
}

// exportTo makes a file the place of standard output. It appears under its
// name once the export is through, what is damaged left out; after anything
// else what had that name is as it was.
func (p *program) exportTo(path string) (finish func(error) error, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	p.out = f
	return func(err error) error {
		var exit *exitError
		partly := errors.As(err, &exit) && exit.code == exitPartly && exit.err == nil
		through := (err == nil && (p.ran == exitOK || p.ran == exitPartly)) || partly
		if werr := errors.Join(f.Sync(), f.Close()); werr != nil {
			err, through = errors.Join(err, fmt.Errorf("write %s: %w", path, werr)), false
		}
		if through {
			if rerr := os.Rename(f.Name(), path); rerr != nil {
				return fmt.Errorf("write %s: %w", path, rerr)
			}
			return err
		}
		if errors.Is(err, context.Canceled) {
			err = fail(attach.ExitInterrupted, "export.interrupted")
		}
		return errors.Join(err, os.Remove(f.Name()))
	}, nil
}

// watchOutput shows how much was written, unless that is on the terminal.
func (p *program) watchOutput(quiet bool) (stop func()) {
	_, toFile := p.out.(*os.File)
	onTerminal := !toFile && p.stdout != nil && term.IsTerminal(int(p.stdout.Fd()))
	if quiet || onTerminal {
		return func() {}
	}
	g, stop := p.start(0)
	if g != nil {
		p.out = watchedWriter{p.out, g}
	}
	return stop
}

type watchedWriter struct {
	io.Writer
	g *progress
}

func (w watchedWriter) Write(b []byte) (int, error) {
	n, err := w.Writer.Write(b)
	w.g.passed(b[:n])
	return n, err
}
