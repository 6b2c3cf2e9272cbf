package engine_test

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
)

// wrong is a clock that is ahead of the bubble's by so much.
type wrong struct{ ahead atomic.Int64 }

func (w *wrong) Now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

// clockBench is a bench that goes by a clock that can be wrong.
func clockBench(t *testing.T, conn inbox.Connector, n *network, s engine.Settings) (*bench, *wrong) {
	t.Helper()
	b := newBenchOf(t, n, conn, &outbox{})
	b.must(b.eng.Stop(t.Context()))
	w := &wrong{}
	b.eng = engine.New(engine.Options{Repo: b.repo, Clock: w, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: s})
	b.must(b.eng.Load(t.Context()))
	return b, w
}

// TestNoticesAfterTheClockWasPutBack: nobody waits until it shows the old time
// again.
func TestNoticesAfterTheClockWasPutBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassC}
		b, clock := clockBench(t, n, n, settings(n))
		defer b.close()
		clock.ahead.Store(int64(24 * time.Hour))
		n.say("c1", "m1", "Bonjour", time.Now())
		b.sync()
		b.must(b.eng.Badge(t.Context(), b.by, b.byName()["c1"], []string{"vip"}))
		b.eng.Start()
		synctest.Wait()
		for i := range 3 {
			n.say("c1", fmt.Sprintf("b%d", i), "Encore", time.Now())
			b.sync()
			time.Sleep(2 * time.Second)
			if i == 0 {
				clock.ahead.Store(0)
			}
		}
		time.Sleep(3 * time.Minute)
		b.tells("person miette 2", "person miette 1", "person miette 1")
	})
}

// TestAlarmsWhateverTheClock: an alarm rings once and in order, wherever the
// clock is put and however often the server begins again.
func TestAlarmsWhateverTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &closing{&network{class: inbox.ClassB}, map[inbox.Kind]time.Duration{inbox.KindDM: 24 * time.Hour}}
		b, clock := clockBench(t, c, c.network, settings(c))
		defer b.close()
		start := time.Now()
		c.writes("dm", inbox.KindDM, start)
		b.sync()
		id := b.only(inbox.Ours).ID
		for _, at := range []time.Duration{
			time.Hour, 21 * time.Hour, time.Hour, 19 * time.Hour, 22 * time.Hour, 20 * time.Hour, 23*time.Hour + time.Minute, 2 * time.Hour,
			23*time.Hour + 30*time.Minute, 25 * time.Hour, 20*time.Hour + time.Minute, 24 * time.Hour, 26 * time.Hour,
		} {
			clock.ahead.Store(int64(time.Until(start.Add(at))))
			b.eng.Start()
			time.Sleep(time.Minute)
			synctest.Wait()
			b.must(b.eng.Stop(t.Context()))
			b.eng = engine.New(engine.Options{Repo: b.repo, Clock: clock, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: settings(c)})
			b.must(b.eng.Load(t.Context()))
		}
		told := ""
		events, err := b.repo.Events(t.Context(), id)
		b.must(err)
		for _, ev := range events {
			if ev.Verb == inbox.Alarmed {
				told += ev.Args[0]
			}
		}
		if th := b.thread(id); told != "123" || th.Alarm != inbox.AlarmMissed || missed(b) != 1 {
			t.Errorf("alarms %q, now %d, %d missed", told, th.Alarm, missed(b))
		}
	})
}
