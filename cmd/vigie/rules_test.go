package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vigie/inbox"
)

// chartered gives the client miette a charter and saved replies.
func (r *rig) chartered() {
	r.t.Helper()
	path := filepath.Join(r.dir, "config.yaml")
	raw, err := os.ReadFile(path)
	if err != nil {
		r.t.Fatal(err)
	}
	const more = `  - id: miette
    charter:
      address: vous
      signature: "— Inès"
      words:
        - {word: gratuit, why: rien n'est gratuit, block: true}
        - {word: souci}
    replies:
      - {id: late, text: "Bonjour {{handle}}, la commande {{order number}} arrive. {{signature}}"}
      - {id: late, lang: de, text: "Bald."}
`
	text := strings.Replace(string(raw), "  - id: miette\n", more, 1)
	if text == string(raw) {
		r.t.Fatalf("no client miette in %s", raw)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

func charterRig(t *testing.T) *rig {
	r := newRig(t, "")
	r.chartered()
	r.say("miette-mastodon", inbox.KindMention, "Bonjour, où en est la commande ?")
	r.must("sync")
	return r
}

func TestCharterByCommand(t *testing.T) {
	r := charterRig(t)
	out := r.must("rules", "charter", "--client", "miette")
	for _, want := range []string{"addressed by vous", "ends with: — Inès", `never "gratuit" — rien n'est gratuit`, `avoid "souci"`, "late · de", "{{order number}}"} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q: %s", want, out)
		}
	}
	if md := r.must("rules", "charter", "--client", "MIETTE", "--md"); !strings.HasPrefix(md, "## Charter of ") || !strings.Contains(md, "\n### late\n\n> Bonjour") {
		t.Errorf("as Markdown: %s", md)
	}
	if row := r.one("rules", "charter", "--client", "miette", "--json"); row["address"] != "vous" || len(row["replies"].([]any)) != 2 {
		t.Errorf("as JSON: %v", row)
	}
	r.refused(exitNotFound, "nobody", "rules", "charter", "--client", "nobody")
	r.refused(exitUsage, "miette", "rules", "charter")
	if got := r.must("rules", "charter", "miette"); got != out {
		t.Errorf("the client as a word: %s", got)
	}
}

func TestAnswersKeepTheCharter(t *testing.T) {
	r := charterRig(t)
	r.refused(exitFailure, "never writes it (rien n'est gratuit)", "reply", "1", "--text", "C'est gratuit — Inès", "--despite", "tone")
	r.refused(exitGuard, "--despite tone", "reply", "1", "--text", "Aucun souci — Inès")
	r.refused(exitGuard, "signs its answers", "reply", "1", "--text", "Bonjour")
	r.refused(exitUsage, "charter", "reply", "1", "--text", "Bonjour", "--despite", "charter")
	r.refused(exitUsage, "order number", "reply", "1", "--saved", "late")
	r.refused(exitNotFound, "late", "reply", "1", "--saved", "early")
	r.refused(exitUsage, "name=value", "reply", "1", "--saved", "late", "--var", "42")
	r.refused(exitUsage, "--saved", "reply", "1", "--text", "a", "--var", "a=b")
	r.must("reply", "1", "--saved", "late", "--var", "order number=42")
	if sent := r.answers("miette-mastodon"); len(sent) != 1 || !strings.Contains(sent[0].Text, "la commande 42 arrive. — Inès") {
		t.Errorf("sent %+v", sent)
	}
}

// Whoever waits for a hold hears of it, and how to take it back.
func TestHoldIsTold(t *testing.T) {
	r := charterRig(t)
	got := r.run("", "reply", "1", "--text", "Oui, dès 7 h. — Inès", "--hold", "3s")
	if got.code != exitOK || !strings.Contains(got.err, "held for 3s before it leaves: vigie undo") {
		t.Errorf("%+v", got)
	}
}

func TestPartsByCommand(t *testing.T) {
	r := charterRig(t)
	long := strings.TrimSpace(strings.Repeat("Bonjour à vous, voici la suite. ", 40)) + " — Inès"
	r.refused(exitUsage, "500", "reply", "1", "--text", long)
	if out := r.must("reply", "1", "--text", long, "--split", "--numbered", "--json"); strings.Count(out, "\n") != 3 {
		t.Errorf("told %s", out)
	}
	sent := r.answers("miette-mastodon")
	if len(sent) != 3 {
		t.Fatalf("%d parts were sent", len(sent))
	}
	for i, want := range []string{"1/3", "2/3", "3/3"} {
		if !strings.HasSuffix(sent[i].Text, want) {
			t.Errorf("part %d: %q", i, sent[i].Text)
		}
	}
}

func TestModerateManyByCommand(t *testing.T) {
	r := charterRig(t)
	r.say("miette-mastodon", inbox.KindMention, "Et la mienne ?")
	r.must("sync")
	if got := r.run("", "moderate", "1", "2", "99", "like"); got.code != exitPartly || !strings.Contains(got.err, "99") {
		t.Errorf("%+v", got)
	}
	r.refused(exitUsage, "--message", "moderate", "1", "2", "like", "--message", "x")
	if got := len(r.world.Deeds("miette-mastodon")); got != 2 {
		t.Errorf("%d likes", got)
	}
	if out := r.must("undo"); !strings.Contains(out, "taking the like back") {
		t.Errorf("undo: %s", out)
	}
	if got := len(r.world.Deeds("miette-mastodon")); got != 4 {
		t.Errorf("%d deeds after undo", got)
	}
}
