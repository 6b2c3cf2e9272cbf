package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/query"
	"vigie/inbox/text"
)

// spoken makes messages with as many different words as people use, some more
// than others: a rare word in one of 10,000 messages, a common one in one of
// ten, a phrase in four of a thousand and its words apart as often.
func spoken(n int) []inbox.Message {
	rnd := rand.New(rand.NewPCG(42, 42))
	zipf := rand.NewZipf(rnd, 1.1, 4, 60_000)
	syllables := []string{"pro", "jet", "ca", "mi", "ron", "ta", "le", "vu", "sa", "dé", "gi", "for", "in", "que", "ba", "lo"}
	word := func(k uint64) string {
		var b strings.Builder
		for k += 17; k > 0; k /= 16 {
			b.WriteString(syllables[k%16])
		}
		return b.String()
	}
	begin := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	step := 2 * 365 * 24 * time.Hour / time.Duration(n)
	out := make([]inbox.Message, n)
	for i := range out {
		words := make([]string, 0, 32)
		for range 28 {
			words = append(words, word(zipf.Uint64()))
		}
		switch k := rnd.IntN(10_000); {
		case k == 0:
			words[3] = "xylofrage"
		case k < 40:
			words = append(words, "merci", "beaucoup")
		case k < 60:
			words[1], words[9] = "merci", "beaucoup"
		case k < 1060:
			words[5] = "projet"
		}
		author := rnd.IntN(5000)
		out[i] = inbox.Message{
			Remote: fmt.Sprint("m", i), Conversation: fmt.Sprint("t", max(0, i/4-rnd.IntN(40))), Kind: inbox.KindMention,
			At: begin.Add(time.Duration(i) * step), Outgoing: rnd.IntN(3) == 0, Text: text.Clean(strings.Join(words, " ")),
			Author: inbox.Author{
				ID: fmt.Sprint("a", author), Handle: text.CleanLine(fmt.Sprintf("auteur%04d", author)),
				Name: text.CleanLine(fmt.Sprint("Auteur ", author)),
			},
		}
	}
	return out
}

// benchStore opens the store that VIGIE_BENCH_STORE names, or makes one of
// VIGIE_BENCH_MESSAGES messages (100,000), all of them in the index.
func benchStore(b *testing.B) *DB {
	b.Helper()
	ctx := context.Background()
	var db *DB
	if path := os.Getenv("VIGIE_BENCH_STORE"); path != "" {
		var err error
		if db, err = Open(ctx, path, Options{}); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			if err := db.Close(); err != nil {
				b.Error(err)
			}
		})
	} else {
		n, err := strconv.Atoi(os.Getenv("VIGIE_BENCH_MESSAGES"))
		if err != nil {
			n = 100_000
		}
		db = openBench(b)
		fill(b, db, spoken(n), 1000, inbox.Imported, inbox.Import)
	}
	for more := true; more; {
		var err error
		if more, err = db.Tend(ctx); err != nil {
			b.Fatal(err)
		}
	}
	return db
}

func BenchmarkFind(b *testing.B) {
	db, ctx := benchStore(b), context.Background()
	tagSome(b, db)
	env := query.Env{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Zone: time.UTC}
	for _, c := range []struct {
		name, text string
		looks      int
	}{
		{"rare", "xylofrage", 0},
		{"common", "text:projet", 0},
		{"author", "from:auteur0007 after:2025-06-01 before:2025-07-01", 0},
		{"phrase first 50", `"merci beaucoup"`, 1},
		{"phrase", `"merci beaucoup"`, 0},
		{"prefix 4", "proj", 0},
		{"prefix 2", "pr", 0},
		{"prefix 1", "p", 0},
		{"ours common", "state:ours text:projet", 0},
		{"state", "state:ours", 0},
		{"tag", "tag:rare", 0},
	} {
		q, err := query.Parse(c.text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("search/"+c.name, func(b *testing.B) {
			b.ReportAllocs()
			var page inbox.SearchPage
			for b.Loop() {
				page, err = db.Search(ctx, inbox.SearchRequest{
					Where: q.Where(env), Limit: 50, Looks: c.looks,
					Match: q.Matcher(env),
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(page.Total), "found")
		})
	}
	for _, c := range []struct {
		name, text string
		split      inbox.Split
	}{
		{"ours", "", inbox.Inbox},
		{"tag rare", "tag:rare", inbox.Inbox},
		{"tag common", "tag:common", inbox.Inbox},
		{"unread", "is:unread", inbox.Inbox},
		{"client", "client:client1", inbox.Inbox},
		{"word rare", "xylofrage", inbox.Inbox},
		{"word common", "projet", inbox.Inbox},
		{"month", "before:2025-06", inbox.Inbox},
	} {
		q, err := query.Parse(c.text)
		if err != nil {
			b.Fatal(err)
		}
		tq := inbox.ThreadQuery{Where: q.WhereThreads(env), Limit: 50, Split: c.split}
		b.Run("threads/"+c.name, func(b *testing.B) {
			b.ReportAllocs()
			var page inbox.ThreadPage
			for b.Loop() {
				if page, err = db.Threads(ctx, tq); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(page.Threads)), "found")
		})
		b.Run("count/"+c.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				if n, _, err = db.CountThreads(ctx, tq); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n), "found")
		})
	}
	b.Run("tag1000", func(b *testing.B) {
		n := 0
		for b.Loop() {
			n++
			tag(b, db, []string{"+motif", "-motif"}[n%2], 1000, 20)
		}
	})
}

// tagSome tags few threads rare and many common.
func tagSome(b *testing.B, db *DB) {
	b.Helper()
	info, err := db.Info(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	tag(b, db, "+rare", 20, int(info.Threads)/20)
	tag(b, db, "+common", int(info.Threads)/10, 10)
}

// tag changes a tag of n threads, each so far from the one before.
func tag(b *testing.B, db *DB, change string, n, apart int) {
	b.Helper()
	ids := make([]inbox.ThreadID, n)
	for i := range ids {
		ids[i] = inbox.ThreadID(i*apart + 1)
	}
	_, err := db.Act(context.Background(), ids, func(inbox.Thread) ([]inbox.Event, error) {
		return []inbox.Event{{At: time.Now().UTC(), Actor: inbox.Human, Step: 1, Line: "l", Verb: inbox.Tagged, Args: []string{change}}}, nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
