package engine_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
)

// TestUndoLeavesWhatOthersMade is the table of what comes between an act and
// its undo.
func TestUndoLeavesWhatOthersMade(t *testing.T) {
	type env struct {
		b   *bench
		ids []inbox.ThreadID
	}
	done := func(v env) error { return v.b.eng.Done(v.b.t.Context(), v.b.by, v.ids) }
	tag := func(v env) error { return v.b.eng.Tag(v.b.t.Context(), v.b.by, v.ids, []string{"+vip", "+urgent"}) }
	theyWrite := func(v env) error {
		v.b.net.say("c0", "m-new", "Et alors ?", time.Now())
		v.b.sync()
		return nil
	}
	cases := []struct {
		name    string
		act     func(env) error
		between func(env) error
		left    int
		want    string // of the first thread
	}{
		{"a note of somebody else is no hindrance", done, func(v env) error {
			return v.b.eng.Note(v.b.t.Context(), another, v.ids[0], "vu")
		}, 0, "ours unread=true tags=[] notes=1"},
		{"a state set by somebody else stays", done, func(v env) error {
			return v.b.eng.Nap(v.b.t.Context(), another, v.ids[:1], "+1h")
		}, 1, "snoozed unread=false tags=[] notes=0"},
		{"one that was taken back is none", done, func(v env) error {
			if err := v.b.eng.Nap(v.b.t.Context(), another, v.ids[:1], "+1h"); err != nil {
				return err
			}
			v.b.undo(another)
			return nil
		}, 0, "ours unread=true tags=[] notes=0"},
		{"a newer message is not hidden", func(v env) error {
			if err := v.b.eng.Done(v.b.t.Context(), inbox.By{Actor: inbox.Human}, v.ids); err != nil {
				return err
			}
			return v.b.eng.Reopen(v.b.t.Context(), v.b.by, v.ids)
		}, theyWrite, 0, "ours unread=true tags=[] notes=0"},
		{"undo of done after a newer message", done, theyWrite, 0, "ours unread=true tags=[] notes=0"},
		{"another tag is no hindrance", tag, func(v env) error {
			return v.b.eng.Tag(v.b.t.Context(), another, v.ids[:1], []string{"+autre"})
		}, 0, "ours unread=true tags=[autre] notes=0"},
		{"a tag that somebody else set anew stays", tag, func(v env) error {
			if err := v.b.eng.Tag(v.b.t.Context(), another, v.ids[:1], []string{"-vip"}); err != nil {
				return err
			}
			return v.b.eng.Tag(v.b.t.Context(), another, v.ids[:1], []string{"+vip"})
		}, 0, "ours unread=true tags=[vip] notes=0"},
		{"time woke it", func(v env) error {
			return v.b.eng.Nap(v.b.t.Context(), v.b.by, v.ids, "+1h")
		}, func(v env) error {
			_, err := v.b.repo.Act(v.b.t.Context(), v.ids[:1], func(inbox.Thread) ([]inbox.Event, error) {
				return []inbox.Event{{At: time.Now().Add(time.Hour), Actor: inbox.Rule, Verb: inbox.Woke}}, nil
			})
			return err
		}, 1, "ours unread=true tags=[] notes=0"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, ids := undoBench(t, 2, inbox.KindMention)
				defer func() { b.close() }()
				v := env{b, ids}
				b.must(c.act(v))
				time.Sleep(time.Minute)
				b.must(c.between(v))
				b.restart()
				did := b.undo(b.by)
				if did.Left != c.left || len(did.Threads) != 2-c.left {
					t.Errorf("undo = %+v, want %d left", did, c.left)
				}
				th := b.thread(ids[0])
				if got := fmt.Sprintf("%s unread=%v tags=%v notes=%d", th.State, th.Unread, th.Tags, th.Notes); got != c.want {
					t.Errorf("thread: %s, want %s", got, c.want)
				}
			})
		})
	}
}

func TestUndoOfNothingButOthersWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, ids := undoBench(t, 1, inbox.KindMention)
		defer func() { b.close() }()
		b.must(b.eng.Note(t.Context(), b.by, ids[0], "plus ancienne"))
		b.must(b.eng.Done(t.Context(), b.by, ids))
		b.must(b.eng.Reopen(t.Context(), another, ids))
		b.must(b.eng.Done(t.Context(), another, ids))
		_, err := b.eng.Undo(t.Context(), b.by)
		b.conflict("undo of what others changed", err)
		if th := b.thread(ids[0]); th.State != inbox.Done {
			t.Errorf("the thread is %s: the other's act was taken back", th.State)
		}
		if did := b.undo(b.by); did.Verb != inbox.Noted {
			t.Errorf("the next undo took %+v back, want the older note", did)
		}
	})
}

func TestRedoLeavesWhatOthersMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, ids := undoBench(t, 2, inbox.KindMention)
		defer func() { b.close() }()
		b.must(b.eng.Done(t.Context(), b.by, ids))
		b.undo(b.by)
		time.Sleep(time.Minute)
		b.net.say("c0", "m-new", "Et alors ?", time.Now())
		b.sync()
		b.restart()
		if did := b.redo(b.by); did.Left != 1 || !slices.Equal(did.Threads, ids[1:]) {
			t.Errorf("redo = %+v, want the thread without news only", did)
		}
		if th := b.thread(ids[0]); th.State != inbox.Ours || !th.Unread {
			t.Errorf("the new message was hidden: %s", triage(th))
		}
		b.undo(b.by)
		if th := b.thread(ids[1]); th.State != inbox.Ours {
			t.Errorf("undo after a redo left it %s", th.State)
		}
	})
}

// meddler is a store in which somebody acts just after the engine has looked.
type meddler struct {
	inbox.Repo
	act func()
}

func (m *meddler) Thread(ctx context.Context, id inbox.ThreadID) (inbox.Thread, error) {
	t, err := m.Repo.Thread(ctx, id)
	if act := m.act; act != nil {
		m.act = nil
		act()
	}
	return t, err
}

func TestUndoSeesWhoActsMeanwhile(t *testing.T) {
	b, ids := undoBench(t, 2, inbox.KindMention)
	defer func() { b.close() }()
	m := &meddler{Repo: b.repo}
	b.must(b.eng.Done(t.Context(), b.by, ids))
	eng := engine.New(engine.Options{
		Repo: m, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: settings(b.conn),
	})
	b.must(eng.Load(t.Context()))
	m.act = func() { b.must(eng.Nap(t.Context(), another, ids, "+1h")) }
	_, err := eng.Undo(t.Context(), b.by)
	b.conflict("undo of what somebody changed at that moment", err)
	for _, id := range ids {
		if th := b.thread(id); th.State != inbox.Snoozed {
			t.Errorf("thread %d is %s: the other's act was lost", id, th.State)
		}
	}
}
