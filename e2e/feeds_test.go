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
