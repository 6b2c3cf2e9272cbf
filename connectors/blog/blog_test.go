package blog

import (
	"strings"
	"testing"
)

func TestSameText(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"l'été  arrive\n", "l'e\u0301te\u0301 arrive", true},
		{"Merci\r\n\r\nà vous", "Merci à vous", true},
		{"Merci", "merci", false},
		{"a\u200bb\x1b[2J", "ab", false},
		{"", " \n", true},
	} {
		if SameText(c.a, c.b) != c.same || SameText(c.b, c.a) != c.same {
			t.Errorf("%q and %q: want %t", c.a, c.b, c.same)
		}
	}
}

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{
		"https://blog.example/a?b=1#c": "https://blog.example/a?b=1#c", "mailto:a@b.example": "", "javascript:x": "", "": "",
		"https://blog.example/" + strings.Repeat("a", maxAddress): "",
	} {
		if got := Address(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSum(t *testing.T) {
	if Sum("a", "b") == Sum("ab") || Sum("a", "") == Sum("a") {
		t.Error("the parts are not told apart")
	}
}

func FuzzLenient(f *testing.F) {
	f.Add([]byte(`{"n":"x","s":"kept"}`))
	f.Add([]byte(`{"n":[1],"s":3}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var v struct {
			N int    `json:"n"`
			S string `json:"s"`
		}
		if err := Lenient(raw, &v); err == nil && (v.N != 0 || v.S != "") && !strings.Contains(string(raw), "{") {
			t.Errorf("%q gave %+v", raw, v)
		}
	})
}
