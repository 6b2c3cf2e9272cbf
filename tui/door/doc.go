// Package door serves sessions: the terminal program and vigie's own commands,
// over SSH on a Unix socket and, when asked, on TCP. There is one code path:
//
//	listener ─▶ admit (peer uid | limits) ─▶ SSH handshake (none | public key)
//	  ─▶ session channel ─▶ pty-req env window-change
//	       ├─ shell ─▶ tea.Program behind a guard
//	       └─ exec  ─▶ words ─▶ Options.Exec
//
// What it never does: run a shell or a program, forward a port, an agent or a
// display, serve a subsystem, or pass a variable of the visitor on to one.
// Whatever is not named above is refused.
//
// On the Unix socket a visitor is who the kernel says it is: the user the
// server runs as, or nobody. On TCP a visitor is the public key it signed
// with; the keys, with their roles, stand in a file like OpenSSH's
// authorized_keys (see ParseKeys). The host key is made once.
//
// A session is isolated: a panic in its Update, View or commands, a visitor
// that stops reading, a lost link, a hostile frame or input end that session
// and no other. When the server stops, every program quits first, so that each
// terminal gets its screen, cursor and mouse back; then connections close.
//
// On disk: the socket, the host key with its public half (".pub") beside it.
package door
