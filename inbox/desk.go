package inbox

import (
	"time"

	"vigie/inbox/text"
)

// By says who acts: the actor and, for a person, the session (a terminal, a
// command), to which undo is bound.
type By struct {
	Actor   Actor
	Session string
}

// View is a named query: a tab in the terminal.
type View struct {
	ID    string // short word: "inbox", "theirs", or the configuration's
	Name  string // for people; "" for built-in views, named by the table of strings
	Query string // in the query language
	Split Split
	State []State // empty: decided by Query
}

// ViewQuery asks for a window of a View, narrowed.
type ViewQuery struct {
	View   View
	Client ClientID // "": all
	Filter string   // a further query, "" for none
	After  ListCursor
	Limit  int
}

// ThreadView is a thread with what the reader shows.
type ThreadView struct {
	Thread   Thread
	Client   Client
	Account  Account
	Post     *Post
	Messages []Message // oldest first
	Events   []Event   // oldest first; notes are events with Verb Noted
	Actions  []Action  // of the outbox, oldest first
	Caps     Caps      // of this thread
	Draft    *Draft
}

// ReplyRequest is an answer on its way to the outbox.
type ReplyRequest struct {
	Thread     ThreadID
	Parent     string // remote id of the message answered; "": the newest of theirs
	Text       string
	Visibility string
	Hold       time.Duration // negative: the client's own; 0: none
	At         time.Time     // send later; zero: now
}

// EscalateRequest is a thread on its way to a contact.
type EscalateRequest struct {
	Contact  ContactID
	Question string
	Severity string
	Due      time.Time // zero: no deadline
}

// Undid says what an undo took back: enough for one sentence.
type Undid struct {
	Verb    Verb
	Threads []ThreadID
	Action  *Action // a held answer that was taken back into its draft
}

// AccountStatus is an account with its health.
type AccountStatus struct {
	Account  Account
	Identity Identity
	Caps     Caps
	Streams  []StreamState
	Problem  Problem // the worst of the streams; zero: healthy
	Syncing  bool
	NextAt   time.Time
	OKAt     time.Time
}

// SessionInfo is an attached terminal or a running command.
type SessionInfo struct {
	ID        string
	Name      string // "pts/3", "ssh ines@10.0.0.2"; cleaned
	Since     time.Time
	Composing ThreadID
}

// Found is what a search found: the newest hits, and how many there are.
type Found struct {
	Hits  []Hit // newest first, by the messages' own time
	Total int
}

// Progress is one step of a pass, for people who wait.
type Progress struct {
	Account  AccountID
	Stream   Stream
	Result   IngestResult
	Refused  []Refusal
	Problem  Problem
	Done     bool // of the whole account
	Identity text.Safe
}
