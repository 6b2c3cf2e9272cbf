package lang

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vigie/inbox"
)

var placeholder = regexp.MustCompile(`%[-+# 0-9.*]*(\[\d+\])?[-+# 0-9.*]*[a-zA-Z%]`)

func TestTables(t *testing.T) {
	seen := map[Key]bool{}
	for _, table := range tables() {
		for key, e := range table {
			if seen[key] {
				t.Errorf("%s stands in two tables", key)
			}
			seen[key] = true
			if strings.TrimSpace(e.fr) == "" || strings.TrimSpace(e.en) == "" {
				t.Errorf("%s lacks a language", key)
			}
			french, english := strings.Split(e.fr, "|"), strings.Split(e.en, "|")
			if len(french) != len(english) || len(french) > 2 {
				t.Errorf("%s has %d French and %d English forms", key, len(french), len(english))
			}
			want := placeholder.FindAllString(french[0], -1)
			for _, form := range append(french, english...) {
				if got := placeholder.FindAllString(form, -1); !slices.Equal(got, want) {
					t.Errorf("%s: placeholders %v and %v", key, want, got)
				}
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d sentences", len(seen))
	}
}

// TestArguments writes numbers and sizes as each language does.
func TestArguments(t *testing.T) {
	for _, c := range []struct {
		tag  Tag
		arg  any
		want string
	}{
		{English, Count(1234567), "1,234,567"},
		{French, Count(1234567), "1\u00A0234\u00A0567"},
		{French, Count(-1234), "-1\u00A0234"},
		{English, 13405, "13405"}, // a process, not a quantity
		{English, Bytes(237_682_688), "226.7\u00A0MiB"},
		{French, Bytes(237_682_688), "226,7\u00A0Mio"},
		{English, Bytes(12), "12\u00A0B"},
		{French, Bytes(12), "12\u00A0o"},
		{English, Bytes(1<<20 - 1), "1.0\u00A0MiB"},
		{English, Bytes(5 << 40), "5.0\u00A0TiB"},
	} {
		if got := For(c.tag).write(entry{"%v", "%v"}, c.arg); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.tag, c.arg, got, c.want)
		}
	}
	for n, want := range map[Count]string{0: "0 fil", 1: "1 fil", 2000: "2\u00A0000 fils"} {
		if got := For(French).write(entry{"%d fil|%d fils", ""}, n); got != want {
			t.Errorf("%d: %q, want %q", int(n), got, want)
		}
	}
}

// uses are the ways in which code names a sentence.
var uses = []*regexp.Regexp{
	regexp.MustCompile(`\.(?:T|t|Has)\("([^"]+)"`),
	regexp.MustCompile(`\b(?:line|usage)\("([^"]+)"`),
	regexp.MustCompile(`\bfail\(\w+, "([^"]+)"`),
	regexp.MustCompile(`\.fail\([^"\n]*"(config\.[^"]+)"`),
	regexp.MustCompile(`\bKey\("([^"]+[^".])"\)`),
}

// TestUsedKeysExist looks for keys in the code that no table has.
func TestUsedKeysExist(t *testing.T) {
	used := 0
	for _, dir := range []string{"../../cmd", "../../tui"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			code, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, use := range uses {
				for _, m := range use.FindAllSubmatch(code, -1) {
					used++
					if key := Key(m[1]); !For(French).Has(key) {
						t.Errorf("%s names the sentence %q, which is in no table", path, key)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if used == 0 {
		t.Error("found no use of any sentence: the patterns no longer fit the code")
	}
}

func TestPlural(t *testing.T) {
	table := map[Key]entry{"n": {"%d fil|%d fils", "%d thread|%d threads"}}
	for _, tt := range []struct {
		tag  Tag
		n    int
		want string
	}{
		{French, 0, "0 fil"},
		{French, 1, "1 fil"},
		{French, 2, "2 fils"},
		{English, 0, "0 threads"},
		{English, 1, "1 thread"},
		{English, 2, "2 threads"},
	} {
		if got := For(tt.tag).write(table["n"], tt.n); got != tt.want {
			t.Errorf("%s %d: %q", tt.tag, tt.n, got)
		}
	}
}

func TestChoose(t *testing.T) {
	for _, tt := range []struct {
		setting string
		env     []string
		want    Tag
	}{
		{"fr", []string{"en_GB"}, French},
		{"en", []string{"fr_FR"}, English},
		{"auto", []string{"", "", "fr_CA.UTF-8"}, French},
		{"auto", []string{"C", "fr_FR"}, English},
		{"auto", nil, English},
		{"", []string{"FR"}, French},
	} {
		if got := Choose(tt.setting, tt.env...); got != tt.want {
			t.Errorf("%q %v: %s", tt.setting, tt.env, got)
		}
	}
	if got := For("de").T("no.such.key"); got != "[no.such.key]" || For("de").Tag() != English {
		t.Errorf("unknown key: %q", got)
	}
}

// What is wrong with an account is never told in words for a message or a text,
// whatever the code.
func TestAccountProblems(t *testing.T) {
	foreign := map[Tag]*regexp.Regexp{
		French:  regexp.MustCompile(`(?i)\b(message|textes?|brouillon|fils?|réponses?|répondre|envoyé|renvoyer|abandonner|fichier|contenu)\b`),
		English: regexp.MustCompile(`(?i)\b(message|texts?|draft|threads?|sent|send again|drop|file|content)\b`),
	}
	codes := 0
	for key := range problemTable {
		code := strings.TrimPrefix(string(key), "problem.")
		if strings.Contains(code, ".") || code == inbox.CodeNoMember { // who answers is what that one is about
			continue
		}
		codes++
		for tag, words := range foreign {
			what, next := For(tag).OfAccount(inbox.Problem{Code: code, Args: []string{"a", "b", "c"}})
			if found := words.FindString(what + " " + next); found != "" || what == "" || next == "" {
				t.Errorf("%s %s: %q: %s → %s", tag, code, found, what, next)
			}
		}
	}
	if codes < 20 {
		t.Fatalf("%d codes", codes)
	}
}
