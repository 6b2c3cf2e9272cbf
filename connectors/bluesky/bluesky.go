package bluesky

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
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
			{Key: "keywords", List: true},
			{Key: "hashtags", List: true},
			{Key: "password", Secret: true, Required: true},
		},
		Caps: accountCaps(),
		New:  New,
	}
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
	shelf      inbox.Shelf // of files that go with answers; nil: none
	words      []string    // that are watched for: a keyword, a #hashtag
	inTurn     atomic.Int64
	learned    learned

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
		shelf:      env.Shelf,
		words:      watchWords(set.Lists["keywords"], set.Lists["hashtags"]),
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

// Check signs in and reads the own profile. An account that the network does
// not show yet, because it is new, has no name.
func (c *Connector) Check(ctx context.Context) (inbox.Identity, error) {
	var p struct {
		profile
		Followers *int `json:"followersCount"`
		Follows   int  `json:"followsCount"`
		Posts     int  `json:"postsCount"`
	}
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
	id := inbox.Identity{Remote: a.ID, Handle: a.Handle.String(), Name: a.Name.String(), URL: a.URL}
	if p.Followers != nil {
		id.Audience = &inbox.Audience{Followers: max(*p.Followers, 0), Following: max(p.Follows, 0), Posts: max(p.Posts, 0)}
	}
	return id, nil
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
	case inbox.StreamWatch:
		p, err = c.fetchWatch(ctx, req)
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
