package bridge

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"vigie/connectors"
	"vigie/inbox"
)

const (
	firstWait = time.Second     // before a program that failed twice is started again
	longWait  = 5 * time.Minute // the longest such wait; it doubles up to here
	// formatVersion is the version of the format that is spoken.
	formatVersion = 1
	// maxWish is the longest wait that a program may ask for.
	maxWish = 24 * time.Hour
)

var (
	errClosed = errors.New("the connector is closed")
	errNoID   = errors.New("the program gave no id")
)

// connector speaks with one program, one call at a time.
type connector struct {
	env    connectors.Env
	setup  connectors.Setup
	limits limits

	// turn holds one token while a call runs; it guards fails and notBefore.
	turn      chan struct{}
	fails     int       // in a row
	notBefore time.Time // no start before this

	retiring sync.WaitGroup // programs whose call was given up

	mu     sync.Mutex
	prog   *program // nil: not running
	hello  hello
	given  []inbox.Secret // what the program was told
	closed bool
}

func (c *connector) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *connector) give() { <-c.turn }

func (c *connector) said() hello {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hello
}

// call makes one call of the program, started if need be, when allowed has
// nothing against it. Errors are of the kinds of package inbox.
func (c *connector) call(ctx context.Context, method string, params, result any, allowed func(hello) error) error {
	write := method == "do"
	if err := c.take(ctx); err != nil {
		return untold(err, write)
	}
	defer c.give()
	p, err := c.running(ctx)
	if err == nil {
		err = allowed(c.said())
	}
	if err != nil {
		return untold(err, write)
	}
	err = p.call(ctx, method, params, result, c.limits.call)
	c.settle(p, err)
	return c.outcome(ctx, err, write)
}

// untold is the error of a call that the program was not told of: what it
// should have written is surely not done.
func untold(err error, write bool) error {
	var retry *inbox.RetryError
	if !write || errors.As(err, &retry) {
		return err
	}
	for _, kind := range []error{inbox.ErrAuth, inbox.ErrGone, inbox.ErrInvalid, inbox.ErrUnsupported} {
		if errors.Is(err, kind) {
			return err
		}
	}
	return unreached(0, err)
}

// settle does to the program what a call's outcome asks for.
func (c *connector) settle(p *program, err error) {
	var broken *fault
	var left *abandoned
	switch {
	case errors.As(err, &broken):
		c.strike(p, broken)
	case errors.As(err, &left):
		c.retire(p)
	default:
		c.fails = 0
	}
}

// outcome says what a failed call means for the caller.
func (c *connector) outcome(ctx context.Context, err error, write bool) error {
	var broken *fault
	var told *rpcError
	var left *abandoned
	switch {
	case err == nil:
		return nil
	case errors.As(err, &left) && write:
		return &inbox.UncertainError{Err: left}
	case errors.As(err, &told):
		return told.meaning(write, c.scrub(told.Message))
	case errors.As(err, &broken):
		switch cause := cmp.Or(ctx.Err(), broken.err); {
		case write && broken.sent:
			return &inbox.UncertainError{Err: cause}
		case ctx.Err() != nil:
			return cause
		case !broken.sent:
			return unreached(wait(c.fails), cause)
		default:
			return &inbox.RetryError{After: wait(c.fails), Err: cause}
		}
	}
	return err
}

// unreached is a call that the program never got.
func unreached(after time.Duration, err error) error {
	return &inbox.RetryError{After: after, Err: fmt.Errorf("%w: %w", inbox.ErrUnreachable, err)}
}

// hail greets the program, also when it was greeted before.
func (c *connector) hail(ctx context.Context) error {
	c.mu.Lock()
	p := c.prog
	c.mu.Unlock()
	if p == nil || !p.alive() {
		_, err := c.running(ctx)
		return err
	}
	account, err := c.account(ctx)
	if err != nil {
		return err
	}
	return c.greet(ctx, p, account)
}

// running returns the program, started and greeted.
func (c *connector) running(ctx context.Context) (*program, error) {
	c.mu.Lock()
	p, closed := c.prog, c.closed
	c.mu.Unlock()
	switch {
	case closed:
		return nil, errClosed
	case p != nil && p.alive():
		return p, nil
	case p != nil: // it ended between two calls
		c.strike(p, errors.New(p.why()))
	}
	if left := c.notBefore.Sub(c.env.Clock.Now()); left > 0 {
		return nil, unreached(left, errors.New("the program ended and is not started again yet"))
	}
	return c.start(ctx)
}

func (c *connector) start(ctx context.Context) (*program, error) {
	c.retiring.Wait() // two at once might quarrel over one account
	account, err := c.account(ctx)
	if err != nil {
		return nil, err
	}
	p, err := c.launch()
	if err != nil {
		c.strike(nil, err)
		return nil, unreached(wait(c.fails), fmt.Errorf("start %s: %w", line(c.setup.Command[0]), err))
	}
	if err := c.greet(ctx, p, account); err != nil {
		return nil, err
	}
	return p, nil
}

// greet says hello and remembers the answer. A program that refuses does not
// stay.
func (c *connector) greet(ctx context.Context, p *program, account map[string]any) error {
	var h hello
	err := p.call(ctx, "hello", helloParams{V: formatVersion, Account: account}, &h, c.limits.hello)
	var told *rpcError
	if err == nil && h.Version > formatVersion {
		err = &fault{err: fmt.Errorf("the program speaks version %d of the format, vigie %d", h.Version, formatVersion), sent: true}
	}
	switch {
	case errors.As(err, &told):
		c.drop(p)
	case err != nil:
		c.settle(p, err)
	default:
		if h.Capabilities == nil {
			h.Capabilities = []string{} // it says that it can do nothing
		}
		c.mu.Lock()
		c.hello = h
		c.mu.Unlock()
		return nil
	}
	return fmt.Errorf("hello: %w", c.outcome(ctx, err, false))
}

// launch starts the process, unless the connector was closed meanwhile.
func (c *connector) launch() (*program, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, errClosed
	}
	log := &stderr{log: c.log().With("account", c.setup.Account.ID), clock: c.env.Clock, scrub: c.scrub}
	p, err := launch(c.setup.Command, log)
	if err != nil {
		return nil, err
	}
	c.prog = p
	return p, nil
}

// account is what the program is told of its account: id, handle, settings,
// lists and secrets by their names.
func (c *connector) account(ctx context.Context) (map[string]any, error) {
	all := map[string]any{}
	for k, v := range c.setup.Settings {
		all[k] = v
	}
	for k, v := range c.setup.Lists {
		all[k] = v
	}
	delete(all, "command")
	delete(all, "secrets")
	for _, name := range c.setup.Lists["secrets"] {
		s, err := c.setup.Secret(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("secret %q of %s: %w", name, c.setup.Account.ID, err)
		}
		all[name] = s.Reveal()
		c.hide(s)
	}
	all["id"], all["handle"] = string(c.setup.Account.ID), c.setup.Account.Handle
	return all, nil
}

// strike ends a program that failed, nil when there is none, and puts its next
// start off.
func (c *connector) strike(p *program, why error) {
	c.fails++
	c.notBefore = c.env.Clock.Now().Add(wait(c.fails))
	if p != nil {
		c.log().Warn("program ended", "account", c.setup.Account.ID, "why", why, "fails", c.fails)
		c.drop(p)
	}
}

func (c *connector) drop(p *program) {
	p.kill()
	c.forget(p)
}

// retire lets a program end what it is at, without keeping anybody waiting.
func (c *connector) retire(p *program) {
	c.forget(p)
	c.retiring.Go(func() { p.stop(c.limits.stop) })
}

func (c *connector) forget(p *program) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.prog == p {
		c.prog = nil
	}
}

// wait is how long a program that failed so many times in a row stays down:
// the first time not at all.
func wait(fails int) time.Duration {
	if fails < 2 {
		return 0
	}
	return min(firstWait<<min(fails-2, 16), longWait)
}

func (c *connector) log() *slog.Logger {
	if c.env.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.env.Log
}

// hide remembers a secret that the program is told.
func (c *connector) hide(s inbox.Secret) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !s.Empty() && !slices.Contains(c.given, s) {
		c.given = append(c.given, s)
	}
}

// scrub makes one clean line of a program's words, without the secrets it was
// told.
func (c *connector) scrub(s string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, secret := range c.given {
		s = strings.ReplaceAll(s, secret.Reveal(), secret.String())
	}
	return line(s)
}

// Close ends the program and its children: it closes the program's input,
// waits a little for it to end by itself, then kills what is left.
func (c *connector) Close() error {
	c.mu.Lock()
	p := c.prog
	c.prog, c.closed = nil, true
	c.mu.Unlock()
	if p != nil {
		p.stop(c.limits.stop)
	}
	c.turn <- struct{}{} // a call that runs has lost its program and ends
	defer c.give()
	c.retiring.Wait()
	return nil
}

// decode reads a result; its failure is the program's fault.
func decode(raw json.RawMessage, into any) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		return errors.New("an answer has neither result nor error")
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return errors.New("a result has not the form of the format")
	}
	return nil
}
