package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/store"
)

// intent is an answer that was typed, and whether vigie said that it has it.
type intent struct {
	account inbox.AccountID
	text    string
	taken   bool
}

// TestKill9 kills the server at random moments while it sends to networks of
// every class and collects from them. Every answer that vigie took must be in
// exactly one state, carried out at most once, and exactly once where vigie
// says so; every message must be stored once; the store must be whole. An
// archive is imported meanwhile, its messages edited, and the store written
// anew; after each start searches find what is stored, nothing more or less.
func TestKill9(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	for _, id := range b.accounts {
		if _, isForum := b.forums[id]; isForum {
			continue
		}
		for i := range forumTopics {
			b.hear(id, fmt.Sprintf("Question %d pour %s ?", i, id))
		}
	}
	b.must("sync")
	threads := map[inbox.AccountID][]string{}
	for _, id := range b.accounts {
		if threads[id] = b.threads(id); len(threads[id]) != forumTopics {
			t.Fatalf("%s has %d threads, want %d", id, len(threads[id]), forumTopics)
		}
	}
	var intents []intent
	cycles, began := times(20, 1000), time.Now()
	for cycle := range cycles {
		intents = append(intents, b.cycle(cycle, threads)...)
	}
	perCycle := time.Since(began) / time.Duration(cycles)
	b.start()
	settled := time.Now()
	until(t, "every answer is settled or shown", 4*time.Minute, func() bool {
		s := b.open()
		return s["queued"]+s["sending"]+s["retry_wait"] == 0 && b.settledA()
	})
	took := time.Since(settled)
	b.must("sync")
	b.findsAll(cycles)
	b.stop()
	b.judge(intents, cycles, perCycle, took)
}

// hear lets somebody write to an account.
func (b *box) hear(account inbox.AccountID, text string) {
	b.t.Helper()
	if _, err := b.world.Say(account, inbox.KindMention, text); err != nil {
		b.t.Fatal(err)
	}
}

// settledA reports whether the networks with keys and chosen ids have no
// doubt left: those settle by themselves.
func (b *box) settledA() bool {
	out := b.must("outbox", "--json")
	return !slices.ContainsFunc(b.accounts[:2], func(id inbox.AccountID) bool { return strings.Contains(out, string(id)) })
}

// cycle starts the server, sends an answer to every network while new
// messages come in, and kills it 5 to 150 ms later.
func (b *box) cycle(n int, threads map[inbox.AccountID][]string) []intent {
	b.t.Helper()
	b.start()
	b.findsAll(n)
	intents := make([]intent, len(b.accounts))
	ctx, cancel := context.WithCancel(b.t.Context())
	defer cancel()
	var asking sync.WaitGroup
	for i, id := range b.accounts {
		intents[i] = intent{account: id, text: fmt.Sprintf("Réponse %d de %s.", n, id)}
		thread := threads[id][n%len(threads[id])]
		asking.Go(func() {
			_, err := b.vigie(ctx, "reply", thread, "--no-wait", "--anyway", "--text", intents[i].text)
			intents[i].taken = err == nil
		})
	}
	b.disturb(ctx, n, &asking)
	b.hear(b.accounts[n%2], fmt.Sprintf("Message %d en passant.", n))
	<-time.After(5*time.Millisecond + rand.N(145*time.Millisecond))
	b.kill()
	asking.Wait()
	return intents
}

// judge compares what vigie says with what the networks counted.
func (b *box) judge(intents []intent, cycles int, perCycle, took time.Duration) {
	t := b.t
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(b.dir, "vigie.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	states := map[string][]inbox.SendState{}
	actions, err := db.Actions(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range actions {
		states[a.Text] = append(states[a.Text], a.State)
	}
	taken, lost, doubled, told := 0, 0, 0, map[inbox.SendState]int{}
	for _, in := range intents {
		s, posts := states[in.text], b.carriedOut(in.account, in.text)
		if in.taken {
			taken++
		}
		switch {
		case len(s) > 1:
			t.Errorf("%q is %d times in the outbox: %v", in.text, len(s), s)
		case len(s) == 0 && (in.taken || posts > 0):
			lost++
			t.Errorf("%q is lost: taken %v, carried out %d times", in.text, in.taken, posts)
		case posts > 1:
			doubled++
			t.Errorf("%q was carried out %d times", in.text, posts)
		case len(s) == 1:
			told[s[0]]++
			b.agrees(in, s[0], posts)
		}
	}
	b.heardOnce(db, cycles)
	rep, err := db.Check(t.Context())
	if err != nil || rep.Total > 0 {
		t.Errorf("check: %v, %v", rep.Faults, err)
	}
	t.Logf("%d kills, %s each: %d answers taken, %d lost, %d doubled, %d faults in the store; ended %v; all settled or shown %s after the last start; at %d starts the index was behind",
		cycles, perCycle.Round(time.Millisecond), taken, lost, doubled, rep.Total, told, took.Round(time.Millisecond), b.behind)
}

// agrees checks that a state tells the truth.
func (b *box) agrees(in intent, s inbox.SendState, posts int) {
	b.t.Helper()
	switch s {
	case inbox.Accepted, inbox.Verified:
		if posts != 1 {
			b.t.Errorf("%q is %s and was carried out %d times", in.text, s, posts)
		}
	case inbox.NeedsYou, inbox.Uncertain: // a person decides, or will: either is true
	default:
		b.t.Errorf("%q ended %s, carried out %d times", in.text, s, posts)
	}
}

// heardOnce checks that everything that came while the server was being
// killed is there once.
func (b *box) heardOnce(db *store.DB, cycles int) {
	b.t.Helper()
	seen := map[string]int{}
	page, err := db.Search(b.t.Context(), inbox.SearchRequest{Where: inbox.Cond{Op: inbox.CondIs}, Match: func(_ inbox.Thread, m inbox.Message) bool { return !m.Outgoing }})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, h := range page.Hits {
		seen[h.Message.Text.String()]++
	}
	for n := range cycles {
		found := 0
		for text, times := range seen {
			if strings.Contains(text, fmt.Sprintf("Message %d en passant.", n)) {
				found += times
			}
		}
		if found != 1 {
			b.t.Errorf("message %d is stored %d times", n, found)
		}
	}
}
