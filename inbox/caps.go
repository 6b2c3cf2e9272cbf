package inbox

import "time"

// Unit is what a network counts a text's length in.
type Unit string

// The units that exist.
const (
	Characters Unit = "characters" // Unicode code points
	Weighted   Unit = "weighted"   // as twitter-text counts: most of Latin 1, all else 2
	Graphemes  Unit = "graphemes"
	UTF16      Unit = "utf16"
	Bytes      Unit = "bytes"
)

// TextLimit is how long a text may be. Zero Max: no limit known.
type TextLimit struct {
	Max       int
	Unit      Unit
	MaxBytes  int // a second limit, in bytes; 0: none
	URLLength int // a link counts as this many, whatever its length; 0: as it is
	// LocalMentions: of @user@host only @user counts.
	LocalMentions bool
}

// MediaLimit is what may go with an answer. Zero Max: nothing.
type MediaLimit struct {
	Max   int      // files
	Bytes int64    // of a file
	Types []string // media types: "image/png"; "image/*" stands for all of them
	Alt   int      // longest description, in code points; 0: no limit known
	Alone bool     // they may go without a text
	// Caption is the longest text that goes with files, in the unit of texts; 0:
	// as long as without.
	Caption int
}

// Capability says whether an ActionKind can be done, and how surely once.
type Capability struct {
	OK    bool
	Class Class
	Why   string // a Problem code when not OK: why it cannot be done here
}

// Caps is what an Account can do, or, when asked for a Thread, what can be
// done there. A kind that is missing cannot be done.
type Caps struct {
	Streams      []Stream
	Acts         map[ActionKind]Capability
	Reply        TextLimit
	Message      TextLimit     // of direct messages
	Media        MediaLimit    // of an answer
	Visibilities []string      // that an answer may choose; empty: no choice
	Reasons      []string      // that a report may give, the network's words
	KeyWindow    time.Duration // how long the network keeps an idempotency key (class A)
	ReplyWindow  time.Duration // how long after their newest message it takes an answer; 0: for ever
	// Windows are those of kinds of message that have another; 0: for ever.
	Windows map[Kind]time.Duration
	// ReadsOwnWrites: what the network accepted is in its lists at once, so
	// that not finding it there is a proof (class C).
	ReadsOwnWrites bool
	// TellsHidden: what is fetched says whether it is hidden. Else a message that
	// an act of ours hid stays so until one shows it again.
	TellsHidden bool
	// EditsUndated: no message tells when it was changed, so the one that was
	// fetched last is what stands.
	EditsUndated bool
	Push         bool          // the connector is also a Waiter that works here
	MinPoll      time.Duration // not more often than this
}

// Can reports whether kind can be done.
func (c Caps) Can(kind ActionKind) bool { return c.Acts[kind].OK }

// ClassOf returns the declared class, D when nothing is declared.
func (c Caps) ClassOf(kind ActionKind) Class {
	if cl := c.Acts[kind].Class; cl != "" {
		return cl
	}
	return ClassD
}

// WindowFor is how long a message of that kind can be answered; 0: for ever.
func (c Caps) WindowFor(kind Kind) time.Duration {
	if w, ok := c.Windows[kind]; ok {
		return w
	}
	return c.ReplyWindow
}

// LimitWith is LimitFor of a text with so many files.
func (c Caps) LimitWith(kind Kind, files int) TextLimit {
	l := c.LimitFor(kind)
	if n := c.Media.Caption; files > 0 && n > 0 && (l.Max == 0 || n < l.Max) {
		l.Max = n
	}
	return l
}

// LimitFor is the limit of a text sent into a thread of that kind.
func (c Caps) LimitFor(kind Kind) TextLimit {
	if kind == KindDM && c.Message.Max > 0 {
		return c.Message
	}
	return c.Reply
}
