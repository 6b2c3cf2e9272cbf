package bridge

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/inbox"
)

func TestHello(t *testing.T) {
	seen := filepath.Join(t.TempDir(), "seen")
	b := odd(t, "hello-echo", seen)
	if got := b.Caps(); !got.Can(inbox.ActReply) || len(got.Streams) != 5 {
		t.Errorf("before hello: %+v", got)
	}
	id, err := b.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if id.Remote != "7" || strings.Contains(id.Handle, "\x1b") || !strings.HasPrefix(id.Handle, "@me") {
		t.Errorf("identity %+v", id)
	}
	caps := b.Caps()
	want := inbox.TextLimit{Max: 300, Unit: inbox.Graphemes}
	if !caps.Can(inbox.ActReply) || caps.ClassOf(inbox.ActReply) != inbox.ClassC || caps.ClassOf(inbox.ActLike) != inbox.ClassS ||
		caps.Reply != want || !slices.Equal(caps.Streams, []inbox.Stream{inbox.StreamComments, inbox.StreamReviews}) {
		t.Errorf("caps %+v", caps)
	}
	raw, err := os.ReadFile(seen)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Account map[string]any
		Env     []string
		Args    []string
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if want := map[string]any{"id": "acc", "handle": "", "board": "42", "token": token, "rooms": []any{"a", "b"}}; !reflect.DeepEqual(got.Account, want) {
		t.Errorf("account %v", got.Account)
	}
	for _, v := range got.Env {
		if name, _, _ := strings.Cut(v, "="); !slices.Contains([]string{"PATH", "HOME", "LANG"}, name) {
			t.Errorf("the program sees %s", v)
		}
	}
	if strings.Contains(strings.Join(append(got.Args, got.Env...), " "), token) {
		t.Error("the token is in arguments or environment")
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if l := b.log.String(); strings.Contains(l, token) || strings.Contains(l, "\\u001b") || !strings.Contains(l, "token is ***") {
		t.Errorf("log: %s", l)
	}
}

// TestBroken: what a broken program costs a read and a write.
func TestBroken(t *testing.T) {
	for _, c := range []struct {
		mode     string
		doubtful bool // a write may have been done
		reason   string
	}{
		{"crash", true, "the program ended"},
		{"crash-midway", true, "the program ended"},
		{"rubbish", true, "not JSON-RPC"},
		{"result-rubbish", true, "form of the format"},
		{"no-result", true, "neither result nor error"},
		{"long-line", true, "a line of more than"},
		{"chatter", true, "nobody asked for"},
		{"hello-crash", false, "the program ended"},
		{"hello-later", false, "the program speaks version 2 of the format, vigie 1"},
	} {
		t.Run(c.mode, func(t *testing.T) {
			b := odd(t, c.mode)
			_, err := b.fetch(t.Context(), "")
			var retry *inbox.RetryError
			if !errors.As(err, &retry) || retry.After != 0 || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("fetch: %v", err)
			}
			if _, err = b.fetch(t.Context(), ""); !errors.As(err, &retry) || retry.After != firstWait || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("fetch again: %v", err)
			}
			if _, err = b.fetch(t.Context(), ""); !errors.As(err, &retry) || !strings.Contains(err.Error(), "not started again yet") {
				t.Errorf("fetch at once: %v", err)
			}
			b.clock.Advance(retry.After)
			_, err = b.reply(t.Context())
			var doubt *inbox.UncertainError
			if c.doubtful != errors.As(err, &doubt) || errors.As(err, &retry) == c.doubtful {
				t.Errorf("reply: %v", err)
			}
			if !c.doubtful && retry.After != 2*firstWait {
				t.Errorf("the third wait is %s", retry.After)
			}
		})
	}
}

func TestNoCursorIsNoPage(t *testing.T) {
	for _, mode := range []string{"no-cursor", "null", "long-cursor"} {
		var retry *inbox.RetryError
		if p, err := odd(t, mode).fetch(t.Context(), "x"); !errors.As(err, &retry) {
			t.Errorf("%s: %+v, %v", mode, p, err)
		}
	}
}

func TestHangIsEnded(t *testing.T) {
	b := odd(t, "hang")
	b.limits.call = 300 * time.Millisecond // long enough to write the call, on a busy machine too
	_, err := b.fetch(t.Context(), "")
	var retry *inbox.RetryError
	if !errors.As(err, &retry) || !strings.Contains(err.Error(), "did not answer within") {
		t.Errorf("fetch: %v", err)
	}
	b.clock.Advance(time.Minute)
	var doubt *inbox.UncertainError
	if _, err = b.reply(t.Context()); !errors.As(err, &doubt) {
		t.Errorf("reply: %v", err)
	}
	if b.prog != nil {
		t.Error("the program still runs")
	}
	b = odd(t, "hello-hang")
	b.limits.hello = 50 * time.Millisecond
	if _, err := b.Check(t.Context()); !errors.As(err, &retry) {
		t.Errorf("hello: %v", err)
	}
}

func TestStartedAgain(t *testing.T) {
	b := odd(t, "once", filepath.Join(t.TempDir(), "lived"))
	if _, err := b.fetch(t.Context(), ""); err == nil {
		t.Fatal("no crash")
	}
	p, err := b.fetch(t.Context(), "")
	if err != nil || p.Cursor != "c" || b.fails != 0 {
		t.Errorf("%+v, %v, %d fails", p, err, b.fails)
	}
}

func TestWaitsGrow(t *testing.T) {
	if got := []time.Duration{wait(1), wait(2), wait(3), wait(6), wait(10), wait(11), wait(1 << 40)}; !slices.Equal(got,
		[]time.Duration{0, time.Second, 2 * time.Second, 16 * time.Second, 256 * time.Second, longWait, longWait}) {
		t.Errorf("%v", got)
	}
}

func TestMissingProgram(t *testing.T) {
	b := odd(t, "fine")
	b.setup.Command = []string{"/nonexistent/forum"}
	var retry *inbox.RetryError
	if _, err := b.Check(t.Context()); !errors.As(err, &retry) {
		t.Errorf("got %v", err)
	}
	b.fails = 0
	_, err := b.Check(t.Context())
	if p := inbox.ProblemOf(err); p.Code != inbox.CodeMissing || !slices.Equal(p.Args, b.setup.Command) {
		t.Errorf("told as %+v", p)
	}
	if _, err := Info().New(connectors.Env{}, connectors.Setup{}); inbox.ProblemOf(err).Code != inbox.CodeMissing {
		t.Errorf("no command: %v", err)
	}
}

func TestErrorKinds(t *testing.T) {
	retry := func(after time.Duration) func(error) bool {
		return func(err error) bool {
			var r *inbox.RetryError
			return errors.As(err, &r) && r.After == after
		}
	}
	is := func(kind error) func(error) bool { return func(err error) bool { return errors.Is(err, kind) } }
	doubt := func(err error) bool {
		var u *inbox.UncertainError
		return errors.As(err, &u)
	}
	for _, c := range []struct {
		answer      string
		read, write func(error) bool
	}{
		{`{"code":1,"message":"m","data":{"kind":"auth"}}`, is(inbox.ErrAuth), is(inbox.ErrAuth)},
		{`{"code":1,"message":"m","data":{"kind":"gone"}}`, is(inbox.ErrGone), is(inbox.ErrGone)},
		{`{"code":1,"message":"m","data":{"kind":"unsupported"}}`, is(inbox.ErrUnsupported), is(inbox.ErrUnsupported)},
		{`{"code":1,"message":"m","data":{"kind":"invalid"}}`, is(inbox.ErrInvalid), is(inbox.ErrInvalid)},
		{`{"code":1,"message":"m","data":{"kind":"retry","after_s":30}}`, retry(30 * time.Second), retry(30 * time.Second)},
		{`{"code":1,"message":"m","data":{"kind":"retry","after_s":-5}}`, retry(0), retry(0)},
		{`{"code":1,"message":"m","data":{"kind":"retry","after_s":1.5}}`, retry(1500 * time.Millisecond), retry(1500 * time.Millisecond)},
		{`{"code":1,"message":"m","data":{"kind":"retry","after_s":"soon"}}`, retry(0), retry(0)},
		{`{"code":1,"message":"m","data":{"kind":"retry","after_s":999999999}}`, retry(maxWish), retry(maxWish)},
		{`{"code":1,"message":"m","data":{"kind":"uncertain"}}`, retry(0), doubt},
		{`{"code":1,"message":"m","data":{"kind":"new"}}`, retry(0), doubt},
		{`{"code":1,"message":"m","data":{"kind":"conflict"}}`, is(inbox.ErrConflict), is(inbox.ErrConflict)},
		{`{"code":1,"message":"m","data":{"kind":"unreachable"}}`, is(inbox.ErrUnreachable), is(inbox.ErrUnreachable)},
		{`{"code":1,"message":"m","data":{"kind":"unreachable","after_s":30}}`, retry(30 * time.Second), retry(30 * time.Second)},
		{`{"code":-32601,"message":"m","data":"a stack trace"}`, is(inbox.ErrUnsupported), is(inbox.ErrUnsupported)},
		{`{"code":-32603,"message":"m","data":["a",7]}`, retry(0), doubt},
		{`{"code":-32601,"message":"m"}`, is(inbox.ErrUnsupported), is(inbox.ErrUnsupported)},
		{`{"code":-32602,"message":"m"}`, is(inbox.ErrInvalid), is(inbox.ErrInvalid)},
		{`{"code":-32603,"message":"m"}`, retry(0), doubt},
	} {
		b := odd(t, "fail", c.answer)
		if _, err := b.fetch(t.Context(), ""); !c.read(err) {
			t.Errorf("%s: read: %v", c.answer, err)
		}
		if _, err := b.reply(t.Context()); !c.write(err) {
			t.Errorf("%s: write: %v", c.answer, err)
		}
		if b.prog == nil {
			t.Errorf("%s: an answer ended the program", c.answer)
		}
	}
}

func TestWordsOfTheProgramAreCleaned(t *testing.T) {
	said := `{"code":1,"message":"no \u001b]52;c;x\u0007 ` + token + ` ` + strings.Repeat("x", 5000) + `","data":{"kind":"auth"}}`
	for _, mode := range []string{"fail", "hello-fail"} {
		_, err := odd(t, mode, said).fetch(t.Context(), "")
		if !errors.Is(err, inbox.ErrAuth) || strings.Contains(err.Error(), token) || strings.ContainsAny(err.Error(), "\x1b\x07\n") || len(err.Error()) > 1000 {
			t.Errorf("%s: %q", mode, err)
		}
	}
}

func TestUndeclared(t *testing.T) {
	b := odd(t, "fine")
	if p, err := b.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMessages, Cursor: "x"}); err != nil || p.Cursor != "x" {
		t.Errorf("stream, before hello: %+v, %v", p, err)
	}
	if _, err := b.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMessages}); !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("stream: %v", err)
	}
	if _, err := b.Do(t.Context(), inbox.Action{Kind: inbox.ActEscalate}); !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("act: %v", err)
	}
}

func TestPage(t *testing.T) {
	b := odd(t, "answer", `{"messages":[{"kind":"comment","thread":"t","id":"1","at":"2026-11-22T08:00:00+01:00","author":{"id":"l"},"text":"a\u001b[31mb","account":"other"},{"id":"2"},7],`+
		`"deleted":["9","a\u0000"],"cursor":"n","more":true,"poll_after_s":59.5,"unknown":1}`)
	p, err := b.fetch(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Messages) != 1 || p.Messages[0].Account != "acc" || p.Messages[0].At.Location() != time.UTC ||
		strings.Contains(p.Messages[0].Text.String(), "\x1b") {
		t.Errorf("messages %+v", p.Messages)
	}
	want := []inbox.Refusal{
		{Item: "message 2", Reason: "thread is missing or not a clean id"},
		{Item: "message 3", Reason: "not a JSON object"},
		{Item: "deleted 2", Reason: "not a clean id"},
	}
	if !slices.Equal(p.Refused, want) {
		t.Errorf("refused %+v", p.Refused)
	}
	if !slices.Equal(p.Deleted, []string{"9"}) || p.Cursor != "n" || !p.More || p.PollAfter != 59*time.Second+500*time.Millisecond {
		t.Errorf("page %+v", p)
	}
}

func TestReplyWithoutIDIsDoubtful(t *testing.T) {
	var doubt *inbox.UncertainError
	if _, err := odd(t, "null").reply(t.Context()); !errors.As(err, &doubt) {
		t.Errorf("null: %v", err)
	}
	if _, err := odd(t, "answer", `{"url":"https://e.org"}`).reply(t.Context()); !errors.As(err, &doubt) {
		t.Errorf("no id: %v", err)
	}
	r, err := odd(t, "answer", `{"id":"5","url":"https://e.org/5","at":"2026-11-22T08:00:00Z"}`).reply(t.Context())
	if err != nil || r.Remote != "5" || r.URL != "https://e.org/5" || r.At.Hour() != 8 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := odd(t, "null").Do(t.Context(), inbox.Action{Kind: inbox.ActLike}); err != nil {
		t.Errorf("like: %v", err)
	}
	if _, found, err := odd(t, "null").Find(t.Context(), inbox.Action{}); err != nil || found {
		t.Errorf("find: %v, %v", found, err)
	}
}

func TestCancelled(t *testing.T) {
	b := odd(t, "slow-first")
	if _, err := b.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := b.fetch(ctx, "first"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("cancelled: %v", err)
	}
	p, err := b.fetch(t.Context(), "second")
	if err != nil || p.Cursor != "c" {
		t.Errorf("the late answer was taken for the next: %+v, %v", p, err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if _, err := b.reply(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
	asked := filepath.Join(t.TempDir(), "asked")
	if err := syscall.Mkfifo(asked, 0o600); err != nil {
		t.Fatal(err)
	}
	h := odd(t, "hang", asked)
	h.limits.stop = 10 * time.Millisecond
	if _, err := h.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	go func() {
		defer cancel()
		if _, err := os.ReadFile(asked); err != nil { // when the program has the call
			t.Error(err)
		}
	}()
	var doubt *inbox.UncertainError
	if _, err := h.reply(ctx); !errors.As(err, &doubt) || !errors.Is(err, context.Canceled) {
		t.Errorf("a write that was cancelled: %v", err)
	}
}

func TestStraysAreForgiven(t *testing.T) {
	for _, mode := range []string{"few-strays", "blank-lines"} {
		b := odd(t, mode)
		for range 5 {
			if _, err := b.fetch(t.Context(), ""); err != nil {
				t.Fatalf("%s: %v", mode, err)
			}
		}
	}
}

func TestStderrIsBounded(t *testing.T) {
	b := odd(t, "stderr")
	if _, err := b.fetch(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	l := b.log.String()
	if n := strings.Count(l, "program says\""); n != linesAMinute || len(l) > 64<<10 {
		t.Errorf("%d lines, %d bytes", n, len(l))
	}
	if !strings.Contains(l, `"dropped":9941`) {
		t.Errorf("the rest was not counted: %s", l[max(0, len(l)-300):])
	}
}

func TestCloseEndsChildren(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	b := odd(t, "child", file)
	if _, err := b.fetch(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if !ended(pid) {
		t.Errorf("the child %d lives", pid)
	}
	if _, err := b.fetch(t.Context(), ""); !errors.Is(err, errClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// ended reports whether a process is gone, or dead and not yet waited for by
// whoever inherited it. A child that was killed dies when the machine next lets
// it run: it is looked at more than once.
func ended(pid int) bool {
	for range 200 {
		if dead(pid) {
			return true
		}
	}
	return false
}

func dead(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err != nil || strings.HasPrefix(strings.TrimSpace(string(out)), "Z")
}
