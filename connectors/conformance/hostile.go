package conformance

import (
	_ "embed"
	"encoding/json"
	"strings"
)

//go:embed testdata/hostile.jsonl
var hostileCorpus string

// Hostile reads the corpus of texts of strangers that a connector's tests give
// a Harness, besides the suite's own: more than a hundred, some of them not
// UTF-8.
func Hostile(t T) []string {
	t.Helper()
	var out []string
	for line := range strings.SplitSeq(strings.TrimSpace(hostileCorpus), "\n") {
		var h struct {
			Text string `json:"text"`
			B64  []byte `json:"b64"`
		}
		if err := json.Unmarshal([]byte(line), &h); err != nil {
			t.Fatalf("read the hostile texts: %v", err)
		}
		if h.B64 != nil {
			h.Text = string(h.B64)
		}
		out = append(out, h.Text)
	}
	if len(out) < 100 {
		t.Fatalf("%d hostile texts", len(out))
	}
	return out
}

// hostileTexts are texts of strangers that try to reach the terminal, to
// break the layout or to break a parser; harmless ones are among them.
func hostileTexts() []string {
	return []string{
		"\x1b[31mred\x1b[0m", "\x1b]52;c;c3Rlcw==\x07clip", "\x1b]8;;https://evil.example\x1b\\bank\x1b]8;;\x1b\\",
		"\x1b]0;title\x07x", "\u009b2J\u009d0;t\u009c", "a\rb\nc\u0085d\u2028e", "a\tb\vc\fd\be",
		"\u202eelpmaxe\u202c \u2066isolated\u2069", "tag\U000e0041\U000e0042s", "zero\u200bwidth\ufeff",
		"z" + strings.Repeat("\u0301", 300) + "algo", "\x1b[" + strings.Repeat("1;", 40) + "m",
		"<script>alert(1)</script><p>no markup & no &lt;entity&gt;</p>", "'; DROP TABLE inbox; -- $(id) `id` %s %n {{.}}",
		"=HYPERLINK(\"https://evil.example\")", "line\r\nInjected: header", strings.Repeat("long ", 700),
		"👩‍🚀 🏳️‍🌈 ❤️ ⚠️ 👍🏽 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "שלום مرحبا สวัสดี नमस्ते", "{\"json\":\"\\ud800\"}",
	}
}
