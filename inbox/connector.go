package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Connector collects from one Account and acts through it. All methods may be
// called from several goroutines. A cancelled ctx makes them return soon with
// an error that wraps ctx.Err().
type Connector interface {
	// Check signs in and says who we are: the handle as the network spells
	// it. It makes at most a few calls and changes nothing.
	Check(ctx context.Context) (Identity, error)
	// Caps says what the account can do. It makes no network call.
	Caps() Caps
	// ThreadCaps says what can be done in one thread. No network call.
	ThreadCaps(t Thread) Caps
	// Fetch returns what is new in a stream since the cursor; "" asks for
	// history as far as req.History allows. A caught-up Fetch is empty and
	// its cursor is stable. An unreadable cursor means: start anew.
	Fetch(ctx context.Context, req FetchRequest) (Page, error)
	// Do carries out one action, once. Errors follow the kinds below.
	Do(ctx context.Context, a Action) (Receipt, error)
	// Close ends every goroutine of the connector before it returns.
	Close() error
}

// Identity is who the network says we are.
type Identity struct {
	Remote string
	Handle string
	Name   string
	URL    string
	// Network is what an external program calls the network that it reaches;
	// "": the account's own says it.
	Network string
	// Audience is nil where the network does not tell.
	Audience *Audience
	// Expires is when the sign-in ends; zero: not known or never.
	Expires time.Time
}

// Audience counts who is at the other end of an account.
type Audience struct {
	Followers int
	Following int
	Posts     int
}

// FetchRequest asks for one page of a stream.
type FetchRequest struct {
	Stream  Stream
	Cursor  string
	Limit   int           // wished number of messages; the connector may give fewer or more
	History time.Duration // how far back the first fetch goes
	Now     time.Time
}

// Waiter is a Connector that is told by its network when something is new.
type Waiter interface {
	// Wait blocks until there may be something new in any stream, or fails.
	Wait(ctx context.Context) error
}

// Finder is a Connector that can look whether an action was already done.
type Finder interface {
	// Find looks on the network; false with a nil error is a sure no.
	Find(ctx context.Context, a Action) (Receipt, bool, error)
}

// Budgeter is a Connector that knows what is left of its network's limits.
type Budgeter interface {
	// Budgets returns them as the network last told. No network call.
	Budgets() []Budget
}

// Sourcer is a Connector that reads several sources, each of which can fail
// on its own.
type Sourcer interface {
	// Failing returns those that could not be read when they were asked last,
	// or want something of a person, in the order of the configuration; nil:
	// none. No network call.
	Failing() []Source
}

// Contexter is a Connector that can read the rest of a conversation.
type Contexter interface {
	// Context returns the messages around a thread that a stream did not
	// bring: older ones, answers of others, our own.
	Context(ctx context.Context, t Thread) (Page, error)
}

// What a connector's error means. Wrap them; everything else is a fault that
// is worth a later try when reading, and a doubt when writing.
var (
	ErrAuth        = errors.New("the network refused the sign-in")
	ErrGone        = errors.New("it is no longer there")
	ErrUnsupported = errors.New("the network cannot do this")
	ErrInvalid     = errors.New("the network refused the content")
	// ErrUnreachable is the cause of a RetryError when no byte of the request
	// reached the network.
	ErrUnreachable = errors.New("the network could not be reached")
	// ErrResting is the cause of a RetryError of a call that was not made: what
	// is left of a limit is kept, or there is nothing left. It says nothing
	// about other calls.
	ErrResting = errors.New("the server's limit is used up")
)

// RetryError says that nothing was done and when to try again.
type RetryError struct {
	After time.Duration // at least this long; 0: the engine chooses
	Err   error
}

func (e *RetryError) Error() string {
	if e.After > 0 {
		return fmt.Sprintf("try again in %s: %v", e.After.Round(time.Second), e.Err)
	}
	return fmt.Sprintf("try again: %v", e.Err)
}

// Unwrap returns the cause.
func (e *RetryError) Unwrap() error { return e.Err }

// UncertainError says that a write may or may not have been done.
type UncertainError struct{ Err error }

func (e *UncertainError) Error() string { return fmt.Sprintf("may have been done: %v", e.Err) }

// Unwrap returns the cause.
func (e *UncertainError) Unwrap() error { return e.Err }

// Problem is an error for people: a code of the table of sentences, its
// arguments, and the technical detail for the log and the curious. It is
// itself an error. The zero value means no problem.
type Problem struct {
	Code   string   `json:"code,omitempty"`
	Args   []string `json:"args,omitempty"`
	Detail string   `json:"detail,omitempty"` // one clean line; never a secret
}

func (p Problem) Error() string {
	if p.Detail != "" {
		return p.Code + ": " + p.Detail
	}
	return p.Code
}

// Zero reports whether there is no problem.
func (p Problem) Zero() bool { return p.Code == "" && p.Detail == "" }

// The problem codes that connectors and the engine give. Each has a sentence
// in French and English with what to do next.
const (
	CodeAuth        = "auth"        // sign-in refused: renew the token
	CodeGone        = "gone"        // the target is no longer there
	CodeUnsupported = "unsupported" // the network cannot do this
	CodeInvalid     = "invalid"     // the content was refused
	CodeRetry       = "retry"       // not reachable or busy; tried again by itself
	CodeUncertain   = "uncertain"   // may have been done
	CodeReadOnly    = "readonly"    // answered on the network itself, where a link leads
	CodeMachine     = "machine"     // sent by a machine or to a list: nobody reads answers
	CodeScope       = "scope"       // the token does not allow it
	CodeMedia       = "media"       // the network does not take the file; Args: its name, why
	CodeSuspect     = "suspect"     // nothing proves who wrote it
	CodeNoMember    = "nomember"    // the account has nobody to answer as; Args: the setting
	CodeMoved       = "moved"       // a source has another address for good
	CodeNotFound    = "notfound"    // no such thread, account, contact …
	CodeConflict    = "conflict"    // somebody changed it meanwhile
	CodeEpoch       = "epoch"       // made in another copy of the store
	CodeServer      = "server"      // the account is on another server now; Args: account, the server before, the server now
	CodeIdentity    = "identity"    // the network takes the account for another now; Args: account, who it was, who it is
	CodeMissing     = "missing"     // a setting or secret is missing
	CodeStrange     = "strange"     // too much of an answer was not understood
	CodeEmpty       = "empty"       // a text without content
	CodeTooLong     = "toolong"     // longer than the network takes; Args: count, limit, unit
	CodeVisibility  = "visibility"  // the network has no such; Args: wished, those it has
	CodeTag         = "tag"         // no such tag can be; Args: the word
	CodeRole        = "role"        // this key may not do that
	CodeConfig      = "config"      // a changed configuration was not taken over; Args: the first mistake
	CodeChanged     = "changed"     // the thread changed since the answer was begun; Args: how many new, edited, deleted
	CodeAnswered    = "answered"    // somebody else has answered, or an answer waits; Args: who
	CodeComposing   = "composing"   // somebody else is writing an answer; Args: who
	CodeOtherClient = "otherclient" // the text names another client; Args: its name, the word, this client's name
	CodeReplyTo     = "replyto"     // the author wants the answer at an address of another domain; Args: that address, the author's
	CodeCharter     = "charter"     // the client's charter forbids it; Args: the word or rule, why
	CodeTone        = "tone"        // the client's charter advises against it; Args as CodeCharter's
	CodeVariable    = "variable"    // a saved reply has a gap that nobody filled; Args: its name
	CodeNeedless    = "needless"    // an act would change nothing; behind a point, why
	CodeReported    = "reported"    // the message was reported before; Args: by whom, when, RFC 3339
	CodeClients     = "clients"     // an act on a network never spans clients; Args: how many
	CodeMoment      = "moment"      // words that mean no moment; Args: the words
	CodePast        = "past"        // a moment that has passed; Args: the words
	CodeView        = "view"        // the configuration has that view: it is changed there; Args: its name
	CodeApart       = "apart"       // persons of two clients are never one; Args: the clients
	CodeBadQuery    = "query"       // a query is not understood; Args: what is wrong with it
	CodeWindow      = "window"      // the network no longer takes answers; Args: since when, RFC 3339
	CodeNotOurs     = "notours"     // possible under posts of our own only
	CodeClosed      = "closed"      // its author takes no answer of this account, or one of the two blocks the other
	CodeInPrivate   = "inprivate"   // not possible in a direct conversation
	CodeOut         = "out"         // the account is no longer in the conversation
	CodeRights      = "rights"      // the account lacks the right for it there
	CodeRival       = "rival"       // another program takes what comes for this account; Args: which
	CodeFull        = "full"        // no room left on the disk: nothing new is saved
	CodeRollback    = "rollback"    // the store was put back to an earlier state
	CodeBackup      = "backup"      // the store could not be backed up by itself; the Detail says why
	CodeDamaged     = "damaged"     // records of the store cannot be read; Args: how many, where it is known
	CodeInternal    = "internal"    // a fault of vigie
)

// ProblemOf turns an error into words for people.
func ProblemOf(err error) Problem {
	var p Problem
	if err == nil || errors.As(err, &p) {
		return p
	}
	code := CodeRetry
	var uncertain *UncertainError
	switch {
	case errors.Is(err, ErrAuth):
		code = CodeAuth
	case errors.Is(err, ErrGone):
		code = CodeGone
	case errors.Is(err, ErrUnsupported):
		code = CodeUnsupported
	case errors.Is(err, ErrInvalid):
		code = CodeInvalid
	case errors.Is(err, ErrConflict):
		code = CodeConflict
	case errors.As(err, &uncertain):
		code = CodeUncertain
	case errors.Is(err, ErrFull):
		code = CodeFull
	}
	return Problem{Code: code, Detail: err.Error()}
}

// Deliverer takes an escalation's brief to its contact. An error of the
// kinds above says whether it may have arrived.
type Deliverer interface {
	Deliver(ctx context.Context, to Contact, b Brief, key string) (Receipt, error)
}
