//go:build e2e

package e2e

import (
	"strings"
	"syscall"
	"testing"
)

// undoable is an inbox on the real network in which much is done and taken
// back.
type undoable struct {
	*Box
	t           *testing.T
	alice, bob  *BlueskyUser
	root, reply BlueskyRef
	mention     BlueskyRef
	comment     string // thread of the reply
	other       string // thread of the mention
	pane        *Pane
}

// What was done before the server was killed is taken back after it, by the
// keys what was done by keys, by commands what was done by commands, in the
// order in which it was done, and on the network too. Hiding and blocking
// reach the network and are taken back there.
func TestUndoOutlives(t *testing.T) {
	network := NewBluesky(t)
	u := &undoable{t: t, alice: network.CreateAccount("alice"), bob: network.CreateAccount("bob")}
	u.root = u.alice.Post("La fournée du matin est prête 🥐")
	u.reply = u.bob.Reply(u.root, u.root, "C'est une honte !")
	u.mention = u.bob.Mention(u.alice, "vos galettes sont les meilleures")
	u.alice.Notified(u.reply, u.mention)
	u.Box = blueskyBox(t, u.alice, "2s")
	u.Must("sync")
	u.comment, u.other = threadOf(t, u.Box, u.root.URI+"#"+u.bob.DID), threadOf(t, u.Box, u.mention.URI)
	pid := u.Serve()
	u.pane = NewDesk(t, u.Environ).Open(120, 40)
	u.open()
	u.does()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	u.gone(pid)
	u.pane.Wait(`^<[1-9][0-9]*>$`)
	u.Serve()
	u.pane.Command("clear")
	u.open()
	u.takesBack()
	u.moderates()
}

// open opens the terminal.
func (u *undoable) open() {
	u.pane.Command(vigie(u.t))
	u.pane.Wait("À traiter", "Veille", `0 Tous`)
}

// is checks a thread, by what commands tell of it: its state and its tags.
func (u *undoable) is(when, id, want string) {
	u.t.Helper()
	got := ""
	Until(u.t, when+": "+want, func() bool {
		row := u.One("is:any id:" + id)
		got = strings.TrimSpace(row.State + " " + strings.Join(row.Tags, " "))
		return got == want
	})
}

// does acts on the comment by commands and on the mention by keys, in turn.
func (u *undoable) does() {
	p := u.pane
	u.Must("tag", u.comment, "+livraison")
	p.Type("fkind:mention")
	p.Press("Enter")
	p.WaitGone("Filtre :")
	p.Wait("▌.*Bob", "vos galettes")
	p.Type("l")
	if u.Until("the like is seen", func() bool { return u.alice.Likes(u.mention, u.bob) }); u.alice.Likes(u.reply, u.bob) {
		u.t.Error("another message is liked")
	}
	u.Must("snooze", u.comment, "+3d")
	p.Type("t")
	p.Wait("Étiquettes :")
	p.Type("fidele")
	p.Press("Enter")
	u.is("tagged", u.other, "ours fidele")
	u.Must("done", u.comment)
	p.Type("z")
	p.Wait("Jusqu'à :")
	p.Type("+3j")
	p.Press("Enter")
	u.is("snoozed", u.other, "snoozed fidele")
	u.Must("moderate", u.comment, "like")
	u.Until("the like is seen", func() bool { return u.alice.Likes(u.reply, u.bob) })
	p.Press("Tab", "Tab", "Tab") // to the view of the snoozed
	p.Wait(`▌ En pause`, "vos galettes")
	p.Type("e")
	u.is("done", u.other, "done fidele")
	u.is("done", u.comment, "done livraison")
}

func (u *undoable) Until(what string, so func() bool) { u.t.Helper(); u.alice.Until(what, so) }

// takesBack takes all of it back, in turn.
func (u *undoable) takesBack() {
	p := u.pane
	p.Type("u")
	p.Wait("annulé : fait")
	u.is("done is undone", u.other, "snoozed fidele")
	u.Must("undo")
	u.Until("the like is taken back", func() bool { return !u.alice.Likes(u.reply, u.bob) })
	if !u.alice.Likes(u.mention, u.bob) {
		u.t.Error("the other like is gone")
	}
	p.Type("u")
	u.is("snooze is undone", u.other, "ours fidele")
	u.is("meanwhile", u.comment, "done livraison")
	u.Must("undo")
	u.is("done is undone", u.comment, "snoozed livraison")
	p.Type("u")
	u.is("tag is undone", u.other, "ours")
	p.Type("u")
	p.Wait("le j'aime est en train d'être retiré")
	u.Until("the like is taken back", func() bool { return !u.alice.Likes(u.mention, u.bob) })
	p.Type("u")
	p.Wait("rien à annuler")
	u.Must("undo")
	u.is("snooze is undone", u.comment, "ours livraison")
	u.Must("undo")
	u.is("tag is undone", u.comment, "ours")
	if s := u.Run("undo"); s.Code != 3 {
		u.t.Errorf("undo of nothing: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
	u.Must("redo")
	u.is("tagged again", u.comment, "ours livraison")
}

// moderates hides the comment and blocks its author.
func (u *undoable) moderates() {
	t := u.t
	if s := u.Run("moderate", u.other, "hide"); s.Code != 1 || u.alice.Hides(u.mention) {
		t.Errorf("hide under somebody else's post: exit %d: %s", s.Code, s.Err)
	}
	u.Must("moderate", u.comment, "hide", "--no-wait")
	u.Must("undo")
	u.Must("moderate", u.comment, "block", "--no-wait")
	u.Must("undo")
	if waits := u.Must("outbox", "--json"); waits != "" || u.alice.Hides(u.reply) || u.alice.Blocks(u.bob) != 0 {
		t.Errorf("after it was taken back while held: hidden %v, blocked %d times, the outbox holds %q", u.alice.Hides(u.reply), u.alice.Blocks(u.bob), waits)
	}
	u.Must("moderate", u.comment, "hide")
	if !u.alice.Hides(u.reply) {
		t.Error("the answer is not hidden")
	}
	u.Must("undo")
	if u.alice.Hides(u.reply) {
		t.Error("the answer is still hidden")
	}
	u.Must("moderate", u.comment, "block")
	if n := u.alice.Blocks(u.bob); n != 1 {
		t.Errorf("blocked %d times, want once", n)
	}
	u.Must("undo")
	if n := u.alice.Blocks(u.bob); n != 0 {
		t.Errorf("still blocked %d times", n)
	}
}
