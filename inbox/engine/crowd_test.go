package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/courtesy"
)

// hands is how many people act at once, on so many conversations.
const (
	hands         = 6
	conversations = 24
)

// TestACrowdLosesNothing lets many people triage the same threads at once while
// messages come, windows close and naps end, with restarts between. In the end
// nothing that waits is out of sight, and all that is counted and listed is
// what the threads say.
func TestACrowdLosesNothing(t *testing.T) {
	for seed := range uint64(2) {
		synctest.Test(t, func(t *testing.T) {
			c := &closing{&network{class: inbox.ClassB}, map[inbox.Kind]time.Duration{inbox.KindMention: 30 * time.Hour}}
			b := newBenchOf(t, c.network, c, &outbox{})
			defer func() { b.close() }()
			s := settings(c)
			s.Accounts[0].Poll = 10 * time.Minute
			s.Clients[0].Zone, s.Clients[0].Target = "Europe/Paris", 4*time.Hour
			b.must(b.eng.Reconfigure(t.Context(), s))
			news := rand.New(rand.NewPCG(seed, 7))
			for life := range 3 {
				b.eng.Start()
				for i := range conversations {
					c.say(fmt.Sprint("c", i), fmt.Sprint("m", life, "-", i), "Bonjour ?", time.Now())
				}
				b.eng.Sync()
				synctest.Wait()
				var people sync.WaitGroup
				for p := range hands {
					people.Go(func() { b.triages(rand.New(rand.NewPCG(seed, uint64(life*hands+p))), p) })
				}
				for i := range 40 {
					time.Sleep(time.Duration(news.IntN(3600)) * time.Second)
					text := []string{"Et alors ?", "Merci beaucoup 🙏", "Toujours rien", "Merci. Répondez !"}[news.IntN(4)]
					c.say(fmt.Sprint("c", news.IntN(conversations)), fmt.Sprint("n", life, "-", i), text, time.Now())
				}
				people.Wait()
				time.Sleep(time.Hour)
				synctest.Wait()
				b.sane()
				b.restart()
				b.must(b.eng.Reconfigure(t.Context(), s))
			}
		})
	}
}

// triages does forty acts of one person. What is refused is a Problem.
func (b *bench) triages(r *rand.Rand, who int) {
	ctx := context.Background()
	by := inbox.By{Actor: inbox.Human, Session: fmt.Sprint("p", who), Line: fmt.Sprint("l", who)}
	naps := []string{"+2h", "demain 9h", "si pas de réponse 2j", "jusqu'à réponse dort", "dans 5 heures dort"}
	for range 40 {
		time.Sleep(time.Duration(r.IntN(3600)) * time.Second)
		page, err := b.repo.Threads(ctx, inbox.ThreadQuery{States: inbox.States(), Limit: 100})
		if err != nil {
			b.t.Error(err)
			return
		}
		var ids []inbox.ThreadID
		for _, th := range page.Threads {
			if r.IntN(8) == 0 {
				ids = append(ids, th.ID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		switch r.IntN(11) {
		case 0, 1:
			err = b.eng.Nap(ctx, by, ids, naps[r.IntN(len(naps))])
		case 2:
			err = b.eng.Done(ctx, by, ids)
		case 3:
			err = b.eng.Reopen(ctx, by, ids)
		case 4, 5:
			_, err = b.eng.Reply(ctx, by, inbox.ReplyRequest{Thread: ids[0], Text: "Bonjour", More: []string{"et merci"}[:r.IntN(2)], Hold: -1})
		case 6:
			_, err = b.eng.PerformAll(ctx, by, ids, inbox.ActLike)
		case 7:
			_, err = b.eng.Escalate(ctx, by, ids[0], inbox.EscalateRequest{Contact: "marc", Question: "?", Due: time.Now().Add(5 * time.Hour)})
		case 8:
			err = errors.Join(b.eng.Tag(ctx, by, ids, []string{"a", "-b"}), b.eng.Badge(ctx, by, ids[0], []string{"vip"}), b.eng.Feel(ctx, by, ids, inbox.Negative))
		case 9:
			_, err = b.eng.Undo(ctx, by)
		case 10:
			_, err = b.eng.Redo(ctx, by)
		}
		var p inbox.Problem
		if err != nil && !errors.As(err, &p) {
			b.t.Errorf("%s: %v", by.Session, err)
		}
	}
}

// sane holds the lists, counters and the next due moment against the heads, and
// the heads against what was said.
func (b *bench) sane() {
	b.t.Helper()
	list := b.threads(inbox.States()...)
	if !slices.IsSortedFunc(list, func(x, y inbox.Thread) int { return x.Rank.Compare(y.Rank) }) {
		b.t.Error("the list is not in order")
	}
	counts, err := b.repo.Counts(b.t.Context())
	b.must(err)
	due, err := b.repo.NextDue(b.t.Context())
	b.must(err)
	first, states := time.Time{}, map[inbox.State]int{}
	for _, th := range list {
		states[th.State]++
		if !th.Rank.Equal(inbox.RankOf(th)) {
			b.t.Errorf("thread %d: rank %v, should be %v", th.ID, th.Rank, inbox.RankOf(th))
		}
		if at := th.Due(); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
		if at := th.Due(); !at.IsZero() && at.Before(time.Now().Add(-time.Minute)) {
			b.t.Errorf("thread %d: %s, due at %s", th.ID, th.State, at)
		}
		b.inSight(th)
	}
	if !due.Equal(first) {
		b.t.Errorf("next due %s, should be %s", due, first)
	}
	for _, s := range inbox.States() {
		if n, _ := counts.Sum("", inbox.Inbox, s); n != states[s] {
			b.t.Errorf("%d are %s by the counters, %d by the heads", n, s, states[s])
		}
	}
	if report, err := b.repo.Check(b.t.Context()); err != nil || len(report.Faults) > 0 {
		b.t.Errorf("the store: %v, %v", report, err)
	}
}

// inSight holds one thread against its messages: what of theirs nothing of ours
// followed and nobody put away is ours.
func (b *bench) inSight(th inbox.Thread) {
	b.t.Helper()
	messages, err := b.repo.Messages(b.t.Context(), th.ID, time.Time{}, 0)
	b.must(err)
	answered, asked := time.Time{}, time.Time{}
	for _, m := range messages {
		switch {
		case m.Outgoing:
			answered = m.At
		case !courtesy.Thanks(m.Text.String()):
			asked = m.At
		}
	}
	if th.State == inbox.Theirs && asked.After(answered) {
		b.t.Errorf("thread %d is theirs, but they wrote at %s, after %s", th.ID, asked, answered)
	}
	if th.State == inbox.Done && asked.After(th.DoneAt) {
		b.t.Errorf("thread %d is done as of %s, but they wrote at %s", th.ID, th.DoneAt, asked)
	}
	if th.State == inbox.Ours && asked.After(answered) && th.WaitAt.IsZero() {
		b.t.Errorf("thread %d is ours, and waits since never", th.ID)
	}
}
