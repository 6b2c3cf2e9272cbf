// Package bridge is the connector of external programs: whatever speaks the
// bridge format's JSON-RPC on its standard input and output is a network.
// docs/bridge.md is the contract that such a program signs.
//
// The program is started at the first call, from an argument list, never by a
// shell, with PATH, HOME and LANG as its whole environment and in a process
// group of its own. Settings and secrets reach it in the hello call, not by
// arguments or environment. What it writes on standard error goes to the log:
// cleaned, without the secrets it was given, and not more than a little a
// minute. A program that crashes, hangs, floods or speaks nonsense is ended
// with its children and started again at a later call; it can cost a call,
// never the process.
package bridge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vigie/connectors"
	"vigie/inbox"
	"vigie/inbox/text"
)

// Network is the name under which the connector is registered.
const Network inbox.Network = "bridge"

// Info is the entry of the registry. Every further setting of an account is
// handed to the program as it is; those that "secrets" names are resolved as
// secrets first.
func Info() connectors.Info {
	return connectors.Info{
		Network: Network,
		Title:   "Bridge",
		Settings: []connectors.Setting{
			{Key: "command", List: true, Required: true},
			{Key: "secrets", List: true},
		},
		Caps: atBest(),
		New: func(env connectors.Env, s connectors.Setup) (inbox.Connector, error) {
			return newConnector(env, s, limits{hello: 15 * time.Second, call: time.Minute, stop: 2 * time.Second})
		},
	}
}

// limits are the times that a program gets.
type limits struct {
	hello time.Duration // to answer the hello
	call  time.Duration // to answer any other call
	stop  time.Duration // to end by itself once its standard input is closed
}

func newConnector(env connectors.Env, s connectors.Setup, l limits) (*connector, error) {
	if len(s.Command) == 0 || s.Command[0] == "" {
		return nil, fmt.Errorf("account %s: %w", s.Account.ID, inbox.Problem{
			Code: inbox.CodeMissing, Args: []string{"command"}, Detail: "no command to start",
		})
	}
	return &connector{env: env, setup: s, limits: l, turn: make(chan struct{}, 1)}, nil
}

var (
	_ inbox.Connector = (*connector)(nil)
	_ inbox.Finder    = (*connector)(nil)
)

// Check greets the program, started if it does not run, and says who it is.
func (c *connector) Check(ctx context.Context) (inbox.Identity, error) {
	if err := c.take(ctx); err != nil {
		return inbox.Identity{}, err
	}
	defer c.give()
	if err := c.hail(ctx); err != nil {
		return inbox.Identity{}, err
	}
	return c.said().identity(c.setup.Account), nil
}

// Caps is what the program said in its hello; before that, all that a program
// could say.
func (c *connector) Caps() inbox.Caps { return c.said().caps() }

// ThreadCaps is Caps: a program says the same of every thread.
func (c *connector) ThreadCaps(inbox.Thread) inbox.Caps { return c.Caps() }

// Fetch asks the program for a page. Messages that do not follow the format
// are refused one by one. The call that first greets a program learns by that
// which streams there are: one that there is not gives an empty page then,
// and ErrUnsupported from then on.
func (c *connector) Fetch(ctx context.Context, req inbox.FetchRequest) (inbox.Page, error) {
	params := fetchParams{Stream: string(req.Stream), Cursor: req.Cursor, Limit: req.Limit}
	if req.History > 0 && !req.Now.IsZero() {
		params.Since = stampOf(req.Now.Add(-req.History))
	}
	greeted := c.said().Capabilities != nil
	var res fetchResult
	if err := c.call(ctx, "fetch", params, &res, func(h hello) error { return h.reads(req.Stream) }); err != nil {
		if !greeted && errors.Is(err, errNoStream) && slices.Contains(atBest().Streams, req.Stream) {
			return inbox.Page{Cursor: req.Cursor}, nil
		}
		return inbox.Page{}, fmt.Errorf("fetch %s: %w", req.Stream, err)
	}
	return res.page(c.setup.Account.ID), nil
}

// Do hands the action to the program, with its key. Without an id in the
// answer to a text, nobody can know what became of it.
func (c *connector) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	files, done, err := c.lay(a.Media)
	if err != nil {
		return inbox.Receipt{}, fmt.Errorf("%s: %w", a.Kind, err)
	}
	defer done()
	var res *doResult
	err = c.call(ctx, "do", doParams{
		Key: a.Key, Kind: string(a.Kind), Thread: a.Conversation, Parent: a.Target, Author: a.Author, Text: a.Text, Visibility: a.Visibility,
		Reason: a.Reason, Files: files,
	}, &res, func(h hello) error { return h.acts(a.Kind) })
	if err != nil {
		return inbox.Receipt{}, fmt.Errorf("%s: %w", a.Kind, err)
	}
	if r, ok := res.receipt(); ok || !made(a.Kind) {
		return r, nil
	}
	return inbox.Receipt{}, fmt.Errorf("%s: %w", a.Kind, &inbox.UncertainError{Err: errNoID})
}

// Find asks the program whether an action was done.
func (c *connector) Find(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	since := a.FirstWire
	if since.IsZero() {
		since = a.CreatedAt
	}
	var res *doResult
	err := c.call(ctx, "find", findParams{
		Key: a.Key, Kind: string(a.Kind), Thread: a.Conversation, Parent: a.Target, Author: a.Author, Text: a.Text, Since: stampOf(since),
	}, &res, hello.finds)
	if err != nil {
		return inbox.Receipt{}, false, fmt.Errorf("find: %w", err)
	}
	r, ok := res.receipt()
	return r, ok, nil
}

func stampOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// line cleans one line of a program's words and cuts it to 200 code points.
func line(s string) string {
	s = text.CleanLine(s).String()
	n := 0
	for i := range s {
		if n++; n > 200 {
			return s[:i] + "…"
		}
	}
	return s
}
