package main

import (
	"strings"
	"testing"
	"time"

	"vigie/store"
)

// TestHeldByAnImport asks for a store, and for its server, while an import has
// it: what is told is the import and how to wait for it.
func TestHeldByAnImport(t *testing.T) {
	dir := newDir(t)
	cmd := vigie(dir, "import", "--create", "-")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if !eventually(t.Context(), 20*time.Second, func() bool {
		held := store.Held(dir + "/vigie.db")
		return held != nil && held.PID == cmd.Process.Pid
	}) {
		t.Fatal("the import does not take the store")
	}
	for _, c := range []struct {
		command string
		code    int
	}{{"list", exitHeld}, {"status", exitNoServer}, {"stop", exitNoServer}} {
		got := process(t, dir, "", c.command)
		if got.code != c.code || !strings.Contains(got.err, "an import is running") || !strings.Contains(got.err, "--resume") {
			t.Errorf("%s: %+v", c.command, got)
		}
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if got := process(t, dir, "", "status"); got.code != exitNoServer || strings.Contains(got.err, "import") {
		t.Errorf("afterwards: %+v", got)
	}
}

// TestCommandOfALine reads what a process was told to do.
func TestCommandOfALine(t *testing.T) {
	for line, want := range map[string]string{
		"vigie --data d import --create f": "import",
		"vigie list --data=d is:done":      "list",
		"vigie reindex":                    "reindex",
		"vigie serve --ready-fd=3":         "",
		"vigie --data d demo":              "",
		"sleep 3":                          "",
		"vigie":                            "",
	} {
		if got := commandIn(strings.Fields(line)); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

// TestServerLostUnderAnImport kills a server that takes an import.
func TestServerLostUnderAnImport(t *testing.T) {
	dir := newDir(t)
	server := vigie(dir, "serve")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	if !eventually(t.Context(), 20*time.Second, func() bool { return process(t, dir, "", "status").code == exitOK }) {
		t.Fatal("the server does not listen")
	}
	cmd := vigie(dir, "--lang", "fr", "import", "--create", "-")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	cmd.Stderr = &told
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write([]byte(messageLines(6000))); err != nil {
		t.Fatal(err)
	}
	if !eventually(t.Context(), 20*time.Second, func() bool {
		return strings.TrimSpace(process(t, dir, "", "list", "--count").out) != "0"
	}) {
		t.Fatal("nothing was imported")
	}
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err == nil {
		t.Error("the server was not killed")
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the import ended well")
	}
	if s := told.String(); !strings.Contains(s, "liaison avec le serveur") || !strings.Contains(s, "--resume") {
		t.Errorf("told %q", s)
	}
}

// TestStopWaitsForTheStore: when stop returns, nobody has the store.
func TestStopWaitsForTheStore(t *testing.T) {
	dir := newDir(t)
	for range 3 {
		server := vigie(dir, "serve")
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		if !eventually(t.Context(), 20*time.Second, func() bool { return process(t, dir, "", "status").code == exitOK }) {
			t.Fatal("the server does not listen")
		}
		if got := process(t, dir, "", "stop"); got.code != exitOK {
			t.Fatalf("stop: %+v", got)
		}
		if held := store.Held(dir + "/vigie.db"); held != nil {
			t.Errorf("still held: %v", held)
		}
		if err := server.Wait(); err != nil {
			t.Error(err)
		}
	}
}
