package mastodon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"vigie/connectors"
	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	// defaultChars is the length of a status on a server that tells none.
	defaultChars = 500
	// urlChars is what an address counts as (docs: user/posting#text).
	urlChars = 23
	// keyWindow is how long the server keeps an Idempotency-Key (docs:
	// methods/statuses#create).
	keyWindow = time.Hour
	// minPoll keeps four calls a poll far below 300 in five minutes.
	minPoll = 30 * time.Second
)

// Info is the network's entry of the registry.
func Info() connectors.Info {
	return connectors.Info{
		Network: "mastodon",
		Title:   "Mastodon",
		Settings: []connectors.Setting{
			{Key: "server", Required: true},
			{Key: "token", Secret: true},
			{Key: "hashtags", List: true},
			{Key: "keywords", List: true},
			{Key: "quotes"},
		},
		Caps: caps(instance{}, inbox.ClassA),
		New:  open,
	}
}

// connector is one account on one server.
type connector struct {
	env    connectors.Env
	setup  connectors.Setup
	client *httpx.Client

	mu       sync.Mutex
	token    inbox.Secret
	me       account
	server   instance
	asked    bool // the instance was asked for, with or without success
	grants   grants
	lacking  map[inbox.ActionKind]bool // acts that the server turned out not to have
	unheard  bool                      // it knows nothing of what moderators tell
	plain    bool                      // it does not know the notification type "quote"
	single   bool                      // it cannot give several statuses at once
	keys     keeping
	posted   keyed // with which the server's keeping of keys can be proven
	silent   bool  // it does not stream
	threads  threads
	words    []string        // listened to: "#hashtag", or a word to search for
	deaf     map[string]bool // of these, those that the server cannot be asked for
	searches searching
	checked  map[inbox.Stream]time.Time // when edits were last looked for
	hinted   map[inbox.Stream]hints     // what the server's stream told to be edited or deleted
	uploads  map[string]uploaded
	live     *listener
	closed   bool
	watching sync.WaitGroup
}

// open makes a connector. It makes no call.
func open(env connectors.Env, setup connectors.Setup) (inbox.Connector, error) {
	base, err := serverURL(setup.Settings["server"])
	if err != nil {
		return nil, err
	}
	if env.Log == nil {
		env.Log = slog.New(slog.DiscardHandler)
	}
	return &connector{
		env: env, setup: setup, client: newClient(env, base, httpx.NewBudget(env.Clock)),
		threads: threads{nodes: map[remoteID]node{}}, checked: map[inbox.Stream]time.Time{},
		hinted: map[inbox.Stream]hints{}, lacking: map[inbox.ActionKind]bool{}, uploads: map[string]uploaded{},
		words: listened(setup.Lists), deaf: map[string]bool{},
	}, nil
}

// newClient makes a client of an account, all of which share a budget.
func newClient(env connectors.Env, base *url.URL, budget *httpx.Budget) *httpx.Client {
	return httpx.New(httpx.Options{
		Base: base, Transport: env.Transport, Log: env.Log, UserAgent: env.UserAgent, Clock: env.Clock, Budget: budget,
	})
}

// serverURL reads the setting "server": a host name, or an address.
func serverURL(s string) (*url.URL, error) { return httpx.Server(s, "the name of a host") }

// call sends a request with the token. A refused token is forgotten, so that
// a new one is asked for at the next call.
func (c *connector) call(ctx context.Context, r httpx.Request) (*httpx.Response, error) {
	h, err := c.authorization(ctx)
	if err != nil {
		return nil, err
	}
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Set("Authorization", h)
	res, err := c.client.Do(ctx, r)
	if errors.Is(err, inbox.ErrAuth) && !outside(err) {
		c.mu.Lock()
		c.token = inbox.Secret{}
		c.mu.Unlock()
	}
	return res, err
}

func (c *connector) authorization(ctx context.Context) (string, error) {
	c.mu.Lock()
	token := c.token
	c.mu.Unlock()
	if token.Empty() {
		var err error
		token, err = c.setup.Secret(ctx, "token")
		if err != nil {
			if ctx.Err() != nil {
				return "", fmt.Errorf("resolve the token: %w", ctx.Err())
			}
			return "", inbox.Problem{Code: inbox.CodeMissing, Args: []string{"token"}, Detail: "resolve the token: " + text.CleanLine(err.Error()).String()}
		}
		if token.Empty() {
			return "", inbox.Problem{Code: inbox.CodeMissing, Args: []string{"token"}}
		}
		c.mu.Lock()
		c.token = token
		c.mu.Unlock()
	}
	return "Bearer " + token.Reveal(), nil
}

// Check signs in: who we are, what the token allows, and once what the server
// does.
func (c *connector) Check(ctx context.Context) (inbox.Identity, error) {
	me, err := c.signIn(ctx)
	if err != nil {
		return inbox.Identity{}, err
	}
	if err := c.learn(ctx); err != nil {
		return inbox.Identity{}, err
	}
	if err := c.askGrants(ctx); err != nil {
		return inbox.Identity{}, err
	}
	c.mu.Lock()
	host := c.server.Domain
	c.mu.Unlock()
	handle := "@" + me.Acct
	if host == "" {
		host = c.client.Base().Host
	}
	if !strings.Contains(me.Acct, "@") {
		handle += "@" + host
	}
	return inbox.Identity{
		Remote: string(me.ID), Handle: text.CleanLine(handle).String(), Name: text.CleanLine(me.Name).String(), URL: webAddress(me.URL),
		Audience: &inbox.Audience{Followers: max(me.Followers, 0), Following: max(me.Following, 0), Posts: max(me.Statuses, 0)},
	}, nil
}

// signIn asks the server who we are.
func (c *connector) signIn(ctx context.Context) (account, error) {
	res, err := c.call(ctx, httpx.Request{Path: "/api/v1/accounts/verify_credentials"})
	if err != nil {
		return account{}, err
	}
	var me account
	if err := res.Decode(&me); err != nil {
		return account{}, err
	}
	if !sound(me.ID) || me.Acct == "" {
		return account{}, res.Unreadable(errors.New("it names no account"))
	}
	c.mu.Lock()
	c.me = me
	c.mu.Unlock()
	return me, nil
}

// self returns who we are, asking once.
func (c *connector) self(ctx context.Context) (account, error) {
	c.mu.Lock()
	me := c.me
	c.mu.Unlock()
	if me.ID != "" {
		return me, nil
	}
	return c.signIn(ctx)
}

// learn asks once what the server allows, by version 2 of the endpoint, else
// version 1. A server that tells neither keeps the usual limits.
func (c *connector) learn(ctx context.Context) error {
	c.mu.Lock()
	asked := c.asked
	c.mu.Unlock()
	if asked {
		return nil
	}
	var in instance
	for _, path := range []string{"/api/v2/instance", "/api/v1/instance"} {
		res, err := c.call(ctx, httpx.Request{Path: path})
		if errors.Is(err, inbox.ErrGone) || errors.Is(err, inbox.ErrUnsupported) || errors.Is(err, inbox.ErrInvalid) {
			continue
		}
		if err != nil {
			return err
		}
		if err := lenient(res.Body, &in); err != nil {
			return res.Unreadable(err)
		}
		break
	}
	if in.Domain == "" {
		in.Domain = strings.TrimPrefix(strings.TrimPrefix(in.URI, "https://"), "http://")
	}
	c.mu.Lock()
	c.server, c.asked = in, true
	c.mu.Unlock()
	return nil
}

// Close ends the stream and lets go of connections.
func (c *connector) Close() error {
	c.mu.Lock()
	c.closed = true
	live := c.live
	c.mu.Unlock()
	if live != nil {
		live.stop()
	}
	c.watching.Wait()
	c.client.Close()
	return nil
}
