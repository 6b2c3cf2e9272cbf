package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// TestPlaces writes lines that pass and one that stays, cut anywhere.
func TestPlaces(t *testing.T) {
	for live, want := range map[bool]string{
		false: "10 of 20\n12 of 20\ndamaged\n20 of 20\ndone\nrest",
		true:  "10 of 20\r        \r12 of 20\r        \rdamaged\n20 of 20\r        \rdone\nrest",
	} {
		var screen bytes.Buffer
		l := &places{oneLine: oneLine{w: &screen}, live: live}
		for _, b := range []byte("10 of 20\r\n12 of 20\r\ndamaged\n20 of 20\r\n") {
			if _, err := l.Write([]byte{b}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := io.WriteString(besides{&l.oneLine, &screen}, "done\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(l, "rest"); err != nil {
			t.Fatal(err)
		}
		l.end()
		if got := screen.String(); got != want {
			t.Errorf("live %v: %q, want %q", live, got, want)
		}
	}
	var screen bytes.Buffer
	l := &places{oneLine: oneLine{w: &screen}, live: true}
	if _, err := io.WriteString(l, strings.Repeat("x", 200)+"\r\n"); err != nil {
		t.Fatal(err)
	}
	if n := screen.Len(); n > 4*progressWidth || strings.Count(screen.String(), "x") >= progressWidth {
		t.Errorf("wider than the screen: %q", screen.String())
	}
}
