// Package wire holds what both ends of the door must agree on: how an argument
// list becomes the one string of an exec request and comes back unchanged,
// which variables may cross, the names of vigie's own requests, and how either
// end learns the user of the process at the other end of a Unix socket.
//
// It starts no program and reads no file.
package wire

// User is the name that the local client signs in with. Nothing depends on it.
const User = "vigie"

// StdinRequest is sent by the server on an exec channel of the local client
// when the command first reads its standard input. The client sends none of
// it before, so that a command that reads nothing takes nothing from a loop.
const StdinRequest = "stdin@vigie"

// Names of variables through which the local client describes its terminal.
const (
	EnvTTY     = "VIGIE_TTY"     // "pts/3"
	EnvColumns = "VIGIE_COLUMNS" // width of standard output, when a terminal
)

// MaxCommand is the longest command line in bytes: below the packet limit of
// golang.org/x/crypto/ssh, which is 256 KiB (read, v0.58.0).
const MaxCommand = 200 << 10
