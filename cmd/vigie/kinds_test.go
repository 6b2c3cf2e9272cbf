package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// quick is how long a command may take: only one that hangs takes longer.
const quick = 2 * time.Minute

// process runs this program as a process of its own.
func process(t *testing.T, dir, stdin string, args ...string) said {
	t.Helper()
	return finish(t, vigie(dir, args...), stdin)
}

// finish waits for a command, but not for long.
func finish(t *testing.T, cmd *exec.Cmd, stdin string) said {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(quick, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	if !late.Stop() {
		t.Fatalf("%q takes longer than %s: %v\n%s%s", cmd.Args, quick, err, out.String(), errs.String())
	}
	return said{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// serving starts a server as a process of its own and waits until it listens.
// The returned function tells it to stop and waits until it has.
func serving(t *testing.T, serve *exec.Cmd, stop func() said) func() {
	t.Helper()
	out, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Errorf("the server does not listen: %q, %v", line, err)
	}
	return func() {
		t.Helper()
		if got := stop(); got.code != exitOK {
			t.Errorf("stop: %+v", got)
		}
		if err := serve.Wait(); err != nil {
			t.Errorf("the server ended with %v", err)
		}
	}
}

// wholeStore makes a store with some hundred messages, and a good backup of
// it in its place. It returns the directory and the backup's path.
func wholeStore(t *testing.T) (dir, backup string) {
	t.Helper()
	dir = t.TempDir()
	var lines strings.Builder
	for i := range 600 {
		line, err := json.Marshal(map[string]any{
			"v": 1, "type": "message", "account": "x", "client": "x", "network": "bridge", "thread": fmt.Sprint("t", i/2), "id": fmt.Sprint("m", i),
			"kind": "mention", "at": "2026-11-22T08:00:00Z", "author": map[string]string{"id": "lea", "handle": "@lea"}, "text": fmt.Sprintf("livraison écrasée, numéro %d", i),
		})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	if got := process(t, dir, lines.String(), "import", "--create", "-"); got.code != exitOK {
		t.Fatalf("import: %+v", got)
	}
	backup = filepath.Join(dir, "backups", "vigie-20261122T070000Z.db")
	if err := os.Mkdir(filepath.Dir(backup), 0o700); err != nil {
		t.Fatal(err)
	}
	if got := process(t, dir, "", "backup", backup); got.code != exitOK {
		t.Fatalf("backup: %+v", got)
	}
	return dir, backup
}

// onlyBackup takes the other backups away.
func onlyBackup(t *testing.T, backup string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(backup))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() == filepath.Base(backup) {
			continue
		}
		if err := os.Remove(filepath.Join(filepath.Dir(backup), e.Name())); err != nil {
			t.Fatal(err)
		}
	}
}

// ruin is one way in which a store's file can be ruined.
type ruin struct {
	name  string
	file  func(whole []byte, page int) []byte
	opens string // part of what is said of a store that opens all the same; "": it is refused
}

func ruins() []ruin {
	cut := func(n int) func([]byte, int) []byte {
		return func(whole []byte, _ int) []byte { return whole[:n] }
	}
	without := func(from, to int) func([]byte, int) []byte {
		return func(whole []byte, page int) []byte {
			clear(whole[from*page : to*page])
			return whole
		}
	}
	const torn = "the newest change may be missing"
	return []ruin{
		{name: "0 bytes", file: cut(0)},
		{name: "1 byte", file: cut(1)},
		{name: "4095 bytes", file: cut(4095)},
		{name: "metas only", file: func(whole []byte, page int) []byte { return whole[:2*page] }},
		{name: "first half", file: func(whole []byte, _ int) []byte { return whole[:len(whole)/2] }},
		{name: "first half minus 137 bytes", file: func(whole []byte, _ int) []byte { return whole[:len(whole)/2-137] }},
		{name: "last page missing", file: func(whole []byte, page int) []byte { return whole[:len(whole)-page] }},
		{name: "meta 0 zeroed", file: without(0, 1), opens: torn},
		{name: "meta 1 zeroed", file: without(1, 2), opens: torn},
		{name: "both metas zeroed", file: without(0, 2)},
		{name: "plain text", file: func([]byte, int) []byte { return []byte(strings.Repeat("dear diary\n", 2000)) }},
		{name: "garbage page headers", file: func(whole []byte, page int) []byte {
			for at := 2 * page; at < len(whole); at += page {
				copy(whole[at:], "\xdb garbage, not a header")
			}
			return whole
		}},
		{name: "bit flips in values", opens: "damaged record", file: func(whole []byte, _ int) []byte {
			return bytes.ReplaceAll(whole, []byte("numéro 7"), []byte("numéro q"))
		}},
	}
}

// TestKindsOfDamage gives every kind of ruined store to the program: it
// neither crashes nor hangs nor touches what it refuses, and says in one
// sentence which file it is and what to type.
func TestKindsOfDamage(t *testing.T) {
	dir, backup := wholeStore(t)
	path := filepath.Join(dir, "vigie.db")
	whole, err := os.ReadFile(backup) // without the room that the store has at its end
	if err != nil {
		t.Fatal(err)
	}
	seen, err := os.ReadFile(path + ".seen")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range ruins() {
		t.Run(k.name, func(t *testing.T) {
			ruined := k.file(bytes.Clone(whole), os.Getpagesize())
			for name, content := range map[string][]byte{path: ruined, path + ".seen": seen} {
				if err := os.WriteFile(name, content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			onlyBackup(t, backup) // a server of before may have made its own
			if k.opens != "" {
				k.opensAllTheSame(t, dir)
				return
			}
			for _, command := range []string{"status", "list", "serve"} {
				got := process(t, dir, "", command)
				if got.code != exitFailure || strings.Count(got.err, "\n") != 1 || got.out != "" {
					t.Errorf("vigie %s: exit %d\n%s%s", command, got.code, got.out, got.err)
				}
				for _, want := range []string{path, backup, "vigie restore --newest"} {
					if !strings.Contains(got.err, want) {
						t.Errorf("vigie %s does not name %s: %s", command, want, got.err)
					}
				}
			}
			after, err := os.ReadFile(path)
			if err != nil || sha256.Sum256(after) != sha256.Sum256(ruined) {
				t.Errorf("the file was changed (%v)", err)
			}
			restored(t, dir)
		})
	}
}

// restored types what the sentence says.
func restored(t *testing.T, dir string) {
	t.Helper()
	if got := process(t, dir, "", "restore", "--newest"); got.code != exitOK {
		t.Errorf("restore: %+v", got)
	}
	if got := process(t, dir, "", "list", "--count"); got.out != "300\n" || got.err != "" {
		t.Errorf("after the restore: %+v", got)
	}
}

// opensAllTheSame asks for what is said of a store that can be used.
func (k ruin) opensAllTheSame(t *testing.T, dir string) {
	t.Helper()
	if got := process(t, dir, "", "list", "--count"); got.code != exitOK || strings.TrimSpace(got.out) == "0" {
		t.Errorf("list: %+v", got)
	}
	if got := process(t, dir, "", "doctor"); !strings.Contains(got.out, k.opens) {
		t.Errorf("doctor does not say %q:\n%s", k.opens, got.out)
	}
	if got := process(t, dir, "", "status"); got.code != exitNoServer {
		t.Errorf("status: %+v", got)
	}
	serving(t, vigie(dir, "serve"), func() said { return process(t, dir, "", "stop") })()
}
