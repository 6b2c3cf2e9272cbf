package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// rig is an inbox in a directory of its own over simulated networks that are
// empty until somebody writes.
type rig struct {
	t     *testing.T
	dir   string
	world *sandbox.World
	env   map[string]string
}

// newRig writes a configuration for the simulated accounts of the Mastodon
// and Bluesky APIs; more is appended to it as it is.
func newRig(t *testing.T, more string) *rig {
	t.Helper()
	return newRigOf(t, more, "mastodon", "bluesky")
}

// newRigOf is newRig for the simulated accounts of other networks.
func newRigOf(t *testing.T, more string, networks ...inbox.Network) *rig {
	t.Helper()
	box, err := sandbox.Start(t.Context(), sandbox.Options{Empty: true, Networks: networks})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &rig{t: t, dir: t.TempDir(), world: box.World(), env: map[string]string{"HOME": t.TempDir(), "TERM": "xterm", "LANG": "C.UTF-8"}}
	var b strings.Builder
	fmt.Fprintln(&b, "language: en\nhold: 1s\nclients:")
	last := ""
	for _, a := range box.Accounts() {
		if string(a.Client) != last {
			last = string(a.Client)
			fmt.Fprintf(&b, "  - id: %s\n    name: %s\n    contacts:\n      - id: marc\n        name: Marc\n        command: [tee, %s]\n    accounts:\n",
				a.Client, a.Name, filepath.Join(r.dir, "brief.json"))
		}
		fmt.Fprintf(&b, "      - id: %s\n        network: %s\n        server: %s\n        fresh: 72h\n", a.Account, a.Network, a.Settings["server"])
		for _, key := range []string{"handle", "user"} {
			if value := a.Settings[key]; value != "" {
				fmt.Fprintf(&b, "        %s: %s\n", key, value)
			}
		}
		for key, value := range a.Secrets {
			name := strings.ToUpper(strings.ReplaceAll(string(a.Account), "-", "_") + "_" + key)
			t.Setenv(name, value)
			fmt.Fprintf(&b, "        %s: env:%s\n", key, name)
		}
	}
	b.WriteString(more)
	if err := os.WriteFile(filepath.Join(r.dir, "config.yaml"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(r.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return r
}

// said is what a command wrote, and its exit code.
type said struct {
	out, err string
	code     int
}

// run carries out one command line as a person on this machine would.
func (r *rig) run(stdin string, args ...string) said {
	r.t.Helper()
	var out, errs bytes.Buffer
	p := &program{
		in: strings.NewReader(stdin), out: &out, err: &errs,
		env: func(name string) string { return r.env[name] }, terminal: true, local: true,
	}
	code := p.run(context.Background(), append([]string{"--data", r.dir}, args...))
	return said{out.String(), errs.String(), code}
}

// must is run for a command that has to work.
func (r *rig) must(args ...string) string {
	r.t.Helper()
	s := r.run("", args...)
	if s.code != exitOK {
		r.t.Fatalf("vigie %s: exit %d\n%s%s", strings.Join(args, " "), s.code, s.out, s.err)
	}
	return s.out
}

// say lets somebody write to an account; the network shows it at once.
func (r *rig) say(account inbox.AccountID, kind inbox.Kind, text string) sandbox.Item {
	r.t.Helper()
	it, err := r.world.Say(account, kind, text)
	if err != nil {
		r.t.Fatal(err)
	}
	return it
}

// answers lists what an account has written.
func (r *rig) answers(account inbox.AccountID) []sandbox.Item {
	return r.world.Items(account, func(it sandbox.Item) bool {
		return it.ByBrand() && it.Kind != sandbox.BrandPost
	})
}

// serve starts a server on the rig's directory and waits until it listens.
// The returned function stops it.
func (r *rig) serve() (stop func()) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready := &readyWriter{ready: make(chan struct{})}
	p := &program{
		in: strings.NewReader(""), out: ready, err: ready, env: func(name string) string { return r.env[name] },
		terminal: true, local: true,
	}
	p.globals.data = r.dir
	ended := make(chan int, 1)
	go func() { ended <- p.run(ctx, []string{"--data", r.dir, "serve"}) }()
	select {
	case <-ready.ready:
	case code := <-ended:
		cancel()
		r.t.Fatalf("the server ended with %d: %s", code, ready.String())
	case <-time.After(2 * time.Minute):
		cancel()
		r.t.Fatal("the server does not listen")
	}
	return func() {
		r.t.Helper()
		cancel()
		if code := <-ended; code != exitOK {
			r.t.Errorf("the server ended with %d: %s", code, ready.String())
		}
	}
}
