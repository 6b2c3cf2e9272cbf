package attach

import (
	"context"
	"io"
	"testing"

	"vigie/tui/door"
)

func BenchmarkRunning(b *testing.B) {
	_, socket := serve(b, nil)
	for b.Loop() {
		if !Running(b.Context(), socket) {
			b.Fatal("not running")
		}
	}
}

func BenchmarkConnect(b *testing.B) {
	_, socket := serve(b, nil)
	for b.Loop() {
		l, err := connect(b.Context(), socket)
		if err != nil {
			b.Fatal(err)
		}
		_ = l.conn.Close()
	}
}

func BenchmarkExec(b *testing.B) {
	_, socket := serve(b, func(context.Context, door.Command) int { return 0 })
	for b.Loop() {
		if _, err := Exec(b.Context(), Options{Socket: socket}, []string{"x"}, nil, io.Discard, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFirstFrame is from the start of Shell to the first frame's bytes.
func BenchmarkFirstFrame(b *testing.B) {
	_, socket := serve(b, nil)
	for b.Loop() {
		s := attach(b, socket, 120, 40)
		s.expect(b, "120x40")
		b.StopTimer()
		s.key(b, "q")
		s.end(b)
		b.StartTimer()
	}
}

// BenchmarkKey is from a key press to its letter on the screen.
func BenchmarkKey(b *testing.B) {
	_, socket := serve(b, nil)
	s := attach(b, socket, 120, 40)
	s.expect(b, "120x40")
	for i := 0; b.Loop(); i++ {
		letter := string(rune('A' + i%2))
		s.mu.Lock()
		s.out.Reset()
		s.mu.Unlock()
		s.key(b, letter)
		s.expect(b, letter)
	}
	s.key(b, "q")
	b.StopTimer()
	<-s.ended
}
