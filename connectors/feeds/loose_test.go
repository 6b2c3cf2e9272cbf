package feeds

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

func atomOf(entry string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>urn:entry:1</id><link href="/1"/>` +
		`<updated>2026-11-20T10:00:00Z</updated>` + entry + `</entry></feed>`
}

func jsonOf(items string) string {
	return `{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[` + items + `]}`
}

// TestOneFieldOfJSON: what is of another type than JSON Feed says costs itself,
// never its entry, and no entry costs another.
func TestOneFieldOfJSON(t *testing.T) {
	for name, c := range map[string]struct{ items, want string }{
		"tags":        {`{"id":"1","content_text":"un","tags":"pain"}`, "un"},
		"date":        {`{"id":"1","content_text":"un","date_published":1700000000}`, "un"},
		"author":      {`{"id":"1","content_text":"un","author":"Léa","authors":[null]}`, "un"},
		"attachments": {`{"id":"1","content_text":"un","attachments":{"url":"https://e.example/a.mp3"}}`, "un"},
		"title":       {`{"id":"1","title":2026,"content_text":"un"}`, "2026\n\nun"},
		"null":        {`null,{"id":"1","content_text":"un"}`, "un"},
		"text":        {`"zero",{"id":"1","content_text":"un"}`, "un"},
	} {
		s := newSite(t, jsonOf(c.items+`,{"id":"2","content_text":"deux"}`))
		con := open(t, nil, s.URL)
		p, err := fetchAt(con, "", noon)
		if err != nil || !slices.Equal(texts(p), []string{c.want, "deux"}) {
			t.Errorf("%s: %q, %v", name, texts(p), err)
			continue
		}
		if p = fetch(t, con, p.Cursor); len(p.Messages) != 0 {
			t.Errorf("%s, again: %q", name, texts(p))
		}
	}
	s := newSite(t, strings.Replace(jsonOf(`{"id":"1","content_text":"un"}`), `"J"`, `"J","authors":[null],"icon":7,"author":"x"`, 1))
	if p, err := fetchAt(open(t, nil, s.URL), "", noon); err != nil || !slices.Equal(texts(p), []string{"un"}) {
		t.Errorf("of the feed: %q, %v", texts(p), err)
	}
}

// TestContentOfAtom is read by its type: words as words, files not at all.
func TestContentOfAtom(t *testing.T) {
	for content, want := range map[string]string{
		`<title>un</title><content type="text">si a &lt;b&gt; c &amp; d</content>`:                                                     "un\n\nsi a <b> c & d",
		`<title>un</title><content type="text/plain">le &lt;p&gt; de HTML</content>`:                                                   "un\n\nle <p> de HTML",
		`<title>un</title><content>si &lt;b&gt;gras&lt;/b&gt;</content>`:                                                               "un\n\nsi gras", // as many write it
		`<title>un</title><content type="html">si &lt;b&gt;gras&lt;/b&gt;</content>`:                                                   "un\n\nsi gras",
		`<title>un</title><content type="image/png">iVBORw0KGgo=</content>`:                                                            "un",
		`<title>un</title><content type="application/pdf">JVBERi0xLjc=</content><summary>bref</summary>`:                               "un\n\nbref",
		`<title>un</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a &amp;lt; b</p><p>c</p></div></content>`: "un\n\na &lt; b\n\nc",
	} {
		s := newSite(t, atomOf(content))
		if p, err := fetchAt(open(t, nil, s.URL), "", noon); err != nil || !slices.Equal(texts(p), []string{want}) {
			t.Errorf("%s: %q, %v", content, texts(p), err)
		}
	}
}

// TestDates are those that RFC 822 allows, and a day of the week in any
// language.
func TestDates(t *testing.T) {
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	for date, want := range map[string]time.Time{
		"Sat, 21 Nov 26 08:00 GMT":                    at,
		"21 Nov 26 08:00 GMT":                         at,
		"Sat, 21 Nov 26 08:00:00 UT":                  at,
		"Sat, 21 Nov 2026 08:00:00 +0000 (UTC)":       at,
		"Sat, 21 Nov 2026 09:00:00 +0100 (heure, fr)": at,
		"sam., 21 Nov 2026 09:00:00 +0100":            at,
		"Samedi, 21 Nov 2026 03:00 EST":               at,
		"Sat, 21 Nov 2026 08:00:00 GMT":               at,
		"hier":                                        noon,
		"21/11/2026 08:00":                            noon,
	} {
		s := newSite(t, rssOf(`<item><title>un</title><guid>1</guid><pubDate>`+date+`</pubDate></item>`))
		p := fetch(t, open(t, nil, s.URL), "")
		if len(p.Messages) != 1 || !p.Messages[0].At.Equal(want) {
			t.Errorf("%s: %+v", date, p.Messages)
		}
	}
}

// TestOnlyAFile: an entry that is nothing but a file is one, and a type is read
// whatever its case.
func TestOnlyAFile(t *testing.T) {
	s := newSite(t, rssOf(fmt.Sprintf(`<item><guid isPermaLink="false">1</guid>%s<enclosure url="/a.mp3" type="Audio/MPEG"/></item>`, dated)))
	p := fetch(t, open(t, nil, s.URL), "")
	want := []inbox.Media{{Kind: "audio", URL: s.URL + "/a.mp3"}}
	if len(p.Refused) != 0 || len(p.Messages) != 1 || !slices.Equal(p.Messages[0].Media, want) {
		t.Errorf("%+v, refused %v", p.Messages, p.Refused)
	}
}
