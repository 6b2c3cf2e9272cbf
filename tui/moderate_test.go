package tui

import (
	"context"
	"testing"
	"time"

	"vigie/inbox"
)

// moderated lets the network do some things and not others; the first message
// of theirs is liked and hidden already.
func (s *sim) moderated() {
	yes := inbox.Capability{OK: true, Class: inbox.ClassS}
	s.f.caps = map[inbox.ActionKind]inbox.Capability{
		inbox.ActUnlike: yes, inbox.ActHide: yes, inbox.ActUnhide: yes, inbox.ActDelete: yes,
		inbox.ActBlock: {Why: inbox.CodeReadOnly}, inbox.ActRead: yes,
	}
	id := s.f.find(s.t, "Alice Martin").ID
	for _, kind := range []inbox.ActionKind{inbox.ActLike, inbox.ActHide} {
		n := s.f.put(s.f.threads[id].t, kind, inbox.Queued, func(a *inbox.Action) { a.Target = s.f.threads[id].messages[0].Remote })
		s.f.accept(n)
	}
	s.run(s.m.loadOutbox())
	s.rest()
}

func TestModerate(t *testing.T) {
	f := world()
	s := newSim(t, f, 160, 40, nil)
	s.moderated()
	s.on(t, "Alice Martin")
	s.wants("aimé par vous", "masqué par vous")
	s.keys("m")
	s.wants("Leur message : Alice Martin Super, merci.", "Notre réponse : Bonjour Alice, oui", "h masquer le message",
		"b bloquer Alice Martin", "cela ne se fait que sur le réseau lui-même")
	s.keys("b") // greyed: nothing happens
	if n := len(f.actions); n != 2 {
		t.Fatalf("%d acts", n)
	}
	s.keys("h")
	s.wants("Masquer ce message ?", "Pour Miette, avec le compte @miette@piaille.fr, sur Mastodon.", "Alice Martin : son message", "Avant de partir, le geste attend")
	s.keys("enter")
	s.wants("masquage en attente 10 s : Alice Martin (Miette) — u pour annuler", "masquage · Alice Martin · ◷ en attente 10 s, annulable")
	hide := f.actions[2]
	if hide.Kind != inbox.ActHide || hide.Target != f.threads[hide.Thread].messages[2].Remote {
		t.Fatalf("the outbox holds %+v", hide)
	}
	s.keys("u")
	s.wants("annulé avant de partir : masquage")
	s.keys("m", "d")
	s.wants("Supprimer notre réponse ?", "Cela ne se reprend")
	s.keys("enter")
	if del := f.actions[3]; del.Kind != inbox.ActDelete || del.Target != f.threads[del.Thread].messages[1].Remote {
		t.Fatalf("the outbox holds %+v", del)
	}
	s.pass(11 * time.Second)
	f.accept(4)
	s.pass(time.Second)
	s.wants("suppression : c'est fait · Alice Martin", "suppression")
}

// The message that is chosen in the thread is the one that is meant.
func TestModerateTheChosenMessage(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.moderated()
	s.on(t, "Alice Martin")
	s.keys("enter", ", , , ,", "m")
	s.wants("Leur message : Alice Martin Bonjour !", "l ne plus aimer le message", "h remontrer le message")
	s.keys("l")
	if a := f.actions[2]; a.Kind != inbox.ActUnlike || a.Target != f.threads[a.Thread].messages[0].Remote {
		t.Fatalf("the outbox holds %+v", a)
	}
}

func TestModerateFromThePalette(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.moderated()
	s.on(t, "Alice Martin")
	s.keys(":", "text:hide", "enter")
	s.wants("Masquer ce message ?")
}

// Likes of marked threads are one each.
func TestLikeMarked(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.keys("1", "x x x", "l")
	s.wants("Pour tous ceux-là ?", "j'aime : 3 fils, 1 client, 1 réseau", "Miette · @miette@piaille.fr, Mastodon : 3")
	if len(f.actions) != 0 {
		t.Fatal("liked before the yes")
	}
	s.keys("enter")
	s.wants("j'aime en route : 3 fils")
	if len(f.actions) != 3 || f.actions[0].Thread == f.actions[1].Thread {
		t.Fatalf("%d likes", len(f.actions))
	}
}

// What reaches a network never spans clients.
func TestLikesNeverSpanClients(t *testing.T) {
	f := world()
	s := newSim(t, f, 160, 40, nil)
	s.keys("x x x", "l")
	s.wants("jamais sur plusieurs clients à la fois : 3 fils, 2 clients")
	if len(f.actions) != 0 || s.m.list.Marked() != 3 {
		t.Fatalf("%d likes, %d marked", len(f.actions), s.m.list.Marked())
	}
}

// Where a network refuses some of them, the others are liked, and it is told.
func TestLikeSomeRefused(t *testing.T) {
	f := world()
	s := newSim(t, f, 160, 40, func(o *Options) { o.Backend = choosy{simBackend{f}} })
	s.keys("1", "x x x", "l")
	s.wants("j'aime : 2 fils", "1 laissé : ce réseau ne le permet pas")
	s.keys("enter")
	s.wants("j'aime en route : 2 fils")
	if len(f.actions) != 2 || s.m.list.Marked() != 3 {
		t.Fatalf("%d likes, %d marked", len(f.actions), s.m.list.Marked())
	}
}

// choosy takes no likes in the first thread.
type choosy struct{ simBackend }

func (c choosy) Thread(ctx context.Context, id inbox.ThreadID) (inbox.ThreadView, error) {
	v, err := c.simBackend.Thread(ctx, id)
	if id == 1 {
		v.Caps.Acts[inbox.ActLike] = inbox.Capability{}
	}
	return v, err
}

// What is open follows the thread: what was under way is done, and then its
// opposite is offered, about the same message and on the same line.
func TestModerateFollowsTheThread(t *testing.T) {
	f := world()
	s := newSim(t, f, 160, 40, nil)
	s.moderated()
	s.on(t, "Alice Martin")
	s.keys("m", "h", "enter", "m", "down")
	s.wants("h masquer le message · déjà en route")
	s.pass(11 * time.Second)
	f.accept(3)
	s.pass(time.Second)
	s.wants("Modérer", "Leur message : Alice Martin Super, merci.", "h remontrer le message")
	s.lacks("déjà en route")
	s.keys("enter")
	if len(f.actions) != 4 || f.actions[3].Kind != inbox.ActUnhide || f.actions[3].Target != f.actions[2].Target {
		t.Fatalf("the outbox holds %+v", f.actions)
	}
}

// Why a key does nothing is not wiped away by what was asked for before it.
func TestAWarningOutlastsTheActBeforeIt(t *testing.T) {
	f := world()
	f.caps = map[inbox.ActionKind]inbox.Capability{inbox.ActMute: {OK: true}}
	f.noReply = inbox.CodeClosed
	s := newSim(t, f, 160, 40, nil)
	s.on(t, "Alice Martin")
	const why = "ce compte ne peut pas répondre à cette personne ici"
	s.keys("m")
	_, slow := s.m.Update(press("i"))
	s.keys("r")
	s.wants(why)
	s.run(slow)
	s.wants(why)
	if len(f.actions) != 1 {
		t.Fatalf("%d acts", len(f.actions))
	}
	s.keys("esc")
	s.on(t, "Bob")
	_, slow = s.m.Update(press("e"))
	s.keys("l")
	s.run(slow)
	s.wants(why, "fait : Bob")
	s.keys("u") // another key: what it does is told alone
	s.lacks(why)
}
