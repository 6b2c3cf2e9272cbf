package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/inbox/text"
)

// TestReminderOutlivesOurAnswers: whoever asks to be reminded when nobody
// answers is reminded, also when the answer that waits for its hold leaves
// after that, and when our own side writes again, here or elsewhere.
func TestReminderOutlivesOurAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		again func(*bench, inbox.ThreadID)
		state inbox.State
	}{
		"held":      {func(*bench, inbox.ThreadID) {}, inbox.Ours},
		"once more": {func(b *bench, id inbox.ThreadID) { b.reply(id, "Encore un détail.") }, inbox.Ours},
		"elsewhere": {func(b *bench, _ inbox.ThreadID) {
			b.net.mu.Lock()
			b.net.items = append(b.net.items, inbox.Message{
				Remote: "own", Conversation: "c1", Kind: inbox.KindMention, At: time.Now().UTC(), Outgoing: true, Author: inbox.Author{ID: "me"},
			})
			b.net.mu.Unlock()
			b.eng.Sync()
		}, inbox.Ours},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{class: inbox.ClassB}
				n.say("c1", "m1", "Bonjour ?", time.Now().Add(-time.Hour))
				b := newBench(t, n)
				defer b.close()
				b.eng.Start()
				synctest.Wait()
				id := b.only(inbox.Ours).ID
				b.reply(id, "Quel est votre numéro de commande ?")
				b.must(b.eng.Nap(t.Context(), b.by, []inbox.ThreadID{id}, "si pas de réponse 2j"))
				time.Sleep(time.Minute)
				c.again(b, id)
				time.Sleep(time.Minute)
				synctest.Wait()
				if th := b.thread(id); th.State != inbox.Snoozed || th.Nap != inbox.NapNoReply {
					t.Errorf("our answers ended the nap: %+v", th.Triage)
				}
				time.Sleep(48 * time.Hour)
				synctest.Wait()
				th := b.thread(id)
				if _, why := th.Deadline(); th.State != c.state || why != inbox.ReasonReminder {
					t.Errorf("two days later it is %s, %q", th.State, why)
				}
			})
		})
	}
}

// missed is how many windows of the first client the digest says were missed.
func missed(b *bench) int {
	b.t.Helper()
	d, err := b.eng.Digest(b.t.Context(), time.Now().Add(-1000*time.Hour))
	b.must(err)
	return d.Clients[0].Missed
}

// TestNoWindowIsMissedThatWasAnswered: what comes back after our answer waits
// for nothing that its window could end.
func TestNoWindowIsMissedThatWasAnswered(t *testing.T) {
	for name, back := range map[string]func(*bench, inbox.ThreadID) error{
		"reopened": func(b *bench, id inbox.ThreadID) error {
			time.Sleep(48 * time.Hour)
			return b.eng.Reopen(b.t.Context(), b.by, []inbox.ThreadID{id})
		},
		"reminded": func(b *bench, id inbox.ThreadID) error {
			err := b.eng.Nap(b.t.Context(), b.by, []inbox.ThreadID{id}, "si pas de réponse 2j")
			time.Sleep(49 * time.Hour)
			return err
		},
		"thanked": func(b *bench, id inbox.ThreadID) error {
			err := b.eng.Nap(b.t.Context(), b.by, []inbox.ThreadID{id}, "dans 50 heures dort")
			time.Sleep(10 * time.Hour)
			b.net.mu.Lock()
			thanks := b.net.items[0]
			thanks.Remote, thanks.At, thanks.Text = "thanks", time.Now().UTC(), text.CleanLine("Merci beaucoup !")
			b.net.items = append(b.net.items, thanks)
			b.net.mu.Unlock()
			b.pass()
			time.Sleep(48 * time.Hour)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, c := newClosing(t)
				defer b.close()
				c.writes("dm", inbox.KindDM, time.Now())
				b.eng.Start()
				synctest.Wait()
				id := b.only(inbox.Ours).ID
				b.reply(id, "Avec plaisir")
				time.Sleep(time.Minute)
				b.must(back(b, id))
				time.Sleep(time.Minute)
				synctest.Wait()
				th := b.only(inbox.Ours)
				if n := missed(b); n != 0 || th.Rank.Class == inbox.RankAlarm {
					t.Errorf("%d windows missed, rank %d", n, th.Rank.Class)
				}
				if _, why := th.Deadline(); why == inbox.ReasonWindow {
					t.Error("its deadline is a window that was answered")
				}
			})
		})
	}
}

// TestAWindowThatClosedUnseen: what was written, and could be answered, while
// nobody collected is told as missed, once.
func TestAWindowThatClosedUnseen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := newClosing(t)
		defer b.close()
		c.writes("first", inbox.KindDM, time.Now())
		b.sync()
		c.writes("unseen", inbox.KindDM, time.Now())
		time.Sleep(60 * time.Hour) // nothing runs over the weekend
		b.eng.Start()
		b.eng.Sync()
		time.Sleep(time.Minute)
		synctest.Wait()
		for _, th := range b.threads(inbox.Ours) {
			if th.Alarm != inbox.AlarmMissed {
				t.Errorf("%s: alarm %d", th.Remote, th.Alarm)
			}
		}
		if n := missed(b); n != 2 {
			t.Errorf("%d windows missed, want 2", n)
		}
	})
}

// TestTheyWaitAgain: without our only answer they have waited since they wrote.
func TestTheyWaitAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		s := settings(n)
		s.Clients[0].Target = 4 * time.Hour
		b.must(b.eng.Reconfigure(t.Context(), s))
		time.Sleep(time.Second)
		before := b.thread(id)
		b.reply(id, "Oui.")
		b.settled()
		_, err := b.eng.Perform(t.Context(), b.by, id, inbox.ActDelete, "sent-1")
		b.must(err)
		b.settled()
		th := b.thread(id)
		if th.State != inbox.Ours || !th.WaitAt.Equal(before.WaitAt) || !th.Target.Equal(before.Target) || before.Target.IsZero() {
			t.Errorf("%s, waits since %s, until %s; want %s, %s", th.State, th.WaitAt, th.Target, before.WaitAt, before.Target)
		}
	})
}

// blighted is a store in which one thread takes no events.
type blighted struct {
	inbox.Repo
	thread inbox.ThreadID
}

func (r *blighted) Act(ctx context.Context, ids []inbox.ThreadID, decide func(inbox.Thread) ([]inbox.Event, error)) ([]inbox.Event, error) {
	for _, id := range ids {
		if id == r.thread {
			return nil, inbox.ErrDamaged
		}
	}
	return r.Repo.Act(ctx, ids, decide)
}

// TestADamagedThreadWakesNoneButItself: the others wake at their time.
func TestADamagedThreadWakesNoneButItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassB}
		for _, c := range []string{"a", "b", "c"} {
			n.say(c, "m"+c, "Bonjour", time.Now())
		}
		b, _ := diskBench(t, n, n)
		defer b.close()
		repo := &blighted{Repo: b.repo}
		b.eng = engine.New(engine.Options{Repo: repo, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: settings(n)})
		b.must(b.eng.Load(t.Context()))
		b.sync()
		var ids []inbox.ThreadID
		for _, th := range b.threads(inbox.Ours) {
			ids = append(ids, th.ID)
		}
		b.must(b.eng.Nap(t.Context(), b.by, ids, "+2h"))
		repo.thread = ids[1]
		b.eng.Start()
		time.Sleep(2*time.Hour + time.Minute)
		synctest.Wait()
		if got := len(b.threads(inbox.Ours)); got != 2 {
			t.Errorf("%d woke, want 2", got)
		}
	})
}

// TestAWordTakenBackLetsThemWait: a person says that an answer is there, and
// takes it back: they wait as before, and the window rings.
func TestAWordTakenBackLetsThemWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &closing{&network{class: inbox.ClassD}, map[inbox.Kind]time.Duration{inbox.KindMention: 24 * time.Hour}}
		b := newBenchOf(t, c.network, c, &outbox{})
		defer b.close()
		s := settings(c)
		s.Clients[0].Target = 4 * time.Hour
		b.must(b.eng.Reconfigure(t.Context(), s))
		c.say("c1", "m1", "Bonjour ?", time.Now())
		c.say("c1", "m2", "Allô ?", time.Now().Add(time.Minute))
		b.eng.Start()
		synctest.Wait()
		before := b.only(inbox.Ours)
		c.mu.Lock()
		c.next = []error{context.DeadlineExceeded}
		c.mu.Unlock()
		a := b.reply(before.ID, "Oui.")
		time.Sleep(time.Minute)
		b.must(b.eng.ConfirmAction(t.Context(), b.by, a.ID))
		if th := b.thread(before.ID); th.State != inbox.Theirs {
			t.Fatalf("confirmed, it is %s", th.State)
		}
		b.undo(b.by)
		th := b.thread(before.ID)
		if th.State != inbox.Ours || !th.WaitAt.Equal(before.WaitAt) || !th.Target.Equal(before.Target) || before.Target.IsZero() {
			t.Errorf("%s, waits since %s, until %s; want %s, %s", th.State, th.WaitAt, th.Target, before.WaitAt, before.Target)
		}
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		if n := missed(b); n != 1 {
			t.Errorf("%d windows missed, want 1", n)
		}
	})
}

// TestNoneSleepsWhereWordsAreOver: words that are past at one of the clients put
// none to sleep, however many threads there are.
func TestNoneSleepsWhereWordsAreOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, other := &network{class: inbox.ClassC}, &network{class: inbox.ClassC}
		b := newBench(t, n)
		defer b.close()
		b.must(b.eng.Reconfigure(t.Context(), twoClients(b.conn, other)))
		for i := range 520 {
			other.say(fmt.Sprint("n", i), fmt.Sprint("n", i), "Hei", time.Now())
		}
		n.say("c1", "m1", "Bonjour", time.Now())
		b.sync()
		time.Sleep(18 * time.Hour) // seven in the evening in Paris, one o'clock in Montreal
		var ids []inbox.ThreadID
		for _, client := range []inbox.ClientID{"nordlys", "miette"} {
			page, err := b.repo.Threads(t.Context(), inbox.ThreadQuery{Client: client, States: []inbox.State{inbox.Ours}, Limit: 1000})
			b.must(err)
			for _, th := range page.Threads {
				ids = append(ids, th.ID)
			}
		}
		var p inbox.Problem
		if err := b.eng.Nap(t.Context(), b.by, ids, "ce soir"); !errors.As(err, &p) || p.Code != inbox.CodePast {
			t.Errorf("%v, want %s", err, inbox.CodePast)
		}
		if asleep := b.threads(inbox.Snoozed); len(asleep) > 0 {
			t.Errorf("%d sleep all the same", len(asleep))
		}
		b.must(b.eng.Nap(t.Context(), b.by, ids[:520], "ce soir"))
		if asleep := b.threads(inbox.Snoozed); len(asleep) == 0 {
			t.Error("none sleeps where it is not past")
		}
	})
}
