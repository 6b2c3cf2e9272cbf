package inbox

import "time"

// Cond is a condition on messages as far as a store can look it up: what a
// query is to its index. What it leaves open is decided by the function that
// comes with it (SearchRequest.Match, ThreadQuery.Match). The zero Cond is
// true.
type Cond struct {
	Op   CondOp
	Kids []Cond // of CondAnd, CondOr, CondNot (one)
	Term CondTerm
}

// CondOp is what a Cond does with its kids.
type CondOp uint8

// The operators. An "and" of none is true, an "or" of none is false.
const (
	CondAnd CondOp = iota
	CondOr
	CondNot
	CondIs // Term decides
)

// CondTerm is a leaf of a Cond. Of a list of threads it asks whether the
// thread has a message like that.
type CondTerm struct {
	Field CondField
	// Words are tokens as package words makes them, which the field must all
	// have; the last may be the beginning of a word (Prefix), and of those
	// that begin so Keep, when it is not nil, says which count.
	Words  []string
	Prefix bool
	Keep   func(token string) bool
	// Exact says that Words alone decide: their order and neighbours do not
	// matter.
	Exact bool
	// Value is what the other fields compare with, in lower case.
	Value string
	// Thread is the value of FieldThread, State of FieldState.
	Thread ThreadID
	State  State
	// From and To are the bounds of FieldTime: From <= time < To, zero: open.
	From, To time.Time
}

// CondField is what a CondTerm is about.
type CondField uint8

// The fields. Those of a message first, those of its thread after.
const (
	// FieldOther is what no index knows: only the exact function decides.
	FieldOther    CondField = iota
	FieldText               // words of text, descriptions of media, and marks (#tag, @handle, host)
	FieldAuthor             // words of the author's name and handle
	FieldAny                // either of them
	FieldTime               // the message's own time; of a thread that of its newest message
	FieldMedia              // has media
	FieldQuestion           // is theirs and asks something
	FieldThread             // is in that thread
	FieldAccount            // Value: the account's id, in lower case
	FieldClient             // Value: the client's id, in lower case
	FieldNetwork            // Value: the network's word
	FieldTag                // Value: the tag, accents or not; "a" matches "a" and "a/b"
	FieldKind               // Value: the thread's kind
	FieldState              // the thread's state
	FieldWatch              // the thread lies in Watches
	FieldUnread             // the thread is unread
	FieldMine               // the thread's newest message is ours
	FieldNoted              // the thread has notes
	FieldLang               // Value: the thread's language
	FieldFeeling            // Value: the word of the thread's Feeling
	FieldStatus             // Value: a Status that some message of theirs in the thread has
	FieldWindow             // the thread is ours and its network takes an answer until some time only
)

// SearchRequest asks for the newest messages that match.
type SearchRequest struct {
	// Where is what Match decides, as far as an index can know it. Where its
	// terms are exact it decides alone and Match is not asked; a term that is
	// not (FieldOther, Words without Exact) leaves it to Match.
	Where Cond
	// Match is the exact answer; nil: Where is all there is to say. It runs
	// inside a transaction, may be called from several goroutines at once, and
	// must not call the store. When all terms of Where
	// are about messages, it gets no more of the thread than its ID; and never
	// more of the message's post.
	Match func(Thread, Message) bool
	Limit int // how many hits to return, 0: all
	// Looks ends counting after so many messages were read to decide about
	// them; 0: no limit. The hits are complete all the same, the total may not be.
	Looks int
}

// SearchPage is what Search found.
type SearchPage struct {
	Hits    []Hit // newest first, by the messages' own time, then by number
	Total   int   // how many match, among those that could be read
	AtLeast bool  // there may be more than Total
	Damaged int   // messages passed over that cannot be read, or whose thread cannot
}

// IndexInfo says how far the search index of a store is.
type IndexInfo struct {
	Messages uint64 // in the store
	Indexed  uint64 // of them in the index, or on their way in memory
	Bytes    int64  // of the index, in the file; 0: not counted
}

// Compaction is what a store would gain by being written anew.
type Compaction struct {
	Bytes int64 // of the file
	Free  int64 // of them in pages that hold nothing
}

// What makes it worth while to write a store anew: so many bytes, and one part
// in so many, would be free.
const (
	worthBytes = 64 << 20
	worthPart  = 4
)

// Worth reports whether a store should be written anew by itself.
func (c Compaction) Worth() bool { return c.Free >= worthBytes && c.Free >= c.Bytes/worthPart }
