package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"vigie/inbox"
)

// childEnv makes the test binary a child of a test: what it does, then the
// store's path.
const childEnv = "VIGIE_STORE_TEST_CHILD"

// children are what the test binary is to a store that has it looked over: as
// its first argument, before the path.
var children = map[string]func(path string) int{
	"look": func(path string) int { return ProbeMain(context.Background(), path, os.Stdout) },
	"fault": func(path string) int {
		fmt.Fprintln(os.Stderr, "unexpected fault address\ngoroutine 1 [running]")
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			return 0
		}
		select {}
	},
	"panic":  func(path string) int { panic(path) },
	"babble": func(string) int { fmt.Println("no JSON"); return 1 },
	"hang":   func(string) int { select {} },
}

// lookedAt is an option to have the store looked at by a child.
func lookedAt(child string) Options { return Options{Probe: ProbeBy(os.Args[0], child)} }

func TestMain(m *testing.M) {
	if len(os.Args) == 3 {
		if what := children[os.Args[1]]; what != nil {
			os.Exit(what(os.Args[2]))
		}
	}
	if what := os.Getenv(childEnv); what != "" {
		if err := child(what, os.Args[len(os.Args)-1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(what, path string) error {
	db, err := Open(context.Background(), path, Options{})
	if err != nil {
		return err
	}
	switch what {
	case "hold": // until the parent lets go
		fmt.Println("held")
		_, err = io.Copy(io.Discard, os.Stdin)
	case "change and die":
		if _, err := db.NewEpoch(context.Background()); err != nil {
			return err
		}
		fmt.Println("changed")
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	case "die": // without Close
		fmt.Println("held")
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	case "full to enlarge":
		err = fullDisk(db, 0)
	case "full to write":
		err = fullDisk(db, 200)
	case "full to compact":
		err = fullToCompact(db)
	case "ingest":
		err = ingestForEver(db)
	case "ingest and compact":
		go compactForEver(db)
		err = ingestForEver(db)
	default:
		err = dieCompacting(db, what)
	}
	return errors.Join(err, db.Close())
}

// ingestForEver stores page after page from where the cursor is, and prints
// the number of each when it is stored.
func ingestForEver(db *DB) error {
	ctx, msgs := context.Background(), corpus(40_000)
	states, err := db.StreamStates(ctx)
	if err != nil {
		return err
	}
	from := 0
	if len(states) > 0 {
		if from, err = strconv.Atoi(states[0].Cursor); err != nil {
			return err
		}
	}
	for ; from < len(msgs); from += 20 {
		state := inbox.StreamState{Account: benchAccount().ID, Stream: inbox.StreamMentions, Cursor: strconv.Itoa(from + 20)}
		_, err := db.Ingest(ctx, inbox.Ingest{
			Account: benchAccount(), Messages: msgs[from : from+20], Actor: inbox.Native, Now: msgs[from].At, Stream: &state,
		})
		if err != nil {
			return err
		}
		fmt.Println(from + 20)
	}
	return errors.New("nobody killed it")
}

// startChild starts the test binary as a child and waits for its first line.
func startChild(t *testing.T, what, path string) (cmd *exec.Cmd, lines *bufio.Scanner, letGo func()) {
	t.Helper()
	cmd = exec.Command(os.Args[0], path)
	cmd.Env = append(os.Environ(), childEnv+"="+what)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines = bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the child said nothing")
	}
	return cmd, lines, func() {
		if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
			t.Error(err)
		}
	}
}
