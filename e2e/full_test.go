//go:build e2e

package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// small makes a box's directory a disk of its own of that many bytes, which
// takes root.
func (b *Box) small(bytes string) {
	b.t.Helper()
	if err := syscall.Mount("tmpfs", b.Dir, "tmpfs", 0, "size="+bytes+",mode=0700"); err != nil {
		b.t.Fatalf("mount a small disk, as root: %v", err)
	}
	b.t.Cleanup(func() {
		if err := syscall.Unmount(b.Dir, syscall.MNT_DETACH); err != nil {
			b.t.Errorf("unmount the small disk: %v", err)
		}
	})
}

// fill writes ballast until the disk is full.
func (b *Box) fill() {
	b.t.Helper()
	f, err := os.OpenFile(filepath.Join(b.Dir, "ballast"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		b.t.Fatal(err)
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		b.t.Fatalf("fill the disk: %v", err)
	}
	if err := f.Close(); err != nil {
		b.t.Fatal(err)
	}
}

// empty takes the ballast away.
func (b *Box) empty() {
	b.t.Helper()
	if err := os.Remove(filepath.Join(b.Dir, "ballast")); err != nil {
		b.t.Fatal(err)
	}
}

// isFull is the sentence of a full disk.
const isFull = "le disque est plein"

// brim writes notes until none fits into what the store has of room for
// itself, and returns how many it took.
func (b *Box) brim(id string) (took int) {
	b.t.Helper()
	for _, bytes := range []int{1 << 16, 1 << 13, 1 << 11, 100, 1} {
		for {
			s := b.Run("note", id, strings.Repeat("n", bytes))
			if s.Code != 0 {
				if s.Code != 1 || !strings.Contains(s.Err, isFull) {
					b.t.Fatalf("a note on a full disk: exit %d: %s", s.Code, s.Err)
				}
				break
			}
			took++
		}
	}
	return took
}

// refuses checks that a command fails for the full disk, and how it ends.
func (b *Box) refuses(code int, args ...string) {
	b.t.Helper()
	if s := b.Run(args...); s.Code != code || !strings.Contains(s.Out+s.Err, isFull) {
		b.t.Errorf("%q on a full disk: exit %d, want %d\n%s%s", args, s.Code, code, s.Out, s.Err)
	}
}

// tells waits until the status tells of the full disk on which a note failed:
// something smaller that fits says for a moment that there is room.
func (b *Box) tells(id string) {
	b.t.Helper()
	Until(b.t, "the status tells of the full disk", func() bool {
		b.refuses(1, "note", id, "non")
		return strings.Contains(b.Must("status"), isFull)
	})
}

// A disk that is full while the server runs: what cannot be saved is refused
// and said, what is there is read, nothing leaves. With room again all goes on
// by itself: nothing is lost, nothing is there twice.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	network := NewBluesky(t)
	alice, bob := network.CreateAccount("alice"), network.CreateAccount("bob")
	bread, cake := alice.Post("Du pain"), alice.Post("Des galettes")
	calm, busy := bob.Reply(bread, bread, "demain ?"), bob.Reply(cake, cake, "et samedi ?")
	alice.Notified(calm, busy)
	b := NewBox(t, "")
	b.small("3m")
	b.collect(alice, "1s", "backup: {dir: "+t.TempDir()+"}\n")
	b.Must("sync")
	first, second := threadOf(t, b, bread.URI+"#"+bob.DID), threadOf(t, b, cake.URI+"#"+bob.DID)
	pid := b.Serve()
	p := NewDesk(t, b.Environ).Open(120, 40)
	p.Command(vigie(t))
	p.Wait("À traiter", "▌.*Bob")
	held := JSON[Sent](t, b.Must("reply", first, "--json", "--no-wait", "--hold", "6s", "--text", "Oui, demain."))[0]
	due := time.Now().Add(6 * time.Second)

	Until(t, "the server has signed in", func() bool { return strings.Contains(b.Must("show", second), "@"+alice.Handle) })
	b.fill()
	notes := b.brim(second)
	reads := []string{b.Must("list", "--json"), b.Must("show", second), b.Must("search", "samedi", "--json")}
	alice.Notified(bob.Reply(cake, cake, "plutôt dimanche"))
	b.refuses(1, "note", second, "non")
	b.refuses(1, "reply", second, "--no-wait", "--text", strings.Repeat("Samedi, oui. ", 20)) // more than what free pages may take
	b.refuses(6, "sync")
	b.tells(second)
	p.begin("Je commence")
	p.paste(strings.Repeat("une longue réponse ", 1000))
	p.Wait("pas enregistré", isFull)
	Until(t, "its time has come", func() bool { return time.Now().After(due.Add(time.Second)) })
	state, n := JSON[Sent](t, b.Must("outbox", "show", held.ID, "--json"))[0].State, alice.Wrote(held.Text)
	t.Logf("%d notes fit; the answer is %s, %d times on the network", notes, state, n)
	if state == "queued" && n != 0 {
		t.Error("an answer left that was not claimed")
	}
	for i, again := range []string{b.Must("list", "--json"), b.Must("show", second), b.Must("search", "samedi", "--json")} {
		if again != reads[i] {
			t.Errorf("on the full disk it reads\n%s\nafter it was\n%s", again, reads[i])
		}
	}

	b.empty()
	began := time.Now()
	b.settled(held.ID, "accepted", "verified")
	Until(t, "the new message is collected", func() bool { return b.One("is:any id:"+second).Messages == 2 })
	p.WaitGone("pas enregistré")
	t.Logf("all went on %s after there was room", time.Since(began).Round(100*time.Millisecond))
	wrote(t, alice, bob, held.Text, bread, calm)
	if s := b.Must("status"); strings.Contains(s, isFull) || b.PID() != pid {
		t.Errorf("with room again: %s", s)
	}
	if d := b.drafts(); len(d) != 1 || !strings.HasPrefix(d[0].Text, "Je commence") || len(d[0].Text) < 19000 {
		t.Errorf("%d drafts", len(d))
	}
	b.Must("note", second, "enfin")
	if row := b.One("is:any id:" + second); row.Notes != notes+1 || row.Messages != 2 || len(alice.Written()) != 3 {
		t.Errorf("%d notes, want %d; %d messages; alice wrote %d", row.Notes, notes+1, row.Messages, len(alice.Written()))
	}
	b.Must("sync") // the network's own words of what was answered, such as its address
	b.same("after the full disk")
	b.startsFull(second, pid)
}

// startsFull kills the server and starts it on the full disk.
func (b *Box) startsFull(id string, pid int) {
	t := b.t
	t.Helper()
	b.fill()
	notes := b.One("is:any id:"+id).Notes + b.brim(id)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	b.gone(pid)
	b.Serve()
	if row := b.One("is:any id:" + id); row.Notes != notes {
		t.Errorf("started on a full disk: %d notes, want %d", row.Notes, notes)
	}
	b.tells(id)
	b.empty()
	Until(t, "notes are taken again", func() bool { return b.Run("note", id, "oui").Code == 0 })
	if s := b.Run("doctor"); s.Code != 0 {
		t.Errorf("doctor: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
}

// Without room for a store there is none, and that is what is said.
func TestFullDiskAtFirst(t *testing.T) {
	b := NewBox(t, "")
	b.small("64k")
	b.Write("config.yaml", "clients: [{id: miette, name: Miette}]\nlanguage: fr\n")
	b.fill()
	for range 2 {
		b.refuses(1, "serve")
		b.refuses(1, "list")
	}
	b.empty()
	b.Serve()
	b.Must("list")
}

// paste puts text in as a terminal does that brackets what is pasted.
func (p *Pane) paste(text string) {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), "pasted")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.tmux("load-buffer", file)
	p.tmux("paste-buffer", "-p", "-d", "-t", p.id)
}
