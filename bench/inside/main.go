// Inside times what the server does in itself, on a store as the server has
// it open: opening, the newest threads of each view, searches, one new message,
// tags. It prints a JSON line a task, with the microseconds of each turn.
//
//	inside -n 30 -only 'search' DATA-DIRECTORY
//
// The store must be nobody else's meanwhile, and is changed.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/inbox/text"
	"vigie/store"
)

// budget is the most time that the turns of one task take together, but for
// the first, which may take turnLimit.
const (
	budget    = 5 * time.Second
	turnLimit = 20 * time.Second
)

func main() {
	n := flag.Int("n", 30, "turns of each task")
	only := flag.String("only", ".", "tasks whose name matches")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: inside [-n TURNS] [-only REGEXP] DATA-DIRECTORY")
		os.Exit(2)
	}
	match, err := regexp.Compile(*only)
	if err == nil {
		err = run(context.Background(), flag.Arg(0), *n, match)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "inside:", err)
		os.Exit(1)
	}
}

// told is what is printed of a task.
type told struct {
	Task    string    `json:"task"`
	Micros  []float64 `json:"micros"`
	Found   int       `json:"found"` // hits, threads
	Total   int       `json:"total"`
	AtLeast bool      `json:"at_least"`
	Error   string    `json:"error,omitempty"`
}

type turn func(ctx context.Context, i int, t *told) error

type rig struct {
	db  *store.DB
	eng *engine.Engine
	ids []inbox.ThreadID // the newest thousand, for tags
}

func run(ctx context.Context, dir string, n int, match *regexp.Regexp) (err error) {
	path := filepath.Join(dir, "vigie.db")
	if match.MatchString("open") {
		if err := opening(ctx, path, n); err != nil {
			return err
		}
	}
	db, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return err
	}
	eng := engine.New(engine.Options{Repo: db, Clock: wall{}, Log: slog.New(slog.DiscardHandler), Owner: "inside"})
	defer func() {
		for _, end := range []func() error{func() error { return eng.Stop(ctx) }, db.Close} {
			if e := end(); err == nil {
				err = e
			}
		}
	}()
	if err := eng.Load(ctx); err != nil {
		return err
	}
	r := &rig{db: db, eng: eng}
	if err := r.newestThousand(ctx); err != nil {
		return err
	}
	for _, t := range r.tasks() {
		if match.MatchString(t.name) {
			if err := t.time(ctx, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// opening times Open alone; closing is not counted.
func opening(ctx context.Context, path string, n int) error {
	t := told{Task: "open"}
	for range n {
		begun := time.Now()
		db, err := store.Open(ctx, path, store.Options{})
		took := time.Since(begun)
		if err != nil {
			return err
		}
		if err := db.Close(); err != nil {
			return err
		}
		t.Micros = append(t.Micros, micros(took))
	}
	return t.tell()
}

type task struct {
	name string
	do   turn
}

func (r *rig) tasks() []task {
	list := []task{
		{"search/rare", r.search(r.eng.Search, "xylofrage")},
		{"search/common", r.search(r.eng.Search, "projet")},
		{"search/author", r.search(r.eng.Search, "from:auteur0007 after:2025-06-01 before:2025-07-01")},
		{"search/phrase", r.search(r.eng.SearchSoon, `"merci beaucoup"`)},
		{"search/phrase-count", r.search(r.eng.Search, `"merci beaucoup"`)},
		{"search/prefix", r.search(r.eng.SearchSoon, "proj")},
	}
	for _, v := range r.eng.Views() {
		list = append(list, task{"newest/" + v.ID, r.newest(v)})
	}
	return append(list, task{"one", r.one}, task{"tag", r.tag})
}

// search finds the newest 50 hits: with an exact count, or with one that may
// be "at least", as for people who type.
func (r *rig) search(how func(context.Context, string, int) (inbox.Found, error), words string) turn {
	return func(ctx context.Context, _ int, t *told) error {
		found, err := how(ctx, words, 50)
		t.Found, t.Total, t.AtLeast = len(found.Hits), found.Total, found.AtLeast
		return err
	}
}

func (r *rig) newest(v inbox.View) turn {
	return func(ctx context.Context, _ int, t *told) error {
		page, err := r.eng.Threads(ctx, inbox.ViewQuery{View: v, Limit: 50})
		t.Found = len(page.Threads)
		return err
	}
}

// one stores a new message of a new thread: durable when it returns.
func (r *rig) one(ctx context.Context, i int, t *told) error {
	now := time.Now().UTC()
	id := fmt.Sprintf("inside-%d-%d", now.UnixNano(), i)
	res, err := r.db.Ingest(ctx, inbox.Ingest{
		Account: inbox.Account{ID: "compte0", Client: "client1", Network: "mastodon"},
		Origin:  inbox.Live, Actor: inbox.Native, Now: now,
		Messages: []inbox.Message{{
			Account: "compte0", Remote: id, Conversation: id, Kind: inbox.KindMention, At: now,
			Author: inbox.Author{ID: "a7", Handle: text.CleanLine("auteur0007"), Name: text.CleanLine("Auteur 7")},
			Text:   text.Clean("Bonjour, est-ce que vous livrez aussi le samedi matin ? Merci beaucoup pour la réponse, à bientôt."),
		}},
	})
	if err == nil && res.New != 1 {
		err = fmt.Errorf("%d messages stored", res.New)
	}
	t.Found = 1
	return err
}

// tag tags the newest thousand threads, and untags them in the next turn, as
// a person's act that can be taken back.
func (r *rig) tag(ctx context.Context, i int, t *told) error {
	t.Found = len(r.ids)
	by := inbox.By{Actor: inbox.Human, Session: "inside", Line: "inside"}
	return r.eng.Tag(ctx, by, r.ids, []string{[]string{"+bench", "-bench"}[i%2]})
}

// newestThousand is what tag works on.
func (r *rig) newestThousand(ctx context.Context) error {
	page, err := r.db.Threads(ctx, inbox.ThreadQuery{States: inbox.States(), Limit: 1000})
	for _, t := range page.Threads {
		r.ids = append(r.ids, t.ID)
	}
	return err
}

// time times the turns of a task. What goes wrong is told in its line.
func (k task) time(ctx context.Context, n int) error {
	t := told{Task: k.name}
	for i, begun := 0, time.Now(); i < n && (i == 0 || time.Since(begun) < budget); i++ {
		limited, cancel := context.WithTimeout(ctx, turnLimit)
		start := time.Now()
		err := k.do(limited, i, &t)
		took := time.Since(start)
		cancel()
		if err != nil {
			t.Error = err.Error()
			break
		}
		t.Micros = append(t.Micros, micros(took))
	}
	return t.tell()
}

func (t told) tell() error { return json.NewEncoder(os.Stdout).Encode(t) }

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

type wall struct{}

func (wall) Now() time.Time { return time.Now() }
