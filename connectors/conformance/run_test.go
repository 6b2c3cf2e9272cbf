package conformance

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
)

func fakeHarness(broken string) Harness {
	return Harness{Info: fakeInfo(), New: func(T) Rig { return newFakeNet().rig(broken) }}
}

func TestAGoodConnectorPasses(t *testing.T) {
	Run(t, fakeHarness(""))
}

// recorder is a T that remembers how a check ended.
type recorder struct {
	*testing.T
	ctx     context.Context
	errors  []string
	cleanup []func()
}

func (r *recorder) Helper()                  {}
func (r *recorder) Logf(string, ...any)      {}
func (r *recorder) Context() context.Context { return r.ctx }
func (r *recorder) Cleanup(f func())         { r.cleanup = append(r.cleanup, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Skipf(format string, args ...any) {
	r.Errorf("skipped: "+format, args...)
	runtime.Goexit()
}

// verdict runs one check and returns what it found.
func verdict(t *testing.T, c Check, broken string) []string {
	t.Helper()
	r := &recorder{T: t, ctx: t.Context()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Run(r, fakeHarness(broken))
	}()
	<-done
	for _, f := range slices.Backward(r.cleanup) {
		f()
	}
	return r.errors
}

// TestEveryPromiseCanBeBroken shows that each check finds a connector that
// breaks its promise.
func TestEveryPromiseCanBeBroken(t *testing.T) {
	broken := map[string][]string{
		"caught up": {"restless"}, "cancelled": {"deaf"}, "once": {"twice"}, "missing capability": {"anything"},
		"statuses": {"unjudging"}, "own edits": {"twin"}, "files": {"empty-handed"},
		"not offered": {"everywhere", "eager", "mute"}, "acts": {"restless acts", "one way", "nowhere", "twice privately"},
		"paging": {"skip"}, "restart": {"forget"}, "bad cursor": {"cursor"}, "edits and deletes": {"stale"},
		"sign-in refused": {"auth"}, "slow down": {"wait"}, "broken network": {"doubt", "wait"}, "unreachable": {"nowhere to go"}, "lost answer": {"blind", "sure"},
		"lost act": {"sure", "forgetful", "restless acts"}, "clean text": {"dirty"}, "times": {"zone"}, "stable ids": {"fickle"},
		"huge answer": {"swallow"}, "garbage": {"swallow"}, "bad item": {"silent"}, "no goroutine left": {"leak"},
		"no secret told": {"secret"}, "capabilities": {"keep"}, "push": {"startled"}, "context": {"rename"},
	}
	for _, c := range Checks() {
		if len(broken[c.Name]) == 0 {
			t.Errorf("nothing breaks %q", c.Name)
		}
		for _, how := range broken[c.Name] {
			t.Run(c.Name+"/"+how, func(t *testing.T) {
				if found := verdict(t, c, how); len(found) == 0 {
					t.Errorf("a connector that is %q passes", how)
				}
			})
		}
	}
}
