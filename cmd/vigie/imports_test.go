package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestImportDirection asserts the direction in which packages may know each
// other: connectors → inbox ← store, inbox ← tui; only cmd sees all.
func TestImportDirection(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}: {{join .Imports " "}}`, "vigie/...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	checked := 0
	for line := range strings.Lines(string(out)) {
		pkg, list, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || !strings.HasPrefix(pkg, "vigie/") {
			continue
		}
		checked++
		for _, imp := range strings.Fields(list) {
			if why := forbidden(pkg, imp); why != "" {
				t.Errorf("%s imports %s: %s", pkg, imp, why)
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d packages seen", checked)
	}
}

func within(pkg, tree string) bool { return pkg == tree || strings.HasPrefix(pkg, tree+"/") }

func forbidden(pkg, imp string) string {
	standard := !strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") && !within(imp, "vigie")
	switch {
	case pkg == "vigie/inbox" && !standard && imp != "vigie/inbox/text" && imp != "vigie/inbox/courtesy":
		return "inbox imports the standard library, inbox/text and inbox/courtesy only"
	case pkg == "vigie/inbox/text" && !standard:
		return "inbox/text imports the standard library only"
	case within(pkg, "vigie/inbox") && within(imp, "vigie") && !within(imp, "vigie/inbox"):
		return "inbox knows nobody"
	case within(pkg, "vigie/inbox") && (imp == "os" || imp == "net" || imp == "net/http" || imp == "os/exec"):
		return "inbox does no I/O"
	case within(pkg, "vigie/tui") && (within(imp, "vigie/store") || within(imp, "vigie/connectors") || within(imp, "vigie/cmd")):
		return "tui knows inbox only"
	case within(pkg, "vigie/store") && (within(imp, "vigie/tui") || within(imp, "vigie/connectors") || within(imp, "vigie/cmd")):
		return "store knows inbox only"
	case within(pkg, "vigie/connectors") && (within(imp, "vigie/tui") || within(imp, "vigie/store") || within(imp, "vigie/cmd")):
		return "connectors know inbox only"
	case !within(pkg, "vigie/cmd") && !within(pkg, "vigie/e2e") && within(imp, "vigie/cmd"):
		return "only cmd sees all"
	}
	return ""
}
