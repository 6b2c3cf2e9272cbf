package httpx

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"vigie/inbox"
)

const (
	// DefaultTimeout is the whole time a request may take, body included.
	DefaultTimeout = 30 * time.Second
	// DefaultMaxBody is how many bytes of an answer are read, counted after
	// decompression. A page of any network is far smaller.
	DefaultMaxBody = 8 << 20
	// maxErrorBody is how many bytes of an error answer are read.
	maxErrorBody = 64 << 10
	// maxRedirects is how many redirects of a read are followed.
	maxRedirects = 5
)

// ErrTooLarge says that an answer was longer than allowed. It was not read
// further.
var ErrTooLarge = errors.New("the answer is too large")

// Options set up a Client.
type Options struct {
	// Base is what relative paths are joined to, and the one host that
	// absolute addresses may name. It must be https, or http on this machine.
	// Nil: every request names its whole address.
	Base *url.URL
	// Transport carries the requests; nil makes some of the client's own: one
	// for reads, and one for writes that opens a connection for each.
	Transport http.RoundTripper
	Budget    *Budget      // nil: one of the client's own
	Log       *slog.Logger // nil: no log
	UserAgent string       // "": "vigie"
	Clock     inbox.Clock  // nil: the machine's
	Timeout   time.Duration
	MaxBody   int64 // bytes; 0: DefaultMaxBody
	// Public is for documents open to everybody, such as feeds: http:// and
	// redirects to other hosts are allowed, and errors and logs name only the
	// host, because such an address can itself be a secret.
	Public bool
}

// Client sends requests. It is safe for concurrent use.
type Client struct {
	base    *url.URL
	http    *http.Client // follows redirects of reads
	write   *http.Client // follows none
	owned   []*http.Transport
	budget  *Budget
	log     *slog.Logger
	agent   string
	clock   inbox.Clock
	timeout time.Duration
	maxBody int64
	public  bool
}

// Request is one call.
type Request struct {
	Method string // "": GET, or POST when there is a body
	Path   string // below Base, or a whole address
	Query  url.Values
	Header http.Header
	Body   []byte
	JSON   any // sent as JSON when not nil; Body is ignored then
	Form   url.Values
	// Write marks a call that changes something on the network: what is not
	// certain about its outcome is then an UncertainError.
	Write bool
	// Bucket names calls that the server counts apart from others, such as
	// signing in. See Budget.
	Bucket string
	// Timeout is the whole time this call may take; 0: the client's.
	Timeout time.Duration
	// Secrets are further values, besides the Authorization header, that must
	// never appear in an error.
	Secrets []inbox.Secret
}

// wallClock is the machine's clock.
type wallClock struct{}

func (wallClock) Now() time.Time { return time.Now() }

// New makes a client. It makes no call and starts no goroutine. A Base that
// may not be used shows as an error of every request.
func New(o Options) *Client {
	c := &Client{
		base: o.Base, log: o.Log, agent: o.UserAgent, clock: o.Clock,
		timeout: o.Timeout, maxBody: o.MaxBody, public: o.Public, budget: o.Budget,
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.agent == "" {
		c.agent = "vigie"
	}
	if c.clock == nil {
		c.clock = wallClock{}
	}
	if c.timeout <= 0 {
		c.timeout = DefaultTimeout
	}
	if c.maxBody <= 0 {
		c.maxBody = DefaultMaxBody
	}
	if c.budget == nil {
		c.budget = NewBudget(c.clock)
	}
	read, write := o.Transport, o.Transport
	if read == nil {
		c.owned = []*http.Transport{newTransport(), newWriteTransport()}
		read, write = c.owned[0], c.owned[1]
	}
	c.http = &http.Client{Transport: read, CheckRedirect: c.redirect}
	c.write = &http.Client{Transport: write, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	return c
}

// Close lets go of idle connections of a transport of the client's own.
func (c *Client) Close() {
	for _, t := range c.owned {
		t.CloseIdleConnections()
	}
}

// Base is the address that paths are joined to; nil when there is none.
func (c *Client) Base() *url.URL { return c.base }

// HTTP returns the client below, for a library that dials by itself, such as
// a websocket. It keeps no cookies and holds to the redirect rule.
func (c *Client) HTTP() *http.Client { return c.http }

// Budget is what the client's calls may still cost.
func (c *Client) Budget() *Budget { return c.budget }

// UserAgent is what the client calls itself.
func (c *Client) UserAgent() string { return c.agent }

// Do sends one request and reads the answer. See the package comment for what
// its errors mean; each error of a status is also a *StatusError. It returns
// soon after ctx ends, with an error that wraps ctx.Err().
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	limit := r.Timeout
	if limit <= 0 {
		limit = c.timeout
	}
	tctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	call, err := c.start(ctx, tctx, r)
	if err != nil {
		return nil, err
	}
	defer call.res.Body.Close()
	body, err := readUpTo(call.res.Body, c.maxBody)
	if err != nil {
		return nil, call.failed(ctx, err)
	}
	c.log.Debug("http", "method", call.req.Method, "at", call.where, "status", call.res.StatusCode, "bytes", len(body))
	return &Response{
		Status: call.res.StatusCode, Header: call.res.Header, Body: body,
		URL: call.res.Request.URL, Permanent: forGood(call.res), write: r.Write, where: call.where,
	}, nil
}

// Open sends a read and returns its unread answer, for streams that last: no
// time limit but ctx, no size limit. The caller closes it.
func (c *Client) Open(ctx context.Context, r Request) (io.ReadCloser, http.Header, error) {
	r.Write = false
	call, err := c.start(ctx, ctx, r)
	if err != nil {
		return nil, nil, err
	}
	return call.res.Body, call.res.Header, nil
}

// start sends the request and turns a refusal into an error. The body of a
// success is still to be read.
func (c *Client) start(ctx, tctx context.Context, r Request) (*call, error) {
	call, err := c.prepare(tctx, r)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, call.failed(ctx, ctx.Err())
	}
	if d := c.budget.take(call.host, r.Bucket, r.Write || forPerson(ctx)); d > 0 {
		return nil, &inbox.RetryError{After: d, Err: &faultError{text: call.where + ": " + ErrResting.Error(), err: ErrResting}}
	}
	call.handed = true
	hc := c.http
	if r.Write {
		hc = c.write
	}
	call.res, err = hc.Do(call.req)
	if err != nil {
		return nil, call.failed(ctx, err)
	}
	c.budget.Heard(call.host, r.Bucket, call.res.StatusCode, call.res.Header)
	if s := call.res.StatusCode; s >= 200 && s < 300 || s == http.StatusNotModified {
		return call, nil
	}
	defer call.res.Body.Close()
	body, _ := readCut(call.res.Body, maxErrorBody) // what came before the fault is enough for a reason
	err = call.refused(body)
	c.log.Debug("http", "method", call.req.Method, "at", call.where, "status", call.res.StatusCode, "error", err)
	return nil, err
}

func (c *Client) prepare(ctx context.Context, r Request) (*call, error) {
	u, err := c.resolve(r)
	if err != nil {
		return nil, err
	}
	body, kind, err := encode(r)
	if err != nil {
		return nil, err
	}
	k := &call{client: c, write: r.Write, host: u.Host, secrets: secretsOf(r, u)}
	k.where = k.hide(c.place(method(r, body), u)) // a path may hold a token
	var rd io.Reader
	if body != nil {
		rd = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(k.trace(ctx), method(r, body), u.String(), rd)
	if err != nil {
		return nil, fmt.Errorf("make a request to %s: %w", u.Host, inbox.ErrInvalid)
	}
	for key, vs := range r.Header {
		req.Header[http.CanonicalHeaderKey(key)] = vs
	}
	if kind != "" && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", kind)
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", c.agent)
	}
	if req.Header.Get("Accept") == "" {
		req.Header.Set("Accept", "application/json")
	}
	k.req = req
	k.keyed = req.Header.Get("Idempotency-Key") != ""
	if r.Write {
		once(req, k.keyed)
	}
	return k, nil
}

// resolve makes the address of a request and refuses one that must not be
// called.
func (c *Client) resolve(r Request) (*url.URL, error) {
	ref, err := url.Parse(r.Path)
	if err != nil {
		return nil, fmt.Errorf("parse an address: %w", inbox.ErrInvalid)
	}
	u := ref
	if !ref.IsAbs() {
		if c.base == nil || ref.Host != "" {
			return nil, fmt.Errorf("%q is no whole address: %w", hostOf(ref), inbox.ErrInvalid)
		}
		u = c.base.JoinPath(ref.EscapedPath())
		u.RawQuery = ref.RawQuery
	} else if c.base != nil && !sameHost(c.base, ref) {
		return nil, fmt.Errorf("the address names %s instead of %s: %w", ref.Host, c.base.Host, inbox.ErrInvalid)
	}
	if err := c.allowed(u); err != nil {
		return nil, err
	}
	if len(r.Query) > 0 {
		q := u.Query()
		for key, vs := range r.Query {
			q[key] = vs
		}
		u.RawQuery = q.Encode()
	}
	return u, nil
}

// allowed says whether an address may be called at all.
func (c *Client) allowed(u *url.URL) error {
	switch {
	case u.Host == "" || u.Hostname() == "":
		return fmt.Errorf("an address without a host: %w", inbox.ErrInvalid)
	case u.Scheme == "https", u.Scheme == "http" && (c.public || Loopback(u.Hostname())):
		return nil
	case u.Scheme == "http":
		return fmt.Errorf("%s must be called by https: %w", u.Host, inbox.ErrInvalid)
	}
	return fmt.Errorf("%s: scheme %q cannot be called: %w", u.Host, u.Scheme, inbox.ErrInvalid)
}

func (c *Client) redirect(req *http.Request, via []*http.Request) error {
	switch {
	case len(via) > maxRedirects:
		return errors.New("too many redirects")
	case !c.public && !sameHost(via[0].URL, req.URL):
		return fmt.Errorf("redirected to another host, %s", req.URL.Host)
	}
	return c.allowed(req.URL)
}

// place names a call in errors and logs: never a query, and only the host
// when the address may be a secret.
func (c *Client) place(method string, u *url.URL) string {
	if c.public {
		return method + " " + u.Host
	}
	return method + " " + u.Host + "/" + strings.TrimPrefix(u.EscapedPath(), "/")
}

// Loopback reports whether a host name means this machine: localhost or a
// loopback address.
func Loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func sameHost(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host)
}

func hostOf(u *url.URL) string {
	if u.Host != "" {
		return u.Host
	}
	return u.Path
}

func method(r Request, body []byte) string {
	switch {
	case r.Method != "":
		return r.Method
	case body != nil:
		return http.MethodPost
	}
	return http.MethodGet
}

func encode(r Request) (body []byte, kind string, err error) {
	switch {
	case r.JSON != nil:
		body, err = json.Marshal(r.JSON)
		if err != nil {
			return nil, "", fmt.Errorf("encode a request: %w", err)
		}
		return body, "application/json", nil
	case r.Form != nil:
		return []byte(r.Form.Encode()), "application/x-www-form-urlencoded", nil
	}
	return r.Body, "", nil
}
