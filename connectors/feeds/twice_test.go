package feeds

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCanonical(t *testing.T) {
	same := []string{
		"https://journal.example/a/b", "http://www.journal.example/a/b/", "https://JOURNAL.example:443/a/b?utm_source=x&fbclid=1",
		"https://journal.example/a/b/amp/", "https://amp.journal.example/a/b", "https://journal.example/a/b#xtor=RSS-1",
		"https://www.google.com/amp/s/www.journal.example/a/b", "https://journal-example.cdn.ampproject.org/c/s/journal.example/a/b",
		"https://journal.example/a/b?ref=rss&UTM_Medium=y#:~:text=x",
	}
	for _, link := range same {
		if got := canonical(link); got != "journal.example/a/b" {
			t.Errorf("%s: %q", link, got)
		}
	}
	for link, want := range map[string]string{
		"https://a.example/?p=12&b=1":                   "a.example?b=1&p=12",
		"https://a.example/x?ref=home":                  "a.example/x?ref=home",
		"https://a.example/x#comment-12":                "a.example/x#comment-12",
		"https://a.example/":                            "",
		"https://www.a.example/index.php?utm_source=rs": "",
		"mailto:a@b.example":                            "",
		"https://youtu.be/abc?utm_source=x":             "youtube.com/watch?v=abc",
		"https://m.youtube.com/shorts/abc":              "youtube.com/watch?v=abc",
		"https://www.youtube.com/watch?v=abc":           "youtube.com/watch?v=abc",
		"https://www.example/x":                         "www.example/x",
		"https://f.example/t/slug/12/1":                 "f.example/t/slug/12",
		"https://f.example/t/slug/12/2":                 "f.example/t/slug/12/2",
		"https://a.example/%zz":                         "",
	} {
		if got := canonical(link); got != want {
			t.Errorf("%s: %q, want %q", link, got, want)
		}
	}
}

func item(id, link, title string) string {
	return fmt.Sprintf(`<item><title>%s</title><link>%s</link><guid isPermaLink="false">%s</guid>%s</item>`, title, link, id, dated)
}

// TestOneArticleInSeveralFeeds: the feed that told it first has it, through
// restarts and edits, and when the article leaves that feed.
func TestOneArticleInSeveralFeeds(t *testing.T) {
	const link = "https://journal.example/galette/"
	a := newSite(t, rssOf(item("1", link+"?utm_source=rss", "La galette")))
	b := newSite(t, rssOf(item("x", "http://www.journal.example/galette", "Notre galette")+item("y", "https://autre.example/1", "Autre")))
	alert := newSite(t, readFile(t, "testdata/google-alert.atom"))
	urls := []string{a.URL, b.URL, alert.URL}
	p := fetch(t, open(t, nil, urls...), "")
	if got := texts(p); !slices.Equal(got, []string{"La galette", "Autre", "La Miette ouvre à Nantes\n\nLa Miette ouvre sa deuxième boulangerie\u00a0..."}) {
		t.Fatalf("first: %q", got)
	}
	if again := fetch(t, open(t, nil, urls...), p.Cursor); len(again.Messages) != 0 || again.Cursor != p.Cursor {
		t.Errorf("after a restart: %q", texts(again))
	}
	b.set(func() { b.body = strings.Replace(b.body, "Notre galette", "Notre galette, corrigée", 1) })
	a.set(func() { a.body = strings.Replace(a.body, "La galette", "La galette, corrigée", 1) })
	q := fetch(t, open(t, nil, urls...), p.Cursor)
	if got := texts(q); !slices.Equal(got, []string{"La galette, corrigée"}) || q.Messages[0].Remote != p.Messages[0].Remote {
		t.Errorf("corrected in both: %q", got)
	}
	a.set(func() { a.body = rssOf("") })
	b.set(func() { b.body = strings.Replace(b.body, "corrigée", "encore corrigée", 1) })
	if r := fetch(t, open(t, nil, urls...), q.Cursor); len(r.Messages) != 0 {
		t.Errorf("gone from the first: %q", texts(r))
	}
	// A feed that is added later, and other words to look for, bring no copy.
	later := newSite(t, rssOf(item("1", link, "La galette, ailleurs")))
	if r := fetch(t, open(t, []string{"galette"}, append(urls, later.URL)...), q.Cursor); len(r.Messages) != 0 {
		t.Errorf("added later: %q", texts(r))
	}
}

// TestSameIDInTwoFeeds does not go back and forth between two versions of one
// entry.
func TestSameIDInTwoFeeds(t *testing.T) {
	entry := item("https://e.example/1", "https://e.example/1", "un")
	a, b := newSite(t, rssOf(entry)), newSite(t, rssOf(strings.Replace(entry, "un", "un, en long", 1)))
	p := fetch(t, open(t, nil, a.URL, b.URL), "")
	if got := texts(p); !slices.Equal(got, []string{"un"}) {
		t.Fatalf("%q", got)
	}
	for range 3 {
		if p = fetch(t, open(t, nil, a.URL, b.URL), p.Cursor); len(p.Messages) != 0 {
			t.Fatalf("%q", texts(p))
		}
	}
	b.set(func() { b.body = strings.Replace(b.body, "long", "plus long", 1) })
	if p = fetch(t, open(t, nil, b.URL), p.Cursor); len(p.Messages) != 0 {
		t.Errorf("a copy became an edit: %q", texts(p))
	}
}

// TestWhatIsNoCopy: podcasts with one address for all, and notices on the
// front page, stay apart; so does what the keywords kept out of the first feed.
func TestWhatIsNoCopy(t *testing.T) {
	a := newSite(t, rssOf(item("1", "https://e.example/tous", "un")+item("2", "https://e.example/tous", "deux")))
	b := newSite(t, rssOf(item("3", "https://e.example/tous", "trois")+item("4", "https://e.example/tous", "quatre")+item("5", "https://e.example/", "cinq")))
	c := newSite(t, rssOf(item("6", "https://e.example/", "six")))
	if got := texts(fetch(t, open(t, nil, a.URL, b.URL, c.URL), "")); len(got) != 6 {
		t.Errorf("%q", got)
	}
	a.set(func() { a.body = rssOf(item("1", "https://e.example/a", "sans le mot")) })
	b.set(func() { b.body = rssOf(item("2", "https://e.example/a", "avec Miette")) })
	if got := texts(fetch(t, open(t, []string{"miette"}, a.URL, b.URL), "")); !slices.Equal(got, []string{"avec Miette"}) {
		t.Errorf("keywords: %q", got)
	}
}

// TestNamesAreBounded: the newest are kept, in their order.
func TestNamesAreBounded(t *testing.T) {
	n := newNames()
	for i := range maxNames + 10 {
		n.add(digest(fmt.Sprint(i)), owner{"f", "e"})
	}
	c := cursor{feeds: map[string]feedState{}, names: n}
	back := parseCursor(c.String())
	if len(back.names.first) != maxNames || back.names.order[0] != digest("10") || back.String() != c.String() {
		t.Errorf("%d names, the first is %s", len(back.names.first), back.names.order[0])
	}
	if len(c.String()) > 200<<10 {
		t.Errorf("%d bytes", len(c.String()))
	}
}

// TestCursorsOfBefore: a cursor without names is read on from.
func TestCursorsOfBefore(t *testing.T) {
	s := newSite(t, rssOf(item("1", "https://e.example/1", "un")))
	c := open(t, nil, s.URL)
	p := fetch(t, c, "")
	state := parseCursor(p.Cursor).feeds[c.feeds[0].key]
	old := cursor{feeds: map[string]feedState{c.feeds[0].key: {seen: state.seen}}, names: newNames()}
	if strings.Contains(old.String(), "names") {
		t.Fatal("it has names")
	}
	if q := fetch(t, c, old.String()); len(q.Messages) != 0 {
		t.Errorf("%q", texts(q))
	}
	if parseCursor(`{"v":1,"feeds":{"k":{"seen":[],"keep":99999999999}}}`).feeds["k"].keep > 24*time.Hour {
		t.Error("a cursor can ask for any rest")
	}
}
