package httpx

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vigie/inbox"
)

const canary = "canary-3f9a71c2"

type fixed struct{ t time.Time }

func (f fixed) Now() time.Time { return f.t }

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// client gives a client of a server whose clock is the client's.
func client(t *testing.T, h http.HandlerFunc, change ...func(*Options)) *Client {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", noon.Format(http.TimeFormat))
		h(w, r)
	}))
	t.Cleanup(srv.Close)
	base, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Base: base, Clock: fixed{noon}}
	for _, c := range change {
		c(&o)
	}
	c := New(o)
	t.Cleanup(c.Close)
	return c
}

// kind names what an error means.
func kind(err error) string {
	var retry *inbox.RetryError
	var doubt *inbox.UncertainError
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &doubt):
		return "uncertain"
	case errors.As(err, &retry):
		return "retry"
	case errors.Is(err, inbox.ErrAuth):
		return "auth"
	case errors.Is(err, inbox.ErrGone):
		return "gone"
	case errors.Is(err, inbox.ErrInvalid):
		return "invalid"
	case errors.Is(err, inbox.ErrUnsupported):
		return "unsupported"
	}
	return "other"
}

func TestStatus(t *testing.T) {
	for _, tc := range []struct {
		name   string
		status int
		header string // one "Key: value"
		body   string
		read   string
		write  string
		words  string
	}{
		{"created", 201, "", `{}`, "ok", "ok", ""},
		{"unchanged", 304, "", "", "ok", "ok", ""},
		{"token", 401, "", `{"error":"The access token is invalid"}`, "auth", "auth", "The access token is invalid"},
		{"scope", 403, "", `{"error":"This action is outside the authorized scopes"}`, "auth", "auth", "outside"},
		{"challenged", 403, "WWW-Authenticate: Bearer", ``, "auth", "auth", "403: forbidden"},
		{"blocked", 403, "", `{"error":"This action is not allowed"}`, "unsupported", "unsupported", "not allowed"},
		{"missing", 404, "", `{"error":"Record not found"}`, "gone", "gone", "Record not found"},
		{"gone", 410, "", ``, "gone", "gone", "410: gone"},
		{"bad", 400, "", `{"error":"InvalidRequest","message":"Bad at-uri"}`, "invalid", "invalid", "InvalidRequest: Bad at-uri"},
		{"list", 422, "", `{"errors":[{"message":"Validation error","context":null,"code":"BAD"},{"message":"x"}]}`, "invalid", "invalid", "BAD: Validation error"},
		{"long", 422, "", `{"error":"Validation failed: Text character limit of 500 exceeded"}`, "invalid", "invalid", "limit of 500"},
		{"big", 413, "", ``, "invalid", "invalid", "413"},
		{"busy", 429, "Retry-After: 7", ``, "retry", "retry", "try again in 7s"},
		{"resting", 503, "Retry-After: 7", ``, "retry", "uncertain", "503"},
		{"broken", 500, "", `<html>oops</html>`, "retry", "uncertain", "500: internal server error"},
		{"late", 408, "", ``, "retry", "uncertain", "408"},
		{"moved", 302, "Location: /elsewhere/" + canary, ``, "retry", "uncertain", ""},
		{"running", 409, "", ``, "invalid", "invalid", "409"},
		{"no verb", 405, "", ``, "unsupported", "unsupported", "405"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := client(t, func(w http.ResponseWriter, r *http.Request) {
				if key, value, ok := strings.Cut(tc.header, ": "); ok {
					w.Header().Set(key, value)
				}
				w.WriteHeader(tc.status)
				_, _ = io.WriteString(w, tc.body)
			})
			for write, want := range map[bool]string{false: tc.read, true: tc.write} {
				c.budget = NewBudget(fixed{noon})
				_, err := c.Do(t.Context(), Request{Method: "POST", Path: "/x", Write: write, Body: []byte("b")})
				if got := kind(err); got != want {
					t.Errorf("write %v: %s (%v), want %s", write, got, err, want)
				}
				if err != nil && !strings.Contains(err.Error(), tc.words) {
					t.Errorf("write %v: %v, want %q in it", write, err, tc.words)
				}
			}
		})
	}
}

func TestConflictOfAKey(t *testing.T) {
	c := client(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusConflict) })
	_, err := c.Do(t.Context(), Request{
		Path: "/x", Write: true, Body: []byte("b"), Header: http.Header{"Idempotency-Key": {"k"}},
	})
	if kind(err) != "uncertain" {
		t.Errorf("%v, want uncertain: the first request is still running", err)
	}
}

func TestWait(t *testing.T) {
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-RateLimit-Reset", "2026-11-22T12:03:00.123456Z")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	_, err := c.Do(t.Context(), Request{Path: "/x"})
	var retry *inbox.RetryError
	if !errors.As(err, &retry) || retry.After.Round(time.Second) != 3*time.Minute {
		t.Errorf("%v, want a wait of 3m", err)
	}
}

func TestLostWrite(t *testing.T) {
	var hits atomic.Int32
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
	})
	_, err := c.Do(t.Context(), Request{
		Path: "/x", Write: true, Body: []byte("b"), Header: http.Header{"Idempotency-Key": {"k"}},
	})
	if kind(err) != "uncertain" || errors.Is(err, inbox.ErrUnreachable) {
		t.Errorf("%v, want uncertain", err)
	}
	if n := hits.Load(); n != 1 {
		t.Errorf("the write went out %d times", n)
	}
	_, err = c.Do(t.Context(), Request{Path: "/x"})
	if kind(err) != "retry" {
		t.Errorf("read: %v, want retry", err)
	}
}

func TestUnsentWrite(t *testing.T) {
	c := New(Options{Base: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}}) // nobody listens there
	defer c.Close()
	_, err := c.Do(t.Context(), Request{Path: "/x", Write: true, Body: []byte("b")})
	if kind(err) != "retry" || !errors.Is(err, inbox.ErrUnreachable) {
		t.Errorf("no listener: %v, want retry, unreachable", err)
	}

	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	base, err := url.Parse(secure.URL)
	if err != nil {
		t.Fatal(err)
	}
	strict := New(Options{Base: base})
	defer strict.Close()
	_, err = strict.Do(t.Context(), Request{Path: "/x", Write: true, Body: []byte("b")})
	if kind(err) != "retry" || !errors.Is(err, inbox.ErrUnreachable) {
		t.Errorf("unknown certificate: %v, want retry, unreachable", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Do(ctx, Request{Path: "/x", Write: true, Body: []byte("b")})
	if kind(err) != "retry" || !errors.Is(err, context.Canceled) || !errors.Is(err, inbox.ErrUnreachable) {
		t.Errorf("cancelled before: %v, want retry, canceled, unreachable", err)
	}
}

func TestCancelledOnTheWay(t *testing.T) {
	here := make(chan struct{}, 2)
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		here <- struct{}{}
		<-r.Context().Done()
	})
	for write, want := range map[bool]string{true: "uncertain", false: "other"} {
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-here; cancel() }()
		_, err := c.Do(ctx, Request{Path: "/x", Write: write, Body: []byte("b")})
		if kind(err) != want || !errors.Is(err, context.Canceled) {
			t.Errorf("write %v: %v, want %s and canceled", write, err, want)
		}
	}
}

func TestTimeout(t *testing.T) {
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}, func(o *Options) { o.Timeout = 30 * time.Millisecond })
	for write, want := range map[bool]string{true: "uncertain", false: "retry"} {
		_, err := c.Do(t.Context(), Request{Path: "/x", Write: write, Body: []byte("b")})
		if kind(err) != want {
			t.Errorf("write %v: %v, want %s", write, err, want)
		}
	}
}

func TestBodyLimit(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(make([]byte, 4<<20))
	_ = z.Close()
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	}, func(o *Options) { o.MaxBody = 1 << 20 })
	_, err := c.Do(t.Context(), Request{Path: "/x"})
	if !errors.Is(err, ErrTooLarge) || kind(err) != "retry" {
		t.Errorf("%v, want too large, counted after decompression (%d bytes packed)", err, packed.Len())
	}
}

func TestRedirects(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `"other host"`)
	}))
	defer other.Close()
	h := func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/far":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/near":
			http.Redirect(w, r, "/here", http.StatusFound)
		default:
			_, _ = io.WriteString(w, `"same host"`)
		}
	}
	c := client(t, h)
	if _, err := c.Do(t.Context(), Request{Path: "/far"}); err == nil || !strings.Contains(err.Error(), "another host") {
		t.Errorf("far: %v, want a refusal", err)
	}
	if res, err := c.Do(t.Context(), Request{Path: "/near"}); err != nil || res.URL.Path != "/here" {
		t.Errorf("near: %v", err)
	}
	if _, err := c.Do(t.Context(), Request{Path: "/near", Write: true, Body: []byte("b")}); kind(err) != "uncertain" {
		t.Errorf("a write followed a redirect: %v", err)
	}
	public := client(t, h, func(o *Options) { o.Public = true })
	if res, err := public.Do(t.Context(), Request{Path: "/far"}); err != nil || string(res.Body) != `"other host"` {
		t.Errorf("public: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	for _, tc := range []struct{ base, path, want string }{
		{"https://a.example", "https://b.example/x", "names b.example instead of a.example"},
		{"http://a.example", "/x", "a.example must be called by https"},
		{"ftp://a.example", "/x", `scheme "ftp"`},
		{"", "/x", "no whole address"},
		{"", "https:///x", "without a host"},
		{"https://a.example", "//b.example/x", "no whole address"},
	} {
		o := Options{}
		if tc.base != "" {
			o.Base, _ = url.Parse(tc.base)
		}
		_, err := New(o).Do(t.Context(), Request{Path: tc.path})
		if err == nil || !strings.Contains(err.Error(), tc.want) || kind(err) != "invalid" {
			t.Errorf("%q + %q: %v, want %q", tc.base, tc.path, err, tc.want)
		}
	}
}

func TestSecretsAreNotTold(t *testing.T) {
	var told bytes.Buffer
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, `{"error":"bad `+canary+`","message":"and `+canary+`2 \u001b[31m"}`)
	}, func(o *Options) {
		o.Log = slog.New(slog.NewJSONHandler(&told, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	_, err := c.Do(t.Context(), Request{
		Path: "/x?secret=" + canary, Header: http.Header{"Authorization": {"Bearer " + canary}},
		Secrets: []inbox.Secret{inbox.NewSecret(canary + "2")},
	})
	if err == nil || strings.Contains(err.Error(), canary) || strings.Contains(told.String(), canary) {
		t.Errorf("a secret was told: %v\n%s", err, &told)
	}
	if !strings.Contains(err.Error(), "***") {
		t.Errorf("%v: the server's words are missing", err)
	}
	gone := New(Options{Base: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}})
	_, err = gone.Do(t.Context(), Request{Path: "/x?secret=" + canary})
	if err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("a secret was told: %v", err)
	}
	public := New(Options{Public: true})
	_, err = public.Do(t.Context(), Request{Path: "http://127.0.0.1:1/feeds/" + canary})
	if err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("a secret address was told: %v", err)
	}
}

func TestDecode(t *testing.T) {
	body := `{"id":1095012345678901234}`
	c := client(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, body) })
	res, err := c.Do(t.Context(), Request{Path: "/x"})
	if err != nil {
		t.Fatal(err)
	}
	var v map[string]any
	if err := res.Decode(&v); err != nil {
		t.Fatal(err)
	}
	if s, ok := v["id"].(interface{ String() string }); !ok || s.String() != "1095012345678901234" {
		t.Errorf("id is %v", v["id"])
	}
	for _, bad := range []string{"", "<html>", `{"a":1}{"b":2}`, `{"a":`} {
		body = bad
		for write, want := range map[bool]string{false: "retry", true: "uncertain"} {
			res, err := c.Do(t.Context(), Request{Path: "/x", Write: write})
			if err != nil {
				t.Fatal(err)
			}
			if err := res.Decode(&v); kind(err) != want {
				t.Errorf("%q, write %v: %v, want %s", bad, write, err, want)
			}
		}
	}
}

func TestOpen(t *testing.T) {
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "data: 1\n\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	body, _, err := c.Open(t.Context(), Request{Path: "/x"})
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	b := make([]byte, 7)
	if _, err := io.ReadFull(body, b); err != nil || string(b) != "data: 1" {
		t.Errorf("%q %v", b, err)
	}
}
