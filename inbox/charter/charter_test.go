package charter_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"vigie/inbox"
	"vigie/inbox/charter"
)

// rules are the rules that a text offends, with what was found, in order.
func rules(list []charter.Finding, text string) string {
	var out []string
	for _, f := range list {
		what := text[f.Start:f.End]
		if f.Blocks() {
			what = "!" + what
		}
		out = append(out, strings.TrimPrefix(f.Rule, "rule:")+"="+what)
	}
	return strings.Join(out, " ")
}

func TestWords(t *testing.T) {
	c := inbox.Charter{Words: []inbox.CharterWord{
		{Word: "gratuit", Why: "rien n'est gratuit", Block: true},
		{Word: "pas de souci"},
		{Word: "cheap", Block: true},
		{Word: "保証", Block: true},
	}}
	for text, want := range map[string]string{
		"C'est GRATUIT !":                "gratuit=!GRATUIT",
		"c'est gràtuit":                  "gratuit=!gràtuit",
		"gratu\u0301it":                  "gratuit=!gratu\u0301it",
		"gra\u200Btuit et gra\u00ADtuit": "gratuit=!gra\u200Btuit gratuit=!gra\u00ADtuit",
		"ｇｒａｔｕｉｔ":                        "gratuit=!ｇｒａｔｕｉｔ",
		"#gratuit":                       "gratuit=!gratuit",
		"« gratuit »":                    "gratuit=!gratuit",
		"gratuitement, gratuité":         "gratuit=!gratuité", // whatever the accents
		"ingratuit":                      "",
		"Pas de\nsouci.":                 "pas de souci=Pas de\nsouci",
		"pas  de—souci":                  "pas de souci=pas  de—souci",
		"pas de soucis":                  "pas de souci=pas de soucis",
		"pas de":                         "",
		"pas de souci, c'est cheap":      "cheap=!cheap pas de souci=pas de souci",
		"これは保証です":                        "保証=!保証",
		"":                               "",
	} {
		if got := rules(charter.Check(c, "fr", text), text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	f := charter.Check(c, "", "gratuit")[0]
	if p := f.Problem(); p.Code != inbox.CodeCharter || !slices.Equal(p.Args, []string{"gratuit", "rien n'est gratuit"}) {
		t.Errorf("the problem is %+v", p)
	}
}

// A word has forms; a longer word is another.
func TestFormsOfWords(t *testing.T) {
	c := inbox.Charter{Words: []inbox.CharterWord{
		{Word: "gagnant", Block: true}, {Word: "cadeau"}, {Word: "français"}, {Word: "gratuité"}, {Word: "bon plan"}, {Word: "mai"}, {Word: "port"},
	}}
	for _, x := range []struct{ lang, text, want string }{
		{"fr", "Vous êtes gagnante, et gagnantes, les GAGNANTS !", "gagnant=!gagnante gagnant=!gagnantes gagnant=!GAGNANTS"},
		{"", "gagnante", "gagnant=!gagnante"},
		{"en", "gagnants gagnante", "gagnant=!gagnants"},
		{"fr", "gagnantement, gagnanter, gagnantx, regagnants", ""},
		{"fr", "des cadeaux, deux cadeaus, cadeaue", "cadeau=cadeaux cadeau=cadeaus cadeau=cadeaue"},
		{"fr", "française, françaises, françaiss", "français=française français=françaises"},
		{"fr", "bon plans", "bon plan=bon plans"},
		{"fr", "mais la porte des ports", "port=ports"},
	} {
		if got := rules(charter.Check(c, x.lang, x.text), x.text); got != x.want {
			t.Errorf("%s %q: %s, want %s", x.lang, x.text, got, x.want)
		}
	}
}

func TestVouvoiement(t *testing.T) {
	for text, want := range map[string]string{
		"Tu as reçu ton colis ?":                   "vous=Tu vous=ton",
		"As-tu essayé ?":                           "vous=tu",
		"Je t'envoie ça, je t’assure":              "vous=t vous=t",
		"On pense à toi et à tes parents":          "vous=toi vous=tes",
		"Je te rappelle pour ta commande":          "vous=te vous=ta",
		"Le tien arrive":                           "vous=tien",
		"Ton colis":                                "vous=Ton",
		"Pour ton plus grand plaisir":              "vous=ton",
		"Nous vous remercions de votre message":    "",
		"Le ton de la campagne":                    "",
		"Changer de ton.":                          "",
		"ton sur ton":                              "",
		"Le même ton, un ton plus calme":           "",
		"Hausser le ton ne sert à rien":            "",
		"Il s'est tu.":                             "",
		"Y a-t-il du monde ? Va-t-on y arriver ?":  "",
		"Un T-shirt":                               "",
		"Y a-t'il":                                 "",
		"Vous écrivez « tu es là ? » : non":        "",
		"Vous écrivez \"ton colis\" : non":         "",
		"> tu viens ?\nNous arrivons":              "",
		"Merci @tu_es_belle #tonstyle #ta":         "",
		"Voyez https://exemple.fr/ta/tu?toi":       "",
		"Le TA de Rennes":                          "",
		"Tiens, bonjour":                           "",
		"C'est le toit, la tente et le test":       "",
		"Citation ouverte « mais tu n'as pas fini": "vous=tu",
		"« Bonjour » et tu « viens »":              "vous=tu",
	} {
		if got := rules(charter.Check(inbox.Charter{Address: "vous"}, "fr", text), text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestTutoiement(t *testing.T) {
	for text, want := range map[string]string{
		"Votre colis et vos clés":         "tu=Votre tu=vos",
		"Pouvez-vous nous écrire ?":       "tu=vous",
		"S'il vous plaît":                 "tu=vous",
		"Le vôtre":                        "tu=vôtre",
		"Ton rendez-vous":                 "",
		"Les rendez-vous du garde-à-vous": "",
		"Merci à vous tous, vous deux":    "",
		"Ils disent « vous »":             "",
		"Tu viens ?":                      "",
	} {
		if got := rules(charter.Check(inbox.Charter{Address: "tu"}, "fr", text), text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// Other languages have such words too.
func TestAddressOnlyInFrench(t *testing.T) {
	for _, c := range []struct {
		lang, text string
		found      bool
	}{
		{"en", "A ton of love, ta!", false},
		{"", "A ton of love, ta!", false},
		{"es", "Tu pedido, te lo mando", false},
		{"", "Tu pedido, te lo mando", false},
		{"", "Bonjour, tu as reçu le colis ?", true},
		{"fr", "Tu viens", true},
		{"en", "Bonjour, tu as reçu le colis ?", false},
	} {
		if got := len(charter.Check(inbox.Charter{Address: "vous"}, c.lang, c.text)) > 0; got != c.found {
			t.Errorf("%s %q: found %v, want %v", c.lang, c.text, got, c.found)
		}
	}
}

func TestEmoji(t *testing.T) {
	for text, want := range map[string]string{
		"Merci 😊":        "emoji=😊",
		"👨‍👩‍👧 et 🇫🇷":    "emoji=👨‍👩‍👧 emoji=🇫🇷",
		"1️⃣ #️⃣":        "emoji=1️⃣ emoji=#️⃣",
		"❤ ☀ ❤️ ©️":      "emoji=❤ emoji=☀ emoji=❤️ emoji=©️",
		"© ® ™ → … « »":  "",
		"12 € #1 * 3":    "",
		"☎\uFE0E":        "",
		"été, Ωmega, 日本": "",
		":-) ✓":          "",
		"a😀😀":            "emoji=😀 emoji=😀",
		"👍🏽":             "emoji=👍🏽",
	} {
		if got := rules(charter.Check(inbox.Charter{Emoji: "none"}, "", text), text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if got := charter.Check(inbox.Charter{Notes: []string{"x"}}, "", "😊"); len(got) > 0 {
		t.Errorf("any emoji may be: %v", got)
	}
}

func TestLanguageAndSignature(t *testing.T) {
	c := inbox.Charter{Languages: []string{"fr", "nl"}, Signature: "— Inès,\npour Miette"}
	signed := " — Inès, pour Miette \n"
	for _, x := range []struct{ lang, text, want string }{
		{"fr", "Bonjour" + signed, ""},
		{"", "Bonjour" + signed, ""},
		{"en", "Hello" + signed, "language="},
		{"fr", "Bonjour", "signature="},
		{"fr", "— Inès, pour Miette. Et encore", "signature="},
		{"en", "Hello", "language= signature="},
		{"en", " \n", ""},
	} {
		if got := rules(charter.Check(c, x.lang, x.text), x.text); got != x.want {
			t.Errorf("%s %q: %s, want %s", x.lang, x.text, got, x.want)
		}
	}
}

func TestWorst(t *testing.T) {
	c := inbox.Charter{Emoji: "none", Words: []inbox.CharterWord{{Word: "jamais", Block: true}}}
	both := charter.Check(c, "fr", "😊 jamais")
	if f, ok := charter.Worst(both, true); !ok || f.Rule != "jamais" {
		t.Errorf("a blocker stays one: %v %v", f, ok)
	}
	only := charter.Check(c, "fr", "😊")
	if f, ok := charter.Worst(only, false); !ok || f.Rule != charter.RuleEmoji {
		t.Errorf("asks: %v %v", f, ok)
	}
	if f, ok := charter.Worst(only, true); ok {
		t.Errorf("was asked: %v", f)
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{
		"Tu as « gratuit » 😊", "\xff\xfe gra\xfftuit", "{{name}} @tu #toi", "> tu\n\"", "t'", "-t'-tu", "1\uFE0F\u20E3",
		"\u200D\u200D", "👨‍👩‍👧", strings.Repeat("ton ", 50), "保保証", "\r\n\r\ntu",
	} {
		f.Add(s, "fr")
		f.Add(s, "")
	}
	c := inbox.Charter{
		Address: "vous", Emoji: "none", Signature: "— I", Languages: []string{"fr"},
		Words: []inbox.CharterWord{{Word: "gratuit", Block: true}, {Word: "pas de"}, {Word: "保証"}, {Word: "…"}, {Word: ""}},
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		last, blocks := 0, true
		for _, found := range charter.Check(c, lang, text) {
			if found.Start < 0 || found.End < found.Start || found.End > len(text) {
				t.Fatalf("%q: %+v", text, found)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[found.Start:found.End]) {
				t.Fatalf("%q: %+v cuts a character", text, found)
			}
			if found.Blocks() != blocks {
				last, blocks = 0, false
			}
			if found.Blocks() && !blocks || found.Start < last {
				t.Fatalf("%q: out of order", text)
			}
			last = found.Start
		}
	})
}

// A paste of a megabyte costs no more than its length.
func TestLongText(t *testing.T) {
	c := inbox.Charter{Address: "vous", Emoji: "none", Words: []inbox.CharterWord{{Word: "a a a b", Block: true}}}
	for _, piece := range []string{"a ", "\" «", "\u0301", "@", "> ", "{{", "😊"} {
		charter.Check(c, "fr", strings.Repeat(piece, 1<<19/len(piece)))
	}
}
