package soak

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A lot is a part of an archive that is imported again and again with other
// words: every import after the first edits messages that may be merged into
// the search index already. It is more than the index keeps in memory for long.
const (
	lots    = 4
	lotSize = 1200
)

// lot writes the n-th import into a file.
func (b *box) lot(n int) (file string) {
	b.t.Helper()
	var lines strings.Builder
	at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range lotSize {
		id := n%lots*lotSize + i
		fmt.Fprintf(&lines, `{"v":1,"type":"message","client":"old","account":"old-forum","network":"forum","kind":"comment","thread":"old-%d","id":"old-%d","at":%q,"author":{"id":"p","name":"Zoé"},"text":"Archive tour%d, pièce %d."}`+"\n",
			id/10, id, at.Add(time.Duration(id)*time.Minute).Format(time.RFC3339), n, i)
	}
	file = filepath.Join(b.t.TempDir(), "lot.jsonl")
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return file
}

// disturb has the store imported into and written anew in the cycles whose
// turn it is.
func (b *box) disturb(ctx context.Context, cycle int, busy *sync.WaitGroup) {
	b.t.Helper()
	run := func(args ...string) {
		_, _ = b.vigie(ctx, args...) // the server is killed under it
	}
	if cycle%2 == 0 {
		file := b.lot(cycle / 2)
		busy.Go(func() { run("import", "--create", "--archive", "--quiet", file) })
	}
	if cycle%3 == 0 {
		busy.Go(func() { run("compact") })
	}
}

// findsAll compares what searches count, right after a start, with all that is
// stored. Messages come meanwhile and none goes: what is stored is no less than
// was found before, and no more than is found after.
func (b *box) findsAll(cycle int) {
	b.t.Helper()
	if stored, indexed := b.indexed(); indexed < stored {
		b.behind++
	}
	queries := map[string]string{ // a query, and what the texts it finds hold
		`"en passant"`: "en passant.", `"question 1"`: "Question 1 ", "repon": "Réponse ", "archive piece": "Archive tour", `from:"zoe"`: "Archive tour",
	}
	for n := range lots/2 + 1 { // of what is edited the newest words, and those before
		queries[fmt.Sprintf(`"tour%d"`, cycle/2-n)] = fmt.Sprintf("tour%d,", cycle/2-n)
		queries[fmt.Sprintf(`"tour%d"`, cycle/2-n-lots)] = fmt.Sprintf("tour%d,", cycle/2-n-lots)
	}
	before := map[string]int{}
	for query := range queries {
		before[query] = b.count(query)
	}
	stored := map[string]int{}
	for line := range strings.Lines(b.must("export", "is:any")) {
		var message struct{ Type, Text string }
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			b.t.Fatal(err)
		}
		for query, holds := range queries {
			if message.Type == "message" && strings.Contains(message.Text, holds) {
				stored[query]++
			}
		}
	}
	for query := range queries {
		if before[query] == stored[query] {
			continue
		}
		if after := b.count(query); before[query] > stored[query] || stored[query] > after {
			b.t.Errorf("start %d: %q finds %d messages, then %d; %d are stored", cycle, query, before[query], after, stored[query])
		}
	}
}

// count is how many messages a search counts.
func (b *box) count(query string) int {
	b.t.Helper()
	n, err := strconv.Atoi(strings.TrimSpace(b.must("search", "--count", query)))
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

// indexed is how many messages are stored, and how many of them are indexed.
func (b *box) indexed() (messages, indexed int) {
	b.t.Helper()
	var is struct{ Messages, Indexed int }
	if err := json.Unmarshal([]byte(b.must("reindex", "--status", "--json")), &is); err != nil {
		b.t.Fatal(err)
	}
	return is.Messages, is.Indexed
}
