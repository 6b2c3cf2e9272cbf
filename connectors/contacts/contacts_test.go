package contacts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"vigie/connectors/child"
	"vigie/inbox"
	"vigie/inbox/text"
)

// TestMain lets the test binary be the command under test.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "-command" {
		command(os.Args[2], os.Args[3:])
		return
	}
	goleak.VerifyTestMain(m)
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("CET", 3600))

type fixed struct{}

func (fixed) Now() time.Time { return noon }

const key = "01JD9Z6M3K8QX0VYB4N7T2WCEF"

func brief() inbox.Brief {
	return inbox.Brief{
		Subject: text.CleanLine("Une livraison écrasée"), Question: text.Clean("Que répondre ?\nVite."),
		Due: noon.Add(2 * time.Hour), Severity: "haute", Link: "https://e.example/1?a=<b>", Client: "Miette",
		Account: "@miette@e.example", Network: "mastodon", From: text.CleanLine("@lea"), Quote: text.Clean("Ma commande est écrasée."),
		Context: text.Clean("Notre galette"), History: []inbox.BriefLine{{At: noon, Who: text.CleanLine("@lea"), Text: text.Clean("Bonjour")}},
	}
}

const wantBrief = `{"v":1,"type":"escalation","key":"01JD9Z6M3K8QX0VYB4N7T2WCEF","contact":{"id":"dir","name":"Ève Dir","role":"direction"},` +
	`"client":"Miette","account":"@miette@e.example","network":"mastodon","subject":"Une livraison écrasée","question":"Que répondre ?\nVite.",` +
	`"severity":"haute","due":"2026-11-22T13:00:00Z","link":"https://e.example/1?a=\u003cb\u003e","from":"@lea","quote":"Ma commande est écrasée.",` +
	`"context":"Notre galette","history":[{"at":"2026-11-22T11:00:00Z","who":"@lea","text":"Bonjour"}]}`

func deliverer(o Options) *Deliverer {
	o.Clock = fixed{}
	return New(o)
}

func isRetry(err error) bool {
	var r *inbox.RetryError
	return errors.As(err, &r)
}

func isUncertain(err error) bool {
	var u *inbox.UncertainError
	return errors.As(err, &u)
}

// command is what the test binary does as a contact's command.
func command(mode string, args []string) {
	in, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	switch mode {
	case "keep":
		seen, err := json.Marshal(map[string]any{"in": string(in), "env": os.Environ()})
		if err == nil {
			err = os.WriteFile(args[0], seen, 0o600)
		}
		if err != nil {
			panic(err)
		}
	case "exit":
		fmt.Println(strings.Repeat("noise\n", 100_000))
		fmt.Fprint(os.Stderr, "first\nlast \x1b[31mwords\n")
		code, err := strconv.Atoi(args[0])
		if err != nil {
			panic(err)
		}
		os.Exit(code)
	case "hang":
		hang()
	case "child": // leaves one behind that holds our output
		c := child.Command([]string{os.Args[0], "-command", "hang"})
		c.SysProcAttr, c.Stdout = nil, os.Stdout
		held, err := c.StdinPipe()
		if err == nil {
			err = c.Start()
		}
		if err != nil {
			panic(err)
		}
		_ = held.Close()
	}
}

func hang() {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	defer w.Close()
	_, _ = r.Read(make([]byte, 1))
}

func to(mode string, args ...string) inbox.Contact {
	return inbox.Contact{
		ID: "dir", Name: "Ève Dir", Role: "direction", Channel: inbox.ChannelCommand,
		Command: append([]string{os.Args[0], "-command", mode}, args...),
	}
}

func TestCommand(t *testing.T) {
	t.Setenv("VIGIE_SECRET", "canary")
	file := filepath.Join(t.TempDir(), "seen")
	r, err := deliverer(Options{}).Deliver(t.Context(), to("keep", file), brief(), key)
	if err != nil || r.Remote != key || !r.At.Equal(noon) {
		t.Fatalf("%+v, %v", r, err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var seen struct {
		In  string
		Env []string
	}
	if err := json.Unmarshal(raw, &seen); err != nil {
		t.Fatal(err)
	}
	if seen.In != wantBrief+"\n" {
		t.Errorf("got  %s\nwant %s", seen.In, wantBrief)
	}
	for _, v := range seen.Env {
		if name, _, _ := strings.Cut(v, "="); name != "PATH" && name != "HOME" && name != "LANG" {
			t.Errorf("the command sees %s", v)
		}
	}
}

func TestCommandFailures(t *testing.T) {
	d := deliverer(Options{})
	_, err := d.Deliver(t.Context(), to("exit", "1"), brief(), key)
	if !errors.Is(err, inbox.ErrInvalid) || !strings.Contains(err.Error(), "exit 1") || !strings.Contains(err.Error(), "last ") || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("exit 1: %q", err)
	}
	if _, err := d.Deliver(t.Context(), to("exit", "75"), brief(), key); !isRetry(err) {
		t.Errorf("exit 75: %v", err)
	}
	missing := inbox.Contact{ID: "x", Channel: inbox.ChannelCommand, Command: []string{"/nonexistent/page"}}
	if _, err := d.Deliver(t.Context(), missing, brief(), key); !errors.Is(err, inbox.ErrInvalid) {
		t.Errorf("missing: %v", err)
	}
	missing.Command = nil
	if _, err := d.Deliver(t.Context(), missing, brief(), key); inbox.ProblemOf(err).Code != inbox.CodeMissing {
		t.Errorf("none: %v", err)
	}
	d.limit = 50 * time.Millisecond
	if _, err := d.Deliver(t.Context(), to("hang"), brief(), key); !isUncertain(err) {
		t.Errorf("hang: %v", err)
	}
}

func TestCommandLeavesNobody(t *testing.T) {
	if _, err := deliverer(Options{}).Deliver(t.Context(), to("child"), brief(), key); err != nil {
		t.Errorf("child: %v", err)
	}
}

func TestDeliverRefuses(t *testing.T) {
	d := deliverer(Options{})
	for _, k := range []string{"", "a b", "a\r\nX: y", strings.Repeat("a", 65), "é"} {
		if _, err := d.Deliver(t.Context(), to("exit", "0"), brief(), k); !errors.Is(err, inbox.ErrInvalid) {
			t.Errorf("key %q: %v", k, err)
		}
	}
	if _, err := d.Deliver(t.Context(), inbox.Contact{Channel: "pigeon"}, brief(), key); !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("pigeon: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Deliver(ctx, to("exit", "0"), brief(), key); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
