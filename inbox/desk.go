package inbox

import (
	"time"

	"vigie/inbox/text"
)

// By says who acts: the actor, the session (a terminal, a command), and the
// line, to which undo is bound. The terminals of one person share a line that
// outlives them; that person's commands share another. Without a line nothing
// is remembered for undo.
type By struct {
	Actor   Actor
	Session string
	Line    string
}

// Made reports whether an act of that session and line is of this session. Who
// has no session is alone.
func (b By) Made(session, line string) bool {
	return b.Session != "" && b.Session == session && b.Line == line
}

// View is a named query: a tab in the terminal.
type View struct {
	ID    string // short word: "inbox", "theirs", or the configuration's
	Name  string // for people; "" for built-in views, named by the table of strings
	Query string // in the query language
	Split Split
	State []State // empty: decided by Query
	Saved bool    // by a person in the program, not in the configuration
	Hide  bool    // its tab is not shown while it is empty
}

// Builtin reports whether the view is vigie's own: the only ones that the table
// of strings names and that have no query.
func (v View) Builtin() bool { return !v.Saved && v.Name == "" && v.Query == "" }

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
	Drafts   []Draft   // answers and notes being written, oldest first
}

// ReplyRequest is an answer on its way to the outbox.
type ReplyRequest struct {
	Thread     ThreadID
	Parent     string // remote id of the message answered; "": the newest of theirs
	Text       string
	Edit       string   // remote id of an own message that gets Text instead; "": a new answer
	Media      []Upload // stored already, see Shelf
	More       []string // further parts, each sent as an answer to the one before
	Visibility string
	Private    bool          // a private answer (ActPrivate)
	Hold       time.Duration // negative: the client's own; 0: none
	At         time.Time     // send later; zero: now
	Draft      string        // id of the draft it is made of: the same draft is never queued twice
	SeenN      int           // the thread's newest event that its writer has seen; 0: not told
	// Despite lists the problem codes that the person has seen and overruled:
	// CodeChanged, CodeAnswered, CodeComposing, CodeOtherClient, CodeReplyTo, CodeTone.
	// Any other refusal stands.
	Despite []string
}

// ReportRequest is a message of theirs on its way to the network's moderators.
type ReportRequest struct {
	Thread  ThreadID
	Message string // remote id; "": the newest of theirs
	Reason  string // one of Caps.Reasons
	Text    string // for the moderators; may be empty
	Anyway  bool   // although it was reported before
}

// AnsweredRequest is a person's word that they have answered on the network
// itself: where vigie cannot answer, it shows the link and keeps the text.
type AnsweredRequest struct {
	Thread ThreadID
	Text   string // what they say to have answered; may be empty
	Draft  string // id of the draft that it was; "": none
}

// DraftRequest asks for the draft to go on with, or for a new one.
type DraftRequest struct {
	Thread  ThreadID
	Note    bool   // a private note instead of an answer
	Private bool   // a private answer
	Edit    string // remote id of an own message that is to be corrected; "": a new text
	ID      string // this draft, whoever began it; "": the line's own newest that is not being written elsewhere
}

// EscalateRequest is a thread on its way to a contact.
type EscalateRequest struct {
	Contact  ContactID
	Question string
	Severity string
	Due      time.Time // zero: no deadline
}

// Undid says what an undo took back, or with an error what it did not: enough
// for one sentence.
type Undid struct {
	Verb    Verb
	Kind    ActionKind // of the actions of an act on many threads
	Threads []ThreadID
	Actions int     // of an act on many threads: how many were taken back or turned round
	Action  *Action // what was taken out of the outbox before it left, or the inverse act that was queued
	Draft   bool    // the text of an answer given on the network itself is a draft again
	Left    int     // threads left as they are: somebody else changed them meanwhile
}

// Performed is what became of an act on many threads.
type Performed struct {
	Queued  []Action
	Refused []RefusedAct // the threads where it cannot be done
}

// RefusedAct is a thread on which an act cannot be done, and why.
type RefusedAct struct {
	Thread  ThreadID
	Problem Problem
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
	LastAt   time.Time // of the last try
	Budgets  []Budget  // empty: the network tells none
	Failing  []Source  // of an account with several sources, those that fail
	Received int       // messages stored since the server started
}

// Culprit is the source whose failing is what is wrong with the account, if
// there is one: it says more than the account's problem.
func (a AccountStatus) Culprit() (Source, bool) {
	switch a.Problem.Code {
	case CodeGone, CodeInvalid, CodeRetry, CodeStrange, CodeRights, CodeNotFound, CodeTooLong:
		for _, s := range a.Failing {
			if s.Code != CodeMoved {
				return s, true
			}
		}
	}
	return Source{}, false
}

// SessionInfo is an attached terminal or a running command.
type SessionInfo struct {
	ID        string
	Name      string // "pts/3", "ssh ines@10.0.0.2"; cleaned
	Since     time.Time
	Line      string // see By
	Composing ThreadID
	Draft     string // id of the draft being written; "" when none
}

// Found is what a search found: the newest hits, and how many there are.
type Found struct {
	Hits    []Hit // newest first, by the messages' own time
	Total   int
	AtLeast bool // there may be more than Total: the count is not done
	Damaged int  // messages that could not be looked at
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
