package conformance

import (
	"bytes"
	"log/slog"
	"sync"
	"time"

	"vigie/connectors"
)

// Clock is a clock that a rig moves by hand. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that stands at a time.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Morning makes a clock that stands where the connectors' tests begin: Monday,
// 23 November 2026, 8:00 UTC.
func Morning() *Clock { return NewClock(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)) }

// Now is where the clock stands.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Log collects what a connector logs. The zero value is ready; it is safe for
// concurrent use.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write takes what is logged.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String is all that was logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Logger makes a logger that tells everything.
func (l *Log) Logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Env is what a connector under test is given by its program: that time, that
// log, and no more.
func Env(clock *Clock, log *Log) connectors.Env {
	return connectors.Env{Clock: clock, UserAgent: "vigie-test", Log: log.Logger()}
}
