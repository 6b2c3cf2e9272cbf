package engine_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/engine"
)

// crowd is what many instances call: it keeps when each call came, and answers
// as told.
type crowd struct {
	mu     sync.Mutex
	calls  []time.Time
	answer func(now time.Time) (inbox.Page, error)
}

func (c *crowd) call() (inbox.Page, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, time.Now())
	return c.answer(time.Now())
}

// after are the calls after a time, per second: the fullest one, and all.
func (c *crowd) after(t time.Time) (most, all int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seconds := map[int64]int{}
	for _, at := range c.calls {
		if at.After(t) {
			seconds[at.Unix()]++
			most = max(most, seconds[at.Unix()])
			all++
		}
	}
	return most, all
}

func (c *crowd) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = nil
}

// member is the connector of one instance.
type member struct {
	*network
	of *crowd
}

func (m *member) Fetch(context.Context, inbox.FetchRequest) (inbox.Page, error) { return m.of.call() }

// memory is a repository of one instance that holds its streams and nothing
// else.
type memory struct {
	inbox.Repo
	mu     sync.Mutex
	stream inbox.StreamState
}

func (m *memory) Info(context.Context) (inbox.StoreInfo, error)       { return inbox.StoreInfo{}, nil }
func (m *memory) Counts(context.Context) (inbox.Counters, error)      { return nil, nil }
func (m *memory) OpenActions(context.Context) ([]inbox.Action, error) { return nil, nil }
func (m *memory) NextDue(context.Context) (time.Time, error)          { return time.Time{}, nil }
func (m *memory) Tend(context.Context) (bool, error)                  { return false, nil }

func (m *memory) LastEvents(context.Context, inbox.EventID, int) ([]inbox.Event, error) {
	return nil, nil
}

func (m *memory) EventLog(context.Context, inbox.EventID, int) ([]inbox.Event, error) {
	return nil, nil
}

func (m *memory) Views(context.Context) ([]inbox.View, error) { return nil, nil }

func (m *memory) Actions(context.Context, func(inbox.Action) bool) ([]inbox.Action, error) {
	return nil, nil
}

func (m *memory) Retarget(context.Context, string, func(*inbox.Thread)) error   { return nil }
func (m *memory) Sleepers(context.Context, time.Time) ([]inbox.ThreadID, error) { return nil, nil }

func (m *memory) StreamStates(context.Context) ([]inbox.StreamState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return []inbox.StreamState{m.stream}, nil
}

func (m *memory) SaveStream(_ context.Context, s inbox.StreamState) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stream = s
	return nil
}

func (m *memory) Ingest(ctx context.Context, in inbox.Ingest) (inbox.IngestResult, error) {
	return inbox.IngestResult{}, m.SaveStream(ctx, *in.Stream)
}

// instance starts an engine over a memory.
func instance(t *testing.T, m *memory, c *crowd) *engine.Engine {
	t.Helper()
	e := engine.New(engine.Options{
		Repo: m, Clock: clock{}, Log: slog.New(slog.DiscardHandler),
		Settings: settings(&member{network: &network{class: inbox.ClassD}, of: c}),
	})
	if err := e.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	e.Start()
	return e
}

// TestACrowdDoesNotCallTogether restarts a thousand instances in one moment,
// and lets a network tell all of them to wait until the same moment.
func TestACrowdDoesNotCallTogether(t *testing.T) {
	const many = 1000
	begun := inbox.StreamState{Account: "miette-social", Stream: inbox.StreamMentions, Begun: true, Cursor: "x"}
	for _, c := range []struct {
		name   string
		answer func(now, start time.Time) (inbox.Page, error)
		first  time.Duration // no call before, after those of the start
	}{
		{"a start", func(time.Time, time.Time) (inbox.Page, error) { return inbox.Page{Cursor: "x"}, nil }, 0},
		{"Retry-After in seconds", func(now, _ time.Time) (inbox.Page, error) { return retryAfter(now, "120") }, 2 * time.Minute},
		{"Retry-After as a date", func(now, start time.Time) (inbox.Page, error) {
			end := start.Add(3 * time.Minute)
			if !now.Before(end) {
				return inbox.Page{Cursor: "x"}, nil
			}
			return retryAfter(now, end.UTC().Format(http.TimeFormat))
		}, 3 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				together := &crowd{answer: func(now time.Time) (inbox.Page, error) { return c.answer(now, start) }}
				var list []*engine.Engine
				for range many {
					m := &memory{stream: begun}
					if c.first > 0 {
						m.stream.Begun = false // so that all call at once
					}
					list = append(list, instance(t, m, together))
				}
				synctest.Wait()
				if c.first > 0 {
					if _, all := together.after(start.Add(-1)); all != many {
						t.Fatalf("%d calls at the start", all)
					}
					together.reset()
					time.Sleep(c.first - time.Second)
					synctest.Wait()
					if _, all := together.after(start); all != 0 {
						t.Errorf("%d calls before the allowed time", all)
					}
				}
				time.Sleep(47 * time.Second)
				synctest.Wait()
				most, all := together.after(start.Add(-1))
				t.Logf("%d calls, at most %d in a second", all, most)
				if all < many || most*20 > many {
					t.Errorf("%d calls, %d of them in one second", all, most)
				}
				for _, e := range list {
					if err := e.Stop(context.Background()); err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

// retryAfter is what a 429 with that header means.
func retryAfter(now time.Time, header string) (inbox.Page, error) {
	wait := httpx.RetryAfter(http.Header{"Retry-After": {header}}, now)
	return inbox.Page{}, &inbox.RetryError{After: wait, Err: fmt.Errorf("429")}
}

func TestAPersonWhoLooksDoesNotWaitForTheSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{answer: func(time.Time) (inbox.Page, error) { return inbox.Page{Cursor: "x"}, nil }}
		m := &memory{stream: inbox.StreamState{Account: "miette-social", Stream: inbox.StreamMentions, Begun: true, Cursor: "x"}}
		e := instance(t, m, c)
		e.Attach(inbox.SessionInfo{ID: "s1"})
		synctest.Wait()
		if _, all := c.after(time.Time{}); all != 1 {
			t.Errorf("%d calls when somebody looks", all)
		}
		if err := e.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// TestAQuietAccount lets the network ask for a rest while collecting: nothing
// goes out before its end, not by a restart either, and then the answer goes
// first.
func TestAQuietAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer func() { b.close() }()
		begun := time.Now()
		n.mu.Lock()
		n.fetch = &inbox.RetryError{After: 10 * time.Minute, Err: fmt.Errorf("429")}
		n.fetches = 0
		n.mu.Unlock()
		b.pass()
		a := b.reply(id, "Oui.")
		_, err := b.eng.Perform(t.Context(), b.by, id, inbox.ActLike, "")
		b.must(err)
		time.Sleep(5 * time.Minute)
		b.restart()
		b.eng.Start()
		b.pass()
		if _, err := b.eng.Check(t.Context(), "miette-social"); code(err) != inbox.CodeRetry {
			t.Errorf("a check: %v", err)
		}
		time.Sleep(5*time.Minute - time.Second)
		synctest.Wait()
		if posted, fetches := n.count(); posted != 0 || fetches != 1 {
			t.Fatalf("%d sent and %d fetched before the allowed time", posted, fetches)
		}
		n.mu.Lock()
		n.fetch = nil
		n.mu.Unlock()
		for posted, fetches := n.count(); posted == 0; posted, fetches = n.count() {
			if fetches > 1 {
				t.Fatal("collecting went before sending")
			}
			if time.Since(begun) > 12*time.Minute {
				t.Fatal("nothing went out")
			}
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := b.action(a.ID); got.State != inbox.Accepted {
			t.Errorf("the answer is %s", got.State)
		}
		if _, fetches := n.count(); fetches < 2 {
			t.Error("collecting does not go on")
		}
	})
}

// TestASendThatIsToldToWait: a 429 for an answer is one for collecting too;
// reading that was held back to spare the limit is none for answers.
func TestASendThatIsToldToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		n.mu.Lock()
		n.next = []error{&inbox.RetryError{After: 10 * time.Minute, Err: fmt.Errorf("429")}}
		n.mu.Unlock()
		a := b.reply(id, "Oui.")
		time.Sleep(11 * time.Second)
		_, before := n.count()
		time.Sleep(9*time.Minute + 45*time.Second)
		if posted, fetches := n.count(); posted != 0 || fetches != before {
			t.Errorf("%d sent, %d fetched before the allowed time", posted, fetches-before)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if got := b.action(a.ID); got.State != inbox.Accepted {
			t.Errorf("then it is %s", got.State)
		}
		n.mu.Lock()
		n.fetch = &inbox.RetryError{After: 10 * time.Minute, Err: inbox.ErrResting}
		n.mu.Unlock()
		b.pass()
		next := b.reply(id, "Encore.")
		time.Sleep(12 * time.Second)
		synctest.Wait()
		if got := b.action(next.ID); got.State != inbox.Accepted {
			t.Errorf("an answer while reading rests is %s", got.State)
		}
	})
}

// TestAShortRest: an answer that is told to wait for a second waits for a few,
// however many others may have been told so.
func TestAShortRest(t *testing.T) {
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			b, n, id := ableBench(t)
			defer b.close()
			n.mu.Lock()
			n.next = []error{&inbox.RetryError{After: time.Second, Err: inbox.ErrResting}}
			n.mu.Unlock()
			a := b.reply(id, "Oui.")
			time.Sleep(18 * time.Second) // of which the hold is ten
			synctest.Wait()
			if got := b.action(a.ID); got.State != inbox.Accepted {
				t.Errorf("it is %s until %s", got.State, got.NotBefore)
			}
		})
	}
}

// TestHealing cuts the line for as long as it takes and sees the inbox caught
// up within a minute of its healing.
func TestHealing(t *testing.T) {
	for _, cut := range []time.Duration{30 * time.Second, 10 * time.Minute, 3 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			n := &network{class: inbox.ClassD}
			n.say("c1", "m1", "un", time.Now().Add(-time.Minute))
			away := &unreached{network: n}
			c := &crowd{answer: func(time.Time) (inbox.Page, error) { return inbox.Page{Cursor: "x"}, away.down() }}
			e := instance(t, &memory{}, c)
			away.set(true)
			time.Sleep(cut)
			synctest.Wait()
			away.set(false)
			healed := time.Now()
			time.Sleep(time.Minute)
			synctest.Wait()
			if _, all := c.after(healed); all == 0 {
				t.Errorf("after %s: no call within a minute", cut)
			}
			if err := e.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}
