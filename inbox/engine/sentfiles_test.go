package engine_test

import (
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/inbox/text"
)

// filesBench is a bench whose files are in a cabinet.
func filesBench(t *testing.T, n *able, files *cabinet) *bench {
	t.Helper()
	b := newBenchOf(t, n.network, n, nil)
	b.must(b.eng.Stop(t.Context()))
	b.eng = engine.New(engine.Options{Repo: b.repo, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Settings: settings(n), Shelf: files, Files: files})
	b.must(b.eng.Load(t.Context()))
	b.eng.Start()
	synctest.Wait()
	return b
}

// TestFilesOfAnAnswerShow: what was sent is listed with its answer at once, and
// as the network has it when it brings the answer itself.
func TestFilesOfAnAnswerShow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &able{network: &network{class: inbox.ClassB}}
		n.say("c1", "m1", "Une photo ?", time.Now().Add(-time.Hour))
		n.alter(func(c *inbox.Caps) { c.Media = inbox.MediaLimit{Max: 5} })
		files := &cabinet{kept: map[string][]byte{"sum": []byte("picture")}}
		b := filesBench(t, n, files)
		defer b.close()
		file := func(name, kind, alt string) inbox.Upload {
			return inbox.Upload{Name: name, Type: kind, Alt: alt, Size: 7, Sum: "sum"}
		}
		_, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: b.only(inbox.Ours).ID, Hold: -1, Media: []inbox.Upload{file("a.png", "image/png", "")}})
		if p := inbox.ProblemOf(err); p.Code != inbox.CodeEmpty {
			t.Errorf("files without a text, where they need one: %v", err)
		}
		n.alter(func(c *inbox.Caps) {
			c.Media, c.Reply = inbox.MediaLimit{Max: 5, Alone: true, Caption: 9}, inbox.TextLimit{Max: 20, Unit: inbox.Characters}
		})
		_, err = b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{
			Thread: b.only(inbox.Ours).ID, Hold: -1, Text: "dix lettres", Media: []inbox.Upload{file("a.png", "image/png", "")},
		})
		if p := inbox.ProblemOf(err); p.Code != inbox.CodeTooLong {
			t.Errorf("a text that is too long for a caption: %v", err)
		}
		a, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: b.only(inbox.Ours).ID, Hold: -1, Media: []inbox.Upload{
			file("galette.png", "image/png", "une \x1bgalette"), file("four.png", "image/png", ""),
			file("four.mp4", "video/mp4", "le four"), file("cri.ogg", "audio/ogg", ""), file("carte.pdf", "application/pdf", ""),
		}})
		b.must(err)
		b.leave()
		remote := b.action(a.ID).Receipt.Remote
		want := []inbox.Media{
			{Kind: "image", Alt: text.CleanLine("une \x1bgalette")},
			{Kind: "image"},
			{Kind: "video", Alt: text.CleanLine("le four")},
			{Kind: "audio"},
			{Kind: "file", Alt: text.CleanLine("carte.pdf")},
		}
		m := b.message(remote)
		if !slices.Equal(m.Media, want) {
			t.Errorf("listed %+v", m.Media)
		}
		own := []inbox.Media{{Kind: "image", URL: "https://example.social/galette.png", Alt: text.CleanLine("une galette")}}
		n.brings(inbox.Message{Remote: remote, Conversation: "c1", At: m.At, Outgoing: true, Author: m.Author, Media: own})
		b.pass()
		if got := b.message(remote).Media; !slices.Equal(got, own) {
			t.Errorf("the network's own: %+v", got)
		}
	})
}

// TestAFileThatVanished: what a connector refuses before anything left has
// failed, and is in no doubt; its text and its files are a draft again.
func TestAFileThatVanished(t *testing.T) {
	for _, kept := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			n := &able{network: &network{class: inbox.ClassC}}
			n.say("c1", "m1", "Une photo ?", time.Now().Add(-time.Hour))
			n.alter(func(c *inbox.Caps) { c.Media = inbox.MediaLimit{Max: 5} })
			files := &cabinet{kept: map[string][]byte{"sum": []byte("picture")}}
			b := filesBench(t, n, files)
			defer b.close()
			id := b.only(inbox.Ours).ID
			picture := inbox.Upload{Name: "a.png", Type: "image/png", Size: 7, Sum: "sum"}
			if kept {
				n.next = []error{inbox.Problem{Code: inbox.CodeMedia, Args: []string{"a.png", "?"}}}
			}
			a, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Hold: -1, Text: "Voilà", Media: []inbox.Upload{picture}})
			b.must(err)
			if !kept {
				files.lose("sum")
			}
			b.leave()
			got := b.action(a.ID)
			if got.State != inbox.FailedAct || got.Doubted || got.Problem.Args[0] != "a.png" || len(n.posted) != 0 {
				t.Errorf("%s, doubted %t, %+v, posted %d", got.State, got.Doubted, got.Problem, len(n.posted))
			}
			list, err := b.eng.Drafts(t.Context(), id)
			if err != nil || len(list) != 1 || list[0].Text != "Voilà" || !slices.Equal(list[0].Media, []inbox.Upload{picture}) {
				t.Errorf("drafts: %+v, %v", list, err)
			}
		})
	}
}

// lose takes away what a sum names.
func (c *cabinet) lose(sum string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.kept, sum)
}
