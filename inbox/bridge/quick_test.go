package bridge

import (
	"bytes"
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sameBothWays holds Decode against encoding/json.
func sameBothWays(t interface {
	Helper()
	Fatalf(string, ...any)
}, in []byte,
) {
	t.Helper()
	got, gotErr := Decode(in)
	want, wantErr := decode(in)
	if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(gotErr, wantErr) {
		t.Fatalf("%q\n got %+v, %v\nwant %+v, %v", in, got.Message, gotErr, want.Message, wantErr)
	}
}

var uncommon = []string{
	full, least, full + " ", least + "x", `{}`, `{`, ``, `[]`, `null`, `{"v":1,"type":"message"}`,
	`{"V":1,"TYPE":"message","text":"\ud800"}`,
	strings.Replace(least, `""`, `"\u00e9\ud83d\ude00\n\"\\\/\b\f\r\t"`, 1),
	strings.Replace(least, `""`, `"\ud83d\u0041"`, 1), strings.Replace(least, `""`, `"\ude00"`, 1),
	strings.Replace(least, `""`, `"\ud83d"`, 1), strings.Replace(least, `""`, `"\u12G4"`, 1),
	strings.Replace(least, `""`, `"\x"`, 1), strings.Replace(least, `""`, `"\`, 1), strings.Replace(least, `""`, `"12345678`+"\x01"+`"`, 1),
	strings.Replace(least, `""`, `"tab	"`, 1), strings.Replace(least, `""`, `"12345678\n12345678"`, 1),
	strings.Replace(least, `""`, "\"\x00\"", 1), strings.Replace(least, `""`, "\"\x7fé\u202e\u2028\"", 1),
	strings.Replace(least, `""`, `"a","media":[]`, 1), strings.Replace(least, `""`, `"a","media":[{}, {"alt":"x\ny"}]`, 1),
	strings.Replace(least, `""`, `"a","media":[{},]`, 1), strings.Replace(least, `""`, `"a","media":{}`, 1),
	strings.Replace(least, `""`, `"a","deleted":true,"media":[{"kind":"image"}]`, 1),
	strings.Replace(least, `""`, `"a","rating":05`, 1), strings.Replace(least, `""`, `"a","rating":-1`, 1),
	strings.Replace(least, `""`, `"a","rating":5e0`, 1), strings.Replace(least, `""`, `"a","rating":9999999999999999999`, 1),
	strings.Replace(least, `""`, `"a","counts":{"likes":1,"likes":2}`, 1), strings.Replace(least, `""`, `"a","counts":{}`, 1),
	strings.Replace(least, `""`, `"a",`, 1), strings.Replace(least, `""`, `"a","deleted":"true"`, 1),
	strings.Replace(least, `""`, `"a","deleted":truefalse`, 1), strings.Replace(least, `"v":1`, `"v":2`, 1),
	strings.Replace(least, `"v":1`, `"v":1 , "V":2`, 1), strings.Replace(least, `"type":"message"`, `"type":"thread"`, 1),
	strings.Replace(least, `"author":{"id":"42"}`, `"author":{"id":"42"},"author":{"name":"x"}`, 1),
	strings.Replace(least, `"author":{"id":"42"}`, `"author":null`, 1), strings.Replace(least, `"author":{"id":"42"}`, `"author":{,}`, 1),
	strings.Replace(least, `""`, `"a","reply_until":"2026-11-22T08:03:11.5+01:00"`, 1),
	strings.Replace(least, `""`, `"a","edited":"2026-11-22T08:03:11.5+01:00"`, 1), strings.Replace(least, `""`, `"a","edited":"\u0032026"`, 1),
	strings.Replace(least, `""`, `"a","post":{"id":"p","counts":{"replies":3},"at":"x"}`, 1),
	strings.Replace(least, `""`, `"`+strings.Repeat("é", maxQuick)+`"`, 1),
}

func TestQuickIsJSON(t *testing.T) {
	for _, in := range uncommon {
		sameBothWays(t, []byte(in))
		for cut := 0; cut < min(len(in), 300); cut += 7 {
			sameBothWays(t, []byte(in[:cut]))
		}
	}
}

// TestQuickIsTaken: the lines that an import is made of do not need
// encoding/json, however they are laid out.
func TestQuickIsTaken(t *testing.T) {
	var spaced, escaped bytes.Buffer
	if err := json.Indent(&spaced, []byte(full), " ", "\t"); err != nil {
		t.Fatal(err)
	}
	for _, r := range full {
		if r < 0x80 {
			escaped.WriteRune(r)
		} else {
			escaped.WriteString(strings.Trim(asciiJSON(r), `"`))
		}
	}
	for _, in := range []string{full, least, spaced.String(), escaped.String()} {
		var q quick
		if !q.fill([]byte(in)) {
			t.Errorf("not read quickly: %s", in)
		}
		sameBothWays(t, []byte(in))
	}
}

func asciiJSON(r rune) string {
	return `"\u` + string("0123456789abcdef"[r>>12&15]) + string("0123456789abcdef"[r>>8&15]) + string("0123456789abcdef"[r>>4&15]) + string("0123456789abcdef"[r&15]) + `"`
}

func TestQuickIsJSONForAnyLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, err := Encode(aLine().Draw(t, "line"))
		if err != nil {
			t.Fatalf("%v", err)
		}
		sameBothWays(t, b)
		at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
		b[at] = rapid.SampledFrom([]byte("\"\\{}[],:0 1tn\x00\x1f\xff\xc3")).Draw(t, "with")
		sameBothWays(t, b)
	})
}

func FuzzQuick(f *testing.F) {
	for _, s := range uncommon {
		if len(s) < 1<<12 {
			f.Add([]byte(s))
		}
	}
	f.Fuzz(func(t *testing.T, in []byte) { sameBothWays(t, in) })
}

func BenchmarkDecodeByJSON(b *testing.B) {
	b.SetBytes(int64(len(full)))
	for b.Loop() {
		if _, err := decode([]byte(full)); err != nil {
			b.Fatal(err)
		}
	}
}

// TestPlainLinks: what is known for an address at once is one for net/url.
func TestPlainLinks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom([]string{"http://", "https://", "https:", "mailto:", ""}).Draw(t, "scheme") +
			rapid.StringMatching(`[a-zA-Z0-9./?=&_~@+:%#\[\] -]{0,20}`).Draw(t, "rest")
		if !plainLink(s) {
			return
		}
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || link(s) != s {
			t.Fatalf("%q: %v, %v", s, u, err)
		}
	})
}
