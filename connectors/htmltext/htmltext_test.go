package htmltext

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "a  b\n c", "a b c"},
		{"paragraphs", "<p>Bonjour</p><p>Vous  ouvrez\ndemain ?</p>", "Bonjour\n\nVous ouvrez demain ?"},
		{"breaks", "a<br>b<br/><br/><br/>c", "a\nb\n\nc"},
		{"inline", "<b>Miette</b>, la <i>galette</i>", "Miette, la galette"},
		{"entities once", "a &amp;lt;b&amp;gt; &eacute; &#233; &#x1F950;", "a &lt;b&gt; é é 🥐"},
		{"link", `<a href="https://e.org/x"><span class="invisible">https://</span><span>e.org/x</span></a>!`, "https://e.org/x!"},
		{"list", "<p>Il faut</p><ul><li>du beurre</li><li><p>de la farine</p></li></ul>fin", "Il faut\n\n- du beurre\n- de la farine\n\nfin"},
		{"pre", "x<pre>  a\n   b</pre>y", "x\n\n  a\n   b\n\ny"},
		{"script", "a<script>alert('<p>')</script><style>p{}</style>b", "ab"},
		{"unclosed script", "a<script>alert(1)", "a"},
		{"comment", "a<!-- secret -->b", "ab"},
		{"picture", `gagné <img src=x alt=":tada:"> !`, "gagné :tada: !"},
		{"unclosed", "<p><b>a<i>b", "ab"},
		{"stray", "</p></pre></li>a</b>", "a"},
		{"broken", "a < b <3 c", "a < b <3 c"},
		{"table", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Text(c.in); got != c.want {
				t.Errorf("Text(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
}

func TestWithLinks(t *testing.T) {
	long := "https://exemple.test/" + strings.Repeat("a", maxLink)
	for _, c := range []struct{ name, in, want string }{
		{"words", `Voyez <a href="https://exemple.test/page?a=1&amp;b=2">ici</a>.`, "Voyez ici (https://exemple.test/page?a=1&b=2)."},
		{"itself", `<a href="https://e.org/x?y=1">https://e.org/x?y=1</a>`, "https://e.org/x?y=1"},
		{"without its scheme", `<a href="https://www.e.org/">e.org</a>`, "e.org"},
		{"cut short", `<a href="https://e.org/long/way"><span>e.org/long…</span></a>`, "e.org/long… (https://e.org/long/way)"},
		{"invisible parts", `<a href="https://e.org/x"><span class="invisible">https://</span><span>e.org/x</span></a>`, "https://e.org/x"},
		{"another host", `<a href="https://evil.test/">https://banque.example</a>`, "https://banque.example (https://evil.test/)"},
		{"mention", `<a href="https://e.org/@vera" class="u-url mention">@<span>vera</span></a> oui`, "@vera oui"},
		{"hashtag", `<a class="mention hashtag" href="https://e.org/tags/pain" rel="tag">#pain</a>`, "#pain"},
		{"mark before a mention", `@<a class="mention" href="https://e.org/vera"><span>vera</span></a> #<a class="mention hashtag" href="https://e.org/p">pain</a>`, "@vera #pain"},
		{"no mention", `Payez <a class="mention" href="https://evil.test/">https://banque.example</a>`, "Payez https://banque.example (https://evil.test/)"},
		{"mail", `<a href="mailto:contact@e.org?subject=x">nous écrire</a> ou <a href="mailto:a@e.org">a@e.org</a>`, "nous écrire (contact@e.org) ou a@e.org"},
		{"script", `<a href="javascript:alert(1)">ici</a> <a href="data:text/html,x">là</a> <a href="/page">là-bas</a>`, "ici là là-bas"},
		{"a name before the host", `<a href="https://banque.example@evil.test/">ici</a>`, "ici"},
		{"international", `<a href="https://été.example/">https://été.example</a>`, "https://été.example"},
		{"picture", `<a href="https://e.org/"><img src=x></a>fin`, "fin"},
		{"picture with words", `<a href="https://e.org/"><img alt="le logo"></a> fin`, "le logo (https://e.org/) fin"},
		{"paragraph within", `<a href="https://e.org/"><p>ici</p></a><p>fin</p>`, "ici (https://e.org/)\n\nfin"},
		{"never closed", `<a href="https://e.org/">ici <a href="https://f.org/">là`, "ici (https://e.org/) là (https://f.org/)"},
		{"too long", `<a href="` + long + `">ici</a>`, "ici (exemple.test/…)"},
		{"escapes", "<a href=\"https://e.org/\x1b[2J\">ici</a>", "ici"},
		{"list", `<ul><li><a href="https://e.org/">un</a></li><li>deux</li></ul>`, "- un (https://e.org/)\n- deux"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := WithLinks(c.in); got != c.want {
				t.Errorf("WithLinks(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
	if n := strings.Count(WithLinks(strings.Repeat(`<a href="https://e.org/">ici</a> `, 2*maxLinks)), "e.org"); n != maxLinks {
		t.Errorf("%d addresses of one text", n)
	}
}

func TestTextIsBounded(t *testing.T) {
	long := Text(strings.Repeat("é", MaxBytes))
	if len(long) > MaxBytes+len("…") || !strings.HasSuffix(long, "é…") || !utf8.ValidString(long) {
		t.Errorf("%d bytes, ends with %q", len(long), long[len(long)-8:])
	}
	for name, c := range slow() {
		if got := Text(c.in); got != c.want {
			t.Errorf("%s: %d bytes, want %d", name, len(got), len(c.want))
		}
	}
}

// slow is HTML made to be slow to read, and its text.
func slow() map[string]struct{ in, want string } {
	brackets, references := strings.Repeat("<", MaxBytes), strings.Repeat("&", MaxBytes)
	return map[string]struct{ in, want string }{
		"deep":       {strings.Repeat("<div>", 200_000) + "x", "…"},
		"attributes": {"<a " + strings.Repeat("a=1 ", 60_000) + ">x", "x"},
		"brackets":   {brackets, brackets},
		"references": {references, references},
	}
}

// BenchmarkText reads what is made to be slow: some ten milliseconds each.
func BenchmarkText(b *testing.B) {
	for name, c := range slow() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Text(c.in)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"<p>a<br>b</p>", "<pre>\n</pre>", "&#0;&#x110000;", "<![CDATA[x]]>", "<svg><script>x</script></svg>", "\xff<a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := Text(s)
		if strings.HasPrefix(out, " ") && !strings.Contains(s, "<pre") {
			t.Errorf("Text(%q) = %q begins with a space", s, out)
		}
		if utf8.ValidString(s) && !utf8.ValidString(out) {
			t.Errorf("Text(%q) = %q is not UTF-8", s, out)
		}
	})
}

func FuzzWithLinks(f *testing.F) {
	for _, s := range []string{
		`a <a href="https://e.org/x?a=1&amp;b">b</a> c`, `<a href="https://e.org">e.org</a>`, `<a href=mailto:a@b.c>x</a>`,
		`<pre><a href="http://e.org/(x)">` + "\n" + `y</pre>`, `<a class=mention href="https://e.org">@a</a>`, `<li><a href="https://e.org"><li>z`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		out, plain := WithLinks(s), Text(s)
		if !utf8.ValidString(out) {
			t.Errorf("WithLinks(%q) = %q is not UTF-8", s, out)
		}
		rest := plain
		for i := 0; i < len(out) && rest != ""; i++ {
			if out[i] == rest[0] {
				rest = rest[1:]
			}
		}
		if rest != "" || len(out) > len(plain)+maxLinks*(maxLink+3) {
			t.Errorf("WithLinks(%q) = %q is not %q and addresses, from %q on", s, out, plain, rest)
		}
		if again := Text(html.EscapeString(out)); !strings.ContainsAny(s, "\x00\r") && strings.Join(strings.Fields(again), " ") != strings.Join(strings.Fields(out), " ") {
			t.Errorf("WithLinks(%q) = %q, read again %q", s, out, again)
		}
	})
}
