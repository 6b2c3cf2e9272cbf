package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vigie/inbox"
	"vigie/inbox/query"
	"vigie/inbox/text"
)

// world is a store with what people and networks do to it, drawn.
type world struct {
	*rapid.T
	dir    string
	db     *DB
	copies int
	sent   []inbox.Message
	in     []inbox.Account // of sent
	now    time.Time
}

// saidWords are what messages of the tests are made of.
func saidWords() []string {
	return []string{
		"crème", "Crème", "brûlée", "colis", "livraison", "livré", "livrée", "merci", "beaucoup", "l'été", "œuvre",
		"order", "ordered", "Orders", "broken", "the", "a", "Straße", "12,50€", "C3PO", "no-reply",
		"日本語", "東京都", "注文", "ありがとう", "한국어", "สวัสดี", "👍", "❤️", "👍🏽", "#promo", "#Été", "#promotion", "@miette",
		"@jean.dupont@exemple.fr", "https://www.exemple.fr/a?b=1", "http://blog.exemple.fr", "x.example.org/merci",
		"?", "？", "où?", "...", "ça", "ﬁn", "２０２６", strings.Repeat("long", 20), strings.Repeat("long", 20) + "er",
	}
}

func saidAuthors() []inbox.Author {
	a := func(id, handle, name string) inbox.Author {
		return inbox.Author{ID: id, Handle: text.CleanLine(handle), Name: text.CleanLine(name)}
	}
	return []inbox.Author{
		a("1", "@ines@exemple.fr", "Inès Crème"), a("2", "@bob", "Bob Orders"), a("3", "", "日本 太郎"),
		a("4", "@merci.beaucoup", ""), a("1", "@ines@exemple.fr", "Inès Livrée"), a("5", "@me", "Miette"),
	}
}

func worldAccounts() []inbox.Account {
	return []inbox.Account{
		{ID: "miette-mastodon", Client: "miette", Network: "mastodon"},
		{ID: "Miette-Bluesky", Client: "miette", Network: "bluesky"},
		{ID: "coop", Client: "Coop", Network: "mastodon"},
		{ID: "ſhop", Client: "coop", Network: "Feeds"},
	}
}

func newWorld(t *rapid.T, dir string) *world {
	w := &world{T: t, dir: dir, now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
	w.open(filepath.Join(dir, "0.db"))
	return w
}

func (w *world) open(path string) {
	db, err := Open(context.Background(), path, Options{})
	if err != nil {
		w.Fatal(err)
	}
	w.db = db
}

func (w *world) close() {
	if err := w.db.Close(); err != nil {
		w.Fatal(err)
	}
}

// oneOf draws one of a list.
func oneOf[T any](t *rapid.T, name string, list []T) T {
	return list[rapid.IntRange(0, len(list)-1).Draw(t, name)]
}

func (w *world) oneIn(n int, name string) bool { return rapid.IntRange(1, n).Draw(w.T, name) == n }

func (w *world) message(i int) inbox.Message {
	said := saidWords()
	var words []string
	for range rapid.IntRange(0, 7).Draw(w.T, "words") {
		words = append(words, oneOf(w.T, "word", said))
	}
	m := inbox.Message{
		Remote: fmt.Sprint("m", i), Conversation: fmt.Sprint("c", rapid.IntRange(0, 25).Draw(w.T, "conversation")),
		Kind:   oneOf(w.T, "kind", []inbox.Kind{inbox.KindComment, inbox.KindMention, inbox.KindDM, inbox.KindWatch}),
		At:     w.now.Add(-time.Duration(rapid.IntRange(0, 40*24).Draw(w.T, "age")) * time.Hour),
		Author: oneOf(w.T, "author", saidAuthors()),
		Text:   text.Clean(strings.Join(words, oneOf(w.T, "between", []string{" ", "", "\n"}))),
	}
	if w.oneIn(10, "special time") {
		m.At = oneOf(w.T, "time", []time.Time{
			time.Date(12, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2500, 1, 1, 0, 0, 0, 5, time.UTC), w.now.Add(-time.Nanosecond),
			time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Add(-1),
		})
	}
	m.Outgoing = w.oneIn(4, "outgoing")
	m.Lang = oneOf(w.T, "lang", []string{"", "fr", "en-GB", "FR-ca", strings.Repeat("x", maxValue+1)})
	if w.oneIn(3, "window") {
		m.ReplyUntil = w.now.Add(time.Duration(rapid.IntRange(-48, 48).Draw(w.T, "left")) * time.Hour)
	}
	if w.oneIn(4, "media") {
		m.Media = []inbox.Media{{Kind: "image", Alt: text.Clean(oneOf(w.T, "alt", said))}}
	}
	if w.oneIn(4, "status") {
		m.Status = oneOf(w.T, "its status", inbox.Statuses())
	}
	if w.oneIn(8, "warning") {
		m.Warning = text.Clean(oneOf(w.T, "warned", said))
	}
	if w.oneIn(8, "poll") {
		m.Poll = &inbox.Poll{Options: []inbox.PollOption{{Text: text.Clean(oneOf(w.T, "answer", said)), Votes: i}, {Text: text.Clean("non")}}}
	}
	if w.oneIn(3, "post") {
		m.Post = &inbox.Post{ID: fmt.Sprint("p", i%3), Text: text.Clean("crème")}
	}
	return m
}

// receive ingests a page: new messages, edits, deletions.
func (w *world) receive() {
	account := oneOf(w.T, "account", worldAccounts())
	in := inbox.Ingest{
		Account: account, Now: w.now, Actor: inbox.Native,
		Origin: oneOf(w.T, "origin", []inbox.Origin{inbox.Live, inbox.Backfill, inbox.Imported}),
	}
	if w.oneIn(2, "target") {
		in.Target = func(_ inbox.ClientID, _ inbox.Kind, at time.Time) time.Time { return at.Add(30 * 24 * time.Hour) }
	}
	for range rapid.IntRange(1, 12).Draw(w.T, "page") {
		m := w.message(len(w.sent))
		if i := rapid.IntRange(0, 3*len(w.sent)).Draw(w.T, "again"); i < len(w.sent) && w.in[i].ID == account.ID {
			w.now = w.now.Add(time.Minute)
			old := w.sent[i]
			m.Remote, m.Conversation, m.Kind, m.At, m.Edited = old.Remote, old.Conversation, old.Kind, old.At, w.now
			m.Author.ID = old.Author.ID // who renames themselves stays who they are
			if w.oneIn(3, "delete") {
				in.Deleted = append(in.Deleted, m.Remote)
				continue
			}
		} else {
			w.sent, w.in = append(w.sent, m), append(w.in, account)
		}
		in.Messages = append(in.Messages, m)
	}
	if n := len(w.sent); w.oneIn(4, "moderated") {
		in.Actor = oneOf(w.T, "who", []inbox.Actor{inbox.Native, inbox.Human})
		in.Moderated = map[string]inbox.Status{w.sent[rapid.IntRange(0, n-1).Draw(w.T, "of")].Remote: oneOf(w.T, "judged", append(inbox.Statuses(), ""))}
	}
	if _, err := w.db.Ingest(context.Background(), in); err != nil {
		w.Fatal(err)
	}
}

// act changes some threads.
func (w *world) act() {
	n := w.threads()
	if n == 0 {
		return
	}
	var ids []inbox.ThreadID
	for range rapid.IntRange(1, 6).Draw(w.T, "acted") {
		ids = append(ids, inbox.ThreadID(rapid.Uint64Range(1, n).Draw(w.T, "thread")))
	}
	e := oneOf(w.T, "event", []inbox.Event{
		{Verb: inbox.Tagged, Args: []string{"+motif/livraison", "+réclamation/août"}},
		{Verb: inbox.Tagged, Args: []string{"+motif", "-motif/livraison"}},
		{Verb: inbox.Tagged, Args: []string{"+motifs"}},
		{Verb: inbox.Read},
		{Verb: inbox.Unread},
		{Verb: inbox.Finished},
		{Verb: inbox.Reopened},
		{Verb: inbox.Promoted},
		{Verb: inbox.Noted, Text: text.Clean("note")},
		{Verb: inbox.Snoozing, Until: w.now.Add(time.Hour)},
		{Verb: inbox.Snoozing, Args: []string{"noreply"}, Until: w.now.Add(time.Hour)},
		{Verb: inbox.Snoozing, Args: []string{"reply", "dozes"}},
		{Verb: inbox.Woke},
		{Verb: inbox.Overdue},
		{Verb: inbox.Alarmed, Args: []string{"1"}},
		{Verb: inbox.Alarmed, Args: []string{"3"}},
		{Verb: inbox.Felt, Args: []string{"negative"}},
		{Verb: inbox.Felt, Args: []string{"none"}},
		{Verb: inbox.Escalate, Args: []string{"boss"}},
		{Verb: inbox.Tagged, Args: []string{"+" + strings.Repeat("x", maxValue+1)}},
	})
	e.At, e.Actor = w.now, inbox.Human
	_, err := w.db.Act(context.Background(), ids, func(inbox.Thread) ([]inbox.Event, error) { return []inbox.Event{e}, nil })
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) threads() uint64 {
	info, err := w.db.Info(context.Background())
	if err != nil {
		w.Fatal(err)
	}
	return info.Threads
}

// tend merges what waits, or some of it.
func (w *world) tend() {
	for more, n := true, rapid.IntRange(1, 3).Draw(w.T, "pieces"); more && n > 0; n-- {
		var err error
		if more, err = w.db.Tend(context.Background()); err != nil {
			w.Fatal(err)
		}
	}
}

func (w *world) reindex() {
	if err := w.db.Reindex(context.Background()); err != nil {
		w.Fatal(err)
	}
}

func (w *world) reopen() {
	path := w.db.Path()
	w.close()
	w.open(path)
}

// crash goes on with the file as it is, without a farewell.
func (w *world) crash() {
	b, err := os.ReadFile(w.db.Path())
	if err != nil {
		w.Fatal(err)
	}
	w.close()
	w.copies++
	path := filepath.Join(w.dir, fmt.Sprint(w.copies, ".db"))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		w.Fatal(err)
	}
	w.open(path)
}

// plain is all that a store holds, read without any index.
type plain struct {
	hits    []inbox.Hit // the newest first
	threads []inbox.Thread
	of      map[inbox.ThreadID][]inbox.Message
}

func readPlain(t interface{ Fatal(...any) }, db *DB) plain {
	p := plain{of: map[inbox.ThreadID][]inbox.Message{}}
	err := db.view(context.Background(), func(r *rtx) error {
		for id := inbox.ThreadID(1); uint64(id) <= r.bucket(bThreads).Sequence(); id++ {
			head, err := r.thread(id)
			if errors.Is(err, inbox.ErrDamaged) {
				continue
			}
			if err != nil {
				return err
			}
			p.threads = append(p.threads, head)
			msgs, err := r.messages(context.Background(), id, time.Time{}, 0)
			if err != nil {
				return err
			}
			msgs = slices.DeleteFunc(msgs, func(m inbox.Message) bool { return m.Damaged })
			p.of[id] = msgs
			for _, m := range msgs {
				p.hits = append(p.hits, inbox.Hit{Thread: head, Message: m})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(p.threads, func(a, b inbox.Thread) int {
		return cmp.Or(inbox.RankOf(a).Compare(inbox.RankOf(b)), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(p.hits, func(a, b inbox.Hit) int {
		return cmp.Or(b.Message.At.Compare(a.Message.At), cmp.Compare(b.Message.ID, a.Message.ID))
	})
	return p
}

func (p *plain) search(q query.Query, env query.Env) (out []inbox.Hit) {
	for _, h := range p.hits {
		if q.Message(env, h.Thread, h.Message) {
			out = append(out, h)
		}
	}
	return out
}

// exact is the whole answer about a thread, as the engine gives it.
func (p *plain) exact(q query.Query, env query.Env, t inbox.Thread) bool {
	return q.Conversation(env, t, p.of[t.ID]...)
}

func (p *plain) list(q query.Query, env query.Env, tq *inbox.ThreadQuery) (out []inbox.ThreadID) {
	for _, t := range p.threads {
		if t.Split() == tq.Split && slices.Contains(statesOf(tq), t.State) &&
			(tq.Client == "" || t.Client == tq.Client) && p.exact(q, env, t) {
			out = append(out, t.ID)
		}
	}
	return out
}

// drawQuery draws a query that can be parsed.
func drawQuery(t *rapid.T, depth int) string {
	switch rapid.IntRange(0, 9).Draw(t, "shape") {
	case 0, 1, 2:
		if depth > 0 {
			return drawQuery(t, depth-1) + " " + drawQuery(t, depth-1)
		}
	case 3:
		if depth > 0 {
			return "(" + drawQuery(t, depth-1) + " OR " + drawQuery(t, depth-1) + ")"
		}
	case 4:
		if depth > 0 {
			return "-(" + drawQuery(t, depth-1) + ")"
		}
	}
	for {
		s := drawTerm(t)
		if _, err := query.Parse(s); err == nil {
			return s
		}
	}
}

func drawTerm(t *rapid.T) string {
	word := []rune(oneOf(t, "word", saidWords()))
	cut := string(word[:rapid.IntRange(1, len(word)).Draw(t, "cut")])
	switch rapid.IntRange(0, 13).Draw(t, "term") {
	case 0, 1, 2:
		return cut
	case 3, 4:
		return fmt.Sprintf("%q", oneOf(t, "first", saidWords())+" "+oneOf(t, "second", saidWords()))
	case 5:
		return fmt.Sprintf("%q", string(word))
	case 6:
		return "text:" + cut
	case 7:
		a := oneOf(t, "from", saidAuthors())
		return fmt.Sprintf("from:%q", oneOf(t, "who", []string{a.Name.String(), a.Handle.String(), cut}))
	case 8:
		return "from:" + oneOf(t, "who", []string{"in", "inès", "@ines", "bob", "@merci", "crème", "livrée", "日", "me"})
	case 9:
		return oneOf(t, "other", []string{"~order", "~livrées", "~crèmes", "host:exemple.fr", "host:www.exemple.fr", "host:example.org", "#prom", "@jean"})
	case 10:
		return oneOf(t, "when", []string{"before:", "after:"}) +
			oneOf(t, "moment", []string{"2026-11", "2026-11-10", "5d", "2w", "today", "yesterday", "2020", "1500", "2400", "9000"})
	}
	return oneOf(t, "head", []string{
		"client:miette", "client:COOP", "client:none", "net:mastodon", "net:feeds", "account:coop", "account:miette-bluesky", "account:shop",
		"tag:motif", "tag:motif/livraison", "tag:mot", "tag:reclamation", "tag:Réclamation/aout", "-tag:reclamation", "tag:" + strings.Repeat("x", maxValue+1), "kind:comment", "kind:watch", "state:ours", "state:done",
		"state:any", "is:unread", "is:read", "is:open", "is:done", "is:any", "is:mine", "is:watch", "is:overdue", "is:held", "is:spam", "is:hidden", "has:question", "has:media",
		"has:note", "has:draft", "id:3", "id:99999",
	})
}

// testDir is a directory of a run of rapid.
func testDir(t *testing.T) func() string {
	n := 0
	root := t.TempDir()
	return func() string {
		n++
		dir := filepath.Join(root, fmt.Sprint(n))
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		return dir
	}
}
