//go:build walk

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/cmd/vigie/config"
	"vigie/connectors/sandbox"
	"vigie/inbox"
	"vigie/tui/lang"
)

// The day begins on this Monday morning, at eight o'clock in Lyon.
var dayBegins = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)

// walker is a person with a demonstration of their own.
type walker struct {
	t     *testing.T
	bin   string
	dir   string
	env   []string
	m     manner
	p     lang.Printer
	clock shifted
	world *sandbox.World
	srv   *server
	term  *terminal
}

// build makes the program once for all walks.
func build(t *testing.T) string {
	t.Helper()
	if bin := os.Getenv("VIGIE_WALK_BIN"); bin != "" {
		return bin
	}
	bin := filepath.Join(t.TempDir(), "vigie")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return bin
}

// manner is how somebody walks.
type manner struct {
	lang lang.Tag
	mono bool
	road road
}

func (m manner) String() string {
	return fmt.Sprintf("%s-%s-%s", m.lang, map[bool]string{true: "mono", false: "colour"}[m.mono], map[bool]string{true: "slow", false: "fast"}[m.road.delay > 0])
}

// newWalker starts the demonstration's server: the real one, over simulated
// networks whose truth can be looked at.
func newWalker(t *testing.T, bin string, m manner) *walker {
	t.Helper()
	w := &walker{t: t, bin: bin, m: m, p: lang.For(m.lang), clock: shifted{time.Until(dayBegins)}}
	w.dir = t.TempDir()
	if err := os.Chmod(w.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	box, err := sandbox.Start(t.Context(), sandbox.Options{Clock: w.clock, Seed: 1, Every: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	w.world = box.World()
	conf, words := demoConfig(box.Accounts(), w.dir, bin)
	conf.Language = string(m.lang)
	if m.mono {
		conf.Theme = "mono"
	}
	w.env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8"}
	w.serve(conf, words)
	return w
}

func (w *walker) serve(conf config.Config, words map[string]string) {
	w.t.Helper()
	p := &program{
		in: strings.NewReader(""), out: os.Stderr, err: os.Stderr, env: func(string) string { return "" },
		terminal: true, local: true, clock: w.clock, p: w.p,
	}
	p.globals.data = w.dir
	paths, err := config.FindPaths(filepath.Join(w.dir, "demo.yaml"), w.dir, p.env)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var closeLog func() error
	w.srv, closeLog, err = p.newServer(ctx, paths, conf, func(_ context.Context, ref config.Secret) (inbox.Secret, error) {
		return inbox.NewSecret(words[ref.Ref]), nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	ready, served := make(chan struct{}), make(chan error, 1)
	go func() { served <- w.srv.serve(ctx, func() { close(ready) }) }()
	select {
	case <-ready:
	case err := <-served:
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		w.srv.stop()
		err := <-served
		cancel()
		if err := errors.Join(err, closeLog()); err != nil {
			w.t.Error(err)
		}
	})
	w.collected()
}

// collected waits until every account has brought its history.
func (w *walker) collected() {
	w.t.Helper()
	w.until("every account is collected", func() bool {
		list, err := w.srv.eng.Accounts(w.t.Context())
		return err == nil && !slices.ContainsFunc(list, func(a inbox.AccountStatus) bool { return a.OKAt.IsZero() || a.Syncing })
	})
}

// attach opens a terminal on the inbox.
func (w *walker) attach() *terminal {
	w.t.Helper()
	w.term = newTerminal(w.t, w.m.road, 100, 30, w.env, w.bin, "--data", w.dir, "--config", filepath.Join(w.dir, "demo.yaml"))
	return w.term
}

// vigie runs a command as a person in another terminal would.
func (w *walker) vigie(args ...string) string {
	w.t.Helper()
	cmd := exec.Command(w.bin, append([]string{"--data", w.dir, "--config", filepath.Join(w.dir, "demo.yaml")}, args...)...)
	cmd.Env = w.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("vigie %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// until waits for something that comes about.
func (w *walker) until(what string, is func() bool) {
	w.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if is() {
			return
		}
	}
	screen := ""
	if w.term != nil {
		screen = w.term.text()
	}
	w.t.Fatalf("in vain: %s\n%s", what, screen)
}

// see waits until the screen shows all of these.
func (w *walker) see(words ...string) {
	w.t.Helper()
	w.until("see "+strings.Join(words, " · "), func() bool {
		shown := w.term.text()
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(shown, word) })
	})
}

// unseen waits until the screen shows none of these.
func (w *walker) unseen(words ...string) {
	w.t.Helper()
	w.until("no longer see "+strings.Join(words, " · "), func() bool {
		shown := w.term.text()
		return !slices.ContainsFunc(words, func(word string) bool { return strings.Contains(shown, word) })
	})
}

// line is the first line of the screen that holds a word; "" when none does.
func (w *walker) line(word string) string {
	for l := range strings.SplitSeq(w.term.text(), "\n") {
		if strings.Contains(l, word) {
			return strings.TrimRight(l, " ")
		}
	}
	return ""
}

// press types keys and waits for what they bring.
func (w *walker) press(keys ...string) {
	w.term.press(keys...)
	w.term.quiet()
}

// words are in the language of the walk.
func (w *walker) words(french, english string) string {
	if w.m.lang == lang.French {
		return french
	}
	return english
}

// answers lists what a brand wrote to people through the program.
func (w *walker) answers(account inbox.AccountID, since time.Time) []sandbox.Item {
	return w.world.Items(account, func(it sandbox.Item) bool {
		return it.ByBrand() && it.Kind != sandbox.BrandPost && !it.At.Before(since) && !it.Deleted
	})
}

// threads lists what a query matches, in the order of lists.
func (w *walker) threads(query string) []inbox.Thread {
	w.t.Helper()
	page, err := w.srv.eng.Threads(w.t.Context(), inbox.ViewQuery{View: inbox.View{ID: "asked", Query: query}, Limit: 500})
	if err != nil {
		w.t.Fatalf("threads of %q: %v", query, err)
	}
	return page.Threads
}

// thread is the only one that a query matches.
func (w *walker) thread(query string) inbox.Thread {
	w.t.Helper()
	list := w.threads(query)
	if len(list) != 1 {
		w.t.Fatalf("%d threads match %q", len(list), query)
	}
	return list[0]
}

// command gives a command of the palette, by its words.
func (w *walker) command(words string) {
	w.press(":")
	w.press(words)
	w.press("enter")
}

// agree says yes to the question that is shown.
func (w *walker) agree(question string) {
	w.t.Helper()
	w.see(question)
	w.term.dwell()
	w.press("enter")
	w.unseen(question)
}

// discard throws away what is being written.
func (w *walker) discard() {
	w.t.Helper()
	w.term.dwell()
	w.press("ctrl+x")
	none := func() bool {
		drafts, err := w.srv.eng.Drafts(w.t.Context(), 0)
		return err == nil && len(drafts) == 0
	}
	question := w.words("Jeter le brouillon ?", "Discard the draft?")
	w.until("the question, or no draft", func() bool { return strings.Contains(w.term.text(), question) || none() })
	if strings.Contains(w.term.text(), question) {
		w.agree(question)
	}
	w.until("no draft is left", none)
}

// matches waits until the screen matches an expression.
func (w *walker) matches(expr string) {
	w.t.Helper()
	re := regexp.MustCompile(expr)
	w.until("match "+expr, func() bool { return re.MatchString(w.term.text()) })
}

// panes are what is shown left and right of the line between list and thread,
// without the lists of clients and accounts that wide terminals show first.
func (w *walker) panes() (list, right string) {
	lines := w.term.cells()
	borders := []int{-1}
	for x := range lines[0] {
		n := 0
		for _, l := range lines {
			if l[x] == "│" || l[x] == "├" || l[x] == "┤" {
				n++
			}
		}
		if n > len(lines)*3/4 {
			borders = append(borders, x)
		}
	}
	last := len(borders) - 1
	var left, rest []string
	for _, l := range lines[2 : len(lines)-2] {
		left = append(left, strings.Join(l[borders[max(last-1, 0)]+1:max(borders[last], 0)], ""))
		rest = append(rest, strings.TrimRight(strings.Join(l[borders[last]+1:], ""), " "))
	}
	return strings.Join(left, "\n"), strings.Join(rest, "\n")
}

func (w *walker) list() string {
	list, _ := w.panes()
	return list
}

func (w *walker) right() string {
	_, right := w.panes()
	return right
}

// row is the row of the list that has the cursor.
func (w *walker) row() string {
	for l := range strings.SplitSeq(w.list(), "\n") {
		if strings.HasPrefix(l, "▌") || strings.HasPrefix(l, "╎") {
			return l
		}
	}
	return ""
}
