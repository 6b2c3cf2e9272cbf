package attach

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"vigie/inbox/text"
	"vigie/tui/door/wire"
)

// hangUpTime is what a program may take to end when the terminal goes.
const hangUpTime = 2 * time.Second

// openTime is how long an opener is watched: one that runs on shows the page.
const openTime = 2 * time.Second

// edit runs the person's editor on a text in a file of their own. The file is
// gone afterwards, unless it holds a text that could not be handed back.
func (t *tenant) edit(ctx context.Context, r wire.Edit) ending {
	done := ending{Done: wire.Done{ID: r.ID, Result: wire.Failed}}
	dir, err := os.MkdirTemp(t.scratch(), "vigie-") // mode 0700
	if err != nil {
		return done
	}
	remove := func() { _ = os.RemoveAll(dir) }
	path := filepath.Join(dir, "vigie.txt")
	if err := os.WriteFile(path, []byte(r.Text), 0o600); err != nil {
		remove()
		return done
	}
	done.Result = t.lend(r.Shown, func() uint32 { return t.editor(ctx, path) })
	written, long, err := readText(path)
	changed := err == nil && (long || written != r.Text)
	switch {
	case err != nil:
		done.Result = wire.Failed
	case done.Result == wire.OK && long:
		done.Result, done.Text = wire.TooLong, path
		return done // the file stays
	case done.Result == wire.OK:
		done.Text = written
	}
	done.settle = func(told bool) {
		if !told && changed {
			t.kept = path
			return
		}
		remove()
	}
	return done
}

// scratch is the directory for files that others must not read: one in memory
// where the system has it; "" for the usual one.
func (t *tenant) scratch() string {
	dir := wire.Lookup(t.o.Environ, "XDG_RUNTIME_DIR")
	if info, err := os.Stat(dir); err != nil || !info.IsDir() || !filepath.IsAbs(dir) {
		return ""
	}
	return dir
}

// readText reads a file of text; long when it holds more than may cross.
func readText(path string) (s string, long bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", false, err
	}
	defer f.Close() //nolint:errcheck // only read
	raw, err := io.ReadAll(io.LimitReader(f, wire.MaxText+1))
	return string(raw), len(raw) > wire.MaxText, err
}

// editor runs $VISUAL, else $EDITOR, else what is there, as git does: through a
// shell only when it is more than plain words. An editor that was killed has
// done what it saved until then.
func (t *tenant) editor(ctx context.Context, path string) uint32 {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		line := strings.TrimSpace(wire.Lookup(t.o.Environ, name))
		if line == "" {
			continue
		}
		if strings.ContainsAny(line, "|&;<>()$`\\\"'*?[#~=%\n") {
			return t.onTerminal(ctx, []string{"sh", "-c", line + ` "$@"`, line, path})
		}
		return t.onTerminal(ctx, append(strings.Fields(line), path))
	}
	for _, name := range []string{"editor", "nano", "vi"} {
		if _, err := exec.LookPath(name); err == nil {
			return t.onTerminal(ctx, []string{name, path})
		}
	}
	return wire.Missing
}

// run does one of the errands that were given to Shell. One that ends by a
// signal, or as if by an interrupt, was left by the person.
func (t *tenant) run(ctx context.Context, r wire.Run) uint32 {
	words, ok := t.o.Errands[r.Errand]
	if !ok {
		return wire.Unwanted
	}
	return t.lend(r.Shown, func() uint32 {
		err := t.program(ctx, words)
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			return result32(err)
		}
		if code := exit.ExitCode(); code < 0 || code == ExitInterrupted {
			return wire.Abandoned
		}
		return wire.Failed
	})
}

// onTerminal runs a program on the terminal and says how it ended.
func (t *tenant) onTerminal(ctx context.Context, words []string) uint32 {
	return result32(t.program(ctx, words))
}

// program runs a program on the terminal. It is hung up when ctx ends.
func (t *tenant) program(ctx context.Context, words []string) error {
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = t.o.Stdin, t.o.Stdout, t.o.Stdout
	cmd.Env = t.o.Environ
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGHUP) }
	cmd.WaitDelay = hangUpTime
	return cmd.Run()
}

func result32(err error) uint32 {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return wire.OK
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		return wire.Missing
	case errors.As(err, &exit) && exit.ExitCode() == 127: // of a shell: no such program
		return wire.Missing
	case errors.As(err, &exit) && exit.ExitCode() < 0: // killed
		return wire.OK
	}
	return wire.Unsaved
}

// open runs the opener on an address, away from the terminal. The server made
// sure of the address; so do we.
func (t *tenant) open(ctx context.Context, address string) uint32 {
	clean, ok := text.URL(address)
	if !ok || !strings.HasPrefix(clean, "http://") && !strings.HasPrefix(clean, "https://") {
		return wire.Unwanted
	}
	words := t.opener()
	if len(words) == 0 {
		return wire.Missing
	}
	cmd := exec.Command(words[0], append(words[1:len(words):len(words)], clean)...)
	cmd.Env = t.o.Environ
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // it outlives the session
	if err := cmd.Start(); err != nil {
		return result32(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	timer := time.NewTimer(openTime)
	defer timer.Stop()
	select {
	case err := <-ended:
		if result := result32(err); result != wire.Unsaved {
			return result
		}
		return wire.Failed
	case <-timer.C:
	case <-ctx.Done():
	}
	return wire.OK
}

// onText reports whether a program shows pages on the terminal.
func onText(program string) bool {
	return slices.Contains([]string{"w3m", "lynx", "links", "links2", "elinks", "browsh", "carbonyl", "chawan", "cha", "www-browser"}, filepath.Base(program))
}

// opener is the program that opens addresses. Of $BROWSER, which may list
// several, the first that is there and shows pages in a window: the terminal is
// ours. Without a screen the desktop has no such program either.
func (t *tenant) opener() []string {
	if len(t.o.Opener) > 0 {
		return t.o.Opener
	}
	for _, line := range strings.Split(wire.Lookup(t.o.Environ, "BROWSER"), ":") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.Contains(line, "%") || onText(words[0]) {
			continue
		}
		if _, err := exec.LookPath(words[0]); err == nil {
			return words
		}
	}
	name := "open"
	if runtime.GOOS != "darwin" {
		if wire.Lookup(t.o.Environ, "DISPLAY") == "" && wire.Lookup(t.o.Environ, "WAYLAND_DISPLAY") == "" {
			return nil
		}
		name = "xdg-open"
	}
	if _, err := exec.LookPath(name); err == nil {
		return []string{name}
	}
	return nil
}
