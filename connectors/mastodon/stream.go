package mastodon

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	// deadAfter is how long a stream may be silent. Servers send a heartbeat
	// every 15 seconds (docs: methods/streaming#http).
	deadAfter = 90 * time.Second
	// maxEvent is the longest line of a stream that is read, in bytes.
	maxEvent = 1 << 20
)

// listener is one open stream. It goes on between two calls of Wait, so that
// nothing is missed while a fetch is at work.
type listener struct {
	stop context.CancelFunc
	news chan struct{} // holds one: something may be new
	done chan struct{} // closed when the stream ended, after err was set
	err  error
}

func (l *listener) tell() {
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// Wait blocks until the server's stream tells of something new. It returns at
// once when the stream was opened anew, since something may have come before.
// A server without streaming is ErrUnsupported.
func (c *connector) Wait(ctx context.Context) error {
	if err := c.learn(ctx); err != nil {
		return err
	}
	h, err := c.authorization(ctx)
	if err != nil {
		return err
	}
	l, err := c.listen(h)
	if err != nil {
		return err
	}
	select {
	case <-l.news:
		return nil
	case <-l.done:
		c.mu.Lock()
		if c.live == l {
			c.live = nil
		}
		c.mu.Unlock()
		return l.err
	case <-ctx.Done():
		return fmt.Errorf("wait for news: %w", ctx.Err())
	}
}

// listen returns the open stream, opening one if there is none.
func (c *connector) listen(authorization string) (*listener, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return nil, fmt.Errorf("wait for news: the connector is closed: %w", inbox.ErrUnsupported)
	case c.silent:
		return nil, fmt.Errorf("wait for news: %w", inbox.ErrUnsupported)
	case c.live != nil:
		return c.live, nil
	}
	base := c.streamBase()
	ctx, cancel := context.WithCancel(context.Background()) // it ends with Close
	l := &listener{stop: cancel, news: make(chan struct{}, 1), done: make(chan struct{})}
	c.live = l
	c.watching.Go(func() {
		defer close(l.done)
		defer cancel()
		l.err = c.stream(ctx, l, base, authorization)
	})
	return l, nil
}

// streamBase is where the streams are served. The caller holds the lock.
func (c *connector) streamBase() *url.URL {
	own := c.client.Base()
	told := c.server.Configuration.URLs.Streaming
	if told == "" {
		told = c.server.URLs.Streaming
	}
	u, err := url.Parse(told)
	if err != nil || u.Hostname() == "" {
		return own
	}
	base := &url.URL{Scheme: "https", Host: u.Host}
	if own.Scheme == "http" && httpx.Loopback(u.Hostname()) {
		base.Scheme = "http" // some servers say wss behind plain http
	}
	return base
}

// stream listens by server-sent events, else by websocket, until it ends.
func (c *connector) stream(ctx context.Context, l *listener, base *url.URL, authorization string) error {
	client := newClient(c.env, base, c.client.Budget())
	defer client.Close()
	err := c.events(ctx, l, client, authorization)
	if refusedKind(err) {
		err = c.socket(ctx, l, client, authorization)
	}
	if refusedKind(err) {
		c.mu.Lock()
		c.silent = true
		c.mu.Unlock()
		return fmt.Errorf("the server does not stream: %w", inbox.ErrUnsupported)
	}
	if errors.Is(err, context.Canceled) {
		return ended(err)
	}
	return err
}

// refusedKind reports whether the server has no such way to stream.
func refusedKind(err error) bool {
	return errors.Is(err, inbox.ErrInvalid) || errors.Is(err, inbox.ErrGone) || errors.Is(err, inbox.ErrUnsupported)
}

// watchdog cancels a stream that was silent too long.
func watchdog(ctx context.Context) (alive func(), out context.Context, stop context.CancelFunc) {
	out, cancel := context.WithCancel(ctx)
	timer := time.AfterFunc(deadAfter, cancel)
	var once sync.Once
	return func() { timer.Reset(deadAfter) }, out, func() { once.Do(func() { timer.Stop(); cancel() }) }
}

// events reads the stream of server-sent events.
func (c *connector) events(ctx context.Context, l *listener, client *httpx.Client, authorization string) error {
	alive, ctx, stop := watchdog(ctx)
	defer stop()
	body, h, err := client.Open(ctx, httpx.Request{
		Path: "/api/v1/streaming/user", Header: http.Header{"Authorization": {authorization}, "Accept": {"text/event-stream"}},
	})
	if err != nil {
		return err
	}
	defer body.Close()
	if kind, _, _ := mime.ParseMediaType(h.Get("Content-Type")); kind != "text/event-stream" {
		return fmt.Errorf("the stream is %q: %w", kind, inbox.ErrUnsupported)
	}
	l.tell()
	lines := bufio.NewScanner(body)
	lines.Buffer(make([]byte, 0, 4096), maxEvent)
	var name, payload string
	for lines.Scan() {
		alive()
		field, value, _ := strings.Cut(lines.Text(), ":")
		switch value = strings.TrimPrefix(value, " "); field {
		case "event":
			name = strings.TrimSpace(value)
		case "data":
			payload = value
		case "": // an empty line ends an event; a comment is a sign of life
			if lines.Text() == "" && name != "" {
				c.heard(l, name, payload)
				name, payload = "", ""
			}
		}
	}
	return ended(lines.Err())
}

// socket reads the stream of a websocket.
func (c *connector) socket(ctx context.Context, l *listener, client *httpx.Client, authorization string) error {
	alive, ctx, stop := watchdog(ctx)
	var pings sync.WaitGroup
	defer pings.Wait()
	defer stop()
	at := *client.Base()
	at.Path, at.RawQuery = at.Path+"/api/v1/streaming", "stream=user"
	conn, res, err := websocket.Dial(ctx, at.String(), &websocket.DialOptions{
		HTTPClient: client.HTTP(), HTTPHeader: http.Header{"Authorization": {authorization}, "User-Agent": {client.UserAgent()}},
	})
	if err != nil {
		if res != nil && res.StatusCode >= 400 && res.StatusCode < 500 && res.StatusCode != http.StatusTooManyRequests {
			return fmt.Errorf("open a websocket: status %d: %w", res.StatusCode, inbox.ErrUnsupported)
		}
		return &inbox.RetryError{Err: errors.New("open a websocket: no connection")}
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(maxEvent)
	pings.Go(func() { ping(ctx, conn, alive) })
	l.tell()
	for {
		_, b, err := conn.Read(ctx)
		if err != nil {
			return ended(nil)
		}
		alive()
		var e struct {
			Event   string `json:"event"`
			Payload string `json:"payload"`
		}
		if lenient(b, &e) == nil {
			c.heard(l, e.Event, e.Payload)
		}
	}
}

// ping asks now and then whether a socket still lives: it may be silent for
// long.
func ping(ctx context.Context, conn *websocket.Conn, alive func()) {
	tick := time.NewTicker(deadAfter / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if conn.Ping(ctx) == nil {
				alive()
			}
		}
	}
}

// heard works one event: those that concern the inbox wake Wait. Of an edit or
// a deletion it keeps which status it is about, so that one is found that is
// older than those that are looked at again.
func (c *connector) heard(l *listener, event, payload string) {
	switch event {
	case "status.update":
		var s struct {
			ID remoteID `json:"id"`
		}
		_ = lenient([]byte(payload), &s) // without an id the newest are looked at
		c.hint(s.ID)
	case "delete":
		c.hint(remoteID(strings.TrimSpace(payload)))
	case "notification", "conversation", "notifications_merged":
	default:
		return
	}
	l.tell()
}

// hint notes that a status changed; without a usable id, that something did.
func (c *connector) hint(id remoteID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range []inbox.Stream{inbox.StreamMentions, inbox.StreamMessages, inbox.StreamWatch} {
		if !sound(id) {
			delete(c.checked, s)
			continue
		}
		if c.hinted[s] == nil {
			c.hinted[s] = hints{}
		}
		if len(c.hinted[s]) < maxHints {
			c.hinted[s][id] = true
		}
	}
}

// ended is the error of a stream that is over: open it again later. A stream
// that was cut for its silence must not look like a cancelled call.
func ended(err error) error {
	reason := "the server closed it"
	if err != nil {
		reason = text.CleanLine(err.Error()).String()
	}
	return &inbox.RetryError{Err: errors.New("the stream ended: " + reason)}
}
