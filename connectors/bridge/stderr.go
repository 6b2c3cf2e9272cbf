package bridge

import (
	"bufio"
	"io"
	"log/slog"
	"time"

	"vigie/inbox"
)

// A program may say this much on its standard error; the rest is counted.
const (
	linesAMinute = 60
	bytesALine   = 1024
)

// stderr takes a program's standard error to the log.
type stderr struct {
	log   *slog.Logger
	clock inbox.Clock
	scrub func(string) string

	begun   time.Time // of the running minute
	written int
	dropped int
}

// copy reads until r ends.
func (e *stderr) copy(r io.Reader) {
	br := bufio.NewReaderSize(r, bytesALine)
	for {
		b, more, err := br.ReadLine()
		if err != nil {
			break
		}
		said := string(b)
		for more && err == nil { // the rest of a long line
			_, more, err = br.ReadLine()
		}
		e.write(said)
	}
	e.tell()
}

func (e *stderr) write(said string) {
	if now := e.clock.Now(); now.Sub(e.begun) >= time.Minute {
		e.tell()
		e.begun, e.written = now, 0
	}
	if e.written >= linesAMinute {
		e.dropped++
		return
	}
	e.written++
	e.log.Info("program says", "line", e.scrub(said))
}

// tell says how much was left out.
func (e *stderr) tell() {
	if e.dropped > 0 {
		e.log.Warn("program says too much", "dropped", e.dropped)
		e.dropped = 0
	}
}
