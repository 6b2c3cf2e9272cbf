package main

import (
	"io"
	"log/slog"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/tui/lang"
)

// desk is what a command works with: an inbox, and where to read and write.
type desk struct {
	eng     *engine.Engine
	repo    inbox.Repo
	in      io.Reader
	out     io.Writer
	err     io.Writer
	p       lang.Printer
	by      inbox.By
	log     *slog.Logger
	clock   inbox.Clock
	started bool        // the engine runs: it sends and collects by itself
	damaged func(n int) // hears of things left out as damaged; nil: nobody listens
}

func (d *desk) now() time.Time { return d.clock.Now() }

// wallClock is the machine's clock.
type wallClock struct{}

func (wallClock) Now() time.Time { return time.Now() }
