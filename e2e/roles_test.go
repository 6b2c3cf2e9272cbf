//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// Through OpenSSH, a key that may prepare prepares: it sees and makes drafts,
// tags and takes its tags back. Nothing that reaches a network passes, not
// even taking back what the key itself did while it could.
func TestSSHDraftRole(t *testing.T) {
	network := NewBluesky(t)
	alice, bob := network.CreateAccount("alice"), network.CreateAccount("bob")
	root := alice.Post("La fournée du matin est prête 🥐")
	reply := bob.Reply(root, root, "Vous ouvrez à quelle heure ?")
	alice.Notified(reply)
	b := blueskyBox(t, alice, "1h")
	b.Must("sync")
	id := b.One("kind:comment").ID
	r := letIn(t, b, map[string]string{"trainee": "send", "reader": "read"})
	r.listen("127.0.0.1:0")

	if got := r.ssh(t, "trainee", "moderate", id, "like"); got.code != 0 || !alice.Likes(reply, bob) {
		t.Fatalf("like while it may: %+v", got)
	}
	held := JSON[Sent](t, b.Must("reply", id, "--json", "--no-wait", "--hold", "1h", "--text", "Dès sept heures."))[0]
	r.allow(map[string]string{"trainee": "draft", "reader": "read"})
	Until(t, "the key may no longer send", func() bool { // what is held cannot be confirmed in any case
		return strings.Contains(r.ssh(t, "trainee", "outbox", "confirm", held.ID).stderr, "draft")
	})
	acts := b.Must("outbox", "--json")
	for _, words := range [][]string{
		{"outbox", "retry", held.ID},
		{"outbox", "drop", held.ID},
		{"outbox", "confirm", held.ID},
		{"reply", id, "--text", "non"},
		{"moderate", id, "hide"},
		{"moderate", id, "block"},
		{"moderate", id, "unlike"},
		{"escalate", id, "--to", "x"},
	} {
		if got := r.ssh(t, "trainee", words...); got.code != 1 || !strings.Contains(got.stderr, "draft") {
			t.Errorf("%q: %+v", words, got)
		}
	}
	if got := r.ssh(t, "trainee", "undo"); got.code != 3 {
		t.Errorf("undo of what it sent: %+v", got)
	}
	if after := b.Must("outbox", "--json"); after != acts || !alice.Likes(reply, bob) || alice.Hides(reply) || alice.Blocks(bob) != 0 || len(alice.Written()) != 1 {
		t.Errorf("something passed: the outbox was %s and is %s, liked %v", acts, after, alice.Likes(reply, bob))
	}
	r.prepares(t, id)
}

// prepares does through SSH what a key with the role draft may do.
func (r remote) prepares(t *testing.T, id string) {
	t.Helper()
	p := NewDesk(t, r.Environ).Open(120, 40)
	p.Command("ssh -t " + strings.Join(r.args("trainee"), " "))
	p.Wait("À traiter|En attente")
	p.Type("fkind:comment")
	p.Press("Enter")
	p.WaitGone("Filtre :")
	p.Wait("kind:comment · 1", "▌.*Bob")
	p.begin("Je propose : dès sept heures.")
	p.Press("C-s")
	p.accept("Premier envoi")
	p.Wait("cette clé SSH")
	p.Press("Escape")
	p.Wait("brouillon gardé")
	p.Type("q")
	p.Wait(`<\d+>`)
	drafts := JSON[Draft](t, r.must(t, "trainee", "drafts", "--json"))
	if len(drafts) != 1 || drafts[0].Text != "Je propose : dès sept heures." || drafts[0].Thread != id {
		t.Errorf("drafts: %+v", drafts)
	}
	if got := r.ssh(t, "reader", "drafts"); got.code != 1 || strings.Contains(got.stdout, "propose") {
		t.Errorf("a reader's drafts: %+v", got)
	}
	r.must(t, "trainee", "tag", id, "+a-relire")
	r.must(t, "trainee", "undo")
	if row := r.One("is:any id:" + id); len(row.Tags) != 0 {
		t.Errorf("tags after the undo: %v", row.Tags)
	}
	r.must(t, "trainee", "drafts", "drop", drafts[0].ID)
	if left := r.Must("drafts", "--json"); left != "" {
		t.Errorf("drafts: %s", left)
	}
}

// must is ssh for a command that has to work; it returns what it wrote.
func (r remote) must(t *testing.T, key string, words ...string) string {
	t.Helper()
	got := r.ssh(t, key, words...)
	if got.code != 0 {
		t.Fatalf("%s, %q: %+v", key, words, got)
	}
	return got.stdout
}
