// Package saved finds a client's saved replies and fills them in. What a
// stranger calls themselves is cleaned and never taken for a variable. The
// package does no I/O, and all of it may be used concurrently.
package saved
