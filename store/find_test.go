package store

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"pgregory.net/rapid"

	"vigie/inbox"
	"vigie/inbox/query"
)

// holed is an index that knows less than the real one: fewer documents, and
// not every list.
type holed struct {
	index
	first, end uint32
	lost       int // of lists, one in so many; 0: none
	asked      int
}

func (h *holed) span() (first, last uint32) {
	first, last = h.index.span()
	return max(first, h.first), min(last, h.end)
}

func (h *holed) some(b *roaring.Bitmap) *roaring.Bitmap {
	if h.asked++; h.lost > 0 && h.asked%h.lost == 0 {
		return nil
	}
	return b
}

func (h *holed) word(class byte, token string) *roaring.Bitmap {
	return h.some(h.index.word(class, token))
}

func (h *holed) prefix(class byte, prefix string, keep func(string) bool) *roaring.Bitmap {
	return h.some(h.index.prefix(class, prefix, keep))
}

func (h *holed) flag(name string) *roaring.Bitmap { return h.some(h.index.flag(name)) }

// asker compares what a store finds with what a plain reading does.
type asker struct {
	t      interface{ Fatalf(string, ...any) }
	db     *DB
	plain  plain
	env    query.Env
	narrow func(index) index // what is left of the index; nil: all
}

func (a *asker) index(r *rtx) index {
	if a.narrow == nil {
		return a.db.lists(r)
	}
	return a.narrow(a.db.lists(r))
}

func (a *asker) search(req inbox.SearchRequest) inbox.SearchPage {
	s := &search{req: &req}
	ctx := context.Background()
	if a.narrow == nil {
		page, err := a.db.Search(ctx, req)
		if err != nil {
			a.t.Fatalf("search: %v", err)
		}
		return page
	}
	err := a.db.view(ctx, func(r *rtx) error { return s.begin(ctx, r, a.index(r)) })
	for err == nil && !s.done() {
		err = a.db.view(ctx, func(r *rtx) error { return s.look(ctx, r, 5) })
	}
	if err != nil {
		a.t.Fatalf("search: %v", err)
	}
	return s.result()
}

func (a *asker) threads(q inbox.ThreadQuery) (page inbox.ThreadPage, n int, exact bool) {
	ctx := context.Background()
	err := a.db.view(ctx, func(r *rtx) (err error) {
		page, err = r.window(ctx, &q, func() index { return a.index(r) })
		if err == nil {
			n, exact, err = r.countThreads(ctx, &q, a.index(r))
		}
		return err
	})
	if err != nil {
		a.t.Fatalf("threads: %v", err)
	}
	return page, n, exact
}

// messages compares a search.
func (a *asker) messages(text string, q query.Query, limit, looks int) {
	want := a.plain.search(q, a.env)
	got := a.search(inbox.SearchRequest{
		Where: q.Where(a.env), Limit: limit, Looks: looks,
		Match: q.Matcher(a.env),
	})
	first := want
	if limit > 0 && len(want) > limit {
		first = want[:limit]
	}
	if !slices.EqualFunc(got.Hits, first, func(a, b inbox.Hit) bool { return reflect.DeepEqual(a, b) }) {
		a.t.Fatalf("search %q, the first %d: %v, plainly %v", text, limit, numbersOf(got.Hits), numbersOf(first))
	}
	if got.Total > len(want) || !got.AtLeast && got.Total != len(want) || got.AtLeast && looks == 0 {
		a.t.Fatalf("search %q counts %d (at least: %v), plainly %d", text, got.Total, got.AtLeast, len(want))
	}
}

func numbersOf(hits []inbox.Hit) (out []inbox.MessageID) {
	for _, h := range hits {
		out = append(out, h.Message.ID)
	}
	return out
}

// lists compares a list of threads, read in windows.
func (a *asker) lists(text string, q query.Query, tq inbox.ThreadQuery) {
	want := a.plain.list(q, a.env, &tq)
	tq.Where = q.WhereThreads(a.env)
	tq.Match = func(t inbox.Thread) bool {
		ok, _ := q.Thread(a.env, t)
		return ok
	}
	var got []inbox.ThreadID
	for more := true; more; {
		page, n, exact := a.threads(tq)
		for _, t := range page.Threads {
			if a.plain.exact(q, a.env, t) {
				got = append(got, t.ID)
			}
		}
		if n < len(want) || exact && n != len(want) {
			a.t.Fatalf("threads %q are counted %d (exact: %v), plainly %d", text, n, exact, len(want))
		}
		more, tq.After = page.More, page.Next
	}
	if !slices.Equal(got, want) {
		a.t.Fatalf("threads %q of %q, %d, %v: %v, plainly %v", text, tq.Client, tq.Split, tq.States, got, want)
	}
}

func (a *asker) ask(t *rapid.T, text string) {
	q, err := query.Parse(text)
	if err != nil {
		t.Fatalf("parse %q: %v", text, err)
	}
	a.messages(text, q, oneOf(t, "limit", []int{0, 1, 3, 10}), oneOf(t, "looks", []int{0, 0, 1, 5}))
	a.lists(text, q, inbox.ThreadQuery{
		Client: oneOf(t, "client", []inbox.ClientID{"", "", "miette", "coop"}), Split: oneOf(t, "split", []inbox.Split{inbox.Inbox, inbox.Watches}),
		States: oneOf(t, "states", [][]inbox.State{nil, inbox.States(), {inbox.Ours}, {inbox.Done, inbox.Theirs, inbox.Done}}),
		Limit:  oneOf(t, "window", []int{0, 1, 4}), Budget: oneOf(t, "budget", []int{0, 3}),
	})
}

// drawIndex draws how much of the index is left.
func drawIndex(t *rapid.T, messages uint64) func(index) index {
	if rapid.IntRange(0, 2).Draw(t, "whole index") > 0 {
		return func(l index) index { return l }
	}
	h := holed{
		first: rapid.Uint32Range(0, uint32(messages)).Draw(t, "first"), end: rapid.Uint32Range(0, uint32(messages)).Draw(t, "end"),
		lost: oneOf(t, "lost", []int{0, 2, 5}),
	}
	if rapid.Bool().Draw(t, "to the end") {
		h.end = math.MaxUint32
	}
	return func(l index) index { return &holed{index: l, first: h.first, end: h.end, lost: h.lost} }
}

// TestFindAsPlainly: whatever happened to a store, the index finds what a
// plain reading does, also where what it is made of is damaged.
func TestFindAsPlainly(t *testing.T) {
	t.Parallel()
	dir := testDir(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(rt, dir())
		defer func() { w.close() }()
		whole := true
		harm := func() { whole = false; w.harm() }
		for range rapid.IntRange(1, 4).Draw(rt, "rounds") {
			for range rapid.IntRange(1, 6).Draw(rt, "steps") {
				oneOf(rt, "step", []func(){
					w.receive, w.receive, w.receive, w.receive, w.act, w.act, w.tend, w.tend, w.reopen, w.crash, w.reindex,
					w.aim, w.know, w.retain, w.compact, w.move, w.restore, w.restore, harm,
				})()
			}
			a := asker{t: rt, db: w.db, plain: readPlain(rt, w.db), env: query.Env{
				Now: w.now, Zone: time.UTC, HasDraft: func(id inbox.ThreadID) bool { return id%3 == 0 },
			}}
			for range 8 {
				a.narrow = drawIndex(rt, uint64(len(w.sent)))
				a.ask(rt, oneOf(rt, "query", []string{drawQuery(rt, 3), drawQuery(rt, 3), drawNasty(rt)}))
				a.heads(rt)
			}
		}
		if rep, err := w.db.Check(context.Background()); whole && (err != nil || rep.Total > 0) {
			rt.Fatalf("%v %+v", err, rep.Faults)
		}
	})
}

// TestFindAmongThousands asks fixed questions of a larger store, before and
// after its index is merged.
func TestFindAmongThousands(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := openBench(t)
	msgs := corpus(6000)
	for i := range msgs {
		if i%3 == 0 {
			msgs[i].At = msgs[i].At.Add(-time.Duration(i) * 97 * time.Hour) // history that came late
		}
		msgs[i].Outgoing = i%5 == 0
	}
	fill(t, db, msgs[:4000], 500, inbox.Live, inbox.Native)
	ids := make([]inbox.ThreadID, 0, 300)
	for i := range 300 {
		ids = append(ids, inbox.ThreadID(1+i*3))
	}
	_, err := db.Act(ctx, ids, func(th inbox.Thread) ([]inbox.Event, error) {
		return []inbox.Event{{At: th.LastAt, Verb: inbox.Tagged, Args: []string{"+a/b", fmt.Sprint("+t", th.ID%7)}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ask := func() {
		a := asker{t: t, db: db, plain: readPlain(t, db), env: query.Env{
			Now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC), Zone: time.UTC,
		}}
		for _, text := range []string{
			"", "merci", "mer", "m", `"merci beaucoup"`, `"merci beaucoup" from:auteur12`, "auteur123", "from:numéro", "state:ours colis",
			"tag:a", "tag:t3 order", "-tag:a", "-merci", "merci OR colis", "-(merci OR colis OR demain)", "before:2023 the", "after:2024 -the",
			"before:2024-11", "is:mine", "is:unread broken", "client:miette", "account:miette-mastodon livraison", "net:mastodon", "absent",
			`"the order arrived broken"`, "id:17", "is:watch", "has:question", "state:theirs OR tag:t1",
		} {
			q, err := query.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			a.messages(text, q, 50, 0)
			a.messages(text, q, 0, 0)
			a.messages(text, q, 7, 3)
			for _, client := range []inbox.ClientID{"", "miette", "none"} {
				a.lists(text, q, inbox.ThreadQuery{Client: client, Limit: 50})
				a.lists(text, q, inbox.ThreadQuery{Client: client, States: []inbox.State{inbox.Theirs}})
				if strings.Contains(text, "auteur12") || strings.Contains(text, ":t3") { // few, in many windows
					a.lists(text, q, inbox.ThreadQuery{Client: client, States: inbox.States(), Limit: 5})
				}
			}
		}
	}
	ask()
	for more := true; more; {
		if more, err = db.Tend(ctx); err != nil {
			t.Fatal(err)
		}
	}
	ask()
	fill(t, db, msgs[3900:], 700, inbox.Live, inbox.Native)
	ask()
}
