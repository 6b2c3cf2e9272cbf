package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"vigie/cmd/vigie/attach"
	"vigie/inbox"
	"vigie/inbox/bridge"
	"vigie/tui/lang"
)

// A message is from oldestYear or later and at most importAhead of the clock:
// what collecting asks of a network, too.
const (
	oldestYear  = 1990
	importAhead = 24 * time.Hour
)

// importOptions are the flags of an import.
type importOptions struct {
	create  bool
	archive bool
	resume  bool
	quiet   bool
	errors  string // a file for all refused lines; "-": standard output
}

func (p *program) importCommand() *cobra.Command {
	var o importOptions
	cmd := p.command("import FILE|-", "import", cobra.ExactArgs(1))
	annotate(cmd, readsWord, "yes")
	cmd.Flags().BoolVar(&o.create, "create", false, p.t("flag.create"))
	cmd.Flags().BoolVar(&o.archive, "archive", false, p.t("flag.archive"))
	cmd.Flags().BoolVar(&o.resume, "resume", false, p.t("flag.resume"))
	cmd.Flags().BoolVar(&o.quiet, "quiet", false, p.t("flag.quiet"))
	cmd.Flags().StringVar(&o.errors, "errors", "", p.t("flag.errors"))
	p.inbox(cmd, func(ctx context.Context, d *desk, _ []string) error {
		return newImporter(d, o).run(ctx, bridge.NewReader(d.in))
	})
	carryOut := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if p.server != nil {
			if o.errors != "" && o.errors != "-" {
				return usage("cli.no-paths", o.errors)
			}
			return carryOut(cmd, args)
		}
		return p.importHere(cmd, args, &o, carryOut)
	}
	return cmd
}

// importHere opens the files that an import names, in this process, shows how
// far it is, and ends it on an interrupt.
func (p *program) importHere(cmd *cobra.Command, args []string, o *importOptions, carryOut func(*cobra.Command, []string) error) (err error) {
	if o.errors != "" && o.errors != "-" {
		finish, err := p.listErrors(o.errors)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, finish()) }()
		p.args, o.errors = withValue(p.args, "--errors", "-"), "-"
	}
	finish := func(_ bool, err error) error { return err }
	if args[0] != "-" {
		if finish, err = p.readFrom(args[0]); err != nil {
			return err
		}
		args = []string{"-"}
	}
	stop := p.watchInput(o.quiet)
	defer stop()
	err = p.untilInterrupted(cmd, func() error { return carryOut(cmd, args) })
	if errors.Is(err, context.Canceled) {
		err = fail(attach.ExitInterrupted, "import.interrupted-server")
	}
	return finish(true, err)
}

// importer reads a stream of bridge lines into the store. It holds a batch of
// messages for each account, and the triage of some threads.
type importer struct {
	d        *desk
	o        importOptions
	accounts map[inbox.AccountID]inbox.Account

	held   held
	triage triage
	at     bridge.Mark // the place behind the last line that was taken
	record progressRecord
	saved  time.Time // when record was
	slim   slim

	refusals refusals
	lines    int
	sum      inbox.IngestResult
}

func newImporter(d *desk, o importOptions) *importer {
	im := &importer{
		d: d, o: o, accounts: map[inbox.AccountID]inbox.Account{}, held: held{batches: map[inbox.AccountID]*batch{}},
		refusals: refusals{p: d.p, err: d.err}, saved: d.now(), slim: slim{repo: d.repo},
	}
	if o.errors == "-" {
		im.refusals.all = d.out
	}
	return im
}

// run imports until the end of the stream. What was read before a failure, or
// before ctx ended, is stored.
func (im *importer) run(ctx context.Context, r *bridge.Reader) error {
	if err := im.begin(ctx, r); err != nil {
		return err
	}
	reading, enough := context.WithCancel(ctx)
	defer enough()
	err := im.takeAll(ctx, readAhead(reading, r))
	rest := context.WithoutCancel(ctx) // what was read is kept, whoever ended it
	if serr := im.settle(rest, err == nil); err == nil {
		err = serr
	}
	if ierr := im.d.eng.Imported(rest); err == nil {
		err = ierr
	}
	im.refusals.end()
	im.tell(lang.Key("import.done"), lang.Count(im.lines), lang.Count(im.sum.New), lang.Count(im.sum.Edited), lang.Count(im.sum.Deleted), lang.Count(im.sum.Unchanged), lang.Count(im.refusals.n))
	switch {
	case errors.Is(err, context.Canceled):
		return fail(attach.ExitInterrupted, "import.interrupted", lang.Count(im.record.Mark.Line))
	case err != nil:
		im.goOn()
		return err
	case im.refusals.n > 0:
		return &exitError{code: exitPartly}
	}
	return nil
}

// tell writes the outcome where it is not among the refused lines.
func (im *importer) tell(key lang.Key, args ...any) {
	if im.o.errors == "-" {
		fmt.Fprintln(im.d.err, im.d.p.T(key, args...))
		return
	}
	im.d.line(key, args...)
}

// goOn says how to go on after a failure.
func (im *importer) goOn() {
	if im.record.Mark.Line > 0 {
		fmt.Fprintln(im.d.err, im.d.p.T("import.go-on", lang.Count(im.record.Mark.Line)))
	}
}

// takeAll takes the lines of the stream until it ends, fails, or ctx ends.
func (im *importer) takeAll(ctx context.Context, chunks <-chan chunk) error {
	for {
		var c chunk
		select {
		case <-ctx.Done():
			return ctx.Err()
		case c = <-chunks:
		}
		for i := range c.lines {
			if err := im.take(ctx, &c.lines[i]); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(c.err, io.EOF):
			return nil
		case c.err != nil:
			return fmt.Errorf("read line %d: %w", im.at.Line+1, c.err)
		}
		if err := im.checkpoint(ctx); err != nil {
			return err
		}
	}
}

func (im *importer) take(ctx context.Context, l *readLine) (err error) {
	switch {
	case l.bad != nil:
		im.refusals.add(l.n, lineSentence(im.d.p, l.bad))
	case l.line.Message != nil:
		err = im.message(ctx, l)
	case l.line.Thread != nil:
		err = im.thread(ctx, l)
	case l.line.Event != nil:
		im.event(l)
	}
	if err != nil {
		return err
	}
	im.at = l.after
	im.lines++
	return cmp.Or(im.relieve(ctx), ctx.Err())
}

// settle stores what is held and says how far that is; whole: all there is.
// Else events of the last thread are missing, and triage waits for the rest.
func (im *importer) settle(ctx context.Context, whole bool) error {
	stored, told := im.flushAll, im.save
	if whole {
		stored, told = im.store, im.forget
	}
	if err := stored(ctx); err != nil {
		return err
	}
	return told(ctx)
}

// lineSentence says why a line was refused.
func lineSentence(p lang.Printer, e *bridge.LineError) string {
	args := make([]any, len(e.Args))
	for i, a := range e.Args {
		args[i] = a
	}
	return p.T(lang.Key("bridge."+string(e.Code)), args...)
}
