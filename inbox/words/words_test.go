package words

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"vigie/inbox"
	"vigie/inbox/text"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":                          " ",
		" \n\t!?":                   " ",
		"Été à Nîmes!":              " ete a nimes ",
		"Cre\u0300me CRÈME crème":   " creme creme creme ",
		"l'été l’été lʼété":         " l ete l ete l ete ",
		"week-end bon d'achat":      " week end bon d achat ",
		"Œuf œuvre STRASSE straße":  " oeuf oeuvre strasse strasse ",
		"Ærø Łódź đ İstanbul ı ﬁn":  " aero lodz d istanbul i fin ",
		"ΟΔΟΣ οδός":                 " οδοσ οδοσ ",
		"Ёлка й":                    " елка и ",
		"日本語です":                     " 日 本 語 で す ",
		"ｶﾞ ガ が":                    " ガ ガ が ",
		"한국어 \u1112\u1161\u11ab":    " 한 국 어 한 ",
		"ไทย":                       " ไ ท ย ",
		"שָׁלוֹם":                   " שלום ",
		"مَرْحَبًا":                 " مرحبا ",
		"हिन्दी":                    " हिनदी ",
		"a🎉🎉b €5":                   " a 🎉 🎉 b € 5 ",
		"👨‍👩‍👧 🇫🇷":                  " 👨 👩 👧 🇫 🇷 ",
		"1️⃣ m² ½":                  " 1 m2 1 ⁄ 2 ",
		"a\xffb\u00adc\u200bd":      " a bcd ",
		"\u0301\u0301 \u064b":       " ",
		"#Galette @ines@exemple.fr": " galette ines exemple fr ",
	} {
		if got := string(Fold(nil, in)); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
		if again := string(Fold(nil, want)); again != want {
			t.Errorf("%q again: %q", want, again)
		}
	}
}

// TestEachRune folds each character there is (few of the Han, which are all
// alike), alone and behind a letter.
func TestEachRune(t *testing.T) {
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cf) || unicode.Is(unicode.Han, r) && r%64 != 0 {
			continue
		}
		for _, s := range []string{string(r), "e" + string(r), "日" + string(r) + "\u3099"} {
			once := Fold(nil, s)
			if twice := Fold(nil, string(once)); string(twice) != string(once) {
				t.Fatalf("%q (%U): %q, then %q", s, r, once, twice)
			}
		}
	}
}

func message(s string) *inbox.Message {
	return &inbox.Message{
		Author: inbox.Author{Name: text.CleanLine("Anna Béranger"), Handle: text.CleanLine("@anna.b@exemple.fr")},
		Text:   text.Clean(s), Media: []inbox.Media{{Alt: text.CleanLine("Un colis #abîmé")}},
	}
}

func TestSections(t *testing.T) {
	author, body := Message(message("Vu: www.Exemple.fr"))
	if got, want := string(author), " anna beranger  anna b exemple fr  @anna.b  @anna.b@exemple.fr "; got != want {
		t.Errorf("author: %q", got)
	}
	if got, want := string(body), " vu www exemple fr  un colis abime  /fr.exemple.www  #abime "; got != want {
		t.Errorf("body: %q", got)
	}
}

func TestMarks(t *testing.T) {
	for in, want := range map[string]string{
		"#Galette":                                            "#galette",
		"(#fête_du-pain)":                                     "#fete_du",
		"a#b &#39; c_#d /#e":                                  "",
		"##a #b#c":                                            "#a #b",
		"今日は#天気 ＃晴れ":                                          "#天気 #晴れ",
		"# ## #! #é #\u0301":                                  "#e",
		"@Inès, @ines.":                                       "@ines @ines",
		"@Ines@Exemple.fr!":                                   "@ines @ines@exemple.fr",
		"@a.b-c.bsky.social":                                  "@a.b-c.bsky.social",
		"mail a@b.fr @@ @-":                                   "",
		"https://www.Exemple.FR/x#y?@z #w":                    "/fr.exemple.www #w",
		"HTTP://a.example:80 ftp://b.fr":                      "/example.a",
		"xhttp://a.fr https:/b.fr https://":                   "",
		"https://banque.fr@mal.example/":                      "/example.mal",
		"(www.exemple.fr), www. www.! Www.a.b":                "/fr.exemple.www /b.a.www",
		"https://café.fr https://xn--caf-dma.fr https://a..b": "/fr.xn--caf-dma /fr.xn--caf-dma",
		"https://mastodon.social/@ines":                       "/social.mastodon",
	} {
		got := strings.Join(strings.Fields(string(appendMarks(nil, in))), " ")
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func tokens(section []byte) []string {
	var list []string
	Tokens(section, func(token []byte) { list = append(list, string(token)) })
	return list
}

func TestTokens(t *testing.T) {
	long := strings.Repeat("é", 10000)
	for in, want := range map[string]string{
		" ":                        "",
		" a bc ":                   "a bc",
		" 日 本 語 ":                  "日 日本 本 本語 語",
		" 日  本 a 語 🎉 ":             "日 本 a 語 語🎉 🎉",
		" a " + long + "a ":        "a " + strings.Repeat("é", 32),
		" aaa" + long + " #日本 ":    "aaa" + strings.Repeat("é", 30) + " #日本",
		" @a  @a@b.fr  /fr.b.www ": "@a @a@b.fr /fr.b.www",
	} {
		if got := strings.Join(tokens([]byte(in)), " "); got != want {
			t.Errorf("%.40q: got %q, want %q", in, got, want)
		}
	}
}

func TestNeedle(t *testing.T) {
	for _, tt := range []struct {
		in            string
		whole         bool
		tokens        string
		prefix, exact bool
	}{
		{"Crèm", false, "crem", true, true},
		{"crème", true, "creme", false, true},
		{"bon d'achat", true, "bon d achat", false, false},
		{"l'été", false, "l ete", true, false},
		{"日", false, "日", false, true},
		{"日本", false, "日本", false, true},
		{"日本語", true, "日本 本語", false, false},
		{"a日本", false, "a 日本", false, false},
		{"日a", false, "日 a", true, false},
		{"#Fête", false, "#fete", true, true},
		{"#Fête", true, "#fete", false, true},
		{"#fête du", true, "fete du", false, false},
		{"@ines@", false, "@ines@", true, true},
		{"@ines@", true, "@ines", false, true},
		{strings.Repeat("a", 64), false, strings.Repeat("a", 64), true, true},
		{strings.Repeat("a", 61), true, strings.Repeat("a", 61), false, false},
		{strings.Repeat("a", 60), true, strings.Repeat("a", 60), false, true},
		{strings.Repeat("a", 65), false, strings.Repeat("a", 64), true, false},
	} {
		list, prefix, exact := NewNeedle(tt.in, tt.whole).Tokens()
		if got := strings.Join(list, " "); got != tt.tokens || prefix != tt.prefix || exact != tt.exact {
			t.Errorf("%.20q %v: %q %v %v", tt.in, tt.whole, got, prefix, exact)
		}
	}
	for _, in := range []string{"", "?", "#", "@", "@.", "...", "\u0301"} {
		if n := NewNeedle(in, false); !n.Empty() || n.In([]byte(" a ")) {
			t.Errorf("%q: %+v", in, n)
		}
	}
}

func TestHost(t *testing.T) {
	for in, want := range map[string]string{
		"Exemple.fr": "/fr.exemple", "https://www.exemple.fr/a?b#c": "/fr.exemple.www", "exemple.fr:8080": "/fr.exemple",
		"café.fr": "/fr.xn--caf-dma", ".fr.": "/fr", "": "", "a b": "", "a..b": "", "é\x00.fr": "", strings.Repeat("a.", 200): "",
	} {
		if got, ok := ParseHost(in); got.mark != want || ok != (want != "") {
			t.Errorf("%q: %q %v", in, got, ok)
		}
	}
	host, _ := ParseHost("exemple.fr")
	for mark, want := range map[string]bool{"/fr.exemple": true, "/fr.exemple.www": true, "/fr.exemplex": false, "/fr": false} {
		if host.Has(mark) != want || host.In([]byte(" a  /fr.exempley "+mark+" ")) != want {
			t.Error(mark)
		}
	}
	if (Host{}).Has("") || (Host{}).In([]byte("  ")) {
		t.Error("no host matches")
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{
		"Bonjour, l’été à la #Galette @ines@exemple.fr https://www.exemple.fr/x", "日本語です。ไทย 한국어", "हिन्दी שָׁלוֹם 👨‍👩‍👧",
		"\xff\xfe\u0301#\u0301@", strings.Repeat("e\u0301", 300), strings.Repeat("ﷺ", 20), "www.WWW.www.é.fr:80@x", "@.@000 @a.-@b",
		"ｶﾞ\u1112\u1161\u11ab",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(nil, s)
		if again := Fold(nil, string(folded)); string(again) != string(folded) {
			t.Fatalf("%q folds to %q, then %q", s, folded, again)
		}
		if !utf8.Valid(folded) || len(folded) > 12*len(s)+2 {
			t.Fatalf("%q folds to %q", s, folded)
		}
		m := message(s)
		m.Text = text.Clean(s)
		author, body := Message(m)
		all := map[string]bool{}
		for _, section := range [][]byte{author, body} {
			for _, token := range tokens(section) {
				all[token] = true
			}
		}
		for token := range all {
			r, size := utf8.DecodeRuneInString(token)
			in := func(part string) bool {
				return strings.Contains(string(author), part) || strings.Contains(string(body), part)
			}
			pair := Alone(r) && in(" "+token[:size]+" "+token[size:]+" ")
			if len(token) > MaxToken || !in(" "+token) && !pair {
				t.Fatalf("token %q of %q and %q", token, author, body)
			}
		}
		for field := range strings.SplitSeq(string(body), "  ") {
			list := strings.Fields(field)
			for i := range min(len(list), 40) {
				phrase(t, body, all, list[i:min(i+3, len(list))])
			}
		}
	})
}

// phrase asserts that neighbours in a section are found, in it and by tokens.
func phrase(t *testing.T, body []byte, all map[string]bool, words []string) {
	if strings.HasPrefix(words[0], "/") {
		return // hosts have a term of their own
	}
	needle := NewNeedle(strings.Join(words, " "), true)
	list, _, exact := needle.Tokens()
	if !needle.In(body) {
		t.Fatalf("%q is not in %q", words, body)
	}
	for _, token := range list {
		if !all[token] {
			t.Fatalf("%q: no token %q of %q", words, token, body)
		}
	}
	if exact && len(list) != 1 {
		t.Fatalf("%q: %q is exact", words, list)
	}
}

var typical = text.Clean("Projet tramogole eurmotaal des j'ai grapone tout to ce paalho mentso être ? Ça les manger nojométeda la vonessnarasi #galette lysouousu kabenessnagé èmo sont drenebi 😂 comme l'été à Nîmes.")

func BenchmarkMessage(b *testing.B) {
	m := message("")
	m.Text, m.Media = typical, nil
	var buf []byte
	n, size := 0, 0
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = AppendMessage(buf, m)
		n, size = 0, 0
		Tokens(buf, func(token []byte) { n++; size += len(token) })
	}
	b.ReportMetric(float64(n), "tokens")
	b.ReportMetric(float64(size), "tokenbytes")
}

func BenchmarkScripts(b *testing.B) {
	for name, s := range map[string]string{
		"japanese": "昨日注文した商品がまだ届いていません。配送状況を確認していただけますか？よろしくお願いいたします。",
		"russian":  "Здравствуйте, я ещё не получил свой заказ, который должен был прийти вчера. Где он?",
		"arabic":   "مرحبا، لم أستلم طلبي بعد، وكان من المفترض أن يصل أمس. أين هو؟",
		"french":   typical.String(),
		"hostile":  strings.Repeat("www.é.", 1000),
	} {
		b.Run(name, func(b *testing.B) { benchmarkText(b, s) })
	}
}

func benchmarkText(b *testing.B, s string) {
	m := message("")
	m.Text, m.Media = text.Clean(s), nil
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = AppendMessage(buf, m)
		Tokens(buf, func([]byte) {})
	}
}
