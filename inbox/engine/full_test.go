package engine_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/store"
)

// disk is a repository on a disk that may be full.
type disk struct {
	inbox.Repo
	full   atomic.Bool
	writes atomic.Int64 // tried while it was full
}

func (d *disk) room() error {
	if !d.full.Load() {
		return nil
	}
	d.writes.Add(1)
	return inbox.ErrFull
}

func (d *disk) Ingest(ctx context.Context, in inbox.Ingest) (inbox.IngestResult, error) {
	if err := d.room(); err != nil {
		return inbox.IngestResult{}, err
	}
	return d.Repo.Ingest(ctx, in)
}

func (d *disk) SaveStream(ctx context.Context, s inbox.StreamState) error {
	if err := d.room(); err != nil {
		return err
	}
	return d.Repo.SaveStream(ctx, s)
}

func (d *disk) AddAction(ctx context.Context, a inbox.Action, events []inbox.Event) (inbox.Action, error) {
	if err := d.room(); err != nil {
		return inbox.Action{}, err
	}
	return d.Repo.AddAction(ctx, a, events)
}

func (d *disk) AddActions(ctx context.Context, list []inbox.Action) ([]inbox.Action, error) {
	if err := d.room(); err != nil {
		return nil, err
	}
	return d.Repo.AddActions(ctx, list)
}

func (d *disk) MoveActions(ctx context.Context, ids []inbox.ActionID, change func(*inbox.Action) ([]inbox.Event, bool)) ([]inbox.Action, error) {
	if err := d.room(); err != nil {
		return nil, err
	}
	return d.Repo.MoveActions(ctx, ids, change)
}

func (d *disk) MoveAction(ctx context.Context, id inbox.ActionID, from inbox.SendState, change func(*inbox.Action) ([]inbox.Event, *inbox.Ingest, error)) (inbox.Action, error) {
	if err := d.room(); err != nil {
		return inbox.Action{}, err
	}
	return d.Repo.MoveAction(ctx, id, from, change)
}

func (d *disk) SaveDraft(ctx context.Context, draft inbox.Draft) error {
	if err := d.room(); err != nil {
		return err
	}
	return d.Repo.SaveDraft(ctx, draft)
}

func diskBench(t *testing.T, conn inbox.Connector, n *network) (*bench, *disk) {
	t.Helper()
	repo, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "vigie.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := &disk{Repo: repo}
	b := &bench{t: t, net: n, conn: conn, repo: repo, by: inbox.By{Actor: inbox.Human, Session: "s1", Line: "l1"}}
	b.eng = engine.New(engine.Options{Repo: d, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: settings(conn)})
	b.must(b.eng.Load(t.Context()))
	return b, d
}

func TestAFullDiskPausesAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassD}
		n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
		b, d := diskBench(t, n, n)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		id := b.only(inbox.Ours).ID
		a := b.reply(id, "Oui.")
		config := inbox.Problem{Code: inbox.CodeConfig}
		b.eng.SetTrouble(config)
		d.full.Store(true)
		n.say("c2", "m2", "Bonjour", time.Now())
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if got := b.eng.Trouble(); got.Code != inbox.CodeFull {
			t.Errorf("trouble %+v", got)
		}
		if tried := d.writes.Load(); tried > 3*21 {
			t.Errorf("%d writes tried in ten minutes", tried)
		}
		if posted, _ := n.count(); posted != 0 {
			t.Errorf("sent %d that could not be claimed", posted)
		}
		if _, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "x"}); code(err) != inbox.CodeFull {
			t.Errorf("a reply: %v", err)
		}
		if err := b.eng.SaveDraft(t.Context(), b.by, inbox.Draft{ID: "d1", Thread: id, Text: "x"}); code(err) != inbox.CodeFull {
			t.Errorf("a draft: %v", err)
		}
		var told []string
		b.must(b.eng.SyncNow(t.Context(), nil, func(p inbox.Progress) {
			if !p.Problem.Zero() {
				told = append(told, p.Problem.Code)
			}
		}))
		if len(told) != 1 || told[0] != inbox.CodeFull {
			t.Errorf("a person's sync tells %q", told)
		}
		if _, err := b.eng.Thread(t.Context(), id); err != nil {
			t.Errorf("reading: %v", err)
		}
		d.full.Store(false)
		time.Sleep(31 * time.Second)
		synctest.Wait()
		if got := b.eng.Trouble(); got.Code != config.Code {
			t.Errorf("trouble afterwards %+v", got)
		}
		if got := b.action(a.ID); got.State != inbox.Accepted {
			t.Errorf("the answer is %s", got.State)
		}
		if got := len(b.threads(inbox.Ours)); got != 1 {
			t.Errorf("%d new threads, want one", got)
		}
	})
}

// TestAnOutcomeOutlivesAFullDisk fills the disk while an answer is on the
// wire: what the network said is stored once there is room, without a doubt.
func TestAnOutcomeOutlivesAFullDisk(t *testing.T) {
	for _, c := range []struct {
		name  string
		err   error
		state inbox.SendState
	}{{"accepted", nil, inbox.Accepted}, {"refused", inbox.ErrInvalid, inbox.FailedAct}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{class: inbox.ClassD}
				n.say("c1", "m1", "un", time.Now().Add(-time.Hour))
				b, d := diskBench(t, &slow{network: n, doing: 10 * time.Second}, n)
				defer b.close()
				b.eng.Start()
				synctest.Wait()
				n.next = []error{c.err}
				a := b.reply(b.only(inbox.Ours).ID, "Oui.")
				time.Sleep(15 * time.Second)
				d.full.Store(true)
				time.Sleep(5 * time.Minute)
				if got := b.action(a.ID); got.State != inbox.Sending {
					t.Fatalf("meanwhile %s", got.State)
				}
				d.full.Store(false)
				time.Sleep(31 * time.Second)
				synctest.Wait()
				if got := b.action(a.ID); got.State != c.state || got.Doubted {
					t.Errorf("ended %s, doubted %v", got.State, got.Doubted)
				}
			})
		})
	}
}

func TestAStartOnAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassC, noFind: true}
		n.say("c1", "m1", "un", time.Now().Add(-time.Hour))
		b, d := diskBench(t, n, n)
		defer func() { b.close() }()
		b.pass()
		a := b.reply(b.only(inbox.Ours).ID, "Oui.")
		_, err := b.repo.MoveAction(t.Context(), a.ID, inbox.Queued, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
			a.State = inbox.Sending
			return nil, nil, nil
		})
		b.must(errors.Join(err, b.eng.Stop(t.Context())))
		d.full.Store(true)
		b.eng = engine.New(engine.Options{Repo: d, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "next", Settings: settings(n)})
		b.must(b.eng.Load(t.Context()))
		b.eng.Start()
		time.Sleep(time.Minute)
		d.full.Store(false)
		time.Sleep(time.Hour)
		synctest.Wait()
		posted, _ := n.count()
		if got := b.action(a.ID); got.State != inbox.NeedsYou || posted != 0 {
			t.Errorf("ended %s with %d posts", got.State, posted)
		}
	})
}
