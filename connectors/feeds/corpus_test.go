package feeds

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// With -update what the corpus gives is written anew.
var update = flag.Bool("update", false, "write testdata/corpus.golden anew")

// corpus are documents as blogs, forums, video sites, aggregators and alerts
// write them.
func corpus(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f string) bool { return filepath.Ext(f) == ".golden" })
	if len(files) < 15 {
		t.Fatalf("only %d documents", len(files))
	}
	return files
}

func readFile(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestCorpus compares what each document gives with what is written down, and
// reads each again after a restart: nothing comes twice.
func TestCorpus(t *testing.T) {
	var got strings.Builder
	for _, file := range corpus(t) {
		s := newSite(t, readFile(t, file))
		c := open(t, nil, s.URL)
		p := fetch(t, c, "")
		fmt.Fprintf(&got, "# %s\n", filepath.Base(file))
		for _, m := range p.Messages {
			fmt.Fprintf(&got, "id    %s\nin    %s\n", strings.ReplaceAll(m.Remote, c.feeds[0].key, "FEED"), strings.ReplaceAll(m.Conversation, c.feeds[0].key, "FEED"))
			if m.Parent != "" {
				fmt.Fprintf(&got, "to    %s\n", m.Parent)
			}
			if m.Post != nil {
				fmt.Fprintf(&got, "under %s <%s>\n", m.Post.Text, m.Post.URL)
			}
			if m.Counts.Known {
				fmt.Fprintf(&got, "has   %d likes, %d replies\n", m.Counts.Likes, m.Counts.Replies)
			}
			fmt.Fprintf(&got, "by    %s\nat    %s\nurl   %s\n", m.Author.Name, m.At.Format("2006-01-02 15:04"), m.URL)
			for line := range strings.Lines(m.Text.String()) {
				fmt.Fprintf(&got, "    | %s\n", strings.TrimSuffix(line, "\n"))
			}
			got.WriteString("\n")
		}
		if len(p.Refused) > 0 || len(p.Messages) == 0 {
			t.Errorf("%s: %d messages, refused %v", file, len(p.Messages), p.Refused)
		}
		if again := fetch(t, open(t, nil, s.URL), p.Cursor); len(again.Messages) > 0 || again.Cursor != p.Cursor {
			t.Errorf("%s again: %q", file, texts(again))
		}
	}
	const golden = "testdata/corpus.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := readFile(t, golden); got.String() != want {
		t.Errorf("the corpus gives something else: go test ./connectors/feeds -run Corpus -update, and look\n%s", got.String())
	}
}

// TestCountersAreNoEdits: what forums count beside a text does not change it.
func TestCountersAreNoEdits(t *testing.T) {
	for file, change := range map[string][2]string{
		"phpbb-posts.atom":     {"Views 55", "Views 56"},
		"discourse-latest.rss": {"3 posts", "4 posts"},
		"hnrss.rss":            {"Points: 41", "Points: 42"},
	} {
		s := newSite(t, readFile(t, "testdata/"+file))
		c := open(t, nil, s.URL)
		p := fetch(t, c, "")
		s.set(func() { s.body = strings.ReplaceAll(s.body, change[0], change[1]) })
		after := fetch(t, c, p.Cursor)
		for _, m := range after.Messages {
			if !m.Counts.Known || !slices.Contains(texts(p), m.Text.String()) {
				t.Errorf("%s: %q", file, m.Text)
			}
		}
	}
}
