package measures

import (
	"context"
	"fmt"
	"time"

	"vigie/bench/peers"
	"vigie/bench/run"
	"vigie/bench/stat"
	"vigie/bench/table"
)

// question is a search in the words of each program.
type question struct {
	name string // of the row
	task string // inside the server
	goal float64
	peers.Query
}

func questions() []question {
	return []question{
		{"rare word", "search/rare", 0.05, peers.Query{Notmuch: "xylofrage", Mu: []string{"xylofrage"}}},
		{"common word", "search/common", 0.05, peers.Query{Notmuch: "projet", Mu: []string{"projet"}}},
		{"author and 30 days", "search/author", 0.05, peers.Query{Notmuch: "from:auteur0007 date:2025-06-01..2025-06-30", Mu: []string{"from:auteur0007", "date:20250601..20250630"}}},
		{"phrase", "search/phrase", 0.1, peers.Query{Notmuch: `"merci beaucoup"`, Mu: []string{`"merci beaucoup"`}}},
		{"prefix", "search/prefix", 0.1, peers.Query{Notmuch: "proj*", Mu: []string{"proj*"}}},
	}
}

// search times count and newest 50 inside the server, beside whole processes
// of notmuch and mu for the first 50. Of a phrase and of a prefix the first
// 50 come with a count that may be "at least"; a phrase's exact count stands beside
// "notmuch count".
func search(ctx context.Context, b *Bench) ([]table.Row, error) {
	got := tasks{}
	mine := b.inside("^search/", got)
	all := questions()
	subjects := []*subject{mine}
	nm, mu := make([]stat.Samples, len(all)), make([]stat.Samples, len(all))
	var counts stat.Samples
	for i, q := range all {
		subjects = append(subjects,
			b.asking(peers.Notmuch, &nm[i], func(s *peers.Set) run.Command { return s.Ask(peers.Notmuch, q.Query) }),
			b.asking(peers.Mu, &mu[i], func(s *peers.Set) run.Command { return s.Ask(peers.Mu, q.Query) }))
	}
	counting := b.asking(peers.Notmuch, &counts, func(s *peers.Set) run.Command { return s.Count(all[3].Query) })
	turns(ctx, b.Rounds, append(subjects, counting)...)

	var rows []table.Row
	at := " " + count(b.Index)
	for i, q := range all {
		ours := got.median(q.task, mine.err)
		r := row(q.name+": first 50 and count", ours, "notmuch"+at, micros(nm[i].Median(), subjects[1+2*i].err), atMost(q.goal))
		if t := got[q.task]; t != nil {
			r.Note = t.note()
		}
		rows = append(rows, r)
		if q.task == "search/phrase" {
			rows = append(rows, row("phrase: exact count", got.median("search/phrase-count", mine.err), "notmuch count"+at, micros(counts.Median(), counting.err), atMost(1)))
		}
		rows = append(rows, row(q.name+": first 50 and count", ours, "mu"+at, micros(mu[i].Median(), subjects[2+2*i].err), table.Goal{}))
	}
	return rows, nil
}

func (t *task) note() string {
	more := ""
	if t.AtLeast {
		more = "at least "
	}
	return fmt.Sprintf("%d of %s%d hits", t.Found, more, t.Total)
}

// command times "vigie search" as a whole command, the server running, beside
// "notmuch search" of the same.
func command(ctx context.Context, b *Bench) ([]table.Row, error) {
	dir, server, err := b.served(ctx, b.Big)
	if err != nil {
		return nil, err
	}
	defer server.Stop()
	var rows []table.Row
	for _, q := range []struct{ name, words string }{{"rare word", "xylofrage"}, {"common word", "projet"}} {
		var ours, theirs stat.Samples
		mine := &subject{do: func(ctx context.Context) error {
			for range 3 {
				c := b.vigie(dir, "search", q.words, "--json", "-n", "50")
				c.Limit = 20 * time.Second
				u, err := c.Run(ctx)
				if err != nil {
					return err
				}
				ours = append(ours, us(u.Wall))
			}
			return nil
		}}
		peer := b.asking(peers.Notmuch, &theirs, func(s *peers.Set) run.Command { return s.Threads(q.words) })
		turns(ctx, b.Rounds, mine, peer)
		rows = append(rows, row("vigie search --json, "+q.name, micros(ours.Median(), mine.err),
			"notmuch search "+count(b.Index), micros(theirs.Median(), peer.err), atMost(1)))
	}
	return rows, nil
}
