package bridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"vigie/inbox"
	lines "vigie/inbox/bridge"
	"vigie/inbox/text"
)

type request struct {
	Version string `json:"jsonrpc"`
	ID      int64  `json:"id"`
	Method  string `json:"method"`
	Params  any    `json:"params"`
}

type response struct {
	ID     int64           `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *rpcError       `json:"error"`
}

// rpcError is what a program answers instead of a result.
type rpcError struct {
	Code    int       `json:"code"`
	Message string    `json:"message"`
	Data    errorData `json:"data"`
}

// errorData says what an error means. JSON-RPC leaves it free: what is none of
// ours says nothing.
type errorData struct {
	Kind  string  `json:"kind"`
	After float64 `json:"after_s"`
}

func (d *errorData) UnmarshalJSON(b []byte) error {
	type plain errorData
	_ = json.Unmarshal(b, (*plain)(d)) // see above
	return nil
}

func (e *rpcError) Error() string { return "the program refused" }

// JSON-RPC's own codes that have a meaning here.
const (
	noMethod  = -32601
	badParams = -32602
)

// meaning turns it into an error of package inbox; said is its cleaned
// message.
func (e *rpcError) meaning(write bool, said string) error {
	err := errors.New("the program answered: " + said)
	switch kind := e.Data.Kind; {
	case kind == "auth":
		return fmt.Errorf("%w: %w", inbox.ErrAuth, err)
	case kind == "gone":
		return fmt.Errorf("%w: %w", inbox.ErrGone, err)
	case kind == "unsupported", kind == "" && e.Code == noMethod:
		return fmt.Errorf("%w: %w", inbox.ErrUnsupported, err)
	case kind == "invalid", kind == "" && e.Code == badParams:
		return fmt.Errorf("%w: %w", inbox.ErrInvalid, err)
	case kind == "conflict":
		return fmt.Errorf("%w: %w", inbox.ErrConflict, err)
	case kind == "unreachable":
		return &inbox.RetryError{After: seconds(e.Data.After), Err: fmt.Errorf("%w: %w", inbox.ErrUnreachable, err)}
	case kind == "retry", !write:
		return &inbox.RetryError{After: seconds(e.Data.After), Err: err}
	}
	return &inbox.UncertainError{Err: err}
}

// seconds is a wait that a program asks for, within reason.
func seconds(n float64) time.Duration {
	return time.Duration(min(max(n, 0), maxWish.Seconds()) * float64(time.Second))
}

type helloParams struct {
	V       int            `json:"v"`
	Account map[string]any `json:"account"`
}

type fetchParams struct {
	Stream string `json:"stream"`
	Cursor string `json:"cursor"`
	Limit  int    `json:"limit,omitempty"`
	Since  string `json:"since,omitempty"`
}

// maxCursor is how many bytes a cursor may have: it is stored with each page.
const maxCursor = 256 << 10

// fetchResult has a cursor in any case: to forget it would be to read all
// again for ever.
type fetchResult struct {
	Messages []json.RawMessage `json:"messages"`
	Deleted  []string          `json:"deleted"`
	Cursor   string            `json:"cursor"`
	More     bool              `json:"more"`
	Poll     float64           `json:"poll_after_s"`
}

func (r *fetchResult) UnmarshalJSON(b []byte) error {
	type plain fetchResult
	v := struct {
		*plain
		Cursor *string `json:"cursor"`
	}{plain: (*plain)(r)}
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	if v.Cursor == nil || len(*v.Cursor) > maxCursor {
		return errors.New("no cursor, or one too long")
	}
	r.Cursor = *v.Cursor
	return nil
}

// page takes what follows the format and refuses the rest item by item.
func (r *fetchResult) page(account inbox.AccountID) inbox.Page {
	p := inbox.Page{Cursor: r.Cursor, More: r.More, PollAfter: seconds(r.Poll)}
	for i, raw := range r.Messages {
		m, err := lines.DecodeMessage(raw, account)
		if err != nil {
			p.Refused = append(p.Refused, inbox.Refusal{Item: "message " + strconv.Itoa(i+1), Reason: err.Error()})
			continue
		}
		p.Messages = append(p.Messages, m)
	}
	for i, id := range r.Deleted {
		if id == "" || text.CleanLine(id).String() != id {
			p.Refused = append(p.Refused, inbox.Refusal{Item: "deleted " + strconv.Itoa(i+1), Reason: "not a clean id"})
			continue
		}
		p.Deleted = append(p.Deleted, id)
	}
	return p
}

type doParams struct {
	Key        string `json:"key"`
	Kind       string `json:"kind"`
	Thread     string `json:"thread"`
	Parent     string `json:"parent,omitempty"`
	Author     string `json:"author,omitempty"`
	Text       string `json:"text,omitempty"`
	Visibility string `json:"visibility,omitempty"`
	Reason     string `json:"reason,omitempty"`
	Files      []file `json:"files,omitempty"`
}

type findParams struct {
	Key    string `json:"key"`
	Kind   string `json:"kind"`
	Thread string `json:"thread"`
	Parent string `json:"parent,omitempty"`
	Author string `json:"author,omitempty"`
	Text   string `json:"text,omitempty"`
	Since  string `json:"since,omitempty"`
}

type doResult struct {
	ID     string `json:"id"`
	URL    string `json:"url"`
	At     string `json:"at"`
	Thread string `json:"thread"`
}

// receipt reports whether the answer names what was done.
func (r *doResult) receipt() (inbox.Receipt, bool) {
	if r == nil {
		return inbox.Receipt{}, false
	}
	at, err := time.Parse(time.RFC3339, r.At)
	if err != nil {
		at = time.Time{} // not told
	}
	out := inbox.Receipt{
		Remote: text.CleanLine(r.ID).String(), URL: text.CleanLine(r.URL).String(), At: at.UTC(),
		Conversation: text.CleanLine(r.Thread).String(),
	}
	return out, out.Remote != ""
}
