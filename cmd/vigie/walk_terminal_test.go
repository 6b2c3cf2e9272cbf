//go:build walk

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// road is how far away the person's terminal is: bytes arrive so late in each
// direction, and no faster than so many a second (0: as fast as they come).
type road struct {
	delay time.Duration
	rate  int
}

// terminal is a person's terminal with a program in it.
type terminal struct {
	t     *testing.T
	cmd   *exec.Cmd
	file  *os.File
	road  road
	typed chan []byte
	ended chan struct{} // the program's output has ended

	mu     sync.Mutex
	screen *vt.Emulator
	raw    bytes.Buffer // all that the program wrote
	last   time.Time    // when something was last typed or drawn
}

// newTerminal starts a program in a terminal of so many cells.
func newTerminal(t *testing.T, l road, width, height int, env []string, argv ...string) *terminal {
	t.Helper()
	term := &terminal{
		t: t, cmd: exec.Command(argv[0], argv[1:]...), road: l, typed: make(chan []byte, 1024), ended: make(chan struct{}),
		screen: vt.NewEmulator(width, height), last: time.Now(),
	}
	term.cmd.Env = env
	var err error
	if term.file, err = pty.StartWithSize(term.cmd, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}); err != nil {
		t.Fatal(err)
	}
	go term.answer()
	go term.send()
	go term.draw()
	t.Cleanup(term.close)
	return term
}

// answer hands on what the emulator answers to questions of the program.
func (term *terminal) answer() {
	buf := make([]byte, 4096)
	for {
		n, err := term.screen.Read(buf)
		if err != nil {
			return
		}
		term.typed <- bytes.Clone(buf[:n])
	}
}

// send carries what is typed over the link, in order.
func (term *terminal) send() {
	type late struct {
		at    time.Time
		bytes []byte
	}
	line := make(chan late, 4096)
	go func() {
		for l := range line {
			time.Sleep(time.Until(l.at))
			if _, err := term.file.Write(l.bytes); err != nil {
				continue
			}
		}
	}()
	for b := range term.typed {
		line <- late{time.Now().Add(term.road.delay), b}
	}
	close(line)
}

// draw carries what the program writes over the link to the screen.
func (term *terminal) draw() {
	type late struct {
		at    time.Time
		bytes []byte
	}
	line := make(chan late, 4096)
	go func() {
		defer close(term.ended)
		for l := range line {
			time.Sleep(time.Until(l.at))
			term.mu.Lock()
			_, _ = term.screen.Write(l.bytes) // it never fails
			term.raw.Write(l.bytes)
			term.last = time.Now()
			term.mu.Unlock()
		}
	}()
	free, buf := time.Now(), make([]byte, 32<<10)
	for {
		n, err := term.file.Read(buf)
		if n > 0 {
			if now := time.Now(); free.Before(now) {
				free = now
			}
			if term.road.rate > 0 {
				free = free.Add(time.Duration(n) * time.Second / time.Duration(term.road.rate))
			}
			line <- late{free.Add(term.road.delay), bytes.Clone(buf[:n])}
		}
		if err != nil { // the program has ended
			close(line)
			return
		}
	}
}

// text is what the screen shows, a line each.
func (term *terminal) text() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.screen.String()
}

// cells is what each cell of the screen shows, by line and column; "" behind
// a wide one.
func (term *terminal) cells() [][]string {
	term.mu.Lock()
	defer term.mu.Unlock()
	out := make([][]string, term.screen.Height())
	for y := range out {
		out[y] = make([]string, term.screen.Width())
		for x := range out[y] {
			if c := term.screen.CellAt(x, y); c != nil {
				out[y][x] = c.Content
			}
		}
	}
	return out
}

// cursor is where the cursor stands: column and line from 0.
func (term *terminal) cursor() (x, y int) {
	term.mu.Lock()
	defer term.mu.Unlock()
	at := term.screen.CursorPosition()
	return at.X, at.Y
}

// written is all that the program wrote.
func (term *terminal) written() []byte {
	term.mu.Lock()
	defer term.mu.Unlock()
	return bytes.Clone(term.raw.Bytes())
}

// quiet waits until nothing was typed or drawn for a while longer than the
// link takes.
func (term *terminal) quiet() {
	for range 400 {
		need := 120*time.Millisecond*crowd() + 2*term.road.delay
		term.mu.Lock()
		still := time.Since(term.last)
		term.mu.Unlock()
		if still >= need {
			return
		}
		time.Sleep(need - still)
	}
}

// crowd is how many want each core of this machine now, one at least: what is
// not written for a moment may only be waiting for its turn.
func crowd() time.Duration {
	raw, err := os.ReadFile("/proc/loadavg")
	fields := strings.Fields(string(raw))
	if err != nil || len(fields) < 4 {
		return 1
	}
	running, _, _ := strings.Cut(fields[3], "/")
	n, _ := strconv.Atoi(running)
	return time.Duration(max(1, n/runtime.NumCPU()))
}

// named are the keys that are no text.
func named(key string) ([]byte, bool) {
	for name, seq := range map[string]string{
		"enter": "\r", "esc": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ", "backspace": "\x7f",
		"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "pgdown": "\x1b[6~", "pgup": "\x1b[5~",
		"home": "\x1b[H", "end": "\x1b[F",
	} {
		if name == key {
			return []byte(seq), true
		}
	}
	if rest, ok := strings.CutPrefix(key, "ctrl+"); ok && len(rest) == 1 {
		return []byte{rest[0] & 0x1f}, true
	}
	return nil, false
}

// press types keys by name, and anything else as the text it is, a rune at a
// time.
func (term *terminal) press(keys ...string) {
	for _, k := range keys {
		if seq, ok := named(k); ok {
			term.types(seq)
			term.pause()
			continue
		}
		for _, r := range k {
			term.types([]byte(string(r)))
		}
		term.pause()
	}
}

// types sends bytes as a key does.
func (term *terminal) types(b []byte) {
	term.mu.Lock()
	term.last = time.Now()
	term.mu.Unlock()
	term.typed <- b
}

// pause is between keys: escape sequences must not run together.
func (term *terminal) pause() { time.Sleep(60 * time.Millisecond) }

// dwell is what a person takes to read a question.
func (term *terminal) dwell() { time.Sleep(500 * time.Millisecond) }

// paste puts in a text as a terminal does.
func (term *terminal) paste(s string) {
	term.types([]byte("\x1b[200~" + s + "\x1b[201~"))
	term.pause()
}

// hangUp takes the terminal away, as a lost link does.
func (term *terminal) hangUp() {
	_ = term.file.Close() // the program gets SIGHUP
	_ = term.cmd.Wait()
}

// wait waits for the program to end by itself, and returns its exit code.
func (term *terminal) wait() int {
	done := make(chan error, 1)
	go func() { done <- term.cmd.Wait() }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		term.t.Fatalf("the program does not end:\n%s", term.text())
	}
	select {
	case <-term.ended:
	case <-time.After(5 * time.Second):
	}
	return term.cmd.ProcessState.ExitCode()
}

func (term *terminal) close() {
	if term.cmd.ProcessState == nil {
		_ = term.cmd.Process.Kill()
		_ = term.cmd.Wait()
	}
	_ = term.file.Close()
	if pipe, ok := term.screen.InputPipe().(io.Closer); ok {
		_ = pipe.Close()
	}
}
