package tui

import (
	"flag"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The styles of each theme, as escape sequences.
func TestGoldenStyles(t *testing.T) {
	for _, name := range []string{"dark", "light", "mono", "contrast"} {
		t.Run(name, func(t *testing.T) {
			s := newSim(t, world(), 100, 16, func(o *Options) { o.Theme = name })
			s.keys("j enter")
			golden(t, "styles-"+name, strings.ReplaceAll(s.m.View().Content, "\x1b", "␛"))
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	var b strings.Builder
	for _, line := range strings.Split(got, "\n") {
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("%s differs (go test ./tui -update writes it anew); got:\n%s\nwant:\n%s", path, b.String(), want)
	}
}

// Styles are made in one place only, and remote text is drawn in one place.
func TestStylesInThemeOnly(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.Contains(string(src), "lipgloss.NewStyle") && !strings.HasPrefix(path, "theme/") {
			t.Errorf("%s makes a style", path)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range file.Imports {
			dir, _, _ := strings.Cut(path, "/")
			if i.Path.Value == `"github.com/charmbracelet/x/ansi"` && !slices.Contains([]string{"text", "door", "theme", "linear"}, dir) {
				t.Errorf("%s imports x/ansi", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
