package bridge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"vigie/connectors"
	"vigie/inbox"
	"vigie/inbox/text"
)

// The promises that Test checks, in its order. They are codes: what they mean
// for people is the table of sentences' business.
const (
	PromiseHello       = "hello"       // it starts and answers hello in the form of the format
	PromiseFetch       = "fetch"       // each declared stream can be read to its end
	PromiseMessages    = "messages"    // every message follows the format
	PromisePaging      = "paging"      // no message comes twice in one reading
	PromiseCaughtUp    = "caught-up"   // at the end a fetch is empty and its cursor stays
	PromiseBadCursor   = "bad-cursor"  // an unreadable cursor reads all again
	PromiseStableIDs   = "stable-ids"  // a program started anew gives the same ids and times
	PromiseUnsupported = "unsupported" // what is not declared is refused as unsupported
	PromiseOnce        = "once"        // the same act with the same key is done once
	PromiseFind        = "find"        // what was done is found, what was not is not
	PromiseDelete      = "delete"      // what it wrote, it can take away
	PromiseStop        = "stop"        // it ends by itself when its input is closed
)

// Verdict is what became of a promise.
type Verdict string

// The verdicts. A promise is skipped when the program does not declare what
// it is about, or when the check was not allowed to act.
const (
	Kept    Verdict = "ok"
	Broken  Verdict = "fail"
	Skipped Verdict = "skip"
)

// Result is one promise checked.
type Result struct {
	Promise string
	Verdict Verdict
	Reason  string // one clean line for the program's author; "" when kept
}

// TestOptions say what to test and with what.
type TestOptions struct {
	Command  []string
	Settings map[string]string
	Secrets  map[string]inbox.Secret
	// Act allows to write: one answer to the newest message that was read, and
	// its deletion where the program declares it.
	Act bool
	Env connectors.Env // Clock and Log; both are needed
	// Report is called with each result as it comes; may be nil.
	Report func(Result)
}

// maxPages ends a reading that never catches up.
const maxPages = 10_000

// Test runs the promises that can be checked from outside against a program,
// and returns what became of each. It ends early, with what it has, when the
// program cannot even be greeted or ctx ends. Every process it started is
// gone when it returns.
func Test(ctx context.Context, o TestOptions) []Result {
	t := &trial{options: o, limits: limits{hello: 15 * time.Second, call: 30 * time.Second, stop: 2 * time.Second}}
	return t.run(ctx)
}

func (t *trial) run(ctx context.Context) []Result {
	defer t.close()
	if !t.check(PromiseHello, func() error { return t.open(ctx) }) {
		return t.results
	}
	t.reading(ctx)
	t.refusing(ctx)
	t.acting(ctx)
	t.check(PromiseStop, t.stops)
	return t.results
}

// trial is one run of Test.
type trial struct {
	options TestOptions
	limits  limits
	con     *connector
	read    map[inbox.Stream]*reading
	results []Result
}

// reading is all that one stream gave.
type reading struct {
	messages map[string]inbox.Message
	cursor   string
	refused  []inbox.Refusal
	twice    string // an id that came twice with the same content
}

// errSkip ends a check that does not apply; it is wrapped with the reason.
var errSkip = errors.New("skipped")

func (t *trial) check(promise string, run func() error) bool {
	r := Result{Promise: promise, Verdict: Kept}
	if err := run(); err != nil {
		r.Verdict, r.Reason = Broken, line(err.Error())
		if errors.Is(err, errSkip) {
			r.Verdict = Skipped
		}
	}
	t.results = append(t.results, r)
	if t.options.Report != nil {
		t.options.Report(r)
	}
	return r.Verdict == Kept
}

// open starts the program afresh.
func (t *trial) open(ctx context.Context) error {
	t.close()
	s := connectors.Setup{
		Account:  inbox.Account{ID: "test", Client: "test", Network: Network},
		Settings: t.options.Settings, Command: t.options.Command,
		Lists: map[string][]string{"secrets": slices.Sorted(maps.Keys(t.options.Secrets))},
		Secret: func(_ context.Context, name string) (inbox.Secret, error) {
			return t.options.Secrets[name], nil
		},
	}
	con, err := newConnector(t.options.Env, s, t.limits)
	if err != nil {
		return err
	}
	t.con = con
	if _, err := con.Check(ctx); err != nil {
		return err
	}
	if h := con.said(); h.Network == "" || len(h.Capabilities) == 0 {
		return errors.New("hello names no network or no caps")
	}
	return nil
}

func (t *trial) close() {
	if t.con != nil {
		_ = t.con.Close() // it never fails
	}
}

func (t *trial) reading(ctx context.Context) {
	t.read = map[inbox.Stream]*reading{}
	streams := t.con.Caps().Streams
	ok := t.check(PromiseFetch, func() error {
		if len(streams) == 0 {
			return fmt.Errorf("%w: fetch is not declared", errSkip)
		}
		for _, s := range streams {
			r, err := t.readAll(ctx, s, "")
			if err != nil {
				return err
			}
			t.read[s] = r
		}
		return nil
	})
	each := func(promise string, run func(inbox.Stream, *reading) error) {
		t.check(promise, func() error {
			if !ok {
				return fmt.Errorf("%w: nothing was read", errSkip)
			}
			for _, s := range streams {
				if err := run(s, t.read[s]); err != nil {
					return fmt.Errorf("stream %s: %w", s, err)
				}
			}
			return nil
		})
	}
	each(PromiseMessages, wellFormed)
	each(PromisePaging, func(_ inbox.Stream, r *reading) error {
		if r.twice != "" {
			return fmt.Errorf("%s came twice", r.twice)
		}
		return nil
	})
	each(PromiseCaughtUp, func(s inbox.Stream, r *reading) error { return t.caughtUp(ctx, s, r) })
	each(PromiseBadCursor, func(s inbox.Stream, r *reading) error {
		again, err := t.readAll(ctx, s, "vigie:no such cursor\u0001")
		if err != nil {
			return err
		}
		return same(r, again)
	})
	each(PromiseStableIDs, func(s inbox.Stream, r *reading) error {
		if err := t.open(ctx); err != nil {
			return err
		}
		again, err := t.readAll(ctx, s, "")
		if err != nil {
			return err
		}
		return same(r, again)
	})
}

// readAll reads a stream from a cursor until the program has no more.
func (t *trial) readAll(ctx context.Context, s inbox.Stream, cursor string) (*reading, error) {
	r := &reading{messages: map[string]inbox.Message{}, cursor: cursor}
	for range maxPages {
		p, err := t.con.Fetch(ctx, inbox.FetchRequest{Stream: s, Cursor: r.cursor, Limit: 100})
		if err != nil {
			return nil, err
		}
		r.refused = append(r.refused, p.Refused...)
		for _, m := range p.Messages {
			if old, ok := r.messages[m.Remote]; ok && old.Text == m.Text && old.Deleted == m.Deleted && old.Edited.Equal(m.Edited) {
				r.twice = m.Remote
			}
			r.messages[m.Remote] = m
		}
		for _, id := range p.Deleted {
			delete(r.messages, id)
		}
		if p.More && p.Cursor == r.cursor {
			return nil, errors.New("there is more but the cursor does not move")
		}
		r.cursor = p.Cursor
		if !p.More {
			return r, nil
		}
	}
	return nil, errors.New("more than " + strconv.Itoa(maxPages) + " pages")
}

func wellFormed(_ inbox.Stream, r *reading) error {
	if len(r.refused) > 0 {
		return fmt.Errorf("%d refused, the first is %s: %s", len(r.refused), r.refused[0].Item, r.refused[0].Reason)
	}
	return nil
}

func (t *trial) caughtUp(ctx context.Context, s inbox.Stream, r *reading) error {
	p, err := t.con.Fetch(ctx, inbox.FetchRequest{Stream: s, Cursor: r.cursor, Limit: 100})
	switch {
	case err != nil:
		return err
	case len(p.Messages)+len(p.Deleted) > 0 || p.More:
		return fmt.Errorf("%d messages and %d deletions after the end, more: %t", len(p.Messages), len(p.Deleted), p.More)
	case p.Cursor != r.cursor:
		return errors.New("the cursor moved without messages")
	}
	return nil
}

// same looks for all of one reading in a later one, which may hold more.
func same(a, b *reading) error {
	if len(a.messages) > len(b.messages) {
		return fmt.Errorf("%d messages, then %d", len(a.messages), len(b.messages))
	}
	for id, m := range a.messages {
		n, ok := b.messages[id]
		if !ok || !m.At.Equal(n.At) || m.Conversation != n.Conversation || m.Kind != n.Kind {
			return fmt.Errorf("%s is another message or gone", id)
		}
	}
	return nil
}

// newest is the newest message of others that was read.
func (t *trial) newest() (inbox.Message, bool) {
	var out inbox.Message
	for _, r := range t.read {
		for _, m := range r.messages {
			if !m.Outgoing && !m.Deleted && (out.Remote == "" || m.At.After(out.At)) {
				out = m
			}
		}
	}
	return out, out.Remote != ""
}

// say is what an answer of the test says: never twice the same.
func say(now time.Time) string {
	return text.CleanLine("vigie connector test " + now.UTC().Format(time.RFC3339Nano)).String()
}
