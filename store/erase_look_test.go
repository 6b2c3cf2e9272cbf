package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// TestEraseLooksOnce: what a transaction has no time for is looked at again,
// and counted once.
func TestEraseLooksOnce(t *testing.T) {
	r := ruled{t, testDB(t), time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	const all, words = 200, 30 // together many more lists than one transaction changes
	in := inbox.Ingest{Account: inbox.Account{ID: "a", Client: "one", Network: "social"}, Actor: inbox.Native, Now: r.limit}
	for i := range all {
		var said strings.Builder
		for n := range words {
			fmt.Fprintf(&said, "w%dx%d ", i, n)
		}
		in.Messages = append(in.Messages, inbox.Message{
			Remote: fmt.Sprint("m", i), Conversation: "c", Kind: inbox.KindMention, At: r.limit.AddDate(-1, 0, 0),
			Author: inbox.Author{ID: "x"}, Text: text.Clean(said.String()),
		})
	}
	_, err := r.db.Ingest(t.Context(), in)
	r.must(err)
	r.must(r.db.settle(t.Context()))
	_, err = r.db.Act(t.Context(), []inbox.ThreadID{1}, func(inbox.Thread) ([]inbox.Event, error) {
		return []inbox.Event{{At: r.limit, Actor: inbox.Human, Verb: inbox.Finished}}, nil
	})
	r.must(err)
	looked, erased, pieces := 0, 0, 0
	for req := (inbox.EraseRequest{Client: "one", Before: r.limit}); req.From < eventPlaces && (pieces == 0 || req.From > 0); pieces++ {
		res, err := r.db.Erase(t.Context(), req)
		r.must(err)
		looked, erased, req.From = looked+res.Looked, erased+res.Erased, res.Next
	}
	if looked != all || erased != all || pieces < 3 {
		t.Errorf("looked at %d, erased %d in %d pieces", looked, erased, pieces)
	}
}
