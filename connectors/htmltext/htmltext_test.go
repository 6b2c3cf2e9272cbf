package htmltext

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
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

func TestTextIsBounded(t *testing.T) {
	long := Text(strings.Repeat("é", MaxBytes))
	if len(long) > MaxBytes+len("…") || !strings.HasSuffix(long, "é…") || !utf8.ValidString(long) {
		t.Errorf("%d bytes, ends with %q", len(long), long[len(long)-8:])
	}
	for name, in := range map[string]string{
		"deep":       strings.Repeat("<div>", 200_000) + "x",
		"attributes": "<a " + strings.Repeat("a=1 ", 60_000) + ">x",
		"brackets":   strings.Repeat("<", MaxBytes),
		"references": strings.Repeat("&", MaxBytes),
	} {
		begun := time.Now()
		Text(in)
		if d := time.Since(begun); d > 2*time.Second {
			t.Errorf("%s: %s", name, d)
		}
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
