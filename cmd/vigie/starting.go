package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"vigie/cmd/vigie/attach"
	"vigie/cmd/vigie/config"
	"vigie/store"
)

const (
	// startTime is how long a server started in the background may be silent
	// until it listens.
	startTime = 15 * time.Second
	// startBeat is how often it says that it is at work when that takes long.
	startBeat = startTime / 5
)

// The lines that a server writes to whoever started it.
const (
	saidReady     = "ready"
	saidWorking   = "working"
	saidMigrating = "migrating " // and the name of the backup
)

// starting is the pipe to whoever started a server.
type starting struct {
	pipe io.WriteCloser
	stop chan struct{} // ends what says that it is at work; nil: nothing does
}

// startedBy takes the pipe whose number the command line names; 0: there is
// none.
func startedBy(fd int) *starting {
	if fd == 0 {
		return nil
	}
	if pipe := os.NewFile(uintptr(fd), "ready"); pipe != nil {
		return &starting{pipe: pipe}
	}
	return nil
}

// migrating says that the store is being migrated, now and until the server
// is ready or ends. That nobody reads it any more stops nothing.
func (s *starting) migrating(backup string) {
	_, _ = fmt.Fprintln(s.pipe, saidMigrating+backup)
	stop := make(chan struct{})
	s.stop = stop
	go func() {
		beat := time.NewTicker(startBeat)
		defer beat.Stop()
		for {
			select {
			case <-stop:
				return
			case <-beat.C:
				_, _ = fmt.Fprintln(s.pipe, saidWorking)
			}
		}
	}()
}

// ready says that the server listens.
func (s *starting) ready() error {
	if s.stop != nil {
		close(s.stop)
	}
	_, err := fmt.Fprintln(s.pipe, saidReady)
	return errors.Join(err, s.pipe.Close())
}

// tellMigration returns what tells people that the store is about to be
// migrated: whoever started the server, or who sits before this process.
func (p *program) tellMigration(log *slog.Logger) func(store.Migration) {
	return func(m store.Migration) {
		log.Info("store migrates", "from", m.From, "to", m.To, "bytes", m.Bytes, "backup", m.Backup)
		if p.starting != nil {
			p.starting.migrating(m.Backup)
			return
		}
		fmt.Fprintln(p.err, p.p.T("store.migrating", m.Backup))
	}
}

// errSilent: a server said nothing for too long.
var errSilent = errors.New("the server does not answer")

// deadliner is the reading end of a pipe.
type deadliner interface {
	io.Reader
	SetReadDeadline(at time.Time) error
}

// awaitReady reads what a server says that was started, and passes on what
// keeps it, until it is ready. io.EOF: it has ended.
func (p *program) awaitReady(pipe deadliner) error {
	lines := bufio.NewReader(pipe)
	for {
		if err := pipe.SetReadDeadline(time.Now().Add(startTime)); err != nil {
			return err
		}
		line, err := lines.ReadString('\n')
		switch {
		case errors.Is(err, io.EOF):
			return io.EOF
		case err != nil:
			return errors.Join(errSilent, err)
		}
		line = strings.TrimSuffix(line, "\n")
		if line == saidReady {
			return nil
		}
		if backup, ok := strings.CutPrefix(line, saidMigrating); ok {
			fmt.Fprintln(p.err, p.p.T("store.migrating", backup))
		}
	}
}

// awaitServer waits until the server that holds the store listens: longer
// while it migrates, and not at all when a command holds it.
func (p *program) awaitServer(ctx context.Context, paths config.Paths) bool {
	if held := store.Held(paths.Store()); held != nil && commandOf(held) != "" {
		return false
	}
	told := false
	for {
		if eventually(ctx, startTime, func() bool {
			if held := store.Held(paths.Store()); !told && held != nil && held.Migrating {
				told = true
				fmt.Fprintln(p.err, p.p.T("store.migrates", held.PID))
			}
			return attach.Running(ctx, paths.Socket)
		}) {
			return true
		}
		if held := store.Held(paths.Store()); ctx.Err() != nil || held == nil || !held.Migrating {
			return false
		}
	}
}
