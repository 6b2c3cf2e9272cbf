package bluesky

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"vigie/connectors"
	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/text"
)

// Network is the name in the registry.
const Network inbox.Network = "bluesky"

const (
	defaultServer = "https://bsky.social"
	defaultChat   = "did:web:api.bsky.chat"
	// web is where people read Bluesky in a browser.
	web = "https://bsky.app"
	// minPoll keeps an account of a few streams far from the 3,000 requests
	// in 5 minutes that a server allows an address (rate-limits page).
	minPoll = 30 * time.Second
)

// Info is the connector's entry of the registry.
func Info() connectors.Info {
	return connectors.Info{
		Network: Network,
		Title:   "Bluesky",
		Settings: []connectors.Setting{
			{Key: "handle", Required: true},
			{Key: "server"},
			{Key: "chat"},
			{Key: "password", Secret: true, Required: true},
		},
		Caps: accountCaps(),
		New:  New,
	}
}

func accountCaps() inbox.Caps {
	can := func(c inbox.Class) inbox.Capability { return inbox.Capability{OK: true, Class: c} }
	return inbox.Caps{
		Streams: []inbox.Stream{inbox.StreamMentions, inbox.StreamMessages},
		Acts: map[inbox.ActionKind]inbox.Capability{
			inbox.ActReply:   can(inbox.ClassB),
			inbox.ActPrivate: can(inbox.ClassC),
			inbox.ActLike:    can(inbox.ClassS),
			inbox.ActUnlike:  can(inbox.ClassS),
			inbox.ActHide:    can(inbox.ClassS),
			inbox.ActUnhide:  can(inbox.ClassS),
			inbox.ActDelete:  can(inbox.ClassS),
			inbox.ActBlock:   can(inbox.ClassS),
			inbox.ActUnblock: can(inbox.ClassS),
			inbox.ActRead:    can(inbox.ClassS),
		},
		Reply:   inbox.TextLimit{Max: maxPost, Unit: inbox.Graphemes, MaxBytes: maxPostBytes},
		Message: inbox.TextLimit{Max: maxMessage, Unit: inbox.Graphemes, MaxBytes: maxMessageBytes},
		MinPoll: minPoll,
	}
}

// threadCaps is what can be done in one thread.
//
// In a direct conversation the chat service takes no id of ours, has no
// likes, and deletes only for oneself. Elsewhere, that something was read can
// only be told for all notifications at once, which nobody asked for; and
// answers can be hidden under our own posts only, which the name of the
// conversation tells.
func threadCaps(t inbox.Thread) inbox.Caps {
	caps := accountCaps()
	without := func(why string, kinds ...inbox.ActionKind) {
		for _, kind := range kinds {
			caps.Acts[kind] = inbox.Capability{Why: why}
		}
	}
	if t.Kind == inbox.KindDM {
		caps.Acts[inbox.ActReply] = inbox.Capability{OK: true, Class: inbox.ClassC}
		without(inbox.CodeInPrivate, inbox.ActPrivate, inbox.ActLike, inbox.ActUnlike, inbox.ActHide, inbox.ActUnhide, inbox.ActDelete)
		return caps
	}
	without(inbox.CodeUnsupported, inbox.ActRead)
	if _, ours := underOurs(t.Remote); !ours {
		without(inbox.CodeNotOurs, inbox.ActHide, inbox.ActUnhide)
	}
	return caps
}

// Connector collects from one account and acts through it. Its methods may be
// called from several goroutines; it has none of its own.
type Connector struct {
	account    inbox.AccountID
	identifier string   // as configured: a handle, a DID, a mail address
	server     *url.URL // where sign-in happens
	chat       string   // value of the header that leads to the chat service
	password   func(ctx context.Context, key string) (inbox.Secret, error)
	vault      connectors.Vault
	clock      inbox.Clock
	log        *slog.Logger
	http       *httpx.Client

	turn    chan struct{} // holds one token: the right to touch session
	session session
}

// New makes the connector of an account. It makes no call.
func New(env connectors.Env, set connectors.Setup) (inbox.Connector, error) {
	c := &Connector{
		account:    set.Account.ID,
		identifier: strings.TrimPrefix(strings.TrimSpace(set.Settings["handle"]), "@"),
		password:   set.Secret,
		vault:      env.Vault,
		clock:      env.Clock,
		log:        env.Log,
		turn:       make(chan struct{}, 1),
	}
	if c.identifier == "" {
		return nil, inbox.Problem{Code: inbox.CodeMissing, Args: []string{"handle"}, Detail: "bluesky needs the account's handle"}
	}
	if c.vault == nil || c.clock == nil || c.password == nil {
		return nil, errors.New("bluesky needs a vault, a clock and a way to its secret")
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if c.server, err = serverURL(set.Settings["server"]); err != nil {
		return nil, err
	}
	chat := strings.TrimSpace(set.Settings["chat"])
	if chat == "" {
		chat = defaultChat
	}
	if !validDID(chat) {
		return nil, fmt.Errorf("chat service %q is no DID: %w", text.CleanLine(chat), inbox.ErrInvalid)
	}
	c.chat = chat + "#bsky_chat"
	c.http = httpx.New(httpx.Options{
		Transport: env.Transport, Log: c.log, UserAgent: env.UserAgent, Clock: env.Clock,
	})
	return c, nil
}

// serverURL reads the server setting: an address or only a host name.
func serverURL(s string) (*url.URL, error) {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		s = defaultServer
	case !strings.Contains(s, "://"):
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("server %q is no address: %w", text.CleanLine(s), inbox.ErrInvalid)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}

// Caps says what the account can do.
func (c *Connector) Caps() inbox.Caps { return accountCaps() }

// ThreadCaps says what can be done in a thread.
func (c *Connector) ThreadCaps(t inbox.Thread) inbox.Caps { return threadCaps(t) }

// Check signs in and reads the own profile. An account that the network does
// not show yet, because it is new, has no name.
func (c *Connector) Check(ctx context.Context) (inbox.Identity, error) {
	var p profile
	err := c.call(ctx, call{method: "com.atproto.server.getSession"}, &p)
	if err == nil && !validDID(p.DID) {
		err = fmt.Errorf("the server does not say who we are: %w", inbox.ErrAuth)
	}
	if err == nil {
		did := p.DID
		err = c.call(ctx, call{method: "app.bsky.actor.getProfile", query: url.Values{"actor": {did}}}, &p)
		if errors.Is(err, inbox.ErrInvalid) || errors.Is(err, inbox.ErrGone) {
			err = nil
		}
		p.DID = did
	}
	if err != nil {
		return inbox.Identity{}, fmt.Errorf("sign in as %s: %w", c.identifier, err)
	}
	a := p.author()
	return inbox.Identity{Remote: a.ID, Handle: a.Handle.String(), Name: a.Name.String(), URL: a.URL}, nil
}

// Fetch returns what is new in a stream; see the package comment.
func (c *Connector) Fetch(ctx context.Context, req inbox.FetchRequest) (inbox.Page, error) {
	var p inbox.Page
	var err error
	bucket := ""
	switch req.Stream {
	case inbox.StreamMentions:
		p, err = c.fetchMentions(ctx, req)
	case inbox.StreamMessages:
		bucket = bucketChat
		p, err = c.fetchMessages(ctx, req)
	default:
		err = fmt.Errorf("stream %q: %w", req.Stream, inbox.ErrUnsupported)
	}
	if err != nil {
		return inbox.Page{}, err
	}
	p.PollAfter = max(p.PollAfter, c.rest(ctx, bucket))
	return p, nil
}

// rest is how long the server wants to be left alone.
func (c *Connector) rest(ctx context.Context, bucket string) time.Duration {
	s, err := c.current(ctx)
	if err != nil {
		return 0
	}
	u, err := url.Parse(s.Endpoint)
	if err != nil {
		return 0
	}
	return c.http.Budget().Rest(u.Host, bucket, false)
}

// Close lets go of the connections.
func (c *Connector) Close() error {
	c.http.Close()
	return nil
}
