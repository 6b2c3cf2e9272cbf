package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/tui/door"
)

// company is an inbox on which somebody else works, too: its commands run as
// in a server, by visitors of any role.
type company struct {
	*rig
	desk *desk
	s    *server
}

func newCompany(t *testing.T) *company {
	t.Helper()
	r := newRig(t, "")
	r.say("miette-mastodon", inbox.KindMention, "Vous ouvrez demain matin ?")
	r.must("sync")
	p := &program{env: func(name string) string { return r.env[name] }, err: new(bytes.Buffer)}
	p.globals.data = r.dir
	paths, err := p.paths()
	if err != nil {
		t.Fatal(err)
	}
	d, closeDesk, err := p.open(t.Context(), paths)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closeDesk(); err != nil {
			t.Error(err)
		}
	})
	d.eng.Start()
	return &company{r, d, &server{paths: paths, eng: d.eng, log: d.log, clock: d.clock}}
}

// as runs a command of a visitor with a key of that role.
func (c *company) as(role door.Role, args ...string) said {
	c.t.Helper()
	v := door.Visitor{Role: role, Finger: "SHA256:" + string(role)}
	var out, errs bytes.Buffer
	p := &program{
		in: strings.NewReader(""), out: &out, err: &errs, env: func(name string) string { return c.env[name] },
		name: "ssh", server: c.s, role: v.Role, line: undoLine("command", v),
	}
	code := p.run(c.t.Context(), args)
	return said{out.String(), errs.String(), code}
}

func (c *company) wants(role door.Role, code int, says string, args ...string) {
	c.t.Helper()
	got := c.as(role, args...)
	if got.code != code || !strings.Contains(got.out+got.err, says) {
		c.t.Errorf("%s: vigie %q: %+v; want exit %d and %q", role, args, got, code, says)
	}
}

func TestSomebodyElseIsWriting(t *testing.T) {
	c := newCompany(t)
	ctx, ines := t.Context(), inbox.By{Actor: inbox.Human, Session: "s1", Line: "terminal"}
	leave := c.desk.eng.Attach(inbox.SessionInfo{ID: "s1", Name: "pts/3", Since: time.Now(), Line: ines.Line})
	draft, err := c.desk.eng.OpenDraft(ctx, ines, inbox.DraftRequest{Thread: 1})
	if err != nil {
		t.Fatal(err)
	}
	draft.Text = "Bonjour, nous"
	if err := c.desk.eng.SaveDraft(ctx, ines, draft); err != nil {
		t.Fatal(err)
	}
	c.desk.eng.Compose(ines, 1, draft.ID)

	c.wants(door.RoleRead, exitFailure, "role", "drafts")
	c.wants(door.RoleDraft, exitOK, "by pts/3  (being written)", "drafts")
	c.wants(door.RoleDraft, exitGuard, "pts/3", "drafts", "drop", draft.ID)
	c.wants(door.RoleDraft, exitFailure, "role", "reply", "1", "--text", "Oui.")
	c.wants(door.RoleSend, exitGuard, "pts/3 is writing an answer to the same thread — agree with each other, then the same command with --anyway", "reply", "1", "--text", "Oui.")
	c.wants(door.RoleSend, exitOK, "held", "reply", "1", "--text", "Oui.", "--anyway", "--hold", "1h", "--no-wait")
	leave()
	c.wants(door.RoleAdmin, exitGuard, "has answered already", "reply", "1", "--text", "Non.")
	c.wants(door.RoleDraft, exitOK, "by terminal", "drafts")
	c.wants(door.RoleDraft, exitOK, "discarded", "drafts", "drop", draft.ID)
}

// TestUndoIsOnesOwn lets visitors undo each their own acts only.
func TestUndoIsOnesOwn(t *testing.T) {
	c := newCompany(t)
	c.wants(door.RoleSend, exitOK, "tagged", "tag", "1", "+urgent")
	c.wants(door.RoleDraft, exitNotFound, "nothing to undo", "undo")
	c.wants(door.RoleRead, exitFailure, "role", "undo")
	c.wants(door.RoleDraft, exitOK, "done", "done", "1")
	c.wants(door.RoleDraft, exitOK, "undone: done: 1", "undo")
	c.wants(door.RoleSend, exitOK, "undone: tags: 1", "undo")
	c.wants(door.RoleSend, exitOK, "sent", "reply", "1", "--text", "Oui.")
	c.wants(door.RoleSend, exitFailure, "that is not to be taken back", "undo")
}

// TestPrivateAnswer answers a public message where only they read it.
func TestPrivateAnswer(t *testing.T) {
	c := newCompany(t)
	c.wants(door.RoleSend, exitOK, "private answer to thread 1", "reply", "1", "--private", "--text", "En privé, alors.")
	sent := c.answers("miette-mastodon")
	if len(sent) != 1 || sent[0].Visibility != "direct" {
		t.Errorf("on the network: %+v", sent)
	}
}
