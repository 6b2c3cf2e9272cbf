package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vigie/cmd/vigie/config"
	"vigie/inbox"
)

// kept is a keeper's world: when it made a backup, in minutes, and what it told.
type kept struct {
	mu    sync.Mutex
	set   config.Backup
	fails bool
	made  []int
	told  []string
}

func (w *kept) settings() config.Backup {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.set
}

// keep runs a keeper in a bubble of its own time; at changes its world at that
// minute. It ends after so many minutes.
func keep(t *testing.T, newest time.Duration, minutes int, w *kept, at map[int]func()) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		k := &keeper{
			clock: wallClock{}, settings: w.settings, log: slog.New(slog.DiscardHandler),
			newest: func() time.Time { return begun.Add(newest) },
			backup: func(context.Context) (string, error) {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.made = append(w.made, int(time.Since(begun)/time.Minute))
				if w.fails {
					return "", errors.New("no room\x1b[31m")
				}
				return "copy", nil
			},
			trouble: func(p inbox.Problem) { w.told = append(w.told, p.Error()) },
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { k.run(ctx); close(ended) }()
		for m := range minutes {
			if change := at[m]; change != nil {
				w.mu.Lock()
				change()
				w.mu.Unlock()
			}
			time.Sleep(time.Minute)
			synctest.Wait()
		}
		stop()
		<-ended
	})
}

func hourly() config.Backup { return config.Default().Backup }

func TestKeeperMakesOneAnHour(t *testing.T) {
	w := &kept{set: hourly()}
	keep(t, -24*time.Hour, 125, w, nil)
	if !slices.Equal(w.made, []int{0, 60, 120}) {
		t.Errorf("after a day without: at minutes %v", w.made)
	}
	w = &kept{set: hourly()}
	keep(t, -40*time.Minute, 125, w, nil)
	if !slices.Equal(w.made, []int{20, 80}) {
		t.Errorf("40 minutes after one: at minutes %v", w.made)
	}
}

func TestKeeperTellsAFailureAndTriesAgain(t *testing.T) {
	w := &kept{set: hourly(), fails: true}
	keep(t, -24*time.Hour, 60, w, map[int]func(){15: func() { w.fails = false }})
	if !slices.Equal(w.made, []int{0, 10, 20}) {
		t.Errorf("tries at minutes %v", w.made)
	}
	if want := []string{"backup: no room␛[31m", "backup: no room␛[31m", ""}; !slices.Equal(w.told, want) {
		t.Errorf("told %q", w.told)
	}
}

func TestKeeperFollowsItsSettings(t *testing.T) {
	w := &kept{set: config.Backup{Every: hourly().Every, Off: true}}
	keep(t, -24*time.Hour, 100, w, map[int]func(){
		30: func() { w.set.Off = false },
		40: func() { w.set.Every = config.Duration(20 * time.Minute) },
		60: func() { w.set.Off = true },
	})
	if !slices.Equal(w.made, []int{31, 51}) { // it looks once a minute
		t.Errorf("at minutes %v", w.made)
	}
}

func TestTroublesTellTheWorst(t *testing.T) {
	var now inbox.Problem
	ts := newTroubles(func(p inbox.Problem) { now = p })
	for _, step := range []struct {
		code string
		on   bool
		want string
	}{
		{inbox.CodeBackup, true, inbox.CodeBackup},
		{inbox.CodeRollback, true, inbox.CodeRollback},
		{inbox.CodeConfig, true, inbox.CodeRollback},
		{inbox.CodeRollback, false, inbox.CodeConfig},
		{inbox.CodeConfig, false, inbox.CodeBackup},
		{inbox.CodeBackup, false, ""},
	} {
		var p inbox.Problem
		if step.on {
			p.Code = step.code
		}
		if ts.set(step.code, p); now.Code != step.want {
			t.Errorf("%s %v: told %q, want %q", step.code, step.on, now.Code, step.want)
		}
	}
}
