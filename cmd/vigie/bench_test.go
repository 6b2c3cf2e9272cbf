package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// benchMessages is the size of the inbox that the benchmarks of this file
// measure with.
const benchMessages = 100_000

// corpus writes messages in the bridge format: the same ones each time, 8
// accounts of 4 clients, a third of the threads with several messages.
func corpus(b *testing.B, path string, n int) {
	b.Helper()
	var w bytes.Buffer
	rng := rand.New(rand.NewPCG(42, 42))
	words := strings.Fields("bonjour merci vous ouvrez demain commande livraison pain question réponse projet équipe match billet retard site panne bravo quand pourquoi comment the order is late thanks where team update please café crème brûlée 👍 été")
	at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	thread := 0
	for i := range n {
		if i == 0 || rng.IntN(3) > 0 {
			thread = i
		}
		at = at.Add(time.Duration(rng.IntN(600)) * time.Second)
		text := make([]string, 8+rng.IntN(30))
		for k := range text {
			text[k] = words[rng.IntN(len(words))]
		}
		acc := thread % 8
		fmt.Fprintf(&w, `{"v":1,"type":"message","client":"client%d","account":"account%d","network":%q,"kind":"mention","thread":"t%d","id":"m%d","at":%q,"author":{"id":"a%d","handle":"@person%d","name":"Person %d"},"text":%q}`+"\n",
			acc/2, acc, []string{"mastodon", "bluesky"}[acc%2], thread, i, at.Format(time.RFC3339), thread%5000, thread%5000, thread%5000, strings.Join(text, " "))
	}
	if err := os.WriteFile(path, w.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
}

// full makes a data directory with benchMessages in it and returns it with
// the time the import took.
func full(b *testing.B) (dir string, took time.Duration) {
	b.Helper()
	dir = b.TempDir()
	file := filepath.Join(dir, "corpus.jsonl")
	corpus(b, file, benchMessages)
	if err := os.Chmod(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	begun := time.Now()
	if out, err := vigie(dir, "import", "--create", file).CombinedOutput(); err != nil {
		b.Fatalf("import: %v\n%s", err, out)
	}
	return dir, time.Since(begun)
}

// vigie is this test binary as the program.
func vigie(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], append([]string{"--data", dir}, args...)...)
	cmd.Env = []string{"VIGIE_AS_PROGRAM=1", "TERM=xterm-256color", "LANG=C.UTF-8", "HOME=" + dir, "PATH=" + os.Getenv("PATH")}
	return cmd
}

// BenchmarkImport imports 100,000 messages into a new store: whole process.
func BenchmarkImport(b *testing.B) {
	var took time.Duration
	for b.Loop() {
		_, t := full(b)
		took += t
	}
	b.ReportMetric(float64(benchMessages*b.N)/took.Seconds(), "messages/s")
	b.ReportMetric(0, "ns/op")
}

// screen is an attached terminal of 120×40.
type screen struct {
	b   *testing.B
	tty *os.File
	cmd *exec.Cmd
	in  chan []byte
}

func attachScreen(b *testing.B, dir string) *screen {
	b.Helper()
	cmd := vigie(dir)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		b.Fatal(err)
	}
	s := &screen{b: b, tty: tty, cmd: cmd, in: make(chan []byte, 1024)}
	go func() {
		defer close(s.in)
		for {
			buf := make([]byte, 1<<16)
			n, err := tty.Read(buf)
			if n > 0 {
				s.in <- buf[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	return s
}

// until reads until text is on its way to the screen.
func (s *screen) until(text string) {
	s.b.Helper()
	var seen []byte
	limit := time.After(20 * time.Second)
	for !bytes.Contains(seen, []byte(text)) {
		select {
		case p, ok := <-s.in:
			if !ok {
				s.b.Fatalf("ended before %q:\n%q", text, seen)
			}
			seen = append(seen, p...)
		case <-limit:
			s.b.Fatalf("never %q:\n%q", text, seen)
		}
	}
}

// settle reads until nothing came for the time d, and counts the bytes and
// the time of the last of them.
func (s *screen) settle(d time.Duration) (n int, last time.Time) {
	for {
		select {
		case p, ok := <-s.in:
			if !ok {
				return n, last
			}
			n += len(p)
			last = time.Now()
		case <-time.After(d):
			return n, last
		}
	}
}

func (s *screen) leave() {
	s.b.Helper()
	if _, err := s.tty.WriteString("q"); err != nil {
		s.b.Fatal(err)
	}
	for range s.in { // to the end of what it writes
	}
	if err := s.cmd.Wait(); err != nil {
		s.b.Fatal(err)
	}
	if err := s.tty.Close(); err != nil {
		s.b.Fatal(err)
	}
}

// served starts a server on an inbox of 100,000 messages.
func served(b *testing.B) (dir string) {
	b.Helper()
	dir, _ = full(b)
	cmd := vigie(dir, "serve")
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := vigie(dir, "stop").Run(); err != nil {
			b.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	})
	return dir
}

// BenchmarkAttach attaches a terminal to a running server: from the start of
// the process to the newest thread's author on the screen.
func BenchmarkAttach(b *testing.B) {
	dir := served(b)
	var times []time.Duration
	for b.Loop() {
		begun := time.Now()
		s := attachScreen(b, dir)
		s.until("Person")
		times = append(times, time.Since(begun))
		s.leave()
	}
	reportTimes(b, times, "ms-to-first-frame")
}

// BenchmarkKey moves the cursor in an inbox of 100,000 messages: from the key
// to the last byte of the move, and how many bytes that is. What the preview
// writes when the cursor rests is counted apart. "within" moves where all rows
// are on the screen, "scroll" moves every row by one.
func BenchmarkKey(b *testing.B) {
	dir := served(b)
	for _, c := range []struct{ name, before, keys string }{{"within", "", "jk"}, {"scroll", "\x06\x06", "jj"}} {
		b.Run(c.name, func(b *testing.B) {
			s := attachScreen(b, dir)
			s.until("Person")
			s.press(c.before)
			s.settle(300 * time.Millisecond)
			s.moves(c.keys)
			s.leave()
		})
	}
}

func (s *screen) press(keys string) {
	s.b.Helper()
	if _, err := s.tty.WriteString(keys); err != nil {
		s.b.Fatal(err)
	}
}

// moves presses the keys in turn and reports what the moves cost.
func (s *screen) moves(keys string) {
	b := s.b
	b.Helper()
	var times []time.Duration
	var move, rest []int
	for i := 0; b.Loop(); i++ {
		begun := time.Now()
		s.press(keys[i%len(keys) : i%len(keys)+1])
		first, ok := <-s.in
		if !ok {
			b.Fatal("ended while keys were pressed")
		}
		at := time.Now()
		n, last := s.settle(30 * time.Millisecond)
		if n == 0 {
			last = at
		}
		times = append(times, last.Sub(begun))
		move = append(move, n+len(first))
		n, _ = s.settle(200 * time.Millisecond)
		rest = append(rest, n)
	}
	reportTimes(b, times, "ms-key-to-screen")
	slices.Sort(move)
	slices.Sort(rest)
	b.ReportMetric(float64(move[len(move)/2]), "bytes/move")
	b.ReportMetric(float64(move[len(move)*95/100]), "bytes/move-p95")
	b.ReportMetric(float64(rest[len(rest)/2]), "bytes/preview")
}

func reportTimes(b *testing.B, times []time.Duration, unit string) {
	slices.Sort(times)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(times[len(times)/2]), unit+"-p50")
	b.ReportMetric(ms(times[len(times)*95/100]), unit+"-p95")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkList prints the newest 50 threads without a server: whole process.
func BenchmarkList(b *testing.B) {
	dir, _ := full(b)
	var times []time.Duration
	for b.Loop() {
		begun := time.Now()
		if err := vigie(dir, "list", "-n", "50").Run(); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(begun))
	}
	reportTimes(b, times, "ms-list-50")
}
