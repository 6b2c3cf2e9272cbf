package httpx

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"

	"vigie/inbox"
	"vigie/inbox/text"
)

// maxReason is how much of a server's own words goes into an error, in code
// points.
const maxReason = 200

// StatusError is a refusal as the server put it. It wraps the kind of package
// inbox that the status means.
type StatusError struct {
	Where   string // method, host and path
	Status  int
	Code    string // the server's word for it ("invalid_grant"), cleaned; may be ""
	Message string // the server's sentence, one clean line, cut; may be ""
	Kind    error
	Body    []byte // the answer, cut at 64 kB
}

func (e *StatusError) Error() string {
	parts := []string{fmt.Sprintf("%s: %d", e.Where, e.Status)}
	if e.Code != "" {
		parts = append(parts, e.Code)
	}
	if e.Message != "" && e.Message != e.Code {
		parts = append(parts, e.Message)
	}
	if len(parts) == 1 {
		parts = append(parts, strings.ToLower(http.StatusText(e.Status)))
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the kind.
func (e *StatusError) Unwrap() error { return e.Kind }

// StatusOf returns the status that an error stems from; 0: none.
func StatusOf(err error) int {
	var se *StatusError
	if errors.As(err, &se) {
		return se.Status
	}
	return 0
}

// faultError is a fault on the way, its text free of secrets.
type faultError struct {
	text    string
	err     error
	outside bool // no byte of the request reached the server
}

func (e *faultError) Error() string { return e.text }

func (e *faultError) Unwrap() []error {
	if e.outside {
		return []error{e.err, inbox.ErrUnreachable}
	}
	return []error{e.err}
}

// call is a request on its way.
type call struct {
	client  *Client
	req     *http.Request
	res     *http.Response
	host    string
	where   string
	write   bool
	keyed   bool // it carries an Idempotency-Key
	secrets []string

	handed bool        // a transport was given the request
	traced atomic.Bool // the transport tells what it does
	wired  atomic.Bool // the head of the request was written
}

func (k *call) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) {
			k.traced.Store(true)
			if !k.write { // a read may be sent again, by another connection
				k.wired.Store(false)
			}
		},
		WroteHeaders: func() { k.wired.Store(true) },
	})
}

// failed says what a fault on the way means.
func (k *call) failed(ctx context.Context, err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err // without the address, which holds the query
	}
	if c := ctx.Err(); c != nil && !errors.Is(err, c) {
		err = c
	}
	unsent := k.unsent(err)
	err = &faultError{text: k.where + ": " + k.tell(err.Error()), err: err, outside: unsent}
	switch {
	case k.write && !unsent:
		return &inbox.UncertainError{Err: err}
	case ctx.Err() != nil && !k.write:
		return err
	}
	return &inbox.RetryError{Err: err}
}

// unsent reports whether the request provably never reached the server.
func (k *call) unsent(err error) bool {
	if k.wired.Load() {
		return false
	}
	if !k.handed || k.traced.Load() {
		return true
	}
	var (
		op   *net.OpError
		dns  *net.DNSError
		cert *tls.CertificateVerificationError
	)
	if errors.As(err, &dns) || errors.As(err, &cert) {
		return true
	}
	return errors.As(err, &op) && op.Op == "dial"
}

// refused says what an answer that is no success means.
func (k *call) refused(body []byte) error {
	h, status := k.res.Header, k.res.StatusCode
	se := &StatusError{Where: k.where, Status: status, Body: body}
	se.Code, se.Message = reason(body)
	se.Code, se.Message = k.tell(se.Code), k.tell(se.Message)
	se.Kind = k.kind(se, h)
	wait := RetryAfter(h, k.client.clock.Now())
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusTooEarly,
		status == http.StatusServiceUnavailable && h.Get("Retry-After") != "" && !k.write:
		return &inbox.RetryError{After: wait, Err: se}
	case k.write && k.doubtful(status):
		return &inbox.UncertainError{Err: se}
	case se.Kind == nil:
		return &inbox.RetryError{Err: se}
	}
	return se
}

// doubtful reports whether a write that was answered so may have been done.
func (k *call) doubtful(status int) bool {
	switch {
	case status < 400, status == http.StatusRequestTimeout:
		return true
	case status == http.StatusConflict:
		return k.keyed
	}
	return status >= 500 && status != http.StatusNotImplemented
}

func (k *call) kind(se *StatusError, h http.Header) error {
	switch s := se.Status; {
	case s == http.StatusUnauthorized:
		return inbox.ErrAuth
	case s == http.StatusForbidden && (h.Get("WWW-Authenticate") != "" || aboutSignIn(se.Code+" "+se.Message)):
		return inbox.ErrAuth
	case s == http.StatusForbidden, s == http.StatusMethodNotAllowed, s == http.StatusNotImplemented:
		return inbox.ErrUnsupported
	case s == http.StatusNotFound, s == http.StatusGone:
		return inbox.ErrGone
	case s == http.StatusRequestTimeout, s == http.StatusTooManyRequests, s == http.StatusTooEarly:
		return nil
	case s >= 400 && s < 500:
		return inbox.ErrInvalid
	}
	return nil
}

// aboutSignIn reports whether a refusal's words speak of the sign-in rather
// than of the one act.
func aboutSignIn(words string) bool {
	words = strings.ToLower(words)
	for _, w := range []string{"token", "scope", "oauth", "credential", "login", "sign in", "not authenticated"} {
		if strings.Contains(words, w) {
			return true
		}
	}
	return false
}

// reason finds the server's own words in an error answer: JSON in the usual
// spellings. Pages of HTML and the like have none.
func reason(body []byte) (code, message string) {
	var m map[string]any
	if json.Unmarshal(body, &m) != nil {
		return "", ""
	}
	if list, ok := m["errors"].([]any); ok && len(list) > 0 { // as Ghost has it
		if first, ok := list[0].(map[string]any); ok {
			m = first
		}
	}
	word := func(keys ...string) string {
		for _, key := range keys {
			if s, ok := m[key].(string); ok && s != "" {
				return s
			}
		}
		return ""
	}
	message = word("message", "error_description", "description", "detail", "title")
	code = word("error", "code", "errcode")
	if message == "" {
		code, message = "", code
	}
	return code, message
}

// tell makes a server's or library's words fit for an error: clean, one line,
// cut, without a secret of this request.
func (k *call) tell(s string) string {
	s = text.CleanLine(k.hide(s)).String()
	n := 0
	for i := range s {
		if n++; n > maxReason {
			return s[:i] + "…"
		}
	}
	return s
}

// hide takes this request's secrets out of a text.
func (k *call) hide(s string) string {
	for _, secret := range k.secrets {
		s = strings.ReplaceAll(s, secret, "***")
	}
	return s
}

// secretsOf lists what must not be told of a request.
func secretsOf(r Request, u *url.URL) []string {
	var out []string
	add := func(s string) {
		if len(s) >= 4 { // a shorter one would blank ordinary words
			out = append(out, s, url.QueryEscape(s))
		}
	}
	for _, s := range r.Secrets {
		add(s.Reveal())
	}
	for key, vs := range r.Header {
		if !strings.EqualFold(key, "Authorization") {
			continue
		}
		for _, v := range vs {
			_, token, _ := strings.Cut(v, " ")
			add(token)
		}
	}
	if p, ok := u.User.Password(); ok {
		add(p)
	}
	return out
}
