package bridge

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/inbox"
)

// clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// logged is a log that can be read while it is written.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

type bench struct {
	*connector
	clock *clock
	log   *logged
}

const token = "tok-5c0ffee"

func secretToken(_ context.Context, key string) (inbox.Secret, error) {
	if key != "token" {
		return inbox.Secret{}, inbox.ErrNotFound
	}
	return inbox.NewSecret(token), nil
}

func odd(t *testing.T, mode string, args ...string) bench {
	t.Helper()
	b := bench{clock: &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}, log: &logged{}}
	con, err := newConnector(
		connectors.Env{Clock: b.clock, Log: slog.New(slog.NewJSONHandler(b.log, nil))},
		connectors.Setup{
			Account:  inbox.Account{ID: "acc", Network: Network},
			Command:  append([]string{os.Args[0], "-program", mode}, args...),
			Settings: map[string]string{"board": "42"},
			Lists:    map[string][]string{"secrets": {"token"}, "rooms": {"a", "b"}},
			Secret:   secretToken,
		},
		limits{hello: 5 * time.Second, call: 5 * time.Second, stop: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	b.connector = con
	t.Cleanup(func() { _ = con.Close() })
	return b
}

func (b bench) fetch(ctx context.Context, cursor string) (inbox.Page, error) {
	return b.Fetch(ctx, inbox.FetchRequest{Stream: inbox.StreamComments, Cursor: cursor})
}

func (b bench) reply(ctx context.Context) (inbox.Receipt, error) {
	return b.Do(ctx, inbox.Action{Kind: inbox.ActReply, Key: "k", Conversation: "t", Target: "1", Text: "Oui"})
}
