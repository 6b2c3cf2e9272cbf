package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
)

// notices are all that were told, as "reason client number".
func (b *bench) notices() (words []string) {
	b.t.Helper()
	list, err := b.eng.Notices(b.t.Context(), 0)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, n := range list {
		words = append(words, fmt.Sprintf("%s %s %d", n.Why, n.Client, n.Number))
	}
	return words
}

func (b *bench) tells(want ...string) {
	b.t.Helper()
	synctest.Wait()
	if got := b.notices(); !slices.Equal(got, want) {
		b.t.Errorf("told %v, want %v", got, want)
	}
}

// vips is a bench that has begun: lea is a person whose badge rings.
func vips(t *testing.T) *bench {
	b := newBench(t, &network{class: inbox.ClassC})
	b.net.write("lea", "c1", "m1", "Bonjour", time.Now())
	b.net.write("bob", "c2", "m2", "Salut", time.Now())
	b.sync()
	b.must(b.eng.Badge(t.Context(), b.by, b.byName()["c1"], []string{"vip"}))
	b.restart()
	b.eng.Start()
	synctest.Wait()
	return b
}

func TestNoticeOfAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := vips(t)
		defer b.close()
		b.tells() // what was there before is no news
		b.net.write("bob", "c2", "m3", "Toujours là", time.Now())
		for i := range 3 {
			b.net.write("lea", "c1", fmt.Sprintf("b%d", i), "Encore", time.Now())
		}
		b.sync()
		time.Sleep(2 * time.Second)
		b.tells("person miette 3") // one of a burst
		list, err := b.eng.Notices(t.Context(), 0)
		if err != nil || list[0].Thread != b.byName()["c1"] || list[0].Who.String() != "@lea" || list[0].Seq != 1 {
			t.Errorf("%+v, %v", list, err)
		}
		b.net.write("lea", "c9", "m9", "Encore", time.Now())
		b.sync()
		time.Sleep(30 * time.Second)
		b.tells("person miette 3") // at most one a minute
		time.Sleep(30 * time.Second)
		b.tells("person miette 3", "person miette 1")
		if rest, err := b.eng.Notices(t.Context(), 1); err != nil || len(rest) != 1 || rest[0].Seq != 2 {
			t.Errorf("after the first: %+v, %v", rest, err)
		}
	})
}

func TestNoticeOfAnEscalationAndQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := vips(t)
		defer b.close()
		escalate := func(of string, in time.Duration) {
			t.Helper()
			_, err := b.eng.Escalate(t.Context(), b.by, b.byName()[of], inbox.EscalateRequest{Contact: "marc", Question: "?", Due: time.Now().Add(in)})
			b.must(err)
		}
		escalate("c2", time.Hour)
		time.Sleep(61 * time.Minute)
		b.tells("escalation miette 1")
		b.must(b.eng.Quiet(t.Context(), time.Now().Add(3*time.Hour)))
		escalate("c2", time.Hour)
		time.Sleep(61 * time.Minute)
		b.net.write("lea", "c1", "m4", "Urgent", time.Now())
		b.sync()
		time.Sleep(2 * time.Second)
		b.tells("escalation miette 1", "person miette 1") // only the badge rings
		b.must(b.eng.Quiet(t.Context(), time.Time{}))
		escalate("c2", time.Hour)
		time.Sleep(61 * time.Minute)
		b.tells("escalation miette 1", "person miette 1", "escalation miette 1")
	})
}

// A client's quiet hours are by its own clock, over midnight too.
func TestQuietHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := vips(t)
		defer b.close()
		night := settings(b.conn)
		night.Clients[0].Zone = "Europe/Paris"
		night.Clients[0].Quiet = []inbox.Span{{From: 20 * time.Hour, To: 8 * time.Hour}}
		b.must(b.eng.Reconfigure(t.Context(), night))
		_, err := b.eng.Escalate(t.Context(), b.by, b.byName()["c2"], inbox.EscalateRequest{Contact: "marc", Question: "?", Due: time.Now().Add(6*time.Hour + 50*time.Minute)})
		b.must(err)
		_, err = b.eng.Escalate(t.Context(), b.by, b.byName()["c1"], inbox.EscalateRequest{Contact: "marc", Question: "?", Due: time.Now().Add(7*time.Hour + 10*time.Minute)})
		b.must(err)
		time.Sleep(6*time.Hour + 55*time.Minute) // 7:55 in Paris
		b.tells()
		time.Sleep(20 * time.Minute)
		b.tells("escalation miette 1")
	})
}

// A sign-in that ended in quiet hours is told when they are over: it has still
// ended.
func TestSignInThatEndedAtNight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := vips(t)
		defer b.close()
		night := settings(b.conn)
		night.Clients[0].Zone = "Europe/Paris"
		night.Clients[0].Quiet = []inbox.Span{{From: 20 * time.Hour, To: 8 * time.Hour}}
		b.must(b.eng.Reconfigure(t.Context(), night))
		b.net.mu.Lock()
		b.net.fetch = inbox.ErrAuth
		b.net.mu.Unlock()
		b.eng.Sync()
		time.Sleep(6*time.Hour + 55*time.Minute)
		b.tells()
		time.Sleep(20 * time.Minute)
		b.tells("account miette 1")
		time.Sleep(3 * time.Hour)
		b.tells("account miette 1")
	})
}

func TestNoticeOfWhatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := vips(t)
		defer b.close()
		b.net.mu.Lock()
		b.net.next = []error{fmt.Errorf("no: %w", inbox.ErrInvalid)}
		b.net.mu.Unlock()
		b.reply(b.byName()["c2"], "Bonjour")
		time.Sleep(time.Minute)
		b.tells("failed miette 1")
		b.net.mu.Lock()
		b.net.fetch = inbox.ErrAuth
		b.net.mu.Unlock()
		b.eng.Sync()
		time.Sleep(time.Minute)
		b.tells("failed miette 1", "account miette 1")
		time.Sleep(time.Hour)
		b.tells("failed miette 1", "account miette 1") // once, however long it lasts
	})
}

// Whoever else hears of notices may be slow, or fail: nobody waits for it.
func TestHook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, &network{class: inbox.ClassC})
		b.net.write("lea", "c1", "m1", "Bonjour", time.Now())
		b.sync()
		b.must(b.eng.Badge(t.Context(), b.by, b.byName()["c1"], []string{"press"}))
		b.must(b.eng.Stop(t.Context()))
		var heard []uint64
		b.eng = engine.New(engine.Options{
			Repo: b.repo, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: settings(b.conn),
			Notify: func(ctx context.Context, n inbox.Notice) error {
				heard = append(heard, n.Seq)
				if n.Seq == 1 {
					<-ctx.Done()
					return ctx.Err()
				}
				return errors.New("no")
			},
		})
		b.must(b.eng.Load(t.Context()))
		b.eng.Start()
		for i := range 3 {
			b.net.write("lea", "c1", fmt.Sprintf("b%d", i), "Encore", time.Now())
			b.sync()
			time.Sleep(2 * time.Minute)
		}
		b.tells("person miette 1", "person miette 1", "person miette 1")
		b.close()
		if !slices.Equal(heard, []uint64{1}) {
			t.Errorf("heard %v, while the first never ended", heard)
		}
	})
}
