// Command vigie is a unified social inbox in the terminal. Without arguments
// it attaches this terminal to the inbox's server, and starts that server in
// the background if none runs. Everything else is a subcommand; "vigie help"
// lists them.
package main

import (
	"context"
	"os"
)

func main() {
	p := &program{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		env: os.Getenv, local: true, terminal: true,
	}
	os.Exit(p.run(context.Background(), os.Args[1:]))
}
