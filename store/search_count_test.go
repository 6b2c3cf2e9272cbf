package store

import (
	"context"
	"errors"
	"testing"

	"vigie/inbox"
	"vigie/inbox/query"
)

// TestSeveralCount: whoever counts, the total is that of a plain reading, a
// limit of looks is kept, and what goes wrong for one of them is told.
func TestSeveralCount(t *testing.T) {
	ctx, db := context.Background(), openBench(t)
	fill(t, db, corpus(5*countStep), 500, inbox.Imported, inbox.Import)
	a := asker{t: t, db: db, plain: readPlain(t, db)}
	const text = `"the order" OR has:draft OR -"arrived broken"`
	q, err := query.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	a.messages(text, q, 1, 0)
	a.messages(text, q, 1, 3*countStep)
	ask := func(ctx context.Context, match func(n int) bool) error {
		calls := make(chan int, 1)
		calls <- 0
		_, err := db.Search(ctx, inbox.SearchRequest{
			Where: inbox.Cond{Op: inbox.CondIs}, Limit: 1,
			Match: func(inbox.Thread, inbox.Message) bool {
				n := <-calls + 1
				calls <- n
				return match(n)
			},
		})
		return err
	}
	stopped, stop := context.WithCancel(ctx)
	defer stop()
	err = ask(stopped, func(n int) bool {
		if n == 2*countStep {
			stop()
		}
		return true
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	defer func() {
		if p := recover(); p != "mine" {
			t.Errorf("panic %v", p)
		}
	}()
	err = ask(ctx, func(n int) bool {
		if n == 2*countStep {
			panic("mine")
		}
		return true
	})
	t.Errorf("no panic: %v", err)
}
