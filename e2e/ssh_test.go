//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// remote is a server that listens on TCP and the files of people who come in.
type remote struct {
	*Box
	dir, port string
}

// openRemote serves the complaint over SSH to an owner and to a reader.
func openRemote(t *testing.T) remote {
	t.Helper()
	b := deskWith(t, "      - {id: garde, name: Garde, command: [cat]}", "")
	r := letIn(t, b, map[string]string{"owner": "admin", "reader": "read", "stranger": ""})
	r.listen("127.0.0.1:0")
	return r
}

// letIn makes keys for people and lets them in with roles; without one, not.
func letIn(t *testing.T, b *Box, roles map[string]string) remote {
	t.Helper()
	r := remote{Box: b, dir: t.TempDir()}
	for name := range roles {
		if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", filepath.Join(r.dir, name)).CombinedOutput(); err != nil {
			t.Fatalf("ssh-keygen: %v: %s", err, out)
		}
	}
	r.allow(roles)
	return r
}

// allow says what each key may do from now on.
func (r remote) allow(roles map[string]string) {
	r.t.Helper()
	var keys strings.Builder
	for name, role := range roles {
		public, err := os.ReadFile(filepath.Join(r.dir, name+".pub"))
		if err != nil {
			r.t.Fatal(err)
		}
		if role != "" {
			fmt.Fprintf(&keys, "vigie-role=%q %s", role, public)
		}
	}
	r.Write("authorized_keys", keys.String())
}

// listen starts the server on a TCP address too and returns its process.
func (r *remote) listen(addr string) int {
	r.t.Helper()
	pid := r.Serve("--listen", addr)
	var err error
	if _, r.port, err = net.SplitHostPort(r.Status().Listen); err != nil {
		r.t.Fatal(err)
	}
	host, err := os.ReadFile(filepath.Join(r.Dir, "host_key.pub"))
	if err != nil {
		r.t.Fatal(err)
	}
	known := fmt.Appendf(nil, "[127.0.0.1]:%s %s", r.port, host)
	if err := os.WriteFile(filepath.Join(r.dir, "known"), known, 0o600); err != nil {
		r.t.Fatal(err)
	}
	return pid
}

// args are those of ssh up to the host.
func (r remote) args(key string) []string {
	return []string{
		"-F", "/dev/null", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes",
		"-o", "UserKnownHostsFile=" + filepath.Join(r.dir, "known"), "-i", filepath.Join(r.dir, key), "-p", r.port, "127.0.0.1",
	}
}

func (r remote) ssh(t *testing.T, key string, words ...string) sshResult {
	t.Helper()
	return sshRun(t, strings.NewReader(""), nil, "ssh", append(r.args(key), words...)...)
}

// A command through SSH writes, byte for byte, what it writes here; roles
// hold; strangers stay out.
func TestSSHCommands(t *testing.T) {
	r := openRemote(t)
	id := r.One().ID
	for _, words := range [][]string{
		{"list", "--json"}, {"show", id, "--json"}, {"export"}, {"search", "--json", "écrasée"}, {"list", "'stat:ours  zut'"}, {"show", "999"},
	} {
		here := r.Run(unquoted(words)...)
		there := r.ssh(t, "owner", words...)
		if there.stdout != here.Out || there.code != here.Code || here.Out == "" && here.Err == "" {
			t.Errorf("%q: here exit %d\n%s%s\nthere exit %d\n%s%s", words, here.Code, here.Out, here.Err, there.code, there.stdout, there.stderr)
		}
	}
	if got := r.ssh(t, "owner", "tag", id, "+par-ssh"); got.code != 0 {
		t.Errorf("tag: %+v", got)
	}
	if got := r.ssh(t, "reader", "tag", id, "+interdit"); got.code == 0 {
		t.Errorf("a reader's tag: %+v", got)
	}
	if tags := strings.Join(r.One().Tags, " "); tags != "par-ssh" {
		t.Errorf("tags %q", tags)
	}
	if got := r.ssh(t, "reader", "list", "--count"); got.stdout != "1\n" {
		t.Errorf("a reader's list: %+v", got)
	}
	if got := r.ssh(t, "stranger", "list"); got.code != 255 || got.stdout != "" {
		t.Errorf("a stranger's list: %+v", got)
	}
	for _, words := range [][]string{{"serve"}, {"demo"}, {"import", "/etc/passwd"}, {"backup", "/tmp/x"}} {
		if got := r.ssh(t, "owner", words...); got.code == 0 {
			t.Errorf("%q through SSH: %+v", words, got)
		}
	}
}

// unquoted are words as a shell would hand them on.
func unquoted(words []string) []string {
	var out []string
	for _, w := range words {
		out = append(out, strings.Trim(w, "'"))
	}
	return out
}

// ssh -t shows the same screen as a terminal here; both see what the other
// does; the link that drops ends that session alone.
func TestSSHScreen(t *testing.T) {
	r := openRemote(t)
	d := NewDesk(t, r.Environ)
	here, there := d.Open(120, 40), d.Open(120, 40)
	here.Command(vigie(t))
	line := "ssh -t " + strings.Join(r.args("owner"), " ")
	there.Command(line)
	for _, p := range []*Pane{here, there} {
		p.Wait("Ma commande n'est pas arrivée", "aussi ouvert")
		if m := p.Modes(); m != (Modes{Alternate: true, Mouse: true}) {
			t.Errorf("modes %+v", m)
		}
	}
	there.Type("t")
	there.Wait("Étiquettes|Tags:")
	there.Type("loin")
	there.Press("Enter")
	here.Wait("#loin")
	body := func(p *Pane) string { // without the last two lines, where each says who else is here
		lines := strings.Split(strings.TrimRight(p.Screen(), "\n"), "\n")
		return strings.Join(lines[:len(lines)-2], "\n")
	}
	Until(t, "both show the same", func() bool { return body(here) == body(there) })
	there.Resize(80, 24)
	there.Wait("Ma commande n'est pas arrivée")
	there.Type("q")
	there.Home(0)

	there.Command("clear; " + line)
	there.Wait("Ma commande n'est pas arrivée")
	Until(t, "two sessions", func() bool { return len(r.Status().Sessions) == 2 })
	there.Close()
	Until(t, "one session", func() bool { return len(r.Status().Sessions) == 1 })
	here.WaitGone("aussi ouvert")
	here.Type("q")
	here.Home(0)
}
