package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"vigie/connectors/all"
	"vigie/inbox"
)

const networksIndex = "docs/networks/README.md"

// actMatrix is the table of what each network can do, an act and what takes it
// back in a row.
func actMatrix() string {
	var b strings.Builder
	b.WriteString("| act |")
	for _, info := range all.Registry() {
		b.WriteString(" " + info.Title + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(all.Registry())) + "\n")
	told := map[inbox.ActionKind]bool{inbox.ActEscalate: true} // no network's
	for _, kind := range inbox.ActionKinds() {
		if told[kind] {
			continue
		}
		told[kind] = true
		row := "| `" + string(kind) + "`"
		back, paired := kind.Inverse()
		if paired {
			told[back] = true
			row += " `" + string(back) + "`"
		}
		row += " |"
		for _, info := range all.Registry() {
			acts, cell := networkRowOf(info).Acts, "–"
			if class, ok := acts[string(kind)]; ok {
				cell = class
				if _, both := acts[string(back)]; paired && !both {
					cell += ", not back"
				}
			}
			row += " " + cell + " |"
		}
		b.WriteString(row + "\n")
	}
	return b.String()
}

var matrix = regexp.MustCompile(`(?m)^\| act \|(.*\n\|)*.*\n`)

// TestNetworksIndex compares the index of the networks with the registry; with
// -update its matrix is written anew.
func TestNetworksIndex(t *testing.T) {
	text, want := page(t, networksIndex), actMatrix()
	if *update {
		text = matrix.ReplaceAllLiteralString(text, want)
		if err := os.WriteFile(filepath.Join("..", "..", networksIndex), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if matrix.FindString(text) != want {
		t.Errorf("%s is not what the connectors say: go test ./cmd/vigie -run NetworksIndex -update", networksIndex)
	}
	known := map[string]bool{}
	for _, info := range all.Registry() {
		link := "](" + string(info.Network) + ".md)"
		known[link] = true
		if !strings.Contains(text, "\n| ["+info.Title+link) {
			t.Errorf("%s has no row that begins with a link to the page of %s", networksIndex, info.Title)
		}
		for _, tag := range []string{"en", "fr"} {
			if chapter := guideDir + "/" + tag + "/networks.md"; !strings.Contains(page(t, chapter), "networks/"+string(info.Network)+".md)") {
				t.Errorf("%s does not link the page of %s", chapter, info.Title)
			}
		}
		if !strings.Contains(page(t, "README.md"), "docs/networks/"+string(info.Network)+".md)") {
			t.Errorf("README.md does not link the page of %s", info.Title)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^\| \[[^\]]*(\]\(\w+\.md\))`).FindAllStringSubmatch(text, -1) {
		if !known[m[1]] {
			t.Errorf("%s has a row %q, which is no network of the program", networksIndex, m[1])
		}
	}
}
