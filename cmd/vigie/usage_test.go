package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"vigie/tui/lang"
)

// foreign are words of the command library, which speaks English only.
var foreign = regexp.MustCompile(`Usage:|Commands|Flags|help for|Help about|Generate|autocompletion|\[flags\]|\[command\]|\(default|disable|information about| (string|stringArray|int|uint64|duration)\b`)

// TestHelpIsInTheReadersLanguage asks every command for its help, in French.
func TestHelpIsInTheReadersLanguage(t *testing.T) {
	r := newRig(t, "")
	asked := 0
	var ask func(cmd *cobra.Command)
	ask = func(cmd *cobra.Command) {
		asked++
		words := strings.Fields(cmd.CommandPath())[1:]
		for _, args := range [][]string{append(words, "--help"), append([]string{"help"}, words...)} {
			out := r.must(append([]string{"--lang", "fr"}, args...)...)
			if found := foreign.FindString(out); found != "" || !strings.Contains(out, "Emploi :") || strings.Contains(out, "%!") {
				t.Errorf("vigie %q speaks English (%q):\n%s", args, found, out)
			}
			cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
				if !f.Hidden && !strings.Contains(out, "--"+f.Name) {
					t.Errorf("vigie %q lacks --%s:\n%s", args, f.Name, out)
				}
			})
		}
		for _, sub := range cmd.Commands() {
			if !sub.Hidden && !strings.Contains(r.must(append(words, "--help")...), "  "+sub.Name()+" ") {
				t.Errorf("the help of %q lacks %s", cmd.CommandPath(), sub.Name())
			}
			ask(sub)
		}
	}
	ask(tree())
	if asked < 30 {
		t.Errorf("only %d commands", asked)
	}
	english := r.must("list", "--help") + r.must("demo", "--help")
	for _, want := range []string{"Usage:\n  vigie list [QUERY] [options]\n", "-n, --limit NUMBER", "(default: 1)", "--help", "Options of every command:\n"} {
		if !strings.Contains(english, want) {
			t.Errorf("the English help lacks %q:\n%s", want, english)
		}
	}
}

func TestComplaintsAreInTheReadersLanguage(t *testing.T) {
	r := newRig(t, "")
	for _, c := range []struct {
		args string
		want string
	}{
		{"search", "vigie: aucun argument donné ; attendu : vigie search QUERY"},
		{"snooze 1", "vigie: 1 argument donné ; attendu : vigie snooze"},
		{"status a b", "vigie: 2 arguments donnés ; attendu : vigie status"},
		{"lst", "vigie: commande inconnue « lst » ; la plus proche : list — vigie help"},
		{"frobnicate", "vigie: commande inconnue « frobnicate » — vigie help"},
		{"config chek", "vigie: commande inconnue « chek » ; la plus proche : check — vigie help"},
		{"help frobnicate", "vigie: commande inconnue « frobnicate » — vigie help"},
		{"completion tcsh", "vigie: commande inconnue « tcsh »"},
		{"list --frobnicate", "vigie: option inconnue --frobnicate"},
		{"list -x", "vigie: option inconnue -x"},
		{"list --limit", "vigie: --limit attend une valeur"},
		{"list --limit many", "vigie: « many » ne convient pas à --limit ; attendu : NOMBRE"},
		{"reply 1 --hold soon", "vigie: « soon » ne convient pas à --hold ; attendu : DURÉE"},
		{"list --=x", "vigie: option mal formée « --=x »"},
	} {
		got := r.run("", append([]string{"--lang", "fr"}, strings.Fields(c.args)...)...)
		if got.code != exitUsage || !strings.HasPrefix(got.err, c.want) {
			t.Errorf("vigie %s: exit %d, %s\twant %s", c.args, got.code, got.err, c.want)
		}
	}
}

// TestKindsOfValuesHaveNames holds the table against the flags there are.
func TestKindsOfValuesHaveNames(t *testing.T) {
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if key := langKey("value." + f.Value.Type()); f.Value.Type() != "bool" && !lang.For(lang.French).Has(key) {
				t.Errorf("%s --%s: no sentence %s", cmd.CommandPath(), f.Name, key)
			}
		})
		for _, sub := range cmd.Commands() {
			look(sub)
		}
	}
	look(tree())
}
