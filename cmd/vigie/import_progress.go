package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"vigie/tui/lang"
)

// untilInterrupted runs a command that ends in order on ctrl+c, or when it is
// asked to end. A second ctrl+c ends the process.
func (p *program) untilInterrupted(cmd *cobra.Command, run func() error) error {
	if !p.terminal {
		return run()
	}
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	cmd.SetContext(ctx)
	return run()
}

// The line that says how far a stream is: how often it is drawn, over how many
// drawings its rate is taken, and how wide it is at most.
const (
	progressEvery  = 250 * time.Millisecond
	progressWindow = 20
	progressWidth  = 79
)

// progress draws one line, again and again, that says how far a stream is.
// What others write to the same terminal goes through it. It may be used by
// several goroutines.
type progress struct {
	oneLine
	p     lang.Printer
	size  int64 // of the whole stream in bytes; 0: nobody knows
	lines int64
	bytes int64
	past  []sample // the newest last
}

type sample struct {
	at    time.Time
	lines int64
	bytes int64
}

// passed counts what went through the stream.
func (g *progress) passed(b []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lines += int64(bytes.Count(b, []byte("\n")))
	g.bytes += int64(len(b))
}

// Write writes what is not the line.
func (g *progress) Write(b []byte) (int, error) { return besides{&g.oneLine, g.w}.Write(b) }

// draw draws the line as it is at a moment.
func (g *progress) draw(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.past = append(g.past, sample{now, g.lines, g.bytes})
	if len(g.past) > progressWindow {
		g.past = g.past[1:]
	}
	_ = g.show(g.line()) // a terminal that is gone shows nothing
}

func (g *progress) line() string {
	first, last := g.past[0], g.past[len(g.past)-1]
	seconds := last.at.Sub(first.at).Seconds()
	parts := []string{g.p.T("progress.lines", g.p.Number(int(g.lines)))}
	if g.size > 0 {
		parts = append(parts, g.p.T("progress.percent", int(min(g.bytes, g.size)*100/g.size)))
	}
	if seconds > 0 {
		parts = append(parts, g.p.T("progress.rate", g.p.Number(int(float64(last.lines-first.lines)/seconds))))
	}
	if speed := float64(last.bytes-first.bytes) / seconds; g.size > g.bytes && seconds > 0 && speed > 0 {
		left := time.Duration(float64(g.size-g.bytes) / speed * float64(time.Second))
		parts = append(parts, g.p.T("progress.left", span(left)))
	}
	return strings.Join(parts, " · ")
}

// run draws until stop is closed, and wipes the line.
func (g *progress) run(stop <-chan struct{}) {
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			g.mu.Lock()
			g.wipe()
			g.mu.Unlock()
			return
		case now := <-tick.C:
			g.draw(now)
		}
	}
}

// start draws on standard error until stop is called, when that is a terminal.
func (p *program) start(size int64) (g *progress, stop func()) {
	f, ok := p.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil, func() {}
	}
	g = &progress{oneLine: oneLine{w: p.err}, p: p.p, size: size}
	p.err = g
	end := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { g.run(end) })
	return g, func() {
		close(end)
		wg.Wait()
		p.err = f
	}
}

// watchInput shows how much of standard input was read.
func (p *program) watchInput(quiet bool) (stop func()) {
	if quiet {
		return func() {}
	}
	var size int64
	if f, ok := p.in.(*os.File); ok {
		if fi, err := f.Stat(); err == nil && fi.Mode().IsRegular() {
			size = fi.Size()
		}
	}
	g, stop := p.start(size)
	if g != nil {
		p.in, p.out = watchedReader{p.in, g}, besides{&g.oneLine, p.out}
	}
	return stop
}

type watchedReader struct {
	io.Reader
	g *progress
}

func (r watchedReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.g.passed(b[:n])
	return n, err
}
