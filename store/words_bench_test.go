package store

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"vigie/inbox"
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

// BenchmarkMerge merges what waits for Tend, and for a writer, into a chunk
// that is nearly full.
func BenchmarkMerge(b *testing.B) {
	msgs := corpus(65_000)
	for name, n := range map[string]int{"idle": absorbIdle, "busy": absorbBusy} {
		b.Run(name, func(b *testing.B) {
			var worst time.Duration
			for b.Loop() {
				b.StopTimer()
				db := openBench(b)
				fill(b, db, msgs[:60_000], 1000, inbox.Imported, inbox.Import)
				if err := db.settle(context.Background()); err != nil {
					b.Fatal(err)
				}
				fill(b, db, msgs[60_000:60_000+n], n, inbox.Imported, inbox.Import)
				b.StartTimer()
				from := time.Now()
				if err := db.settle(context.Background()); err != nil {
					b.Fatal(err)
				}
				worst = max(worst, time.Since(from))
			}
			b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
		})
	}
}
