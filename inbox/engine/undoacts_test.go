package engine_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/inbox/text"
	"vigie/store"
)

// BenchmarkUndoOfManyActs takes an act on many threads back that is still held,
// and does it again.
func BenchmarkUndoOfManyActs(b *testing.B) {
	const all = 5000
	db, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "vigie.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	set := settings(&able{network: &network{class: inbox.ClassB}})
	in := inbox.Ingest{Account: set.Accounts[0].Account, Actor: inbox.Native, Now: time.Now()}
	ids := make([]inbox.ThreadID, all)
	for i := range ids {
		ids[i] = inbox.ThreadID(i + 1)
		in.Messages = append(in.Messages, inbox.Message{
			Remote: fmt.Sprint("m", i), Conversation: fmt.Sprint("c", i), Kind: inbox.KindMention, At: in.Now,
			Author: inbox.Author{ID: "lea"}, Text: text.Clean("Bonjour"),
		})
	}
	if _, err := db.Ingest(b.Context(), in); err != nil {
		b.Fatal(err)
	}
	eng := engine.New(engine.Options{Repo: db, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "bench", Settings: set})
	by := inbox.By{Actor: inbox.Human, Session: "s", Line: "l"}
	if p, err := eng.PerformAll(b.Context(), by, ids, inbox.ActHide); err != nil || len(p.Queued) != all {
		b.Fatal(len(p.Queued), err)
	}
	for b.Loop() {
		if did, err := eng.Undo(b.Context(), by); err != nil || did.Actions != all {
			b.Fatal(did.Actions, err)
		}
		if did, err := eng.Redo(b.Context(), by); err != nil || did.Actions != all {
			b.Fatal(did.Actions, err)
		}
	}
}
