//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// example is the path of a program of the documents.
func example(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "docs", "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// python runs a few lines with the machine's Python.
func python(t *testing.T, code string, args ...string) string {
	t.Helper()
	out, err := exec.Command("python3", append([]string{"-B", "-c", code}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("python3: %v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// fillGuestbook writes three entries as a web site would.
const fillGuestbook = `
import sqlite3, sys
sys.path.insert(0, sys.argv[1])
import guestbook
book = guestbook.Guestbook(sys.argv[2])
with book.db:
    for i in (1, 2, 3):
        book.db.execute("INSERT INTO entry (changed, page, at, author, text) VALUES (?, 'p1', ?, 'lea', ?)", (i, f"2026-11-22T08:0{i}:00Z", f"Vous ouvrez demain ? {i}"))
`

func journalLine(thread, id, text string) string {
	return fmt.Sprintf(`{"kind":"comment","thread":%q,"id":%q,"at":%q,"author":{"id":"lea","name":"Léa"},"text":%q}`+"\n",
		thread, id, time.Now().UTC().Add(-time.Minute).Format(time.RFC3339), text)
}

// Each program of the documents keeps every promise, and as an account it is
// collected from once, and answered through.
func TestBridgeExamples(t *testing.T) {
	db, file := filepath.Join(t.TempDir(), "guestbook.db"), filepath.Join(t.TempDir(), "journal.jsonl")
	python(t, fillGuestbook, filepath.Dir(example(t, "guestbook.py")), db)
	if err := os.WriteFile(file, []byte(journalLine("t1", "1", "Vous ouvrez ?")+journalLine("t2", "2", "Merci")+journalLine("t1", "3", "Et dimanche ?")), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, setting, value string
		threads              int
		said                 func(text string) int // how often it stands there
	}{
		{"guestbook.py", "database", db, 1, func(text string) int {
			n, _ := strconv.Atoi(python(t, `import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM entry WHERE text = ? AND author = 'site' AND NOT deleted", (sys.argv[2],)).fetchone()[0])`, db, text))
			return n
		}},
		{"journal.sh", "file", file, 2, func(text string) int {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Count(string(b), strconv.Quote(text))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := example(t, c.name)
			b := NewBox(t, watching(fmt.Sprintf("      - id: livre\n        network: bridge\n        command: [%q]\n        settings: {%s: %q}\n        %s\n", path, c.setting, c.value, allHistory)))
			told := b.Must("connector", "test", "--set", c.setting+"="+c.value, "--act", "--", path)
			if !strings.Contains(told, "12") || strings.Count(told, "\n") != 13 {
				t.Errorf("connector test: %s", told)
			}
			b.Sync()
			rows := b.List("is:any account:livre")
			if len(rows) != c.threads {
				t.Fatalf("%d threads, want %d: %+v", len(rows), c.threads, rows)
			}
			before := b.Must("export")
			if again := b.Sync()[0]; again.New+again.Edited+again.Deleted != 0 || b.Must("export") != before {
				t.Errorf("collected again: %+v", again)
			}
			text := "Oui, dès sept heures !"
			b.Must("reply", rows[0].ID, "--text", text, "--hold", "0s")
			if n := c.said(text); n != 1 {
				t.Errorf("the answer stands there %d times", n)
			}
			b.Sync()
			if n := c.said(text); n != 1 {
				t.Errorf("then %d times", n)
			}
		})
	}
}

// Programs that crash, hang, flood or speak nonsense, each an account of one
// server: their health says it in words, the server answers at once all the
// while, the good neighbour goes on collecting, and when the server ends none
// of them, nor of their children, is left.
func TestBridgeContained(t *testing.T) {
	notes, file := t.TempDir(), filepath.Join(t.TempDir(), "journal.jsonl")
	if err := os.WriteFile(file, []byte(journalLine("t1", "1", "Bonjour")), 0o600); err != nil {
		t.Fatal(err)
	}
	const hello = `read l; echo '{"jsonrpc":"2.0","id":1,"result":{"network":"odd","caps":["fetch"]}}'; read l; `
	bad := map[string]struct{ rest, told string }{
		"crash":   {hello + `exit 3`, "the program ended"},
		"garbage": {hello + `echo Traceback; read l`, "not JSON-RPC"},
		"flood":   {hello + `yes '{"jsonrpc":"2.0","method":"hey"}'`, "nobody asked for"},
		"line":    {hello + `cat /dev/zero`, "a line of more than"},
		"deaf":    {`trap '' TERM INT HUP; (trap '' TERM INT HUP; exec sleep 600) & echo $! >>"$1"; exec sleep 600`, "did not answer within"},
		"noisy":   {`yes "help me" >&2 & ` + hello + `exit 4`, "the program ended"},
	}
	var accounts strings.Builder
	fmt.Fprintf(&accounts, "      - {id: bon, network: bridge, command: [%q], settings: {file: %q}}\n", example(t, "journal.sh"), file)
	for name, c := range bad {
		script := filepath.Join(notes, name+".sh")
		if err := os.WriteFile(script, []byte(`echo $$ >>"$1"; `+c.rest+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&accounts, "      - {id: %s, network: bridge, command: [sh, %q, %q]}\n", name, script, filepath.Join(notes, name+".pid"))
	}
	b := NewBox(t, watching(accounts.String()))
	pid := b.Serve()
	Until(t, "every account tells what is wrong with its program", func() bool {
		began := time.Now()
		list := b.Must("account", "list")
		if took := time.Since(began); took > 20*time.Second { // not behind the deaf one
			t.Errorf("the server answered after %s", took)
		}
		for _, c := range bad {
			if !strings.Contains(list, c.told) {
				return false
			}
		}
		return true
	})
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(journalLine("t2", "2", "Encore moi"))
	}
	if err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	b.Run("sync", "bon")
	Until(t, "the good neighbour collects", func() bool { return len(b.List("is:any account:bon")) == 2 })
	b.Must("stop")
	b.gone(pid)
	for name := range bad {
		raw, err := os.ReadFile(filepath.Join(notes, name+".pid"))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range strings.Fields(string(raw)) {
			if child, err := strconv.Atoi(word); err != nil || alive(child) {
				t.Errorf("%s: process %s is left (%v)", name, word, err)
			}
		}
	}
}
