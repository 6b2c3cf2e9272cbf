package feeds

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

// TestHostileDocuments: a document can cost itself, never the process.
func TestHostileDocuments(t *testing.T) {
	bomb := `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "` + strings.Repeat("ha", 1000) + `">`
	for i := range 20 {
		bomb += fmt.Sprintf(`<!ENTITY a%d "%s">`, i, strings.Repeat("&a;", 10))
	}
	bomb += `]><rss version="2.0"><channel><item><title>&a19;</title><guid>1</guid>` + dated + `</item></channel></rss>`
	latin := strings.Replace(rssOf(`<item><title>caf`+"\xe9"+`</title><guid>1</guid>`+dated+`</item>`), "UTF-8", "%s", 1)
	for _, c := range []struct{ name, kind, body, want string }{
		{"entities", "", bomb, "&a19;"},
		{"latin-1", "", fmt.Sprintf(latin, "ISO-8859-1"), "café"},
		{"latin-1 that says utf-8", "", fmt.Sprintf(latin, "UTF-8"), "café"},
		{"charset of the header", "text/xml; charset=windows-1251", strings.Replace(strings.Replace(latin, `encoding="%s"`, "", 1), "caf\xe9", "\xe9", 1), "й"},
		{"utf-16", "", "\xff\xfe" + utf16le(strings.Replace(rssOf(`<item><title>café</title><guid>1</guid>`+dated+`</item>`), "UTF-8", "UTF-16", 1)), "café"},
		{"utf-16 the other way", "", "\xfe\xff\x00" + strings.TrimSuffix(utf16le(rssOf(`<item><title>a</title><guid>1</guid>`+dated+`</item>`)), "\x00"), "a"},
		{"byte order mark", "", "\xef\xbb\xbf" + rssOf(`<item><title>café</title><guid>1</guid>`+dated+`</item>`), "café"},
		{"unknown charset", "", fmt.Sprintf(latin, "klingon"), "café"},
		{"a letter cut in two", "", rssOf("<item><title>l'été à Nîmes \xc3…</title><guid>1</guid>" + dated + "</item>"), "l'été à Nîmes Ã…"},
		{"a character that is none", "", rssOf("<item><title>a&#0;b&#xFFFE;c&#233;d&#12;</title><guid>1</guid>" + dated + "</item>"), "a\uFFFDb\uFFFDcéd\uFFFD"},
		{"control characters", "", rssOf("<item><title>a\x08\x1b[31mb</title><guid>1</guid>" + dated + "</item>"), "a [31mb"},
		{"no end", "", strings.TrimSuffix(rssOf("<item><title>a</title><guid>1</guid>"+dated+"</item>"), "</channel></rss>"), "a"},
		{"cut in an entry", "", strings.TrimSuffix(rssOf("<item><title>a</title><guid>1</guid>"+dated+"</item><item><title>b</title><link>https://e.exa"), "</channel></rss>"), "a"},
		{"cut in an attribute", "", `<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>a</title><id>1</id></entry><entry><link href="https`, "a"},
		{"cut before an entry", "", `<rss version="2.0"><channel><title>`, ""},
		{"an error in JSON", "", `{"error":"too many requests"}`, ""},
		{"deep", "", rssOf("<item><title>" + strings.Repeat("<x>", 2_000_000)), ""},
		{"deep json", "", `{"version":"https://jsonfeed.org/version/1.1","items":` + strings.Repeat("[", 2_000_000), ""},
		{"deep extension", "", rssOf("<item>" + strings.Repeat(`<a:b xmlns:a="u">`, 300_000)), ""},
		{"html", "text/html", "<!doctype html><html><body>404", ""},
		{"empty", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, c.body)
			s.header.Set("Content-Type", c.kind)
			p, err := fetchAt(open(t, nil, s.URL), "", noon)
			switch {
			case c.want == "" && (err == nil || len(err.Error()) > 500):
				t.Errorf("taken: %v, or a long error: %v", texts(p), err)
			case c.want != "" && (err != nil || !slices.Equal(texts(p), []string{c.want})):
				t.Errorf("got %q, %v", texts(p), err)
			}
		})
	}
}

func utf16le(s string) string {
	var b bytes.Buffer
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

// TestRealFeeds serves gofeed's own test data, which comes with the module:
// none crashes, and what gofeed reads we count as it does.
func TestRealFeeds(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/mmcdole/gofeed").Output()
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	err = filepath.WalkDir(filepath.Join(strings.TrimSpace(string(out)), "testdata"), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) < 500 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	s := newSite(t, "")
	read, entries := 0, 0
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s.set(func() { s.body = string(body); s.asked = nil })
		want, wantErr := gofeed.NewParser().Parse(bytes.NewReader(body))
		c := open(t, nil, s.URL)
		d, gotErr := c.get(t.Context(), c.feeds[0], feedState{})
		if wantErr != nil || errors.Is(gotErr, errJSON) {
			continue // we may repair what it does not read, and any JSON is a feed to it
		}
		if gotErr != nil || len(d.feed.Items) != len(want.Items) {
			t.Errorf("%s: %v, want %d entries", filepath.Base(file), gotErr, len(want.Items))
			continue
		}
		read, entries = read+1, entries+len(want.Items)
		p := fetch(t, c, "")
		if again := fetch(t, c, p.Cursor); len(again.Messages) != 0 || again.Cursor != p.Cursor {
			t.Errorf("%s: a second reading gave %d messages", filepath.Base(file), len(again.Messages))
		}
		for _, m := range p.Messages {
			if m.Remote == "" || m.Author.ID == "" || m.At.IsZero() || m.At.Location() != time.UTC {
				t.Errorf("%s: %+v", filepath.Base(file), m)
			}
		}
	}
	if read < 300 || entries < 200 {
		t.Errorf("only %d feeds with %d entries were read", read, entries)
	}
	t.Logf("%d of %d files are feeds, %d entries", read, len(files), entries)
}
