package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"

	"vigie/inbox"
)

// childEnv makes the test binary a child of a test: what it does, then the
// store's path.
const childEnv = "VIGIE_STORE_TEST_CHILD"

func TestMain(m *testing.M) {
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
	case "die": // without Close
		fmt.Println("held")
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	case "full":
		err = fullDisk(db)
	case "ingest":
		err = ingestForEver(db)
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

// fullDisk fills the store up to a limit of the file's size.
func fullDisk(db *DB) error {
	ctx := context.Background()
	signal.Ignore(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		return err
	}
	small := before
	small.Cur = 1 << 20
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		return err
	}
	msgs, stored := corpus(10_000), 0
	ingest := func() (err error) {
		for ; stored < len(msgs) && err == nil; stored += 100 {
			_, err = db.Ingest(ctx, inbox.Ingest{Account: benchAccount(), Messages: msgs[stored : stored+100]})
		}
		return err
	}
	if err := ingest(); err == nil {
		return errors.New("the limit had no effect")
	}
	stored -= 100
	rep, err := db.Check(ctx)
	if err != nil || rep.Total > 0 {
		return fmt.Errorf("after the disk was full: %v %v", rep.Faults, err)
	}
	info, err := db.Info(ctx)
	if err != nil || info.Messages != uint64(stored) {
		return fmt.Errorf("%d messages, want %d: %v", info.Messages, stored, err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		return err
	}
	return ingest()
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
