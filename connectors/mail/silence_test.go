package mail

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// TestASilentServerIsGone: a line that is dead and does not say so is given up
// soon after something was asked on it, and not while nothing is.
func TestASilentServerIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		m := &meter{Conn: ours}
		m.left.Store(maxAnswer)
		read := make(chan error, 1)
		next := func() { go func() { _, err := m.Read(make([]byte, 1)); read <- err }() }
		say := func() {
			t.Helper()
			if _, err := theirs.Write([]byte("*")); err != nil {
				t.Fatal(err)
			}
			if err := <-read; err != nil {
				t.Fatal(err)
			}
		}
		next()
		time.Sleep(time.Hour) // nothing was asked
		say()
		answered := m.asked()
		for range 5 { // it searches, and says so
			next()
			time.Sleep(silence - time.Second)
			say()
		}
		answered()
		next()
		time.Sleep(time.Hour)
		say()
		defer m.asked()()
		next()
		begun := time.Now()
		if err := <-read; err == nil || time.Since(begun) != silence {
			t.Errorf("after %s: %v", time.Since(begun), err)
		}
	})
}
