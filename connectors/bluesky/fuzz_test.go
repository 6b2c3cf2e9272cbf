package bluesky

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"vigie/inbox/text"
)

// Whatever a post looks like, it is refused or becomes a clean message.
func FuzzPost(f *testing.F) {
	f.Add([]byte(`{"uri":"at://did:plc:a/app.bsky.feed.post/3n2um5247as2q","cid":"b","author":{"did":"did:plc:a","handle":"a.example","displayName":"\u001b[31mA"},` +
		`"record":{"$type":"app.bsky.feed.post","text":"x example.org/...","langs":["fr"],"facets":[{"index":{"byteStart":2,"byteEnd":17},"features":[{"$type":"app.bsky.richtext.facet#link","uri":"https://example.org/a"}]}],` +
		`"reply":{"root":{"uri":"at://did:plc:b/app.bsky.feed.post/3n2um5247as2r","cid":"c"},"parent":{"uri":"at://did:plc:b/app.bsky.feed.post/3n2um5247as2r","cid":"c"}}},` +
		`"embed":{"images":[{"fullsize":"https://cdn.example/1","alt":"y"}]},"likeCount":1,"indexedAt":"2026-11-22T08:00:00Z"}`))
	f.Add([]byte(`{"uri":"at://did:plc:a/app.bsky.feed.post/..","author":{},"record":{}}`))
	f.Add([]byte(`{"embed":{"media":{"media":{"media":{}}}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var v postView
		if json.Unmarshal(raw, &v) != nil {
			return
		}
		p, err := v.read()
		if err != nil {
			if r := refusal(v.URI, "id", err); r.Item == "" || r.Reason == "" || !utf8.ValidString(r.Reason) {
				t.Errorf("refusal %+v", r)
			}
			return
		}
		m := p.message(us, p.author.DID, p.asPost())
		if m.Remote == "" || m.Conversation == "" || !m.Kind.Valid() || m.At.IsZero() || m.Author.ID == "" {
			t.Errorf("incomplete: %+v", m)
		}
		if text.Clean(m.Text.String()) != m.Text {
			t.Errorf("not clean: %q", m.Text)
		}
		for _, s := range []string{m.Remote, m.Conversation, m.Parent, m.URL, m.Lang, m.Author.ID, m.Author.URL} {
			if text.CleanLine(s).String() != s {
				t.Errorf("not clean: %q", s)
			}
		}
	})
}

// Facets lie within the text, on its letters' borders, in order and apart.
func FuzzFacets(f *testing.F) {
	f.Add("é @lea.example #a https://b.example/(c) \xff")
	f.Add("#＃a @a.b.c https://https://x")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || len(s) > maxPostBytes {
			return
		}
		facets, err := facetsOf(t.Context(), s, func(context.Context, string) (string, error) { return them, nil })
		if err != nil {
			t.Fatal(err)
		}
		end := 0
		for _, fc := range facets {
			if fc.Index.Start < end || fc.Index.End <= fc.Index.Start || fc.Index.End > len(s) {
				t.Fatalf("%q: facet %+v", s, fc)
			}
			if end = fc.Index.End; !utf8.ValidString(s[fc.Index.Start:end]) {
				t.Errorf("%q: facet %+v cuts a letter", s, fc)
			}
		}
		if got := unshorten(s, facets); len(facets) == 0 && got != s {
			t.Errorf("%q became %q", s, got)
		}
	})
}

// A TID has its letters and sorts by time.
func FuzzTID(f *testing.F) {
	f.Add(uint64(1688137381887007), uint64(1), uint16(6))
	f.Fuzz(func(t *testing.T, micros, more uint64, clock uint16) {
		micros, more = micros%(1<<52), more%(1<<52)+1
		a, b := encodeTID(micros, clock), encodeTID(micros+more, clock)
		if len(a) != tidLen || strings.Trim(a, tidLetters) != "" || a >= b {
			t.Errorf("%d, +%d: %s, %s", micros, more, a, b)
		}
	})
}

// Whatever a cursor looks like, it is read or begins anew, and its written
// form is read as the same.
func FuzzCursor(f *testing.F) {
	f.Add(`{"v":1,"since":1,"floor":1,"top":2,"known":[{"u":"did:plc:a/3n","t":5,"f":"x"},{"u":"","t":-5,"f":"-"}],"own":[{"k":"3n","n":2}]}`)
	f.Add(`{"v":1,"floor":9223372036854775807,"known":[{"t":-9223372036854775808},{"t":9223372036854775807}]}`)
	f.Add(`{"v":1,"floor":1,"known":[{"t":0},{"t":-9223372036854775808}]}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, s string) {
		c := readMentionsCursor(s, time.UnixMilli(1000))
		c.settle()
		c.trim()
		first, err := c.encode()
		if err != nil {
			t.Fatal(err)
		}
		d := readMentionsCursor(first, time.UnixMilli(2000))
		d.trim()
		if second, err := d.encode(); err != nil || second != first {
			t.Errorf("%s\n%s %v", first, second, err)
		}
	})
}

// Whatever a picture looks like, it is refused or becomes one of its type that
// has a size, and has nothing more to be taken out of it.
func FuzzPicture(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe0\x00\x04ab\xff\xda\x00\x02\x01\x02\xff\xd9"))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x22Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\xff\xd9"))
	f.Add([]byte(pngMagic + "\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x00IEND\xaeB`\x82"))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x0c\x00\x00\x00\x07\x00\x00\x03\x00\x00EXIF\x02\x00\x00\x00ab"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		out, size, kind, err := bare(raw)
		if err != nil {
			return
		}
		if size.Width <= 0 || size.Height <= 0 || kind == "" || len(out) > len(raw)+64 {
			t.Errorf("a %s of %+v, %d bytes of %d", kind, size, len(out), len(raw))
		}
		again, _, _, err := bare(out)
		if err != nil || !bytes.Equal(again, out) {
			t.Errorf("not the same again: %v\n%q\n%q", err, out, again)
		}
	})
}

// Whatever a watch cursor looks like, it is read or begins anew, for the words
// of today.
func FuzzWatchCursor(f *testing.F) {
	f.Add(`{"v":1,"m":[{"w":"#a","floor":1,"k":[{"u":"x/y","t":1,"f":"-"}]}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		cur := readWatchCursor(s, []string{"#a", "b"}, time.UnixMilli(5))
		if len(cur.Marks) != 2 || cur.Marks[0].Word != "#a" || cur.Marks[0].Floor <= 0 || cur.Marks[1].Floor <= 0 {
			t.Errorf("%+v", cur)
		}
	})
}
