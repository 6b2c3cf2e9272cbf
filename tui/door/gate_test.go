package door

import (
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// Nothing that is written to a connection waits longer than the limit: replies
// and commands too, not only the frames of a program.
func TestConnectionWriteLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		defer there.Close()
		v := &visit{Conn: here, gate: newGate(&Door{limits: Limits{}.withDefaults()}, true)}
		defer v.Close()
		begun := time.Now()
		if _, err := v.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(begun) != 10*time.Second {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
	})
}
