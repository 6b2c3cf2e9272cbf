package soak

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// box is an inbox of the real program over four networks, one of each class
// of sending, each of which counts what it carries out.
type box struct {
	t     *testing.T
	dir   string
	env   []string
	world *sandbox.World
	cmd   *exec.Cmd

	accounts []inbox.AccountID // mastodon (A), bluesky (B), forum C, forum D
	forums   map[inbox.AccountID]forum
	behind   int // starts at which the search index lacked messages
}

// newBox writes the configuration; nothing runs yet.
func newBox(t *testing.T) *box {
	t.Helper()
	sb, err := sandbox.Start(t.Context(), sandbox.Options{Empty: true, Networks: []inbox.Network{"mastodon", "bluesky"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sb.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &box{t: t, dir: t.TempDir(), world: sb.World(), forums: map[inbox.AccountID]forum{}}
	b.env = append(os.Environ(), "HOME="+t.TempDir(), "LANG=C.UTF-8", "TERM=xterm")
	if err := os.Chmod(b.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var conf strings.Builder
	fmt.Fprintln(&conf, "language: en\nhold: 0s\nclients:\n  - id: all\n    name: All\n    accounts:")
	taken := map[inbox.Network]bool{}
	for _, a := range sb.Accounts() {
		if !taken[a.Network] {
			taken[a.Network] = true
			b.simulated(&conf, a)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range []string{"C", "D"} {
		id := inbox.AccountID("forum-" + strings.ToLower(class))
		f := forum{class, filepath.Join(b.dir, string(id)+".posts")}
		fmt.Fprintf(&conf, "      - {id: %s, network: bridge, fresh: 72h, command: [%s, %s, %s, %s]}\n", id, self, forumWord, class, f.file)
		b.accounts, b.forums[id] = append(b.accounts, id), f
	}
	if err := os.WriteFile(filepath.Join(b.dir, "config.yaml"), []byte(conf.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return b
}

// simulated configures one account of a simulated network, behind a line on
// which every request and every answer takes a moment.
func (b *box) simulated(conf *strings.Builder, a sandbox.Account) {
	server, err := url.Parse(a.Settings["server"])
	if err != nil {
		b.t.Fatal(err)
	}
	line := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			moment()
			r.SetURL(server)
			r.Out.Host = r.In.Host
		},
		ModifyResponse: func(*http.Response) error { moment(); return nil },
		ErrorLog:       log.New(io.Discard, "", 0), // killed in the middle of a request
	})
	b.t.Cleanup(line.Close)
	fmt.Fprintf(conf, "      - id: %s\n        network: %s\n        server: %s\n        poll: 1s\n        fresh: 72h\n", a.Account, a.Network, line.URL)
	if h := a.Settings["handle"]; h != "" {
		fmt.Fprintf(conf, "        handle: %s\n", h)
	}
	for key, value := range a.Secrets {
		name := strings.ToUpper(strings.ReplaceAll(string(a.Account), "-", "_") + "_" + key)
		b.env = append(b.env, name+"="+value)
		fmt.Fprintf(conf, "        %s: env:%s\n", key, name)
	}
	b.accounts = append(b.accounts, a.Account)
}

// vigie runs one command and returns its output.
func (b *box) vigie(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, append([]string{"--data", b.dir}, args...)...)
	cmd.Env = b.env
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err != nil {
		err = fmt.Errorf("vigie %s: %w\n%s%s", strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String(), err
}

func (b *box) must(args ...string) string {
	b.t.Helper()
	out, err := b.vigie(b.t.Context(), args...)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// start starts the server as a process of its own and waits until it answers.
func (b *box) start() {
	b.t.Helper()
	b.cmd = exec.Command(program, "--data", b.dir, "serve")
	b.cmd.Env = b.env
	var errs bytes.Buffer
	b.cmd.Stderr = &errs
	if err := b.cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	until(b.t, "the server answers", 2*time.Minute, func() bool {
		_, err := b.vigie(b.t.Context(), "status")
		return err == nil
	})
}

// kill ends the server without a chance to clean up.
func (b *box) kill() {
	b.t.Helper()
	if err := b.cmd.Process.Kill(); err != nil {
		b.t.Fatal(err)
	}
	_ = b.cmd.Wait() // it was killed
}

// stop ends the server in order.
func (b *box) stop() {
	b.t.Helper()
	b.must("stop")
	if err := b.cmd.Wait(); err != nil {
		b.t.Errorf("the server: %v", err)
	}
}

// carriedOut is how often an account's network carried a text out.
func (b *box) carriedOut(account inbox.AccountID, text string) int {
	if f, ok := b.forums[account]; ok {
		n := 0
		for _, post := range f.posts() {
			if post == text {
				n++
			}
		}
		return n
	}
	return len(b.world.Items(account, func(it sandbox.Item) bool { return it.ByBrand() && strings.Contains(it.Text, text) }))
}

// threads lists the threads of an account.
func (b *box) threads(account inbox.AccountID) []string {
	b.t.Helper()
	return strings.Fields(b.must("list", "-q", "account:"+string(account)+" is:open"))
}

// open are the states of the outbox's open actions.
func (b *box) open() map[string]int {
	b.t.Helper()
	states := map[string]int{}
	dec := json.NewDecoder(strings.NewReader(b.must("outbox", "--json")))
	for {
		var row struct{ State string }
		if err := dec.Decode(&row); err != nil {
			return states
		}
		states[row.State]++
	}
}

// until looks again and again until something that another process does has
// happened.
func until(t *testing.T, what string, limit time.Duration, has func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !has() {
		select {
		case <-ctx.Done():
			t.Fatalf("after %s it is still not so: %s", limit, what)
		case <-tick.C:
		}
	}
}
