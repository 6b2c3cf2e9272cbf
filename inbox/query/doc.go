// Package query is the one language for views, filters, search and the command
// line: it parses a query, prints it in its canonical form and matches threads
// and messages against it.
//
//	query = and { "OR" and }
//	and   = not { [ "AND" ] not }
//	not   = { "-" | "NOT" } ( "(" query ")" | term | word | phrase )
//	term  = key ":" ( word | phrase )
//
// Words are matched without case and accents from the beginning of a word on,
// phrases as whole words in a row. What each key means stands in terms.go, and
// for people in docs/query.md.
//
// The package does no I/O. A Query never changes and may be used concurrently.
package query
