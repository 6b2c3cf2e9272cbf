package words

import (
	"strings"
	"testing"
)

func TestFamilies(t *testing.T) {
	for _, family := range []string{
		"commandé commandée commandés commandées commander commande commandes commandons commandez commandèrent commandait",
		"cheval chevaux", "livraison livraisons", "livrer livré livrée livrez", "colis", "perdu perdus perdue perdues",
		"premier première premières", "remboursement remboursements", "rembourser remboursé remboursés", "réclamation réclamations",
		"order orders ordered ordering", "refund refunds refunded", "loi lois", "mot mots", "année années",
		"reçu reçus reçue", "parti partis partie", "日", "12345",
	} {
		list := strings.Fields(string(Fold(nil, family)))
		for _, a := range list {
			for _, b := range list {
				if !NewStem(a).Has(b) {
					t.Errorf("%s and %s are not of one family: %+v %+v", a, b, NewStem(a), NewStem(b))
				}
				if section := "x " + b + " y"; !NewStem(a).In([]byte(section)) {
					t.Errorf("%s is not in %q", a, section)
				}
			}
		}
	}
}

func TestStrangers(t *testing.T) {
	for _, pair := range []string{
		"commande comment", "livre lune", "cheval chevre", "livraison livrer", "order border", "happy happily", "a b",
		"commande #commande", "12345 123456", "日 日本", "commande commandes2",
	} {
		a, b, _ := strings.Cut(pair, " ")
		if NewStem(a).Has(b) || NewStem(b).Has(a) || NewStem(a).In([]byte(" "+b+" ")) {
			t.Errorf("%s and %s are of one family", a, b)
		}
	}
	long := strings.Repeat("a", maxWhole+1)
	if NewStem(long).Has(long) || NewStem("").Has("") || NewStem("").In([]byte("  ")) {
		t.Error("a family of none")
	}
}

// FuzzStem asserts that families go both ways and begin as they say.
func FuzzStem(f *testing.F) {
	f.Add("commande", "commandees")
	f.Add("chevaux", "cheval")
	f.Add("y", "yyy")
	f.Add("sses", "ied")
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = strings.TrimSpace(string(Fold(nil, a))), strings.TrimSpace(string(Fold(nil, b)))
		if NewStem(a).Has(b) != NewStem(b).Has(a) {
			t.Fatalf("%q %q: one way only: %+v %+v", a, b, NewStem(a), NewStem(b))
		}
		if s := NewStem(a); !strings.HasPrefix(a, s.Begin()) || a != "" && len(a) <= maxWhole && !s.Has(a) {
			t.Fatalf("%q: %+v", a, s)
		}
	})
}

func BenchmarkStem(b *testing.B) {
	s := NewStem("commande")
	for b.Loop() {
		s.Has("commandees")
	}
}
