package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"vigie/cmd/vigie/attach"
	"vigie/tui/lang"
)

// passing ends a line that the next one may take the place of. Who knows
// nothing of that sees a line.
const passing = "\r\n"

// tellPassing writes a line of how far something is.
func (d *desk) tellPassing(key lang.Key, args ...any) {
	fmt.Fprint(d.err, d.p.T(key, args...), passing)
}

// places writes passing lines in one place, where that is on a terminal. It
// may be used by several goroutines.
type places struct {
	oneLine
	live bool // a terminal
	rest []byte
}

// Write takes any part of a stream of lines.
func (l *places) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, b...)
	for {
		end := bytes.IndexByte(l.rest, '\n')
		if end < 0 {
			return len(b), nil
		}
		line := string(l.rest[:end+1])
		l.rest = l.rest[end+1:]
		if err := l.line(line); err != nil {
			return len(b), err
		}
	}
}

func (l *places) line(line string) error {
	words, passes := strings.CutSuffix(line, passing)
	if passes && l.live {
		return l.show(words)
	}
	l.wipe()
	if passes {
		line = words + "\n"
	}
	_, err := io.WriteString(l.w, line)
	return err
}

// end writes what is left.
func (l *places) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wipe()
	_, _ = l.w.Write(l.rest) // nobody is left to hear of it
	l.rest = nil
}

// inPlace lets a long command that runs for this process say how far it is in
// one place, and end in order on an interrupt, with a sentence.
func (p *program) inPlace(cmd *cobra.Command, interrupted lang.Key) *cobra.Command {
	if p.server != nil {
		return cmd
	}
	carryOut := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		out, errs := p.out, p.err
		f, ok := errs.(*os.File)
		l := &places{oneLine: oneLine{w: errs}, live: ok && term.IsTerminal(int(f.Fd()))}
		p.out, p.err = besides{&l.oneLine, out}, l
		err := p.untilInterrupted(cmd, func() error { return carryOut(cmd, args) })
		l.end()
		p.out, p.err = out, errs
		if errors.Is(err, context.Canceled) {
			return fail(attach.ExitInterrupted, interrupted)
		}
		return err
	}
	return cmd
}
