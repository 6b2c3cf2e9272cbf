package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"vigie/cmd/vigie/config"
	"vigie/connectors/all"
)

const (
	guideDir   = "docs/guide"
	pictures   = guideDir + "/pictures"
	pictureMax = 60 << 10
)

// guidePages lists the chapters of the guide in a language, by name.
func guidePages(t *testing.T, tag string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("..", "..", guideDir, tag))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestGuideHasAllChaptersInBothLanguages asserts that each chapter is there
// twice, and linked by its language's index.
func TestGuideHasAllChaptersInBothLanguages(t *testing.T) {
	english, french := guidePages(t, "en"), guidePages(t, "fr")
	if !slices.Equal(english, french) {
		t.Errorf("chapters differ: en %v, fr %v", english, french)
	}
	for _, tag := range []string{"en", "fr"} {
		index := page(t, guideDir+"/"+tag+".md")
		for _, name := range guidePages(t, tag) {
			if !strings.Contains(index, "]("+tag+"/"+name+")") {
				t.Errorf("%s/%s.md does not link %s", guideDir, tag, name)
			}
		}
		if !strings.Contains(page(t, "README.md"), "]("+guideDir+"/"+tag+".md)") {
			t.Errorf("README.md does not link the guide in %q", tag)
		}
	}
}

var picture = regexp.MustCompile(`!\[([^\]]*)\]\(\.\./pictures/([a-z-]+)\.(en|fr)\.svg\)`)

// TestGuidePictures asserts that every picture named in the guide is there, in
// the language of its page and small, with words for those who do not see it;
// and that every picture is named.
func TestGuidePictures(t *testing.T) {
	unused := map[string]bool{}
	entries, err := os.ReadDir(filepath.Join("..", "..", pictures))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		unused[e.Name()] = true
	}
	for _, tag := range []string{"en", "fr"} {
		for _, name := range guidePages(t, tag) {
			text := page(t, guideDir+"/"+tag+"/"+name)
			found := picture.FindAllStringSubmatch(text, -1)
			if len(found) != strings.Count(text, ".svg") {
				t.Errorf("%s/%s: a picture is not named as pictures are", tag, name)
			}
			for _, m := range found {
				file := m[2] + "." + m[3] + ".svg"
				delete(unused, file)
				if m[3] != tag || strings.TrimSpace(m[1]) == "" {
					t.Errorf("%s/%s: %s is of another language, or says nothing to who cannot see it", tag, name, file)
				}
				drawn := page(t, pictures+"/"+file)
				if len(drawn) > pictureMax {
					t.Errorf("%s has %d bytes, the most is %d", file, len(drawn), pictureMax)
				}
				if !strings.Contains(drawn, "<title>") {
					t.Errorf("%s has no title", file)
				}
			}
		}
	}
	for name := range unused {
		t.Errorf("%s is in no page of the guide", name)
	}
}

var (
	heading  = regexp.MustCompile(`(?m)^#+ (.+)$`)
	fragment = regexp.MustCompile(`\]\(([^)#\s]*)#([^)]+)\)`)
)

// headings are the anchors of a page, as they are made of its headings.
func headings(text string) map[string]bool {
	list := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		list[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])] = true
	}
	return list
}

// TestGuideAnchorsLeadSomewhere asserts that what the guide links within a
// page is a heading of that page.
func TestGuideAnchorsLeadSomewhere(t *testing.T) {
	seen := 0
	for _, path := range files(t, ".md") {
		if !strings.HasPrefix(path, guideDir) {
			continue
		}
		for _, m := range fragment.FindAllStringSubmatch(page(t, path), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			seen++
			target := path
			if m[1] != "" {
				target = filepath.Join(filepath.Dir(path), m[1])
			}
			if !headings(page(t, target))[m[2]] {
				t.Errorf("%s links %s#%s, which is no heading there: %v", path, m[1], m[2], slices.Sorted(maps.Keys(headings(page(t, target)))))
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d links seen", seen)
	}
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// TestGuideConfigurationIsUnderstood reads the examples of the chapter on the
// configuration, one after the other, as one file.
func TestGuideConfigurationIsUnderstood(t *testing.T) {
	registry := all.Registry()
	for _, tag := range []string{"en", "fr"} {
		var file strings.Builder
		for _, m := range yamlBlock.FindAllStringSubmatch(page(t, guideDir+"/"+tag+"/configuration.md"), -1) {
			file.WriteString(m[1])
		}
		conf, mistakes := config.Parse(tag+".yaml", []byte(file.String()), registry)
		for _, m := range mistakes {
			t.Errorf("%s: %v", tag, m)
		}
		if len(conf.Clients) != 1 || len(conf.Views) != 1 || len(conf.Clients[0].Replies) != 2 {
			t.Errorf("%s: %d clients, %d views", tag, len(conf.Clients), len(conf.Views))
		}
	}
}
