package saved_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/saved"
	"vigie/inbox/text"
)

func TestPick(t *testing.T) {
	list := []inbox.SavedReply{
		{ID: "retard", Text: "any"},
		{ID: "retard", Lang: "fr", Text: "fr"},
		{ID: "retard", Network: "x", Text: "x"},
		{ID: "retard", Lang: "fr", Network: "x", Text: "fr x"},
		{ID: "merci", Lang: "de", Text: "danke"},
		{ID: "merci", Lang: "nl", Text: "dank u"},
	}
	for _, c := range []struct{ id, lang, net, want string }{
		{"retard", "fr", "x", "fr x"},
		{"retard", "fr", "mastodon", "fr"},
		{"retard", "en", "x", "x"},
		{"retard", "en", "mastodon", "any"},
		{"retard", "", "", "any"},
		{"merci", "nl", "x", "dank u"},
		{"merci", "fr", "x", "danke"},
	} {
		if r, ok := saved.Pick(list, c.id, c.lang, inbox.Network(c.net)); !ok || r.Text != c.want {
			t.Errorf("%s %s %s: %q %v, want %q", c.id, c.lang, c.net, r.Text, ok, c.want)
		}
	}
	if r, ok := saved.Pick(list, "rien", "fr", "x"); ok {
		t.Errorf("found %+v", r)
	}
}

func TestMatch(t *testing.T) {
	list := []inbox.SavedReply{{ID: "été"}, {ID: "retard"}, {ID: "retard", Lang: "fr"}, {ID: "arret"}}
	if got := saved.IDs(list); !slices.Equal(got, []string{"été", "retard", "arret"}) {
		t.Errorf("ids %v", got)
	}
	for begin, want := range map[string][]string{
		"": {"été", "retard", "arret"}, "E": {"été", "retard", "arret"}, "ret": {"retard", "arret"}, "zz": nil,
	} {
		if got := saved.Match(list, begin); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", begin, got, want)
		}
	}
}

func TestExpand(t *testing.T) {
	v := saved.Values{Name: "Zoé {{client}}", FirstName: "Zoé", Handle: "@zoe", Client: "Miette", Date: "22/11/2026", Post: "a\nb\x1b[2J"}
	for in, want := range map[string]string{
		"Bonjour {{first_name}} !":             "Bonjour Zoé !",
		"{{ First_Name }}, {{CLIENT}}":         "Zoé, Miette",
		"{{name}}":                             "Zoé ((client))",
		"{{post}}":                             "a b␛[2J",
		"le {{date}}{{signature}}":             "le 22/11/2026",
		"n° {{order number}}, {{account}}":     "n° {{order number}}, {{account}} | order number account",
		"{{{first_name}}}":                     "{Zoé}",
		"{{}} {{ }} {{a\nb}} {first_name} {{x": "{{}} {{ }} {{a\nb}} {first_name} {{x",
		"":                                     "",
	} {
		out, gaps := saved.Expand(in, v)
		got := out
		for i, g := range gaps {
			if i == 0 {
				got += " |"
			}
			got += " " + g.Name
			if part := out[g.Start:g.End]; !strings.HasPrefix(part, "{{") || !strings.Contains(part, g.Name) {
				t.Errorf("%q: the gap %+v is at %q", in, g, part)
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestFill(t *testing.T) {
	out, gaps := saved.Fill("{{order number}} {{first_name}} {{x}}", saved.Values{FirstName: "Zoé"},
		map[string]string{"order number": "{{42}}", "first_name": "Madame"})
	if out != "((42)) Madame {{x}}" || len(gaps) != 1 || gaps[0].Name != "x" {
		t.Errorf("%q %+v", out, gaps)
	}
}

// What people call themselves comes from strangers, and would be said in a
// client's name.
func TestValuesOf(t *testing.T) {
	now := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)
	for name, want := range map[string][2]string{
		"Zoé Martin":                {"Zoé Martin", "Zoé"},
		"🌸 zoé 🌸":                   {"🌸 zoé 🌸", "zoé"},
		"@everyone":                 {"everyone", "everyone"},
		"http://mal.example/":       {"", ""},
		"www.mal.example":           {"", ""},
		"Mme Martin":                {"Mme Martin", ""},
		"12345":                     {"", ""},
		"😀":                         {"", ""},
		"":                          {"", ""},
		"J. Doe":                    {"J. Doe", "Doe"},
		"Jean-Luc #1 du classement": {"Jean-Luc 1 du classement", "Jean-Luc"},
	} {
		v := inbox.ThreadView{
			Thread: inbox.Thread{Author: inbox.Author{Name: text.CleanLine(name), Handle: text.CleanLine("zoe")}},
			Client: inbox.Client{Name: "Miette", Zone: "Europe/Paris", Charter: inbox.Charter{Signature: "— I"}},
			Post:   &inbox.Post{Text: text.Clean(strings.Repeat("galette ", 30) + "\nsuite")},
		}
		got := saved.ValuesOf(v, "fr", now)
		if got.Name != want[0] || got.FirstName != want[1] {
			t.Errorf("%q: %q, %q", name, got.Name, got.FirstName)
		}
		if got.Date != "23/11/2026" || got.Signature != "— I" || len([]rune(got.Post)) > 81 || !strings.HasSuffix(got.Post, "galette…") {
			t.Errorf("%+v", got)
		}
	}
	if got := saved.ValuesOf(inbox.ThreadView{}, "en", now).Date; got != "November 22, 2026" {
		t.Errorf("in English it is %q", got)
	}
	if got := saved.ValuesOf(inbox.ThreadView{}, "nl", now).Date; got != "2026-11-22" {
		t.Errorf("elsewhere it is %q", got)
	}
}

func FuzzExpand(f *testing.F) {
	f.Add("Bonjour {{first_name}} {{order}}", "{{client}}")
	f.Add("{{{{name}}}} {{", "}}{{")
	f.Add("{{name}", "}")
	f.Fuzz(func(t *testing.T, in, value string) {
		v := saved.Values{Name: value, FirstName: value, Handle: value, Client: value, Account: value, Post: value}
		out, gaps := saved.Expand(in, v)
		for _, g := range gaps {
			if g.Start < 0 || g.End > len(out) || g.End-g.Start < 5 || out[g.Start:g.Start+2] != "{{" || out[g.End-2:g.End] != "}}" {
				t.Fatalf("%q with %q: %+v in %q", in, value, g, out)
			}
		}
		// what the value says is no variable: the same gaps without it
		bare, _ := saved.Expand(in, saved.Values{Name: "x", FirstName: "x", Handle: "x", Client: "x", Account: "x", Post: "x"})
		if strings.TrimSpace(text.CleanLine(value).String()) != "" && strings.Count(out, "{") != strings.Count(bare, "{") {
			t.Fatalf("%q with %q: %q, without %q", in, value, out, bare)
		}
	})
}
