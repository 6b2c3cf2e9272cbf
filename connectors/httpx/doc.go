// Package httpx is the one HTTP client of all connectors.
//
// It sends a request, reads a bounded answer and says in the words of package
// inbox what the outcome means: whether a sign-in was refused, whether a later
// try is worth it, and above all whether a write may have been carried out.
//
//	observed                                       read          write
//	no name, no connection, no TLS, cancelled
//	before the wire: ErrUnreachable is the cause   RetryError    RetryError
//	a limit that is used up (Budget): ErrResting   RetryError    RetryError
//	connection lost, time-out, 408, 5xx, 3xx       RetryError    UncertainError
//	429, 425 (and 503 with Retry-After)            RetryError    RetryError (503: UncertainError)
//	401, 403 that speaks of the sign-in            ErrAuth       ErrAuth
//	403 otherwise, 405, 501                        ErrUnsupported
//	404, 410                                       ErrGone
//	409 with an Idempotency-Key                    –             UncertainError: it is still running
//	any other 4xx                                  ErrInvalid, with the server's words
//
// A write goes out at most once: without a way to send its body again, and,
// unless a foreign transport carries it, on a fresh HTTP/1.1 connection. So a
// stream refused and a kept connection that dies at the wrong moment cannot
// happen to it.
//
// It never retries, never keeps a cookie, never follows a redirect of a write
// and never one to another host, never speaks plain http to anything but this
// machine (a Public client may do the last two), and puts neither tokens nor
// query strings into errors and logs.
package httpx
