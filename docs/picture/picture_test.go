package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func drawn(t *testing.T, captured string) string {
	t.Helper()
	var b strings.Builder
	if err := run(strings.NewReader(captured), &b, 20, 3, "a <title>"); err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(strings.NewReader(b.String())); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return b.String()
		} else if err != nil {
			t.Fatalf("not XML: %v\n%s", err, b.String())
		}
	}
}

func TestPicture(t *testing.T) {
	for name, c := range map[string]struct {
		captured string
		want     []string
	}{
		"words stand on the grid": {"ab  cd", []string{
			`<text x="0.0" y="13.5" textLength="16.8">ab</text>`, `<text x="33.6" y="13.5" textLength="16.8">cd</text>`,
		}},
		"a space alone":         {"ab cd", []string{`<text x="0.0" y="13.5" textLength="42.0">ab cd</text>`}},
		"a space of its own":    {"ab\x1b[1m \x1b[0mcd", []string{`textLength="16.8">ab</text>`, `x="25.2" y="13.5" textLength="16.8">cd</text>`}},
		"colours":               {"\x1b[1;38;5;196mred\x1b[38:2:1:2:3m rgb", []string{`<g fill="#ff0000" font-weight="bold">`, `textLength="25.2">red`, `<g fill="#010203" font-weight="bold">`}},
		"a wide character":      {"日a", []string{`<text x="0.0" y="13.5">日</text>`, `<text x="16.8" y="13.5" textLength="8.4">a</text>`}},
		"a mark on a letter":    {"e\u0301x", []string{">e\u0301x</text>"}},
		"turned round":          {"\x1b[7mx", []string{`<rect x="0.0" y="0.0" width="8.4" height="18.0" fill="#d8d8d8"/>`, `<g fill="#101418">`}},
		"over the line's end":   {"\x1b[31ma\nb\x1b[0m", []string{`<g fill="#cc4444">`, `y="31.5" textLength="8.4">b`}},
		"markup":                {"<b>&", []string{`>&lt;b&gt;&amp;</text>`}},
		"links are passed over": {"\x1b]8;;https://a.example\x1b\\go\x1b]8;;\x1b\\!", []string{`>go!</text>`}},
		"a line of cells":       {"│", []string{`<rect x="3.7" y="0.0" width="1.0" height="18.0" fill="#d8d8d8"/>`}},
		"lines join down":       {"│a\n│b", []string{`<rect x="3.7" y="0.0" width="1.0" height="36.0" fill="#d8d8d8"/>`}},
		"lines join across":     {"━━ a ──", []string{`<rect x="0.0" y="8.0" width="16.8" height="2.0" fill="#d8d8d8"/>`, `<rect x="42.0" y="8.5" width="16.8" height="1.0" fill="#d8d8d8"/>`}},
		"outside the window":    {"12345678901234567890no\n\n\nno", []string{`>12345678901234567890</text>`}},
	} {
		t.Run(name, func(t *testing.T) {
			got := drawn(t, c.captured)
			for _, w := range c.want {
				if !strings.Contains(got, w) {
					t.Errorf("%q lacks %s:\n%s", c.captured, w, got)
				}
			}
			if strings.Contains(got, ">no<") {
				t.Errorf("%q draws outside the window", c.captured)
			}
			if again := drawn(t, c.captured); again != got {
				t.Error("the same input gives other bytes")
			}
		})
	}
}
