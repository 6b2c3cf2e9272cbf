// Package pattern makes regular expressions that cost nothing before their
// first use: a program that starts for every command has no time for those of
// the networks it does not talk to.
package pattern

import (
	"regexp"
	"sync"
)

// Lazy returns what gives the regular expression expr, compiled at the first
// call. It is safe for concurrent use, and panics as regexp.MustCompile does.
func Lazy(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
