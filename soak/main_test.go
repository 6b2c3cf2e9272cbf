package soak

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"
)

// program is the path of vigie, built once for all tests.
var program string

// TestMain lets the test binary be the forum's external connector, and builds
// the program.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == forumWord {
		os.Exit(serveForum(os.Args[2], os.Args[3]))
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "vigie-soak-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "vigie")
	if out, err := exec.Command("go", "build", "-o", program, "vigie/cmd/vigie").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build vigie: %v\n%s", err, out)
		return 1
	}
	zerolog.SetGlobalLevel(zerolog.Disabled) // of the proxy
	// The tests wait far more than they compute.
	if err := flag.Set("test.parallel", "16"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if code := m.Run(); code != 0 {
		return code
	}
	// A toxic whose reader has gone waits for good, and so does who writes to it
	// (toxiproxy 2.5.0).
	err = goleak.Find(
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2/toxics.(*ToxicStub).Run"),
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2.(*ToxicLink).read"),
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2.(*ToxicLink).write"),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "goroutines are left:", err)
		return 1
	}
	return 0
}

// long reports whether the tests were asked to take their time.
func long() bool { return os.Getenv("VIGIE_SOAK") != "" }

// times is how often something is done: few times in every run, many in a
// long one.
func times(few, many int) int {
	if long() {
		return many
	}
	return few
}
