//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// quickly is how soon a terminal shows what was done in another: a second, and
// more on a busy machine.
const quickly = 10 * time.Second

// shared is an inbox with one complaint and two terminals that look at it.
type shared struct {
	*Box
	a, b *Pane
	pid  int
}

func openShared(t *testing.T) shared {
	t.Helper()
	box := deskWith(t, "      - {id: garde, name: Garde, command: [cat]}", "")
	d := NewDesk(t, box.Environ)
	s := shared{Box: box, a: d.Open(120, 40), b: d.Open(80, 24)}
	for _, p := range []*Pane{s.a, s.b} {
		p.Command(vigie(t))
		p.Wait("Ma commande n'est pas arrivée")
	}
	s.pid = box.PID()
	return s
}

// seen waits until a terminal shows something and checks that it took no
// longer than quickly since it was done.
func seen(t *testing.T, p *Pane, did time.Time, patterns ...string) {
	t.Helper()
	p.Wait(patterns...)
	took := time.Since(did)
	t.Logf("%q seen after %s", patterns, took.Round(time.Millisecond))
	if took > quickly {
		t.Errorf("%q took %s to be seen in the other terminal", patterns, took)
	}
}

// One inbox in two terminals and on the command line: each sees what the
// others do, soon, and who else is there.
func TestSessionsSeeEachOther(t *testing.T) {
	s := openShared(t)
	s.a.Wait(`aussi ouvert : votre autre terminal \(pts/`)
	s.b.Wait(`aussi ouvert : votre autre terminal \(pts/`)

	s.a.Type("t")
	s.a.Wait("Étiquettes :")
	s.a.Type("livraison")
	s.a.Press("Enter")
	seen(t, s.b, time.Now(), "#livraison")

	s.b.Type("n")
	s.b.Wait("NOTE PRIVÉE")
	s.b.Type("vu avec l'atelier")
	s.b.Press("C-s")
	seen(t, s.a, time.Now(), "vu avec l'atelier")

	id := s.One().ID
	did := time.Now()
	s.Must("tag", id, "+urgent")
	seen(t, s.a, did, "#urgent")
	seen(t, s.b, did, "#urgent")

	s.b.Type("e")
	seen(t, s.a, time.Now(), "fait · 2 messages")
	s.b.Type("u")
	seen(t, s.a, time.Now(), "à nous · 2 messages")

	did = time.Now()
	again := strings.NewReplacer(`"t1"`, `"t2"`, `"m1"`, `"m3"`, `"m2"`, `"m4"`, "Léa", "Zoé").Replace(complaint)
	s.Feed(strings.NewReader(again), "import", "-")
	seen(t, s.a, did, "Zoé|1 nouveau")
	seen(t, s.b, did, "Zoé|1 nouveau")
}

// A window that is closed, and a client that is killed, end that terminal
// only; the server and the others go on.
func TestSessionsEnd(t *testing.T) {
	s := openShared(t)
	sessions := func(n int) {
		t.Helper()
		Until(t, "sessions are counted", func() bool { return len(s.Status().Sessions) == n })
	}
	sessions(2)
	s.a.Close() // SIGHUP
	sessions(1)
	s.b.WaitGone("aussi ouvert")
	s.b.Type("n")
	s.b.Wait("NOTE PRIVÉE")
	s.b.Type("toujours là")

	third := s.a.Open(100, 30)
	third.Command(vigie(t))
	third.Wait("Ma commande n'est pas arrivée", "écrit ici|aussi ouvert")
	sessions(2)
	if err := syscall.Kill(foreground(t, third), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	third.Wait(`<137>`) // what was there stays: nobody could clean up
	sessions(1)
	s.b.Press("C-s")
	s.b.Wait("toujours là", "note gardée")
	if pid := s.PID(); pid != s.pid {
		t.Errorf("the server was %d and is %d", s.pid, pid)
	}
}

// foreground is the process that a pane's shell has started.
func foreground(t *testing.T, p *Pane) int {
	t.Helper()
	shell := p.Shell()
	found := 0
	Until(t, "the shell has a child", func() bool {
		stats, err := filepath.Glob("/proc/[0-9]*/stat")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range stats {
			raw, err := os.ReadFile(path)
			if err != nil {
				continue // it has ended
			}
			if m := childOf.FindSubmatch(raw); m != nil && string(m[2]) == strconv.Itoa(shell) {
				if found, err = strconv.Atoi(string(m[1])); err != nil {
					t.Fatal(err)
				}
			}
		}
		return found != 0
	})
	return found
}

// childOf finds a process and its parent in /proc/*/stat.
var childOf = regexp.MustCompile(`^(\d+) \(.*\) \S (\d+) `)

// vigie stop gives every terminal its screen, cursor and mouse back, and says
// so; a terminal that is opened again starts a new server with all there was.
func TestSessionsStop(t *testing.T) {
	s := openShared(t)
	s.a.Type("n")
	s.a.Wait("NOTE PRIVÉE")
	s.a.Type("brouillon gardé")
	Until(t, "the draft is saved", func() bool { return len(s.List("has:draft")) == 1 })
	s.Must("stop")
	for _, p := range []*Pane{s.a, s.b} {
		p.Wait(`^<[0-9]+>$`)
		if m := p.Modes(); m != atHome {
			t.Errorf("after vigie stop a terminal has %+v:\n%s", m, p.Screen())
		}
	}
	s.gone(s.pid)
	s.a.Command("clear; " + vigie(t))
	s.a.Wait("Ma commande n'est pas arrivée")
	s.a.Type("n")
	s.a.Wait("brouillon gardé")
	if pid := s.PID(); pid == 0 || pid == s.pid {
		t.Errorf("the server was %d and is %d", s.pid, pid)
	}
}

// SIGTERM to the server is as good as vigie stop; SIGKILL takes the screen
// away from under its terminals, which give it back themselves.
func TestSessionsServerKilled(t *testing.T) {
	for name, signal := range map[string]syscall.Signal{"TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			s := openShared(t)
			if err := syscall.Kill(s.pid, signal); err != nil {
				t.Fatal(err)
			}
			for _, p := range []*Pane{s.a, s.b} {
				p.Wait(`^<[0-9]+>$`)
				if m := p.Modes(); m != atHome {
					t.Errorf("after SIG%s a terminal has %+v:\n%s", name, m, p.Screen())
				}
			}
			s.gone(s.pid)
			if rows := s.List(); len(rows) != 1 {
				t.Errorf("after SIG%s: %+v", name, rows)
			}
		})
	}
}

// A second server on the same data says who holds it and ends, soon, with its
// own exit code.
func TestSessionsSecondServer(t *testing.T) {
	b := deskWith(t, "      - {id: garde, name: Garde, command: [cat]}", "")
	pid := b.Serve()
	began := time.Now()
	s := b.Run("serve")
	if took := time.Since(began); s.Code != 75 || took > 30*time.Second {
		t.Errorf("exit %d after %s, want 75 at once: %s", s.Code, took.Round(time.Millisecond), s.Err)
	}
	if !strings.Contains(s.Err, strconv.Itoa(pid)) || !strings.Contains(s.Err, strconv.Itoa(time.Now().Year())) && !regexp.MustCompile(`\d\d:\d\d`).MatchString(s.Err) {
		t.Errorf("it does not say who (%d) holds it, since when: %s", pid, s.Err)
	}
}
