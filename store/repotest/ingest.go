package repotest

import (
	"errors"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// fullMessage has every field set.
func fullMessage() inbox.Message {
	return inbox.Message{
		Remote: "109555", Conversation: "109501", Parent: "109550", Kind: inbox.KindReview,
		At: at(3).Add(123456789 * time.Nanosecond), Edited: at(4),
		Author: inbox.Author{
			ID: "42", Handle: text.CleanLine("@lea@example.social"), Name: text.CleanLine("Léa 🥐"),
			Followers: 210, URL: "https://example.social/@lea",
		},
		Text: text.Clean("Vous ouvrez demain ?\nMerci"), Lang: "fr", URL: "https://example.social/@lea/109555",
		Post: &inbox.Post{
			ID: "109501", Text: text.Clean("Notre galette est arrivée"), URL: "https://example.social/p",
			At: at(1), Counts: inbox.Counts{Likes: 9, Reposts: 8, Replies: 7, Known: true},
		},
		To: []text.Safe{text.CleanLine("paul@post.example"), text.CleanLine("ana@post.example")},
		Media: []inbox.Media{
			{Kind: "image", URL: "https://example.social/i.webp", Alt: text.CleanLine("une galette")},
			{Kind: "video", URL: "https://example.social/v.mp4"},
		},
		Counts: inbox.Counts{Likes: 3, Reposts: 0, Replies: 1, Known: true}, Visibility: "public", Rating: 4,
	}
}

func roundTrip(d *desk) {
	m := fullMessage()
	res := d.ingest(page(m))
	d.equal("result", res.New, 1)
	th := d.of("109501")
	d.equal("changed threads", res.Threads, []inbox.ThreadID{th.ID})
	want := m
	want.Thread, want.Account, want.Origin = th.ID, miette().ID, inbox.Live
	got, err := d.MessageOf(d.ctx, miette().ID, "109555")
	d.must(err)
	want.ID = got.ID
	d.equal("message", got, want)
	d.equal("messages", d.messages(th.ID), []inbox.Message{want})
	post, err := d.Post(d.ctx, miette().ID, "109501")
	d.must(err)
	d.equal("post", post, *m.Post)
	d.equal("head", []any{th.Account, th.Client, th.Network, th.Kind, th.PostID, th.Messages},
		[]any{miette().ID, miette().Client, miette().Network, inbox.KindReview, "109501", 1})
	if !th.Unread || th.State != inbox.Ours {
		d.Fatalf("new thread is %s, unread %v", th.State, th.Unread)
	}
	info, err := d.Info(d.ctx)
	d.must(err)
	d.equal("numbers", []uint64{info.Messages, info.Threads}, []uint64{1, 1})
	// The same remote ids of another account are other things.
	other := page(m)
	other.Account = account("atlas-mastodon", "atlas")
	d.equal("other account", d.ingest(other).New, 1)
}

func twice(d *desk) {
	in := page(fullMessage(), message("a", "c1", 5), answer("b", "c1", 6))
	in.Deleted = []string{"unknown"}
	in.Stream = &inbox.StreamState{Account: miette().ID, Stream: inbox.StreamMentions, Cursor: "7", Begun: true}
	d.equal("first", d.ingest(in).New, 3)
	before := d.snapshot()
	res := d.ingest(in)
	d.equal("second", res, inbox.IngestResult{Unchanged: 3})
	in.Messages = append(in.Messages, in.Messages...)
	d.equal("twice in a page", d.ingest(in), inbox.IngestResult{Unchanged: 6})
	d.equal("store", d.snapshot(), before)
	both := page(message("new", "c2", 7), message("new", "c2", 7))
	d.equal("new twice in a page", d.ingest(both).New, 1)
}

// snapshot is all that can be read of threads.
func (d *desk) snapshot() (all []any) {
	d.Helper()
	threads, err := d.Walk(d.ctx, "", "", 0)
	d.must(err)
	for _, t := range threads {
		all = append(all, t, d.messages(t.ID), d.events(t.ID))
	}
	counts, err := d.Counts(d.ctx)
	d.must(err)
	log, err := d.EventLog(d.ctx, 0, 0)
	d.must(err)
	return append(all, counts, log)
}

func atomic(d *desk) {
	state := inbox.StreamState{Account: miette().ID, Stream: inbox.StreamMentions, Cursor: "1"}
	for name, spoil := range map[string]func(*inbox.Message){
		"remote id":    func(m *inbox.Message) { m.Remote = "" },
		"conversation": func(m *inbox.Message) { m.Conversation = "" },
		"author":       func(m *inbox.Message) { m.Author.ID = "" },
		"kind":         func(m *inbox.Message) { m.Kind = "gossip" },
		"time":         func(m *inbox.Message) { m.At = time.Time{} },
		"NUL":          func(m *inbox.Message) { m.Remote = "a\x00b" },
	} {
		in := page(message("good", "c1", 1), message("bad", "c2", 2))
		in.Stream = &state
		spoil(&in.Messages[1])
		if _, err := d.Ingest(d.ctx, in); err == nil {
			d.Fatalf("a message with a bad %s was taken", name)
		}
	}
	info, err := d.Info(d.ctx)
	d.must(err)
	states, err := d.StreamStates(d.ctx)
	d.must(err)
	if info.Messages != 0 || info.Threads != 0 || len(states) != 0 {
		d.Fatalf("left over of refused pages: %+v %+v", info, states)
	}
	in := page(message("good", "c1", 1))
	in.Stream = &state
	d.ingest(in)
	states, err = d.StreamStates(d.ctx)
	d.must(err)
	d.equal("streams", states, []inbox.StreamState{state})
}

func edits(d *desk) {
	id := d.begin("a", "c1", 1)
	d.act(inbox.Event{Verb: inbox.Tagged, Args: []string{"+vip"}}, id)
	m := message("a", "c1", 1)
	m.Text, m.Edited = text.Clean("Et dimanche ?"), at(2)
	res := d.ingest(page(m))
	d.equal("result", res, inbox.IngestResult{Edited: 1, Threads: []inbox.ThreadID{id}})
	th := d.thread(id)
	d.equal("snippet", th.Snippet.String(), "Et dimanche ?")
	d.equal("tags", th.Tags, []string{"vip"})
	d.equal("events", verbs(d.events(id)), "received tagged edited ")
	d.equal("edited event", d.events(id)[2].Message, "a")
	got := d.messages(id)[0]
	d.equal("text", got.Text, m.Text)
	d.equal("origin", got.Origin, inbox.Live)
	d.equal("late delivery of the older text", d.ingest(page(message("a", "c1", 1))), inbox.IngestResult{Unchanged: 1})

	// A name alone changes the message, not the story.
	m.Author.Name = text.CleanLine("Léa B.")
	d.equal("name", d.ingest(page(m)).Edited, 1)
	d.equal("author", d.thread(id).Author.Name.String(), "Léa B.")
	d.equal("events", verbs(d.events(id)), "received tagged edited ")

	// What a stream leaves out is not forgotten.
	full := fullMessage()
	d.ingest(page(full))
	full.Post, full.Lang, full.Author.Followers, full.Counts = nil, "", 0, inbox.Counts{}
	d.equal("less known", d.ingest(page(full)).Unchanged, 1)

	// History that is edited is not told.
	old := page(message("h", "c3", 1))
	old.Origin = inbox.Backfill
	d.ingest(old)
	changed := message("h", "c3", 1)
	changed.Text = text.Clean("autre")
	d.equal("history", d.ingest(page(changed)).Edited, 1)
	d.equal("events", verbs(d.events(d.of("c3").ID)), "")
}

func quiet(d *desk) {
	m := fullMessage()
	d.ingest(page(m))
	before := d.of(m.Conversation)
	m.Counts.Likes = 99
	m.Author.Followers = 211
	post := *m.Post
	post.Counts.Likes = 1000
	m.Post = &post
	d.equal("result", d.ingest(page(m)), inbox.IngestResult{Unchanged: 1})
	d.equal("thread", d.of(m.Conversation), before)
	got := d.messages(before.ID)[0]
	d.equal("counts", []int{got.Counts.Likes, got.Post.Counts.Likes, got.Author.Followers}, []int{99, 1000, 211})
	d.equal("events", verbs(d.events(before.ID)), "received ")
}

func deletions(d *desk) {
	m := fullMessage()
	d.ingest(page(m))
	in := page()
	in.Deleted = []string{m.Remote, "never seen"}
	res := d.ingest(in)
	id := d.of(m.Conversation).ID
	d.equal("result", res, inbox.IngestResult{Deleted: 1, Threads: []inbox.ThreadID{id}})
	got := d.messages(id)[0]
	if !got.Deleted || !got.Text.Empty() || len(got.Media) != 0 || !got.At.Equal(m.At) {
		d.Fatalf("tombstone %+v", got)
	}
	d.equal("snippet", d.thread(id).Snippet.String(), "")
	d.equal("events", verbs(d.events(id)), "received removed ")
	before := d.snapshot()
	d.equal("again", d.ingest(in), inbox.IngestResult{})
	d.equal("late delivery", d.ingest(page(m)), inbox.IngestResult{Unchanged: 1})
	d.equal("store", d.snapshot(), before)

	keep := page(message("k", "c2", 5))
	d.ingest(keep)
	gone := message("k", "c2", 5)
	gone.Deleted = true
	keep.Messages, keep.KeepDeleted = []inbox.Message{gone}, true
	d.equal("kept", d.ingest(keep).Deleted, 1)
	got = d.messages(d.of("c2").ID)[0]
	if !got.Deleted || got.Text.Empty() {
		d.Fatalf("kept tombstone %+v", got)
	}

	// An import brings tombstones along; a live one of the unknown is nothing.
	gone.Remote, gone.Conversation = "t", "c3"
	in = page(gone)
	d.equal("unknown", d.ingest(in), inbox.IngestResult{Unchanged: 1})
	in.Origin, in.Actor = inbox.Imported, inbox.Import
	d.equal("imported", d.ingest(in).New, 1)
	got = d.messages(d.of("c3").ID)[0]
	if !got.Deleted || !got.Text.Empty() {
		d.Fatalf("imported tombstone %+v", got)
	}
}

func origins(d *desk) {
	old := page(message("a", "c1", 1))
	old.Origin = inbox.Backfill
	d.ingest(old)
	th := d.of("c1")
	if th.State != inbox.Done || th.Unread || th.Events != 0 {
		d.Fatalf("backfilled thread %+v", th)
	}
	in := page(message("b", "c2", 1))
	in.Origin, in.Actor = inbox.Imported, inbox.Import
	d.ingest(in)
	changed := message("b", "c2", 1)
	changed.Text = text.Clean("autre")
	in.Messages, in.Deleted = []inbox.Message{changed}, []string{"b"}
	res := d.ingest(in)
	d.equal("import", []int{res.Edited, res.Deleted}, []int{1, 1})
	log, err := d.EventLog(d.ctx, 0, 0)
	d.must(err)
	d.equal("events", verbs(log), "")
	// Found again on the network, what vigie sent is the same message.
	id := d.begin("q", "c3", 2)
	sent := page(answer("r", "c3", 3))
	sent.Origin, sent.Actor = inbox.Sent, inbox.Human
	d.ingest(sent)
	again := answer("r", "c3", 3)
	again.URL = "https://example.social/r"
	d.equal("seen again", d.ingest(page(again)).New, 0)
	msgs := d.messages(id)
	d.equal("messages", remotes(msgs), "q r ")
	d.equal("kept", []any{msgs[1].Origin, msgs[1].URL}, []any{inbox.Sent, "https://example.social/r"})
	d.equal("state", d.thread(id).State, inbox.Theirs)
}

func messageWindows(d *desk) {
	in := page(message("e", "c1", 5), message("a", "c1", 1), message("c2", "c1", 3), message("b", "c1", 2), message("c1", "c1", 3))
	d.ingest(in)
	d.ingest(page(message("x", "c0", 4), message("y", "c2", 4)))
	id := d.of("c1").ID
	for _, c := range []struct {
		before int
		limit  int
		want   string
	}{
		{0, 0, "a b c1 c2 e "},
		{0, 2, "c2 e "},
		{5, 2, "c1 c2 "},
		{3, 10, "a b "},
		{1, 10, ""},
		{9, 1, "e "},
	} {
		var before time.Time
		if c.before > 0 {
			before = at(c.before)
		}
		msgs, err := d.Messages(d.ctx, id, before, c.limit)
		d.must(err)
		d.equal("messages", remotes(msgs), c.want)
	}
}

func missing(d *desk) {
	for name, call := range map[string]func() error{
		"thread":     func() error { _, err := d.Thread(d.ctx, 7); return err },
		"thread of":  func() error { _, err := d.ThreadOf(d.ctx, "a", "b"); return err },
		"messages":   func() error { _, err := d.Messages(d.ctx, 7, time.Time{}, 0); return err },
		"message of": func() error { _, err := d.MessageOf(d.ctx, "a", "b"); return err },
		"post":       func() error { _, err := d.Post(d.ctx, "a", "b"); return err },
		"events":     func() error { _, err := d.Events(d.ctx, 7); return err },
		"action":     func() error { _, err := d.Action(d.ctx, 7); return err },
		"draft":      func() error { _, err := d.Draft(d.ctx, "7"); return err },
		"act": func() error {
			_, err := d.Act(d.ctx, []inbox.ThreadID{7}, func(inbox.Thread) ([]inbox.Event, error) { return nil, nil })
			return err
		},
		"save draft": func() error { return d.SaveDraft(d.ctx, inbox.Draft{ID: "7", Thread: 7}) },
		"add action": func() error { _, err := d.AddAction(d.ctx, inbox.Action{Thread: 7}, nil); return err },
		"move action": func() error {
			_, err := d.MoveAction(d.ctx, 7, "", func(*inbox.Action) ([]inbox.Event, *inbox.Ingest, error) { return nil, nil, nil })
			return err
		},
	} {
		if err := call(); !errors.Is(err, inbox.ErrNotFound) {
			d.Errorf("%s: %v, want %v", name, err, inbox.ErrNotFound)
		}
	}
	if due, err := d.NextDue(d.ctx); err != nil || !due.IsZero() {
		d.Errorf("next due of nothing: %v, %v", due, err)
	}
}

func cancelled(d *desk) {
	d.begin("a", "c1", 1)
	ctx, stop := cancelledCtx()
	defer stop()
	for name, call := range map[string]func() error{
		"threads": func() error { _, err := d.Threads(ctx, inbox.ThreadQuery{}); return err },
		"search":  func() error { _, err := d.Search(ctx, inbox.SearchRequest{}); return err },
		"walk":    func() error { _, err := d.Walk(ctx, "", "", 0); return err },
		"ingest":  func() error { _, err := d.Ingest(ctx, page(message("b", "c1", 2))); return err },
		"draft":   func() error { return d.SaveDraft(ctx, inbox.Draft{ID: "1", Thread: 1}) },
	} {
		if err := call(); !errors.Is(err, ctx.Err()) {
			d.Errorf("%s: %v, want %v", name, err, ctx.Err())
		}
	}
	d.equal("messages", remotes(d.messages(d.of("c1").ID)), "a ")
}
