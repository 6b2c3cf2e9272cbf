package main

import (
	"os"
	"testing"
)

// TestMain lets the test binary be vigie itself, for tests and benchmarks
// that need it as a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("VIGIE_AS_PROGRAM") != "" {
		main()
	}
	os.Exit(m.Run())
}
