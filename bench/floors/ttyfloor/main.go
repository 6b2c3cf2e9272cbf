// Ttyfloor is the least that a Go program can do on a terminal: raw mode, a
// word, and two lines for each key. What is measured on it is the floor for
// any program in Go.
package main

import (
	"fmt"
	"os"

	"golang.org/x/term"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "ttyfloor:", err)
		os.Exit(1)
	}
}

func run() error {
	old, err := term.MakeRaw(0)
	if err != nil {
		return err
	}
	defer term.Restore(0, old) //nolint:errcheck // the process ends
	if _, err := os.Stdout.WriteString("\x1b[2J\x1b[HREADY"); err != nil {
		return err
	}
	var b [64]byte
	for i := 0; ; i++ {
		n, err := os.Stdin.Read(b[:])
		if err != nil || b[0] == 'q' {
			return nil // the terminal is gone, or enough
		}
		_, err = fmt.Fprintf(os.Stdout, "\x1b[%dH\x1b[0mline %-40d\x1b[%dH\x1b[7mline %-40d", i%30+1, i, i%30+2, i+n)
		if err != nil {
			return err
		}
	}
}
