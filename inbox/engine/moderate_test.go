package engine_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// all lets a network do everything that there is.
func all(c *inbox.Caps) {
	for _, k := range inbox.ActionKinds() {
		if !k.Writes() || k == inbox.ActEdit {
			c.Acts[k] = inbox.Capability{OK: true, Class: inbox.ClassS}
		}
	}
	c.Reasons = []string{"spam", "other"}
}

// blogBench is ableBench of a network that can do everything, with an answer of
// ours, o1.
func blogBench(t *testing.T) (*bench, *able, inbox.ThreadID) {
	t.Helper()
	b, n, id := ableBench(t)
	n.alter(all)
	n.brings(inbox.Message{Remote: "o1", Conversation: "c1", At: time.Now(), Outgoing: true, Text: text.Clean("Oui"), Author: inbox.Author{ID: "me"}})
	b.pass()
	return b, n, id
}

// performed does an act and waits until it left.
func (b *bench) performed(id inbox.ThreadID, kind inbox.ActionKind, message string) inbox.Action {
	b.t.Helper()
	a, err := b.eng.Perform(b.t.Context(), b.by, id, kind, message)
	if err != nil {
		b.t.Fatalf("%s: %v", kind, err)
	}
	b.leave()
	return b.action(a.ID)
}

func (b *bench) leave() {
	time.Sleep(11 * time.Second)
	synctest.Wait()
}

func (b *bench) message(remote string) inbox.Message {
	b.t.Helper()
	m, err := b.repo.MessageOf(b.t.Context(), "miette-social", remote)
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

func TestStatusFollowsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := blogBench(t)
		defer b.close()
		n.brings(inbox.Message{Remote: "m2", Conversation: "c1", At: time.Now(), Text: text.Clean("achetez"), Status: inbox.StatusHeld})
		b.pass()
		if th := b.thread(id); th.State != inbox.Ours || th.Statuses.Held != 1 {
			t.Fatalf("held: %s, %+v", th.State, th.Statuses)
		}
		for _, c := range []struct {
			kind   inbox.ActionKind
			status inbox.Status
			state  inbox.State
		}{
			{inbox.ActApprove, "", inbox.Ours},
			{inbox.ActHold, inbox.StatusHeld, inbox.Ours},
			{inbox.ActSpam, inbox.StatusSpam, inbox.Theirs},
			{inbox.ActUnspam, inbox.StatusHeld, inbox.Ours},
			{inbox.ActTrash, inbox.StatusTrash, inbox.Theirs},
			{inbox.ActRestore, inbox.StatusHeld, inbox.Ours},
			{inbox.ActApprove, "", inbox.Ours},
			{inbox.ActHide, inbox.StatusHidden, inbox.Ours},
			{inbox.ActUnhide, "", inbox.Ours},
		} {
			if a := b.performed(id, c.kind, ""); a.State != inbox.Accepted || a.Target != "m2" {
				t.Fatalf("%s: %s of %s, %v", c.kind, a.State, a.Target, a.Problem)
			}
			if m, th := b.message("m2"), b.thread(id); m.Status != c.status || th.State != c.state {
				t.Errorf("%s: the message is %q, the thread %s", c.kind, m.Status, th.State)
			}
		}
		if a := b.performed(id, inbox.ActRemove, "m2"); a.State != inbox.Accepted || !b.message("m2").Deleted || b.thread(id).State != inbox.Theirs {
			t.Errorf("remove: %s, %+v, thread %s", a.State, b.message("m2"), b.thread(id).State)
		}
	})
}

// TestUndoOfSpamBringsBack: the inverse gives the message and the thread back.
func TestUndoOfSpamBringsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		n.alter(all)
		b.performed(id, inbox.ActSpam, "")
		if th := b.thread(id); th.State != inbox.Done || th.Unread {
			t.Fatalf("spam alone: %s", th.State)
		}
		if _, err := b.eng.Undo(t.Context(), b.by); err != nil {
			t.Fatal(err)
		}
		b.leave()
		if m, th := b.message("m1"), b.thread(id); m.Status != "" || th.State != inbox.Ours || th.WaitAt.IsZero() {
			t.Errorf("taken back: %q, %s, waits %s", m.Status, th.State, th.WaitAt)
		}
	})
}

// TestAnOldPageTakesNothingBack: what was asked for before an act was done does
// not know it.
func TestAnOldPageTakesNothingBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &able{network: &network{class: inbox.ClassB}}
		n.alter(all)
		n.brings(inbox.Message{Remote: "m1", Conversation: "c1", At: time.Now(), Text: text.Clean("un"), Status: inbox.StatusHeld})
		late := &tardy{able: n}
		b := newBenchOf(t, n.network, late, nil)
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		id := b.only(inbox.Ours).ID
		late.by(30 * time.Second)
		n.brings(inbox.Message{Remote: "m1", Conversation: "c1", At: time.Now(), Text: text.Clean("un"), Status: inbox.StatusHeld})
		go b.eng.Sync("miette-social")
		time.Sleep(time.Second)
		b.performed(id, inbox.ActApprove, "")
		time.Sleep(time.Minute)
		synctest.Wait()
		if m := b.message("m1"); m.Status != "" {
			t.Errorf("the message is %q again", m.Status)
		}
	})
}

// tardy is a network whose pages are long on their way.
type tardy struct {
	*able
	delay time.Duration
}

func (n *tardy) by(d time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.delay = d
}

func (n *tardy) Fetch(ctx context.Context, r inbox.FetchRequest) (inbox.Page, error) {
	page, err := n.able.Fetch(ctx, r)
	n.mu.Lock()
	d := n.delay
	n.mu.Unlock()
	pause(ctx, d)
	return page, err
}

func TestEdit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := blogBench(t)
		defer b.close()
		ask := func(r inbox.ReplyRequest) (inbox.Action, error) {
			r.Thread, r.Hold = id, -1
			return b.eng.Reply(t.Context(), b.by, r)
		}
		for _, c := range []struct {
			r    inbox.ReplyRequest
			code string
		}{
			{inbox.ReplyRequest{Edit: "m1", Text: "x"}, inbox.CodeUnsupported},
			{inbox.ReplyRequest{Edit: "none", Text: "x"}, inbox.CodeNotFound},
			{inbox.ReplyRequest{Edit: "o1", Text: " "}, inbox.CodeEmpty},
			{inbox.ReplyRequest{Edit: "o1", Text: "x", Private: true}, inbox.CodeInvalid},
			{inbox.ReplyRequest{Edit: "o1", Text: "Bonjour {{order number}}"}, inbox.CodeVariable},
		} {
			if _, err := ask(c.r); code(err) != c.code {
				t.Errorf("%+v: %v, want %s", c.r, err, c.code)
			}
		}
		n.mu.Lock()
		n.limit = inbox.TextLimit{Max: 20, Unit: inbox.Characters}
		n.mu.Unlock()
		if _, err := ask(inbox.ReplyRequest{Edit: "o1", Text: strings.Repeat("x", 21)}); code(err) != inbox.CodeTooLong {
			t.Errorf("too long: %v", err)
		}
		a, err := ask(inbox.ReplyRequest{Edit: "o1", Text: "Oui, dès 8 h."})
		if err != nil || a.Kind != inbox.ActEdit || a.Target != "o1" {
			t.Fatalf("%+v, %v", a, err)
		}
		if did, err := b.eng.Undo(t.Context(), b.by); err != nil || did.Action == nil {
			t.Fatalf("undo: %+v, %v", did, err)
		}
		drafts, err := b.eng.Drafts(t.Context(), id)
		if err != nil || len(drafts) != 1 || drafts[0].Edit != "o1" || drafts[0].Text != a.Text {
			t.Fatalf("drafts %+v, %v", drafts, err)
		}
		if a, err = ask(inbox.ReplyRequest{Edit: "o1", Text: a.Text, Draft: drafts[0].ID}); err != nil {
			t.Fatal(err)
		}
		b.leave()
		if got, m := b.action(a.ID), b.message("o1"); got.State != inbox.Accepted || m.Text.String() != a.Text || m.Edited.IsZero() {
			t.Errorf("%s %v: %q edited %s", got.State, got.Problem, m.Text, m.Edited)
		}
		n.brings(inbox.Message{Remote: "o1", Conversation: "c1", At: b.message("o1").At, Outgoing: true, Text: text.Clean("Oui"), Author: inbox.Author{ID: "me"}})
		b.pass()
		if got := b.action(a.ID); got.State != inbox.Accepted || b.message("o1").Text.String() != a.Text {
			t.Errorf("an old copy: %s, %q", got.State, b.message("o1").Text)
		}
	})
}

func TestReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := blogBench(t)
		defer b.close()
		r := inbox.ReportRequest{Thread: id, Reason: "rude", Text: " insultes "}
		if _, err := b.eng.Report(t.Context(), b.by, r); code(err) != inbox.CodeInvalid {
			t.Errorf("an unknown reason: %v", err)
		}
		r.Reason, r.Text = "spam", strings.Repeat("é", 1001)
		if _, err := b.eng.Report(t.Context(), b.by, r); code(err) != inbox.CodeTooLong {
			t.Errorf("too long: %v", err)
		}
		r.Text = " insultes "
		a, err := b.eng.Report(t.Context(), b.by, r)
		if err != nil || a.Target != "m1" || a.Text != "insultes" || a.Reason != "spam" {
			t.Fatalf("%+v, %v", a, err)
		}
		if again, err := b.eng.Report(t.Context(), b.by, r); err != nil || again.ID != a.ID {
			t.Errorf("pressed twice: %d and %d, %v", a.ID, again.ID, err)
		}
		b.leave()
		if posted, _ := n.count(); posted != 1 || b.action(a.ID).State != inbox.Accepted {
			t.Errorf("%d posted, %s", posted, b.action(a.ID).State)
		}
		if _, err := b.eng.Undo(t.Context(), b.by); code(err) != inbox.CodeConflict {
			t.Errorf("undo of what left: %v", err)
		}
		_, err = b.eng.Report(t.Context(), b.by, r)
		if at := b.action(a.ID).LastWire.UTC().Format(time.RFC3339); code(err) != inbox.CodeReported || inbox.ProblemOf(err).Args[1] != at {
			t.Errorf("reported before: %v, want %s", err, at)
		}
		r.Anyway = true
		if again, err := b.eng.Report(t.Context(), b.by, r); err != nil || again.ID == a.ID {
			t.Errorf("all the same: %+v, %v", again, err)
		}
	})
}

// TestNeedlessActs: what would change nothing does not enter the outbox, alone
// or among many.
func TestNeedlessActs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := blogBench(t)
		defer b.close()
		_, err := b.eng.Perform(t.Context(), b.by, id, inbox.ActRestore, "")
		if p := inbox.ProblemOf(err); p.Code != "needless.none.restore" || !p.Needless() {
			t.Errorf("alone: %v", err)
		}
		done, err := b.eng.PerformAll(t.Context(), b.by, []inbox.ThreadID{id}, inbox.ActRestore)
		if err != nil || len(done.Queued) != 0 || len(done.Refused) != 1 || !done.Refused[0].Problem.Needless() {
			t.Errorf("among many: %+v, %v", done, err)
		}
		if _, err := b.eng.Perform(t.Context(), b.by, id, inbox.ActTrash, ""); err != nil {
			t.Fatal(err)
		}
		if again, err := b.eng.Perform(t.Context(), b.by, id, inbox.ActTrash, ""); err != nil || again.ID == 0 {
			t.Errorf("while it waits it is the same: %+v, %v", again, err)
		}
		b.leave()
		if _, err := b.eng.Perform(t.Context(), b.by, id, inbox.ActTrash, ""); code(err) != "needless.all.trash" {
			t.Errorf("twice: %v", err)
		}
		if posted, _ := n.count(); posted != 1 {
			t.Errorf("%d posted", posted)
		}
	})
}

func TestAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		b.must(b.repo.SaveDraft(t.Context(), inbox.Draft{ID: "d1", Thread: id, Account: "miette-social", Text: "Oui"}))
		b.must(b.eng.Answered(t.Context(), b.by, inbox.AnsweredRequest{Thread: id, Text: "Oui", Draft: "d1"}))
		if th := b.thread(id); th.State != inbox.Theirs || len(b.drafts(id)) != 0 {
			t.Errorf("%s, drafts %v", th.State, b.drafts(id))
		}
		events, err := b.repo.Events(t.Context(), id)
		b.must(err)
		last := events[len(events)-1]
		if last.Verb != inbox.Replied || last.Actor != inbox.Native || last.Session != "s1" || last.Text.String() != "Oui" {
			t.Errorf("told %+v", last)
		}
		for _, want := range []inbox.State{inbox.Ours, inbox.Theirs, inbox.Ours} {
			did, err := b.eng.Undo(t.Context(), b.by)
			if want == inbox.Theirs {
				did, err = b.eng.Redo(t.Context(), b.by)
			}
			drafts, listed := b.repo.Drafts(t.Context(), id)
			b.must(listed)
			if want == inbox.Ours && (!did.Draft || len(drafts) != 1 || drafts[0].Text != "Oui" || drafts[0].Line != b.by.Line || drafts[0].Account != "miette-social") ||
				want == inbox.Theirs && len(drafts) != 0 {
				t.Errorf("%s: drafts %+v, told %+v", want, drafts, did)
			}
			if err != nil || did.Verb != inbox.Replied || b.thread(id).State != want {
				t.Errorf("%+v, %v: %s, want %s", did, err, b.thread(id).State, want)
			}
		}
		if posted, _ := n.count(); posted != 0 {
			t.Errorf("%d were sent", posted)
		}
	})
}

// What was noted without a text, or cannot be taken back any more, makes no
// draft.
func TestAnsweredMakesNoDraft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, id := ableBench(t)
		defer b.close()
		b.must(b.eng.Answered(t.Context(), b.by, inbox.AnsweredRequest{Thread: id}))
		if did := b.undo(b.by); did.Draft || len(b.drafts(id)) != 0 {
			t.Errorf("a draft without a text: %+v", did)
		}
		b.must(b.eng.Answered(t.Context(), b.by, inbox.AnsweredRequest{Thread: id, Text: "Oui"}))
		b.must(b.eng.Done(t.Context(), another, []inbox.ThreadID{id}))
		_, err := b.eng.Undo(t.Context(), b.by)
		b.conflict("done by another since", err)
		if len(b.drafts(id)) != 0 {
			t.Error("a draft of a word that stands")
		}
	})
}

// cabinet is a shelf and the files of a machine.
type cabinet struct {
	mu   sync.Mutex // guards kept
	kept map[string][]byte
	file []byte
	kind string
}

func (c *cabinet) Put(_ context.Context, r io.Reader, limit int64) (int64, string, error) {
	b, err := io.ReadAll(r)
	if limit > 0 && int64(len(b)) > limit {
		return 0, "", inbox.ErrTooLarge
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept["sum"] = b
	return int64(len(b)), "sum", err
}

func (c *cabinet) Open(sum string) (io.ReadCloser, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if b, ok := c.kept[sum]; ok {
		return io.NopCloser(bytes.NewReader(b)), nil
	}
	return nil, inbox.ErrNotFound
}

func (c *cabinet) Drop(_ context.Context, _ time.Time, keep func(string) bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for sum := range c.kept {
		if !keep(sum) {
			delete(c.kept, sum)
		}
	}
	return nil
}

func (c *cabinet) OpenFile(path string) (io.ReadCloser, int64, string, error) {
	if path != "/tmp/galette.png" {
		return nil, 0, "", errors.New("no such file")
	}
	return io.NopCloser(bytes.NewReader(c.file)), int64(len(c.file)), c.kind, nil
}

func TestEnclose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &able{network: &network{class: inbox.ClassB}}
		n.say("c1", "m1", "Une photo ?", time.Now().Add(-time.Hour))
		files := &cabinet{kept: map[string][]byte{}, file: []byte("picture"), kind: "image/png"}
		b := filesBench(t, n, files)
		defer b.close()
		id := b.only(inbox.Ours).ID
		enclose := func(path, alt, want string) inbox.Upload {
			t.Helper()
			u, err := b.eng.Enclose(t.Context(), b.by, id, path, alt)
			if code(err) != want {
				t.Errorf("%s: %v, want %q", path, err, want)
			}
			return u
		}
		enclose("/tmp/galette.png", "", inbox.CodeMedia) // the network takes none
		limit := inbox.MediaLimit{Max: 1, Bytes: 7, Types: []string{"image/*"}, Alt: 12, Alone: true}
		n.alter(func(c *inbox.Caps) { c.Media = limit })
		enclose("/tmp/none.png", "", inbox.CodeNotFound)
		enclose("/tmp/galette.png", "une longue description", inbox.CodeMedia)
		files.kind = "text/plain"
		enclose("/tmp/galette.png", "", inbox.CodeMedia)
		files.kind, files.file = "image/png", []byte("too large")
		enclose("/tmp/galette.png", "", inbox.CodeMedia)
		files.file = []byte("picture")
		u := enclose("/tmp/galette.png", " une galette ", "")
		if u != (inbox.Upload{Name: "galette.png", Type: "image/png", Alt: "une galette", Size: 7, Sum: "sum"}) {
			t.Errorf("kept %+v", u)
		}
		for want, media := range map[string][]inbox.Upload{
			inbox.CodeMedia: {u, u}, inbox.CodeNotFound: {{Name: "x", Type: "image/png", Size: 1, Sum: "lost"}},
		} {
			if _, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Media: media}); code(err) != want {
				t.Errorf("%d files: %v, want %s", len(media), err, want)
			}
		}
		a, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Media: []inbox.Upload{u}, Hold: -1})
		b.must(err)
		if _, err = b.eng.Undo(t.Context(), b.by); err != nil {
			t.Fatal(err)
		}
		drafts, err := b.eng.Drafts(t.Context(), id)
		if err != nil || len(drafts) != 1 || !slices.Equal(drafts[0].Media, a.Media) {
			t.Fatalf("drafts %+v, %v", drafts, err)
		}
		time.Sleep(25 * time.Hour) // upkeep looks at the shelf
		synctest.Wait()
		if len(files.kept) != 1 {
			t.Error("the file of a draft is gone")
		}
		b.must(b.eng.DropDraft(t.Context(), b.by, drafts[0].ID))
		for range 25 * 12 { // somebody always does something
			time.Sleep(5 * time.Minute)
			b.must(b.eng.Tag(t.Context(), b.by, []inbox.ThreadID{id}, []string{"vip"}))
			b.must(b.eng.Tag(t.Context(), b.by, []inbox.ThreadID{id}, []string{"-vip"}))
		}
		synctest.Wait()
		if len(files.kept) != 0 {
			t.Error("a file that nothing needs is kept")
		}
	})
}
