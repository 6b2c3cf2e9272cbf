//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/connectors/bluesky"
	"vigie/inbox"
)

// Where the real network's moderation service and its view of all posts are.
const (
	blueskyOzone = "http://localhost:2587"
	blueskyView  = "http://localhost:2584"
)

// administer makes a call to one of them as its administrator; a nil input
// makes it a query.
func (b *Bluesky) administer(base, method string, query url.Values, input, out any) {
	b.t.Helper()
	verb, body := http.MethodGet, io.Reader(nil)
	if input != nil {
		raw, err := json.Marshal(input)
		if err != nil {
			b.t.Fatal(err)
		}
		verb, body = http.MethodPost, bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(b.t.Context(), verb, base+"/xrpc/"+method+"?"+query.Encode(), body)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("admin:admin-pass")))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		b.t.Fatalf("%s: status %d, %v: %s", method, res.StatusCode, err, raw)
	}
	if out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			b.t.Fatalf("%s: %v in %s", method, err, raw)
		}
	}
}

// deedOn is an act on a message.
func deedOn(kind inbox.ActionKind, m inbox.Message, key string) inbox.Action {
	a := replyTo(m, key, "")
	a.Kind, a.Author = kind, m.Author.ID
	if m.Post != nil {
		a.PostID = m.Post.ID
	}
	return a
}

// does carries an act out, twice where that is harmless, and finds it.
func does(t *testing.T, c inbox.Connector, a inbox.Action) {
	t.Helper()
	for range 2 {
		if _, err := c.Do(t.Context(), a); err != nil {
			t.Fatalf("%s: %v", a.Kind, err)
		}
		if a.Kind == inbox.ActReport {
			return
		}
	}
	if _, found, err := c.(inbox.Finder).Find(t.Context(), a); err != nil || !found {
		t.Errorf("find %s: %t %v", a.Kind, found, err)
	}
}

// Moderation on the real network: a mute, a thread left, a report at the
// moderation service, a quote detached; each seen by others' own calls.
func TestBlueskyModerates(t *testing.T) {
	net := NewBluesky(t)
	alice, bob := net.CreateAccount("alice"), net.CreateAccount("bob")
	c := openBluesky(t, alice, alice.AppPassword, &memoryVault{}, nil)
	root := alice.Post("La fournée du matin est prête 🥐")
	quote := bob.create(map[string]any{"text": "Regardez-moi ça", "embed": map[string]any{"$type": "app.bsky.embed.record", "record": root}})
	mention := bob.Mention(alice, "achetez mes montres")
	alice.Notified(quote, mention)
	in := &collector{t: t, c: c, stream: inbox.StreamMentions}
	p := in.next()
	said, _ := find(p, mention.URI)
	quoted, n := find(p, quote.URI)
	if n != 1 || quoted.Post == nil || quoted.Post.ID != root.URI {
		t.Fatalf("the quote: %+v", quoted)
	}

	muted := func() bool {
		var v struct{ Viewer struct{ Muted bool } }
		alice.must(alice.access, "app.bsky.actor.getProfile", url.Values{"actor": {bob.DID}}, nil, &v)
		return v.Viewer.Muted
	}
	does(t, c, deedOn(inbox.ActMute, said, "01MUTE"))
	if !muted() {
		t.Error("bob is not muted")
	}
	does(t, c, deedOn(inbox.ActUnmute, said, "01UNMUTE"))
	if muted() {
		t.Error("bob is still muted")
	}

	left := func() bool {
		var v struct {
			Posts []struct{ Viewer struct{ ThreadMuted bool } }
		}
		alice.must(alice.access, "app.bsky.feed.getPosts", url.Values{"uris": {mention.URI}}, nil, &v)
		return len(v.Posts) == 1 && v.Posts[0].Viewer.ThreadMuted
	}
	does(t, c, deedOn(inbox.ActLeave, said, "01LEAVE"))
	if !left() {
		t.Error("the thread is not muted")
	}
	does(t, c, deedOn(inbox.ActRejoin, said, "01REJOIN"))
	if left() {
		t.Error("the thread is still muted")
	}

	report := deedOn(inbox.ActReport, said, "01REPORT")
	report.Reason, report.Text = "spam", "toujours les mêmes montres"
	does(t, c, report)
	var events struct {
		Events []struct {
			Event     struct{ Comment, ReportType string }
			CreatedBy string
		}
	}
	net.administer(blueskyOzone, "tools.ozone.moderation.queryEvents", url.Values{
		"subject": {mention.URI}, "types": {"tools.ozone.moderation.defs#modEventReport"},
	}, nil, &events)
	if len(events.Events) != 1 || events.Events[0].Event.Comment != report.Text || events.Events[0].CreatedBy != alice.DID ||
		events.Events[0].Event.ReportType != "com.atproto.moderation.defs#reasonSpam" {
		t.Errorf("at the moderation service: %+v", events.Events)
	}
	var statuses struct {
		SubjectStatuses []struct{ ReviewState string }
	}
	net.administer(blueskyOzone, "tools.ozone.moderation.queryStatuses", url.Values{"subject": {mention.URI}}, nil, &statuses)
	if len(statuses.SubjectStatuses) != 1 || !strings.HasSuffix(statuses.SubjectStatuses[0].ReviewState, "reviewOpen") {
		t.Errorf("the subject's status: %+v", statuses)
	}

	detached := func() bool {
		var v struct {
			Posts []struct {
				Embed struct{ Record struct{ Detached bool } }
			}
		}
		bob.must(bob.access, "app.bsky.feed.getPosts", url.Values{"uris": {quote.URI}}, nil, &v)
		return len(v.Posts) == 1 && v.Posts[0].Embed.Record.Detached
	}
	does(t, c, deedOn(inbox.ActDetach, quoted, "01DETACH"))
	bob.Until("the quote is detached", detached)
	does(t, c, deedOn(inbox.ActReattach, quoted, "01REATTACH"))
	bob.Until("the quote is back", func() bool { return !detached() })
	in.nothing("after the moderation")
}

// Posts of ours that vanish are told: one deleted by another program, one
// taken down by the moderation service; and labels, and the thread's limits.
func TestBlueskyOwnPostsGone(t *testing.T) {
	net := NewBluesky(t)
	alice, bob := net.CreateAccount("alice"), net.CreateAccount("bob")
	c := openBluesky(t, alice, alice.AppPassword, &memoryVault{}, nil)
	root := alice.Post("La fournée du matin est prête 🥐")
	reply := bob.Reply(root, root, "Vous ouvrez à quelle heure ?")
	own := alice.Reply(root, reply, "Dès 7 h")
	warned := bob.create(map[string]any{
		"text": "@" + alice.Handle + " attention", "labels": map[string]any{
			"$type": "com.atproto.label.defs#selfLabels", "values": []any{map[string]string{"val": "graphic-media"}},
		},
		"facets": []any{map[string]any{
			"index":    map[string]int{"byteStart": 0, "byteEnd": len(alice.Handle) + 1},
			"features": []any{map[string]string{"$type": "app.bsky.richtext.facet#mention", "did": alice.DID}},
		}},
	})
	bob.must(bob.access, "com.atproto.repo.putRecord", nil, map[string]any{
		"repo": bob.DID, "collection": "app.bsky.feed.threadgate", "rkey": warned.URI[strings.LastIndexByte(warned.URI, '/')+1:],
		"record": map[string]any{
			"$type": "app.bsky.feed.threadgate", "post": warned.URI, "allow": []any{}, "createdAt": time.Now().UTC().Format(time.RFC3339),
		},
	}, nil)
	alice.Until("the thread is closed", func() bool {
		var v struct {
			Posts []struct{ Viewer struct{ ReplyDisabled bool } }
		}
		alice.must(alice.access, "app.bsky.feed.getPosts", url.Values{"uris": {warned.URI}}, nil, &v)
		return len(v.Posts) == 1 && v.Posts[0].Viewer.ReplyDisabled
	})
	alice.Notified(reply, warned)
	in := &collector{t: t, c: c, stream: inbox.StreamMentions}
	m, _ := find(in.next(), warned.URI)
	if m.Warning.String() != "graphic-media" {
		t.Errorf("warning %q", m.Warning)
	}
	caps := c.ThreadCaps(inbox.Thread{Kind: m.Kind, Remote: m.Conversation, Author: m.Author})
	if got := caps.Acts[inbox.ActReply]; got.OK || got.Why != inbox.CodeClosed {
		t.Errorf("reply where nobody may: %+v", got)
	}
	net.administer(blueskyView, "com.atproto.admin.updateSubjectStatus", nil, map[string]any{
		"subject":  map[string]string{"$type": "com.atproto.repo.strongRef", "uri": own.URI, "cid": own.CID},
		"takedown": map[string]any{"applied": true, "ref": "1"},
	}, nil)
	bob.Until("the answer is taken down", func() bool { _, there := bob.See(own.URI); return !there })
	alice.Delete(root)
	p := in.next()
	if !slices.Contains(p.Deleted, own.URI) {
		t.Errorf("the answer that was taken down is not told: %v", p.Deleted)
	}
	if m, n := find(p, reply.URI); n != 1 || m.Post == nil || m.Post.ID != root.URI || !m.Post.Deleted {
		t.Errorf("the comment under the deleted post: %d times, %+v", n, m.Post)
	}
	in.nothing("after they are gone")
}

// oneFile is a shelf with one file.
type oneFile []byte

func (f oneFile) Put(context.Context, io.Reader, int64) (int64, string, error) {
	return 0, "", errors.New("not here")
}
func (f oneFile) Drop(context.Context, time.Time, func(string) bool) error { return nil }
func (f oneFile) Open(string) (io.ReadCloser, error)                       { return io.NopCloser(bytes.NewReader(f)), nil }

// A picture goes out with its description and without the camera's notes; a
// word that is watched for comes in, once.
func TestBlueskyPicturesAndWatches(t *testing.T) {
	net := NewBluesky(t)
	alice, bob := net.CreateAccount("alice"), net.CreateAccount("bob")
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 20)), nil); err != nil {
		t.Fatal(err)
	}
	note := "GPS: 45.76 N"
	file := slices.Concat(b.Bytes()[:2], []byte{0xff, 0xfe, 0, byte(len(note) + 2)}, []byte(note), b.Bytes()[2:])
	word := "crumble" + strings.TrimSuffix(bob.Handle, ".test")
	c, err := bluesky.New(connectors.Env{Clock: wallClock{}, Vault: &memoryVault{}, UserAgent: "vigie-e2e", Shelf: oneFile(file)}, connectors.Setup{
		Account:  inbox.Account{ID: blueskyAccount, Client: "miette", Network: bluesky.Network},
		Settings: map[string]string{"handle": alice.Handle, "server": alice.PDS},
		Lists:    map[string][]string{"keywords": {word}},
		Secret:   func(context.Context, string) (inbox.Secret, error) { return inbox.NewSecret(alice.AppPassword), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if id, err := c.Check(t.Context()); err != nil || id.Audience == nil {
		t.Errorf("check: %+v %v", id, err)
	}
	post := bob.Post("Un " + word + " ce matin ?")
	bob.Mention(alice, "votre "+word)
	in := &collector{t: t, c: c, stream: inbox.StreamWatch}
	p := in.next()
	m, n := find(p, post.URI)
	if n != 1 || len(p.Messages) != 1 || m.Kind != inbox.KindWatch {
		t.Fatalf("watched: %+v", p)
	}
	in.nothing("after the watch")
	a := replyTo(m, "01PICTURE", "Le voici")
	a.Media = []inbox.Upload{{Name: "crumble.jpg", Type: "image/jpeg", Alt: "un crumble 🍎", Size: int64(len(file)), Sum: "x"}}
	r, err := c.Do(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.Do(t.Context(), a); err != nil || again.Remote != r.Remote {
		t.Errorf("again: %+v %v", again, err)
	}
	below := func() (BlueskyThread, bool) { return bob.Thread(post.URI).Below(post.URI) }
	bob.Until("the answer is seen", func() bool { th, ok := below(); return ok && th.Count("Le voici") == 1 })
	var rec struct {
		Value struct {
			Embed struct {
				Images []struct {
					Alt         string
					AspectRatio struct{ Width, Height int }
					Image       struct {
						Ref struct {
							Link string `json:"$link"`
						}
					}
				}
			}
		}
	}
	bob.must(bob.access, "com.atproto.repo.getRecord", url.Values{
		"repo": {alice.DID}, "collection": {"app.bsky.feed.post"}, "rkey": {r.Remote[strings.LastIndexByte(r.Remote, '/')+1:]},
	}, nil, &rec)
	images := rec.Value.Embed.Images
	if len(images) != 1 || images[0].Alt != "un crumble 🍎" || images[0].AspectRatio.Width != 40 || images[0].AspectRatio.Height != 20 {
		t.Fatalf("on the server: %+v", images)
	}
	res, err := http.Get(bob.PDS + "/xrpc/com.atproto.sync.getBlob?" + url.Values{"did": {alice.DID}, "cid": {images[0].Image.Ref.Link}}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	stored, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || bytes.Contains(stored, []byte("GPS")) || !bytes.Equal(stored, b.Bytes()) {
		t.Errorf("the server's file: status %d, %v, %d bytes; want the %d of the picture alone", res.StatusCode, err, len(stored), b.Len())
	}
}
