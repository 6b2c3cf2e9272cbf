package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"vigie/cmd/vigie/config"
	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/store"
)

// keeper makes backups by itself, as the settings of the moment say.
type keeper struct {
	clock    inbox.Clock
	settings func() config.Backup
	newest   func() time.Time                      // when the newest backup was made; zero: there is none
	backup   func(context.Context) (string, error) // makes one, or names the newest when nothing has changed
	trouble  func(inbox.Problem)                   // hears of a failure, and of its end
	log      *slog.Logger
}

const (
	// keeperLook is how often the keeper looks at the clock and its settings:
	// timers stand still while the machine sleeps.
	keeperLook = time.Minute
	// backupAgain is how long after a failure it is tried again.
	backupAgain = 10 * time.Minute
)

// run makes backups until ctx ends: one at once when the newest is older than
// the settings want, and then one each time that their span has passed.
func (k *keeper) run(ctx context.Context) {
	looked := k.newest()
	var wait time.Duration // after a failure
	for ctx.Err() == nil {
		set := k.settings()
		every := time.Duration(set.Every)
		if wait > 0 {
			every = min(every, wait)
		}
		due := looked.Add(every)
		if set.Off {
			due, wait = k.clock.Now().Add(keeperLook), 0
			k.trouble(inbox.Problem{})
		}
		if left := due.Sub(k.clock.Now()); left > 0 {
			pause(ctx, min(left, keeperLook))
			continue
		}
		looked, wait = k.clock.Now(), 0
		if !k.take(ctx) {
			wait = backupAgain
		}
	}
}

// take makes a backup and reports whether that went well.
func (k *keeper) take(ctx context.Context) bool {
	path, err := k.backup(ctx)
	var marked *store.MarkedError
	switch {
	case ctx.Err() != nil:
		return true
	case errors.As(err, &marked):
		k.log.Warn("backed up a store with damaged records", "newest", marked.Path, "faults", marked.Faults)
		k.trouble(inbox.Problem{Code: inbox.CodeDamaged})
		return true
	case err != nil:
		k.log.Error("back up", "error", err)
		k.trouble(inbox.Problem{Code: inbox.CodeBackup, Detail: text.CleanLine(err.Error()).String()})
		return false
	}
	k.log.Info("backed up", "newest", path)
	k.trouble(inbox.Problem{})
	return true
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
