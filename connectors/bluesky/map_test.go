package bluesky

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// What a far server says of its address must lead neither to this machine nor
// to plain http.
func TestEndpoint(t *testing.T) {
	for _, k := range []struct{ server, endpoint, want string }{
		{"https://far.example", "https://pds.example/", "https://pds.example"},
		{"https://far.example", "http://127.0.0.1:9", "https://far.example"},
		{"https://far.example", "https://localhost", "https://far.example"},
		{"https://far.example", "http://pds.example", "https://far.example"},
		{"https://far.example", "https://user@pds.example", "https://far.example"},
		{"https://far.example", "::", "https://far.example"},
		{"http://127.0.0.1:1", "http://localhost:2", "http://localhost:2"},
		{"http://127.0.0.1:1", "https://pds.example", "http://127.0.0.1:1"},
	} {
		u, err := url.Parse(k.server)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := json.Marshal(map[string]any{"service": []any{
			map[string]any{"id": "#other", "serviceEndpoint": "https://other.example"},
			map[string]any{"id": "#atproto_pds", "serviceEndpoint": k.endpoint},
		}})
		if err != nil {
			t.Fatal(err)
		}
		c := &Connector{server: u}
		if got := c.endpoint(doc); got != k.want {
			t.Errorf("%s names %s: %s, want %s", k.server, k.endpoint, got, k.want)
		}
		if got := c.endpoint([]byte("garbage")); got != k.server {
			t.Errorf("no document: %s, want %s", got, k.server)
		}
	}
}

func TestServerURL(t *testing.T) {
	for in, want := range map[string]string{
		"": "https://bsky.social", "bsky.social/": "https://bsky.social", " https://a.example ": "https://a.example",
		"http://localhost:2583": "http://localhost:2583",
	} {
		if u, err := serverURL(in); err != nil || u.String() != want {
			t.Errorf("%q: %v %v, want %s", in, u, err, want)
		}
	}
	for _, in := range []string{"://", "https://", "https://u:p@a.example", "https://a.example?x=1"} {
		if u, err := serverURL(in); err == nil {
			t.Errorf("%q: taken as %s", in, u)
		}
	}
}

func TestParseURI(t *testing.T) {
	good := "at://did:plc:7lvdgktol5ok5wr267fqbnad/app.bsky.feed.post/3n2um5247as2q"
	if u, ok := parseURI(good); !ok || u.String() != good || postURL(u) != "https://bsky.app/profile/did:plc:7lvdgktol5ok5wr267fqbnad/post/3n2um5247as2q" {
		t.Errorf("%s: %+v %t", good, u, ok)
	}
	if _, ok := parseURI("at://did:web:localhost%3A2590/a.b/c"); !ok {
		t.Error("a did:web is an address too")
	}
	for _, bad := range []string{
		"", "at://", "at://did:plc:a", "at://did:plc:a/app.bsky.feed.post", "at://lea.example/app.bsky.feed.post/3n",
		"at://did:plc:a/app.bsky.feed.post/", "at://did:plc:a/app.bsky.feed.post/..", "at://did:plc:a/app.bsky.feed.post/a/b",
		"at://did:plc:a/app.bsky.feed.post/a\x1b[2J", "https://did:plc:a/app.bsky.feed.post/3n", "at://did:PLC:a/app.bsky.feed.post/a",
		"at://did:plc:a:/app.bsky.feed.post/a", "at://did:plc:" + strings.Repeat("a", 3000) + "/app.bsky.feed.post/a",
	} {
		if u, ok := parseURI(bad); ok {
			t.Errorf("%q: taken as %+v", bad, u)
		}
	}
}

const (
	us    = "did:plc:us"
	them  = "did:plc:them"
	other = "did:plc:else"
)

func uriOf(did, key string) string {
	return atURI{DID: did, Collection: postCollection, Key: key}.String()
}

// viewOf makes a post as the network shows it.
func viewOf(t testing.TB, did, key string, record map[string]any, more ...string) postView {
	t.Helper()
	record["$type"] = postCollection
	raw, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	v := postView{
		URI: uriOf(did, key), CID: "bafy" + key, Record: raw, IndexedAt: "2026-11-22T08:00:00.123Z",
		Author: profile{DID: did, Handle: "lea.example", DisplayName: "Léa"},
	}
	for _, embed := range more {
		v.Embed = json.RawMessage(embed)
	}
	return v
}

func answering(root, parent string) map[string]any {
	return map[string]any{"text": "oui", "reply": map[string]any{
		"root": map[string]string{"uri": root, "cid": "c"}, "parent": map[string]string{"uri": parent, "cid": "c"},
	}}
}

func TestKindAndConversation(t *testing.T) {
	ours, theirs := uriOf(us, "root"), uriOf(other, "root")
	for _, k := range []struct {
		name, author string
		record       map[string]any
		partner      string
		kind         inbox.Kind
		conv, parent string
		outgoing     bool
	}{
		{"mention", them, map[string]any{"text": "a"}, them, inbox.KindMention, uriOf(them, "k"), "", false},
		{"comment", them, answering(ours, ours), them, inbox.KindComment, ours + "#" + them, ours, false},
		{"comment to another", them, answering(ours, uriOf(other, "a")), them, inbox.KindComment, ours + "#" + them, uriOf(other, "a"), false},
		{"answer of ours", us, answering(ours, uriOf(them, "a")), them, inbox.KindComment, ours + "#" + them, uriOf(them, "a"), true},
		{"answer to us elsewhere", them, answering(theirs, uriOf(us, "a")), them, inbox.KindComment, theirs, uriOf(us, "a"), false},
		{"mention in a thread", them, answering(theirs, theirs), them, inbox.KindMention, theirs, theirs, false},
	} {
		p, err := viewOf(t, k.author, "k", k.record).read()
		if err != nil {
			t.Fatalf("%s: %v", k.name, err)
		}
		m := p.message(us, k.partner, nil)
		if m.Kind != k.kind || m.Conversation != k.conv || m.Parent != k.parent || m.Outgoing != k.outgoing {
			t.Errorf("%s: kind %s, conversation %s, parent %s, outgoing %t", k.name, m.Kind, m.Conversation, m.Parent, m.Outgoing)
		}
		if want := time.Date(2026, 11, 22, 8, 0, 0, 123e6, time.UTC); !m.At.Equal(want) || m.At.Location() != time.UTC {
			t.Errorf("%s: at %v", k.name, m.At)
		}
	}
}

func TestMediaAndQuotes(t *testing.T) {
	quote := `{"$type":"app.bsky.embed.record","record":{"uri":"` + uriOf(us, "q") + `","cid":"c"}}`
	both := `{"$type":"app.bsky.embed.recordWithMedia","record":{"record":{"uri":"` + uriOf(us, "q") + `","cid":"c"}},"media":{}}`
	for _, embed := range []string{quote, both} {
		p, err := viewOf(t, them, "k", map[string]any{"text": "", "embed": json.RawMessage(embed)}).read()
		if err != nil || p.quotes != uriOf(us, "q") || p.under(us) != p.quotes || !p.names(us) {
			t.Errorf("%s: %+v %v", embed, p, err)
		}
	}
	for embed, want := range map[string][]inbox.Media{
		`{"$type":"app.bsky.embed.images#view","images":[{"thumb":"x","fullsize":"https://cdn.example/1.jpg","alt":"une\ngalette"},{"fullsize":"javascript:alert(1)"}]}`: {
			{Kind: "image", URL: "https://cdn.example/1.jpg", Alt: text.CleanLine("une\ngalette")},
		},
		`{"$type":"app.bsky.embed.video#view","playlist":"https://v.example/a.m3u8","alt":"film"}`: {
			{Kind: "video", URL: "https://v.example/a.m3u8", Alt: text.CleanLine("film")},
		},
		`{"$type":"app.bsky.embed.recordWithMedia#view","record":{},"media":{"external":{"uri":"https://e.example/a","title":"Titre"}}}`: {
			{Kind: "link", URL: "https://e.example/a", Alt: text.CleanLine("Titre")},
		},
		`{"images":"none"}`: nil,
		`[]`:                nil,
	} {
		p, err := viewOf(t, them, "k", map[string]any{"text": "a"}, embed).read()
		if err != nil || !slices.Equal(p.media, want) {
			t.Errorf("%s: %+v %v", embed, p.media, err)
		}
	}
}

func TestUnshorten(t *testing.T) {
	link := func(start, end int, uri string) facet {
		var f facet
		f.Index.Start, f.Index.End = start, end
		f.Features = []feature{{Type: facetLink, URI: uri}}
		return f
	}
	for _, k := range []struct {
		in     string
		facets []facet
		want   string
	}{
		{"voir example.org/a/lo...", []facet{link(5, 24, "https://example.org/a/long/way")}, "voir https://example.org/a/long/way"},
		{"é: example.org/…!", []facet{link(4, 19, "https://example.org/x")}, "é: https://example.org/x!"},
		{"mot", []facet{link(0, 3, "https://example.org/x")}, "mot (https://example.org/x)"},
		{"banque.example !", []facet{link(0, 14, "https://evil.example/")}, "banque.example (https://evil.example/) !"},
		{"mot", []facet{link(0, 3, "javascript:alert(1)")}, "mot"},
		{"é mot", []facet{link(1, 2, "https://example.org")}, "é mot"}, // inside a letter
		{"a...", []facet{link(0, 400, "https://a.example")}, "a..."},
		{"a...", []facet{link(-3, 4, "https://a.example")}, "a..."},
		{"a...", []facet{link(4, 0, "https://a.example")}, "a..."},
		{"a... b...", []facet{link(5, 9, "https://b.example"), link(0, 4, "https://a.example")}, "https://a.example https://b.example"},
		{"voir example.org/a et Example.org/", []facet{link(5, 18, "https://example.org/a/"), link(22, 34, "https://example.org")}, "voir https://example.org/a/ et https://example.org"},
		{"https://example.org", []facet{link(0, 19, "https://example.org/")}, "https://example.org"},
	} {
		if got := unshorten(k.in, k.facets); got != k.want {
			t.Errorf("%q: %q, want %q", k.in, got, k.want)
		}
	}
}

func TestFacets(t *testing.T) {
	resolve := func(_ context.Context, handle string) (string, error) {
		if handle == "lea.example" || handle == "équipe.example" {
			return them, nil
		}
		return "", nil
	}
	for in, want := range map[string][]string{
		"rien":                                nil,
		"voir https://a.example/x?y=1.":       {"https://a.example/x?y=1 https://a.example/x?y=1"},
		"(https://a.example/b_(c))":           {"https://a.example/b_(c) https://a.example/b_(c)"},
		"é 🥐 @lea.example, merci":             {"@lea.example " + them},
		"@lea.example.":                       {"@lea.example " + them},
		"@nobody.example":                     nil,
		"mail@lea.example":                    nil,
		"#galette #2026 #été! ##":             {"#galette galette", "#été été"},
		"https://a.example/#part":             {"https://a.example/#part https://a.example/#part"},
		"«https://a.example»":                 {"https://a.example https://a.example"},
		"x @lea.example #a https://b.example": {"@lea.example " + them, "#a a", "https://b.example https://b.example"},
	} {
		facets, err := facetsOf(t.Context(), in, resolve)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range facets {
			ft := f.Features[0]
			got = append(got, in[f.Index.Start:f.Index.End]+" "+ft.DID+ft.URI+ft.Tag)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TIDs have the specification's form and order, and an action has one.
func TestTID(t *testing.T) {
	if got := encodeTID(0, 0); got != "2222222222222" {
		t.Errorf("zero: %s", got)
	}
	// 3jzfcijpj2z2a is an example of a valid TID in atproto.com/specs/tid.
	if got := encodeTID(1688137381887007, 6); got != "3jzfcijpj2z2a" {
		t.Errorf("got %s", got)
	}
	at := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	a := inbox.Action{Kind: inbox.ActReply, Key: "01A", CreatedAt: at}
	b, l, later := a, a, a
	b.Key, l.Kind, later.CreatedAt = "01B", inbox.ActLike, at.Add(2*time.Millisecond)
	keys := []string{actionTID(a), actionTID(b), actionTID(l), actionTID(later)}
	if keys[0] != actionTID(a) || keys[0] == keys[1] || keys[0] == keys[2] || keys[0] >= keys[3] {
		t.Errorf("keys: %v", keys)
	}
	if got := actionTID(inbox.Action{}); len(got) != tidLen || got[0] != '2' {
		t.Errorf("of nothing: %s", got)
	}
}

// A cursor keeps the newest, and its floor covers what it forgot.
func TestCursorTrim(t *testing.T) {
	c := readMentionsCursor("", time.UnixMilli(1000))
	c.Top = 2000
	for i := range keepKnown + 10 {
		c.remember(known{ID: "did:plc:a/" + encodeTID(uint64(i), 0), At: int64(1000 + i), Print: "p"})
	}
	c.At = "on the way"
	c.trim()
	if len(c.Known) != keepKnown || c.Known[0].At != 1000+keepKnown+9 || c.Floor != 1000 || c.Cut != 1010 {
		t.Errorf("on the way: %d known, newest %d, floor %d, cut %d", len(c.Known), c.Known[0].At, c.Floor, c.Cut)
	}
	c.settle()
	if c.Floor != 1010 || c.At != "" || c.Cut != 0 {
		t.Errorf("settled: %+v", c)
	}
	c.Top = 1000 + 3*overlap.Milliseconds()
	c.settle()
	if want := 1000 + 2*overlap.Milliseconds(); c.Floor != want {
		t.Errorf("floor %d, want %d", c.Floor, want)
	}
	s, err := c.encode()
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := func() (string, error) { d := readMentionsCursor(s, time.Now()); return d.encode() }(); again != s {
		t.Errorf("read again: %s, want %s", again, s)
	}
}
