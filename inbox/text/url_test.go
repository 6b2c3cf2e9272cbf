package text

import "testing"

func TestURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://example.com/a b":                                 "",
		" HTTPS://Example.COM/é?q=é\"x#f é":                       "",
		"https://Example.COM/é?q=é\"x#é":                          "https://example.com/%C3%A9?q=%C3%A9%22x#%C3%A9",
		"http://example.com:8080/x?a=1&b=%20":                     "http://example.com:8080/x?a=1&b=%20",
		"http://[2001:DB8::1]:80/":                                "http://[2001:db8::1]:80/",
		"https://аpple.com/":                                      "https://xn--pple-43d.com/",
		"https://crème-brûlée.fr":                                 "https://xn--crme-brle-13ar8s.fr",
		"https://bücher.example/":                                 "https://xn--bcher-kva.example/",
		"https://他们为什么不说中文.example":                               "https://xn--ihqwcrb4cv8a8dqg056pqjye.example",
		"https://github.com@evil.example/login":                   "",
		"https:\\\\evil.example\\@github.com/":                    "",
		"https:evil.example":                                      "",
		"//evil.example":                                          "",
		"javascript:alert(1)":                                     "",
		"java\tscript:alert(1)":                                   "",
		"data:text/html;base64,PHNj":                              "",
		"file:///etc/passwd":                                      "",
		"-oProxyCommand=x":                                        "",
		"https://good.example/\u202emoc.live":                     "",
		"https://a\u200bb.example/":                               "",
		"https://ｅvil.example/":                                   "",
		"https://exa mple.com":                                    "",
		"https://-a.example":                                      "",
		"https://a..b":                                            "",
		"https://":                                                "",
		"https://x:99999/":                                        "",
		"https://x/%zz":                                           "",
		"mailto:a@b.example?attach=~/.ssh/id_rsa&bcc=e@x.example": "mailto:a@b.example",
		"mailto:Anna.B+x@Bücher.example":                          "mailto:Anna.B+x@xn--bcher-kva.example",
		"mailto:a@b.example,c@d.example":                          "",
		"mailto:\"a b\"@c.example":                                "",
		"":                                                        "",
	} {
		got, ok := URL(in)
		if got != want || ok != (want != "") {
			t.Errorf("URL(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestHost(t *testing.T) {
	for in, want := range map[string]string{
		"https://user@x.example": "", "https://Xn--pple-43d.com/a": "xn--pple-43d.com",
		"https://аpple.com:8443": "xn--pple-43d.com:8443", "mailto:a@B.example": "b.example", "gopher://x": "",
	} {
		if got := Host(in); got != want {
			t.Errorf("Host(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzURL(f *testing.F) {
	f.Add("https://аpple.com/é?é#é")
	f.Add("mailto:a@b.example?x")
	f.Fuzz(func(t *testing.T, in string) {
		out, ok := URL(in)
		if !ok {
			return
		}
		for i := range len(out) {
			if out[i] <= ' ' || out[i] >= 0x7F {
				t.Fatalf("%q gives %q", in, out)
			}
		}
		again, ok := URL(out)
		if !ok || again != out {
			t.Fatalf("%q gives %q, then %q %v", in, out, again, ok)
		}
	})
}
