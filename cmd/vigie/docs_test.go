package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"vigie/inbox"
	"vigie/tui/lang"
)

// page reads a file of the repository.
func page(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// tree is the command tree, in English.
func tree() *cobra.Command {
	p := &program{env: func(string) string { return "" }}
	p.p = lang.For(lang.English)
	root := p.root()
	root.InitDefaultHelpCmd()
	return root
}

// everyCommand lists the commands that do something, by their words.
func everyCommand(root *cobra.Command) map[string]*cobra.Command {
	list := map[string]*cobra.Command{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Name() != "help" && !c.Hidden {
			list[c.CommandPath()] = c
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	return list
}

// sections cuts a page at its headings of the third degree, down to the next
// heading of any degree. A heading in backquotes loses them.
func sections(text string) map[string]string {
	list := map[string]string{}
	name := ""
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			name = ""
			if title, ok := strings.CutPrefix(line, "### "); ok {
				name = strings.Trim(strings.TrimSpace(title), "`")
				list[name] = ""
			}
			continue
		}
		if name != "" {
			list[name] += line
		}
	}
	return list
}

var longFlag = regexp.MustCompile("`(--[a-z][a-z-]*)")

// TestCommandsAreDocumented holds docs/cli.md against the command tree: each
// command has its section with its flags, and no section has others.
func TestCommandsAreDocumented(t *testing.T) {
	root := tree()
	docs := sections(page(t, "docs/cli.md"))
	global := docs["vigie"]
	for path, cmd := range everyCommand(root) {
		title := strings.TrimSpace(strings.TrimSuffix(path, cmd.Name()) + cmd.Use)
		text, ok := docs[title]
		if !ok {
			t.Errorf("docs/cli.md has no section %q", title)
			continue
		}
		delete(docs, title)
		known := map[string]bool{"--help": true}
		root.PersistentFlags().VisitAll(func(f *pflag.Flag) { known["--"+f.Name] = true })
		cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			known["--"+f.Name] = true
			if f.Name == "help" || f.Hidden {
				return
			}
			if !strings.Contains(text, "`--"+f.Name) {
				t.Errorf("docs/cli.md: %q lacks --%s", title, f.Name)
			}
			if f.Shorthand != "" && !strings.Contains(text, "`-"+f.Shorthand) {
				t.Errorf("docs/cli.md: %q lacks -%s", title, f.Shorthand)
			}
		})
		for _, m := range longFlag.FindAllStringSubmatch(text, -1) {
			if !known[m[1]] {
				t.Errorf("docs/cli.md: %q speaks of %s, which there is not", title, m[1])
			}
		}
	}
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(global, "`--"+f.Name) {
			t.Errorf("docs/cli.md: the section \"vigie\" lacks --%s", f.Name)
		}
	})
	for title := range docs {
		t.Errorf("docs/cli.md has a section %q, and there is no such command", title)
	}
}

// TestJSONFieldsAreDocumented asserts that each field of a command's output
// stands in the command's section.
func TestJSONFieldsAreDocumented(t *testing.T) {
	docs := sections(page(t, "docs/cli.md"))
	for title, rows := range map[string][]any{
		"vigie list [QUERY]":    {row{}, rowAuthor{}},
		"vigie search QUERY":    {struct{ hitRow }{}.hitRow},
		"vigie drafts":          {draftRow{}},
		"vigie outbox":          {actRow{}, inbox.Problem{}},
		"vigie outbox show ID":  {actRecord{}, actStep{}},
		"vigie backups":         {backupRow{}},
		"vigie compact":         {compactRow{}},
		"vigie retention":       {retentionRow{}},
		"vigie reindex":         {indexRow{}},
		"vigie status":          {statusOf{}, sessionStatus{}},
		"vigie account list":    {accountRow{}},
		"vigie networks":        {networkRow{}},
		"vigie sync [ACCOUNT…]": {syncRow{}},

		"vigie rules charter CLIENT": {charterRow{}, charterBan{}, savedRow{}},
	} {
		text, ok := docs[title]
		if !ok {
			t.Errorf("docs/cli.md has no section %q", title)
		}
		for _, r := range rows {
			kind := reflect.TypeOf(r)
			for i := range kind.NumField() {
				name, _, _ := strings.Cut(kind.Field(i).Tag.Get("json"), ",")
				if name != "" && !strings.Contains(text, "`"+name+"`") {
					t.Errorf("docs/cli.md: %q lacks the field %q of %s", title, name, kind)
				}
			}
		}
	}
}

// TestExitCodesAreDocumented compares the table of docs/cli.md with the
// constants.
func TestExitCodesAreDocumented(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "exit.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok && strings.HasPrefix(v.Names[0].Name, "exit") {
				codes[v.Values[0].(*ast.BasicLit).Value] = v.Names[0].Name
			}
		}
	}
	if len(codes) < 8 {
		t.Fatalf("%d exit codes found", len(codes))
	}
	_, rest, _ := strings.Cut(page(t, "docs/cli.md"), "\n## Exit codes\n")
	table, _, _ := strings.Cut(rest, "\n## ")
	told := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\| (\d+) \|`).FindAllStringSubmatch(table, -1) {
		told[m[1]] = true
	}
	for code, name := range codes {
		if !told[code] {
			t.Errorf("docs/cli.md: exit code %s (%s) is missing", code, name)
		}
	}
	// What the door and its client add.
	for _, code := range []string{"70", "130"} {
		if !told[code] {
			t.Errorf("docs/cli.md: exit code %s is missing", code)
		}
		delete(told, code)
	}
	for code := range told {
		if codes[code] == "" {
			t.Errorf("docs/cli.md: there is no exit code %s", code)
		}
	}
}

var variable = regexp.MustCompile(`"(VIGIE_[A-Z_]+)"`)

// TestVariablesAreDocumented asserts that docs/cli.md names every variable of
// the environment that has our name in it.
func TestVariablesAreDocumented(t *testing.T) {
	docs := page(t, "docs/cli.md")
	seen := 0
	for _, path := range files(t, ".go") {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, m := range variable.FindAllStringSubmatch(page(t, path), -1) {
			seen++
			if !strings.Contains(docs, "`"+m[1]+"`") {
				t.Errorf("docs/cli.md lacks %s (%s)", m[1], path)
			}
		}
	}
	if seen < 3 {
		t.Errorf("only %d variables seen", seen)
	}
}

// files lists the files of the repository with an ending, hidden directories
// left out.
func files(t *testing.T, ending string) []string {
	t.Helper()
	var list []string
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ending) {
			rel, err := filepath.Rel(root, path)
			list = append(list, rel)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

var (
	codeBlock = regexp.MustCompile("(?s:```[a-z]*\n(.*?)```)|`([^`\n]+)`|(?m)^    (.+)$")
	typed     = regexp.MustCompile(`(?m)(?:^|[\s$(;|/])vigie((?: [a-z]+)+)`)
)

// TestDocsNameOnlyCommandsThatExist looks at every command line in the pages
// for people.
func TestDocsNameOnlyCommandsThatExist(t *testing.T) {
	root := tree()
	seen := 0
	for _, path := range files(t, ".md") {
		for _, block := range codeBlock.FindAllStringSubmatch(page(t, path), -1) {
			for _, m := range typed.FindAllStringSubmatch(strings.Join(block[1:], "\n"), -1) {
				words := strings.Fields(m[1])
				seen++
				cmd, _, err := root.Find(words)
				if err != nil || cmd == root {
					t.Errorf("%s: there is no command \"vigie%s\"", path, m[1])
				} else if cmd.HasSubCommands() && cmd.Name() != "help" && len(words) > 1 {
					t.Errorf("%s: %q has no command %q", path, cmd.CommandPath(), words[len(words)-1])
				}
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d command lines seen", seen)
	}
}

var link = regexp.MustCompile(`\]\(([^)#\s]+)(?:#[^)]*)?\)`)

// TestLinksLeadSomewhere asserts that what pages link in the repository is
// there.
func TestLinksLeadSomewhere(t *testing.T) {
	seen := 0
	for _, path := range files(t, ".md") {
		for _, m := range link.FindAllStringSubmatch(page(t, path), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			seen++
			if _, err := os.Stat(filepath.Join("..", "..", filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s links %s: %v", path, m[1], err)
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d links seen", seen)
	}
}

// TestArchitectureNamesEveryPackage asserts that no package is left out.
func TestArchitectureNamesEveryPackage(t *testing.T) {
	docs := page(t, "docs/ARCHITECTURE.md")
	out, err := exec.Command("go", "list", "vigie/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range strings.FieldsSeq(string(out)) {
		name := strings.TrimPrefix(pkg, "vigie/")
		if !strings.Contains(docs, "`"+name+"`") {
			t.Errorf("docs/ARCHITECTURE.md does not name %s", name)
		}
	}
}
