package httpx

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"vigie/inbox"
)

// Response is a successful answer (2xx, or 304) read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	URL    *url.URL // after redirects
	// Permanent: redirects led to URL, and each said that it is for good.
	Permanent bool

	write bool
	where string
}

// forGood reports whether an answer came by redirects that are all permanent
// (301, 308).
func forGood(res *http.Response) bool {
	hop := res.Request.Response
	for ; hop != nil; hop = hop.Request.Response {
		if hop.StatusCode != http.StatusMovedPermanently && hop.StatusCode != http.StatusPermanentRedirect {
			return false
		}
	}
	return res.Request.Response != nil
}

// readUpTo reads a body that must not be longer than limit.
func readUpTo(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(b)) > limit:
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	}
	return b, nil
}

// readCut reads at most limit bytes and leaves the rest.
func readCut(r io.Reader, limit int64) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, limit))
}

// Decode reads the answer as JSON into v. Numbers that go into an any stay
// json.Number, so a long id keeps its digits. What follows the first value is
// refused. A write whose answer cannot be read may have been done.
func (r *Response) Decode(v any) error {
	dec := json.NewDecoder(bytes.NewReader(r.Body))
	dec.UseNumber()
	err := dec.Decode(v)
	if err == nil {
		if _, more := dec.Token(); more != io.EOF {
			err = errors.New("something follows the JSON value")
		}
	}
	if err == nil {
		return nil
	}
	return r.Unreadable(err)
}

// Unreadable is the error of an answer that makes no sense: try a read again,
// doubt a write.
func (r *Response) Unreadable(err error) error {
	err = fmt.Errorf("read the answer to %s: %w", r.where, err)
	if r.write {
		return &inbox.UncertainError{Err: err}
	}
	return &inbox.RetryError{Err: err}
}
