package contacts

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"vigie/inbox"
)

func hook(url string) inbox.Contact {
	return inbox.Contact{ID: "dir", Name: "Ève Dir", Role: "direction", Channel: inbox.ChannelWebhook, Address: url}
}

func signedBy(secret string) func(context.Context, inbox.Contact) (inbox.Secret, error) {
	return func(context.Context, inbox.Contact) (inbox.Secret, error) { return inbox.NewSecret(secret), nil }
}

func TestWebhook(t *testing.T) {
	var got *http.Request
	var body string
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got, body = r, string(b)
	}))
	defer srv.Close()
	for secret, raw := range map[string]string{"whsec_" + base64.StdEncoding.EncodeToString([]byte("s3cret")): "s3cret", "plain words": "plain words", "": ""} {
		r, err := deliverer(Options{WebhookSecret: signedBy(secret), UserAgent: "vigie/1"}).Deliver(t.Context(), hook(srv.URL+"/in?x=1"), brief(), key)
		if err != nil || r.Remote != key {
			t.Fatalf("%+v, %v", r, err)
		}
		at := strconv.FormatInt(noon.Unix(), 10)
		h := got.Header
		if body != wantBrief || got.Method != "POST" || got.RequestURI != "/in?x=1" || h.Get("Content-Type") != "application/json" ||
			h.Get("webhook-id") != key || h.Get("webhook-timestamp") != at || h.Get("User-Agent") != "vigie/1" {
			t.Errorf("%s %s %v\n%s", got.Method, got.RequestURI, h, body)
		}
		mac := hmac.New(sha256.New, []byte(raw))
		mac.Write([]byte(key + "." + at + "." + body))
		want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
		if secret == "" {
			want = ""
		}
		if h.Get("webhook-signature") != want {
			t.Errorf("signature %q, want %q", h.Get("webhook-signature"), want)
		}
	}
}

func TestWebhookOutcomes(t *testing.T) {
	var status, asked atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if status.Load() == 0 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(int(status.Load()))
		_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
	}))
	defer srv.Close()
	d := deliverer(Options{})
	for s, want := range map[int32]func(error) bool{
		200: func(err error) bool { return err == nil },
		204: func(err error) bool { return err == nil },
		302: isUncertain, 500: isUncertain, 503: isUncertain, 0: isUncertain,
		429: isRetry,
		400: func(err error) bool { return errors.Is(err, inbox.ErrInvalid) },
		404: func(err error) bool { return errors.Is(err, inbox.ErrGone) },
		401: func(err error) bool { return errors.Is(err, inbox.ErrAuth) },
	} {
		status.Store(s)
		before := asked.Load()
		_, err := d.Deliver(t.Context(), hook(srv.URL+"/s3cret-path"), brief(), key)
		if !want(err) || (err != nil && strings.Contains(err.Error(), "s3cret")) {
			t.Errorf("%d: %v", s, err)
		}
		if n := asked.Load() - before; n != 1 {
			t.Errorf("%d: asked %d times", s, n)
		}
	}
	srv.Close()
	if _, err := d.Deliver(t.Context(), hook(srv.URL), brief(), key); !isRetry(err) || isUncertain(err) {
		t.Errorf("nobody there: %v", err)
	}
}

func TestWebhookAddresses(t *testing.T) {
	for _, bad := range []string{"", "hook", "http://e.example/", "ftp://e.example/", "https://", "https://u:p@e.example/", "http://127.0.0.1.e.example/", "https://e.example/\x7f"} {
		if _, err := deliverer(Options{}).Deliver(t.Context(), hook(bad), brief(), key); !errors.Is(err, inbox.ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	_, err := deliverer(Options{WebhookSecret: signedBy("whsec_%%%")}).Deliver(t.Context(), hook("https://e.example/"), brief(), key)
	if !errors.Is(err, inbox.ErrInvalid) || strings.Contains(err.Error(), "%%%") {
		t.Errorf("bad secret: %v", err)
	}
}

func TestMayDial(t *testing.T) {
	for _, c := range []struct {
		host, to string
		ok       bool
	}{
		{"e.example", "93.184.216.34", true},
		{"e.example", "2606:2800:220:1::1", true},
		{"localhost", "127.0.0.1", true},
		{"127.0.0.1", "127.0.0.1", true},
		{"[::1]", "::1", false}, // the transport gives it without brackets
		{"::1", "::1", true},
		{"localhost", "10.0.0.1", false},
		{"home.example", "192.168.1.4", true}, // allowed below
		{"HOME.example", "192.168.1.4", true},
		{"e.example", "127.0.0.1", false},
		{"0177.0.0.1", "127.0.0.1", false},
		{"e.example", "10.1.2.3", false},
		{"e.example", "172.16.0.1", false},
		{"e.example", "192.168.0.1", false},
		{"e.example", "169.254.169.254", false},
		{"e.example", "100.64.0.1", false},
		{"e.example", "0.0.0.0", false},
		{"e.example", "255.255.255.255", false},
		{"e.example", "224.0.0.1", false},
		{"e.example", "192.0.0.8", false},
		{"e.example", "198.18.0.1", false},
		{"e.example", "::", false},
		{"e.example", "::1", false},
		{"e.example", "::ffff:10.0.0.1", false},
		{"e.example", "::ffff:127.0.0.1", false},
		{"e.example", "::10.0.0.1", false},
		{"e.example", "64:ff9b::a00:1", false},
		{"e.example", "2002:a00:1::", false},
		{"e.example", "2001:0:1::1", false},
		{"e.example", "fc00::1", false},
		{"e.example", "fe80::1%eth0", false},
		{"e.example", "fec0::1", false},
		{"e.example", "ff02::1", false},
	} {
		if got := mayDial(c.host, netip.MustParseAddr(c.to), []string{"home.example"}); got != c.ok {
			t.Errorf("%s at %s: %v", c.host, c.to, got)
		}
	}
}

// TestRebinding: a public name that leads to this machine is not called.
func TestRebinding(t *testing.T) {
	asked := atomic.Bool{}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	_, port, err := net.SplitHostPort(srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go answer(theirs)
		return ours, nil
	}}
	d := deliverer(Options{Resolver: resolver})
	if _, err := d.Deliver(t.Context(), hook("https://rebound.example:"+port+"/"), brief(), key); !errors.Is(err, inbox.ErrInvalid) || isUncertain(err) {
		t.Errorf("got %v", err)
	}
	if asked.Load() {
		t.Error("the server was called")
	}
	d = deliverer(Options{Resolver: resolver, AllowHosts: []string{"rebound.example"}})
	if _, err := d.Deliver(t.Context(), hook("https://rebound.example:"+port+"/"), brief(), key); !isRetry(err) {
		t.Errorf("allowed, it comes as far as the certificate: %v", err)
	}
}

// answer is a name server on a stream that gives 127.0.0.1 for everything.
func answer(c net.Conn) {
	defer c.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		q := make([]byte, int(size[0])<<8|int(size[1]))
		if _, err := io.ReadFull(c, q); err != nil {
			return
		}
		var m dnsmessage.Message
		if err := m.Unpack(q); err != nil {
			return
		}
		m.Response, m.Additionals = true, nil
		if m.Questions[0].Type == dnsmessage.TypeA {
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET},
				Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
			}}
		}
		b, err := m.Pack()
		if err != nil {
			return
		}
		if _, err := c.Write(append([]byte{byte(len(b) >> 8), byte(len(b))}, b...)); err != nil {
			return
		}
	}
}
