// Package conformance is the contract that a connector signs: one check for
// each promise, run against a network that the connector's own tests bring.
//
// What a connector promises:
//
//	caught up            a fetch with nothing new is empty and its cursor stays
//	cancelled            a cancelled call returns soon and says so
//	once                 the same action with the same key acts once; equal texts are not taken for one another
//	missing capability   what the account cannot do is ErrUnsupported, and nothing leaves
//	not offered          what ThreadCaps does not offer is ErrUnsupported, and no call is made
//	acts                 every other act is carried out once; a repetition changes nothing; its inverse takes it back
//	statuses             what is held, spam, binned or hidden is fetched as such, whoever made it so
//	own edits            an own message has its new text, once, and only that
//	files                a file goes with an answer, once, with its description
//	paging               pages skip nothing and repeat nothing, also when items arrive in between
//	restart              a restart from any cursor ever returned loses nothing
//	bad cursor           an old or unreadable cursor means a full read, never a panic
//	edits and deletes    they arrive, under the same ids
//	sign-in refused      401 is ErrAuth
//	slow down            429 with Retry-After is a RetryError with that wait
//	broken network       5xx and lost connections are RetryError for reads, UncertainError for writes
//	unreachable          what cannot leave is a RetryError by ErrUnreachable, writes too
//	lost answer          a write that was done and whose answer was lost is found again, and done once
//	lost act             so is every other act; one that sets a state may be done again
//	clean text           every text is clean, and every id and address free of control characters
//	times                every time is UTC and none is zero
//	stable ids           two readers see the same ids, conversations, kinds and times
//	huge answer          an endless answer is cut, not read
//	garbage              an answer that makes no sense is an error, and nothing is lost by it
//	bad item             one bad item is refused and told; the rest is kept
//	no goroutine left    Close ends every goroutine
//	no secret told       neither errors nor logs hold a secret
//	capabilities         what Caps offers, Do accepts; the stream and class lists are complete
//	push                 Wait returns when something came, and when it is cancelled
//	context              the rest of a conversation holds what the streams brought
//
// A connector whose network lacks a thing (no writing, no push, no editing)
// leaves it out of its Caps or its Rig; the check is then skipped and says so.
package conformance
