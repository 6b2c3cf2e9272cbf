// Command vigie is a unified social inbox in the terminal. Without arguments
// it attaches this terminal to the inbox's server, and starts that server in
// the background if none runs. Everything else is a subcommand; "vigie help"
// lists them.
package main

import (
	"context"
	"os"

	"vigie/store"
)

// probeWord is the command by which vigie has a store looked over in a process
// of its own. It is nobody's to type: it does nothing else, and is not listed.
const probeWord = "probe-store"

func main() {
	ctx := context.Background()
	if len(os.Args) == 3 && os.Args[1] == probeWord {
		os.Exit(store.ProbeMain(ctx, os.Args[2], os.Stdout))
	}
	p := &program{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		env: os.Getenv, local: true, terminal: true,
	}
	if self, err := os.Executable(); err == nil {
		p.probe = store.ProbeBy(self, probeWord)
	}
	os.Exit(p.run(ctx, os.Args[1:]))
}
