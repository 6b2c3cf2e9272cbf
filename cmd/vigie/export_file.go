package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"vigie/cmd/vigie/attach"
	"vigie/tui/lang"
)

// exportOptions are the flags of an export.
type exportOptions struct {
	out   string // a file; "" and "-": standard output
	quiet bool
}

// exportHere opens the file that an export names, in this process, shows how
// far it is, and ends it on an interrupt.
func (p *program) exportHere(cmd *cobra.Command, o *exportOptions, carryOut func() error) error {
	if o.out == "" || o.out == "-" {
		defer p.watchOutput(o.quiet)()
		return p.untilInterrupted(cmd, carryOut)
	}
	people := p.out
	finish, err := p.exportTo(o.out)
	if err != nil {
		return err
	}
	p.args = withValue(p.args, "--out", "-")
	stop := p.watchOutput(o.quiet)
	lines := &lineCounter{Writer: p.out}
	p.out = lines
	err = p.untilInterrupted(cmd, carryOut)
	stop()
	through, err := finish(err)
	switch {
	case through && lines.n == 0:
		fmt.Fprintln(people, p.p.T("export.empty", o.out))
	case through:
		fmt.Fprintln(people, p.p.T("export.done", lang.Count(lines.n), o.out, lang.Bytes(lines.bytes)))
	}
	return err
}

// lineCounter counts the lines and bytes that go through it.
type lineCounter struct {
	io.Writer
	n     int
	bytes int64
}

func (c *lineCounter) Write(b []byte) (int, error) {
	n, err := c.Writer.Write(b)
	c.n += bytes.Count(b[:n], []byte("\n"))
	c.bytes += int64(n)
	return n, err
}

// exportTo makes a file the place of standard output. It appears under its
// name once the export is through, what is damaged left out; after anything
// else what had that name is as it was.
func (p *program) exportTo(path string) (finish func(error) (through bool, err error), err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	p.out = f
	return func(err error) (bool, error) {
		var exit *exitError
		partly := errors.As(err, &exit) && exit.code == exitPartly && exit.err == nil
		through := (err == nil && (p.ran == exitOK || p.ran == exitPartly)) || partly
		if werr := errors.Join(f.Sync(), f.Close()); werr != nil {
			err, through = errors.Join(err, fmt.Errorf("write %s: %w", path, werr)), false
		}
		if through {
			if rerr := os.Rename(f.Name(), path); rerr != nil {
				return false, fmt.Errorf("write %s: %w", path, rerr)
			}
			return true, err
		}
		if errors.Is(err, context.Canceled) {
			err = fail(attach.ExitInterrupted, "export.interrupted")
		}
		return false, errors.Join(err, os.Remove(f.Name()))
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
