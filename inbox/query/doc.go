// Package query is the one language for views, filters, search and the command
// line: it parses a query, prints it in its canonical form and matches threads
// and messages against it.
//
//	query  = and { "OR" and }
//	and    = not { [ "AND" ] not }
//	not    = { "-" | "NOT" } ( "(" query ")" | term | word | phrase | family )
//	term   = key ":" ( word | phrase )
//	family = "~" ( word | phrase )
//
// Words are matched without case and accents from the beginning of a word on,
// phrases as whole words in a row, families by the stem of each of their words.
// A word or phrase that is one hashtag or handle is that. How text is folded
// and cut stands in package words, what each key means in terms.go, and for
// people in docs/query.md.
//
// A query is also a condition that an index can look up (Where, WhereThreads):
// where the condition is decided, Message and Conversation say the same.
//
// The package does no I/O. A Query never changes and may be used concurrently.
package query
