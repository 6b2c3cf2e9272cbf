//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// betweenCycles is how often the server is killed between a request and its
// answer.
const betweenCycles = 50

// holder is a line to a Bluesky server on which the answers to new posts never
// arrive: the network has them, and nobody is told.
type holder struct {
	done chan struct{} // one token for each post that was carried out
	from string        // the server's address, which its answers name
	to   string        // the line's
}

// hold makes the line.
func hold(t *testing.T, pds string) *holder {
	t.Helper()
	server, err := url.Parse(pds)
	if err != nil {
		t.Fatal(err)
	}
	h := &holder{done: make(chan struct{}, betweenCycles), from: pds}
	line := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(server)
			r.Out.Header.Del("Accept-Encoding") // answers are read here
		},
		ModifyResponse: h.answer,
		ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	})
	t.Cleanup(line.Close)
	h.to = line.URL
	return h
}

// answer keeps the answer to a new post until the asker is gone, and passes
// the others on. A session names the line instead of the server.
func (h *holder) answer(r *http.Response) error {
	switch {
	case strings.HasSuffix(r.Request.URL.Path, "com.atproto.repo.createRecord") && r.StatusCode == http.StatusOK:
		h.done <- struct{}{}
		<-r.Request.Context().Done()
		return r.Request.Context().Err()
	case strings.Contains(r.Request.URL.Path, "com.atproto.server."):
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		b = bytes.ReplaceAll(b, []byte(h.from), []byte(h.to))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
		r.Header.Set("Content-Length", strconv.Itoa(len(b)))
	}
	return nil
}

// The server is killed 50 times when the network has carried an answer out and
// not yet said so. By the count of the account's own repository each answer
// was written once, and vigie finds each of them.
func TestKillBetweenRequestAndAnswer(t *testing.T) {
	network := NewBluesky(t)
	alice, bob := network.CreateAccount("alice"), network.CreateAccount("bob")
	line := hold(t, alice.PDS)
	far, behind := *alice.Bluesky, *alice
	far.PDS, behind.Bluesky = line.to, &far
	b := blueskyBox(t, &behind, "1ms")
	var mentions []BlueskyRef
	for i := range betweenCycles {
		mentions = append(mentions, bob.Mention(alice, fmt.Sprintf("question %d ?", i)))
	}
	alice.Notified(mentions...)
	b.Must("sync")
	threads := map[string]string{}
	for _, row := range b.List("is:any") {
		threads[row.Thread] = row.ID
	}
	pid := b.Serve()
	for i, mention := range mentions {
		b.Must("reply", threads[mention.URI], "--no-wait", "--text", answer(i))
		Until(t, "the network has the answer", func() bool {
			select {
			case <-line.done:
				return true
			default:
				return false
			}
		})
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		b.gone(pid)
		pid = b.Serve()
	}
	took := Until(t, "the outbox is empty", func() bool { return b.Must("outbox", "--json") == "" })
	written := map[string]int{}
	for _, r := range alice.Written() {
		written[r.Value.Text]++
	}
	for i := range mentions {
		if n := written[answer(i)]; n != 1 {
			t.Errorf("%q was written %d times", answer(i), n)
		}
	}
	for _, row := range b.List("is:any") {
		if row.State != "theirs" || row.Messages != 2 {
			t.Errorf("thread %s: %s, %d messages; want theirs, 2", row.ID, row.State, row.Messages)
		}
	}
	t.Logf("%d kills; %d posts written; the last was found %s after the last start", betweenCycles, len(written), took)
}
