package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// ruled is a store for a rule to be tried on: conversation "old" is done and
// over, "half" is done and goes on after the limit, "open" is not done, "other"
// is another client's. All say the word secret and a number.
type ruled struct {
	*testing.T
	db    *DB
	limit time.Time
}

func newRuled(t *testing.T) ruled {
	r := ruled{t, testDB(t), time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	r.feed("a", "one", r.limit.AddDate(0, -3, 0), "old-1", "old-2", "half-3", "open-4")
	r.feed("a", "one", r.limit.AddDate(0, 1, 0), "half-5")
	r.feed("b", "two", r.limit.AddDate(0, -3, 0), "other-6")
	for i, conversation := range []string{"old", "half", "open", "other"} {
		th := r.thread(conversation)
		events := []inbox.Event{{At: r.limit, Actor: inbox.Human, Verb: inbox.Noted, Text: text.Clean(fmt.Sprint("secret1", i, " noted"))}}
		if conversation != "open" {
			events = append(
				events,
				inbox.Event{At: r.limit, Actor: inbox.Human, Verb: inbox.Tagged, Args: []string{"+kept"}},
				inbox.Event{At: r.limit, Actor: inbox.Human, Verb: inbox.Escalate, Args: []string{"marc"}, Text: text.Clean(fmt.Sprint("secret2", i, " asked"))},
				inbox.Event{At: r.limit, Actor: inbox.Human, Verb: inbox.Finished},
			)
		}
		_, err := r.db.Act(t.Context(), []inbox.ThreadID{th.ID}, func(inbox.Thread) ([]inbox.Event, error) { return events, nil })
		r.must(err)
		r.must(r.db.SaveDraft(t.Context(), inbox.Draft{ID: conversation, Thread: th.ID, Text: fmt.Sprint("draft-of-", conversation)}))
		_, err = r.db.AddAction(t.Context(), inbox.Action{
			Thread: th.ID, Kind: inbox.ActReply, State: inbox.Accepted, Text: fmt.Sprint("secret3", i, " answered"), Author: fmt.Sprint("secret4", i, " wrote"),
		}, nil)
		r.must(err)
	}
	return r
}

func (r ruled) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// feed stores messages of conversations, named with a number behind.
func (r ruled) feed(account inbox.AccountID, client inbox.ClientID, at time.Time, names ...string) inbox.IngestResult {
	r.Helper()
	in := inbox.Ingest{Account: inbox.Account{ID: account, Client: client, Network: "social"}, Actor: inbox.Native, Now: at}
	for _, name := range names {
		n := len(name)
		secret := func(what string) string { return "secret" + name[n-1:] + " " + what }
		in.Messages = append(in.Messages, inbox.Message{
			Remote: name, Conversation: name[:n-2], Kind: inbox.KindMention, At: at, URL: "https://example.test/" + secret("url"),
			Author: inbox.Author{ID: secret("id"), Name: text.CleanLine(secret("name")), Handle: text.CleanLine(secret("handle")), URL: secret("profile")},
			Text:   text.Clean(secret("text")), Media: []inbox.Media{{Kind: "image", URL: secret("media"), Alt: text.Clean(secret("alt"))}},
			Post: &inbox.Post{ID: "post-" + name[:n-2], Text: text.Clean(secret("post")), At: at}, Rating: 4, Counts: inbox.Counts{Likes: 3, Known: true},
		})
	}
	res, err := r.db.Ingest(r.Context(), in)
	r.must(err)
	return res
}

func (r ruled) thread(conversation string) inbox.Thread {
	r.Helper()
	account := inbox.AccountID("a")
	if conversation == "other" {
		account = "b"
	}
	th, err := r.db.ThreadOf(r.Context(), account, conversation)
	r.must(err)
	return th
}

// erase runs the rule to its end, so many messages at a time.
func (r ruled) erase(limit int, dry bool) (sum inbox.EraseResult) {
	r.Helper()
	req := inbox.EraseRequest{Client: "one", Before: r.limit, Limit: limit, Dry: dry}
	for {
		res, err := r.db.Erase(r.Context(), req)
		r.must(err)
		sum.Erased += res.Erased
		sum.Threads += res.Threads
		if res.Next == 0 {
			return sum
		}
		if res.Next <= req.From {
			r.Fatalf("from %d to %d", req.From, res.Next)
		}
		req.From = res.Next
	}
}

func TestErase(t *testing.T) {
	for _, limit := range []int{0, 1, 2} {
		r := newRuled(t)
		counts, err := r.db.Counts(t.Context())
		r.must(err)
		before := map[string]inbox.Thread{}
		for _, name := range []string{"old", "half", "open", "other"} {
			before[name] = r.thread(name)
		}
		whole := contents(t, r.db)
		want := inbox.EraseResult{Erased: 3, Threads: 1}
		if got := r.erase(limit, true); got != want || contents(t, r.db) != whole {
			t.Errorf("would erase %+v, want %+v", got, want)
		}
		if got := r.erase(limit, false); got != want {
			t.Errorf("erased %+v, want %+v", got, want)
		}
		r.asErased(before)
		once := contents(t, r.db)
		if got := r.erase(limit, false); got != (inbox.EraseResult{}) || contents(t, r.db) != once {
			t.Errorf("erased again: %+v", got)
		}
		now, err := r.db.Counts(t.Context())
		r.must(err)
		if fmt.Sprint(now) != fmt.Sprint(counts) {
			t.Errorf("counters %v, were %v", now, counts)
		}
		if rep, err := r.db.Check(t.Context()); err != nil || rep.Total > 0 {
			t.Errorf("check: %v, %v", rep.Faults, err)
		}
	}
}

func (r ruled) asErased(before map[string]inbox.Thread) {
	r.Helper()
	t := r.T
	for name, was := range before {
		is := r.thread(name)
		want := was
		if name == "old" {
			want.Author, want.Title, want.Snippet, want.URL = inbox.Author{ID: inbox.ErasedAuthor}, text.Safe{}, text.Safe{}, ""
			esc := *was.Escalation
			esc.Question = text.Safe{}
			want.Escalation = &esc
			if fmt.Sprint(*is.Escalation) != fmt.Sprint(esc) {
				t.Errorf("%s: escalated %+v, want %+v", name, *is.Escalation, esc)
			}
		}
		is.Escalation, want.Escalation = nil, nil
		if is.Expired() != (name == "old") {
			t.Errorf("%s: expired %t", name, is.Expired())
		}
		if fmt.Sprint(is) != fmt.Sprint(want) {
			t.Errorf("%s: %+v\nwant %+v", name, is, want)
		}
		msgs, err := r.db.Messages(t.Context(), is.ID, time.Time{}, 0)
		r.must(err)
		for _, m := range msgs {
			gone := m.Author.ID == inbox.ErasedAuthor && m.Deleted && m.Text.Empty() && len(m.Media) == 0 && m.URL == ""
			if m.Expired != gone {
				t.Errorf("%s: erased %t, and knows that a rule did it: %t", m.Remote, gone, m.Expired)
			}
			if want := name == "old" || m.Remote == "half-3"; gone != want || m.Rating != 4 || m.Counts.Likes != 3 {
				t.Errorf("%s: %+v", name, m)
			}
		}
		drafts, err := r.db.Drafts(t.Context(), is.ID)
		r.must(err)
		if len(drafts) != 1 || drafts[0].Text != "draft-of-"+name {
			t.Errorf("%s: drafts %+v", name, drafts)
		}
		if len(is.Tags) != len(was.Tags) || is.State != was.State {
			t.Errorf("%s: %+v", name, is)
		}
	}
}

// TestErasedIsGoneFromTheFile looks for every byte that was said, in the file
// itself.
func TestErasedIsGoneFromTheFile(t *testing.T) {
	r := newRuled(t)
	has := func() (list []string) {
		file, err := os.ReadFile(r.db.path)
		r.must(err)
		for _, n := range []string{"1", "2", "3", "4", "5", "6", "10", "11", "20", "21", "30", "31", "40", "41"} {
			if bytes.Contains(file, []byte("secret"+n+" ")) {
				list = append(list, n)
			}
		}
		return list
	}
	if got := has(); len(got) != 14 {
		t.Fatalf("only %v to look for", got)
	}
	found := func(word string) int {
		page, err := r.db.Search(t.Context(), inbox.SearchRequest{
			Where: inbox.Cond{Op: inbox.CondIs, Term: inbox.CondTerm{Field: inbox.FieldText, Words: []string{word}, Exact: true}},
		})
		r.must(err)
		return page.Total
	}
	for more := true; more; {
		var err error
		more, err = r.db.Tend(t.Context())
		r.must(err)
	}
	if found("secret1") != 1 || found("secret5") != 1 {
		t.Errorf("found %d and %d before", found("secret1"), found("secret5"))
	}
	r.erase(0, false)
	if found("secret1") != 0 || found("secret5") != 1 {
		t.Errorf("found %d and %d after", found("secret1"), found("secret5"))
	}
	if _, err := r.db.Compact(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if got := has(); fmt.Sprint(got) != "[3 4 5 6 11 21 31 41]" {
		t.Errorf("left in the file: %v", got)
	}
}

// TestErasedDoesNotComeBack delivers again what was erased, and edits of it.
func TestErasedDoesNotComeBack(t *testing.T) {
	r := newRuled(t)
	r.erase(0, false)
	whole := contents(t, r.db)
	if res := r.feed("a", "one", r.limit.AddDate(0, -3, 0), "old-1", "old-2"); res.Unchanged != 2 || res.New+res.Edited > 0 {
		t.Errorf("delivered again: %+v", res)
	}
	if contents(t, r.db) != whole {
		t.Error("another content")
	}
}

// TestEraseLeavesAloneWhatIsStillSent: a thread with an answer that is not
// sent yet, or of which nobody knows, is as good as open.
func TestEraseLeavesAloneWhatIsStillSent(t *testing.T) {
	r := newRuled(t)
	a, err := r.db.AddAction(t.Context(), inbox.Action{Thread: r.thread("old").ID, Kind: inbox.ActReply, State: inbox.Queued, Text: "x"}, nil)
	r.must(err)
	if got := r.erase(0, false); got.Erased != 1 || got.Threads != 0 {
		t.Errorf("erased %+v", got)
	}
	_, err = r.db.MoveAction(t.Context(), a.ID, inbox.Queued, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		a.State = inbox.Dropped
		return nil, nil, nil
	})
	r.must(err)
	if got := r.erase(0, false); got.Erased != 2 || got.Threads != 1 {
		t.Errorf("erased %+v", got)
	}
}

// TestEraseGoesOnPastDamage passes over what cannot be read.
func TestEraseGoesOnPastDamage(t *testing.T) {
	r := newRuled(t)
	spoil(t, r.db, bMessages, 3, 0x10) // the first of them
	if got := r.erase(1, false); got.Erased != 2 {
		t.Errorf("erased %+v", got)
	}
}

func TestEraseEndsWithItsContext(t *testing.T) {
	r := newRuled(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.db.Erase(ctx, inbox.EraseRequest{Client: "one", Before: r.limit}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestEraseHearsWhatIsSaidLater: a note in a thread that was erased goes with
// the next run, which looks at nothing else.
func TestEraseHearsWhatIsSaidLater(t *testing.T) {
	for _, limit := range []int{0, 1} {
		r := newRuled(t)
		r.tend()
		r.erase(limit, false)
		th := r.thread("old")
		for _, dones := range []int{0, 1} { // not while it is open
			_, err := r.db.Act(r.Context(), []inbox.ThreadID{th.ID}, func(inbox.Thread) ([]inbox.Event, error) {
				if dones == 1 {
					return []inbox.Event{{At: r.limit, Actor: inbox.Human, Verb: inbox.Finished}}, nil
				}
				return []inbox.Event{
					{At: r.limit, Actor: inbox.Human, Verb: inbox.Reopened},
					{At: r.limit, Actor: inbox.Human, Verb: inbox.Noted, Text: text.Clean("late")},
				}, nil
			})
			r.must(err)
			for _, dry := range []bool{true, false} {
				want := inbox.EraseResult{}
				if dones == 1 {
					want.Threads = 1
				}
				if got := r.erase(limit, dry); got != want {
					t.Errorf("limit %d, done %d, dry %t: %+v, want %+v", limit, dones, dry, got, want)
				}
			}
		}
		events, err := r.db.Events(r.Context(), th.ID)
		r.must(err)
		for _, e := range events {
			if !e.Text.Empty() {
				t.Errorf("still said: %q", e.Text)
			}
		}
		res, err := r.db.Erase(r.Context(), inbox.EraseRequest{Client: "one", Before: r.limit})
		r.must(err)
		if res.Looked > 0 || res.Next != 0 {
			t.Errorf("nothing is due: %+v", res)
		}
	}
}

// tend brings the index up to date.
func (r ruled) tend() {
	r.Helper()
	for more := true; more; {
		var err error
		more, err = r.db.Tend(r.Context())
		r.must(err)
	}
}

// TestEraseManyAtOnce erases in pieces what shares its lists with what stays,
// of a list that is a bitmap too, and finds the index as the messages are.
func TestEraseManyAtOnce(t *testing.T) {
	r := ruled{t, testDB(t), time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	const all = 5000
	in := inbox.Ingest{Account: inbox.Account{ID: "a", Client: "one", Network: "social"}, Actor: inbox.Native, Now: r.limit}
	for i := range all {
		in.Messages = append(in.Messages, inbox.Message{
			Remote: fmt.Sprint("m", i), Conversation: fmt.Sprint("c", i%(all/10)), Kind: inbox.KindMention, At: r.limit.Add(time.Duration(i-all/2) * time.Second),
			Author: inbox.Author{ID: "x", Name: text.CleanLine("Ines")}, Text: text.Clean(fmt.Sprintf("common w%d", i%7)),
		})
	}
	_, err := r.db.Ingest(t.Context(), in)
	r.must(err)
	r.tend()
	var ids []inbox.ThreadID
	for i := range all / 10 {
		th, err := r.db.ThreadOf(t.Context(), "a", fmt.Sprint("c", i))
		r.must(err)
		ids = append(ids, th.ID)
	}
	_, err = r.db.Act(t.Context(), ids, func(inbox.Thread) ([]inbox.Event, error) {
		return []inbox.Event{{At: r.limit, Actor: inbox.Human, Verb: inbox.Finished}}, nil
	})
	r.must(err)
	if got := r.erase(500, true); got.Erased != all/2 {
		t.Errorf("would erase %+v", got)
	}
	if got := r.erase(500, false); got.Erased != all/2 || got.Threads != 0 {
		t.Errorf("erased %+v", got)
	}
	for word, want := range map[string]int{"common": all / 2, "w3": all / 2 / 7, "erased": 0} {
		page, err := r.db.Search(t.Context(), inbox.SearchRequest{
			Where: inbox.Cond{Op: inbox.CondIs, Term: inbox.CondTerm{Field: inbox.FieldText, Words: []string{word}, Exact: true}},
		})
		r.must(err)
		if page.Total != want {
			t.Errorf("%s: %d found, want %d", word, page.Total, want)
		}
	}
	if rep, err := r.db.Check(t.Context()); err != nil || rep.Total > 0 {
		t.Errorf("check: %v, %v", rep.Faults, err)
	}
}
