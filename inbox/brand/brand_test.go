package brand

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestForeign(t *testing.T) {
	own := New("Atlas Sport", []string{"atlas-sport.example"}, []string{"@atlas_sport@social.example"})
	others := []Names{
		New("Miette", []string{"pain d'antan", "https://www.miette.example/"}, []string{"@miette@social.example", "boulangerie.example"}),
		New("Atlas", nil, []string{"@contact@atlas.example", "@atlas"}),
		New("Crème & Cie", []string{"crème-et-cie.example"}, nil),
		New("東京", nil, nil),
	}
	for _, c := range []struct{ name, text, client, word string }{
		{"nobody", "Bonjour Léa, oui, dès 7 h.", "", ""},
		{"name", "Chez Miette, dès 7 h.", "Miette", "Miette"},
		{"case and accents", "chez MIÉTTE", "Miette", "Miette"},
		{"apart", "quelques miettes, et des miettées", "", ""},
		{"tag", "#miette", "Miette", "Miette"},
		{"elision", "l’atlas", "Atlas", "Atlas"},
		{"hidden characters", "Mi\u200be\u00adtte", "Miette", "Miette"},
		{"full width", "Ｍｉｅｔｔｅ", "Miette", "Miette"},
		{"composed", "Cre\u0300me  &\nCie", "Crème & Cie", "Crème & Cie"},
		{"guard of several words", "du PAIN D’ANTAN !", "Miette", "pain d'antan"},
		{"own name holds another's", "Atlas Sport vous répond", "", ""},
		{"own name over a line", "atlas\nsport", "", ""},
		{"own tag", "#AtlasSport et #atlas_sport", "", ""},
		{"own and another's", "Atlas Sport, pas Atlas", "Atlas", "Atlas"},
		{"own handle", "écrivez à @atlas_sport@social.example", "", ""},
		{"own domain", "https://shop.atlas-sport.example/a", "", ""},
		{"handle", "voyez @miette@social.example", "Miette", "@miette@social.example"},
		{"handle without @", "voyez miette@social.example", "Miette", "@miette@social.example"},
		{"a stranger on the same server", "merci @lea@social.example", "", ""},
		{"a server shared with others", "https://social.example/about", "", ""},
		{"short handle", "merci @contact", "Atlas", "@contact@atlas.example"},
		{"a namesake elsewhere", "merci @contact@other.example", "", ""},
		{"own host of a handle", "https://atlas.example", "Atlas", "@contact@atlas.example"},
		{"handle that is a domain", "@boulangerie.example", "Miette", "boulangerie.example"},
		{"link", "https://miette.example/carte?x=1", "Miette", "https://www.miette.example/"},
		{"link below", "http://shop.miette.example:8080", "Miette", "https://www.miette.example/"},
		{"mail", "ines@miette.example.", "Miette", "https://www.miette.example/"},
		{"percent", "https://boul%61ngerie.example/", "Miette", "boulangerie.example"},
		{"punycode", "https://xn--crme-et-cie-z9a.example/", "Crème & Cie", "crème-et-cie.example"},
		{"another domain", "https://boulangerie.example.org and https://ma-boulangerie.example", "", ""},
		{"no spaces between words", "私は東京駅にいます", "東京", "東京"},
		{"empty", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			hit, ok := Foreign(c.text, own, others)
			if ok != (c.client != "") || hit != (Hit{c.client, c.word}) {
				t.Errorf("%q names %+v %v, want %q by %q", c.text, hit, ok, c.client, c.word)
			}
		})
	}
}

func TestTheOtherWayRound(t *testing.T) {
	hit, ok := Foreign("Atlas Sport vous répond", New("Atlas", nil, nil), []Names{New("Atlas Sport", nil, nil)})
	if !ok || hit.Client != "Atlas Sport" {
		t.Errorf("%+v %v, want Atlas Sport", hit, ok)
	}
	if hit, ok := Foreign("Miette", New("Miette", nil, nil), []Names{New("Autre", []string{"Miette"}, nil)}); ok {
		t.Errorf("a word of both is foreign: %+v", hit)
	}
}

func TestNobodyIsNamedByNothing(t *testing.T) {
	for _, n := range []Names{{}, New("", []string{"", " ", "@"}, []string{"", "@", "https://feeds.example/x"})} {
		if hit, ok := Foreign("a @ b https://feeds.example/x ", Names{}, []Names{n}); ok {
			t.Errorf("%+v", hit)
		}
	}
}

func FuzzForeign(f *testing.F) {
	f.Add("Atlas Sport et Miette", "Atlas Sport", "Miette", "@miette@miette.example")
	f.Add("https://xn--crme-et-cie-z9a.example/%zz", "A", "crème", "x.example")
	f.Add("\xff\xfe東京\u200b", "", "東京", "@")
	f.Fuzz(func(t *testing.T, text, mine, theirs, handle string) {
		own, other := New(mine, nil, nil), New(theirs, []string{handle}, []string{handle})
		hit, ok := Foreign(text, own, []Names{other})
		if ok && hit.Client != theirs {
			t.Errorf("%q is nobody's name", hit.Client)
		}
		if hit, ok := Foreign(text, other, []Names{other}); ok {
			t.Errorf("its own words are foreign: %+v", hit)
		}
		folded := fold(theirs)
		if folded == "" || !utf8.ValidString(theirs) || strings.ContainsAny(theirs, "%") {
			return
		}
		if _, ok := Foreign("« "+theirs+" »", Names{}, []Names{other}); !ok {
			t.Errorf("%q is not found between quotes", theirs)
		}
		if folded != fold(folded) {
			t.Errorf("folding %q twice changes it: %q, %q", theirs, folded, fold(folded))
		}
	})
}
