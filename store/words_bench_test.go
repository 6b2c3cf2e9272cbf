package store

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// BenchmarkIndexIngest stores and indexes messages; B/index is what a message
// takes in the lists, peak-MB the most memory in use after a page.
func BenchmarkIndexIngest(b *testing.B) {
	msgs := corpus(100_000)
	for _, c := range []struct {
		name  string
		actor inbox.Actor
		from  inbox.Origin
	}{{"import", inbox.Import, inbox.Imported}, {"live", inbox.Native, inbox.Live}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				db := openBench(b)
				peak, before := uint64(0), inUse()
				b.StartTimer()
				for at := 0; at < len(msgs); at += 1000 {
					fill(b, db, msgs[at:at+1000], 1000, c.from, c.actor)
					b.StopTimer()
					if at%8000 == 0 {
						peak = max(peak, inUse())
					}
					b.StartTimer()
				}
				if err := db.settle(context.Background()); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				info, err := db.Index(context.Background())
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(info.Bytes)/float64(len(msgs)), "B/index")
				b.ReportMetric(float64(peak-min(peak, before))/(1<<20), "peak-MB")
				b.StartTimer()
			}
			b.ReportMetric(float64(len(msgs))*float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
		})
	}
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkOneMessage stores one new message in a store of many, durable and
// in the index; a writer's merges are among them.
func BenchmarkOneMessage(b *testing.B) {
	db, msgs := openBench(b), corpus(120_000)
	fill(b, db, msgs[:80_000], 1000, inbox.Imported, inbox.Import)
	var took []time.Duration
	for b.Loop() {
		at := 80_000 + len(took)
		if at == len(msgs) {
			b.Fatal("too few messages")
		}
		from := time.Now()
		fill(b, db, msgs[at:at+1], 1, inbox.Live, inbox.Native)
		took = append(took, time.Since(from))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "p50-ns")
	b.ReportMetric(float64(took[0].Nanoseconds()), "min-ns")
}

// BenchmarkMerge merges what waits for Tend, for a writer, and of an import,
// into chunks of many words; worst-ms is the longest of its transactions.
func BenchmarkMerge(b *testing.B) {
	msgs := corpus(1<<chunkBits - 1)
	for i := range msgs {
		said := msgs[i].Text.String()
		for k := range 20 {
			said += fmt.Sprintf(" mot%d", (i*7919+k*104729)%(1+i*i%80_000))
		}
		msgs[i].Text = text.Clean(said)
	}
	for name, n := range map[string]int{"idle": absorbIdle, "busy": absorbBusy, "import": len(msgs) - 1} {
		b.Run(name, func(b *testing.B) {
			var worst time.Duration
			for b.Loop() {
				b.StopTimer()
				db := openBench(b)
				at := len(msgs) - 1 - n
				fill(b, db, msgs[:at], 1000, inbox.Imported, inbox.Import)
				if err := db.settle(context.Background()); err != nil {
					b.Fatal(err)
				}
				fill(b, db, msgs[at:at+n], 1000, inbox.Imported, inbox.Import)
				b.StartTimer()
				worst = max(worst, worstPiece(b, db))
			}
			b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
		})
	}
}

// worstPiece merges what waits and returns how long the longest piece took.
func worstPiece(b *testing.B, db *DB) (worst time.Duration) {
	b.Helper()
	waits := db.tail.batch()
	waits.sort()
	for done := false; !done; {
		from := time.Now()
		var err error
		if waits, done, err = db.absorbSome(context.Background(), waits); err != nil {
			b.Fatal(err)
		}
		worst = max(worst, time.Since(from))
	}
	db.tail.merged(waits.last())
	return worst
}
