//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mmcdole/gofeed"
)

// library serves the feed files that gofeed brings for its own tests, each
// with an ETag, and keeps count.
type library struct {
	*httptest.Server
	root  string
	files []string // paths below root

	mu     sync.Mutex
	full   map[string]int // answered with the document, by file
	spared map[string]int // answered 304
}

func openLibrary(t *testing.T) *library {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/mmcdole/gofeed").Output()
	if err != nil {
		t.Fatalf("find gofeed: %v", err)
	}
	l := &library{root: filepath.Join(strings.TrimSpace(string(dir)), "testdata"), full: map[string]int{}, spared: map[string]int{}}
	err = filepath.WalkDir(l.root, func(path string, e os.DirEntry, err error) error {
		feed := filepath.Ext(path) == ".xml" || strings.Contains(path, "/json/") && !strings.HasSuffix(path, "_expected.json") ||
			strings.Contains(path, "/universal/")
		if err == nil && e.Type().IsRegular() && feed {
			l.files = append(l.files, strings.TrimPrefix(path, l.root+"/"))
		}
		return err
	})
	if err != nil || len(l.files) < 500 {
		t.Fatalf("%d feed files below %s: %v", len(l.files), l.root, err)
	}
	l.Server = httptest.NewServer(l)
	t.Cleanup(l.Close)
	return l
}

func (l *library) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if !slices.Contains(l.files, name) {
		http.NotFound(w, r)
		return
	}
	tag := fmt.Sprintf(`"%x"`, name)
	w.Header().Set("ETag", tag)
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.Header.Get("If-None-Match") == tag {
		l.spared[name]++
		w.WriteHeader(http.StatusNotModified)
		return
	}
	l.full[name]++
	http.ServeFile(w, r, filepath.Join(l.root, name))
}

// entries are what gofeed itself finds in a file; an error when it cannot read
// it.
func (l *library) entries(t *testing.T, name string) ([]*gofeed.Item, error) {
	t.Helper()
	f, err := os.Open(filepath.Join(l.root, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	feed, err := gofeed.NewParser().Parse(f)
	if err != nil {
		return nil, err
	}
	return feed.Items, nil
}

// telling are the entries that have something to show.
func telling(items []*gofeed.Item) (n int) {
	for _, it := range items {
		if strings.TrimSpace(it.Title) != "" || strings.HasPrefix(it.Link, "http") {
			n++
		}
	}
	return n
}

// watching is the configuration of a client with feeds.
func watching(accounts string) string {
	return "clients:\n  - id: veille\n    name: Veille\n    accounts:\n" + accounts
}

// allHistory is older than any entry.
const allHistory = "history: 400000h"

// Each of gofeed's own test files as an account of its own: none brings the
// program down, and of each as many entries are collected, or refused for
// having nothing to show, as gofeed finds in it.
func TestFeedsCounts(t *testing.T) {
	l := openLibrary(t)
	var accounts strings.Builder
	for i, name := range l.files {
		fmt.Fprintf(&accounts, "      - {id: f%d, network: feeds, urls: ['%s/%s'], %s}\n", i, l.URL, name, allHistory)
	}
	b := NewBox(t, watching(accounts.String()))
	s := b.Run("sync", "--json")
	passes := JSON[Pass](t, s.Out)
	if s.Code != 6 || len(passes) != len(l.files) {
		t.Fatalf("exit %d, want 6 (partly); %d passes for %d accounts: %s", s.Code, len(passes), len(l.files), s.Err)
	}
	entries, unreadable := 0, 0
	for i, p := range passes {
		items, err := l.entries(t, l.files[i])
		failed := string(p.Problem) != "{}"
		if failed != (err != nil) || p.New+p.Refused != len(items) || p.New < telling(items) {
			t.Errorf("%s: gofeed finds %d entries, %d of them with something to show (%v); got %d and refused %d: %s",
				l.files[i], len(items), telling(items), err, p.New, p.Refused, p.Problem)
		}
		entries += p.New
		if err != nil {
			unreadable++
		}
	}
	if n := len(b.List("is:any kind:watch")); n != entries || entries < 100 || unreadable == 0 {
		t.Errorf("%d watches of %d entries, %d files unreadable", n, entries, unreadable)
	}
}

// inOne is the configuration of one account with many files.
func (l *library) inOne(files []string) string {
	var urls strings.Builder
	for _, name := range files {
		fmt.Fprintf(&urls, "          - '%s/%s'\n", l.URL, name)
	}
	return watching("      - id: tout\n        network: feeds\n        " + allHistory + "\n        urls:\n" + urls.String())
}

// One account with all the files, more than half of whose entries have nothing
// to show: that is told, and all others are kept.
func TestFeedsStrange(t *testing.T) {
	l := openLibrary(t)
	b := NewBox(t, l.inOne(l.files))
	if p := b.Sync()[0]; p.Refused < 100 || p.New < 100 {
		t.Errorf("what was refused is not told, or not the rest kept: %+v", p)
	}
	rows := b.List("is:any kind:watch")
	if len(rows) < 100 {
		t.Errorf("%d watches", len(rows))
	}
	if b.Run("sync"); len(b.List("is:any kind:watch")) != len(rows) {
		t.Errorf("collected again: %d watches, were %d", len(b.List("is:any kind:watch")), len(rows))
	}
}

// One account with the files whose entries all have something to show, and
// with those that nobody can read: these are told. Collected again, each file
// that was read is asked for with its ETag and not sent again, and not a byte
// of the export changes.
func TestFeedsAgain(t *testing.T) {
	l := openLibrary(t)
	l.files = slices.DeleteFunc(l.files, func(name string) bool {
		items, err := l.entries(t, name)
		return err == nil && telling(items) < len(items)
	})
	b := NewBox(t, l.inOne(l.files))
	first := b.Sync()[0]
	if first.New < 50 || first.Refused == 0 {
		t.Fatalf("first: %+v", first)
	}
	if n := len(b.List("is:any kind:watch")); n != first.New {
		t.Errorf("%d watches, %d were new", n, first.New)
	}
	before := b.Must("export", "is:any kind:watch")
	if n := strings.Count(before, `"type":"message"`); n != first.New {
		t.Errorf("%d messages exported, %d were new", n, first.New)
	}
	again := b.Sync()[0]
	if again.New+again.Edited+again.Deleted != 0 {
		t.Errorf("again: %+v", again)
	}
	if after := b.Must("export", "is:any kind:watch"); after != before {
		t.Error("the second collection changed the export")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, name := range l.files {
		_, err := l.entries(t, name)
		sent := 1
		if i == 0 {
			sent += 2 // each run asks the first feed for the account's name
		}
		switch {
		case err == nil && (l.full[name] > sent || l.full[name] == 0 || l.spared[name] != 1):
			t.Errorf("%s: sent %d times, spared %d times; want %d and 1", name, l.full[name], l.spared[name], sent)
		case err != nil && l.spared[name] != 0:
			t.Errorf("%s cannot be read and was taken for read", name)
		}
	}
}

// A list of feeds from another reader becomes an account: what the program
// prints can be pasted as it is, and collects them all.
func TestFeedsOPML(t *testing.T) {
	l := openLibrary(t)
	good := []string{"parser/universal/rss_feed.xml", "parser/universal/atom10_feed.xml", "parser/universal/json11_feed.json"}
	list := `<?xml version="1.0"?><opml version="2.0"><head><title>Léa &amp; Cie</title></head><body>`
	for i, name := range good {
		list += fmt.Sprintf(`<outline text="Presse"><outline type="rss" text="Journal «%d» # &quot;x&quot;: y" xmlUrl="%s/%s"/></outline>`, i, l.URL, name)
	}
	list += `<outline type="rss" text="Danger" xmlUrl="file:///etc/passwd"/></body></opml>`
	b := NewBox(t, "")
	s := b.Run("account", "opml", b.Write("liste.opml", list))
	if s.Code != 6 || !strings.Contains(s.Err, "xmlUrl is no http address") {
		t.Errorf("exit %d, want 6 (partly): %s", s.Code, s.Err)
	}
	var accounts strings.Builder
	for line := range strings.Lines(s.Out) {
		accounts.WriteString("      " + line)
	}
	b.Write("config.yaml", watching(accounts.String()+"        "+allHistory+"\n"))
	b.Must("config", "check")
	if p := b.Sync()[0]; p.Refused != 0 || p.New == 0 {
		t.Errorf("collected by the pasted account: %+v", p)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range good {
		if l.full[name] == 0 {
			t.Errorf("%s was not asked for", name)
		}
	}
	if s := b.Run("account", "opml", b.Write("pas.opml", "<html>")); s.Code != 2 {
		t.Errorf("no list: exit %d, want 2: %s", s.Code, s.Err)
	}
}

// corpus serves the documents of the connector's own tests, which are written
// as blogs, forums, video sites, aggregators and alerts write theirs.
func corpus(t *testing.T) (base string, files []string) {
	t.Helper()
	const dir = "../connectors/feeds/testdata"
	paths, err := filepath.Glob(dir + "/*.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if filepath.Ext(path) == ".rss" || filepath.Ext(path) == ".atom" {
			files = append(files, filepath.Base(path))
		}
	}
	if len(files) < 15 {
		t.Fatalf("only %v", files)
	}
	srv := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(srv.Close)
	return srv.URL, files
}

// Blogs' comments, forums, videos, alerts and aggregators in one account: each
// article once though four are told twice, comments and posts under what they
// are on, links to where people answer, and nothing can be answered here.
func TestFeedsOfAllKinds(t *testing.T) {
	base, files := corpus(t)
	total := 0
	var urls strings.Builder
	for _, name := range files {
		raw, err := os.ReadFile("../connectors/feeds/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		feed, err := gofeed.NewParser().ParseString(string(raw))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		total += len(feed.Items)
		fmt.Fprintf(&urls, "          - '%s/%s'\n", base, name)
	}
	b := NewBox(t, watching("      - id: tout\n        network: feeds\n        "+allHistory+"\n        urls:\n"+urls.String()))
	first := b.Sync()[0]
	const twice = 3 // one alert, one story of Hacker News, the first post of a topic
	if first.New != total-twice || first.Refused != 0 {
		t.Errorf("%d of %d entries, refused %d: want %d", first.New, total, first.Refused, total-twice)
	}
	before := b.Must("export")
	if again := b.Sync()[0]; again.New+again.Edited+again.Deleted != 0 || b.Must("export") != before {
		t.Errorf("again: %+v", again)
	}
	threads := map[string]Row{}
	for _, r := range b.List("is:any kind:watch") {
		threads[r.Thread] = r
	}
	for thread, messages := range map[string]int{
		"comments:blog.miette.example/2026/11/galette": 2, "comments:notes.example/2026/11/bread": 2,
		"topic:planners.example/t/123": 2, "topic:forum.example/viewtopic.php?t=12": 2, "reddit:1abcde": 2,
		"https://news.ycombinator.com/item?id=45001": 1,
	} {
		if r := threads[thread]; r.Messages != messages || r.Kind != "watch" {
			t.Errorf("%s: %+v, want %d messages", thread, r, messages)
		}
	}
	story := threads["https://news.ycombinator.com/item?id=45001"]
	if story.URL != "https://news.ycombinator.com/item?id=45001" {
		t.Errorf("a story is answered at %q", story.URL)
	}
	if s := b.Run("reply", story.ID, "--text", "Merci !", "--hold", "0s"); s.Code == 0 || !strings.Contains(s.Err, "on the network itself") {
		t.Errorf("a feed was answered, exit %d: %s%s", s.Code, s.Out, s.Err)
	}
}

// What happens to addresses: one that is gone for good is told once and not
// asked for again, one that moved is told with its new host, a page stands for
// its feed, and one that fails keeps no other from being read. The secret in
// an address is told nowhere.
func TestFeedsComeAndGo(t *testing.T) {
	var mu sync.Mutex
	asked := map[string]int{}
	const good = `<rss version="2.0"><channel><title>%s</title><item><title>%[1]s</title><guid>%[1]s</guid></item></channel></rss>`
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		mu.Unlock()
		switch r.URL.Path {
		case "/gone-s3cret":
			w.WriteHeader(http.StatusGone)
		case "/fails-s3cret":
			w.WriteHeader(http.StatusInternalServerError)
		case "/old-s3cret":
			http.Redirect(w, r, "/new-s3cret", http.StatusMovedPermanently)
		case "/page":
			fmt.Fprint(w, `<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/found.rss"></head></html>`)
		default:
			fmt.Fprintf(w, good, "entry of "+strings.TrimSuffix(r.URL.Path, "-s3cret"))
		}
	}))
	t.Cleanup(srv.Close)
	urls := ""
	for _, path := range []string{"/page", "/gone-s3cret", "/fails-s3cret", "/old-s3cret", "/plain"} {
		urls += "          - '" + srv.URL + path + "'\n"
	}
	b := NewBox(t, watching("      - id: veille\n        network: feeds\n        urls:\n"+urls))
	s := b.Run("sync")
	for _, words := range []string{"feed 2 (127.0.0.1:", "is gone for good, and not asked for again (410)", "its server has a fault (500)", "has moved for good to http://127.0.0.1:"} {
		if !strings.Contains(s.Out+s.Err, words) {
			t.Errorf("not told: %q in %s%s", words, s.Out, s.Err)
		}
	}
	if n := len(b.List("is:any kind:watch")); n != 3 {
		t.Errorf("%d watches, want 3", n)
	}
	again := b.Run("sync")
	if strings.Contains(again.Out+again.Err, "gone for good") || strings.Contains(again.Out+again.Err, "moved") {
		t.Errorf("told again: %s%s", again.Out, again.Err)
	}
	check := b.Must("account", "check", "veille")
	if !strings.Contains(check, srv.URL+"/found.rss") {
		t.Errorf("the page's feed is not named: %s", check)
	}
	mu.Lock()
	defer mu.Unlock()
	if asked["/gone-s3cret"] != 1 || asked["/fails-s3cret"] != 2 || asked["/plain"] != 2 {
		t.Errorf("asked %v", asked)
	}
	if all := s.Out + s.Err + again.Out + again.Err + check; strings.Contains(all, "s3cret") {
		t.Errorf("an address was told: %s", all)
	}
	logs, err := filepath.Glob(filepath.Join(b.Dir, "*.log*"))
	if err != nil || len(logs) == 0 {
		t.Fatalf("no log in %s: %v", b.Dir, err)
	}
	for _, path := range logs {
		if raw, err := os.ReadFile(path); err != nil || strings.Contains(string(raw), "s3cret") {
			t.Errorf("%s tells an address (%v)", path, err)
		}
	}
}
