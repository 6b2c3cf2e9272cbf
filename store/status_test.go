package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/query"
	"vigie/inbox/text"
)

// blog is a store with a client's blog.
type blog struct {
	*testing.T
	db  *DB
	now time.Time
}

func newBlog(t *testing.T) *blog {
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "vigie.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return &blog{t, db, time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
}

func (b *blog) ingest(in inbox.Ingest) inbox.IngestResult {
	b.Helper()
	in.Account, in.Now = inbox.Account{ID: "blog", Client: "miette", Network: "wordpress"}, b.now
	if in.Actor == "" {
		in.Actor = inbox.Native
	}
	res, err := b.db.Ingest(b.Context(), in)
	if err != nil {
		b.Fatal(err)
	}
	return res
}

func (b *blog) comment() inbox.Message {
	return inbox.Message{
		Remote: "1", Conversation: "c", Kind: inbox.KindComment, At: b.now.Add(-time.Hour),
		Author: inbox.Author{ID: "lea"}, Text: text.Clean("bonjour"), Warning: text.Clean("Politique"), Status: inbox.StatusHeld,
		Poll: &inbox.Poll{
			Options: []inbox.PollOption{{Text: text.Clean("brioche"), Votes: 2}, {Text: text.Clean("flan")}},
			Voters:  2, Ends: b.now.Add(time.Hour), Multiple: true,
		},
	}
}

func (b *blog) stored() (inbox.Thread, inbox.Message) {
	b.Helper()
	m, err := b.db.MessageOf(b.Context(), "blog", "1")
	if err != nil {
		b.Fatal(err)
	}
	t, err := b.db.Thread(b.Context(), m.Thread)
	if err != nil {
		b.Fatal(err)
	}
	return t, m
}

func (b *blog) found(q string) int {
	b.Helper()
	parsed, err := query.Parse(q)
	if err != nil {
		b.Fatal(err)
	}
	page, err := b.db.Search(context.Background(), inbox.SearchRequest{
		Where: parsed.Where(query.Env{Now: b.now}),
		Match: func(t inbox.Thread, m inbox.Message) bool { return parsed.Message(query.Env{Now: b.now}, t, m) },
	})
	if err != nil {
		b.Fatal(err)
	}
	return page.Total
}

func TestStatusIsKept(t *testing.T) {
	b := newBlog(t)
	b.ingest(inbox.Ingest{Messages: []inbox.Message{b.comment()}})
	th, m := b.stored()
	if want := b.comment(); m.Status != want.Status || m.Warning != want.Warning || !samePoll(m.Poll, want.Poll) {
		t.Errorf("kept %+v", m)
	}
	if th.Statuses != (inbox.StatusCounts{Held: 1}) || th.State != inbox.Ours {
		t.Errorf("head %+v", th)
	}
	for q, n := range map[string]int{"politique": 1, "flan": 1, "is:held": 1, "is:spam": 0, "-is:held": 0} {
		if got := b.found(q); got != n {
			t.Errorf("%s finds %d, want %d", q, got, n)
		}
	}
	voted := b.comment()
	voted.Poll.Options[1].Votes, voted.Poll.Voters = 7, 9
	if res := b.ingest(inbox.Ingest{Messages: []inbox.Message{voted}}); res.Edited != 0 {
		t.Errorf("votes are an edit: %+v", res)
	}
	if _, m = b.stored(); m.Poll.Voters != 9 {
		t.Errorf("votes %+v", m.Poll)
	}
}

func TestStatusChanges(t *testing.T) {
	b := newBlog(t)
	b.ingest(inbox.Ingest{Messages: []inbox.Message{b.comment()}})
	judge := func(actor inbox.Actor, s inbox.Status, edited, events int) inbox.Thread {
		t.Helper()
		th, _ := b.stored()
		before := th.Events
		res := b.ingest(inbox.Ingest{Actor: actor, Moderated: map[string]inbox.Status{"1": s, "unknown": s}})
		th, m := b.stored()
		if m.Status != s || res.Edited != edited || th.Events-before != events {
			t.Errorf("%q by %s: %q, %+v, %d events", s, actor, m.Status, res, th.Events-before)
		}
		return th
	}
	judge(inbox.Human, "", 1, 0)
	judge(inbox.Native, "", 0, 0)
	if th := judge(inbox.Native, inbox.StatusSpam, 1, 1); th.State != inbox.Done || th.Unread {
		t.Errorf("spam alone: %s", th.State)
	}
	if n := b.found("is:spam"); n != 1 {
		t.Errorf("is:spam finds %d", n)
	}
	if th := judge(inbox.Human, inbox.StatusHeld, 1, 0); th.State != inbox.Ours {
		t.Errorf("held: %s", th.State)
	}
	b.ingest(inbox.Ingest{Actor: inbox.Human, Deleted: []string{"1"}})
	if th, m := b.stored(); !m.Deleted || m.Poll != nil || !m.Warning.Empty() || th.State != inbox.Done || th.Statuses.Held != 0 {
		t.Errorf("removed: %+v of %+v", m, th)
	}
}

func TestHiddenStaysUntilTold(t *testing.T) {
	b := newBlog(t)
	m := b.comment()
	m.Status = ""
	b.ingest(inbox.Ingest{Messages: []inbox.Message{m}})
	b.ingest(inbox.Ingest{Actor: inbox.Human, Moderated: map[string]inbox.Status{"1": inbox.StatusHidden}})
	for tells, want := range map[bool]inbox.Status{false: inbox.StatusHidden, true: ""} {
		b.ingest(inbox.Ingest{Actor: inbox.Human, Moderated: map[string]inbox.Status{"1": inbox.StatusHidden}})
		b.ingest(inbox.Ingest{Messages: []inbox.Message{m}, TellsHidden: tells})
		if _, got := b.stored(); got.Status != want {
			t.Errorf("tells %t: %q, want %q", tells, got.Status, want)
		}
	}
}

func TestEraseTakesWarnings(t *testing.T) {
	b := newBlog(t)
	old := b.comment()
	old.Status = inbox.StatusSpam
	b.ingest(inbox.Ingest{Messages: []inbox.Message{old}})
	if _, err := b.db.Erase(t.Context(), inbox.EraseRequest{Client: "miette", Before: b.now, Limit: 10, Now: b.now}); err != nil {
		t.Fatal(err)
	}
	th, m := b.stored()
	if !m.Expired || m.Poll != nil || !m.Warning.Empty() || m.Status != "" || th.Statuses != (inbox.StatusCounts{}) {
		t.Errorf("left: %+v of %+v", m, th)
	}
	if n := b.found("politique") + b.found("brioche"); n != 0 {
		t.Errorf("%d are found", n)
	}
}

// A message that was edited is gone when the network says so, by whatever
// version of it.
func TestEditedThenDeleted(t *testing.T) {
	b := newBlog(t)
	edited := b.comment()
	edited.Edited = b.now
	b.ingest(inbox.Ingest{Messages: []inbox.Message{edited}, Origin: inbox.Live})
	gone := b.comment()
	gone.Deleted = true
	b.ingest(inbox.Ingest{Messages: []inbox.Message{gone}, Origin: inbox.Live})
	if _, m := b.stored(); !m.Deleted {
		t.Error("it is still there")
	}
}

// A network that dates no edits is believed as it stands: what was corrected in
// vigie can be changed elsewhere afterwards, which is told with its time.
func TestUndatedEdits(t *testing.T) {
	b := newBlog(t)
	m := b.comment()
	m.Status, m.Outgoing = "", true
	b.ingest(inbox.Ingest{Messages: []inbox.Message{m}, Origin: inbox.Sent, Actor: inbox.Human})
	edited := m
	edited.Text, edited.Edited = text.Clean("Corrigé ici"), b.now
	b.ingest(inbox.Ingest{Messages: []inbox.Message{edited}, Origin: inbox.Sent, Actor: inbox.Human})
	corrected := b.now
	b.now = b.now.Add(time.Hour)
	for _, c := range []struct {
		said    string
		undated bool
		text    string
		edited  time.Time
		events  int
	}{
		{"trop tard", false, "Corrigé ici", corrected, 0},
		{"Corrigé  ici", true, "Corrigé  ici", corrected, 0},
		{"Corrigé ailleurs", true, "Corrigé ailleurs", b.now, 1},
	} {
		before, _ := b.stored()
		m.Text = text.Clean(c.said)
		b.ingest(inbox.Ingest{Messages: []inbox.Message{m}, EditsUndated: c.undated, Actor: inbox.Native})
		th, got := b.stored()
		if got.Text.String() != c.text || !got.Edited.Equal(c.edited) || th.Events-before.Events != c.events {
			t.Errorf("%q, undated %t: %q, edited %s, %d events", c.said, c.undated, got.Text, got.Edited, th.Events-before.Events)
		}
	}
}

// What is deleted elsewhere is nobody's work any more; an answer of ours that is
// leaves them waiting.
func TestDeletedElsewhere(t *testing.T) {
	b := newBlog(t)
	m := b.comment()
	m.Status = ""
	b.ingest(inbox.Ingest{Messages: []inbox.Message{m}})
	answer := m
	answer.Remote, answer.Outgoing, answer.At = "2", true, m.At.Add(time.Minute)
	b.ingest(inbox.Ingest{Messages: []inbox.Message{answer}, Actor: inbox.Native})
	if th, _ := b.stored(); th.State != inbox.Theirs {
		t.Fatalf("answered: %s", th.State)
	}
	due := m.At.Add(time.Hour)
	b.ingest(inbox.Ingest{Deleted: []string{"2"}, Actor: inbox.Native, Target: func(inbox.ClientID, inbox.Kind, time.Time) time.Time { return due }})
	if th, _ := b.stored(); th.State != inbox.Ours || !th.WaitAt.Equal(m.At) || !th.Target.Equal(due) {
		t.Errorf("the answer is gone: %s, waiting since %s, until %s", th.State, th.WaitAt, th.Target)
	}
	b.ingest(inbox.Ingest{Deleted: []string{"1"}, Actor: inbox.Native})
	if th, _ := b.stored(); th.State != inbox.Done || th.Unread {
		t.Errorf("all is gone: %s", th.State)
	}
}

// An answer of the same second is the later one: by number, not by letter.
func TestAnsweredWithinASecond(t *testing.T) {
	b := newBlog(t)
	m := b.comment()
	m.Remote, m.Status = "9", ""
	answer := m
	answer.Remote, answer.Outgoing = "10", true
	b.ingest(inbox.Ingest{Messages: []inbox.Message{answer, m}})
	th, err := b.db.ThreadOf(b.Context(), "blog", "c")
	if err != nil || th.State != inbox.Theirs {
		t.Errorf("%s, %v", th.State, err)
	}
}

// A machine's word in a conversation of people leaves what it is about: whoever
// is away, and what came back, name it otherwise.
func TestMachineLeavesTheSubject(t *testing.T) {
	b := newBlog(t)
	says := func(remote, subject string, auto inbox.Auto) string {
		m := b.comment()
		m.Remote, m.Auto, m.Post = remote, auto, &inbox.Post{ID: "subject", Text: text.Clean(subject)}
		b.ingest(inbox.Ingest{Messages: []inbox.Message{m}})
		post, err := b.db.Post(t.Context(), "blog", "subject")
		if err != nil {
			t.Fatal(err)
		}
		return post.Text.String()
	}
	for _, step := range []struct {
		subject string
		auto    inbox.Auto
		want    string
	}{
		{"Mail delivery failed", inbox.AutoNews, "Mail delivery failed"}, // alone it is all there is
		{"Order 88", inbox.ByHand, "Order 88"},
		{"Undelivered Mail", inbox.AutoNews, "Order 88"},
		{"I am away", inbox.AutoReply, "Order 88"},
		{"Order 88, again", inbox.ByHand, "Order 88, again"},
	} {
		if got := says(step.subject, step.subject, step.auto); got != step.want {
			t.Errorf("after %q it is about %q, not %q", step.subject, got, step.want)
		}
	}
}
