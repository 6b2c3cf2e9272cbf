package engine_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/inbox/text"
	"vigie/store"
)

// network is a simulated network with a ledger: what it was given is in
// items, what it truly carried out in posted.
type network struct {
	mu      sync.Mutex
	class   inbox.Class
	items   []inbox.Message
	posted  []inbox.Action
	next    []error // of the next calls of Do; nil entries succeed
	execute bool    // carry out although the next call fails
	fetch   error
	fetches int
	noFind  bool
	closed  bool
	pushes  chan struct{}
	waitErr error
	who     string // whom Check names; "": me

	limit        inbox.TextLimit
	visibilities []string
}

func (n *network) Check(context.Context) (inbox.Identity, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return inbox.Identity{Remote: cmp.Or(n.who, "me"), Handle: "@miette", Name: "Miette"}, nil
}

func (n *network) Caps() inbox.Caps {
	can := inbox.Capability{OK: true, Class: n.class}
	return inbox.Caps{
		Streams: []inbox.Stream{inbox.StreamMentions},
		Acts: map[inbox.ActionKind]inbox.Capability{
			inbox.ActReply: can, inbox.ActLike: {OK: true, Class: inbox.ClassS}, inbox.ActDelete: {Why: inbox.CodeUnsupported},
		},
		Reply: n.limit, Visibilities: n.visibilities, KeyWindow: time.Hour, Push: n.pushes != nil,
	}
}

func (n *network) ThreadCaps(inbox.Thread) inbox.Caps { return n.Caps() }

func (n *network) Fetch(ctx context.Context, r inbox.FetchRequest) (inbox.Page, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.fetches++
	if n.fetch != nil {
		return inbox.Page{}, n.fetch
	}
	from := 0
	if r.Cursor != "" {
		var err error
		if from, err = strconv.Atoi(r.Cursor); err != nil {
			return inbox.Page{}, err
		}
	}
	return inbox.Page{Messages: slices.Clone(n.items[from:]), Cursor: strconv.Itoa(len(n.items))}, ctx.Err()
}

func (n *network) Do(_ context.Context, a inbox.Action) (inbox.Receipt, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var err error
	if len(n.next) > 0 {
		err, n.next = n.next[0], n.next[1:]
	}
	if err == nil || n.execute {
		n.posted = append(n.posted, a)
	}
	if err != nil {
		return inbox.Receipt{}, err
	}
	return inbox.Receipt{Remote: fmt.Sprintf("sent-%d", len(n.posted)), URL: "https://example.social/1"}, nil
}

func (n *network) Find(_ context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.noFind {
		return inbox.Receipt{}, false, inbox.ErrUnsupported
	}
	for i, p := range n.posted {
		if p.Key == a.Key {
			return inbox.Receipt{Remote: fmt.Sprintf("sent-%d", i+1)}, true, nil
		}
	}
	return inbox.Receipt{}, false, nil
}

func (n *network) Wait(ctx context.Context) error {
	if n.pushes == nil {
		return inbox.ErrUnsupported
	}
	if n.waitErr != nil {
		return n.waitErr
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-n.pushes:
		return nil
	}
}

func (n *network) Close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed = true
	return nil
}

// say lets somebody write.
func (n *network) say(conversation, id, body string, at time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.items = append(n.items, inbox.Message{
		Remote: id, Conversation: conversation, Kind: inbox.KindMention, At: at.UTC(),
		Author: inbox.Author{ID: "lea", Handle: text.CleanLine("@lea")}, Text: text.Clean(body),
	})
}

func (n *network) count() (posted, fetches int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.posted), n.fetches
}

type clock struct{}

func (clock) Now() time.Time { return time.Now() }

// bench is an engine over a real store and one simulated network. Inside a
// synctest bubble its time is the bubble's.
type bench struct {
	t    *testing.T
	net  *network
	conn inbox.Connector
	repo *store.DB
	eng  *engine.Engine
	by   inbox.By
}

func settings(conn inbox.Connector) engine.Settings {
	return engine.Settings{
		Clients: []inbox.Client{{
			ID: "miette", Name: "Miette", Hold: 10 * time.Second,
			Contacts: []inbox.Contact{{ID: "marc", Name: "Marc", Channel: inbox.ChannelMail, Address: "marc@example.test"}},
		}},
		Accounts: []engine.AccountSettings{{
			Account:   inbox.Account{ID: "miette-social", Client: "miette", Network: "social", Handle: "@miette"},
			Connector: conn, Fresh: 72 * time.Hour,
		}},
	}
}

func newBench(t *testing.T, n *network) *bench {
	t.Helper()
	return newBenchOf(t, n, n, &outbox{})
}

// newBenchOf is newBench for a connector around the network.
func newBenchOf(t *testing.T, n *network, conn inbox.Connector, d inbox.Deliverer) *bench {
	t.Helper()
	b := &bench{t: t, net: n, conn: conn, by: inbox.By{Actor: inbox.Human, Session: "s1", Line: "l1"}}
	b.open(filepath.Join(t.TempDir(), "vigie.db"), d)
	return b
}

func (b *bench) open(path string, d inbox.Deliverer) {
	b.t.Helper()
	repo, err := store.Open(b.t.Context(), path, store.Options{})
	if err != nil {
		b.t.Fatal(err)
	}
	b.repo = repo
	b.eng = engine.New(engine.Options{
		Repo: repo, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test", Deliver: d, Settings: settings(b.conn),
	})
	if err := b.eng.Load(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) close() {
	b.t.Helper()
	if err := b.eng.Stop(context.Background()); err != nil {
		b.t.Error(err)
	}
	if err := b.repo.Close(); err != nil {
		b.t.Error(err)
	}
}

// threads lists a view, newest first.
func (b *bench) threads(states ...inbox.State) []inbox.Thread {
	b.t.Helper()
	page, err := b.repo.Threads(b.t.Context(), inbox.ThreadQuery{States: states, Limit: 100})
	if err != nil {
		b.t.Fatal(err)
	}
	return page.Threads
}

func (b *bench) only(states ...inbox.State) inbox.Thread {
	b.t.Helper()
	list := b.threads(states...)
	if len(list) != 1 {
		b.t.Fatalf("threads in %v: %d, want 1", states, len(list))
	}
	return list[0]
}

func (b *bench) action(id inbox.ActionID) inbox.Action {
	b.t.Helper()
	a, err := b.repo.Action(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

func (b *bench) reply(id inbox.ThreadID, body string) inbox.Action {
	b.t.Helper()
	a, err := b.eng.Reply(b.t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: body, Hold: -1})
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

// outbox is a deliverer that keeps what it was given.
type outbox struct {
	mu     sync.Mutex
	briefs []inbox.Brief
}

func (o *outbox) Deliver(_ context.Context, _ inbox.Contact, b inbox.Brief, _ string) (inbox.Receipt, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.briefs = append(o.briefs, b)
	return inbox.Receipt{Remote: "mail-1"}, nil
}

// drafts are the texts being written in a thread.
func (b *bench) drafts(id inbox.ThreadID) (texts []string) {
	b.t.Helper()
	list, err := b.eng.Drafts(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, d := range list {
		texts = append(texts, d.Text)
	}
	return texts
}
