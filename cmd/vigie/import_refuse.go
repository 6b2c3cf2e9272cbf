package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"vigie/tui/lang"
)

// refusedTold is how many refused lines are told one by one; the others are
// counted.
const refusedTold = 20

// refusedAlike is how many of those have the same reason.
const refusedAlike = 3

// refusals are the lines that were not taken.
type refusals struct {
	p    lang.Printer
	err  io.Writer // for people
	all  io.Writer // for all of them; nil: nobody wants them
	n    int
	told map[string]int // how many were, by reason
	sum  int            // of told
}

func (r *refusals) add(line int, reason string) {
	r.n++
	sentence := r.p.T("import.refused", line, reason)
	if r.all != nil {
		fmt.Fprintln(r.all, sentence)
	}
	if r.sum >= refusedTold || r.told[reason] >= refusedAlike {
		return
	}
	fmt.Fprintln(r.err, sentence)
	if r.told == nil {
		r.told = map[string]int{}
	}
	r.told[reason]++
	r.sum++
}

// end tells of those that were only counted.
func (r *refusals) end() {
	more := lang.Count(r.n - r.sum)
	switch {
	case more <= 0:
	case r.all != nil:
		fmt.Fprintln(r.err, r.p.T("import.refused-more", more))
	default:
		fmt.Fprintln(r.err, r.p.T("import.refused-more", more)+" — "+r.p.T("import.refused-how"))
	}
}

// listErrors makes a file the place of standard output, where an import with
// --errors - lists the lines it refused.
func (p *program) listErrors(path string) (finish func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	p.out = f
	return func() error {
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		return nil
	}, nil
}

// withValue gives a flag of a command line another value.
func withValue(words []string, flag, value string) []string {
	var out []string
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case w == "--":
			return append(out, words[i:]...)
		case w == flag && i+1 < len(words):
			i++
			out = append(out, flag, value)
		case strings.HasPrefix(w, flag+"="):
			out = append(out, flag+"="+value)
		default:
			out = append(out, w)
		}
	}
	return out
}
