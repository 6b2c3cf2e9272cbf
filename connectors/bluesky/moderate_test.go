package bluesky_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// shelf holds files in memory.
type shelf map[string][]byte

func (s shelf) Put(context.Context, io.Reader, int64) (int64, string, error) {
	return 0, "", errors.New("not here")
}
func (s shelf) Drop(context.Context, time.Time, func(string) bool) error { return nil }
func (s shelf) Open(sum string) (io.ReadCloser, error) {
	b, ok := s[sum]
	if !ok {
		return nil, inbox.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// pixels are a small picture, as JPEG with a camera's notes, and as PNG.
func pixels(tb testing.TB) (jpg, pn []byte) {
	tb.Helper()
	im := image.NewRGBA(image.Rect(0, 0, 8, 4))
	im.Set(1, 1, color.White)
	var j, p bytes.Buffer
	if err := errors.Join(jpeg.Encode(&j, im, nil), png.Encode(&p, im)); err != nil {
		tb.Fatal(err)
	}
	tiff := "II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00GPS: chez Léa"
	body := "Exif\x00\x00" + tiff
	exif := append([]byte{0xff, 0xe1, 0, byte(len(body) + 2)}, body...)
	return slices.Concat(j.Bytes()[:2], exif, j.Bytes()[2:], []byte("film caché")), p.Bytes()
}

// Pictures go out under their descriptions, upright and without what the
// camera wrote; the same action again makes no other post.
func TestPicturesOut(t *testing.T) {
	n := newNetwork(t)
	jpg, pn := pixels(t)
	n.env.Shelf = shelf{"a": jpg, "b": pn, "big": append(bytes.Clone(pn), make([]byte, 5<<20)...), "bad": []byte("GIF89a")}
	c := n.open()
	n.say(inbox.KindComment, "Vous auriez une photo ?")
	m := n.drain(c, inbox.StreamMentions, "").Messages[0]
	a := n.action(inbox.ActReply, m, "La voici")
	a.Media = []inbox.Upload{{Name: "galette.jpg", Type: "image/jpeg", Alt: "une galette 🥐", Sum: "a"}, {Name: "plan.png", Sum: "b"}}
	first, err := c.Do(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := n.open().Do(t.Context(), a); err != nil || again != first {
		t.Errorf("again: %+v %v", again, err)
	}
	it, _ := n.sim.Lookup(first.Remote)
	ids, alts := n.sim.PostImages(it.ID)
	if len(ids) != 2 || !slices.Equal(alts, []string{"une galette 🥐", ""}) {
		t.Fatalf("on the network: %v %v", ids, alts)
	}
	sent := n.sim.Blob(ids[0])
	if bytes.Contains(sent, []byte("GPS")) || bytes.Contains(sent, []byte("film")) || !bytes.Contains(sent, []byte("Exif")) {
		t.Errorf("what a camera wrote: %q", sent)
	}
	if _, err := jpeg.Decode(bytes.NewReader(sent)); err != nil {
		t.Errorf("the picture that was sent: %v", err)
	}
	back := n.drain(c, inbox.StreamMentions, "")
	i := slices.IndexFunc(back.Messages, func(m inbox.Message) bool { return m.Remote == first.Remote })
	if i < 0 || len(back.Messages[i].Media) != 2 || back.Messages[i].Media[0].Alt.String() != "une galette 🥐" {
		t.Errorf("as it comes back: %+v", back.Messages)
	}
	for name, files := range map[string][]inbox.Upload{
		"five": slices.Repeat(a.Media[:1], 5), "too big": {{Name: "x", Sum: "big"}}, "no picture": {{Name: "x", Sum: "bad"}},
		"not there": {{Name: "x", Sum: "?"}}, "long alt": {{Name: "x", Sum: "b", Alt: strings.Repeat("é", 2001)}},
	} {
		b := n.action(inbox.ActReply, m, "encore")
		b.Media = files
		_, err := c.Do(t.Context(), b)
		if !errors.Is(err, inbox.ErrInvalid) || inbox.ProblemOf(err).Code != inbox.CodeMedia {
			t.Errorf("%s: %v", name, err)
		}
	}
	if w := n.sim.Writes(); len(w) != 1 {
		t.Errorf("writes: %+v", w)
	}
}

// A quote comes with the post it quotes, and that post is taken out of it and
// put back; what another program wrote beside the post is kept.
func TestDetach(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	post := n.write(sandbox.Item{Kind: sandbox.BrandPost, Text: "La fournée"})
	it, err := n.sim.Quote(n.say(inbox.KindMention, "bonjour").Person, post.ID, "Regardez-moi ça")
	if err != nil {
		t.Fatal(err)
	}
	p := n.drain(c, inbox.StreamMentions, "")
	i := slices.IndexFunc(p.Messages, func(m inbox.Message) bool { return m.Remote == n.sim.URI(it.ID) })
	if i < 0 || p.Messages[i].Post == nil || p.Messages[i].Post.ID != n.sim.URI(post.ID) || len(p.Messages[i].Media) != 0 {
		t.Fatalf("the quote: %+v", p.Messages)
	}
	m := p.Messages[i]
	th := inbox.Thread{Kind: m.Kind, Remote: m.Conversation, PostID: m.Post.ID, Author: m.Author}
	if caps := c.ThreadCaps(th); !caps.Can(inbox.ActDetach) || !caps.Can(inbox.ActReattach) {
		t.Fatalf("caps of a quote: %+v", caps.Acts)
	}
	a := n.action(inbox.ActDetach, m, "")
	a.PostID = m.Post.ID
	for _, kind := range []inbox.ActionKind{inbox.ActDetach, inbox.ActDetach, inbox.ActReattach, inbox.ActDetach} {
		a.Kind = kind
		if _, err := c.Do(t.Context(), a); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if _, stands := n.world.Tally(a, it); !stands {
			t.Errorf("%s does not stand", kind)
		}
		if _, found, err := c.(inbox.Finder).Find(t.Context(), a); !found || err != nil {
			t.Errorf("find %s: %t %v", kind, found, err)
		}
	}
	if times, _ := n.world.Tally(a, it); times != 2 {
		t.Errorf("detached %d times", times)
	}
	a.PostID = ""
	if _, err := c.Do(t.Context(), a); !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("of no quote: %v", err)
	}
}

// A report names its reason in the network's words; another word is refused.
func TestReport(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	n.say(inbox.KindMention, "achetez mes montres")
	n.say(inbox.KindDM, "achetez-les ici aussi")
	for _, s := range []inbox.Stream{inbox.StreamMentions, inbox.StreamMessages} {
		m := n.drain(c, s, "").Messages[0]
		a := n.action(inbox.ActReport, m, "toujours les mêmes")
		a.Reason = "spam"
		if _, err := c.Do(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		last := n.sim.Reports()[len(n.sim.Reports())-1]
		if last.Reason != "com.atproto.moderation.defs#reasonSpam" || last.Subject != m.Remote || last.Text != a.Text {
			t.Errorf("reported: %+v", last)
		}
		a.Reason = "boredom"
		if _, err := c.Do(t.Context(), a); !errors.Is(err, inbox.ErrInvalid) {
			t.Errorf("a reason of our own: %v", err)
		}
	}
}

// Of a muted author, or thread, nothing new is brought; of a muted direct
// conversation, what came meanwhile is when it is gone on with.
func TestMutedIsNotBrought(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	it := n.say(inbox.KindComment, "un")
	dm := n.say(inbox.KindDM, "psst")
	posts, chat := n.drain(c, inbox.StreamMentions, ""), n.drain(c, inbox.StreamMessages, "")
	mute, leave := n.action(inbox.ActMute, posts.Messages[0], ""), n.action(inbox.ActLeave, chat.Messages[0], "")
	n.do(c, mute)
	n.do(c, leave)
	n.write(sandbox.Item{Kind: sandbox.Public, Person: it.Person, Parent: it.Parent, Text: "deux"})
	n.write(sandbox.Item{Kind: sandbox.Direct, Person: dm.Person, Parent: dm.ID, Text: "psst psst"})
	posts, chat = n.drain(c, inbox.StreamMentions, posts.Cursor), n.drain(c, inbox.StreamMessages, chat.Cursor)
	if len(posts.Messages)+len(chat.Messages) > 0 {
		t.Errorf("of a muted person: %+v %+v", posts.Messages, chat.Messages)
	}
	leave.Kind = inbox.ActRejoin
	n.do(c, leave)
	chat = n.drain(c, inbox.StreamMessages, chat.Cursor)
	if !slices.ContainsFunc(chat.Messages, func(m inbox.Message) bool { return m.Text.String() == "psst psst" }) {
		t.Errorf("what came meanwhile: %+v", chat.Messages)
	}
	if chat = n.drain(c, inbox.StreamMessages, chat.Cursor); len(chat.Messages) > 0 {
		t.Errorf("again: %+v", chat.Messages)
	}
}

// Threads are told that the post they hang under is gone, answers of ours that
// they are.
func TestOwnPostsGone(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	it := n.say(inbox.KindComment, "Vous ouvrez ?")
	own := n.write(sandbox.Item{Parent: it.ID, Text: "Oui !"})
	p := n.drain(c, inbox.StreamMentions, "")
	for _, id := range []sandbox.ItemID{it.Root, own.ID} {
		if err := n.world.Delete(id); err != nil {
			t.Fatal(err)
		}
	}
	p = n.drain(c, inbox.StreamMentions, p.Cursor)
	if !slices.Contains(p.Deleted, n.sim.URI(own.ID)) {
		t.Errorf("our answer is not told as gone: %v", p.Deleted)
	}
	if len(p.Messages) != 1 || p.Messages[0].Remote != n.sim.URI(it.ID) || p.Messages[0].Post == nil || !p.Messages[0].Post.Deleted {
		t.Errorf("the comment: %+v", p.Messages)
	}
	if again := n.drain(c, inbox.StreamMentions, p.Cursor); len(again.Messages)+len(again.Deleted) > 0 || again.Cursor != p.Cursor {
		t.Errorf("again: %+v", again)
	}
}

// Labels warn; a thread whose author takes no answers of ours says so; the
// account knows how many follow it.
func TestWarningsClosedAudience(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	it := n.say(inbox.KindMention, "attention")
	n.sim.Label(it.ID, "porn", "!warn", "!no-unauthenticated")
	n.sim.Close(it.ID, true)
	p := n.drain(c, inbox.StreamMentions, "")
	m := p.Messages[0]
	if m.Warning.String() != "!warn, porn" {
		t.Errorf("warning %q", m.Warning)
	}
	th := inbox.Thread{Kind: m.Kind, Remote: m.Conversation, Author: m.Author}
	if got := c.ThreadCaps(th).Acts[inbox.ActReply]; got.OK || got.Why != inbox.CodeClosed {
		t.Errorf("reply in a closed thread: %+v", got)
	}
	n.sim.Close(it.ID, false)
	n.sim.Label(it.ID)
	p = n.drain(c, inbox.StreamMentions, p.Cursor)
	if !c.ThreadCaps(th).Can(inbox.ActReply) || len(p.Messages) != 1 || !p.Messages[0].Warning.Empty() {
		t.Errorf("open again: %+v", p.Messages)
	}
	id, err := c.Check(t.Context())
	if err != nil || id.Audience == nil || *id.Audience != (inbox.Audience{Followers: 1204, Following: 87, Posts: 412}) {
		t.Errorf("audience: %+v %v", id.Audience, err)
	}
}

// Watches bring what names a word, once, and not what mentions us; a server
// without a search says so.
func TestWatch(t *testing.T) {
	n := newNetwork(t)
	n.set.Lists = map[string][]string{"keywords": {"galette saucisse", "crêpe"}, "hashtags": {watched, "#" + watched}}
	c := n.open()
	n.say(inbox.KindMention, "une crêpe #veille")
	both := n.chat(sandbox.Item{Text: "une crêpe, une galette saucisse"})
	p := n.drain(c, inbox.StreamWatch, "")
	if len(p.Messages) != 1 || p.Messages[0].Remote != n.sim.URI(both.ID) || p.Messages[0].Kind != inbox.KindWatch {
		t.Fatalf("watched: %+v", p.Messages)
	}
	a := n.action(inbox.ActReply, p.Messages[0], "Les nôtres aussi !")
	n.do(c, a)
	if err := n.world.Delete(both.ID); err != nil {
		t.Fatal(err)
	}
	p = n.drain(c, inbox.StreamWatch, p.Cursor)
	if len(p.Messages) != 0 || !slices.Equal(p.Deleted, []string{n.sim.URI(both.ID)}) {
		t.Errorf("after the deletion: %+v", p)
	}
	n.sim.Deaf(true)
	if _, err := n.tryFetch(c, inbox.StreamWatch, p.Cursor); !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("without a search: %v", err)
	}
}

// A block that is lifted elsewhere is noticed after a while, though the person
// writes nothing since; until then few questions are asked.
func TestABlockIsLiftedElsewhere(t *testing.T) {
	for name, k := range map[string]struct {
		stream inbox.Stream
		kind   inbox.Kind
	}{"answer": {inbox.StreamMentions, inbox.KindComment}, "watch": {inbox.StreamWatch, inbox.KindWatch}} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t)
			c := n.open()
			it := n.say(k.kind, "Bonjour ! #"+watched)
			p := n.drain(c, k.stream, "")
			if len(p.Messages) != 1 {
				t.Fatalf("%d messages", len(p.Messages))
			}
			m := p.Messages[0]
			caps := func() inbox.Caps {
				return c.ThreadCaps(inbox.Thread{Kind: m.Kind, Remote: m.Conversation, Author: m.Author})
			}
			n.do(c, n.action(inbox.ActBlock, m, ""))
			p = n.drain(c, k.stream, p.Cursor)
			if caps().Can(inbox.ActReply) || len(p.Messages)+len(p.Deleted) > 0 {
				t.Fatalf("blocked: %+v", p)
			}
			if err := n.world.Block(n.brand.Account, it.Person, false); err != nil {
				t.Fatal(err)
			}
			n.clock.Advance(time.Minute)
			if p = n.drain(c, k.stream, p.Cursor); caps().Can(inbox.ActReply) {
				t.Error("asked at once")
			}
			n.clock.Advance(time.Hour)
			if p = n.drain(c, k.stream, p.Cursor); !caps().Can(inbox.ActReply) {
				t.Error("the block is lifted, and nobody may answer")
			}
			n.clock.Advance(time.Hour)
			if p = n.drain(c, k.stream, p.Cursor); len(p.Messages)+len(p.Deleted) > 0 {
				t.Errorf("told again: %+v", p)
			}
		})
	}
}
