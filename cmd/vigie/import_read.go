package main

import (
	"context"
	"errors"

	"vigie/inbox/bridge"
)

// A chunk of lines is full with so many lines or bytes.
const (
	chunkLines = 256
	chunkBytes = 256 << 10
)

// readLine is one line of an import, taken apart.
type readLine struct {
	line   bridge.Line
	bad    *bridge.LineError // why it is refused
	n      int               // its number
	before bridge.Mark
	after  bridge.Mark
}

// size is what it holds in memory at most, in bytes, about.
func (l *readLine) size() int { return int(l.after.Offset-l.before.Offset) + lineOverhead }

// chunk is some lines, and why there are no more; io.EOF at the end.
type chunk struct {
	lines []readLine
	err   error
}

// readAhead takes lines apart while others are stored: at most two chunks are
// ahead of whoever receives. It ends with ctx, though not before a read that
// waits returns.
func readAhead(ctx context.Context, r *bridge.Reader) <-chan chunk {
	out := make(chan chunk)
	go func() {
		for {
			c := readChunk(r)
			select {
			case <-ctx.Done():
				return
			case out <- c:
			}
			if c.err != nil {
				return
			}
		}
	}()
	return out
}

func readChunk(r *bridge.Reader) chunk {
	c := chunk{lines: make([]readLine, 0, chunkLines)}
	start := r.Mark().Offset
	for len(c.lines) < chunkLines && r.Mark().Offset-start < chunkBytes {
		l := readLine{before: r.Mark()}
		var err error
		l.line, l.n, err = r.Next()
		l.after = r.Mark()
		if err != nil && !errors.As(err, &l.bad) {
			c.err = err
			break
		}
		c.lines = append(c.lines, l)
	}
	return c
}
