package bridge

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/inbox"
)

// forum builds the sample of the documents.
func forum(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "forum")
	if out, err := exec.Command("go", "build", "-o", bin, "vigie/docs/examples/forum").CombinedOutput(); err != nil {
		t.Fatalf("build the sample: %v\n%s", err, out)
	}
	return bin
}

func TestSampleIsShort(t *testing.T) {
	b, err := os.ReadFile("../../docs/examples/forum/main.go")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(b), "\n"); n > 80 {
		t.Errorf("%d lines, want at most 80", n)
	}
}

type entry map[string]any

// board is the sample's file.
type board struct {
	t    conformance.T
	file string
	log  []entry
}

func newBoard(t conformance.T) *board {
	b := &board{t: t, file: filepath.Join(t.TempDir(), "forum.json")}
	b.save()
	return b
}

func (b *board) load() []entry {
	raw, err := os.ReadFile(b.file)
	if err == nil {
		b.log = nil
		err = json.Unmarshal(raw, &b.log)
	}
	if err != nil {
		b.t.Fatalf("read the forum: %v", err)
	}
	return b.log
}

func (b *board) save() {
	if b.log == nil {
		b.log = []entry{}
	}
	raw, err := json.Marshal(b.log)
	if err == nil {
		err = os.WriteFile(b.file, raw, 0o600)
	}
	if err != nil {
		b.t.Fatalf("write the forum: %v", err)
	}
}

func (b *board) add(e entry) {
	b.load()
	b.log = append(b.log, e)
	b.save()
}

func (b *board) say(kind inbox.Kind, text string) string {
	id := "s" + strconv.Itoa(len(b.load()))
	at := time.Date(2025, 11, 22, 8, 0, len(b.log), 0, time.UTC)
	b.add(entry{"kind": kind, "thread": "t" + id, "id": id, "at": at, "author": entry{"id": "lea", "name": "Léa"}, "text": text})
	return id
}

func (b *board) last(id string) entry {
	b.load()
	for _, e := range slices.Backward(b.log) {
		if e["id"] == id {
			return e
		}
	}
	b.t.Fatalf("no %s", id)
	return nil
}

func (b *board) change(id, key string, value any) {
	e := entry{}
	for k, v := range b.last(id) {
		e[k] = v
	}
	e[key] = value
	b.add(e)
}

func (b *board) sent(text string) int {
	n := 0
	for _, e := range b.load() {
		switch {
		case e["outgoing"] == true && e["text"] == text:
			n++
		case e["deleted"] == true && e["outgoing"] == true:
			for _, old := range b.log {
				if old["id"] == e["id"] && old["text"] == text {
					n--
				}
			}
		}
	}
	return n
}

// ledger is how often an action was carried out, and whether it stands.
func (b *board) ledger(a inbox.Action) (times int, stands bool) {
	if a.Kind == inbox.ActReply {
		n := b.sent(a.Text)
		return n, n > 0
	}
	for _, e := range b.load() {
		if a.Kind == inbox.ActDelete && e["id"] == a.Target && e["deleted"] == true {
			times++
		}
	}
	return times, times > 0
}

// meddle stands between vigie and the sample and does what the fault in its
// file says.
func meddle(program, faults string) {
	c := exec.Command(program)
	to, err1 := c.StdinPipe()
	from, err2 := c.StdoutPipe()
	if err1 != nil || err2 != nil || c.Start() != nil {
		panic("cannot start " + program)
	}
	in, answers := bufio.NewReader(os.Stdin), bufio.NewReader(from)
	for {
		request, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var a ask
		var f conformance.Fault
		raw, err := os.ReadFile(faults)
		if json.Unmarshal(request, &a) != nil || (err == nil && json.Unmarshal(raw, &f) != nil) {
			panic("not JSON")
		}
		if f.Writes && a.Method != "do" {
			f.Kind = conformance.None
		}
		lost := f.Kind == conformance.LostAnswer || f.Kind == conformance.LostError || f.Kind == conformance.LostHang
		if f.Kind != conformance.None && !lost {
			goWrong(f, a)
			continue
		}
		if _, err := to.Write(request); err != nil {
			panic(err)
		}
		answer, err := answers.ReadBytes('\n')
		if err != nil {
			panic(err)
		}
		if lost { // it was carried out
			goWrong(f, a)
			continue
		}
		if _, err := os.Stdout.Write(answer); err != nil {
			panic(err)
		}
	}
}

func goWrong(f conformance.Fault, a ask) {
	fmt.Fprintf(os.Stderr, "going wrong with %v\n", a.Params.Account["token"])
	switch f.Kind {
	case conformance.Unauthorized:
		failure(a.ID, fmt.Sprintf(`{"code":401,"message":"no: %v","data":{"kind":"auth"}}`, a.Params.Account["token"]))
	case conformance.TooMany:
		failure(a.ID, fmt.Sprintf(`{"code":429,"message":"slow down","data":{"kind":"retry","after_s":%d}}`, int(f.After.Seconds())))
	case conformance.Unavailable:
		if a.Method == "do" {
			failure(a.ID, `{"code":503,"message":"resting"}`)
			return
		}
		failure(a.ID, fmt.Sprintf(`{"code":503,"message":"resting","data":{"kind":"unreachable","after_s":%d}}`, int(f.After.Seconds())))
	case conformance.ServerError, conformance.LostError:
		failure(a.ID, `{"code":-32603,"message":"internal"}`)
	case conformance.Drop, conformance.LostAnswer:
		os.Exit(1)
	case conformance.Hang, conformance.LostHang:
		hang()
	case conformance.Huge:
		_, _ = io.CopyN(os.Stdout, forever{}, 1<<40)
	case conformance.Garbage:
		fmt.Println("<html>503</html>")
	}
}

type forever struct{}

func (forever) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '['
	}
	return len(b), nil
}

func TestConformance(t *testing.T) {
	program := forum(t)
	conformance.Run(t, conformance.Harness{Info: Info(), New: func(t conformance.T) conformance.Rig {
		b, log := newBoard(t), &conformance.Log{}
		faults := filepath.Join(t.TempDir(), "fault.json")
		return conformance.Rig{
			Account: "acc",
			Kinds:   []inbox.Kind{inbox.KindComment, inbox.KindDM, inbox.KindMention},
			Connector: func() inbox.Connector {
				c, err := newConnector(
					connectors.Env{Clock: wall{}, Log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))},
					connectors.Setup{
						Account: inbox.Account{ID: "acc", Network: Network}, Settings: map[string]string{"file": b.file},
						Command: []string{os.Args[0], "-program", "meddle", program, faults},
						Lists:   map[string][]string{"secrets": {"token"}}, Secret: secretToken,
					}, limits{hello: 30 * time.Second, call: 30 * time.Second, stop: 100 * time.Millisecond})
				if err != nil {
					t.Fatalf("%v", err)
				}
				_, _ = c.Check(t.Context()) // it may be a check of faults
				return c
			},
			Say:     b.say,
			Edit:    func(id, text string) { b.change(id, "text", text) },
			Delete:  func(id string) { b.change(id, "deleted", true) },
			Spoil:   func() { b.add(entry{"id": "spoilt", "at": "yesterday"}) },
			Sent:    b.sent,
			Ledger:  b.ledger,
			Secrets: func() []string { return []string{token} },
			Log:     log.String,
			Fault: func(f conformance.Fault) {
				raw, err := json.Marshal(f)
				if err == nil {
					err = os.WriteFile(faults, raw, 0o600)
				}
				if err != nil {
					t.Fatalf("%v", err)
				}
			},
		}
	}})
}

type wall struct{}

func (wall) Now() time.Time { return time.Now() }

// TestTest: the sample keeps every promise, and programs that do not are told
// which.
func TestTest(t *testing.T) {
	program := forum(t)
	b := newBoard(t)
	for i := range 3 {
		b.say(inbox.KindComment, "Vous ouvrez demain ? "+strconv.Itoa(i))
	}
	run := func(command []string, act bool) string {
		var out []string
		o := TestOptions{
			Command: command, Settings: map[string]string{"file": b.file}, Act: act, Env: connectors.Env{Clock: wall{}},
			Report: func(r Result) { out = append(out, r.Promise+" "+string(r.Verdict)) },
		}
		run := (&trial{options: o, limits: limits{hello: 30 * time.Second, call: 30 * time.Second, stop: 200 * time.Millisecond}}).run
		if command[0] == program {
			run = func(ctx context.Context) []Result { return Test(ctx, o) }
		}
		for _, r := range run(t.Context()) {
			t.Logf("%v", r)
		}
		return strings.Join(out, ", ")
	}
	const reads = "hello ok, fetch ok, messages ok, paging ok, caught-up ok, bad-cursor ok, stable-ids ok, unsupported ok, "
	if got, want := run([]string{program}, false), reads+"once skip, find skip, delete skip, stop ok"; got != want {
		t.Errorf("sample\n got %s\nwant %s", got, want)
	}
	if n := len(b.load()); n != 3 {
		t.Errorf("a test that must not act left %d entries", n)
	}
	if got, want := run([]string{program}, true), reads+"once ok, find ok, delete ok, stop ok"; got != want {
		t.Errorf("sample, acting\n got %s\nwant %s", got, want)
	}
	for mode, want := range map[string]string{
		"hello-crash": "hello fail",
		"hello-hello": "hello fail",
		"no-cursor":   "fetch fail, messages skip",
		"chatter":     "fetch fail",
		"sloppy":      "messages fail, paging fail, caught-up fail, bad-cursor fail, stable-ids fail, unsupported fail",
		"deaf-to-end": "stop fail",
	} {
		if got := run([]string{os.Args[0], "-program", mode, t.TempDir()}, true); !strings.Contains(got, want) {
			t.Errorf("%s\n got %s\nwant %s", mode, got, want)
		}
	}
}
