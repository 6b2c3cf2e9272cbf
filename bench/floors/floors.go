// Package floors knows the least that the parts vigie is built on allow: the
// smallest Bubble Tea program, the smallest program on a terminal, two writes
// that are on the disk, bbolt alone. Each is a small program below this
// directory, built by Build, so that it is measured as vigie is: from outside.
package floors

import (
	"context"
	"path/filepath"

	"vigie/bench/run"
)

// The programs.
const (
	Teahello  = "teahello"  // the smallest Bubble Tea program
	Ttyfloor  = "ttyfloor"  // the smallest program on a raw terminal
	Syncfloor = "syncfloor" // prints microseconds of 2 × (write + fdatasync)
	Boltfloor = "boltfloor" // prints microseconds of opening a bbolt file
)

// Ready is what the two terminal programs show when they are.
const Ready = "READY"

// Build builds a program of this module, stripped, into dir and returns its
// path. Go's own cache makes it quick the second time.
func Build(ctx context.Context, root, dir, pkg string) (string, error) {
	path := filepath.Join(dir, filepath.Base(pkg))
	_, err := run.Command{
		Argv: []string{"go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "./" + pkg},
		Dir:  root, Env: []string{"CGO_ENABLED=0"},
	}.Run(ctx)
	return path, err
}

// Path is the package of a floor, as Build takes it.
func Path(name string) string { return "bench/floors/" + name }
