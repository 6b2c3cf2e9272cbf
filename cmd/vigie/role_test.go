package main

import (
	"context"
	"errors"
	"testing"

	"vigie/inbox"
	"vigie/tui"
	"vigie/tui/door"
	"vigie/tui/lang"
)

// TestRolesOfCommands asks every command, as a visitor without any role, which
// role it wants.
func TestRolesOfCommands(t *testing.T) {
	want := map[door.Role][]string{
		door.RoleRead:  {"list", "show", "search", "person", "digest", "view list", "outbox", "outbox show", "rules", "rules charter", "status", "export", "networks", "version"},
		door.RoleDraft: {"note", "tag", "done", "reopen", "snooze", "feel", "quiet", "answered", "view save", "view drop", "sync", "drafts", "drafts drop", "undo", "redo"},
		door.RoleSend:  {"reply", "escalate", "moderate", "report", "outbox retry", "outbox confirm", "outbox drop"},
		door.RoleAdmin: {
			"serve", "stop", "demo", "import", "backup", "backups", "restore", "compact", "retention", "reindex", "account", "account add", "account list", "account check", "account login", "account opml",
			"connector", "connector test", "config", "config check", "config example", "doctor",
		},
	}
	table := map[string]door.Role{}
	for role, commands := range want {
		for _, words := range commands {
			table["vigie "+words] = role
		}
	}
	p := &program{env: func(string) string { return "" }, server: &server{}, p: lang.For(lang.English)}
	for path, cmd := range everyCommand(p.root()) {
		if cmd.RunE == nil || path == "vigie" {
			continue
		}
		var refused inbox.Problem
		if err := cmd.RunE(cmd, nil); !errors.As(err, &refused) || refused.Code != inbox.CodeRole {
			t.Errorf("%s takes anybody: %v", path, err)
			continue
		}
		if need := door.Role(refused.Args[1]); need != table[path] {
			t.Errorf("%s wants the role %s, the table says %q", path, need, table[path])
		}
		delete(table, path)
	}
	for path := range table {
		t.Errorf("there is no command %q", path)
	}
}

// yes is a backend that does whatever it is asked.
type yes struct{ tui.Backend }

func (yes) Undo(context.Context, inbox.By) (inbox.Undid, error) { return inbox.Undid{}, nil }
func (yes) Redo(context.Context, inbox.By) (inbox.Undid, error) { return inbox.Undid{}, nil }
func (yes) OpenDraft(context.Context, inbox.By, inbox.DraftRequest) (inbox.Draft, error) {
	return inbox.Draft{}, nil
}
func (yes) SaveDraft(context.Context, inbox.By, inbox.Draft) error { return nil }
func (yes) DropDraft(context.Context, inbox.By, string) error      { return nil }
func (yes) Reply(context.Context, inbox.By, inbox.ReplyRequest) (inbox.Action, error) {
	return inbox.Action{}, nil
}

func (yes) Perform(context.Context, inbox.By, inbox.ThreadID, inbox.ActionKind, string) (inbox.Action, error) {
	return inbox.Action{}, nil
}

func (yes) CancelAction(context.Context, inbox.By, inbox.ActionID) (inbox.Action, error) {
	return inbox.Action{}, nil
}
func (yes) RetryAction(context.Context, inbox.By, inbox.ActionID) error   { return nil }
func (yes) ConfirmAction(context.Context, inbox.By, inbox.ActionID) error { return nil }
func (yes) DropAction(context.Context, inbox.By, inbox.ActionID) error    { return nil }
func (yes) Enclose(context.Context, inbox.By, inbox.ThreadID, string, string) (inbox.Upload, error) {
	return inbox.Upload{}, nil
}

func (yes) Thread(context.Context, inbox.ThreadID) (inbox.ThreadView, error) {
	return inbox.ThreadView{Drafts: make([]inbox.Draft, 1)}, nil
}

func (yes) Drafts(context.Context, inbox.ThreadID) ([]inbox.Draft, error) {
	return make([]inbox.Draft, 1), nil
}

// TestRolesOnTheScreen goes through the acts of a session at every role.
func TestRolesOnTheScreen(t *testing.T) {
	ctx, by := t.Context(), inbox.By{}
	acts := []struct {
		name string
		need door.Role
		do   func(gate) error
	}{
		{"undo", door.RoleDraft, func(g gate) error { _, err := g.Undo(ctx, by); return err }},
		{"redo", door.RoleDraft, func(g gate) error { _, err := g.Redo(ctx, by); return err }},
		{"open a draft", door.RoleDraft, func(g gate) error { _, err := g.OpenDraft(ctx, by, inbox.DraftRequest{}); return err }},
		{"save a draft", door.RoleDraft, func(g gate) error { return g.SaveDraft(ctx, by, inbox.Draft{}) }},
		{"drop a draft", door.RoleDraft, func(g gate) error { return g.DropDraft(ctx, by, "") }},
		{"reply", door.RoleSend, func(g gate) error { _, err := g.Reply(ctx, by, inbox.ReplyRequest{}); return err }},
		{"hide", door.RoleSend, func(g gate) error { _, err := g.Perform(ctx, by, 1, inbox.ActHide, ""); return err }},
		{"cancel", door.RoleSend, func(g gate) error { _, err := g.CancelAction(ctx, by, 1); return err }},
		{"retry", door.RoleSend, func(g gate) error { return g.RetryAction(ctx, by, 1) }},
		{"confirm", door.RoleSend, func(g gate) error { return g.ConfirmAction(ctx, by, 1) }},
		{"drop", door.RoleSend, func(g gate) error { return g.DropAction(ctx, by, 1) }},
		{"read a file of the server's machine", door.RoleAdmin, func(g gate) error { _, err := g.Enclose(ctx, by, 1, "/etc/passwd", ""); return err }},
		{"see drafts", door.RoleDraft, func(g gate) error { return oneDraft(g.Drafts(ctx, 0)) }},
		{"see a thread's drafts", door.RoleDraft, func(g gate) error {
			v, err := g.Thread(ctx, 1)
			return oneDraft(v.Drafts, err)
		}},
	}
	for _, role := range []door.Role{"", door.RoleRead, door.RoleDraft, door.RoleSend, door.RoleAdmin} {
		for _, act := range acts {
			if err := act.do(gate{yes{}, role}); (err == nil) != role.Allows(act.need) {
				t.Errorf("%s with the role %q: %v", act.name, role, err)
			}
		}
	}
}

func oneDraft(list []inbox.Draft, err error) error {
	if len(list) != 1 {
		return errors.Join(err, errors.New("no draft to be seen"))
	}
	return err
}

// TestUndoLineOfAKeyThatLostItsRight keeps what a key sent out of the undo
// history that it has once it may not send any more.
func TestUndoLineOfAKeyThatLostItsRight(t *testing.T) {
	line := func(role door.Role, finger string) string {
		return undoLine("terminal", door.Visitor{Role: role, Finger: finger})
	}
	if line(door.RoleSend, "SHA256:a") != line(door.RoleAdmin, "SHA256:a") {
		t.Error("a key that may do more loses its history")
	}
	if line(door.RoleDraft, "SHA256:a") == line(door.RoleSend, "SHA256:a") {
		t.Error("a key that may no longer send can take back what it sent")
	}
	if line(door.RoleDraft, "SHA256:a") == line(door.RoleDraft, "SHA256:b") {
		t.Error("two keys share a history")
	}
	if got := undoLine("command", door.Visitor{Local: true, Role: door.RoleAdmin}); got != "command" {
		t.Errorf("the person at the machine: %q", got)
	}
}
