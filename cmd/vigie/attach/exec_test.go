package attach

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"vigie/tui/door"
)

func TestExecPassesArgumentsUnchanged(t *testing.T) {
	got := make(chan []string, 1)
	_, socket := serve(t, func(_ context.Context, c door.Command) int {
		got <- c.Args
		return 0
	})
	rapid.Check(t, func(t *rapid.T) {
		args := rapid.SliceOfN(rapid.StringMatching(`[ '"\\$();&|<>\n\t#*?~éa-c]{0,8}`), 0, 4).Draw(t, "args")
		code, err := Exec(context.Background(), Options{Socket: socket}, args, nil, io.Discard, io.Discard)
		if code != 0 || err != nil {
			t.Fatal(code, err)
		}
		if g := <-got; fmt.Sprintf("%q", g) != fmt.Sprintf("%q", args) && len(g)+len(args) > 0 {
			t.Fatalf("got %q, want %q", g, args)
		}
	})
}

func TestExec(t *testing.T) {
	_, socket := serve(t, func(ctx context.Context, c door.Command) int {
		switch c.Args[0] {
		case "wait":
			<-ctx.Done()
			return 3
		case "echo":
			n, err := io.Copy(c.Stdout, c.Stdin)
			fmt.Fprintf(c.Stderr, "%d %v %q", n, err, c.Environ)
		case "much":
			block := bytes.Repeat([]byte("x"), 1<<20)
			for range 8 {
				if _, err := c.Stdout.Write(block); err != nil {
					return 9
				}
			}
		}
		return 5
	})
	o := Options{Socket: socket, Environ: []string{"LANG=fr", "HOME=/x", "VIGIE_A=1", "LANG=en"}}
	var stdout, stderr bytes.Buffer
	big := strings.Repeat("0123456789", 500_000)
	code, err := Exec(t.Context(), o, []string{"echo"}, strings.NewReader(big), &stdout, &stderr)
	if code != 5 || err != nil || stdout.String() != big || stderr.String() != `5000000 <nil> ["LANG=en" "VIGIE_A=1"]` {
		t.Errorf("code %d, %v, %d bytes, %q", code, err, stdout.Len(), stderr.String())
	}
	stdout.Reset()
	if code, err := Exec(t.Context(), o, []string{"much"}, nil, &stdout, io.Discard); code != 5 || err != nil || stdout.Len() != 8<<20 {
		t.Errorf("code %d, %v, %d bytes", code, err, stdout.Len())
	}
	if code, err := Exec(t.Context(), o, []string{"much"}, nil, failing{}, io.Discard); code != ExitLost || !errors.Is(err, syscall.EPIPE) {
		t.Errorf("a closed pipe: code %d, %v", code, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go cancel()
	if code, err := Exec(ctx, o, []string{"wait"}, nil, io.Discard, io.Discard); !errors.Is(err, context.Canceled) || code != ExitInterrupted {
		t.Errorf("cancelled: code %d, %v", code, err)
	}
	if _, err := Exec(t.Context(), o, []string{strings.Repeat("x", 300_000)}, nil, io.Discard, io.Discard); err == nil {
		t.Error("a command of 300 kB is sent")
	}
	if _, err := Exec(t.Context(), Options{Socket: socket + "x"}, []string{"list"}, nil, io.Discard, io.Discard); !errors.Is(err, ErrNotRunning) {
		t.Errorf("without a server: %v", err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, syscall.EPIPE }

// A command that reads nothing leaves its input to who started it: a loop over
// lines in a shell goes on.
func TestExecLeavesInputAlone(t *testing.T) {
	_, socket := serve(t, func(context.Context, door.Command) int { return 0 })
	in := strings.NewReader("next line")
	if _, err := Exec(t.Context(), Options{Socket: socket}, []string{"done", "1"}, in, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	if in.Len() != len("next line") {
		t.Errorf("%d bytes are left", in.Len())
	}
}

func TestExecWhenTheServerDies(t *testing.T) {
	begun := make(chan struct{})
	_, socket := serve(t, func(ctx context.Context, _ door.Command) int {
		close(begun)
		<-ctx.Done()
		return 0
	})
	path, cut := relay(t, socket)
	go func() {
		<-begun
		cut()
	}()
	if code, err := Exec(t.Context(), Options{Socket: path}, []string{"sync"}, nil, io.Discard, io.Discard); code != ExitLost || !errors.Is(err, ErrLost) {
		t.Errorf("code %d, %v", code, err)
	}
}
