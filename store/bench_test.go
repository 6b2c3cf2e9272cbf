package store

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// corpus makes messages like those of a busy inbox: about four a thread,
// about 190 bytes of text, remote ids as long as the networks' own.
func corpus(n int) []inbox.Message {
	words := []string{"merci", "beaucoup", "bonjour", "livraison", "commande", "demain", "horaires", "colis", "the", "order", "arrived", "broken"}
	begin := time.Date(2024, 11, 22, 8, 0, 0, 0, time.UTC)
	out := make([]inbox.Message, n)
	rnd := uint64(42)
	next := func(k int) int {
		rnd = rnd*6364136223846793005 + 1442695040888963407
		return int((rnd >> 33) % uint64(k))
	}
	threads := 1
	for i := range out {
		conv := threads
		if next(4) == 0 {
			threads++
			conv = threads
		} else {
			conv = max(1, threads-next(40))
		}
		author := next(5000)
		body := ""
		for len(body) < 180 {
			body += words[next(len(words))] + " "
		}
		out[i] = inbox.Message{
			Remote:       fmt.Sprintf("%d", 112000000000000000+i*7919),
			Conversation: fmt.Sprintf("%d", 111000000000000000+conv),
			Kind:         inbox.KindMention,
			At:           begin.Add(time.Duration(i) * time.Minute),
			Author: inbox.Author{
				ID: fmt.Sprint(author), Handle: text.CleanLine(fmt.Sprintf("@auteur%d@exemple.fr", author)),
				Name: text.CleanLine(fmt.Sprintf("Auteur Numéro %d", author)), Followers: author,
				URL: fmt.Sprintf("https://exemple.fr/@auteur%d", author),
			},
			Text: text.Clean(body), Lang: "fr", URL: fmt.Sprintf("https://exemple.fr/@auteur%d/%d", author, i),
			Post:       &inbox.Post{ID: fmt.Sprintf("p%d", conv/10), Text: text.Clean("Notre galette est arrivée")},
			Counts:     inbox.Counts{Likes: i % 97, Known: true},
			Visibility: "public",
		}
	}
	return out
}

func benchAccount() inbox.Account {
	return inbox.Account{ID: "miette-mastodon", Client: "miette", Network: "mastodon"}
}

func fill(tb testing.TB, db *DB, msgs []inbox.Message, batch int, origin inbox.Origin, actor inbox.Actor) {
	tb.Helper()
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	for from := 0; from < len(msgs); from += batch {
		page := msgs[from:min(from+batch, len(msgs))]
		state := inbox.StreamState{Account: "miette-mastodon", Stream: inbox.StreamMentions, Cursor: fmt.Sprint(from), Begun: true}
		if _, err := db.Ingest(context.Background(), inbox.Ingest{
			Account: benchAccount(), Messages: page, Origin: origin, Actor: actor, Now: now, Stream: &state,
		}); err != nil {
			tb.Fatal(err)
		}
	}
}

func openBench(tb testing.TB) *DB {
	tb.Helper()
	db, err := Open(context.Background(), filepath.Join(tb.TempDir(), "vigie.db"), Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}

func BenchmarkIngest(b *testing.B) {
	msgs := corpus(100_000)
	for _, c := range []struct {
		name   string
		origin inbox.Origin
		actor  inbox.Actor
		batch  int
	}{
		{"live/500", inbox.Live, inbox.Native, 500},
		{"live/1000", inbox.Live, inbox.Native, 1000},
		{"backfill/1000", inbox.Backfill, inbox.Native, 1000},
		{"import/1000", inbox.Imported, inbox.Import, 1000},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				db := openBench(b)
				b.StartTimer()
				fill(b, db, msgs, c.batch, c.origin, c.actor)
				b.StopTimer()
				info, err := db.Info(context.Background())
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(info.Bytes)/float64(len(msgs)), "B/msg")
				b.StartTimer()
			}
			b.ReportMetric(float64(len(msgs))*float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	db, ctx := openBench(b), context.Background()
	msgs := corpus(100_000)
	fill(b, db, msgs, 1000, inbox.Live, inbox.Native)
	b.Run("newest50", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			page, err := db.Threads(ctx, inbox.ThreadQuery{Limit: 50})
			if err != nil || len(page.Threads) != 50 {
				b.Fatal(len(page.Threads), err)
			}
		}
	})
	b.Run("thread", func(b *testing.B) {
		b.ReportAllocs()
		id := inbox.ThreadID(0)
		for b.Loop() {
			id = id%20_000 + 1
			if _, err := db.Messages(ctx, id, time.Time{}, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("again1000", func(b *testing.B) { // a page that is known already
		for b.Loop() {
			fill(b, db, msgs[50_000:51_000], 1000, inbox.Live, inbox.Native)
		}
	})
	b.Run("read4096", func(b *testing.B) { // to decide about them
		req := inbox.SearchRequest{
			Where: inbox.Cond{Op: inbox.CondIs}, Looks: 4096, Limit: 1,
			Match: func(inbox.Thread, inbox.Message) bool { return false },
		}
		for b.Loop() {
			if _, err := db.Search(ctx, req); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("act1000", func(b *testing.B) {
		ids := make([]inbox.ThreadID, 1000)
		for i := range ids {
			ids[i] = inbox.ThreadID(i*20 + 1)
		}
		n := 0
		for b.Loop() {
			n++
			change := []string{"+motif/livraison", "-motif/livraison"}[n%2]
			_, err := db.Act(ctx, ids, func(inbox.Thread) ([]inbox.Event, error) {
				return []inbox.Event{{At: time.Now().UTC(), Actor: inbox.Human, Verb: inbox.Tagged, Args: []string{change}}}, nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "vigie.db")
	db, err := Open(context.Background(), path, Options{})
	if err != nil {
		b.Fatal(err)
	}
	fill(b, db, corpus(100_000), 1000, inbox.Live, inbox.Native)
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		db, err := Open(context.Background(), path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOutbox queues an action and moves it: two commits, each with the
// side file.
func BenchmarkOutbox(b *testing.B) {
	db, ctx := openBench(b), context.Background()
	fill(b, db, corpus(1000), 1000, inbox.Live, inbox.Native)
	for b.Loop() {
		a, err := db.AddAction(ctx, inbox.Action{Thread: 1, Kind: inbox.ActReply, State: inbox.Queued}, nil)
		if err != nil {
			b.Fatal(err)
		}
		_, err = db.MoveAction(ctx, a.ID, inbox.Queued, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
			a.State = inbox.Accepted
			return nil, nil, nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLook looks a store over that was not closed.
func BenchmarkLook(b *testing.B) {
	db := openBench(b)
	fill(b, db, corpus(100_000), 1000, inbox.Live, inbox.Native)
	path := db.Path()
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := ProbeFile(context.Background(), path); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBackup makes a backup that is verified, and finds that there is
// nothing to back up.
func BenchmarkBackup(b *testing.B) {
	db, clock := openBench(b), &stopped{time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
	fill(b, db, corpus(100_000), 1000, inbox.Live, inbox.Native)
	for name, changes := range map[string]bool{"changed": true, "unchanged": false} {
		b.Run(name, func(b *testing.B) {
			all := Backups{Dir: b.TempDir(), Clock: clock}
			for b.Loop() {
				if changes {
					if _, err := db.NewEpoch(context.Background()); err != nil {
						b.Fatal(err)
					}
				}
				clock.t = clock.t.Add(time.Hour)
				if _, err := all.Backup(context.Background(), db); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
