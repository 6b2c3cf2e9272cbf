package bridge

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/inbox"
)

type bench struct {
	*connector
	clock *conformance.Clock
	log   *conformance.Log
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
	b := bench{clock: conformance.NewClock(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)), log: &conformance.Log{}}
	con, err := newConnector(
		connectors.Env{Clock: b.clock, Log: slog.New(slog.NewJSONHandler(b.log, nil))},
		connectors.Setup{
			Account:  inbox.Account{ID: "acc", Network: Network},
			Command:  append([]string{os.Args[0], "-program", mode}, args...),
			Settings: map[string]string{"board": "42"},
			Lists:    map[string][]string{"secrets": {"token"}, "rooms": {"a", "b"}},
			Secret:   secretToken,
		},
		limits{hello: 30 * time.Second, call: 30 * time.Second, stop: 5 * time.Second})
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
