package telegram

import (
	"context"
	"encoding/json"
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
	usualServer = "https://api.telegram.org"
	// maxText and maxCaption are the longest texts (sendMessage, sendPhoto).
	// The unit is not told; entities count UTF-16, which is never less than
	// characters.
	maxText    = 4096
	maxCaption = 1024
	maxFile    = 10 << 20 // bytes of a photo (Sending files)
	minPoll    = 5 * time.Second
)

// Info is the network's entry of the registry.
func Info() connectors.Info {
	return connectors.Info{
		Network:  "telegram",
		Title:    "Telegram",
		Settings: []connectors.Setting{{Key: "server"}, {Key: "token", Secret: true, Required: true}},
		Caps:     caps(),
		New:      open,
	}
}

// connector is one bot.
type connector struct {
	env    connectors.Env
	setup  connectors.Setup
	client *httpx.Client
	pace   *pace
	turn   turn
	ended  context.Context // over when the connector is closed
	end    context.CancelFunc

	mu     sync.Mutex
	token  inbox.Secret
	me     user
	held   []json.RawMessage // updates that no cursor has confirmed yet, oldest first
	base   int64             // from this id on, nothing is missing in held
	stored int64             // the offset of the newest cursor that was given to Fetch
	short  int               // long polls in a row that were answered at once by nothing
	places map[string]standing
	shut   map[int64]bool // people who take no private message of the bot
	fetchd chan struct{}  // closed and made anew by each Fetch
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
	ended, end := context.WithCancel(context.Background())
	return &connector{
		env: env, setup: setup, pace: newPace(), ended: ended, end: end,
		client: httpx.New(httpx.Options{
			Base: base, Transport: env.Transport, Log: env.Log, UserAgent: env.UserAgent, Clock: env.Clock, Budget: httpx.NewBudget(env.Clock),
		}),
		turn:   turn{free: make(chan struct{}, 1)},
		places: map[string]standing{}, shut: map[int64]bool{}, fetchd: make(chan struct{}),
	}, nil
}

// serverURL reads the setting "server": that of a Bot API server of one's own.
func serverURL(s string) (*url.URL, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		s = usualServer
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	wrong := inbox.Problem{Code: inbox.CodeMissing, Args: []string{"server"}, Detail: "server is not the address of a Bot API server"}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" {
		return nil, wrong
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !httpx.Loopback(u.Hostname())) {
		wrong.Detail = "server must be called by https"
		return nil, wrong
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(u.Path, "/")}, nil
}

// now is the time that the connector goes by.
func (c *connector) now() time.Time {
	if c.env.Clock == nil {
		return time.Now()
	}
	return c.env.Clock.Now()
}

// secret is the bot's token, resolved once.
func (c *connector) secret(ctx context.Context) (inbox.Secret, error) {
	c.mu.Lock()
	token := c.token
	c.mu.Unlock()
	if !token.Empty() {
		return token, nil
	}
	token, err := c.setup.Secret(ctx, "token")
	if err != nil {
		if ctx.Err() != nil {
			return token, fmt.Errorf("resolve the token: %w", ctx.Err())
		}
		return token, inbox.Problem{Code: inbox.CodeMissing, Args: []string{"token"}, Detail: "resolve the token: " + text.CleanLine(err.Error()).String()}
	}
	if token.Empty() || strings.ContainsAny(token.Reveal(), "/?# \t\r\n%") {
		return token, inbox.Problem{Code: inbox.CodeMissing, Args: []string{"token"}}
	}
	c.mu.Lock()
	c.token = token
	c.mu.Unlock()
	return token, nil
}

// request is one call of a method.
type request struct {
	method  string
	args    map[string]any
	body    []byte
	kind    string // of body
	write   bool
	bucket  string
	timeout time.Duration
}

// call calls a method and reads its result into out, unless that is nil.
func (c *connector) call(ctx context.Context, r request, out any) error {
	token, err := c.secret(ctx)
	if err != nil {
		if r.write {
			return unsent(err)
		}
		return err
	}
	req := httpx.Request{
		Path: "/bot" + token.Reveal() + "/" + r.method, Write: r.write, Bucket: r.bucket, Timeout: r.timeout, Secrets: []inbox.Secret{token},
	}
	switch {
	case r.body != nil:
		req.Body, req.Header = r.body, http.Header{"Content-Type": {r.kind}}
	case r.write:
		req.JSON = r.args
	default: // a kept connection that has died is then replaced by itself
		if req.Query, err = query(r.args); err != nil {
			return err
		}
	}
	res, err := c.client.Do(ctx, req)
	if err != nil {
		if err = refine(err, r); errors.Is(err, inbox.ErrAuth) {
			c.mu.Lock()
			c.token, c.me = inbox.Secret{}, user{} // the next token may be another bot's
			c.mu.Unlock()
		}
		return err
	}
	var e envelope
	if err := res.Decode(&e); err != nil {
		return err
	}
	if !e.OK {
		return e.refusal(r, res)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(e.Result, out); err != nil {
		return res.Unreadable(errors.New("its result is not of the documented shape"))
	}
	return nil
}

// query writes arguments into an address: what is no text goes as JSON (Making
// requests).
func query(args map[string]any) (url.Values, error) {
	q := url.Values{}
	for key, value := range args {
		s, err := plain(value)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", key, err)
		}
		q.Set(key, s)
	}
	return q, nil
}

// plain is an argument as a form has it.
func plain(value any) (string, error) {
	if s, ok := value.(string); ok {
		return s, nil
	}
	raw, err := json.Marshal(value)
	return string(raw), err
}

// Check signs in: who the bot is, and whether it can be read at all.
func (c *connector) Check(ctx context.Context) (inbox.Identity, error) {
	me, err := c.signIn(ctx)
	if err != nil {
		return inbox.Identity{}, err
	}
	var hook struct {
		URL string `json:"url"`
	}
	if c.call(ctx, request{method: "getWebhookInfo"}, &hook) == nil && hook.URL != "" {
		return inbox.Identity{}, rival("webhook")
	}
	return inbox.Identity{
		Remote: number(me.ID), Handle: text.CleanLine("@" + me.Username).String(), Name: text.CleanLine(strings.TrimSpace(me.First + " " + me.Last)).String(),
		URL: profile(me.Username),
	}, nil
}

func (c *connector) signIn(ctx context.Context) (user, error) {
	var me user
	if err := c.call(ctx, request{method: "getMe"}, &me); err != nil {
		return user{}, err
	}
	if me.ID == 0 {
		return user{}, &inbox.RetryError{Err: errors.New("getMe names no bot")}
	}
	c.mu.Lock()
	c.me = me
	c.mu.Unlock()
	return me, nil
}

// self is who the bot is, asked once.
func (c *connector) self(ctx context.Context) (user, error) {
	c.mu.Lock()
	me := c.me
	c.mu.Unlock()
	if me.ID != 0 {
		return me, nil
	}
	return c.signIn(ctx)
}

// Close ends a long poll and lets go of connections.
func (c *connector) Close() error {
	c.end()
	c.client.Close()
	return nil
}

// Budgets implements inbox.Budgeter. Telegram tells no limits before they are
// reached; what is told is the pace kept.
func (c *connector) Budgets() []inbox.Budget { return c.client.Budget().Left() }
