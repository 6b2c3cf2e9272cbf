package store

import (
	"testing"

	"vigie/inbox"
)

// TestEraseHearsOfActionsThatEnd: an answer in a thread that was erased, given
// up without an event, loses its words in the next run, which looks at nothing
// else.
func TestEraseHearsOfActionsThatEnd(t *testing.T) {
	for _, limit := range []int{0, 1} {
		r := newRuled(t)
		r.tend()
		r.erase(limit, false)
		var ids []inbox.ActionID
		for range 2 {
			a, err := r.db.AddAction(t.Context(), inbox.Action{Thread: r.thread("old").ID, Kind: inbox.ActReply, State: inbox.Queued, Text: "given up"}, nil)
			r.must(err)
			ids = append(ids, a.ID)
		}
		for i, id := range ids {
			_, err := r.db.MoveAction(t.Context(), id, inbox.Queued, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
				a.State = inbox.Dropped
				return nil, nil, nil
			})
			r.must(err)
			for _, dry := range []bool{true, false} {
				if got := r.erase(limit, dry); (got.Threads == 1) != (i == 1) || got.Erased > 0 {
					t.Errorf("limit %d, %d given up, dry %t: %+v", limit, i+1, dry, got)
				}
			}
		}
		for _, id := range ids {
			a, err := r.db.Action(t.Context(), id)
			r.must(err)
			if a.Text != "" {
				t.Errorf("limit %d: still says %q", limit, a.Text)
			}
		}
		if res, err := r.db.Erase(t.Context(), inbox.EraseRequest{Client: "one", Before: r.limit}); err != nil || res.Looked > 0 || res.Next != 0 {
			t.Errorf("nothing is due: %+v, %v", res, err)
		}
	}
}
