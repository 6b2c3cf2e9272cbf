package bluesky

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// call is one XRPC call: a query, or a procedure when it has an input.
type call struct {
	method string // its NSID
	query  url.Values
	input  any
	file   *picture // sent as it is, in place of an input
	write  bool     // changes something that others see
	chat   bool     // for the chat service, through the own server
}

// fileTimeout is how long a file may take to leave.
const fileTimeout = 3 * time.Minute

// What a server counts apart from all requests of an address: changes of the
// repository, sign-ins, and what the chat service behind it allows
// (rate-limits page).
const (
	bucketWrite  = "write"
	bucketChat   = "chat"
	bucketSignIn = "sign-in"
)

// Names of XRPC errors that mean more than their status. The lexicons and the
// reference server's sources give them; most come with status 400.
var (
	authErrors = []string{
		"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired", "AuthFactorTokenRequired",
		"AccountTakedown", "AccountDeactivated", "AccountSuspended",
	}
	tokenErrors = []string{"ExpiredToken", "InvalidToken", "AuthMissing"}
	goneErrors  = []string{"NotFound", "RecordNotFound", "HandleNotFound", "InvalidConvo"}
)

// named reports whether a server refused with one of these error names.
func named(err error, names ...string) bool {
	var se *httpx.StatusError
	return errors.As(err, &se) && slices.Contains(names, se.Code)
}

// meaning gives a refusal the kind that its XRPC name means.
func meaning(err error) error { return meaningOf(err, authErrors) }

// chatMeaning is meaning for the chat service, whose words about an account
// may be about the other side's.
func chatMeaning(err error) error { return meaningOf(err, tokenErrors) }

func meaningOf(err error, auth []string) error {
	var se *httpx.StatusError
	if !errors.As(err, &se) || se.Status >= 500 {
		return err
	}
	told := *se
	switch {
	case slices.Contains(auth, se.Code):
		told.Kind = inbox.ErrAuth
	case slices.Contains(goneErrors, se.Code):
		told.Kind = inbox.ErrGone
	case se.Code == "ConvoLocked":
		told.Kind = inbox.ErrUnsupported
	default:
		return err
	}
	return &told
}

// call makes a call in the account's name and reads its answer into out (nil:
// not read). A token that is too old is renewed once; such a refusal is sure,
// so also a write may then be made again.
func (c *Connector) call(ctx context.Context, k call, out any) error {
	s, err := c.current(ctx)
	if err != nil {
		return k.unsent(err)
	}
	err = c.send(ctx, s, k, out)
	if k.chat && !named(err, "ExpiredToken") {
		return err // the chat service's refusal is not that of the session
	}
	if httpx.StatusOf(err) != http.StatusUnauthorized && !named(err, tokenErrors...) {
		return err
	}
	if s, err = c.renew(ctx, s); err != nil {
		return k.unsent(err)
	}
	return c.send(ctx, s, k, out)
}

// unsent is the error of what a call needs first, or of a refusal that was not
// understood: nothing was written.
func (k call) unsent(err error) error {
	if k.write {
		return before(err)
	}
	return err
}

// send makes a call with this session, once.
func (c *Connector) send(ctx context.Context, s session, k call, out any) error {
	req := httpx.Request{
		Path:  s.Endpoint + "/xrpc/" + k.method,
		Query: k.query, JSON: k.input, Write: k.write,
		Header: http.Header{"Authorization": {"Bearer " + s.Access}},
	}
	if k.file != nil {
		req.Body = k.file.content
		req.Header.Set("Content-Type", k.file.kind)
		req.Timeout = fileTimeout
	}
	told := meaning
	switch {
	case k.chat:
		req.Header.Set("Atproto-Proxy", c.chat)
		req.Bucket, told = bucketChat, chatMeaning
	case k.write:
		req.Bucket = bucketWrite
	}
	res, err := c.http.Do(ctx, req)
	if err != nil {
		return told(err)
	}
	if out == nil {
		return nil
	}
	return res.Decode(out)
}

// chatCall calls the chat service. A session whose app password does not
// allow direct messages is told from one that ended: the first still serves
// for everything else.
func (c *Connector) chatCall(ctx context.Context, k call, out any) error {
	k.chat = true
	was, err := c.current(ctx)
	if err != nil {
		return k.unsent(err)
	}
	err = c.call(ctx, k, out)
	if !errors.Is(err, inbox.ErrAuth) {
		return err
	}
	if e := c.call(ctx, call{method: "com.atproto.server.getSession"}, nil); e != nil {
		return k.unsent(e)
	}
	is, e := c.current(ctx)
	if e != nil {
		return k.unsent(e)
	}
	if is.Access != was.Access {
		if err = c.call(ctx, k, out); !errors.Is(err, inbox.ErrAuth) {
			return err
		}
	}
	return fmt.Errorf("the app password does not allow direct messages (%w): %v", inbox.ErrUnsupported, err)
}
