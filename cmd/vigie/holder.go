package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"vigie/cmd/vigie/attach"
	"vigie/cmd/vigie/config"
	"vigie/store"
)

// heldError says who has the store and how to wait: a server, or one command
// that was typed while none ran.
func heldError(code int, held *store.HeldError) error {
	since := held.Since.Local().Format("2006-01-02 15:04:05")
	switch command := commandOf(held); command {
	case "":
		return fail(code, "store.held", held.Path, held.PID, since, held.Host)
	case "import":
		return fail(code, "store.held-import", held.PID, since)
	default:
		return fail(code, "store.held-command", command, held.PID, since)
	}
}

// commandOf is the command that the process runs that has the store; "": it is
// a server, or nobody can tell.
func commandOf(held *store.HeldError) string {
	host, err := os.Hostname()
	if err != nil || held.PID == 0 || held.Host != host {
		return ""
	}
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", held.PID))
	if err != nil {
		return ""
	}
	return commandIn(strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00"))
}

// commandIn is the command of a command line, the program's name being its
// first word; "" for those that serve, and for other programs.
func commandIn(line []string) string {
	words, err := new(globals).take(line[1:])
	if err != nil || len(words) == 0 {
		return ""
	}
	for _, group := range new(program).groups() {
		for _, cmd := range group.commands {
			if cmd.Name() == words[0] && words[0] != "serve" && words[0] != "demo" {
				return words[0]
			}
		}
	}
	return ""
}

// noServer says that no server runs, and which command has the store.
func noServer(paths config.Paths) error {
	if held := store.Held(paths.Store()); held != nil && commandOf(held) != "" {
		return heldError(exitNoServer, held)
	}
	return fail(exitNoServer, "status.none", paths.Data)
}

// lostError says what became of a command when the link to the server ended
// under it.
func (p *program) lostError(ctx context.Context, cmd *cobra.Command, code int, err error) error {
	switch {
	case !errors.Is(err, attach.ErrLost) || errors.Is(err, attach.ErrNothingDone) || ctx.Err() != nil:
		return err
	case cmd.Name() == "import":
		return &exitError{code: code, key: "import.lost", err: err}
	}
	return &exitError{code: code, key: "attach.lost-command", err: err}
}
