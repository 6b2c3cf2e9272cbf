package bridge

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"vigie/inbox"
)

// script is a program in sh: it greets, and does the rest at the first call
// after that. $1 is a file of the test.
func script(t *testing.T, rest string) (b bench, note string) {
	t.Helper()
	note = filepath.Join(t.TempDir(), "note")
	b = odd(t, "fine")
	b.setup.Command = []string{"sh", "-c", `echo $$ >>"$1"; read l; echo '{"jsonrpc":"2.0","id":1,"result":` + goodHello + `}'; read l; ` + rest, "sh", note}
	return b, note
}

// numbers are the processes that a script noted.
func numbers(t *testing.T, note string) []int {
	t.Helper()
	raw, err := os.ReadFile(note)
	if err != nil {
		t.Fatal(err)
	}
	var out []int
	for _, word := range strings.Fields(string(raw)) {
		pid, err := strconv.Atoi(word)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, pid)
	}
	return out
}

const emptyAnswer = `echo '{"jsonrpc":"2.0","id":2,"result":` + emptyPage + `}'; `

// TestFloods: a program that never stops writing costs its call and its life,
// and next to no memory.
func TestFloods(t *testing.T) {
	for name, c := range map[string]struct{ rest, reason string }{
		"words":                     {`yes`, "not JSON-RPC"},
		"notifications":             {`yes '{"jsonrpc":"2.0","method":"hey"}'`, "nobody asked for"},
		"other answers":             {`yes '{"jsonrpc":"2.0","id":77,"result":null}'`, "nobody asked for"},
		"one line":                  {`cat /dev/zero`, "a line of more than"},
		"empty lines, then nothing": {`yes '' | head -c 5000000`, "the program ended"},
	} {
		t.Run(name, func(t *testing.T) {
			b, note := script(t, c.rest)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			_, err := b.fetch(t.Context(), "")
			runtime.GC()
			runtime.ReadMemStats(&after)
			if p := inbox.ProblemOf(err); p.Code != inbox.CodeRetry || !strings.Contains(p.Detail, c.reason) || len(p.Detail) > 300 {
				t.Errorf("told as %+v", p)
			}
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 32<<20 {
				t.Errorf("%d bytes are kept", grown)
			}
			for _, pid := range numbers(t, note) {
				if !ended(pid) {
					t.Errorf("%d lives", pid)
				}
			}
		})
	}
}

// TestStderrFlood: a program that never stops talking beside its answers gives
// them all the same.
func TestStderrFlood(t *testing.T) {
	b, note := script(t, `yes "I am a flood" >&2 & `+emptyAnswer+`read l`)
	if p, err := b.fetch(t.Context(), ""); err != nil || p.Cursor != "c" {
		t.Errorf("%+v, %v", p, err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.log.String(), "I am a flood"); n > linesAMinute {
		t.Errorf("%d lines in the log", n)
	}
	if !ended(numbers(t, note)[0]) {
		t.Error("the program lives")
	}
}

// TestDeafToSignals: a program, and its children, that ignore every signal
// which can be ignored and the end of their input are gone after Close.
func TestDeafToSignals(t *testing.T) {
	b, note := script(t, `trap '' TERM INT HUP QUIT PIPE; for i in 1 2 3 4 5; do (trap '' TERM INT HUP; exec sleep 300) & echo $! >>"$1"; done; `+
		emptyAnswer+`while :; do sleep 300; done`)
	b.limits.stop = 50 * time.Millisecond
	if _, err := b.fetch(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	pids := numbers(t, note)
	if len(pids) != 6 {
		t.Fatalf("processes %v", pids)
	}
	for _, pid := range pids {
		if !ended(pid) {
			t.Errorf("%d lives", pid)
		}
	}
}

// TestHeirOfTheOutput: when a program ends, a child that holds its output does
// not keep the call waiting: not one of its group, which ends with it, nor one
// that left the group.
func TestHeirOfTheOutput(t *testing.T) {
	for name, start := range map[string]string{"in the group": "sh", "out of the group": "setsid sh"} {
		t.Run(name, func(t *testing.T) {
			b, note := script(t, start+` -c 'echo $$ >>"$0"; exec sleep 300' "$1" & until [ "$(wc -l <"$1")" = 2 ]; do :; done; exit 0`)
			b.limits.call = time.Minute
			_, err := b.fetch(t.Context(), "")
			if p := inbox.ProblemOf(err); !strings.Contains(p.Detail, "the program ended") {
				t.Errorf("told as %+v", p)
			}
			pid := numbers(t, note)[1]
			if name == "in the group" {
				if !ended(pid) {
					t.Error("the child lives")
				}
				return
			}
			if dead(pid) {
				t.Error("the child that left is ended")
			}
			_ = syscall.Kill(pid, syscall.SIGKILL)
		})
	}
}

// TestLastWords: what a program answered before it ended is taken.
func TestLastWords(t *testing.T) {
	b, _ := script(t, emptyAnswer+`exit 0`)
	if p, err := b.fetch(t.Context(), ""); err != nil || p.Cursor != "c" {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestDeafToItsInput: a program that does not read is ended at its time, with
// an answer too large for a pipe on its way.
func TestDeafToItsInput(t *testing.T) {
	b, note := script(t, `exec sleep 300`)
	b.limits.call = 300 * time.Millisecond
	a := inbox.Action{Kind: inbox.ActReply, Key: "k", Conversation: "t", Target: "1", Text: strings.Repeat("x", 1<<20)}
	if _, err := b.fetch(t.Context(), ""); err == nil {
		t.Fatal("it answered")
	}
	b.fails = 0
	_, err := b.Do(t.Context(), a)
	var doubt *inbox.UncertainError
	if !errors.As(err, &doubt) {
		t.Errorf("a write of which a part may have been read: %v", err)
	}
	for _, pid := range numbers(t, note) {
		if !ended(pid) {
			t.Errorf("%d lives", pid)
		}
	}
}
